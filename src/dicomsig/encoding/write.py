"""Elements, sequences and fragments as bytes, in any transfer syntax; lengths are written as told (PS3.5 7)."""

import struct
from collections.abc import Iterable, Sequence

from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN, TransferSyntax
from dicomsig.encoding.vr import SHORT, UNDEFINED_LENGTH, padded, swapped


def encode_tag(tag: tags.Tag, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    """The four bytes of a tag: group, then element, each in the byte order of the syntax."""
    return struct.pack("<HH" if syntax.little_endian else ">HH", tag >> 16, tag & 0xFFFF)


def encode_length(length: int, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    """A four-byte length."""
    return struct.pack("<L" if syntax.little_endian else ">L", length)


def encode_header(tag: tags.Tag, vr: str, length: int, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    """Tag, VR letters where the syntax has them, and length of an element (PS3.5 7.1.2 and 7.1.3).

    Raises struct.error when a short VR cannot hold the length.
    """
    if not syntax.explicit:
        return encode_tag(tag, syntax) + encode_length(length, syntax)
    if vr in SHORT:
        short = struct.pack("<H" if syntax.little_endian else ">H", length)
        return encode_tag(tag, syntax) + vr.encode("ascii") + short
    return encode_tag(tag, syntax) + vr.encode("ascii") + b"\0\0" + encode_length(length, syntax)


def encode_element(tag: tags.Tag, vr: str, value: bytes, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    """An element with its value, padded to even length; ``value`` is in Little Endian and turned as the syntax asks."""
    value = padded(vr, value)
    if not syntax.little_endian:
        value = swapped(vr, value)
    return encode_header(tag, vr, len(value), syntax) + value


def encode_item(
    content: bytes, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN, *, undefined_length: bool = False
) -> bytes:
    """An item around its encoded elements, with a length or with a delimiter (PS3.5 7.5.1)."""
    if undefined_length:
        end = encode_tag(tags.ITEM_DELIMITER, syntax) + bytes(4)
        return encode_tag(tags.ITEM, syntax) + encode_length(UNDEFINED_LENGTH, syntax) + content + end
    return encode_tag(tags.ITEM, syntax) + encode_length(len(content), syntax) + content


def encode_sequence(
    tag: tags.Tag,
    items: Iterable[bytes],
    syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN,
    *,
    undefined_length: bool = False,
    undefined_items: bool = False,
    vr: str = "SQ",
) -> bytes:
    """A sequence of items, each given as its encoded elements, with lengths or delimiters (PS3.5 7.5.2)."""
    content = b"".join(encode_item(item, syntax, undefined_length=undefined_items) for item in items)
    if undefined_length:
        end = encode_tag(tags.SEQUENCE_DELIMITER, syntax) + bytes(4)
        return encode_header(tag, vr, UNDEFINED_LENGTH, syntax) + content + end
    return encode_header(tag, vr, len(content), syntax) + content


def encode_fragments(tag: tags.Tag, offset_table: bytes, fragments: Sequence[bytes], vr: str = "OB") -> bytes:
    """Encapsulated pixel data: offset table, fragments, delimiter (PS3.5 A.4); always Little Endian."""
    items = b"".join(encode_item(padded("OB", part)) for part in (offset_table, *fragments))
    return encode_header(tag, vr, UNDEFINED_LENGTH) + items + encode_tag(tags.SEQUENCE_DELIMITER) + bytes(4)


def encode_file(meta: bytes, data_set: bytes, preamble: bytes = bytes(128)) -> bytes:
    """A Part 10 file: preamble, ``DICM``, File Meta Information with its group length, data set (PS3.10 7.1)."""
    length = encode_element(0x00020000, "UL", struct.pack("<L", len(meta)))
    return preamble + b"DICM" + length + meta + data_set
