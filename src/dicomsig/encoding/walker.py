"""The strict, bounded walk over an encoded data set: from bytes to spans (PS3.5 7)."""

import struct
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Fragment, Item
from dicomsig.encoding.findings import EncodingReason
from dicomsig.encoding.implicit import ImplicitScope
from dicomsig.encoding.limits import DEFAULT_LIMITS, Limits
from dicomsig.encoding.runs import Run, Runs
from dicomsig.encoding.source import ByteSource
from dicomsig.encoding.syntaxes import TransferSyntax
from dicomsig.encoding.vr import LONG, SHORT, UNDEFINED_LENGTH
from dicomsig.encoding.walk_notes import WalkNotes

_SHORT_HEADER: Final = {vr.encode(): vr for vr in SHORT}
_LONG_HEADER: Final = {vr.encode(): vr for vr in LONG}
_FRAGMENTED: Final = frozenset(("OB", "OD", "OF", "OL", "OV", "OW"))
_LITTLE_ENDIAN: Final = (struct.Struct("<HH2sH"), struct.Struct("<L"), struct.Struct("<HHL"))
_BIG_ENDIAN: Final = (struct.Struct(">HH2sH"), struct.Struct(">L"), struct.Struct(">HHL"))
_RUNS: Final = {True: Runs(_LITTLE_ENDIAN[0]), False: Runs(_BIG_ENDIAN[0])}
_NO_RUNS: Final[dict[bytes, Run]] = {}
"""File Meta Information ends where group 0002 does: it is walked element by element."""
_HEADER = 12
"""Bytes of the longest header."""


class Walker(WalkNotes):
    """One walk over one data set. ``findings`` collects what is wrong and can be passed over.

    Raises MalformedError, with tag path and byte offset, where the reading cannot go on.
    """

    def __init__(self, source: ByteSource, syntax: TransferSyntax, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(limits)
        self._source = source
        self._budget = limits.elements
        self._zeros_sought = False
        self._explicit = syntax.explicit
        self._header, self._length, self._item = _LITTLE_ENDIAN if syntax.little_endian else _BIG_ENDIAN
        self._runs = _RUNS[syntax.little_endian]
        self._fresh: list[Element] = []

    def data_set(self, start: int, end: int) -> tuple[Element, ...]:
        """The elements of the main data set between two offsets."""
        if self._explicit:
            elements, _ = self._elements(start, end, False, None)
            self._runs.learn(self._fresh)
            return elements
        scope = ImplicitScope()
        elements, _ = self._elements(start, end, False, scope)
        if not scope.assumed or scope.pixel_representation is None:
            return elements
        # A VR hung on a Pixel Representation that came later: the second walk knows it from the start.
        self.findings.clear()
        self.findings_dropped, self._zeros_sought, self._budget = 0, False, self._limits.elements
        return self._elements(start, end, False, ImplicitScope(pixel_representation=scope.pixel_representation))[0]

    def file_meta(self, start: int, end: int) -> tuple[tuple[Element, ...], int]:
        """The elements of group 0002 and the offset after them (PS3.10 7.1); a group length may lie, it is not used."""
        return self._elements(start, end, False, None, meta=True)

    def _elements(
        self, position: int, end: int, delimited: bool, scope: ImplicitScope | None, *, meta: bool = False
    ) -> tuple[tuple[Element, ...], int]:
        """The elements up to ``end``, or up to the item delimiter; and the offset of what follows them."""
        if scope is not None:
            return self._implicit_elements(position, end, delimited, scope)
        unpack, unpack_length, source = self._header.unpack_from, self._length.unpack_from, self._source
        base, held = source.window(position)
        last_header = base + len(held) - _HEADER
        short, long = _SHORT_HEADER.get, _LONG_HEADER.get
        known = (_NO_RUNS if meta else self._runs.by_header).get
        fresh = self._fresh.append
        elements: list[Element] = []
        append, room, counted = elements.append, self._budget, 0
        previous = -1
        while position < end:
            if position > last_header:
                if len(elements) > room:
                    raise self._too_many(position)
                base, held = source.window(position)
                last_header = base + len(held) - _HEADER
                if end - position < 8 or len(held) - (position - base) < 8:
                    if meta and held[position - base : position - base + 2] != b"\2\0":
                        break
                    if self._only_zeros(position, end):
                        return self._finished(elements, end, counted)
                    raise self._truncated(position, end)
            offset = position - base
            if (run := known(held[offset : offset + 8])) is not None:
                met = run.at(position, held, offset, min(end, base + len(held)) - position)
                if met[0].tag <= previous:
                    self._note_order(met[0].tag, previous, position)
                elements += met
                element = met[-1]
                previous, position = element.tag, element.value + element.length
                if position > end:
                    raise self._too_long(previous, element.start, element.length, end)
                continue
            group, number, letters, length = unpack(held, offset)
            tag = group << 16 | number
            if meta and group != 2:
                break
            if (vr := short(letters)) is not None:
                element = Element(tag, vr, position, position + 8, length)
                append(element)
                fresh(element)
                if tag <= previous:
                    self._note_order(tag, previous, position)
                if length & 1:
                    self._note_odd(tag, length, position)
                previous = tag
                position += 8 + length
                if position > end:
                    raise self._too_long(tag, element.start, length, end)
                continue
            if group == 0xFFFE:
                if tag == tags.ITEM_DELIMITER and delimited:
                    self._check_delimiter(position, end)
                    return self._finished(elements, position, counted)
                raise self._stray_delimiter(tag, position)
            if not tag and self._only_zeros(position, end):
                return self._finished(elements, end, counted)
            if end - position < _HEADER or len(held) - (position - base) < _HEADER:
                raise self._truncated(position, end)
            if (vr := long(letters)) is None:
                vr = self._unknown_vr(letters, tag, position)
            if length:
                self._note_reserved(tag, position + 6)
            (length,) = unpack_length(held, offset + 8)
            value = position + _HEADER
            if tag <= previous:
                self._note_order(tag, previous, position)
            previous = tag
            if vr == "SQ" or length == UNDEFINED_LENGTH:
                self._budget -= len(elements) - counted
                counted = len(elements)
                element = self._nested(tag, vr, position, value, length, end, None)
                position, room = element.end, self._budget + counted
            else:
                element = Element(tag, vr, position, value, length)
                position = value + length
                if length & 1:
                    self._note_odd(tag, length, element.start)
            if position > end:
                raise self._too_long(tag, element.start, length, end)
            append(element)
            if len(elements) > room:
                raise self._too_many(position)
        if delimited:
            raise self._delimiter_missing("item", position)
        return self._finished(elements, position, counted)

    def _implicit_elements(
        self, position: int, end: int, delimited: bool, scope: ImplicitScope
    ) -> tuple[tuple[Element, ...], int]:
        """As above, in Implicit VR: the VR comes from the dictionary and from what stands around (PS3.5 7.1.3, A.1)."""
        unpack, source = self._item.unpack_from, self._source
        base, held = source.window(position)
        elements: list[Element] = []
        previous, counted = -1, 0
        while position < end:
            if position + 8 > base + len(held):
                base, held = source.window(position)
                if end - position < 8 or len(held) - (position - base) < 8:
                    if self._only_zeros(position, end):
                        return self._finished(elements, end, counted)
                    raise self._truncated(position, end)
            group, number, length = unpack(held, position - base)
            tag = group << 16 | number
            if group == 0xFFFE:
                if tag == tags.ITEM_DELIMITER and delimited:
                    self._check_delimiter(position, end)
                    return self._finished(elements, position, counted)
                raise self._stray_delimiter(tag, position)
            if tag <= previous:
                if not tag and self._only_zeros(position, end):
                    return self._finished(elements, end, counted)
                self._note_order(tag, previous, position)
            previous = tag
            value = position + 8
            vr = scope.vr_at(tag, source, value, length)
            if vr == "SQ" or length == UNDEFINED_LENGTH:
                self._budget -= len(elements) - counted
                counted = len(elements)
                element = self._nested(tag, vr, position, value, length, end, scope)
            else:
                element = Element(tag, vr, position, value, length)
                if length & 1:
                    self._note_odd(tag, length, position)
            position = element.end
            if position > end:
                raise self._too_long(tag, element.start, element.length, end)
            if scope.wants(tag):
                scope.remember(tag, source.read(value, min(length, 64)))
            elements.append(element)
            if len(elements) - counted > self._budget:
                raise self._too_many(position)
        if delimited:
            raise self._delimiter_missing("item", position)
        return self._finished(elements, position, counted)

    def _finished(self, elements: list[Element], position: int, counted: int) -> tuple[tuple[Element, ...], int]:
        self._budget -= len(elements) - counted
        if self._budget < 0:
            raise self._too_many(position)
        return tuple(elements), position

    def _nested(
        self, tag: tags.Tag, vr: str, start: int, value: int, length: int, end: int, scope: ImplicitScope | None
    ) -> Element:
        """A sequence, or a value of undefined length: fragments, or the items of a UN (PS3.5 6.2.2, 7.5, A.4)."""
        undefined = length == UNDEFINED_LENGTH
        stop = end if undefined else value + length
        if stop > end:
            raise self._too_long(tag, start, length, end)
        if vr in _FRAGMENTED and scope is None:
            if vr != "OB":
                self._note(EncodingReason.ENCAPSULATED_VR, f"a value in fragments has VR {vr}, not OB", tag, start)
            fragments, after = self._fragments(tag, value, stop)
            return Element(tag, vr, start, value, after - value, None, fragments, True)
        if vr not in ("SQ", "UN"):
            message = f"a value of VR {vr} has an undefined length"
            raise self._malformed(EncodingReason.LENGTH_UNDEFINED, message, tag, start)
        if vr == "UN" and scope is None:
            with_items = self._unknown_items(tag, value, stop)
        else:
            with_items = self._items(tag, value, stop, undefined, scope)
        items, after = with_items
        return Element(tag, vr, start, value, after - value, items, None, undefined)

    def _unknown_items(self, tag: tags.Tag, value: int, stop: int) -> tuple[tuple[Item, ...], int]:
        """The items of a UN element of undefined length are Implicit VR Little Endian (PS3.5 6.2.2)."""
        before = self._item, self._length
        self._length, self._item = _LITTLE_ENDIAN[1:]
        try:
            return self._items(tag, value, stop, True, ImplicitScope())
        finally:
            self._item, self._length = before

    def _items(
        self, tag: tags.Tag, position: int, end: int, delimited: bool, scope: ImplicitScope | None
    ) -> tuple[tuple[Item, ...], int]:
        """The items of a sequence and the offset of its delimiter, or of its end (PS3.5 7.5)."""
        if len(self._steps) >= self._limits.nesting:
            raise self._malformed(
                EncodingReason.NESTING, f"items nest deeper than {self._limits.nesting} levels", tag, position
            )
        items: list[Item] = []
        while position < end:
            found, length = self._item_header(position, end)
            if found == tags.SEQUENCE_DELIMITER and delimited:
                self._check_delimiter(position, end)
                return tuple(items), position
            if found != tags.ITEM:
                raise self._malformed(
                    EncodingReason.ITEM_EXPECTED, f"{tags.format_tag(found)} stands where an item is due", tag, position
                )
            undefined = length == UNDEFINED_LENGTH
            value = position + 8
            stop = end if undefined else value + length
            if stop > end:
                raise self._too_long(tag, position, length, end)
            self._steps.append((tag, len(items)))
            inner = ImplicitScope(scope) if scope is not None else None
            elements, after = self._elements(value, stop, undefined, inner)
            self._steps.pop()
            items.append(Item(position, value, after - value, undefined, elements))
            position = items[-1].end
            self._budget -= 1
            if self._budget < 0:
                raise self._too_many(position)
        if delimited:
            raise self._delimiter_missing("sequence", position, tag)
        return tuple(items), position

    def _fragments(self, tag: tags.Tag, position: int, end: int) -> tuple[tuple[Fragment, ...], int]:
        """The items of encapsulated data and the offset of the sequence delimiter (PS3.5 A.4)."""
        fragments: list[Fragment] = []
        while position < end:
            found, length = self._item_header(position, end)
            if found == tags.SEQUENCE_DELIMITER:
                self._check_delimiter(position, end)
                return tuple(fragments), position
            if found != tags.ITEM or length == UNDEFINED_LENGTH:
                raise self._malformed(EncodingReason.ITEM_EXPECTED, "no fragment with a length is here", tag, position)
            if position + 8 + length > end:
                raise self._too_long(tag, position, length, end)
            if length & 1:
                self._note(EncodingReason.LENGTH_ODD, f"the fragment has an odd length, {length}", tag, position)
            fragments.append(Fragment(position, position + 8, length))
            position += 8 + length
            self._budget -= 1
            if self._budget < 0:
                raise self._too_many(position)
        raise self._delimiter_missing("sequence", position, tag)

    def _item_header(self, position: int, end: int) -> tuple[tags.Tag, int]:
        if end - position < 8:
            raise self._truncated(position, end)
        group, number, length = self._item.unpack(self._source.read(position, 8))
        return group << 16 | number, length

    def _only_zeros(self, position: int, end: int) -> bool:
        """Nothing but zeros is left of the main data set: no element, though some products pad files like that."""
        if self._steps or self._zeros_sought:
            return False
        self._zeros_sought = True
        if any(bytes(block).strip(b"\0") for block in self._source.blocks(position, end)):
            return False
        message = f"{end - position} zero bytes follow the last element"
        self._note(EncodingReason.TRAILING_ZEROS, message, None, position)
        return True

    def _check_delimiter(self, position: int, end: int) -> None:
        tag, length = self._item_header(position, end)
        if length:
            self._note(EncodingReason.DELIMITER_LENGTH, f"a delimiter has length {length}, not 0", tag, position)
