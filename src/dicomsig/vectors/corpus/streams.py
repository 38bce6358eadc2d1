"""MACs over other bytes than PS3.3 C.12.1.1.3.1.2 asks for: one mistake of the signer each."""

import struct
from collections.abc import Callable
from functools import partial
from typing import Final

from dicomsig.encoding import tags, write
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.corpus.tag_lists import reused
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import SOME, Signed, vector

__all__: list[str] = []

_MISMATCH: Final = "mac-mismatch"

_RULES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "sequence-length",
        "whole-nested",
        (STREAM + "sequence-header-without-length", STREAM + "length-form-neutral", "ps3.5-7.5.2-both-sequence-forms"),
        "The length of each sequence was hashed",
    ),
    (
        "sequence-delimiter",
        "whole-nested",
        (STREAM + "sequence-delimiter-always", LIST + "sequence-delimiter-implied"),
        "No delimiter tag closed a sequence",
    ),
    (
        "item-length",
        "whole-nested",
        (STREAM + "item-tag-without-length", "ps3.5-7.5.1-both-item-forms"),
        "The length of each item was hashed",
    ),
    ("item-delimiter", "whole-nested", (LIST + "item-tags-implied",), "A delimiter tag closed each item"),
    (
        "fragment-length",
        "base-multi-frame-rle",
        (STREAM + "fragment-tag-without-length",),
        "The length of each fragment was hashed, as toolkits did before 2005",
    ),
    (
        "fragments-length",
        "base-multi-frame-rle",
        (STREAM + "encapsulated-header-without-length",),
        "The undefined length of encapsulated pixel data was hashed",
    ),
    (
        "offset-table",
        "base-multi-frame-rle",
        (STREAM + "offset-table-covered",),
        "The Basic Offset Table was not hashed",
    ),
    (
        "signature-item",
        "base-ct",
        (STREAM + "signature-item-appended",),
        "The signature item was not hashed",
    ),
    (
        "signature-item-tag",
        "base-ct",
        (STREAM + "signature-item-tag-not-hashed",),
        "The item tag of the signature item was hashed",
    ),
    ("certificate", "base-ct", (STREAM + "certificate-not-hashed",), "Certificate of Signer (0400,0115) was hashed"),
    (
        "group-lengths",
        "whole-nested-group-lengths",
        (LIST + "group-length-neutral", "ps3.5-7.2-group-length-parsed"),
        "Group lengths in items were hashed",
    ),
)

for _name, _twin, _requirements, _title in _RULES:
    vector(
        f"mac-mistakes-{_name}",
        _twin,
        reason=_MISMATCH,
        requirements=_requirements,
        algorithms=SOME,
        title=_title,
        family="streams",
    )(partial(reused, f"mac-mistakes-{_name}"))

vector(
    "mac-mistakes-nested-signatures",
    "item-and-whole",
    reason=_MISMATCH,
    requirements=(
        LIST + "nested-signatures-skipped",
        LIST + "inner-signature-removed",
        LIST + "inner-signature-added",
        "ps3.6-6-no-other-tags-in-groups",
    ),
    hits=("/#0",),
    algorithms=SOME,
    title="Signature and MAC parameters in an item were hashed from outside, as toolkits did before 2019",
    family="streams",
)(partial(reused, "mac-mistakes-nested-signatures"))

Stream = Callable[[bytes], bytes]


def _without_first(data: bytes) -> bytes:
    return data[8 + int.from_bytes(data[6:8], "little") :]


def _without_vr(data: bytes) -> bytes:
    """The first element as it stands in Implicit VR."""
    length = int.from_bytes(data[6:8], "little")
    return data[:4] + struct.pack("<L", length) + data[8:]


def _values_only(data: bytes) -> bytes:
    return data[8:]


def _big_endian_tag(data: bytes) -> bytes:
    return data[1::-1] + data[3:1:-1] + data[4:]


def _pixels_trimmed(data: bytes) -> bytes:
    """A reader that stops at the pixels: what follows their header is left out."""
    at = data.index(struct.pack("<HH", tags.PIXEL_DATA >> 16, tags.PIXEL_DATA & 0xFFFF))
    return data[:at]


def _without_pad(data: bytes) -> bytes:
    """The pad byte of SOP Class UID is cut off, with its length."""
    at = data.index(b"\x08\0\x16\0UI") + 6
    length = int.from_bytes(data[at : at + 2], "little")
    assert data[at + 1 + length] == 0
    return data[:at] + struct.pack("<H", length - 1) + data[at + 2 : at + 1 + length] + data[at + 2 + length :]


_STREAMS: tuple[tuple[str, str, str, Stream], ...] = (
    ("first-element-left-out", "The first listed element was not hashed", STREAM + "element-order", _without_first),
    ("vr-left-out", "The VR of an element was not hashed", STREAM + "vr-letters-covered", _without_vr),
    ("header-left-out", "Tag, VR and length of an element were not hashed", STREAM + "element-fields", _values_only),
    ("tag-big-endian", "A tag was hashed big endian", "ps3.5-7.3-little-endian-values", _big_endian_tag),
    ("pixels-left-out", "Hashing ended before Pixel Data (7FE0,0010)", STREAM + "element-fields", _pixels_trimmed),
    ("pad-byte-left-out", "The pad byte of a UID was not hashed", STREAM + "padding-covered", _without_pad),
    (
        "preamble-hashed",
        "A preamble was hashed first",
        LIST + "file-meta-never-covered",
        lambda data: bytes(128) + data,
    ),
    ("everything-twice", "All that is hashed was hashed twice", STREAM + "element-order", lambda data: data + data),
    ("nothing-hashed", "Nothing was hashed at all", STREAM + "element-fields", lambda _: b""),
    ("last-byte-left-out", "The last byte was not hashed", STREAM + "signature-item-appended", lambda data: data[:-1]),
    (
        "zero-byte-hashed-too",
        "A zero byte was hashed at the end",
        STREAM + "signature-not-hashed",
        lambda data: data + b"\0",
    ),
)


def _hashed(stream: Stream, twin: Signed) -> bytes:
    return twin.forged(stream=stream)


for _name, _title, _requirement, _stream in _STREAMS:
    vector(
        _name,
        "creator-ct",
        Outcome.INVALID,
        _MISMATCH,
        (_requirement,),
        algorithms=SOME,
        title=_title,
        family="streams",
    )(partial(_hashed, _stream))


def _with_letters(data: bytes) -> bytes:
    """Two bytes behind each item tag, as if items had a VR."""
    return data.replace(write.encode_tag(tags.ITEM), write.encode_tag(tags.ITEM) + b"UN")


vector(
    "item-letters-hashed",
    "whole-nested",
    Outcome.INVALID,
    _MISMATCH,
    ("ps3.5-7.5-item-tags-without-vr", LIST + "item-tags-implied"),
    algorithms=SOME,
    title="VR letters were hashed behind each item tag, which has none",
    family="streams",
)(partial(_hashed, _with_letters))
