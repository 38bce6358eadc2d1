"""Bytes that are no whole instance: cut, with lying lengths, too deep, too large (PS3.5 7.1.2, 7.5 and A.5)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.encoding import tags, write
from dicomsig.encoding.elements import Element
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.tags import Tag
from dicomsig.signatures import attributes
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.edits import as_bytes, in_items, put, twice
from dicomsig.vectors.nodes import DataSet, Encoded, Form, data_set, encode, stored_deflate
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.vector import Flag, Outcome
from dicomsig.vectors.writing import Signed, vector

_UNSIGNED: Final = MACRO + "unsigned-is-not-verified"
_PATH = tuple[Tag, ...]
_PARAMETERS_ITEM: Final = tuple(each.tag for each in attributes.PARAMETERS_ATTRIBUTES)
_SIGNATURE_ITEM: Final = tuple(each.tag for each in attributes.SIGNATURE_ATTRIBUTES if each.tag <= attributes.SIGNATURE)
_DEEP: Final = 1000
_BOMB: Final = 1 << 25
"""Bytes that the bomb inflates to."""


def _paths() -> Iterator[_PATH]:
    """The elements of a small signed instance: those of the data set, then those of the two items of the macro."""
    content = {node.tag for node in data_set(raw_data_set("keys"))}
    for tag in sorted({*content, tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES}):
        yield (tag,)
    yield from ((tags.MAC_PARAMETERS, tag) for tag in _PARAMETERS_ITEM)
    yield from ((tags.DIGITAL_SIGNATURES, tag) for tag in _SIGNATURE_ITEM)


def _element(data: bytes, path: _PATH) -> Element:
    elements = instance_of(data).elements
    for tag in path[:-1]:
        elements = next((e.items or ())[0].elements for e in elements if e.tag == tag)
    return next(e for e in elements if e.tag == path[-1])


def _cut(path: _PATH, where: Callable[[Element], int], twin: Signed) -> bytes:
    return twin.data[: where(_element(twin.data, path))]


_CUTS: tuple[tuple[str, str, Callable[[Element], int]], ...] = (
    ("before", "before", lambda e: e.start),
    ("in-tag", "in the tag of", lambda e: e.start + 2),
    ("in-header", "in the length of", lambda e: e.value - 1),
    ("in-value", "in the value of", lambda e: e.value + max(e.length, 2) // 2),
)

for _path in _paths():
    for _name, _what, _where in _CUTS:
        _whole = _name == "before" and len(_path) == 1
        if _name == "in-value" and _path[-1] in (tag_of("AcquisitionContextSequence"), tag_of("Laterality")):
            continue
        vector(
            f"truncated-{_name}.{'-'.join(f'{tag:08x}' for tag in _path)}",
            "key-rsa-2048",
            Outcome.UNSIGNED if _whole else Outcome.UNREADABLE,
            requirements=(_UNSIGNED,),
            title=f"The file ends {_what} {' in '.join(map(tags.format_tag, reversed(_path)))}",
            family="unreadable",
        )(partial(_cut, _path, _where))


def _first(count: int, twin: Signed) -> bytes:
    return twin.data[:count]


for _count, _what in (
    (0, "The file is empty"),
    (1, "The file is one byte long"),
    (100, "The file ends in the preamble"),
    (130, "The file ends in the prefix DICM"),
    (140, "The file ends in the header of the first element of File Meta Information"),
    (150, "The file ends in File Meta Information"),
):
    vector(
        f"truncated-file.{_count:03d}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=(_UNSIGNED,),
        title=_what,
        family="unreadable",
    )(partial(_first, _count))


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


def _with_length(path: _PATH, length: int, twin: Signed) -> bytes:
    """The length field of an element with a header of 8 or 12 bytes says something else."""
    found = _element(twin.data, path)
    size = 2 if found.value - found.start == 8 else 4
    return twin.data[: found.value - size] + length.to_bytes(size, "little") + twin.data[found.value :]


_LIES: tuple[tuple[str, str, _PATH, int], ...] = (
    ("signature-too-long", "Signature (0400,0120) claims 2 GB", (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE), 0x7FFFFFFE),
    ("signature-slightly-too-long", "Signature (0400,0120) claims two bytes too many", (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE), 258),
    ("certificate-too-long", "Certificate of Signer (0400,0115) claims 4 GB", (tags.DIGITAL_SIGNATURES, attributes.CERTIFICATE), 0xFFFFFFFE),
    ("certificate-too-short", "Certificate of Signer (0400,0115) claims two bytes", (tags.DIGITAL_SIGNATURES, attributes.CERTIFICATE), 2),
    ("signatures-too-long", "Digital Signatures Sequence (FFFA,FFFA) claims 4 GB", (tags.DIGITAL_SIGNATURES,), 0xFFFFFFFE),
    ("signatures-too-short", "Digital Signatures Sequence (FFFA,FFFA) claims 20 bytes", (tags.DIGITAL_SIGNATURES,), 20),
    ("parameters-too-long", "MAC Parameters Sequence (4FFE,0001) claims two bytes too many", (tags.MAC_PARAMETERS,), 0xFFFE),
    ("tag-list-too-long", "Data Elements Signed (0400,0020) claims 64 KB", (tags.MAC_PARAMETERS, attributes.DATA_ELEMENTS_SIGNED), 0xFFFC),
    ("value-too-long", "Manufacturer (0008,0070) claims 64 KB", (tag_of("Manufacturer"),), 0xFFFE),
    ("value-too-short", "Manufacturer (0008,0070) claims two bytes", (tag_of("Manufacturer"),), 2),
    ("empty-sequence-too-long", "An empty sequence claims eight bytes", (tag_of("AcquisitionContextSequence"),), 8),
    ("sequence-never-closed", "A sequence of undefined length is never closed", (tags.DIGITAL_SIGNATURES,), 0xFFFFFFFF),
    ("text-of-undefined-length", "A text has an undefined length", (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE), 0xFFFFFFFF),
)  # fmt: skip

for _name, _title, _path, _length in _LIES:
    vector(
        f"lying-length.{_name}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=(_UNSIGNED, "ps3.5-7.1.2-short-and-long-headers"),
        title=_title,
        family="unreadable",
    )(partial(_with_length, _path, _length))


def _missing(delimiter: Tag, twin: Signed) -> bytes:
    """The instance with undefined lengths, its last delimiter of a kind taken out."""
    data = twin.encoded(forms.UNDEFINED_LENGTHS)
    encoded = write.encode_tag(delimiter) + bytes(4)
    at = data.rindex(encoded)
    return data[:at] + data[at + 8 :]


for _name, _tag in (("sequence", tags.SEQUENCE_DELIMITER), ("item", tags.ITEM_DELIMITER)):
    vector(
        f"delimiter-missing.{_name}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=("ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms"),
        title=f"The last {_name} of undefined length is never closed",
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


@vector("element-twice", "base-ct", Outcome.UNREADABLE, requirements=["ps3.5-7.1-unordered-data-set"])
def element_twice(twin: Signed) -> bytes:
    """Patient ID (0010,0020), which is signed, stands twice, with two values."""
    return twin.edited(twice(tag_of("PatientID"), b"OTHER "))


@vector("pixel-data-twice", "base-ct", Outcome.UNREADABLE, requirements=["ps3.5-7.1-unordered-data-set"])
def pixel_data_twice(twin: Signed) -> bytes:
    """Pixel Data (7FE0,0010), which is signed, stands twice, the second time black."""
    return twin.edited(twice(tags.PIXEL_DATA, bytes(64 * 64 * 2)))


@vector("signatures-sequence-twice", "creator-ct", Outcome.UNREADABLE, requirements=["ps3.5-7.1-unordered-data-set"])
def signatures_sequence_twice(twin: Signed) -> bytes:
    """Digital Signatures Sequence (FFFA,FFFA) stands twice; the first is empty."""

    def doubled(content: DataSet) -> DataSet:
        own = next(node for node in content if node.tag == tags.DIGITAL_SIGNATURES)
        empty = Encoded(tags.DIGITAL_SIGNATURES, write.encode_header(tags.DIGITAL_SIGNATURES, "SQ", 0))
        return (*(node for node in content if node is not own), empty, own)

    return twin.edited(doubled)


@vector("elements-out-of-order", "base-ct", Outcome.INDETERMINATE, "mac-mismatch", ["ps3.5-7.1-unordered-data-set"])
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


def _claims(uid: str, twin: Signed) -> bytes:
    """File Meta Information names a transfer syntax that the data set is not in."""
    return twin.encoded(Form(replace(Form().syntax, uid=uid)))


for _name, _uid in (
    ("implicit", "1.2.840.10008.1.2"),
    ("big-endian", "1.2.840.10008.1.2.2"),
    ("deflated", "1.2.840.10008.1.2.1.99"),
):
    vector(
        f"syntax-claimed.{_name}",
        "creator-ct",
        Outcome.UNREADABLE,
        requirements=("ps3.5-7.1.2-short-and-long-headers",),
        title=f"The file says {_name.replace('-', ' ')}, and its data set is in Explicit VR Little Endian",
        family="unreadable",
    )(partial(_claims, _uid))


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
    ("last-block-missing", "The last block of the deflated data set is not marked", (), lambda body: b"\0" + body[1:-2]),
    ("block-type", "The deflated data set begins with a block of a type that is none", (), lambda body: b"\7" + body[1:]),
    ("length-check", "The check of a stored length is wrong", (), lambda body: body[:3] + b"\0\0" + body[5:]),
    ("bomb", f"The deflated data set grows to {_BOMB >> 20} MB, and its pixels claim 4 GB", (Flag.HOSTILE,), _with_bomb),
)  # fmt: skip

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


@vector("delimiter-out-of-place", "whole-nested", Outcome.UNREADABLE, requirements=["ps3.5-7.5.1-both-item-forms"])
def delimiter_out_of_place(twin: Signed) -> bytes:
    """A delimiter stands between two elements of the main data set."""
    stray = Encoded(tags.ITEM_DELIMITER, write.encode_tag(tags.ITEM_DELIMITER) + bytes(4))
    return twin.edited(lambda content: (*content[:5], stray, *content[5:]))


@vector("fragments-never-closed", "base-multi-frame-rle", Outcome.UNREADABLE)
def fragments_never_closed(twin: Signed) -> bytes:
    """The delimiter behind the fragments is missing."""
    return twin.edited(as_bytes_of_fragments)


def as_bytes_of_fragments(content: DataSet) -> DataSet:
    """Pixel Data (7FE0,0010) as its bytes without the last eight."""
    position = next(index for index, node in enumerate(content) if node.tag == tags.PIXEL_DATA)
    encoded = encode((content[position],), forms.RUN_LENGTHS)[:-8]
    return (*content[:position], Encoded(tags.PIXEL_DATA, encoded), *content[position + 1 :])


@vector("many-signature-items", "creator-ct", Outcome.INDETERMINATE, "signature-not-by-key", expected=())
def many_signature_items(twin: Signed) -> bytes:
    """The signature sequence has 200 items; each but the first is damaged."""
    from dicomsig.vectors.edits import revalued

    damaged = revalued(attributes.SIGNATURE, lambda value: value[:-1] + bytes((value[-1] ^ 1,)))
    return twin.edited(in_items(tags.DIGITAL_SIGNATURES, lambda items: (items[0], *(damaged(items[0]),) * 199)))
