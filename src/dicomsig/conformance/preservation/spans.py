"""Where two stretches of bytes begin to differ, found in bounded memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dicomsig.encoding.elements import Fragment
from dicomsig.encoding.source import BLOCK, ByteSource
from dicomsig.encoding.vr import UNIT, swapped

Bytes = bytes | memoryview


def chunks(source: ByteSource, start: int, length: int, vr: str = "", *, little_endian: bool = True) -> Iterator[bytes]:
    """The bytes of a value in pieces of a bounded size, in Little Endian where its VR has units (PS3.5 7.3)."""
    turns = not little_endian and vr in UNIT
    for position in range(start, start + length, BLOCK):
        part = source.read(position, min(BLOCK, start + length - position))
        yield swapped(vr, part) if turns else part


def fragment_chunks(source: ByteSource, fragments: Sequence[Fragment]) -> Iterator[bytes]:
    """The bytes of fragments one after the other, without their item tags (PS3.5 A.4)."""
    for fragment in fragments:
        yield from chunks(source, fragment.value, fragment.length)


def first_difference(before: Iterable[bytes], after: Iterable[bytes]) -> int | None:
    """The number of bytes that are equal before the first that differs or is missing; None when all are equal."""
    return _difference(iter(before), iter(after))


_END: Final = b""


def _difference(before: Iterator[bytes], after: Iterator[bytes]) -> int | None:
    one: Bytes = _END
    other: Bytes = _END
    equal = 0
    while True:
        one = one or _next(before)
        other = other or _next(after)
        common = min(len(one), len(other))
        if not common:
            return None if len(one) == len(other) else equal
        if one[:common] != other[:common]:
            return equal + _first_unequal(one[:common], other[:common])
        equal += common
        one, other = one[common:], other[common:]


def _next(parts: Iterator[bytes]) -> bytes:
    for part in parts:
        if part:
            return part
    return _END


def _first_unequal(one: Bytes, other: Bytes) -> int:
    """The index of the first byte that differs, by halves: two stretches of equal length that do differ."""
    low, high = 0, len(one)
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] != other[low:middle]:
            high = middle
        else:
            low = middle
    return low
