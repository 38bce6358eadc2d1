"""What somebody on the wire does to an instance: a bit, a blob, a signature cut out or put in from elsewhere.

Each works on the bytes of one data set and leaves every other byte as it is; what it cannot alter it leaves.
"""

from collections.abc import Callable, Mapping
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.systems.dimse.received import file_start

__all__ = ["Splicing", "Tampering", "alter_bit", "alter_blob", "strip_signatures"]

Tampering = Callable[[bytes, str], bytes]
"""From a data set and its transfer syntax to what is sent on in its place."""

_BLOB: Final = 32
_MACRO: Final = (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)


def alter_bit(data: bytes, syntax: str) -> bytes:
    """The last bit of the pixel data, or of what stands in their place, is another."""
    span = _pixels(data, syntax)
    return data if span is None else _changed(data, span[1] - 1, span[1], 0x01)


def alter_blob(data: bytes, syntax: str) -> bytes:
    """Some bytes in the middle of the pixel data are others, as when something is painted over."""
    span = _pixels(data, syntax)
    if span is None:
        return data
    middle = (span[0] + span[1]) // 2
    return _changed(data, max(span[0], middle - _BLOB), min(span[1], middle + _BLOB), 0x55)


def strip_signatures(data: bytes, syntax: str) -> bytes:
    """The signatures of the main data set are not there, nor their parameters."""
    read = _read(data, syntax)
    return data if read is None else _with_macro(data, *read, {})


class Splicing:
    """The signatures are those of the instance before; the first one goes as it is."""

    def __init__(self) -> None:
        self._before: dict[tags.Tag, bytes] = {}

    def __call__(self, data: bytes, syntax: str) -> bytes:
        """The data set with the signatures of another."""
        read = _read(data, syntax)
        if read is None or not read[0].syntax.explicit:
            return data
        instance, offset = read
        before = self._before
        self._before = {tag: _bytes_of(data, instance, offset, tag) for tag in _MACRO}
        if not before or not all(before.values()) or not all(self._before.values()):
            return data
        return _with_macro(data, instance, offset, before)


def _read(data: bytes, syntax: str) -> tuple[Instance, int] | None:
    """The data set as an instance, and the offset of its first byte there; None where bytes cannot be altered so."""
    start = file_start("1.2", "1.2", syntax)
    try:
        instance = instance_of(start + data)
    except MalformedError:
        return None
    return None if instance.syntax.deflated else (instance, len(start))


def _pixels(data: bytes, syntax: str) -> tuple[int, int] | None:
    read = _read(data, syntax)
    if read is None:
        return None
    instance, offset = read
    element = find(instance.elements, tags.PIXEL_DATA) or _longest(instance)
    if element is None:
        return None
    part = element.fragments[-1] if element.fragments else element
    return (part.value - offset, part.value - offset + part.length) if part.length else None


def _longest(instance: Instance) -> Element | None:
    """What is altered where there are no pixels: the longest text or value of the main data set."""
    plain = [
        each for each in instance.elements if each.items is None and each.fragments is None and each.tag not in _MACRO
    ]
    return max(plain, key=lambda each: each.length, default=None)


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
