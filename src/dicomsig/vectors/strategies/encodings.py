"""Hypothesis strategies: values of every VR, data sets, forms, whole instances, and damage to bytes (PS3.5 6.2, 7).

Every choice is drawn, none comes from a generator of random numbers inside, so that examples shrink and repeat.
"""

import struct
from collections.abc import Sequence as Choices
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
)
from dicomsig.encoding.vr import KNOWN, UNIT, padded
from dicomsig.vectors.nodes import DataSet, Form, Fragments, Leaf, Node, Sequence, data_set
from dicomsig.vectors.strategies.draws import chosen, flag, number_below

__all__ = ["SYNTAXES", "byte_edits", "damaged", "data_sets", "encoded_instances", "forms", "leaves", "values"]

SYNTAXES = (EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, DEFLATED, RLE)

_LEAF_VRS = sorted(KNOWN - {"SQ"})
_CREATOR = "TEST ONLY 1.0"
_TEXT = "".join(map(chr, range(0x20, 0x7F)))
_ALPHABETS = {
    "UI": "0123456789.",
    "DS": "0123456789.+-",
    "IS": "0123456789+-",
    "DA": "0123456789",
    "TM": "0123456789.",
    "DT": "0123456789.+-",
}
_BYTES = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_SPECIFIC_CHARACTER_SET = 0x00080005
_NOT_DRAWN = frozenset(
    {_SPECIFIC_CHARACTER_SET, tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID, tags.PIXEL_REPRESENTATION, tags.PIXEL_DATA}
) | {tags.LENGTH_TO_END, tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES, tags.TRAILING_PADDING}
"""Tags whose value means something to a reader of encodings."""

_LONGEST = 24
"""Bytes of a value."""


def values(vr: str) -> SearchStrategy[bytes]:
    """Values of a VR in Little Endian, of whole units, padded, up to 24 bytes and now and then empty."""
    unit = max(UNIT.get(vr, 1), 2)
    if vr in _BYTES or vr in UNIT:
        return st.binary(max_size=_LONGEST).map(lambda value: value[: len(value) // unit * unit])
    letters = _ALPHABETS.get(vr, _TEXT).encode("ascii")
    return st.binary(max_size=_LONGEST).map(lambda value: padded(vr, bytes(letters[n % len(letters)] for n in value)))


@st.composite
def leaves(draw: DrawFn, *, implicit: bool = False) -> Leaf:
    """Elements with a value of their own; for Implicit VR only such as a reader of it gives the same VR (PS3.5 A.1)."""
    vr = draw(st.sampled_from(_LEAF_VRS))
    return Leaf(draw(_tags_of(vr) if implicit else _any_tag(vr)), vr, draw(values(vr)))


@st.composite
def data_sets(draw: DrawFn, *, implicit: bool = False, depth: int = 2, most: int = 5) -> DataSet:
    """Data sets of up to ``most`` elements, private ones among them, with sequences nested up to ``depth`` levels."""
    nodes: list[Node] = list(draw(st.lists(leaves(implicit=implicit), max_size=most)))
    if draw(st.booleans()):
        nodes.extend(draw(_private_block(implicit=implicit)))
    if depth:
        inner = st.lists(data_sets(implicit=implicit, depth=depth - 1, most=3), max_size=2)
        tag = _tags_of("SQ") if implicit else _any_tag("SQ")
        nodes.extend(draw(st.lists(st.builds(Sequence, tag, inner.map(tuple)), max_size=2)))
    return data_set({node.tag: node for node in nodes}.values())


@st.composite
def forms(draw: DrawFn) -> Form:
    """Every lawful form with File Meta Information (PS3.5 7.5, Annex A)."""
    flag = st.booleans()
    return Form(
        syntax=draw(st.sampled_from(SYNTAXES)),
        undefined_sequences=draw(flag),
        undefined_items=draw(flag),
        group_lengths=draw(flag),
        trailing_padding=draw(st.sampled_from((0, 2, 126))),
    )


@st.composite
def encoded_instances(draw: DrawFn) -> tuple[DataSet, Form]:
    """A data set with a form that can hold it; with encapsulated pixel data where the form has them."""
    form = draw(forms())
    content = draw(data_sets(implicit=not form.syntax.explicit))
    if form.syntax.encapsulated:
        table, *fragments = draw(st.lists(values("OB"), min_size=1, max_size=4))
        content = data_set(content, Fragments(tags.PIXEL_DATA, table, tuple(fragments)))
    return content, form


@st.composite
def damaged(draw: DrawFn, originals: Choices[bytes]) -> bytes:
    """Bytes that are nearly an instance: one of the originals after up to five edits, or bytes drawn outright."""
    if draw(st.integers(0, 15)) == 0:
        head = draw(st.sampled_from((b"", bytes(128) + b"DICM", b"\x08\0", b"\x02\0\x10\0UI")))
        return head + draw(st.binary(max_size=200))
    return byte_edits(draw, draw(st.sampled_from(originals)))[0]


def byte_edits(draw: DrawFn, original: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The bytes after one to five edits, and what was done, in words."""
    data = bytearray(original)
    words = []
    for _ in range(1 + number_below(draw, 5)):
        at = number_below(draw, len(data))
        piece = _piece(draw)
        size = 1 + number_below(draw, 64)
        match chosen(draw, ("overwrite", "overwrite", "insert", "delete", "repeat", "cut")):
            case "overwrite":
                data[at : at + len(piece)] = piece
                words.append(f"byte {at} and on overwritten by {piece.hex()}")
            case "insert":
                data[at:at] = piece
                words.append(f"{piece.hex()} inserted at byte {at}")
            case "delete":
                del data[at : at + size]
                words.append(f"{size} bytes removed at byte {at}")
            case "repeat":
                data[at:at] = data[at : at + size]
                words.append(f"{size} bytes repeated at byte {at}")
            case _:
                del data[at:]
                words.append(f"cut off at byte {at}")
    return bytes(data), tuple(words)


def _piece(draw: DrawFn) -> bytes:
    """What readers of encodings stumble over, or one to eight bytes that are drawn."""
    if flag(draw):
        return chosen(draw, _PIECES)
    length = 1 + number_below(draw, 8)
    return number_below(draw, 1 << 8 * length).to_bytes(length)


def _tag_bytes(*numbers: tags.Tag) -> tuple[bytes, ...]:
    return tuple(struct.pack("<HH", number >> 16, number & 0xFFFF) for number in numbers)


_PIECES = (
    *_tag_bytes(tags.ITEM, tags.ITEM_DELIMITER, tags.SEQUENCE_DELIMITER),
    *_tag_bytes(tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES, tags.PIXEL_DATA, 0),
    *(b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\xfe\xff", b"\1\0\0\0", b"\0" * 16),
    *(vr.encode() for vr in ("SQ", "UN", "OB", "UT", "ZZ", "LO")),
    *(b"SQ\0\0\xff\xff\xff\xff", b"UN\0\0\xff\xff\xff\xff", b"\xfe\xff\0\xe0\xff\xff\xff\xff"),
)
"""What readers of encodings stumble over."""


@cache
def _any_tag(vr: str) -> SearchStrategy[tags.Tag]:
    """Tags from the dictionary, and any other that means nothing."""
    known = _dictionary()[vr]
    return st.integers(0, 0xFFFDFFFF).map(lambda number: number if _is_free(number) else known[number % len(known)])


def _is_free(tag: tags.Tag) -> bool:
    return tag > 0x00080000 and tag & 0xFFFF != 0 and tag not in _NOT_DRAWN and not tags.is_private(tag)


@cache
def _tags_of(vr: str) -> SearchStrategy[tags.Tag]:
    return st.sampled_from(_dictionary()[vr])


@cache
def _dictionary() -> dict[str, tuple[tags.Tag, ...]]:
    """Standard tags by the VR that Implicit VR gives them; a tag of PS3.6's gaps stands for UN."""
    from pydicom.datadict import dictionary_VR, keyword_dict

    found: dict[str, list[tags.Tag]] = {vr: [] for vr in KNOWN}
    for tag in keyword_dict.values():
        vr = dictionary_VR(tag)
        if tag >> 16 != 0xFFFE and _is_free(tag):
            if vr in found:
                found[vr].append(tag)
            elif "OW" in vr:
                found["OW"].append(tag)
    found["UN"] = [0x00090101, 0x00330101]
    return {vr: tuple(sorted(numbers)) for vr, numbers in found.items()}


@st.composite
def _private_block(draw: DrawFn, *, implicit: bool) -> list[Node]:
    """A private creator and elements of its block; their VR is UN to whoever reads them in Implicit VR (PS3.5 7.8)."""
    group = draw(st.sampled_from((0x0009, 0x0011, 0x7FE1))) << 16
    block = draw(st.integers(0x10, 0xFF))
    nodes: list[Node] = [Leaf(group | block, "LO", padded("LO", _CREATOR.encode()))]
    for low in draw(st.lists(st.integers(0, 0xFF), max_size=3)):
        vr = "UN" if implicit else draw(st.sampled_from(_LEAF_VRS))
        nodes.append(Leaf(group | block << 8 | low, vr, draw(values(vr))))
    return nodes
