"""Right instances from which wrong ones differ in one thing; each has what some requirement speaks of."""

from dataclasses import replace
from functools import cache

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.vectors.edits import at, put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Fragments
from dicomsig.vectors.pixels import image_pixel, plane_8
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.timestamps import Authority
from dicomsig.vectors.values import code, element, leaf, sequence

__all__ = [
    "ANATOMY",
    "PRIVATE_FRAGMENTS",
    "REFERENCE_MAC",
    "big_endian",
    "ct",
    "digest_of_reference",
    "exponent_3",
    "file_set_id",
    "group_lengths",
    "icon",
    "in_item",
    "item_and_whole",
    "length_to_end",
    "lookup_table",
    "multi_frame_rle",
    "nested",
    "odd_certificate",
    "odd_signature",
    "odd_text",
    "odd_uid",
    "of",
    "overlays",
    "private_fragments",
    "private_unknown",
    "purpose_code",
    "sha_1",
    "stamped",
    "stamped_odd",
    "trailing_padding",
    "two_signatures",
    "with_origin",
    "with_purpose",
]

ANATOMY = "/00082218[0]/"
"""The item of Anatomic Region Sequence (0008,2218) in the CT and MR instances."""


REFERENCE_MAC = "/0040a375[0]/00081115[0]/00081199[0]/04000403[0]/"
"""The digest of a referenced instance in the reports here."""

PRIVATE_FRAGMENTS = 0x00991001
"""A private element in fragments."""


def of(name: str, **changes: object) -> Forgery:
    """An honest signature over everything signable in an unsigned instance, but for the changes."""
    return replace(_honest(name), **changes)  # type: ignore[arg-type]


@cache
def _honest(name: str) -> Forgery:
    recipe = instances(full=True)[name]
    return Forgery(recipe.data_set(), recipe.form)


def ct() -> Forgery:
    """A CT image."""
    return of("ct")


def nested() -> Forgery:
    """Raw data with sequences five deep, an empty sequence and empty items."""
    return of("nested")


def group_lengths() -> Forgery:
    """The same with a group length in every group, items included."""
    return of("nested-group-lengths")


def multi_frame_rle() -> Forgery:
    """Three frames in RLE behind a filled Basic Offset Table."""
    return of("multi-frame-rle")


def overlays() -> Forgery:
    """A CT image with two overlays."""
    return of("ct-overlays")


def lookup_table() -> Forgery:
    """A CT image with two lookup tables."""
    return of("ct-lookup-table")


def odd_certificate() -> Forgery:
    """The certificate needs a pad byte."""
    return replace(ct(), credential=Credential.ODD_LENGTH)


def odd_signature() -> Forgery:
    """The signature value needs a pad byte: the modulus has 129 bytes."""
    return replace(ct(), credential=Credential.RSA_1032)


def purpose_code(value: str, scheme: str = "ASTM-sigpurpose", meaning: str = "Verification Signature") -> DataSet:
    """An item of Digital Signature Purpose Code Sequence (0400,0401)."""
    return code(value, scheme, meaning)


def with_purpose() -> Forgery:
    """A signature that states its purpose."""
    return replace(ct(), item=(put(sequence("DigitalSignaturePurposeCodeSequence", purpose_code("5"))),))


def in_item() -> Forgery:
    """A signature in an item of a sequence, none in the main data set."""
    return replace(ct(), place=ANATOMY)


def item_and_whole() -> Forgery:
    """A signature in an item, then one over the main data set with that sequence."""
    return in_item().then(place=tags.MAIN_PLACE)


def two_signatures() -> Forgery:
    """Two signatures over the main data set, each with MAC parameters of its own."""
    return ct().then()


def exponent_3() -> Forgery:
    """A key whose public exponent is 3."""
    return replace(ct(), credential=Credential.EXPONENT_3)


def length_to_end() -> Forgery:
    """A CT image with Length to End (0008,0001), not signed."""
    return ct().on(put(leaf(tags.LENGTH_TO_END, "UL", 0)))


def file_set_id() -> Forgery:
    """A CT image with an element of group 0004, not signed."""
    return ct().on(put(element("FileSetID", "TEST")))


def private_unknown() -> Forgery:
    """Private elements with VR UN, alone and in a sequence, not signed."""
    return of("private-unknown")


def trailing_padding() -> Forgery:
    """Sequences with Data Set Trailing Padding behind them, not signed."""
    return of("nested-trailing-padding")


def odd_text() -> Forgery:
    """A CT image whose Manufacturer (0008,0070) needs a pad byte."""
    return ct().on(put(element("Manufacturer", "TEST ONLY")))


def odd_uid() -> Forgery:
    """A CT image whose Frame of Reference UID (0020,0052) needs a pad byte."""
    return ct().on(put(element("FrameOfReferenceUID", "2.25.7357")))


def sha_1() -> Forgery:
    """A MAC by SHA-1, which every edition allows."""
    return replace(ct(), algorithm=MacAlgorithm.SHA1)


def stamped() -> Forgery:
    """A signature with a certified timestamp."""
    return replace(ct(), timestamp=Authority().token)


def stamped_odd() -> Forgery:
    """A certified timestamp over a signature value of odd length, without its pad byte (A-14)."""
    return replace(odd_signature(), timestamp=Authority().token)


def big_endian() -> Forgery:
    """A CT image in Explicit VR Big Endian; the MAC is little endian."""
    return of("ct-big-endian")


def with_origin() -> Forgery:
    """A CT image with Instance Origin Status (0400,0600)."""
    return ct().on(put(element("InstanceOriginStatus", "LOCAL")))


def private_fragments() -> Forgery:
    """An encapsulated image with a private element in fragments of OB."""
    return of("jpeg-2000").on(put(leaf(0x00990010, "LO", "TEST ONLY 1.0"), Fragments(PRIVATE_FRAGMENTS, b"", (b"ab",))))


def digest_of_reference() -> Forgery:
    """A report that refers to an image by its digest (PS3.3 C.17.2.1)."""
    mac = sequence(
        "ReferencedSOPInstanceMACSequence",
        [
            element("MACCalculationTransferSyntaxUID", "1.2.840.10008.1.2.1"),
            element("MACAlgorithm", "SHA1"),
            element("DataElementsSigned", tags.SOP_INSTANCE_UID),
            element("MAC", bytes(20)),
        ],
    )
    return of("sr").on(at("/0040a375[0]/00081115[0]/00081199[0]/", put(mac)))


def icon() -> Forgery:
    """An encapsulated image with a native icon (PS3.5 A.4)."""
    pixels = element("PixelData", plane_8(16), vr="OB")
    return of("multi-frame-rle").on(put(sequence("IconImageSequence", [*image_pixel(16, 16, 8), pixels])))
