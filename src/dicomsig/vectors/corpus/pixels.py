"""Signed pixel data of which one thing changed (PS3.3 C.12.1.1.3.1.2, PS3.15 C.2)."""

from collections.abc import Callable
from functools import partial
from typing import Final

from dicomsig.encoding import tags
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.edits import Edit, dropped, emptied, in_vr, put, revalued
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import ALL, SOME, Signed, vector

_MISMATCH: Final = "mac-mismatch"
_CHANGE: Final = LIST + "listed-change-detected"
_PIXELS: Final = "ps3.15-c.2-integrity-of-pixels"
_FIELDS: Final = STREAM + "element-fields"

Change = Callable[[bytes], bytes]


def flipped(position: int, bit: int = 1) -> Change:
    """One bit of one byte is another; negative positions count from the end."""

    def change(value: bytes) -> bytes:
        at = position % len(value)
        return value[:at] + bytes((value[at] ^ bit,)) + value[at + 1 :]

    return change


def middle_flipped(value: bytes) -> bytes:
    """One bit in the middle is another."""
    return flipped(len(value) // 2)(value)


def _rows_exchanged(value: bytes) -> bytes:
    rows = [value[start : start + 128] for start in range(0, len(value), 128)]
    rows[20], rows[30] = rows[30], rows[20]
    return b"".join(rows)


def _turned(value: bytes) -> bytes:
    return b"".join(value[start : start + 2] for start in range(len(value) - 2, -2, -2))


def _mirrored(value: bytes) -> bytes:
    rows = [value[start : start + 128] for start in range(0, len(value), 128)]
    return b"".join(_turned(row) for row in rows)


def _inverted(value: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in value)


def _swapped(value: bytes) -> bytes:
    return b"".join(value[start + 1 : start + 2] + value[start : start + 1] for start in range(0, len(value), 2))


_VALUES: tuple[tuple[str, str, Change], ...] = (
    ("pixel-data-first-byte-altered", "The first byte of Pixel Data (7FE0,0010) differs by one bit", flipped(0)),
    (
        "pixel-data-middle-byte-altered",
        "A byte in the middle of Pixel Data (7FE0,0010) differs by one bit",
        middle_flipped,
    ),
    ("pixel-data-last-byte-altered", "The last byte of Pixel Data (7FE0,0010) differs by one bit", flipped(-1)),
    ("pixel-data-highest-bit-altered", "The highest bit of a pixel, beyond Bits Stored, is set", flipped(4001, 0x80)),
    ("pixel-data-rows-exchanged", "Two rows of pixels exchanged their places", _rows_exchanged),
    ("pixel-data-turned", "The picture is turned by 180 degrees", _turned),
    ("pixel-data-mirrored", "Left and right of the picture are exchanged", _mirrored),
    ("pixel-data-inverted", "Every bit of every pixel is inverted", _inverted),
    ("pixel-data-bytes-swapped", "The two bytes of every pixel are exchanged", _swapped),
    ("pixel-data-blackened", "All pixels are 0", lambda value: bytes(len(value))),
    ("pixel-data-shortened", "The last pixel is missing", lambda value: value[:-2]),
    ("pixel-data-extended", "A pixel of value 0 follows the last one", lambda value: value + bytes(2)),
)


_EACH: Final = frozenset(
    ("pixel-data-first-byte-altered", "pixel-data-middle-byte-altered", "pixel-data-last-byte-altered")
)


def _with_value(change: Change, twin: Signed) -> bytes:
    return twin.edited(revalued(tags.PIXEL_DATA, change))


def _with_edit(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(edit)


for _name, _title, _change in _VALUES:
    vector(
        _name,
        "creator-ct",
        reason=_MISMATCH,
        requirements=(_FIELDS, _CHANGE, _PIXELS, "ps3.15-c.1-verifies-{mac}", "ps3.15-c.2-verifies-all-algorithms"),
        algorithms=ALL if _name in _EACH else SOME,
        title=_title,
        family="pixels",
    )(partial(_with_value, _change))

_EDITS: tuple[tuple[str, str, str, tuple[str, ...], Edit], ...] = (
    (
        "pixel-data-removed",
        "Pixel Data (7FE0,0010), which is signed, is gone",
        "tag-absent",
        (LIST + "listed-removal-detected",),
        dropped(tags.PIXEL_DATA),
    ),
    (
        "pixel-data-emptied",
        "Pixel Data (7FE0,0010), which is signed, lost its value",
        _MISMATCH,
        (LIST + "listed-removal-detected",),
        emptied(tags.PIXEL_DATA),
    ),
    (
        "pixel-data-in-other-vr",
        "Pixel Data (7FE0,0010) says OB over the same bytes",
        _MISMATCH,
        (STREAM + "vr-letters-covered",),
        in_vr(tags.PIXEL_DATA, "OB"),
    ),
    (
        "rows-and-columns-exchanged",
        "Rows (0028,0010) is half, Columns (0028,0011) twice what was signed",
        _MISMATCH,
        (_CHANGE,),
        put(element("Rows", 32), element("Columns", 128)),
    ),
    (
        "photometric-interpretation-changed",
        "The picture is shown as its negative: MONOCHROME1 in place of MONOCHROME2",
        _MISMATCH,
        (_CHANGE,),
        put(element("PhotometricInterpretation", "MONOCHROME1")),
    ),
    (
        "bits-stored-changed",
        "Bits Stored (0028,0101) is 10, and was 12",
        _MISMATCH,
        (_CHANGE,),
        put(element("BitsStored", 10)),
    ),
    (
        "pixel-representation-changed",
        "Pixels are signed numbers now (0028,0103)",
        _MISMATCH,
        (_CHANGE,),
        put(element("PixelRepresentation", 1)),
    ),
    (
        "manufacturer-changed",
        "Manufacturer (0008,0070) is another",
        _MISMATCH,
        (_CHANGE,),
        put(element("Manufacturer", "OTHER")),
    ),
)

for _name, _title, _reason, _requirements, _edit in _EDITS:
    vector(
        _name,
        "creator-ct",
        reason=_reason,
        requirements=_requirements,
        algorithms=SOME,
        title=_title,
        family="pixels",
    )(partial(_with_edit, _edit))

_FORMS: tuple[tuple[str, str, str], ...] = (
    ("whole-ct-implicit", "implicit", "Implicit VR Little Endian"),
    ("whole-ct-big-endian", "big-endian", "Explicit VR Big Endian"),
    ("whole-ct-deflated", "deflated", "the deflated form"),
    ("whole-ct-group-lengths", "group-lengths", "a form with group lengths"),
    ("whole-ct-trailing-padding", "trailing-padding", "a form with trailing padding"),
    ("whole-ct-bare", "bare", "a file without preamble"),
    ("base-mr", "mr", "an MR image"),
    ("base-ultrasound", "ultrasound", "an ultrasound image"),
    ("base-secondary-capture", "secondary-capture", "a secondary capture"),
    ("whole-secondary-capture-odd", "odd", "a picture with an odd number of bytes"),
    ("base-enhanced-ct", "enhanced-ct", "an enhanced CT image"),
)
_OF_FORM: dict[str, tuple[str, ...]] = {
    "big-endian": ("ps3.5-7.3-little-endian-values", STREAM + "big-endian-received"),
    "deflated": ("ps3.5-a.5-deflated-object-verifies",),
    "implicit": (STREAM + "transfer-syntax-may-differ",),
    "group-lengths": ("ps3.5-7.2-group-length-parsed",),
    "trailing-padding": ("ps3.10-7.2-trailing-padding-ignored",),
}

for _twin, _name, _what in _FORMS:
    vector(
        f"pixel-altered-in.{_name}",
        _twin,
        reason=_MISMATCH,
        requirements=(_CHANGE, *_OF_FORM.get(_name, ())),
        title=f"A pixel in {_what} differs by one bit",
        family="pixels",
    )(partial(_with_value, middle_flipped))


@vector(
    "pixel-pad-byte-altered",
    "whole-secondary-capture-odd",
    reason=_MISMATCH,
    requirements=[STREAM + "padding-covered"],
)
def pixel_pad_byte_altered(twin: Signed) -> bytes:
    """The pad byte behind an odd number of pixels is not zero any more."""
    return twin.edited(revalued(tags.PIXEL_DATA, lambda value: value + b"\1"))


@vector("overlay-altered", "whole-ct-overlays", reason=_MISMATCH, requirements=[_CHANGE])
def overlay_altered(twin: Signed) -> bytes:
    """A bit of a signed overlay is another."""
    return twin.edited(revalued(0x60003000, middle_flipped))


@vector("second-overlay-altered", "whole-ct-overlays", reason=_MISMATCH, requirements=[_CHANGE])
def second_overlay_altered(twin: Signed) -> bytes:
    """A bit of the signed overlay of group 6002 is another."""
    return twin.edited(revalued(0x60023000, middle_flipped))


@vector("overlay-relabelled", "whole-ct-overlays", reason=_MISMATCH, requirements=[STREAM + "vr-letters-covered"])
def overlay_relabelled(twin: Signed) -> bytes:
    """A signed overlay says OB over the same bytes."""
    return twin.edited(in_vr(0x60003000, "OB"))


@vector("extended-offset-table-altered", "extended-offset-table", reason=_MISMATCH, requirements=[_CHANGE])
def extended_offset_table_altered(twin: Signed) -> bytes:
    """Extended Offset Table (7FE0,0001) was rebuilt; it is hashed as an ordinary element."""
    return twin.edited(put(leaf(0x7FE00001, "OV", bytes(8) + b"\1" + bytes(15))))


@vector(
    "icon-altered",
    "icon-native-in-compressed",
    Outcome.INVALID,
    _MISMATCH,
    ["ps3.5-a.4-nested-pixels-native-or-encapsulated"],
)
def icon_altered(twin: Signed) -> bytes:
    """A pixel of the icon of a compressed image is another."""
    from dicomsig.vectors.edits import at

    return twin.edited(at("/00880200[0]/", revalued(tags.PIXEL_DATA, middle_flipped)))
