"""What somebody on the wire does to an instance: a bit, a blob, a signature cut out or put in from elsewhere.

Each works on the bytes of one data set and leaves every other byte as it is; what it cannot alter it leaves.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Fragment, find, walk_down
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.signatures.macro import signatures
from dicomsig.systems.dimse.received import file_start

__all__ = [
    "Splicing",
    "TamperKind",
    "Tampering",
    "alter_bit",
    "alter_blob",
    "read_data_set",
    "strip_signatures",
    "tampering_of",
]

Tampering = Callable[[bytes, str], bytes]
"""From a data set and its transfer syntax to what is sent on in its place."""

_BLOB: Final = 32
_MACRO: Final = (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)
_TEXT: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_NOT_CONTENT: Final = frozenset((0x0010, 0x0020, 0x0400, 0xFFFC))
"""Groups whose elements say whose an instance is, sign it, or mean nothing: by UIDs and names it is found again."""


class TamperKind(StrEnum):
    """What is done to an instance."""

    BIT = "bit"
    BLOB = "blob"
    STRIP = "strip"
    SPLICE = "splice"


def alter_bit(data: bytes, syntax: str) -> bytes:
    """The last bit of the pixel data, or of the longest value where there are none, is another."""
    span = _content(data, syntax)
    return data if span is None else _changed(data, span[1] - 1, span[1], 0x01)


def alter_blob(data: bytes, syntax: str) -> bytes:
    """Some bytes in the middle of the same value are others, as when something is painted over."""
    span = _content(data, syntax)
    if span is None:
        return data
    start, end, text = span
    middle = (start + end) // 2
    return _changed(data, max(start, middle - _BLOB), min(end, middle + _BLOB), 0x01 if text else 0x55)


def strip_signatures(data: bytes, syntax: str) -> bytes:
    """The signatures of the main data set are not there, nor their parameters."""
    read = read_data_set(data, syntax)
    return data if read is None else _with_macro(data, *read, {})


class Splicing:
    """The signatures are those of the instance before; the first one goes as it is."""

    def __init__(self) -> None:
        self._before: dict[tags.Tag, bytes] = {}

    def __call__(self, data: bytes, syntax: str) -> bytes:
        """The data set with the signatures of another."""
        read = read_data_set(data, syntax)
        if read is None or not read[0].syntax.explicit:
            return data
        instance, offset = read
        before = self._before
        self._before = {tag: _bytes_of(data, instance, offset, tag) for tag in _MACRO}
        if not before or not all(before.values()) or not all(self._before.values()):
            return data
        return _with_macro(data, instance, offset, before)


def tampering_of(kind: TamperKind) -> Tampering:
    """A new tampering of a kind; one that splices begins with the next instance."""
    match kind:
        case TamperKind.BIT:
            return alter_bit
        case TamperKind.BLOB:
            return alter_blob
        case TamperKind.STRIP:
            return strip_signatures
        case TamperKind.SPLICE:
            return Splicing()


def read_data_set(data: bytes, syntax: str) -> tuple[Instance, int] | None:
    """The data set as an instance, and the offset of its first byte there; None where bytes cannot be altered so."""
    start = file_start("1.2", "1.2", syntax)
    try:
        instance = instance_of(start + data)
    except MalformedError:
        return None
    return None if instance.syntax.deflated else (instance, len(start))


def _content(data: bytes, syntax: str) -> tuple[int, int, bool] | None:
    """Start and end of the value that is altered, and whether it is text; None where there is nothing to alter."""
    read = read_data_set(data, syntax)
    if read is None:
        return None
    instance, offset = read
    element = find(instance.elements, tags.PIXEL_DATA) or _longest(instance)
    if element is None:
        return None
    part: Element | Fragment = element.fragments[-1] if element.fragments else element
    start = part.value - offset
    return (start, start + part.length, element.vr in _TEXT) if part.length else None


def _longest(instance: Instance) -> Element | None:
    """What is altered where there are no pixels: the longest signed value at any depth that names nothing."""
    signed = _signed(instance)
    content = [each for each in instance.elements if each.tag not in _MACRO and (not signed or each.tag in signed)]
    plain = [
        each
        for each in walk_down(content)
        if each.items is None
        and each.fragments is None
        and each.vr != "UI"
        and each.tag >> 16 not in _NOT_CONTENT
        and not tags.is_group_length(each.tag)
    ]
    return max(plain, key=lambda each: each.length, default=None)


def _signed(instance: Instance) -> frozenset[tags.Tag]:
    """The tags that a signature of the main data set lists."""
    found: frozenset[tags.Tag] = frozenset()
    for each in signatures(instance):
        if each.place == tags.MAIN_PLACE and len(each.parameters) == 1:
            found |= each.parameters[0].tag_list.signable
    return found


def _changed(data: bytes, start: int, end: int, mask: int) -> bytes:
    return data[:start] + bytes(each ^ mask for each in data[start:end]) + data[end:]


def _with_macro(data: bytes, instance: Instance, offset: int, others: Mapping[tags.Tag, bytes]) -> bytes:
    """The data set with other bytes where the elements of the macro stand."""
    for tag in reversed(_MACRO):  # from the end, so that what comes before stays where it is
        element = find(instance.elements, tag)
        if element is not None:
            data = data[: element.start - offset] + others.get(tag, b"") + data[element.end - offset :]
    return data


def _bytes_of(data: bytes, instance: Instance, offset: int, tag: tags.Tag) -> bytes:
    """An element of the main data set with its header and whatever ends it; empty where it is not there."""
    element = find(instance.elements, tag)
    return b"" if element is None else data[element.start - offset : element.end - offset]
