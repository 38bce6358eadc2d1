"""What a Creator signature has to cover depends on the instance, its IOD and the edition (PS3.15 C.2, A-35)."""

from dataclasses import replace

from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.editions import edition
from dicomsig.conformance.finding import HOLDS, Answer
from dicomsig.conformance.register import Scope, register
from dicomsig.conformance.views import judged
from dicomsig.encoding.instance import instance_of
from dicomsig.vectors.edits import dropped, put, revalued
from dicomsig.vectors.forge import forge
from dicomsig.vectors.values import element, leaf, sequence
from dicomsig.vectors.views import ask, view
from dicomsig.vectors.wrong_signers.twins import of

CREATOR = "ps3.15-c.2"
SOP_INSTANCE_UID, ROWS, IMAGE_TYPE = 0x00080018, 0x00280010, 0x00080008


def broken(whole):
    judged_by = ("macro", "base", "creator")
    rows = [
        row
        for row, check in registered().items()
        if check.scope is Scope.SIGNATURE and register()[row].profile in judged_by
    ]
    found = {row: ask(row, whole) for row in rows}
    return {row for row, finding in found.items() if finding is not None and finding.answer is Answer.BROKEN}


def test_elements_of_the_minimum_have_to_be_signed():
    """An unsigned element of the IOD's modules fails its module, by tag and name (PS3.15 C.2)."""
    honest = view(of("ct")).signatures[0].listed
    whole = view(of("ct", listed=tuple(sorted(honest - {ROWS, IMAGE_TYPE, SOP_INSTANCE_UID}))))
    assert broken(whole) == {
        f"{CREATOR}-module-image-pixel",
        f"{CREATOR}-module-general-image",
        f"{CREATOR}-sop-instance-uid",
    }
    finding = ask(f"{CREATOR}-module-image-pixel", whole)
    assert finding.expected == "every element of the Image Pixel Module that is present is signed"
    assert finding.found == "(0028,0010) Rows is present and not signed"


def test_more_than_five_elements_are_counted():
    """A finding names five elements and counts the rest."""
    whole = view(of("ct", listed=(SOP_INSTANCE_UID,)))
    found = ask(f"{CREATOR}-module-image-pixel", whole).found
    assert found.count("(0028,") + found.count("(7FE0,") == 5
    assert " more are present and not signed" in found


def test_a_missing_instance_uid_is_not_signed_either():
    """SOP Instance UID is due even where it is missing (PS3.15 C.2)."""
    whole = view(of("ct", afterwards=(dropped(SOP_INSTANCE_UID),)))
    listed = view(of("ct", listed=(ROWS,)).on(dropped(SOP_INSTANCE_UID)))
    assert ask(f"{CREATOR}-sop-instance-uid", whole) is HOLDS  # it is listed; that it is gone is told elsewhere
    assert ask(f"{CREATOR}-sop-instance-uid", listed).found.endswith("is missing and not signed")


def test_a_due_element_that_nobody_may_sign_is_not_asked_for():
    """An element that has become UN cannot be signed, so its absence is no failure."""
    whole = view(of("ct").on(put(leaf(ROWS, "UN", b"\x10\0"))))
    finding = ask(f"{CREATOR}-module-image-pixel", whole)
    assert (finding.answer, finding.reason) == (Answer.DOUBTFUL, "element-not-signable")


def test_a_private_sop_class_is_warned_of_and_not_convicted():
    """Elements of an object whose IOD is not known are better signed; only UIDs and equipment are due (A-35)."""
    private = revalued(0x00080016, b"1.2.826.0.1.3680043.2.1143.107.104.103.1")
    whole = view(of("ct", listed=(0x00080016, SOP_INSTANCE_UID)).on(private))
    assert ask(f"{CREATOR}-module-image-pixel", whole).answer is Answer.DOUBTFUL
    assert ask(f"{CREATOR}-module-general-equipment", whole).answer is Answer.BROKEN


def test_moved_elements_are_open_where_the_edition_is():
    """Acquisition elements fail in 2020b, are open in 2023b and free in 2024e (PS3.15 C.2)."""
    row, number = f"{CREATOR}-acquisition-attributes-by-edition", 0x00200012
    honest = view(of("ct")).signatures[0].listed
    data = forge(of("ct", listed=tuple(sorted(honest - {number}))).on(put(element("AcquisitionNumber", "3"))))
    answers = {label: ask(row, judged(instance_of(data), edition(label))) for label in ("2020b", "2023b", "2024e")}
    assert answers["2020b"].answer is Answer.BROKEN
    assert answers["2023b"].answer is Answer.UNKNOWN
    assert answers["2024e"] is None


def test_the_creator_rows_do_not_apply_to_a_signature_in_an_item():
    """The profiles of PS3.15 ask for signatures of the main data set."""
    item = (element("CodeValue", "T-D1100"), element("CodingSchemeDesignator", "SRT"), element("CodeMeaning", "Head"))
    whole = view(of("ct", place="/00082218[0]/").on(put(sequence("AnatomicRegionSequence", item))))
    assert not whole.signatures[0].in_main_data_set
    rows = [row for row in registered() if row.startswith(CREATOR) and not row.endswith("mac-algorithm")]
    assert [row for row in rows if ask(row, whole) is not None] == []


def test_elements_that_are_left_out_for_several_reasons_are_not_told_to_share_one():
    """KVP and Rescale Slope of a CT stand in listed modules of different other IODs (A-35)."""
    listed = tuple(tag for tag in view(of("ct")).signatures[0].listed if tag not in (0x00180060, 0x00281053))
    finding = ask(f"{CREATOR}-element-shared-by-modules", view(of("ct", listed=tuple(sorted(listed)))))
    assert finding.answer is Answer.DOUBTFUL
    assert "for (0018,0060) KVP, no listed module of the IOD ct-image holds it" in finding.found
    assert finding.found.endswith("; the like for the others")


def test_an_element_without_a_value_is_a_warning_when_it_is_not_signed():
    """Empty Type 3 means the same as none (PS3.5 7.4.5): who leaves such elements out breaks nothing (A-37)."""
    row, equipment = f"{CREATOR}-module-general-equipment", of("ct").on(put(element("InstitutionName", "")))
    assert ask(row, view(equipment)) is HOLDS
    for empty in (element("InstitutionName", ""), sequence("UDISequence")):
        base = of("ct").on(put(empty))
        whole = view(base)
        listed = tuple(sorted(whole.signatures[0].listed - {empty.tag}))
        finding = ask(row, view(replace(base, listed=listed)))
        assert (finding.answer, finding.reason) == (Answer.DOUBTFUL, "element-empty-not-signed")
    filled = of("ct").on(put(element("InstitutionName", "TEST")))
    listed = tuple(sorted(view(filled).signatures[0].listed - {0x00080080}))
    assert ask(row, view(replace(filled, listed=listed))).answer is Answer.BROKEN


def test_an_empty_instance_uid_is_no_excuse():
    """The UIDs of instance, study and series are of Type 1: without a value and unsigned they fail (PS3.15 C.2)."""
    base = of("ct").on(put(element("StudyInstanceUID", "")))
    listed = tuple(sorted(view(base).signatures[0].listed - {0x0020000D}))
    assert ask(f"{CREATOR}-study-instance-uid", view(replace(base, listed=listed))).answer is Answer.BROKEN
