"""One element, signed alone, for every VR: usual, empty, odd; and what happens to it (PS3.5 6.2 and 7.1.2)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.tags import Tag
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.edits import dropped, emptied, in_vr, put, revalued
from dicomsig.vectors.every_vr import LONG_VALUE, ODD, USUAL, selector
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import Leaf, data_set
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.vector import Flag, Outcome
from dicomsig.vectors.writing import DEFAULT, Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import of

_MISMATCH = "mac-mismatch"
_SPACE = ("ps3.5-6.2-uid-space-padding",)
_HEADERS = ("ps3.5-7.1.2-short-and-long-headers", STREAM + "element-fields")
_SAME_BYTES = {
    "CS": "LO",
    "DA": "CS",
    "LO": "SH",
    "OB": "OW",
    "OW": "OB",
    "US": "SS",
    "UL": "SL",
    "UT": "UC",
    "UI": "ST",
}


def _alone(leaf: Leaf, algorithm: MacAlgorithm) -> Forgery:
    """A small instance in which one element is signed beside SOP Instance UID."""
    content = data_set(raw_data_set(f"value {leaf.vr} {len(leaf.value)}"), leaf)
    return Forgery(content, algorithm=algorithm, listed=(0x00080018, leaf.tag))


def _bit_flipped(value: bytes) -> bytes:
    return bytes((value[0] ^ 1,)) + value[1:]


def _changed(tag: Tag, change: Callable[[bytes], bytes], twin: Signed) -> bytes:
    return twin.edited(revalued(tag, change))


def _replaced(tag: Tag, value: bytes, twin: Signed) -> bytes:
    return twin.edited(revalued(tag, value))


def _emptied(tag: Tag, twin: Signed) -> bytes:
    return twin.edited(emptied(tag))


def _relabelled(tag: Tag, vr: str, twin: Signed) -> bytes:
    return twin.edited(in_vr(tag, vr))


for _vr in sorted(set(USUAL) - {"UN"}):
    _leaf = selector(_vr, *USUAL[_vr])
    _suffix = _vr.lower()
    positive(
        f"value-alone.{_suffix}",
        (*_HEADERS, LIST + "listed-change-detected"),
        title=f"One element of VR {_vr} is signed",
        family="values",
    )(partial(_alone, _leaf))
    vector(
        f"value-bit-flipped.{_suffix}",
        f"value-alone.{_suffix}",
        reason=_MISMATCH,
        requirements=(*_HEADERS, LIST + "listed-change-detected"),
        title=f"The first byte of the signed element of VR {_vr} differs by one bit",
        family="values",
    )(partial(_changed, _leaf.tag, _bit_flipped))
    vector(
        f"value-emptied.{_suffix}",
        f"value-alone.{_suffix}",
        reason=_MISMATCH,
        requirements=(LIST + "listed-change-detected",),
        title=f"The signed element of VR {_vr} lost its value",
        family="values",
    )(partial(_emptied, _leaf.tag))
    positive(
        f"value-empty.{_suffix}",
        _HEADERS,
        title=f"An empty element of VR {_vr} is signed",
        family="values",
    )(partial(_alone, selector(_vr)))
    if _vr in ODD:
        positive(
            f"value-odd.{_suffix}",
            (STREAM + "padding-covered",),
            title=f"A value of VR {_vr} whose length is odd is signed with its pad byte",
            family="values",
        )(partial(_alone, selector(_vr, ODD[_vr])))
    if _vr in _SAME_BYTES:
        vector(
            f"value-relabelled.{_suffix}",
            f"value-alone.{_suffix}",
            reason=_MISMATCH,
            requirements=(STREAM + "vr-letters-covered",),
            title=f"The signed element of VR {_vr} says {_SAME_BYTES[_vr]} over the same bytes",
            family="values",
        )(partial(_relabelled, _leaf.tag, _SAME_BYTES[_vr]))


for _vr in ("OB", "OW", "UT", "OF", "UC"):
    _bytes = bytes(range(256)) * (LONG_VALUE // 256 + 1) if _vr.startswith("O") else b"x" * LONG_VALUE
    _length = LONG_VALUE + 2 if _vr == "OF" else LONG_VALUE
    positive(
        f"value-long.{_vr.lower()}",
        _HEADERS,
        title=f"A value of VR {_vr} that is longer than two bytes can say is signed",
        family="values",
        flags=(Flag.BIG,),
    )(partial(_alone, selector(_vr, _bytes[:_length])))
    vector(
        f"value-long-last-byte-altered.{_vr.lower()}",
        f"value-long.{_vr.lower()}",
        reason=_MISMATCH,
        requirements=(LIST + "listed-change-detected",),
        title=f"The last byte of a long value of VR {_vr} differs by one bit",
        family="values",
    )(partial(_changed, selector(_vr).tag, lambda value: value[:-1] + bytes((value[-1] ^ 1,))))


_PADDING: Final = STREAM + "padding-covered"
_NUMBERS: Final = STREAM + "number-format-covered"
_CHANGED: Final = LIST + "listed-change-detected"

_SPELLINGS: dict[str, tuple[str, bytes, bytes, str]] = {
    "superfluous-spaces-trimmed": ("LO", b"padded  ", b"padded", _PADDING),
    "pad-space-trimmed-to-null": ("LO", b"odd ", b"odd\0", _PADDING),
    "leading-space-trimmed": ("LO", b" padded ", b"padded", _PADDING),
    "spaces-added": ("LO", b"padded", b"padded  ", _PADDING),
    "decimal-trailing-zero-dropped": ("DS", b"1.50", b"1.5 ", _NUMBERS),
    "decimal-exponent-rewritten": ("DS", b"1E+3", b"1000", _NUMBERS),
    "decimal-plus-dropped": ("DS", b"+1.5", b"1.5 ", _NUMBERS),
    "integer-leading-zero-dropped": ("IS", b"0012", b"12", _NUMBERS),
    "integer-plus-dropped": ("IS", b"+12 ", b"12", _NUMBERS),
    "time-fraction-trimmed": ("TM", b"030405.0", b"030405", _NUMBERS),
    "name-components-trimmed": ("PN", b"TEST^ONLY^^^", b"TEST^ONLY ", _CHANGED),
    "text-line-ends-rewritten": ("LT", b"one\r\ntwo", b"one\ntwo ", _CHANGED),
    "text-lower-case": ("CS", b"TEST", b"test", _CHANGED),
    "values-exchanged": ("LO", b"one\\two ", b"two\\one ", _CHANGED),
    "text-encoded-anew": ("LO", "Prüf".encode("latin-1"), "Prüf ".encode(), _CHANGED),
    "float-negative-zero": ("FD", bytes(8), bytes(7) + b"\x80", _CHANGED),
}


def _shown(value: bytes) -> str:
    """A value as a title shows it: text in quotes, with escapes, anything else in hexadecimal."""
    return repr(value)[1:] if any(32 < byte < 127 for byte in value) else value.hex()


for _name, (_vr, _before, _after, _requirement) in _SPELLINGS.items():
    positive(
        f"spelling-before.{_name}",
        (_requirement,),
        title=f"A value of VR {_vr} is signed as it is, {_shown(_before)}",
        family="values",
    )(partial(_alone, Leaf(selector(_vr).tag, _vr, _before)))
    vector(
        _name,
        f"spelling-before.{_name}",
        reason=_MISMATCH,
        requirements=(_requirement,),
        title=f"A value of VR {_vr} was signed as {_shown(_before)} and is {_shown(_after)} now",
        family="values",
    )(partial(_replaced, selector(_vr).tag, _after))


_NAME = tag_of("PatientName")
_CHANGES: dict[str, tuple[str, tuple[str, ...], Callable[[Signed], bytes]]] = {
    "element-removed": (
        "Patient's Name (0010,0010), which is signed, is gone",
        (LIST + "listed-removal-detected",),
        lambda twin: twin.edited(dropped(_NAME)),
    ),
    "element-emptied": (
        "Patient's Name (0010,0010), which is signed, lost its value",
        (LIST + "listed-removal-detected",),
        lambda twin: twin.edited(emptied(_NAME)),
    ),
    "element-replaced": (
        "Patient ID (0010,0020), which is signed, is that of another patient",
        (LIST + "listed-change-detected", "ps3.15-c.2-patient-not-covered"),
        lambda twin: twin.edited(put(element("PatientID", "OTHER-ONE"))),
    ),
    "element-with-other-tag": (
        "Patient's Birth Date (0010,0030) moved to another tag with its value",
        (LIST + "listed-removal-detected", STREAM + "element-fields"),
        lambda twin: twin.edited(dropped(tag_of("PatientBirthDate")), put(element("PatientBirthTime", b"19700101"))),
    ),
    "two-values-exchanged": (
        "Patient's Name (0010,0010) and Patient ID (0010,0020) exchanged their values",
        (LIST + "listed-change-detected",),
        lambda twin: twin.edited(put(element("PatientName", "TEST-ONLY"), element("PatientID", "TEST^ONLY"))),
    ),
    "value-moved-to-neighbour": (
        "The last byte of Study ID (0020,0010) moved into the value of Accession Number (0008,0050)",
        (STREAM + "element-fields",),
        lambda twin: twin.edited(put(element("StudyID", "TES"), element("AccessionNumber", "TEST0001T"))),
    ),
    "position-moved": (
        "Image Position (Patient) (0020,0032), which is signed, is another",
        (LIST + "listed-change-detected", "ps3.15-c.2-image-plane-not-covered"),
        lambda twin: twin.edited(put(element("ImagePositionPatient", -16, -16, 20))),
    ),
    "rescale-changed": (
        "Rescale Intercept (0028,1052), which is signed, is another",
        (LIST + "listed-change-detected", "ps3.15-c.2-rescale-and-window-not-covered"),
        lambda twin: twin.edited(put(element("RescaleIntercept", 0))),
    ),
    "character-set-changed": (
        "Specific Character Set (0008,0005), which is signed, is another",
        (
            LIST + "listed-change-detected",
            "ps3.15-c.2-character-set-not-covered",
            STREAM + "inherited-character-set",
        ),
        lambda twin: twin.edited(put(element("SpecificCharacterSet", "ISO_IR 144"))),
    ),
    "series-uid-coerced": (
        "Series Instance UID (0020,000E) was coerced (PS3.4 B.4.1.3)",
        (LIST + "listed-change-detected",),
        lambda twin: twin.edited(put(element("SeriesInstanceUID", "2.25.73579"))),
    ),
    "instance-uid-replaced": (
        "SOP Instance UID (0008,0018) is a new one, as after de-identification, and the signature was left",
        ("ps3.3-c.12.1.1.4.2-new-instance",),
        lambda twin: twin.edited(put(element("SOPInstanceUID", "2.25.73578"))),
    ),
}

for _name, (_title, _requirements, _change) in _CHANGES.items():
    vector(
        _name,
        "base-ct",
        reason="tag-absent" if "listed-removal" in _requirements[0] and "emptied" not in _name else _MISMATCH,
        requirements=_requirements,
        algorithms=DEFAULT,
        title=_title,
        family="values",
    )(_change)


@vector(
    "coerced-values-kept-as-original",
    "base-ct",
    reason=_MISMATCH,
    requirements=["ps3.3-c.12.1-coerced-values-not-restored"],
    algorithms=DEFAULT,
)
def coerced_values_kept_as_original(twin: Signed) -> bytes:
    """Patient ID (0010,0020) was coerced; Original Attributes Sequence (0400,0561) keeps the signed value."""
    from dicomsig.vectors.corpus.places import original_attributes

    kept = original_attributes(data_set(element("PatientID", "TEST-ONLY")))
    return twin.edited(put(element("PatientID", "COERCED"), kept))


@positive("uid-with-null", ["ps3.5-6.2-uid-space-padding"])
def uid_with_null(_: MacAlgorithm) -> Forgery:
    """A signed UID of odd length is padded with a null byte, as it has to be."""
    return _frame_of_reference(b"2.25.7357\0")


def _frame_of_reference(value: bytes) -> Forgery:
    return of("ct").on(put(element("FrameOfReferenceUID", value)))


@vector("uid-with-space", "uid-with-null", Outcome.ACCEPTABLE, "padding-uid-not-null", _SPACE, ambiguity="A-26")
def uid_with_space(twin: Signed) -> bytes:
    """A signed UID is padded with a space, wrongly; the MAC is over the bytes as they are."""
    return twin.forged(base=_frame_of_reference(b"2.25.7357 ").base)


@vector("uid-space-repaired", "uid-with-null", Outcome.ACCEPTABLE, _MISMATCH, _SPACE, ambiguity="A-26")
def uid_space_repaired(twin: Signed) -> bytes:
    """A signed UID was padded with a space, wrongly, and the pad byte was mended on the way."""
    repaired = put(element("FrameOfReferenceUID", b"2.25.7357\0"))
    return twin.forged(base=_frame_of_reference(b"2.25.7357 ").base, afterwards=(repaired,))


@vector("text-with-null", "base-ct", Outcome.ACCEPTABLE, "padding-text-not-space", _SPACE, ambiguity="A-26")
def text_with_null(twin: Signed) -> bytes:
    """A signed text is padded with a null byte, wrongly; the MAC is over the bytes as they are."""
    return twin.forged(base=put(element("Manufacturer", b"TEST ONLY\0"))(twin.forgery.base), listed=None)


@positive("mixed-list", algorithms=DEFAULT)
def mixed_list(algorithm: MacAlgorithm) -> Forgery:
    """Ten scattered elements are signed, and what lies between them is not."""
    forgery = of("ct")
    keywords = (
        "SOPClassUID", "SOPInstanceUID", "StudyTime", "PatientID", "KVP", "SeriesNumber", "Rows", "WindowCenter",
        "RescaleSlope", "PixelData",
    )  # fmt: skip
    return replace(forgery, algorithm=algorithm, listed=tuple(sorted(map(tag_of, keywords))))


def _private_value(twin: Signed) -> bytes:
    return twin.edited(revalued(0x00991001, b"private TEXT"))


vector(
    "private-value-altered",
    "whole-private-elements",
    reason=_MISMATCH,
    requirements=(LIST + "listed-change-detected",),
    algorithms=DEFAULT,
    title="A signed private element has another value",
    family="values",
)(_private_value)
