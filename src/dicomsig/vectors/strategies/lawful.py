"""Content that a lawful writer could have written: values of every VR, elements, items, pixel data (PS3.5 6.2, 7.5).

Nothing here is malformed or unusual enough for a reader to refuse it, so that whoever rejects a signature over it can
be held to that.
"""

import struct
from collections.abc import Callable
from collections.abc import Sequence as Choices
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dicomsig.encoding import tags
from dicomsig.encoding.vr import UNIT, padded
from dicomsig.vectors.nodes import DataSet, Fragments, Leaf, Node, Sequence, data_set
from dicomsig.vectors.strategies.draws import chosen, chosen_some, flag, number_below, one_in

__all__ = ["LETTERS", "PRIVATE_GROUPS", "TEXT", "contents", "fragments", "identity", "lawful_value", "nodes", "pixels"]

_WORDS: Final[dict[str, Choices[str]]] = {
    "AE": ("A", "TEST_AE", "STORE-1"),
    "AS": ("042Y", "001D", "018M"),
    "CS": ("A", "TEST", "ONLY_1", "ODD"),
    "DA": ("20240102", "19991231", "20000229"),
    "DS": ("1", "1.5", "-3", "1.50", "+2", "007", "1E2"),
    "DT": ("2024", "20240102030405", "20240102030405.123456+0100"),
    "IS": ("1", "+12", "-7", "007"),
    "LO": ("A", "odd", "test text"),
    "PN": ("A", "TEST^ONLY", "TEST^ONLY^A^Dr.^Jr."),
    "SH": ("A", "odd", "short"),
    "TM": ("03", "0304", "030405", "030405.5"),
    "UC": ("A", "odd", "unlimited"),
    "UI": ("1.2", "2.25.7357", "1.2.840.10008.1.1"),
    "LT": ("A", "odd", "two\r\nlines", "a back\\slash"),
    "ST": ("A", "odd", "two\r\nlines"),
    "UT": ("A", "odd", "two\r\nlines"),
    "UR": ("urn:a", "https://test.invalid/only?a=b"),
}
_SINGLE: Final = frozenset(("LT", "ST", "UT", "UR"))
_FIXED: Final = frozenset(("AS", "DA", "UI"))
"""VRs that take no superfluous spaces: their length is fixed, or nothing but a null may pad them (PS3.5 6.2)."""
TEXT: Final = frozenset(_WORDS) - _FIXED
"""VRs whose values may end in spaces that mean nothing."""

_BINARY: Final = ("OB", "OW", "US", "SS", "UL", "SL", "FL", "FD", "AT", "OF", "OD", "OL", "OV", "SV", "UV")
_LARGE: Final = 8200
"""Repetitions of eight bytes that make a length which two bytes cannot hold (PS3.5 7.1.2)."""
_SELDOM: Final = 24
_RARELY: Final = 100
_LONG_VALUES: Final = frozenset(("OB", "OW", "UT", "OF"))

LETTERS: Final = (*sorted(_WORDS), *sorted(_BINARY))
_OLD_LETTERS: Final = tuple(vr for vr in LETTERS if vr not in ("OD", "OL", "OV", "SV", "UV", "UC", "UR"))
"""VRs that are as old as Big Endian."""
_TAGS: Final[dict[str, tags.Tag]] = {
    "AE": 0x0072005E, "AS": 0x0072005F, "AT": 0x00720060, "DA": 0x00720061, "CS": 0x00720062, "DT": 0x00720063,
    "IS": 0x00720064, "OB": 0x00720065, "LO": 0x00720066, "OF": 0x00720067, "LT": 0x00720068, "OW": 0x00720069,
    "PN": 0x0072006A, "TM": 0x0072006B, "SH": 0x0072006C, "ST": 0x0072006E, "UC": 0x0072006F, "UT": 0x00720070,
    "UR": 0x00720071, "DS": 0x00720072, "OD": 0x00720073, "FD": 0x00720074, "OL": 0x00720075, "FL": 0x00720076,
    "UL": 0x00720078, "US": 0x0072007A, "SL": 0x0072007C, "SS": 0x0072007E, "UI": 0x0072007F, "OV": 0x00720081,
    "SV": 0x00720082, "UV": 0x00720083,
}  # fmt: skip
"""Selector Value attributes: one for each VR, with any number of values (PS3.3 C.23.4.1)."""
_WELL_KNOWN: Final[dict[str, tags.Tag]] = {
    "AE": 0x00080054, "AS": 0x00101010, "CS": 0x00080060, "DA": 0x00080020, "DS": 0x00101020, "DT": 0x0008002A,
    "IS": 0x00200013, "LO": 0x00100020, "LT": 0x00104000, "PN": 0x00100010, "SH": 0x00080050, "ST": 0x00080081,
    "TM": 0x00080030, "UI": 0x0020000E, "US": 0x00280010, "UL": 0x00720078, "FD": 0x00720074, "FL": 0x00720076,
    "SL": 0x0072007C, "SS": 0x0072007E, "UT": 0x00720070,
}  # fmt: skip
"""Old attributes of one value whose VR every dictionary has, so that Implicit VR loses nothing (PS3.5 A.1)."""
_KNOWN: Final = tuple(tuple(vr for vr in _OLD_LETTERS if vr in table) for table in (_WELL_KNOWN, _TAGS))
"""The old VRs that the two tables have."""
_SEQUENCES: Final = (0x00720080, 0x0040A730, 0x00400555, 0x00400275)
"""Selector Code, Content, Acquisition Context and Request Attributes Sequence."""

PRIVATE_GROUPS: Final = (0x0099, 0x7FE1)
"""One before and one behind Pixel Data (7FE0,0010)."""
_BLOCK: Final = 0x10
_CREATOR: Final = b"TEST ONLY 1.0"
_RAW_DATA: Final = "1.2.840.10008.5.1.4.1.1.66"


def identity(sop_class: str = _RAW_DATA) -> DataSet:
    """What no instance lacks: SOP Class UID and SOP Instance UID (PS3.3 C.12.1)."""
    return (
        Leaf(tags.SOP_CLASS_UID, "UI", padded("UI", sop_class.encode())),
        Leaf(tags.SOP_INSTANCE_UID, "UI", padded("UI", b"2.25.73571")),
    )


def lawful_value(draw: DrawFn, vr: str, most: int = 3) -> bytes:
    """A value that PS3.5 6.2 allows, of up to ``most`` values, padded; now and then empty, with spaces, or long."""
    if vr in _WORDS:
        words = chosen_some(draw, _WORDS[vr], 1 if vr in _SINGLE else most)
        value = "\\".join(words).encode("ascii")
        if value and vr in TEXT and one_in(draw, _SELDOM):
            return padded(vr, value) + b"  "
        return padded(vr, value * _LARGE if vr == "UT" and one_in(draw, _RARELY) else value)
    number = number_below(draw, 1 << 32)
    if vr in ("FL", "FD"):
        return struct.pack("<f" if vr == "FL" else "<d", number % 4096 / 4)
    unit = max(UNIT.get(vr, 1), 2)
    value = number.to_bytes(8, "little")[:unit] * number_below(draw, most + 1)
    return value * _LARGE if value and vr in _LONG_VALUES and one_in(draw, _RARELY) else value


@cache
def nodes(*, plain: bool, old: bool, depth: int = 2) -> SearchStrategy[tuple[Node, ...]]:
    """One element, a standard or a private one with its creator, or a sequence of items, ``depth`` levels at most.

    ``plain`` ones survive Implicit VR, ``old`` ones have VRs that are as old as Big Endian.
    """
    return _nodes(plain, old, depth)


@cache
def _items(plain: bool, old: bool, depth: int) -> SearchStrategy[list[list[tuple[Node, ...]]]]:
    return st.lists(st.lists(nodes(plain=plain, old=old, depth=depth), max_size=2), max_size=2)


@cache
def _many(plain: bool, old: bool, most: int) -> SearchStrategy[list[tuple[Node, ...]]]:
    return st.lists(nodes(plain=plain, old=old), max_size=most)


@st.composite
def _nodes(draw: DrawFn, plain: bool, old: bool, depth: int) -> tuple[Node, ...]:
    kind = number_below(draw, 10)
    if kind >= 7 and depth:
        items = tuple(_joined(each) for each in draw(_items(plain, old, depth - 1)))
        if kind == 9 and not plain:
            return _private(draw, lambda tag: Sequence(tag, items))
        return (Sequence(chosen(draw, _SEQUENCES), items),)
    if kind in (5, 6) and not plain:
        vr = chosen(draw, (*_letters(old), "UN"))
        value = b"\1\2" if vr == "UN" else lawful_value(draw, vr)
        return _private(draw, lambda tag: Leaf(tag, vr, value))
    table = _WELL_KNOWN if plain or flag(draw) else _TAGS
    vr = chosen(draw, _KNOWN[table is _TAGS] if old or plain else tuple(table))
    return (Leaf(table[vr], vr, lawful_value(draw, vr, 3 if table is _TAGS else 1)),)


def _letters(old: bool) -> tuple[str, ...]:
    return _OLD_LETTERS if old else LETTERS


def _private(draw: DrawFn, make: Callable[[tags.Tag], Node]) -> tuple[Node, ...]:
    group = chosen(draw, PRIVATE_GROUPS) << 16
    low = number_below(draw, 4)
    node = make(group | _BLOCK << 8 | low)
    return (Leaf(group | _BLOCK, "LO", padded("LO", _CREATOR)), node)


def _joined(groups: Choices[tuple[Node, ...]]) -> DataSet:
    """The nodes of all groups; of two with one tag the later one stays."""
    return data_set({node.tag: node for group in groups for node in group}.values())


def contents(draw: DrawFn, *, plain: bool = False, old: bool = False) -> DataSet:
    """An instance of Raw Data with up to four elements, each with what belongs to it."""
    drawn = draw(_many(plain, old, 4))
    return data_set(identity(), _joined(drawn))


def pixels(draw: DrawFn, *, plain: bool = False) -> Leaf:
    """Native Pixel Data (7FE0,0010) of a few bytes; after Implicit VR it is OW (PS3.5 A.1)."""
    value = number_below(draw, 1 << 32).to_bytes(4, "little") * (1 + number_below(draw, 3))
    return Leaf(tags.PIXEL_DATA, "OW" if plain or flag(draw) else "OB", value)


def fragments(draw: DrawFn) -> Fragments:
    """Pixel data of one frame in one to three fragments, behind a Basic Offset Table that may be empty (PS3.5 A.4)."""
    parts = (number_below(draw, 1 << 16).to_bytes(2, "little") for _ in range(1 + number_below(draw, 3)))
    return Fragments(tags.PIXEL_DATA, bytes(4) if flag(draw) else b"", tuple(parts))
