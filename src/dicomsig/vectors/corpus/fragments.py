"""Signed encapsulated pixel data of which one thing changed (PS3.5 A.4, A-05)."""

import struct
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.encoding import tags
from dicomsig.vectors.corpus.content import LIST, MACRO, STREAM
from dicomsig.vectors.edits import altered
from dicomsig.vectors.nodes import Fragments, Node
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import SOME, Signed, vector

_MISMATCH: Final = "mac-mismatch"
_TABLE: Final = STREAM + "offset-table-covered"
_BOUNDARY: Final = (
    STREAM + "fragment-boundaries-covered",
    MACRO + "fragmentation-changes-mac",
    LIST + "encapsulated-item-tags-implied",
)
_CONTENT: Final = (LIST + "listed-change-detected", STREAM + "fragment-tag-without-length")

Parts = tuple[bytes, ...]


def _with(change: Callable[[Fragments], Fragments], twin: Signed) -> bytes:
    def edit(node: Node) -> Node:
        assert isinstance(node, Fragments)
        return change(node)

    return twin.edited(altered(tags.PIXEL_DATA, edit))


def _fragments(change: Callable[[Parts], Parts]) -> Callable[[Fragments], Fragments]:
    return lambda node: replace(node, fragments=change(node.fragments))


def _table(change: Callable[[bytes], bytes]) -> Callable[[Fragments], Fragments]:
    return lambda node: replace(node, offset_table=change(node.offset_table))


def _flip(value: bytes, at: int) -> bytes:
    at %= len(value)
    return value[:at] + bytes((value[at] ^ 1,)) + value[at + 1 :]


def _moved(parts: Parts) -> Parts:
    """Two bytes leave the end of the first fragment and begin the second."""
    return (parts[0][:-2], parts[0][-2:] + parts[1], *parts[2:])


def _moved_back(parts: Parts) -> Parts:
    return (parts[0] + parts[1][:2], parts[1][2:], *parts[2:])


def _offsets(value: bytes) -> bytes:
    numbers = struct.unpack(f"<{len(value) // 4}L", value)
    return struct.pack(f"<{len(numbers)}L", *(number + 8 for number in numbers))


_CHANGES: tuple[tuple[str, str, tuple[str, ...], Callable[[Fragments], Fragments]], ...] = (
    (
        "fragment-first-byte-altered",
        "The first byte of the first fragment differs by one bit",
        _CONTENT,
        _fragments(lambda parts: (_flip(parts[0], 0), *parts[1:])),
    ),
    (
        "fragment-middle-byte-altered",
        "A byte of the second fragment differs by one bit",
        _CONTENT,
        _fragments(lambda parts: (parts[0], _flip(parts[1], len(parts[1]) // 2), *parts[2:])),
    ),
    (
        "fragment-last-byte-altered",
        "The last byte of the last fragment differs by one bit",
        _CONTENT,
        _fragments(lambda parts: (*parts[:-1], _flip(parts[-1], -1))),
    ),
    ("fragment-byte-moved-forward", "Two bytes moved from a fragment into the next", _BOUNDARY, _fragments(_moved)),
    (
        "fragment-byte-moved-back",
        "Two bytes moved from a fragment into the one before",
        _BOUNDARY,
        _fragments(_moved_back),
    ),
    (
        "fragment-split",
        "A fragment was split in two without touching the coded bytes",
        _BOUNDARY,
        _fragments(lambda parts: (parts[0][:20], parts[0][20:], *parts[1:])),
    ),
    (
        "fragments-joined",
        "Two fragments were joined into one without touching the coded bytes",
        _BOUNDARY,
        _fragments(lambda parts: (parts[0] + parts[1], *parts[2:])),
    ),
    (
        "fragments-exchanged",
        "Two fragments exchanged their places",
        (STREAM + "element-order",),
        _fragments(lambda parts: (parts[1], parts[0], *parts[2:])),
    ),
    (
        "fragment-dropped",
        "The last fragment is missing",
        (LIST + "encapsulated-item-tags-implied",),
        _fragments(lambda parts: parts[:-1]),
    ),
    (
        "fragment-repeated",
        "The last fragment stands twice",
        (LIST + "encapsulated-item-tags-implied",),
        _fragments(lambda parts: (*parts, parts[-1])),
    ),
    (
        "fragment-empty-inserted",
        "An empty fragment stands between two others",
        _BOUNDARY,
        _fragments(lambda parts: (parts[0], b"", *parts[1:])),
    ),
    (
        "fragment-padded",
        "Two zero bytes follow the last fragment",
        (STREAM + "padding-covered",),
        _fragments(lambda parts: (*parts[:-1], parts[-1] + b"\0\0")),
    ),
    ("fragments-all-dropped", "Nothing but the offset table is left", _CONTENT, _fragments(lambda _: ())),
    ("offset-table-emptied", "The Basic Offset Table was emptied", (_TABLE,), _table(lambda _: b"")),
    ("offset-table-rewritten", "The offsets of the Basic Offset Table are others", (_TABLE,), _table(_offsets)),
    (
        "offset-table-shortened",
        "The last offset of the Basic Offset Table is missing",
        (_TABLE,),
        _table(lambda v: v[:-4]),
    ),
    (
        "offset-table-extended",
        "An offset follows those of the Basic Offset Table",
        (_TABLE,),
        _table(lambda value: value + struct.pack("<L", 4000)),
    ),
)

for _name, _title, _requirements, _change in _CHANGES:
    vector(
        _name,
        "creator-multi-frame-rle",
        reason=_MISMATCH,
        requirements=_requirements,
        algorithms=SOME,
        title=_title,
        family="fragments",
    )(partial(_with, _change))

vector(
    "offset-table-filled",
    "whole-multi-frame-jpeg-2000-empty-table",
    reason=_MISMATCH,
    requirements=(_TABLE,),
    title="The Basic Offset Table was empty and has been filled",
    family="fragments",
)(partial(_with, _table(lambda _: struct.pack("<3L", 0, 8, 16))))
vector(
    "fragments-regrouped",
    "whole-multi-frame-jpeg-2000",
    reason=_MISMATCH,
    requirements=_BOUNDARY,
    algorithms=SOME,
    title="All fragments were cut anew at other places; the coded bytes in a row are the same",
    family="fragments",
)(
    partial(
        _with,
        _fragments(lambda parts: tuple(b"".join(parts)[at : at + 100] for at in range(0, len(b"".join(parts)), 100))),
    )
)
vector(
    "one-of-many-fragments-altered",
    "many-fragments",
    reason=_MISMATCH,
    requirements=_CONTENT,
    title="One of 500 fragments differs by one bit",
    family="fragments",
)(partial(_with, _fragments(lambda parts: (*parts[:250], _flip(parts[250], 0), *parts[251:]))))
vector(
    "empty-fragment-dropped",
    "one-empty-fragment",
    reason=_MISMATCH,
    requirements=_BOUNDARY,
    title="An empty fragment, whose tag is hashed, is gone",
    family="fragments",
)(partial(_with, _fragments(lambda parts: tuple(part for part in parts if part))))


@vector(
    "fragments-in-other-syntax",
    "creator-multi-frame-rle",
    Outcome.ACCEPTABLE,
    "transfer-syntax-not-rebuildable",
    [STREAM + "recompressed-indeterminate"],
    ambiguity="A-06",
)
def fragments_in_other_syntax(twin: Signed) -> bytes:
    """The file says JPEG 2000, its MAC parameters RLE; the fragments were coded anew or not."""
    from dicomsig.vectors import forms

    return twin.encoded(forms.JPEG_2000)
