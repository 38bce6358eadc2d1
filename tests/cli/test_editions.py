"""`dicomsig editions` says what signatures have to cover, and when that changed."""

import pytest


def test_a_sop_class_shows_its_changes(dicomsig):
    """The elements that left General Image are named with the time at which they did (PS3.15 C.2)."""
    ran = dicomsig("editions", "CT Image Storage")
    assert ran.code == 0
    assert ran.out.startswith("CT Image Storage  1.2.840.10008.5.1.4.1.1.2\n")
    lines = ran.out.splitlines()
    assert "  2008          RIPEMD160, MD5, SHA1" in lines
    moved = [line for line in lines if "AcquisitionNumber" in line]
    assert [line[:25].strip().split(maxsplit=1) for line in moved[:2]] == [["2021b", "open"], ["2024a", "not due"]]
    assert "General Acquisition Module after 2021a and by 2024a" in moved[0]
    assert not any("PS3.15 C.4" in line for line in lines)


def test_a_report_shows_its_profile_and_what_verification_adds(dicomsig):
    """The list of PS3.15 C.4 is shown for reports, with what only a verification signature has to cover."""
    text = dicomsig("editions", "Comprehensive SR Storage").out
    assert "structured-report (PS3.15 C.4)" in text
    assert "alone: SOPInstanceUID, VerificationFlag, VerifyingObserverSequence" in text


def test_without_sop_class_the_lists_are_shown(dicomsig):
    """Each module of the lists stands under the edition that brought it."""
    text = dicomsig("editions").out
    assert "  2013          due      Point Cloud Module\n" in text
    assert "  2023b         due      Microscopy Bulk Simple Annotations Module\n" in text
    assert "Tractography" not in text.partition("authorization")[2]


@pytest.mark.parametrize("name", [(), ("1.2.840.10008.5.1.4.1.1.4",), ("1.2.3",)])
def test_json_is_one_document(dicomsig, name):
    """With --json there is one document: SOP Class, editions, and the changes of each profile."""
    document = dicomsig("editions", *name, "--json").document
    assert (document["sop_class"] is None) is (name == ())
    assert document["editions"][0]["edition"] == "2008"
    assert {each["profile"] for each in document["profiles"]} >= {"creator", "authorization"}
    assert {each["state"] for row in document["profiles"] for each in row["changes"]} <= {"due", "open", "not due"}


def test_an_unknown_name_is_a_usage_error(dicomsig):
    """A name that nobody knows ends with 2 and the nearest name."""
    ran = dicomsig("editions", "CT Imag")
    assert ran.code == 2
    assert "Did you mean 'CT Image Storage'?" in ran.err
