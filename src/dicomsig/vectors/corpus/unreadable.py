"""Bytes that are no whole instance: cut, with lying lengths, too deep, too large (PS3.5 7.1.2, 7.5 and A.5)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from dicomsig.encoding import tags, write
from dicomsig.encoding.tags import Tag
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.edits import as_bytes, put, twice
from dicomsig.vectors.nodes import DataSet, Encoded, Form, encode, stored_deflate
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.vector import Flag, Outcome
from dicomsig.vectors.writing import Signed, vector

_UNSIGNED: Final = MACRO + "unsigned-is-not-verified"
_UNORDERED: Final = "ps3.5-7.1-unordered-data-set"
"""What a reader makes of such a data set is not said; the verdict is recorded."""
_DEEP: Final = 1000
_BOMB: Final = 1 << 25
"""Bytes that the bomb inflates to."""


_STRANGERS: tuple[tuple[str, str, bytes], ...] = (
    ("text", "The file is plain text", b"This is no instance.\n" * 40),
    ("json", "The file is JSON", b'{"00080018": {"vr": "UI", "Value": ["2.25.7357"]}}\n'),
    ("zeros", "The file holds zeros", bytes(4096)),
    ("ones", "The file holds bytes FF", b"\xff" * 4096),
    ("portable-network-graphics", "The file begins like a PNG picture", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    ("prefix-alone", "The file is a preamble with DICM and nothing else", bytes(128) + b"DICM"),
    ("certificate", "The file is a PEM certificate", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
)

for _name, _title, _bytes in _STRANGERS:
    vector(
        f"stranger.{_name}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=(_UNSIGNED,),
        title=_title,
        family="unreadable",
    )(lambda twin, data=_bytes: data)  # type: ignore[misc]


def _missing(delimiter: Tag, twin: Signed) -> bytes:
    """The instance with undefined lengths, its first delimiter of a kind taken out: what follows moves in."""
    data = twin.encoded(forms.UNDEFINED_LENGTHS)
    encoded = write.encode_tag(delimiter) + bytes(4)
    at = data.index(encoded)
    return data[:at] + data[at + 8 :]


for _name, _tag in (("sequence", tags.SEQUENCE_DELIMITER), ("item", tags.ITEM_DELIMITER)):
    vector(
        f"delimiter-missing.{_name}",
        "whole-nested",
        Outcome.UNREADABLE,
        requirements=("ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms"),
        title=f"The first {_name} of undefined length is never closed",
        family="unreadable",
    )(partial(_missing, _tag))


def _nested(depth: int) -> bytes:
    """Sequences and items of undefined length, one in the other."""
    opening = (
        write.encode_header(tag_of("ContentSequence"), "SQ", 0xFFFFFFFF) + write.encode_tag(tags.ITEM) + b"\xff" * 4
    )
    closing = b"".join(write.encode_tag(tag) + bytes(4) for tag in (tags.ITEM_DELIMITER, tags.SEQUENCE_DELIMITER))
    return opening * depth + closing * depth


for _depth in (_DEEP, 20 * _DEEP):
    vector(
        f"nesting.{_depth}",
        "whole-nested",
        Outcome.UNREADABLE,
        requirements=("ps3.3-c.12.1.1.3.1.2-item-content-recursive",),
        title=f"A signed sequence was replaced by {_depth} sequences, one in the other",
        family="unreadable",
        flags=(Flag.HOSTILE,),
    )(
        lambda twin, depth=_depth: twin.edited(  # type: ignore[misc]
            put(Encoded(tag_of("AcquisitionContextSequence"), _outer(depth)))
        )
    )


def _outer(depth: int) -> bytes:
    inner = _nested(depth)
    return write.encode_tag(tag_of("AcquisitionContextSequence")) + inner[4:]


@vector("element-twice", "base-ct", Outcome.ACCEPTABLE, requirements=[_UNORDERED], ambiguity="A-36")
def element_twice(twin: Signed) -> bytes:
    """Patient ID (0010,0020), which is signed, stands twice, with two values."""
    return twin.edited(twice(tag_of("PatientID"), b"OTHER "))


@vector("pixel-data-twice", "base-ct", Outcome.ACCEPTABLE, requirements=[_UNORDERED], ambiguity="A-36")
def pixel_data_twice(twin: Signed) -> bytes:
    """Pixel Data (7FE0,0010), which is signed, stands twice, the second time black."""
    return twin.edited(twice(tags.PIXEL_DATA, bytes(64 * 64 * 2)))


@vector("elements-out-of-order", "base-ct", Outcome.ACCEPTABLE, requirements=[_UNORDERED], ambiguity="A-36")
def elements_out_of_order(twin: Signed) -> bytes:
    """Two signed elements exchanged their places in the file."""
    from dicomsig.vectors.edits import moved_before

    return twin.edited(moved_before(tag_of("PatientID"), tag_of("PatientName")))


_LETTERS: tuple[tuple[str, str, bytes], ...] = (
    ("unknown", "has VR ??", b"??"),
    ("control-characters", "has two control characters as VR", b"\1\2"),
)

for _name, _what, _letters in _LETTERS:
    vector(
        f"vr-impossible.{_name}",
        "base-ct",
        Outcome.UNREADABLE,
        requirements=("ps3.5-7.1.2-short-and-long-headers",),
        title=f"Patient ID (0010,0020), which is signed, {_what}",
        family="unreadable",
    )(
        lambda twin, letters=_letters: twin.edited(  # type: ignore[misc]
            as_bytes(tag_of("PatientID"), lambda data: data[:4] + letters + data[6:])
        )
    )


def _deflated(change: Callable[[bytes], bytes], twin: Signed) -> bytes:
    body = stored_deflate(encode(twin.content, twin.form))
    assert twin.data.endswith(body)
    return twin.data[: -len(body)] + change(body)


def _bits(values: Iterator[tuple[int, int]]) -> bytes:
    """Values with their numbers of bits, least significant first, packed into bytes (RFC 1951 3.1.1)."""
    out, kept, count = bytearray(), 0, 0
    for value, size in values:
        kept |= value << count
        count += size
        while count >= 8:
            out.append(kept & 0xFF)
            kept >>= 8
            count -= 8
    out.append(kept & 0xFF)
    return bytes(out)


def _bomb(size: int) -> bytes:
    """A block of fixed codes that repeats a zero byte, 258 at a time (RFC 1951 3.2.6)."""

    def codes() -> Iterator[tuple[int, int]]:
        yield 0b011, 3
        yield 0b00001100, 8
        for _ in range(size // 258):
            yield 0b10100011, 8
            yield 0, 5
        yield 0, 7

    return _bits(codes())


def _with_bomb(body: bytes) -> bytes:
    """The first block, then zeros without end in place of the pixels."""
    head = encode((element("SpecificCharacterSet", "ISO_IR 100"),), Form())
    start = head + write.encode_header(tags.PIXEL_DATA, "OW", 0xFFFFFFFE)
    stored = bytes((0,)) + len(start).to_bytes(2, "little") + (len(start) ^ 0xFFFF).to_bytes(2, "little") + start
    return stored + _bomb(_BOMB)


_STREAMS: tuple[tuple[str, str, tuple[Flag, ...], Callable[[bytes], bytes]], ...] = (
    ("truncated", "The deflated data set ends in the middle", (), lambda body: body[: len(body) // 2]),
    ("empty", "The deflated data set is empty", (), lambda _: b""),
    (
        "last-block-missing",
        "The last block of the deflated data set is not marked",
        (),
        lambda body: b"\0" + body[1:-2],
    ),
    (
        "block-type",
        "The deflated data set begins with a block of a type that is none",
        (),
        lambda body: b"\7" + body[1:],
    ),
    ("length-check", "The check of a stored length is wrong", (), lambda body: body[:3] + b"\0\0" + body[5:]),
    (
        "bomb",
        f"The deflated data set grows to {_BOMB >> 20} MB, and its pixels claim 4 GB",
        (Flag.HOSTILE,),
        _with_bomb,
    ),
)

for _name, _title, _flags, _change in _STREAMS:
    vector(
        f"deflated.{_name}",
        "whole-ct-deflated",
        Outcome.UNREADABLE,
        requirements=("ps3.5-a.5-deflated-object-verifies",),
        title=_title,
        family="unreadable",
        flags=_flags,
    )(partial(_deflated, _change))


@vector("item-replaced-by-element", "whole-nested", Outcome.UNREADABLE, requirements=["ps3.5-7.5.1-both-item-forms"])
def item_replaced_by_element(twin: Signed) -> bytes:
    """Something other than an item stands in a signed sequence."""
    data = encode((element("TextValue", "no item"),), Form())
    header = write.encode_header(tag_of("AcquisitionContextSequence"), "SQ", len(data))
    return twin.edited(put(Encoded(tag_of("AcquisitionContextSequence"), header + data)))


@vector("fragments-never-closed", "base-multi-frame-rle", Outcome.UNREADABLE)
def fragments_never_closed(twin: Signed) -> bytes:
    """The delimiter behind the fragments is missing."""
    return twin.edited(as_bytes_of_fragments)


def as_bytes_of_fragments(content: DataSet) -> DataSet:
    """Pixel Data (7FE0,0010) as its bytes without the last eight."""
    position = next(index for index, node in enumerate(content) if node.tag == tags.PIXEL_DATA)
    encoded = encode((content[position],), forms.RUN_LENGTHS)[:-8]
    return (*content[:position], Encoded(tags.PIXEL_DATA, encoded), *content[position + 1 :])
