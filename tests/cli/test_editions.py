"""`dicomsig editions` says what signatures have to cover, and when that changed."""

import pytest


def test_a_sop_class_shows_its_changes(dicomsig):
    """The elements that left General Image are named with the time at which they did (PS3.15 C.2)."""
    ran = dicomsig("editions", "CT Image Storage")
    assert ran.code == 0
    assert ran.out.startswith("CT Image Storage  1.2.840.10008.5.1.4.1.1.2\n")
    lines = ran.out.splitlines()
    assert "  2008          RIPEMD160, MD5, SHA1" in lines
    start = next(number for number, line in enumerate(lines) if line.startswith("  2021b         open"))
    moved = " ".join(line.strip() for line in lines[start : start + 4])
    assert "AcquisitionNumber (0020,0012)" in moved
    assert "General Acquisition Module after 2021a and by 2024a" in moved
    assert any(line.startswith("  2024a         not due  General Image Module: AcquisitionDate") for line in lines)
    assert not any("PS3.15 C.4" in line for line in lines)


def test_a_report_shows_its_profile_and_what_verification_adds(dicomsig):
    """The list of PS3.15 C.4 is shown for reports, with what only a verification signature has to cover."""
    text = dicomsig("editions", "Comprehensive SR Storage").out
    assert "structured-report (PS3.15 C.4)" in text
    assert "alone: SOPInstanceUID, VerificationFlag, VerifyingObserverSequence" in " ".join(text.split())


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


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("enhanced pet", "Enhanced PET Image Storage"),
        ("multi-frame ultrasound", "Ultrasound Multi-frame Image Storage"),
        ("Encapsulated PDF", "Encapsulated PDF Storage"),
    ],
)
def test_some_words_of_a_name_are_enough(dicomsig, words, name):
    """What one SOP Class alone can mean is taken, in any order and case."""
    assert dicomsig("editions", words).out.startswith(f"{name}  ")


def test_words_of_several_names_are_an_error_that_lists_them(dicomsig):
    """Of several SOP Classes none is guessed: the shortest names are shown."""
    ran = dicomsig("editions", "ct")
    assert ran.code == 2
    assert "Those with these words are CT Image Storage, Enhanced CT Image Storage, " in " ".join(ran.err.split())


def test_what_nobody_looked_up_is_open(dicomsig):
    """Of a module that came after 2008 the content is open until its table was read, and so is an IOD that changed."""
    pet = dicomsig("editions", "enhanced pet").out.partition("authorization")[0]
    assert "  after 2008    open     Enhanced PET Image Module: 20 elements" in pet
    assert "  2018e         due      Enhanced PET Image Module: 20 elements" in pet
    ultrasound = dicomsig("editions", "ultrasound multi-frame").out.partition("authorization")[0]
    assert "  after 2017c   open     " in ultrasound.partition("open     Overlay Plane Module: 13 elements")[0]
    assert "  2021d         due      Overlay Plane Module: 13 elements" in ultrasound


@pytest.mark.parametrize("name", [(), ("CT Image Storage",), ("Comprehensive SR Storage",)])
def test_lines_fit_and_say_what_their_words_mean(dicomsig, name):
    """No line is longer than a wide terminal, and due, open and not due are explained before they are used."""
    text = dicomsig("editions", *name).out
    assert max(map(len, text.splitlines())) <= 120
    for word in ("due ", "not due ", "open "):
        assert f"\n{word}" in text.partition("creator (")[0]
    assert "\N{NO-BREAK SPACE}" not in text


def test_an_unknown_name_is_a_usage_error(dicomsig):
    """A name that nobody knows ends with 2 and the nearest name."""
    ran = dicomsig("editions", "CT Imag")
    assert ran.code == 2
    assert "Did you mean 'CT Image Storage'?" in ran.err
