"""Signed data sets that are encoded as PS3.5 does not allow; the MAC is right all the same."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from dicomsig.encoding import tags, write
from dicomsig.encoding.vr import UNDEFINED_LENGTH, padded
from dicomsig.signatures import attributes
from dicomsig.vectors.edits import Edit, altered, as_bytes, at, in_vr, moved_before, put, revalued, twice
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import Encoded, Fragments, Node
from dicomsig.vectors.values import element, leaf, tag_of
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import (
    PRIVATE_FRAGMENTS,
    REFERENCE_MAC,
    ct,
    digest_of_reference,
    lookup_table,
    multi_frame_rle,
    odd_certificate,
    odd_signature,
    odd_text,
    odd_uid,
    of,
    overlays,
    private_fragments,
)

_LOOKUP_TABLE = "/00283010[0]/"


def fragments(encode: Callable[[Fragments], bytes]) -> Edit:
    """Pixel Data (7FE0,0010) in fragments is encoded as told."""

    def change(node: Node) -> Node:
        if not isinstance(node, Fragments):
            raise ValueError("the pixel data are not in fragments")
        return Encoded(node.tag, encode(node))

    return altered(tags.PIXEL_DATA, change)


def raw_fragments(*parts: bytes) -> bytes:
    """Encapsulated pixel data of these items, none of them padded."""
    items = b"".join(write.encode_tag(tags.ITEM) + write.encode_length(len(part)) + part for part in parts)
    end = write.encode_tag(tags.SEQUENCE_DELIMITER) + write.encode_length(0)
    return write.encode_header(tags.PIXEL_DATA, "OB", UNDEFINED_LENGTH) + items + end


def reserved_bytes(encoded: bytes) -> bytes:
    """An element with a long header whose reserved bytes are not zero."""
    return encoded[:6] + b"\x01\x00" + encoded[8:]


@wrong("ps3.5-6.2-text-padded-with-space", odd_text)
def text_padded_with_null(twin: Forgery) -> Forgery:
    """A signed text of odd length, Manufacturer (0008,0070), ends in a null byte."""
    return twin.on(put(element("Manufacturer", b"TEST ONLY\0")))


@wrong("ps3.5-6.2-uid-padded-with-null", odd_uid)
def uid_padded_with_space(twin: Forgery) -> Forgery:
    """A signed UID of odd length, Frame of Reference UID (0020,0052), ends in a space."""
    return twin.on(put(element("FrameOfReferenceUID", b"2.25.7357 ")))


@wrong("ps3.5-6.2-ob-padded-with-null", odd_certificate)
def certificate_padded_with_space(twin: Forgery) -> Forgery:
    """A certificate of odd length is followed by a space."""
    return replace(twin, certificate=twin.credential.certificate_der + b" ")


@wrong("ps3.5-6.2-ob-padded-with-null", odd_signature)
def signature_padded_with_space(twin: Forgery) -> Forgery:
    """A signature of odd length is followed by a space."""
    return replace(twin, item_afterwards=(revalued(attributes.SIGNATURE, lambda value: value + b" "),))


@wrong("ps3.5-7.1-ascending-once", ct)
def elements_unordered(twin: Forgery) -> Forgery:
    """Patient ID (0010,0020) stands before Patient's Name (0010,0010)."""
    return twin.on(moved_before(tag_of("PatientID"), tag_of("PatientName")))


@wrong("ps3.5-7.1-ascending-once", ct)
def element_twice(twin: Forgery) -> Forgery:
    """Patient ID (0010,0020) stands twice, with two values."""
    return twin.on(twice(tag_of("PatientID"), b"OTHER"))


@wrong("ps3.5-7.1.2-reserved-bytes-zero", ct)
def reserved_bytes_not_zero(twin: Forgery) -> Forgery:
    """The reserved bytes in the header of Pixel Data (7FE0,0010) are not zero."""
    return twin.on(as_bytes(tags.PIXEL_DATA, reserved_bytes))


@wrong("ps3.5-a.2-pixel-vr-choice", ct)
def deep_pixels_in_bytes(twin: Forgery) -> Forgery:
    """Native pixel data of 16 bits have VR OB."""
    return twin.on(in_vr(tags.PIXEL_DATA, "OB"))


@wrong("ps3.5-a.2-overlay-vr-choice", overlays)
def overlay_in_numbers(twin: Forgery) -> Forgery:
    """Overlay Data (6000,3000) has VR US."""
    return twin.on(in_vr(0x60003000, "US"))


@wrong("ps3.5-a.2-lut-data-vr-choice", lookup_table)
def lookup_table_in_bytes(twin: Forgery) -> Forgery:
    """LUT Data (0028,3006) has VR OB."""
    return twin.on(at(_LOOKUP_TABLE, in_vr(tag_of("LUTData"), "OB")))


@wrong("ps3.5-a.2-descriptor-vr-choice", lookup_table)
def descriptor_in_words(twin: Forgery) -> Forgery:
    """LUT Descriptor (0028,3002) has VR OW."""
    return twin.on(at(_LOOKUP_TABLE, in_vr(tag_of("LUTDescriptor"), "OW")))


@wrong("ps3.5-a.4-encapsulated-is-ob", multi_frame_rle)
def fragments_in_words(twin: Forgery) -> Forgery:
    """Encapsulated pixel data have VR OW."""
    return twin.on(fragments(lambda node: write.encode_fragments(node.tag, node.offset_table, node.fragments, vr="OW")))


@wrong("ps3.5-a.4-fragments-even", partial(of, "jpeg-2000-offset-table"))
def fragment_of_odd_length(twin: Forgery) -> Forgery:
    """A fragment of odd length has no pad byte."""
    return twin.on(fragments(lambda node: raw_fragments(node.offset_table, *node.fragments)))


@wrong("ps3.5-a.4-offset-table-first", multi_frame_rle)
def no_offset_table(twin: Forgery) -> Forgery:
    """The first item of encapsulated pixel data is a frame."""
    return twin.on(fragments(lambda node: raw_fragments(*(padded("OB", part) for part in node.fragments))))


def _extended(offset_table: bool) -> Forgery:
    recipe = of("multi-frame-jpeg-2000" if offset_table else "multi-frame-jpeg-2000-empty-table")
    return recipe.on(put(leaf(0x7FE00001, "OV", bytes(24)), leaf(0x7FE00002, "OV", bytes(24))))


@wrong("ps3.5-a.4-extended-offset-table", partial(_extended, offset_table=False))
def both_offset_tables(twin: Forgery) -> Forgery:
    """The Basic Offset Table is filled beside an Extended Offset Table (7FE0,0001)."""
    return _extended(offset_table=True)


@wrong("ps3.3-c.12.1.1.3.1.1-encapsulated-other-vr", private_fragments)
def private_fragments_in_words(twin: Forgery) -> Forgery:
    """A private element in fragments has VR OW."""
    other = write.encode_fragments(PRIVATE_FRAGMENTS, b"", (b"ab",), vr="OW")
    return twin.on(put(Encoded(PRIVATE_FRAGMENTS, other)))


@wrong("ps3.5-6.2-digests-never-odd", digest_of_reference)
def digest_of_odd_length(twin: Forgery) -> Forgery:
    """MAC (0400,0404) in a reference has 18 bytes, as no digest has."""
    return twin.on(at(REFERENCE_MAC, revalued(0x04000404, bytes(18))))
