"""A DICOM instance is a tree of elements; this module reads it from bytes, slowly and plainly (PS3.5 7 and Annex A).

Every value is kept as it would stand in Explicit VR Little Endian, since that is the only encoding that is ever hashed
(PS3.3 C.12.1.1.3). Lengths and delimiters are used for reading and then forgotten, as the MAC stream has none.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from pydicom.datadict import dictionary_VR

DEEPEST_ITEM = 64
LARGEST_INFLATED = 1 << 30

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = {"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"}

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
TRANSFER_SYNTAX_UID = 0x00020010
PIXEL_REPRESENTATION = 0x00280103
MAC_PARAMETERS_SEQUENCE = 0x4FFE0001
DIGITAL_SIGNATURES_SEQUENCE = 0xFFFAFFFA

TEXT_VRS = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI"}
SHORT_VRS = TEXT_VRS | {"AT", "FD", "FL", "SL", "SS", "UL", "US"}
LONG_VRS = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
FRAGMENTED_VRS = {"OB", "OD", "OF", "OL", "OV", "OW"}
SWAPPED_UNIT = {
    **dict.fromkeys(("AT", "OW", "SS", "US"), 2),
    **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}


class Unreadable(ValueError):  # noqa: N818 - a finding about the input, not about the program
    """The bytes are not a DICOM instance that can be parsed."""


@dataclass(frozen=True, slots=True)
class Element:
    """One data element: a sequence has items, encapsulated pixel data has fragments, all others have a value."""

    tag: int
    vr: str
    value: bytes = b""
    items: tuple[DataSet, ...] | None = None
    fragments: tuple[bytes, ...] | None = None


DataSet = dict[int, Element]  # ascending by tag


@dataclass(frozen=True, slots=True)
class Syntax:
    """How headers and values are written."""

    implicit: bool
    big: bool


IMPLICIT = Syntax(implicit=True, big=False)
EXPLICIT = Syntax(implicit=False, big=False)
BIG = Syntax(implicit=False, big=True)


def read(data: bytes) -> tuple[DataSet, str]:
    """An instance is preamble, File Meta Information and data set, the first two optional here (PS3.10 7.1).

    Returns the data set and its Transfer Syntax UID, which is guessed when the file does not say.
    """
    if not data:
        raise Unreadable("no bytes")
    reader = Reader(data)
    if data[128:132] == b"DICM":
        reader.at = 132
    meta = {}
    while data[reader.at : reader.at + 2] == b"\x02\x00":
        element = reader.element(EXPLICIT, len(data), 0)
        meta[element.tag] = element
    uid = ""
    if TRANSFER_SYNTAX_UID in meta:
        uid = meta[TRANSFER_SYNTAX_UID].value.rstrip(b"\0 ").decode("latin-1")
    if uid in DEFLATED:
        reader = Reader(inflate(data[reader.at :]))
    if not uid:
        uid = guess(reader.data[reader.at : reader.at + 6])
    syntax = {IMPLICIT_LITTLE: IMPLICIT, EXPLICIT_BIG: BIG}.get(uid, EXPLICIT)
    return with_known_vrs(reader.data_set(syntax, len(reader.data), 0, delimited=False), b"\0\0"), uid


def guess(start: bytes) -> str:
    """The first element header tells an unnamed transfer syntax: VR letters or none, low group number first or last."""
    if start[4:6].decode("latin-1") not in SHORT_VRS | LONG_VRS:
        return IMPLICIT_LITTLE
    return EXPLICIT_BIG if int.from_bytes(start[:2], "big") < int.from_bytes(start[:2], "little") else EXPLICIT_LITTLE


def inflate(data: bytes) -> bytes:
    """The deflated data set is a bare RFC 1951 stream, perhaps with a pad byte behind it (PS3.5 A.5)."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(data, LARGEST_INFLATED)
    except zlib.error as error:
        raise Unreadable(f"deflated data set: {error}") from error
    if not inflater.eof:
        raise Unreadable("deflated data set ends early or is too large")
    return inflated


@dataclass(slots=True)
class Reader:
    """A position in the bytes; each method reads one thing there and moves behind it."""

    data: bytes
    at: int = 0

    def take(self, count: int, end: int) -> bytes:
        """The next `count` bytes, which must lie before `end`."""
        if self.at + count > end:
            raise Unreadable(f"{count} bytes wanted at offset {self.at}, {end - self.at} are there")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count: int, end: int, syntax: Syntax) -> int:
        return int.from_bytes(self.take(count, end), "big" if syntax.big else "little")

    def tag(self, end: int, syntax: Syntax) -> int:
        group = self.number(2, end, syntax)
        return group << 16 | self.number(2, end, syntax)

    def data_set(self, syntax: Syntax, end: int, depth: int, *, delimited: bool) -> DataSet:
        """The elements up to `end`, or up to the Item Delimitation Item when the item is `delimited` (PS3.5 7.5)."""
        if depth > DEEPEST_ITEM:
            raise Unreadable(f"items nested deeper than {DEEPEST_ITEM}")
        found: DataSet = {}
        while delimited or self.at < end:
            start = self.at
            if depth == 0 and not self.data[start : start + 4].strip(b"\0") and not self.data[start:end].strip(b"\0"):
                break  # zeros behind the last element
            if delimited and self.tag(end, syntax) == ITEM_END:
                self.delimiter_length(end, syntax)
                break
            self.at = start
            element = self.element(syntax, end, depth)
            if element.tag in found:
                raise Unreadable(f"element {element.tag:08x} twice in one data set")
            found[element.tag] = element
        return dict(sorted(found.items()))

    def delimiter_length(self, end: int, syntax: Syntax) -> None:
        if self.number(4, end, syntax) != 0:
            raise Unreadable(f"delimiter with a length before offset {self.at}")

    def element(self, syntax: Syntax, end: int, depth: int) -> Element:
        """One element with all that is in it (PS3.5 7.1.2, 7.1.3, 7.5 and A.4)."""
        start = self.at
        tag = self.tag(end, syntax)
        if tag >> 16 == 0xFFFE:
            raise Unreadable(f"item or delimiter {tag:08x} out of place at offset {start}")
        if syntax.implicit:
            vr, length = implicit_vr(tag), self.number(4, end, syntax)
        else:
            vr = self.take(2, end).decode("latin-1")
            if not (vr.isascii() and vr.isalpha() and vr.isupper()):
                raise Unreadable(f"no VR at offset {start + 4}")
            if vr in SHORT_VRS:
                length = self.number(2, end, syntax)
            else:
                self.take(2, end)
                length = self.number(4, end, syntax)
        if length != UNDEFINED and self.at + length > end:
            raise Unreadable(f"element {tag:08x} at offset {start} is longer than what holds it")

        signing = tag in (MAC_PARAMETERS_SEQUENCE, DIGITAL_SIGNATURES_SEQUENCE)
        if vr == "SQ" or (vr == "UN" and (length == UNDEFINED or signing)):
            inner = IMPLICIT if vr == "UN" else syntax  # PS3.5 6.2.2: UN holds its items in Implicit VR Little Endian
            return Element(tag, vr, items=self.items(inner, length, end, depth))
        if signing:
            raise Unreadable(f"element {tag:08x} is not a sequence")
        if length == UNDEFINED:
            if vr not in FRAGMENTED_VRS:
                raise Unreadable(f"element {tag:08x} of VR {vr} has undefined length")
            return Element(tag, vr, fragments=self.fragments(syntax, end))
        if syntax.implicit and vr in SHORT_VRS and length > 0xFFFF:
            vr = "UN"  # PS3.5 6.2.2: the length does not fit the explicit header of this VR
        value = self.take(length, end)
        if syntax.big:
            value = swapped(value, SWAPPED_UNIT.get(vr, 1), tag)
        return Element(tag, vr, value)

    def items(self, syntax: Syntax, length: int, end: int, depth: int) -> tuple[DataSet, ...]:
        """The items of a sequence, of defined or undefined length each (PS3.5 7.5)."""
        delimited = length == UNDEFINED
        end = end if delimited else self.at + length
        found = []
        while delimited or self.at < end:
            start = self.at
            tag, item_length = self.tag(end, syntax), self.number(4, end, syntax)
            if delimited and tag == SEQUENCE_END and item_length == 0:
                break
            if tag != ITEM:
                raise Unreadable(f"no item at offset {start}")
            item_end = end if item_length == UNDEFINED else self.at + item_length
            if item_end > end:
                raise Unreadable(f"item at offset {start} is longer than its sequence")
            found.append(self.data_set(syntax, item_end, depth + 1, delimited=item_length == UNDEFINED))
        return tuple(found)

    def fragments(self, syntax: Syntax, end: int) -> tuple[bytes, ...]:
        """The Basic Offset Table and the fragments of encapsulated pixel data (PS3.5 A.4)."""
        found = []
        while (tag := self.tag(end, syntax)) == ITEM:
            found.append(self.take(self.number(4, end, syntax), end))
        if tag != SEQUENCE_END:
            raise Unreadable(f"no fragment before offset {self.at}")
        self.delimiter_length(end, syntax)
        return tuple(found)


def swapped(value: bytes, unit: int, tag: int) -> bytes:
    """Big endian numbers of `unit` bytes, turned to little endian (PS3.5 7.3)."""
    if len(value) % unit:
        raise Unreadable(f"element {tag:08x} has {len(value)} bytes, no multiple of {unit}")
    return b"".join(value[at : at + unit][::-1] for at in range(0, len(value), unit))


def implicit_vr(tag: int) -> str:
    """The dictionary gives the VR that Implicit VR does not write, UN if it has none (PS3.5 7.1.3, 7.8.1, A.1)."""
    group, number = tag >> 16, tag & 0xFFFF
    if number == 0:
        return "UL"
    if group % 2:
        return "LO" if 0x10 <= number <= 0xFF else "UN"
    try:
        vr = str(dictionary_VR(tag))
    except KeyError:
        return "UN"
    return "OW" if "OW" in vr else vr  # OB or OW, US or OW, US or SS or OW


def with_known_vrs(data_set: DataSet, pixel_representation: bytes) -> DataSet:
    """`US or SS` follows the nearest Pixel Representation (0028,0103), of this data set or around it; else it is US."""
    if PIXEL_REPRESENTATION in data_set:
        pixel_representation = data_set[PIXEL_REPRESENTATION].value
    known = {}
    for tag, element in data_set.items():
        if element.vr == "US or SS":
            element = replace(element, vr="SS" if pixel_representation == b"\1\0" else "US")
        if element.items is not None:
            items = tuple(with_known_vrs(item, pixel_representation) for item in element.items)
            element = replace(element, items=items)
        known[tag] = element
    return known
