"""Two values that differ in bytes may mean the same: padding, numbers, names, character sets (PS3.5 6.1, 6.2)."""

import warnings
from decimal import Decimal, InvalidOperation
from typing import Final

from dicomsig.conformance.preservation.differences import Kind

LONGEST_READ: Final = 1 << 16
"""Bytes of a value that are looked at for their meaning: longer ones differ or are equal, and that is all."""

_TEXT: Final = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI"))
_TEXT_PADDED: Final = _TEXT | {"UR", "UT"}
_LEADING: Final = frozenset(("AE", "CS", "DS", "IS", "LO", "SH", "PN"))
"""VRs whose leading spaces mean nothing (PS3.5 6.2)."""
_SINGLE: Final = frozenset(("LT", "ST", "UT", "UR"))
_IN_CHARACTER_SET: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_LONGEST_NUMBER: Final = 64
_NUMBER_CHARACTERS: Final = frozenset(b"0123456789+-.eE")
_PAD: Final = b" \0"


def respelled(vr: str, before: bytes, after: bytes, set_before: bytes, set_after: bytes) -> Kind | None:
    """How two different values mean the same; None when they do not, or when nobody can tell.

    ``set_before`` and ``set_after`` are the values of Specific Character Set (0008,0005) in force.
    """
    if max(len(before), len(after)) > LONGEST_READ:
        return None
    if vr not in _TEXT_PADDED:
        return _padded_bytes(before, after) if vr in ("OB", "UN") else None
    if _parts(vr, before) == _parts(vr, after):
        return _padding(before, after)
    if vr in ("DS", "IS") and _numbers(before) == _numbers(after) is not None:
        return Kind.NUMBER_RESPELLED
    if vr == "PN" and _name(before) == _name(after):
        return Kind.NAME_NORMALISED
    if vr in _IN_CHARACTER_SET and set_before != set_after and not (before.isascii() and after.isascii()):
        one, other = _decoded(vr, before, set_before), _decoded(vr, after, set_after)
        if one is not None and one == other:
            return Kind.TEXT_RECODED
    return None


def _padding(before: bytes, after: bytes) -> Kind:
    if len(after) < len(before):
        return Kind.PADDING_REMOVED
    return Kind.PADDING_ADDED if len(after) > len(before) else Kind.PADDING_CHANGED


def _padded_bytes(before: bytes, after: bytes) -> Kind | None:
    """One null byte pads a byte string; more, or one that is not at the end, is content (PS3.5 6.2)."""
    if before == after + b"\0":
        return Kind.PADDING_REMOVED
    return Kind.PADDING_ADDED if after == before + b"\0" else None


def _parts(vr: str, value: bytes) -> tuple[bytes, ...]:
    """The values without the padding that means nothing."""
    parts = (value,) if vr in _SINGLE else tuple(value.split(b"\\"))
    stripped = (part.rstrip(_PAD) for part in parts)
    return tuple(part.lstrip(b" ") for part in stripped) if vr in _LEADING else tuple(stripped)


def _numbers(value: bytes) -> tuple[Decimal | None, ...] | None:
    """The numbers of a DS or IS; None where something is no number."""
    found: list[Decimal | None] = []
    for part in value.split(b"\\"):
        text = part.strip(_PAD)
        if not text:
            found.append(None)
            continue
        if len(text) > _LONGEST_NUMBER or not _NUMBER_CHARACTERS.issuperset(text):
            return None
        try:
            found.append(Decimal(text.decode("ascii")))
        except InvalidOperation:
            return None
    return tuple(found)


def _name(value: bytes) -> tuple[bytes, ...]:
    """Person names without the delimiters at the end of components and groups (PS3.5 6.2.1)."""
    names = []
    for name in value.split(b"\\"):
        groups = [group.rstrip(b"^ ") for group in name.strip(_PAD).split(b"=")]
        names.append(b"=".join(groups).rstrip(b"="))
    return tuple(names)


def _decoded(vr: str, value: bytes, character_set: bytes) -> str | None:
    """The text of a value; None when its character set or its bytes cannot be read."""
    from pydicom.charset import convert_encodings, decode_bytes, python_encoding
    from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

    names = [part.decode("latin-1").strip(" \0") for part in character_set[:256].split(b"\\")]
    if not all(name in python_encoding for name in names):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = decode_bytes(value, convert_encodings(names), PN_DELIMS if vr == "PN" else TEXT_VR_DELIMS)
        except (LookupError, ValueError):
            return None
    if "\ufffd" in text:
        return None
    return "\\".join(part.rstrip(" \0") for part in text.split("\\"))
