"""Two instances, as stored and as come back, compared over their original bytes (PS3.15 A.3, PS3.5 7).

Nothing is decoded to be encoded again. Time grows with the number of bytes, memory with the number of elements.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.preservation.differences import Difference, Differences, Kind, Preservation, Steps
from dicomsig.conformance.preservation.encapsulation import compare_fragments
from dicomsig.conformance.preservation.fingerprints import Fingerprints, aligned, neutral
from dicomsig.conformance.preservation.signature_items import compare_macro_items
from dicomsig.conformance.preservation.spans import chunks, first_difference
from dicomsig.conformance.preservation.spelling import LONGEST_READ, respelled
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import SHORT

__all__ = ["compare"]

_CHARACTER_SET: Final = 0x00080005
_MACRO: Final = (tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)
_LONGEST_SHORT: Final = 0xFFFE


def compare(before: Instance, after: Instance) -> Preservation:
    """All differences between an instance as stored and as it came back.

    VR letters are compared where both have them. Raises MalformedError when a file changes while it is read.
    """
    comparison = _Comparison(before, after)
    found = comparison.found
    if before.syntax.uid != after.syntax.uid:
        found.note(Kind.SYNTAX, (), tags.TRANSFER_SYNTAX_UID)
    if not _same_bytes(before, before.elements, after, after.elements):
        comparison.main_data_sets()
    _compare_meta(before, after, found)
    return found.done()


def _same_bytes(before: Instance, first: Sequence[Element], after: Instance, second: Sequence[Element]) -> bool:
    """The two data sets are the same bytes in the same transfer syntax: nothing can differ."""
    length = before.source.size - before.start
    if before.syntax.uid != after.syntax.uid or length != after.source.size - after.start or len(first) != len(second):
        return False
    one, other = chunks(before.source, before.start, length), chunks(after.source, after.start, length)
    return first_difference(one, other) is None


def _compare_meta(before: Instance, after: Instance, found: Differences) -> None:
    """File Meta Information is the archive's own and not signed (PS3.10 7.1); one remark is enough."""
    one = chunks(before.file, 0, before.file_start)
    other = chunks(after.file, 0, after.file_start)
    offset = first_difference(one, other)
    if offset is not None:
        found.note(Kind.FILE_META, (), 0x00020000, offset, offset)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The data sets at hand: where they are, and which character set is in force on either side (PS3.3 C.12.1.1.2)."""

    steps: Steps = ()
    set_before: bytes = b""
    set_after: bytes = b""


class _Comparison:
    """The comparison of two instances."""

    def __init__(self, before: Instance, after: Instance) -> None:
        self.found = Differences()
        self._before, self._after = before, after
        self._same_order = before.syntax.little_endian == after.syntax.little_endian
        self._letters = before.syntax.explicit and after.syntax.explicit
        self._of_before, self._of_after = Fingerprints(before), Fingerprints(after)

    def main_data_sets(self) -> None:
        """Compare everything, or note that it is another instance."""
        one, other = self._before.text(tags.SOP_INSTANCE_UID), self._after.text(tags.SOP_INSTANCE_UID)
        if one and other and one != other:
            first, second = (_value_of(each.elements, tags.SOP_INSTANCE_UID) for each in (self._before, self._after))
            self.found.note(Kind.OTHER_INSTANCE, (), tags.SOP_INSTANCE_UID, first, second)
            return
        self._data_sets(self._before.elements, self._after.elements, _Scope())

    def _data_sets(self, before: Sequence[Element], after: Sequence[Element], around: _Scope) -> None:
        scope = _Scope(
            around.steps,
            self._character_set(self._before, before, around.set_before),
            self._character_set(self._after, after, around.set_after),
        )
        pairs, lost, new = _paired(before, after)
        self._order(pairs, scope.steps)
        if lost and new:
            lost, new = self._moved_blocks(lost, new, scope)
        for element in lost:
            self._lost(element, scope.steps)
        for element in new:
            self._new(element, scope.steps)
        for one, other in pairs:
            self._element(one, other, scope)

    def _order(self, pairs: Sequence[tuple[Element, Element]], steps: Steps) -> None:
        latest = -1
        for one, other in pairs:
            if other.start < latest:
                self.found.note(Kind.ELEMENTS_REORDERED, steps, one.tag, one.start, other.start)
                return
            latest = other.start

    def _lost(self, element: Element, steps: Steps) -> None:
        if neutral(element.tag):
            self.found.note(_neutral_kind(element.tag), steps, element.tag, element.start)
        elif element.tag in _MACRO:
            compare_macro_items(self.found, self._of_before, self._of_after, element, None, steps)
        else:
            empty = not element.length
            kind = Kind.PRIVATE_DROPPED if tags.is_private(element.tag) else Kind.DROPPED
            self.found.add(
                Difference(Kind.EMPTY_DROPPED if empty else kind, steps, element.tag, element.start, empty=empty)
            )

    def _new(self, element: Element, steps: Steps) -> None:
        if neutral(element.tag):
            self.found.note(_neutral_kind(element.tag), steps, element.tag, None, element.start)
        elif element.tag in _MACRO:
            compare_macro_items(self.found, self._of_before, self._of_after, None, element, steps)
        else:
            self.found.note(Kind.ADDED, steps, element.tag, None, element.start)

    def _moved_blocks(
        self, lost: list[Element], new: list[Element], scope: _Scope
    ) -> tuple[list[Element], list[Element]]:
        """Private elements that came back in another block of their group (PS3.5 7.8)."""
        fresh = defaultdict[int, deque[Element]](deque)
        for element in new:
            if tags.is_private(element.tag):
                fresh[_in_block(element.tag)].append(element)
        moved: set[int] = set()
        arrived: set[int] = set()
        for element in lost:
            candidates = fresh.get(_in_block(element.tag)) if tags.is_private(element.tag) else None
            if candidates and self._offset(element, candidates[0]) is None:
                other = candidates.popleft()
                moved.add(element.start)
                arrived.add(other.start)
                detail = f"now {tags.format_tag(other.tag)}"
                self.found.note(Kind.BLOCK_MOVED, scope.steps, element.tag, element.start, other.start, detail)
        return [e for e in lost if e.start not in moved], [e for e in new if e.start not in arrived]

    def _element(self, before: Element, after: Element, scope: _Scope) -> None:
        found, tag = self.found, before.tag
        if neutral(tag):
            if (offset := self._offset(before, after)) is not None:
                found.note(_neutral_kind(tag), scope.steps, tag, before.value + offset, after.value + offset)
            return
        if tag in _MACRO and before.vr == after.vr == "SQ":
            same = compare_macro_items(found, self._of_before, self._of_after, before, after, scope.steps)
            for one, other in same.items():  # their values are equal; their VR letters need not be
                self._items((before.items or ())[one], (after.items or ())[other], tag, one, scope)
            return
        self._letters_of(before, after, scope.steps)
        if before.items is not None and after.items is not None:
            self._sequences(before, after, scope)
        elif before.fragments is not None or after.fragments is not None:
            compare_fragments(found, self._before, before, self._after, after, scope.steps)
        elif before.items is not None or after.items is not None:
            if self._offset(before, after) is not None:
                found.note(Kind.NOT_COMPARED, scope.steps, tag, before.value, after.value, "no longer a sequence")
        else:
            self._values(before, after, scope)

    def _letters_of(self, before: Element, after: Element, steps: Steps) -> None:
        """VR letters; those of Implicit VR are what a dictionary says, on either side, and are not compared."""
        if not self._letters or before.vr == after.vr:
            return
        kind = Kind.VR_UNKNOWN if after.vr == "UN" else Kind.VR_CHANGED
        long_for_vr = before.vr in SHORT and after.length > _LONGEST_SHORT
        detail = f"{before.vr} became {after.vr}"
        self.found.add(
            Difference(
                kind, steps, before.tag, before.start + 4, after.start + 4, detail,
                empty=not before.length, long_for_vr=long_for_vr,
            )
        )  # fmt: skip

    def _values(self, before: Element, after: Element, scope: _Scope) -> None:
        kind = None
        if max(before.length, after.length) <= LONGEST_READ:
            values = self._before.value(before), self._after.value(after)
            if values[0] == values[1] and self._same_order:
                return
            kind = respelled(before.vr, *values, scope.set_before, scope.set_after)
        offset = self._offset(before, after)
        if offset is None:
            return
        if before.tag == _CHARACTER_SET and kind is None:
            kind = Kind.TEXT_RECODED
        lengths = f"{before.length} bytes"
        if after.length != before.length:
            lengths += f" became {after.length}"
        places = before.value + offset, after.value + offset
        empty = not before.length
        self.found.add(Difference(kind or Kind.CHANGED, scope.steps, before.tag, *places, lengths, empty=empty))

    def _offset(self, before: Element, after: Element) -> int | None:
        """The number of bytes of the value that are equal before one differs; None when all are."""
        one, other = self._before, self._after
        letters = before.vr if after.vr == "UN" else after.vr  # what an archive calls UN is still turned as it was
        return first_difference(
            chunks(one.source, before.value, before.length, before.vr, little_endian=one.syntax.little_endian),
            chunks(other.source, after.value, after.length, letters, little_endian=other.syntax.little_endian),
        )

    def _sequences(self, before: Element, after: Element, scope: _Scope) -> None:
        found, tag, steps = self.found, before.tag, scope.steps
        ours, theirs = before.items or (), after.items or ()
        if before.undefined != after.undefined or any(
            one.undefined != other.undefined for one, other in zip(ours, theirs, strict=False)
        ):
            found.note(Kind.LENGTH_FORM, steps, tag, before.start, after.start)
        if len(ours) == len(theirs) == 1:
            self._items(ours[0], theirs[0], tag, 0, scope)
            return
        alignment = aligned([*map(self._of_before.of, ours)], [*map(self._of_after.of, theirs)])
        overtaken = alignment.reordered
        if overtaken is not None:
            one, other = overtaken
            found.note(Kind.ITEMS_REORDERED, steps, tag, ours[one].start, theirs[other].start)
        for one, other in alignment.pairs:
            self._items(ours[one], theirs[other], tag, one, scope)
        for index in alignment.lost:
            empty = not ours[index].elements
            found.add(Difference(Kind.ITEM_DROPPED, steps, tag, ours[index].start, index=index, empty=empty))
        for index in alignment.new:
            found.add(Difference(Kind.ITEM_ADDED, steps, tag, None, theirs[index].start, index=index))

    def _items(self, before: Item, after: Item, tag: tags.Tag, index: int, scope: _Scope) -> None:
        steps = (*scope.steps, (tag, index))
        self._data_sets(before.elements, after.elements, _Scope(steps, scope.set_before, scope.set_after))

    def _character_set(self, instance: Instance, elements: Sequence[Element], inherited: bytes) -> bytes:
        for element in elements:
            if element.tag >= _CHARACTER_SET:
                return instance.value(element, 256) if element.tag == _CHARACTER_SET else inherited
        return inherited


def _paired(
    before: Sequence[Element], after: Sequence[Element]
) -> tuple[list[tuple[Element, Element]], list[Element], list[Element]]:
    """Elements of one tag, and those that only one side has; a tag that repeats is paired in order."""
    if [element.tag for element in before] == [element.tag for element in after]:
        return list(zip(before, after, strict=True)), [], []
    by_tag: defaultdict[tags.Tag, deque[Element]] = defaultdict(deque)
    for element in after:
        by_tag[element.tag].append(element)
    pairs, lost = [], []
    for element in before:
        there = by_tag.get(element.tag)
        if there:
            pairs.append((element, there.popleft()))
        else:
            lost.append(element)
    return pairs, lost, [element for there in by_tag.values() for element in there]


def _neutral_kind(tag: tags.Tag) -> Kind:
    return Kind.GROUP_LENGTH if tags.is_group_length(tag) else Kind.TRAILING_PADDING


def _in_block(tag: tags.Tag) -> int:
    """A private tag without the number of its block; a creator stands for itself (PS3.5 7.8.1)."""
    return tag & 0xFFFF00FF if tag & 0xFFFF > 0xFF else tag & 0xFFFF0000 | 0xFFFF


def _value_of(elements: Sequence[Element], tag: tags.Tag) -> int | None:
    return next((element.value for element in elements if element.tag == tag), None)
