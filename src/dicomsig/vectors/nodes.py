"""A data set as values apart from their encoding, and every lawful way to encode it (PS3.5 7, PS3.10 7.1).

Two files made from one `DataSet` in two `Form`s are twins: same content, other bytes.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from dicomsig.encoding import tags, write
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN, TransferSyntax

__all__ = [
    "DataSet",
    "Encoded",
    "Form",
    "Fragments",
    "Leaf",
    "Node",
    "Sequence",
    "data_set",
    "encode",
    "encode_instance",
    "merged",
    "stored_deflate",
    "text_value",
    "without",
]

_STORED_BLOCK = 0xFFFF


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with a value of its own; ``value`` is in Little Endian, its pad byte may be left out (PS3.5 7.1)."""

    tag: tags.Tag
    vr: str
    value: bytes = b""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence of items, each a data set (PS3.5 7.5)."""

    tag: tags.Tag
    items: "tuple[DataSet, ...]" = ()


@dataclass(frozen=True, slots=True)
class Fragments:
    """Pixel data in fragments behind a Basic Offset Table that may be empty (PS3.5 A.4)."""

    tag: tags.Tag
    offset_table: bytes
    fragments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An element as the bytes that stand in the file, lawful or not, whatever the form."""

    tag: tags.Tag
    data: bytes


Node = Leaf | Sequence | Fragments | Encoded
DataSet = tuple[Node, ...]
"""Nodes in ascending order of tags, each tag once; `data_set` makes one."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a data set becomes a file; no choice here touches a value.

    `trailing_padding` is the number of bytes in Data Set Trailing Padding (FFFC,FFFC), 0 for none.
    """

    syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN
    undefined_sequences: bool = False
    undefined_items: bool = False
    group_lengths: bool = False
    trailing_padding: int = 0
    file_meta: bool = True


def data_set(*nodes: Node | Iterable[Node]) -> DataSet:
    """Nodes and groups of nodes become one data set in ascending order of tags (PS3.5 7.1).

    Raises ValueError when a tag occurs twice.
    """
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, Leaf | Sequence | Fragments | Encoded):
            flat.append(node)
        else:
            flat.extend(node)
    flat.sort(key=lambda node: node.tag)
    for first, second in pairwise(flat):
        if first.tag == second.tag:
            raise ValueError(f"{tags.format_tag(first.tag)} occurs twice in one data set")
    return tuple(flat)


def merged(base: DataSet, *nodes: Node) -> DataSet:
    """A copy of ``base`` in which the given nodes replace those of the same tag or are added."""
    return data_set(without(base, *(node.tag for node in nodes)), nodes)


def without(base: DataSet, *unwanted: tags.Tag) -> DataSet:
    """A copy of ``base`` that lacks the tags given; those that are absent are ignored."""
    return tuple(node for node in base if node.tag not in unwanted)


def encode(content: DataSet, form: Form) -> bytes:
    """The data set alone, without File Meta Information, not deflated.

    Raises ValueError for fragments in a syntax that has none.
    """
    body = _elements(content, form)
    if form.trailing_padding:
        body += write.encode_element(tags.TRAILING_PADDING, "OB", bytes(form.trailing_padding), form.syntax)
    return body


def encode_instance(content: DataSet, form: Form) -> bytes:
    """The whole file: preamble and File Meta Information where the form asks for them, then the data set."""
    body = encode(content, form)
    if form.syntax.deflated:
        body = stored_deflate(body)
    if not form.file_meta:
        return body
    return write.encode_file(_file_meta(content, form.syntax), body)


def text_value(content: DataSet, tag: tags.Tag) -> str:
    """The value of a text or UID element of the top level without its padding; empty when it is absent."""
    for node in content:
        if node.tag == tag and isinstance(node, Leaf):
            return node.value.decode("utf-8").rstrip(" \0")
    return ""


def stored_deflate(body: bytes) -> bytes:
    """A raw deflate stream that stores the bytes as they are, padded to even length (RFC 1951 3.2.4, PS3.5 A.5).

    A compressor's output depends on its version; stored blocks do not.
    """
    blocks = []
    for start in range(0, len(body) or 1, _STORED_BLOCK):
        part = body[start : start + _STORED_BLOCK]
        last = start + _STORED_BLOCK >= len(body)
        blocks.append(struct.pack("<BHH", last, len(part), len(part) ^ 0xFFFF) + part)
    stream = b"".join(blocks)
    return stream + bytes(len(stream) % 2)


def _elements(content: DataSet, form: Form) -> bytes:
    if not form.group_lengths:
        return b"".join(_node(node, form) for node in content)
    parts = []
    for group, nodes in groupby(content, key=lambda node: node.tag >> 16):
        body = b"".join(_node(node, form) for node in nodes)
        length = struct.pack("<L", len(body))
        parts += [write.encode_element(group << 16, "UL", length, form.syntax), body]
    return b"".join(parts)


def _node(node: Node, form: Form) -> bytes:
    match node:
        case Leaf(tag, vr, value):
            return write.encode_element(tag, vr, value, form.syntax)
        case Sequence(tag, items):
            return write.encode_sequence(
                tag,
                (_elements(item, form) for item in items),
                form.syntax,
                undefined_length=form.undefined_sequences,
                undefined_items=form.undefined_items,
            )
        case Fragments(tag, offset_table, fragments):
            if not form.syntax.encapsulated:
                raise ValueError(f"transfer syntax {form.syntax.uid} has no fragments (PS3.5 A.4)")
            return write.encode_fragments(tag, offset_table, fragments)
        case Encoded(_, data):
            return data


def _file_meta(content: DataSet, syntax: TransferSyntax) -> bytes:
    def elements() -> Iterator[bytes]:
        yield write.encode_element(0x00020001, "OB", b"\0\1")
        for tag, value in (
            (0x00020002, text_value(content, tags.SOP_CLASS_UID)),
            (0x00020003, text_value(content, tags.SOP_INSTANCE_UID)),
            (tags.TRANSFER_SYNTAX_UID, syntax.uid),
            (0x00020012, "2.25.7357"),
        ):
            yield write.encode_element(tag, "UI", value.encode("ascii"))
        yield write.encode_element(0x00020013, "SH", b"TEST_ONLY")

    return b"".join(elements())
