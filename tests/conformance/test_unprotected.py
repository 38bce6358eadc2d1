"""What no valid signature protects is said with tags and names, never with values, and cheaply."""

import time
from dataclasses import replace

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.modules import due_attributes
from dicomsig.conformance.unprotected import Meaning, meanings_in, unprotected
from dicomsig.conformance.views import judged
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.vectors.edits import put, revalued
from dicomsig.vectors.forge import forge, signable_tags
from dicomsig.vectors.values import element, leaf, tag_of
from dicomsig.vectors.views import view
from dicomsig.vectors.wrong_signers.twins import (
    ct,
    group_lengths,
    in_item,
    item_and_whole,
    of,
    overlays,
    private_unknown,
)

PATIENT_NAME, PIXELS = tag_of("PatientName"), tags.PIXEL_DATA
CT_UID = "1.2.840.10008.5.1.4.1.1.2"


def found(forgery):
    return unprotected(view(forgery))


def test_nothing_is_said_where_everything_is_signed():
    """A signature over all that can be signed leaves nothing open; what nobody may sign is not counted."""
    assert found(ct()) is None
    assert found(group_lengths()) is None


def test_elements_of_unknown_type_are_not_protected():
    """Nobody may sign VR UN, and what is not signed is open all the same (PS3.3 C.12.1.1.3.1.1)."""
    open_elements = found(private_unknown())
    assert open_elements.number == len(open_elements.others) > 0


def test_the_creator_minimum_of_a_ct_leaves_its_geometry_and_patient_open():
    """What a Creator-conformant signature on a classic CT leaves open, by what it changes (PS3.15 C.2)."""
    forgery = ct().on(put(element("WindowCenter", "40"), element("WindowWidth", "400")))
    present = {node.tag for node in forgery.base}
    minimum = {each.tag for each in due_attributes("creator", edition(), CT_UID, present) if each.certainty == "due"}
    result = found(replace(forgery, listed=tuple(sorted(minimum & set(signable_tags(forgery.base))))))
    meanings = dict(result.telling)
    assert {tag_of("PatientName"), tag_of("PatientID")} <= set(meanings[Meaning.PATIENT])
    assert set(meanings[Meaning.RESCALE]) == {tag_of("RescaleIntercept"), tag_of("RescaleSlope"), tag_of("RescaleType")}
    assert tag_of("PixelSpacing") in meanings[Meaning.SPACING]
    assert {tag_of("ImagePositionPatient"), tag_of("ImageOrientationPatient")} <= set(meanings[Meaning.POSITION])
    assert set(meanings[Meaning.WINDOW]) == {tag_of("WindowCenter"), tag_of("WindowWidth")}
    assert meanings[Meaning.CHARACTER_SET] == (tag_of("SpecificCharacterSet"),)
    assert Meaning.CONTENT not in meanings
    assert Meaning.PIXELS not in meanings
    assert tag_of("Manufacturer") not in result.others
    assert result.number == len(present - minimum)


def test_the_creator_minimum_of_a_plan_leaves_the_treatment_open():
    """PS3.15 C.2 names no module of radiotherapy: prescription, fractions and beams can change unnoticed."""
    forgery = of("rt-plan")
    uid, present = "1.2.840.10008.5.1.4.1.1.481.5", {node.tag for node in forgery.base}
    minimum = tuple(each.tag for each in due_attributes("creator", edition(), uid, present) if each.certainty == "due")
    meanings = dict(found(replace(forgery, listed=minimum)).telling)
    assert {tag_of("BeamSequence"), tag_of("FractionGroupSequence")} <= set(meanings[Meaning.CONTENT])
    assert tag_of("ApprovalStatus") in meanings[Meaning.STATUS]


@pytest.mark.parametrize(
    ("keyword", "meaning"),
    [
        ("PixelData", Meaning.CONTENT),
        ("PatientID", Meaning.PATIENT),
        ("SOPInstanceUID", Meaning.STUDY),
        ("PhotometricInterpretation", Meaning.PIXELS),
        ("RescaleSlope", Meaning.RESCALE),
        ("PixelSpacing", Meaning.SPACING),
        ("ImagePositionPatient", Meaning.POSITION),
        ("SpecificCharacterSet", Meaning.CHARACTER_SET),
    ],
)
def test_each_meaning_is_told_by_its_elements(keyword, meaning):
    """One unsigned element is named under what it changes, in one line without values."""
    result = found(ct().leaving_out(tag_of(keyword)))
    assert (result.number, result.telling, result.others) == (1, ((meaning, (tag_of(keyword),)),), ())
    assert list(meanings_in(result.message)) == [meaning]
    assert tags.format_tag(tag_of(keyword)) in result.message


def test_overlays_are_told_by_their_groups():
    """An overlay in any of the groups 6000 to 601E is an overlay; a private group beside them is not."""
    result = found(overlays().leaving_out(0x60023000))
    assert result.telling == ((Meaning.OVERLAYS, (0x60023000,)),)
    private = overlays().on(put(leaf(0x60210010, "LO", "TEST"), leaf(0x60211000, "LO", "x")))
    assert found(private.leaving_out(0x60211000)).others == (0x60211000,)


def test_two_signatures_protect_what_either_lists():
    """An element is open only when no valid signature lists it."""
    first = ct().leaving_out(PATIENT_NAME)
    assert found(first.then(listed=(PATIENT_NAME,))) is None


def test_a_broken_signature_protects_nothing():
    """A signature that does not hold, and one in an item, protect nothing of the main data set."""
    broken = found(replace(ct(), afterwards=(revalued(PATIENT_NAME, b"OTHER "),)))
    assert broken.valid == 0
    assert broken.message.startswith("no signature of the main data set holds, so that nothing is protected")
    assert Meaning.CONTENT in dict(broken.telling)
    assert found(in_item()).valid == 0
    assert found(item_and_whole()) is None


def test_messages_name_five_elements_of_a_kind_and_no_value():
    """A message counts what it does not name, and holds nothing of the values."""
    canary = ct().on(put(element("PatientName", "KANARIENVOGEL")))
    message = found(replace(canary, listed=(tags.SOP_CLASS_UID,))).message
    assert " more" in message
    assert "KANARIENVOGEL" not in message
    assert len(message) < 2000


def test_it_costs_little():
    """The second instance of a series costs less than a tenth of a millisecond; the bound leaves room."""
    best = 1.0
    data = forge(ct().leaving_out(PATIENT_NAME, PIXELS))
    for _ in range(20):
        whole = judged(instance_of(data), edition())
        _ = whole.present, whole.signatures[0].listed
        start = time.perf_counter()
        unprotected(whole).message  # noqa: B018 - its making is timed
        best = min(best, time.perf_counter() - start)
    assert best < 0.0005
