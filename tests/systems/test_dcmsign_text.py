"""The words of dcmsign 3.6.7 are read back as axes and reasons; what does not fit is an error, not a verdict."""

import pytest

from dicomsig.encoding.tags import Tag
from dicomsig.systems.dcmsign_adapter import DcmsignAdapter
from dicomsig.systems.dcmsign_text import DcmsignTextError, Said, place_of, read_words, steps_of
from dicomsig.systems.faults import Fault

ITEM = """I: open input file object.dcm
I: verifying all signatures.
W: Signature #1 UID=1.2.3
I:   Location                    : ContentSequence[1].ContentSequence[0]
I:   MAC ID                      : 0
I:   Data elements signed        :
I:       (0040,a040) ValueType
I:   Certificate of signer       :
I:       Subject                 : /CN=Signature Verification : OK
W:   Signature Verification      : OK
I:   Certified timestamp         : absent
"""
MAIN = """W: Signature #2 UID=(unknown)
I:   Location                    : Main Dataset
W:   Signature Verification      : {}
{}"""
TOTAL = "I: 2 signatures verified in dataset, 1 corrupted.\n"


def second(verification: str, timestamp: str = "", *, anchors: bool = True) -> Said:
    return read_words(ITEM + MAIN.format(verification, timestamp) + TOTAL, anchors=anchors)[1]


def test_each_signature_has_its_own_words() -> None:
    """Location, UID and verdict belong to the signature that they follow; deeper lines are details."""
    first, other = read_words(ITEM + MAIN.format("OK", "") + TOTAL, anchors=True)
    assert first == Said("ContentSequence[1].ContentSequence[0]", "1.2.3", "valid", "valid", "absent", ())
    assert other == Said("Main Dataset", None, "valid", "valid", None, ())


@pytest.mark.parametrize(
    ("verification", "integrity", "trust", "reasons"),
    [
        ("signature verification failed: signature is invalid (document corrupted)",
         "invalid", "indeterminate", ["mac-mismatch"]),
        ("signature is OK but certificate verification failed: unable to get local issuer certificate",
         "valid", "invalid", ["issuer-unknown"]),
        ("signature is OK but certificate verification failed: something new", "valid", "invalid", []),
        ("signature verification failed: certificate was expired at signature creation date",
         "valid", "invalid", ["certificate-expired"]),
        ("signature verification failed: MAC algorithm not supported",
         "indeterminate", "indeterminate", ["algorithm-unknown"]),
        ("unable to use the selected transfer syntax for MAC computation", "indeterminate", "indeterminate", []),
    ],
)  # fmt: skip
def test_integrity_and_trust_are_told_apart_in_the_text(
    verification: str, integrity: str, trust: str, reasons: list[str]
) -> None:
    """Only a comparison that failed makes integrity invalid; what could not be compared leaves it open."""
    said = second(verification)
    assert (said.integrity, said.trust, list(said.reasons)) == (integrity, trust, reasons)


def test_without_anchors_trust_is_not_judged() -> None:
    """That no issuer was found says nothing when none was given."""
    said = second(
        "signature is OK but certificate verification failed: unable to get local issuer certificate", anchors=False
    )
    assert (said.integrity, said.trust, list(said.reasons)) == ("valid", "indeterminate", ["trust-not-asked"])


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("I:   Certified timestamp         : absent\n", "absent"),
        ("I:   Certified timestamp         : CMS_TSP version 1\nW:   Timestamp Verification      : OK\n", "valid"),
        ("W:   Timestamp Verification      : OK, extends validity period of expired signature.\n", "valid"),
        ("W:   Timestamp Verification      : timestamp signature verification failed: x\n", "invalid"),
        ("", None),
    ],
)
def test_the_time_axis_is_that_of_the_timestamp(words: str, time: str | None) -> None:
    """Absent where it says so, None where it says nothing."""
    assert second("OK", words).time == time


@pytest.mark.parametrize(
    "words",
    [
        "",
        ITEM,
        TOTAL,
        ITEM + TOTAL,
        ITEM + MAIN.format("OK", "W:   Signature Verification : OK\n") + TOTAL,
        ITEM + MAIN.format("OK", "").replace("#2", "#3") + TOTAL,
        ITEM + MAIN.format("OK", "").replace("I:   Location                    : Main Dataset\n", "") + TOTAL,
        ITEM + ITEM.replace("#1", "#2").replace("W:   Signature Verification      : OK\n", "") + TOTAL,
    ],
)
def test_words_that_do_not_fit_together_are_an_error(words: str) -> None:
    """Values of the file stand between the words; numbers, single verdicts and the total tell them apart."""
    with pytest.raises(DcmsignTextError):
        read_words(words, anchors=True)


def tag_of(name: str) -> Tag | None:
    return {"ContentSequence": 0x0040A730}.get(name)


def test_a_location_is_a_place() -> None:
    """Names become tags, and the main data set is the root."""
    assert place_of(steps_of("Main Dataset", tag_of), iter(())) == "/"
    assert place_of(steps_of("ContentSequence[1].ContentSequence[0]", tag_of), iter(())) == "/0040a730[1]/0040a730[0]/"


def test_an_unknown_name_is_the_only_item_that_fits() -> None:
    """A sequence that the dictionary does not know is found by its position, or it is an error."""
    steps = steps_of("Unknown Tag & Data[1].ContentSequence[0]", tag_of)
    there, elsewhere = ((0x00991010, 1), (0x0040A730, 0)), ((0x00991010, 0), (0x0040A730, 0))
    assert place_of(steps, iter([(), elsewhere, there, there])) == "/00991010[1]/0040a730[0]/"
    with pytest.raises(DcmsignTextError):
        place_of(steps, iter([there, ((0x00991012, 1), (0x0040A730, 0))]))
    with pytest.raises(DcmsignTextError):
        place_of(steps, iter([elsewhere]))


@pytest.mark.parametrize("location", ["", "ContentSequence", "ContentSequence[x]", "ContentSequence[1]."])
def test_a_location_that_is_no_path_is_an_error(location: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(DcmsignTextError):
        steps_of(location, tag_of)


def test_where_dcmsign_is_not_installed_that_is_said() -> None:
    """Without the program the fault says that it is missing, and of what it is a part."""
    fault = DcmsignAdapter("no-such-program").describe()
    assert isinstance(fault, Fault)
    assert "not installed" in fault.message
