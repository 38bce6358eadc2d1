"""What a profile wants signed depends on edition, SOP Class and what is present (PS3.15 C.2 to C.4, A-35)."""

import time

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.modules import Certainty, due_attributes
from dicomsig.conformance.names import UnknownName
from dicomsig.conformance.profile_lists import list_items
from dicomsig.conformance.register import Scope, register

CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ENHANCED_US = "1.2.840.10008.5.1.4.1.1.6.2"
RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
MR_SPECTROSCOPY = "1.2.840.10008.5.1.4.1.1.4.2"
BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
GENERIC_IMPLANT_TEMPLATE = "1.2.840.10008.5.1.4.43.1"
MICROSCOPY_ANNOTATIONS = "1.2.840.10008.5.1.4.1.1.91.1"
ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
PHOTOACOUSTIC = "1.2.840.10008.5.1.4.1.1.6.3"
US_MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"
RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
PRIVATE = "1.2.826.0.1.3680043.2.1143.1"

SOP_CLASS_UID, SOP_INSTANCE_UID = 0x00080016, 0x00080018
STUDY, SERIES = 0x0020000D, 0x0020000E

# A classic CT, element by element; the numbers of the lists below were worked out by hand from the module tables.
CT_PRESENT = {
    0x00080005: "SpecificCharacterSet",
    0x00080008: "ImageType",
    0x00080012: "InstanceCreationDate",
    0x00080013: "InstanceCreationTime",
    0x00080016: "SOPClassUID",
    0x00080018: "SOPInstanceUID",
    0x00080020: "StudyDate",
    0x00080022: "AcquisitionDate",
    0x00080023: "ContentDate",
    0x00080060: "Modality",
    0x00080070: "Manufacturer",
    0x00080090: "ReferringPhysicianName",
    0x00081140: "ReferencedImageSequence",
    0x00082218: "AnatomicRegionSequence",
    0x00100010: "PatientName",
    0x00180060: "KVP",
    0x00181002: "DeviceUID",
    0x00181204: "DateOfManufacture",
    0x0020000D: "StudyInstanceUID",
    0x0020000E: "SeriesInstanceUID",
    0x00200012: "AcquisitionNumber",
    0x00200013: "InstanceNumber",
    0x00200032: "ImagePositionPatient",
    0x00280008: "NumberOfFrames",
    0x00280010: "Rows",
    0x00280030: "PixelSpacing",
    0x00280120: "PixelPaddingValue",
    0x00281050: "WindowCenter",
    0x00281052: "RescaleIntercept",
    0x00282002: "ColorSpace",
    0x60003000: "OverlayData",
    0x60023000: "OverlayData",
    0x7FE00001: "ExtendedOffsetTable",
    0x7FE00010: "PixelData",
}
ALWAYS_DUE_IN_CT = {
    0x00080008, 0x00080012, 0x00080013, 0x00080016, 0x00080018, 0x00080023, 0x00080070, 0x0020000D, 0x0020000E,
    0x00200013, 0x00280010, 0x00280120, 0x60003000, 0x60023000, 0x7FE00010,
}  # fmt: skip
ACQUISITION = {0x00080022, 0x00200012}
REFERENCE = {0x00081140}
ANATOMY, DEVICE_UID, MADE_ON = 0x00082218, 0x00181002, 0x00181204
COLOR_SPACE, OFFSET_TABLE = 0x00282002, 0x7FE00001
KVP, RESCALE, FRAMES = 0x00180060, 0x00281052, 0x00280008


def due(label, sop_class=CT, present=CT_PRESENT, profile="creator", **more):
    return {each.tag: each for each in due_attributes(profile, edition(label), sop_class, list(present), **more)}


def certain(label, certainty=Certainty.DUE, **more):
    return {tag for tag, each in due(label, **more).items() if each.certainty is certainty}


@pytest.mark.parametrize(
    ("label", "expected_due", "expected_uncertain"),
    [
        ("2008", ALWAYS_DUE_IN_CT | ACQUISITION | REFERENCE, set()),
        ("2016a", ALWAYS_DUE_IN_CT | ACQUISITION | REFERENCE, {COLOR_SPACE}),
        ("2016c", ALWAYS_DUE_IN_CT | ACQUISITION | REFERENCE | {COLOR_SPACE}, set()),
        ("2020b", ALWAYS_DUE_IN_CT | ACQUISITION | {ANATOMY, DEVICE_UID, COLOR_SPACE, OFFSET_TABLE}, set()),
        (
            "2023b",
            ALWAYS_DUE_IN_CT | {ANATOMY, DEVICE_UID, COLOR_SPACE, OFFSET_TABLE},
            ACQUISITION | {MADE_ON},
        ),
        ("2024e", ALWAYS_DUE_IN_CT | {ANATOMY, DEVICE_UID, COLOR_SPACE, OFFSET_TABLE, MADE_ON}, set()),
    ],
)
def test_the_creator_minimum_of_a_ct(label, expected_due, expected_uncertain):
    """The set for a classic CT is the one worked out by hand, edition by edition."""
    assert certain(label) == expected_due
    assert certain(label, Certainty.UNCERTAIN) == expected_uncertain


@pytest.mark.parametrize(
    ("label", "warned"),
    [
        ("2008", {FRAMES}),  # Multi-frame Functional Groups
        ("2024e", {FRAMES, KVP, RESCALE, *REFERENCE, 0x00200012}),
    ],
)
def test_elements_of_modules_outside_the_iod_only_warn(label, warned):
    """KVP, rescale and moved elements of a CT stand in listed modules too, of other IODs (A-35 reading 2)."""
    found = due(label)
    outside = {tag for tag, each in found.items() if each.certainty is Certainty.OUTSIDE_IOD}
    assert outside == warned
    assert {found[tag].requirement for tag in outside} == {"ps3.15-c.2-element-shared-by-modules"}


def test_every_known_keyword_is_right():
    """Each due element bears the keyword of its tag."""
    assert all(CT_PRESENT[tag] == each.keyword for tag, each in due("2024e").items())


def test_the_answer_is_sorted_and_has_each_tag_once():
    """Elements come by ascending tag, once each, whatever the order and number of the tags present."""
    present = [*reversed(CT_PRESENT), *CT_PRESENT]
    found = [each.tag for each in due_attributes("creator", edition(), CT, present)]
    assert found == sorted(set(found))


def test_only_the_instance_uids_are_due_when_absent():
    """SOP Class and SOP Instance UID are due in an empty data set, everything else if present."""
    assert set(due("2023b", present=())) == {SOP_CLASS_UID, SOP_INSTANCE_UID}
    assert set(due("2023b", present=[STUDY])) == {SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY}


@pytest.mark.parametrize("label", ["2021b", "2022e", "2023b", "2023e"])
def test_acquisition_elements_are_uncertain_while_they_moved(label):
    """Between 2021a and 2024a nobody has seen where the acquisition elements stood."""
    found = due(label)[0x00200012]
    assert found.certainty is Certainty.UNCERTAIN
    assert found.requirement == "ps3.15-c.2-acquisition-attributes-by-edition"
    assert "after 2021a and by 2024a" in found.why


@pytest.mark.parametrize(("label", "certainty"), [("2016c", "due"), ("2017b", "uncertain"), ("2017c", "outside-iod")])
def test_reference_elements_moved_in_2017(label, certainty):
    """Referenced images are due up to 2016c, uncertain up to 2017b and no longer due from 2017c."""
    assert due(label)[0x00081140].certainty == certainty


def test_moved_elements_have_rows_of_their_own():
    """Where they are due the by-edition rows of C.2 govern, and the module row of C.3, which has no such row."""
    assert due("2016c")[0x00081140].requirement == "ps3.15-c.2-reference-attributes-by-edition"
    assert due("2016c")[0x00200012].requirement == "ps3.15-c.2-acquisition-attributes-by-edition"
    assert due("2016c", profile="authorization")[0x00081140].requirement == "ps3.15-c.3-module-general-image"


def test_a_moved_element_stays_due_where_another_listed_module_of_the_iod_holds_it():
    """Acquisition DateTime of an Enhanced CT is due in every edition, by the Enhanced CT Image Module."""
    for label in ("2008", "2021b", "2023b", "2024d"):
        found = due(label, ENHANCED_CT, [0x0008002A])[0x0008002A]
        assert (found.certainty, found.module) == (Certainty.DUE, "Enhanced CT Image")


def test_a_moved_element_outside_both_modules_warns():
    """Acquisition Date of an Enhanced CT only warns before it moved: General Image is not in that IOD."""
    assert due("2020b", ENHANCED_CT, [0x00080022])[0x00080022].certainty is Certainty.OUTSIDE_IOD
    assert 0x00080022 not in due("2024e", ENHANCED_CT, [0x00080022])


def test_any_listed_module_inside_the_iod_wins():
    """Content Date stands in five listed modules; on a CT General Image makes it due, on a report the SR module."""
    assert due("2023b", CT, [0x00080023])[0x00080023].module == "General Image"
    found = due("2023b", BASIC_TEXT_SR, [0x00080023])[0x00080023]
    assert (found.certainty, found.module) == (Certainty.DUE, "SR Document General")


def test_user_option_modules_belong_to_the_iod():
    """Overlay Plane is a user option of the CT, and its elements are due when present."""
    assert due("2023b", CT, [0x60003000])[0x60003000].requirement == "ps3.15-c.2-module-overlay-plane"


@pytest.mark.parametrize("group", range(0x6000, 0x6020, 2))
def test_all_sixteen_overlay_groups_are_due(group):
    """Groups 6000 to 601E, even ones, are overlays."""
    tag = group << 16 | 0x3000
    assert due("2023b", CT, [tag])[tag].certainty is Certainty.DUE


@pytest.mark.parametrize("group", [0x6001, 0x6020, 0x5FFE, 0x5001, 0x5020, 0x5400])
def test_other_groups_do_not_repeat(group):
    """Odd groups are private, and those beyond 1E are no overlays and no curves."""
    tag = group << 16 | 0x3000
    assert tag not in due("2023b", CT, [tag])


def test_curves_are_due_although_no_iod_of_today_includes_them():
    """Curve elements are due wherever they are present, in all sixteen groups, for Creator and Authorization."""
    for profile in ("creator", "authorization"):
        for group in range(0x5000, 0x5020, 2):
            tag = group << 16 | 0x3000
            found = due("2023b", RT_STRUCTURE_SET, [tag], profile)[tag]
            assert (found.certainty, found.module) == (Certainty.DUE, "Curve")


@pytest.mark.parametrize("sop_class", [PRIVATE, "", "1.2.840.10008.5.1.4.1.1.9999", "x" * 1000])
def test_a_private_or_unknown_sop_class_only_warns(sop_class):
    """Only UIDs and equipment are due there; every other element rule warns (A-35)."""
    found = due("2024e", sop_class)
    sure = {tag for tag, each in found.items() if each.certainty is Certainty.DUE}
    assert sure == {SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY, SERIES, 0x00080070, DEVICE_UID, MADE_ON, 0x00280120}
    assert {each.certainty for tag, each in found.items() if tag not in sure} == {Certainty.UNKNOWN_SOP_CLASS}
    assert {0x7FE00010, 0x00080012, KVP} <= set(found)


def test_a_padded_sop_class_uid_is_known():
    """The pad byte of a UID of odd length is no part of it."""
    assert due("2023b", CT + "\0") == due("2023b", CT)


def test_an_rt_structure_set_has_uids_and_equipment_only():
    """Where no listed module belongs to the IOD, the minimum is UIDs, creation date and time and equipment."""
    found = certain("2023b", sop_class=RT_STRUCTURE_SET)
    assert found == {
        0x00080012, 0x00080013, SOP_CLASS_UID, SOP_INSTANCE_UID, 0x00080070, DEVICE_UID, STUDY, SERIES, 0x00280120,
    }  # fmt: skip


def test_equipment_and_creation_date_are_no_matter_of_authorization():
    """General Equipment and the creation date stand in C.2 only; no other module makes them a warning for C.3."""
    for sop_class in (CT, PRIVATE):
        assert {0x00080012, 0x00080013, 0x00080070} & set(due("2023b", sop_class, profile="authorization")) == set()
    assert due("2023b", GENERIC_IMPLANT_TEMPLATE, profile="authorization")[0x00080070].certainty is Certainty.DUE
    assert {0x7FE00010, SOP_INSTANCE_UID} <= certain("2023b", profile="authorization")


@pytest.mark.parametrize(
    ("label", "profile", "certainty"),
    [
        ("2008", "creator", "uncertain"),
        ("2015c", "creator", "uncertain"),
        ("2016a", "creator", None),  # singular since then
        ("2023b", "creator", None),
        ("2023b", "authorization", "uncertain"),
    ],
)
def test_the_plural_of_mr_spectroscopy_convicts_nobody(label, profile, certainty):
    """Data Point Rows stands in MR Spectroscopy Data, which the text names in the plural or not at all."""
    found = due(label, MR_SPECTROSCOPY, [0x00289001], profile).get(0x00289001)
    assert (found.certainty if found else None) == certainty


@pytest.mark.parametrize(
    ("label", "certainty"),
    [("2010", "uncertain"), ("2018e", "due"), ("2023b", "due"), ("2024e", "uncertain"), ("2008", "outside-iod")],
)
def test_an_item_is_uncertain_before_and_after_it_was_read(label, certainty):
    """Enhanced PET, item 18, came between 2008 and 2011; the tail of the list of 2024e was not read.

    Before that Acquisition Duration stands in listed modules of other IODs only.
    """
    assert due(label, ENHANCED_PET, [0x00189073])[0x00189073].certainty == certainty


@pytest.mark.parametrize(("label", "certainty"), [("2011", "uncertain"), ("2018d", "uncertain"), ("2018e", "due")])
def test_a_module_younger_than_the_tables_of_2008_is_open_until_its_table_was_read(label, certainty):
    """What Enhanced PET held when it came nobody looked up: modules of 2008 gained many attributes until 2018."""
    found = due(label, ENHANCED_PET, [0x00189073])[0x00189073]
    assert found.certainty == certainty
    assert ("in edition" in found.why and "was not seen" in found.why) is (certainty == "uncertain")


@pytest.mark.parametrize(
    ("sop_class", "label", "rows", "maker"),
    [
        (ENHANCED_PET, "2018d", "uncertain", "due"),
        (ENHANCED_PET, "2018e", "due", "due"),
        (PHOTOACOUSTIC, "2023b", "uncertain", "due"),
        (PHOTOACOUSTIC, "2024d", "due", "due"),
    ],
)
def test_an_iod_younger_than_the_tables_of_2008_is_open_until_its_table_was_read(sop_class, label, rows, maker):
    """Which modules such an IOD had before nobody looked up; equipment all have (PS3.3 A.1.4)."""
    found = due(label, sop_class, [0x00280010, 0x00080070])
    assert (found[0x00280010].certainty, found[0x00080070].certainty) == (rows, maker)


@pytest.mark.parametrize(
    ("sop_class", "certainties"),
    [
        (US_MULTI_FRAME, {"2008": "outside-iod", "2017c": "outside-iod", "2019a": "uncertain", "2021d": "due"}),
        (RT_DOSE, {"2008": "due", "2020b": "due", "2023b": "uncertain", "2024d": "outside-iod"}),
    ],
)
def test_an_iod_that_gained_or_lost_overlays_wants_them_signed_only_while_it_had_them(sop_class, certainties):
    """The Overlay Plane Module came to multi-frame ultrasound and left RT Dose; between the tables read it is open."""
    found = {label: due(label, sop_class, [0x60003000])[0x60003000].certainty for label in certainties}
    assert found == certainties


@pytest.mark.parametrize(
    ("label", "certainty"),
    [("2021b", None), ("2022e", "uncertain"), ("2023a", "uncertain"), ("2023b", "due"), ("2024a", "uncertain")],
)
def test_microscopy_annotations_came_after_2021b(label, certainty):
    """The module is absent in 2021b and listed in 2023b; between and beyond nobody looked."""
    found = due(label, MICROSCOPY_ANNOTATIONS, [0x006A0001, 0x006A0002])
    assert {each.certainty for tag, each in found.items() if tag >> 16 == 0x6A} == ({certainty} if certainty else set())


@pytest.mark.parametrize("label", ["2004", "2025a"])
@pytest.mark.parametrize("profile", ["creator", "authorization", "structured-report"])
def test_nothing_is_certain_in_an_edition_beyond_those_read(label, profile):
    """Editions before 2008 and after 2024e convict nobody."""
    found = due(label, profile=profile)
    assert found
    assert Certainty.DUE not in {each.certainty for each in found.values()}


def test_implant_template_means_the_five_generic_modules():
    """The list names a module that PS3.3 lacks; its elements are due on a Generic Implant Template."""
    found = due("2023b", GENERIC_IMPLANT_TEMPLATE, [0x00686221, 0x00686210])
    assert found[0x00686221].requirement == "ps3.15-c.2-module-implant-template"
    assert {found[tag].certainty for tag in (0x00686221, 0x00686210)} == {Certainty.DUE}


REPORT = [SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY, SERIES, 0x00080023, 0x00080070, 0x0040A030, 0x0040A032, 0x0040A040,
          0x0040A073, 0x0040A360, 0x0040A372, 0x0040A375, 0x0040A491, 0x0040A493, 0x0040A730]  # fmt: skip


def test_the_report_minimum():
    """A report signature covers UIDs, equipment, evidence, predecessors and content, not its own instance UID."""
    assert certain("2023b", sop_class=BASIC_TEXT_SR, present=REPORT, profile="structured-report") == {
        SOP_CLASS_UID, 0x00080070, STUDY, SERIES, 0x0040A032, 0x0040A040, 0x0040A360, 0x0040A375, 0x0040A730,
    }  # fmt: skip


def test_a_verified_report_needs_more():
    """The signature of a verified report adds instance UID, flag and observers; the time lies in the latter (A-20)."""
    more = {"sop_class": BASIC_TEXT_SR, "present": REPORT, "profile": "structured-report"}
    added = certain("2023b", verified=True, **more) - certain("2023b", **more)
    assert added == {SOP_INSTANCE_UID, 0x0040A073, 0x0040A493}
    found = due("2023b", verified=True, **more)
    assert [found[tag].requirement for tag in sorted(added)] == [
        "ps3.15-c.4-verified-sop-instance-uid",
        "ps3.15-c.4-verified-observer-sequence",
        "ps3.15-c.4-verified-flag",
    ]


def test_evidence_is_due_only_if_present():
    """Items 4 to 7 of C.4 are due only if present (A-21); the row of Observation DateTime wins over its module."""
    found = due("2023b", BASIC_TEXT_SR, [0x0040A032], "structured-report")
    assert set(found) == {SOP_CLASS_UID, 0x0040A032}
    assert found[0x0040A032].requirement == "ps3.15-c.4-observation-datetime"


def test_the_base_profile_wants_no_element():
    """PS3.15 C.1 fixes no elements."""
    assert due("2023b", profile="base") == {}


def test_an_unknown_profile_is_an_error_with_a_hint():
    """A misspelled profile names the nearest one."""
    with pytest.raises(UnknownName, match="Did you mean 'creator'"):
        due_attributes("craetor", edition(), CT, [])


@pytest.mark.parametrize("profile", ["creator", "authorization", "structured-report"])
def test_every_item_of_a_list_has_its_row_in_the_register(profile):
    """Each item cites a row of its own clause and profile; the plural of MR Spectroscopy shares one."""
    for item in list_items(profile):
        row = register().get(item.requirement)
        assert (row.profile, row.scope) == (profile, Scope.SIGNATURE)
        assert row.since == item.since
    named = [item.requirement for item in list_items(profile) if not item.plural]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("profile", ["creator", "authorization", "structured-report"])
def test_every_module_row_of_the_register_is_in_the_list(profile):
    """No row on a module is without its item."""
    rows = {row.id for row in register().values() if row.profile == profile and "-module-" in row.id}
    assert rows
    assert rows == {item.requirement for item in list_items(profile) if item.tag is None}


@pytest.mark.parametrize(
    ("label", "creator", "authorization"),
    [("2008", 17, 16), ("2011", 25, 24), ("2013", 26, 25), ("2014a", 27, 26), ("2016a", 29, 27), ("2023b", 30, 27)],
)
def test_the_lists_have_as_many_items_as_the_text(label, creator, authorization):
    """The numbers of items are those counted in the text; item 3 of C.3 is for the application to fill."""
    for profile, count in (("creator", creator), ("authorization", authorization)):
        numbers = {item.number for item in list_items(profile) if item.since <= label}
        assert numbers | ({3} if profile == "authorization" else set()) == set(range(1, count + 1))


def test_every_cited_row_exists_and_holds():
    """Whatever is due in whatever edition, its row is in the register and in force there."""
    everything = [item << 16 | element for item in range(0x5000, 0x5020) for element in (0x0005, 0x3000)]
    everything += list(CT_PRESENT)
    for label in ("2008", "2012", "2016c", "2017b", "2021b", "2023b", "2024e"):
        for profile in ("creator", "authorization", "structured-report"):
            for sop_class in (CT, ENHANCED_CT, ENHANCED_US, BASIC_TEXT_SR, PRIVATE):
                for each in due(label, sop_class, everything, profile).values():
                    assert each.why
                    if each.certainty is Certainty.DUE:
                        assert register().get(each.requirement).holds_in(label)


def test_thousands_of_instances_are_quick():
    """After the first instance of a kind, another one costs microseconds."""
    asked, present = edition(), list(CT_PRESENT)
    due_attributes("creator", asked, CT, present)
    start = time.perf_counter()
    for _ in range(2000):
        due_attributes("creator", asked, CT, present)
    assert time.perf_counter() - start < 1.0  # about 0.05 s


def test_hostile_sop_classes_cost_no_memory():
    """Unknown SOP Classes share one table: a file set of a thousand invented ones is as quick as one."""
    start = time.perf_counter()
    for number in range(2000):
        due("2023b", f"1.2.3.{number}")
    assert time.perf_counter() - start < 2.0
