"""Bytes put into an instance, all others kept: insertions and the lengths that grow with them (PS3.5 7.1 to 7.5).

Offsets count in the data set as walked, so in the inflated bytes of a deflated one.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item, find
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.source import ByteSource
from dicomsig.encoding.vr import UNDEFINED_LENGTH
from dicomsig.encoding.write import encode_item, encode_sequence

_GREATEST_LENGTH: Final = UNDEFINED_LENGTH - 1


class LengthOverflowError(ValueError):
    """A length field cannot hold the length that it would get; the message names the element."""


@dataclass(frozen=True, slots=True)
class Splice:
    """At ``offset``, ``removed`` bytes give way to the inserted ones."""

    offset: int
    removed: int
    inserted: bytes

    @property
    def growth(self) -> int:
        """The number of bytes by which the data set grows."""
        return len(self.inserted) - self.removed


@dataclass(frozen=True, slots=True)
class Level:
    """One data set on the way to a place: its elements and, for an item, the sequence and item that hold them."""

    elements: tuple[Element, ...]
    start: int
    """Offset of the first element."""
    sequence: Element | None = None
    item: Item | None = None


def levels(instance: Instance, steps: Sequence[tuple[tags.Tag, int]]) -> tuple[Level, ...] | None:
    """The data sets from the main one to that of a place; None when one of the steps leads nowhere."""
    way = [Level(instance.elements, instance.start)]
    for tag, index in steps:
        sequence = find(way[-1].elements, tag)
        items = () if sequence is None else sequence.items or ()
        if not 0 <= index < len(items):
            return None
        item = items[index]
        way.append(Level(item.elements, item.value, sequence, item))
    return tuple(way)


def append_items(
    instance: Instance, way: Sequence[Level], additions: Sequence[tuple[tags.Tag, bytes]]
) -> tuple[Splice, ...]:
    """The splices that add one item, given as its encoded elements, to each of the sequences named.

    The sequences stand in the last data set of ``way``; one that is absent is made, where the order of tags wants it.
    Defined lengths around, at every level, and group lengths of the groups that grow are patched; undefined lengths
    stay undefined. Length to End (0008,0001), retired, stays as it is. Raises LengthOverflowError.
    """
    patches = _Patches(instance.syntax.little_endian)
    splices: list[Splice] = []
    grown: dict[int, int] = {}
    target = way[-1]
    for tag, content in sorted(additions, key=lambda addition: addition[0]):
        sequence = find(target.elements, tag)
        if sequence is None:
            inserted = encode_sequence(tag, [content], instance.syntax)
            splices.append(Splice(_position(target, tag), 0, inserted))
        else:
            inserted = encode_item(content, instance.syntax)
            splices.append(Splice(sequence.value + sequence.length, 0, inserted))
            if not sequence.undefined:
                patches.length(tag, sequence.value - 4, sequence.length + len(inserted))
        grown[tag >> 16] = grown.get(tag >> 16, 0) + len(inserted)
    growth = sum(grown.values())
    for level in reversed(way):
        for group, more in grown.items():
            patches.group_length(instance, find(level.elements, group << 16), more)
        if level.item is None or level.sequence is None:
            break
        tag = level.sequence.tag
        if not level.item.undefined:
            patches.length(tag, level.item.value - 4, level.item.length + growth)
        if not level.sequence.undefined:
            patches.length(tag, level.sequence.value - 4, level.sequence.length + growth)
        grown = {tag >> 16: growth}
    # The sort is stable: of two insertions at one offset the lower tag stays first.
    return tuple(sorted(splices + patches.splices, key=lambda splice: splice.offset))


def _position(level: Level, tag: tags.Tag) -> int:
    """The offset after the last element with a lower tag, so that Data Set Trailing Padding stays last."""
    return max((element.end for element in level.elements if element.tag < tag), default=level.start)


class _Patches:
    """New values of length fields."""

    def __init__(self, little_endian: bool) -> None:
        self.splices: list[Splice] = []
        self._number = struct.Struct("<L" if little_endian else ">L")

    def length(self, tag: tags.Tag, offset: int, length: int) -> None:
        if length > _GREATEST_LENGTH:
            message = f"{tags.format_tag(tag)} would grow to {length} bytes, more than its length holds"
            raise LengthOverflowError(message)
        self.splices.append(Splice(offset, 4, self._number.pack(length)))

    def group_length(self, instance: Instance, element: Element | None, growth: int) -> None:
        """A group length grows by what its group grows; one that was wrong stays wrong by as much (PS3.5 7.2)."""
        if element is None or element.vr != "UL" or element.length != 4:
            return
        (before,) = self._number.unpack(instance.source.read(element.value, 4))
        if before + growth > UNDEFINED_LENGTH:
            message = f"{tags.format_tag(element.tag)} would be {before + growth}, more than UL holds"
            raise LengthOverflowError(message)
        self.splices.append(Splice(element.value, 4, self._number.pack(before + growth)))


def spliced(source: ByteSource, start: int, splices: Sequence[Splice]) -> Iterator[bytes | memoryview]:
    """The bytes from ``start`` to the end with the splices, ascending by offset, applied; memory stays bounded.

    A buffer is good until the next is asked for.
    """
    for splice in splices:
        if splice.offset > start:
            yield from source.blocks(start, splice.offset)
        yield splice.inserted
        start = splice.offset + splice.removed
    if start < source.size:
        yield from source.blocks(start, source.size)


def write_spliced(instance: Instance, splices: Sequence[Splice], out: BinaryIO) -> None:
    """Write the whole file with the splices applied to its data set; a deflated one is deflated again (PS3.5 A.5).

    What zlib makes of the same bytes depends on its version. Raises MalformedError when the file changed since it was
    opened, OSError when it cannot be read or written.
    """
    for block in instance.file.blocks(0, instance.file_start):
        out.write(block)
    body = spliced(instance.source, instance.start, splices)
    if instance.syntax.deflated:
        body = _deflated(body)
    for block in body:
        out.write(block)
    instance.check_unchanged()


def _deflated(body: Iterator[bytes | memoryview]) -> Iterator[bytes]:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    size = 0
    for block in body:
        part = engine.compress(block)
        size += len(part)
        yield part
    part = engine.flush()
    yield part + bytes((size + len(part)) % 2)
