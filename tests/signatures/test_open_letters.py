"""Where Implicit VR leaves the VR letters open, a lawful signature is not called broken (A-02)."""

import struct
from collections.abc import Sequence as Several

import pytest

from dicomsig.crypto.rsa import RsaReason
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.verdict import SignatureReason, Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.forms import IMPLICIT
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Leaf, Node, Sequence, encode_instance, merged
from dicomsig.vectors.seals import PROPER, Padded, Seal, without_null

DESCRIPTOR = struct.pack("<HHH", 256, 0, 16)
PALETTES = [Leaf(tag, "US", DESCRIPTOR) for tag in (0x00281101, 0x00281102, 0x00281103)]
SIGNED_PIXELS = Leaf(tags.PIXEL_REPRESENTATION, "US", struct.pack("<H", 1))


def lookup_table(*letters: str) -> Node:
    items = tuple(
        (Leaf(0x00283002, "US", DESCRIPTOR), Leaf(0x00283006, vr, bytes([number, 0]) * 4))
        for number, vr in enumerate(letters)
    )
    return Sequence(0x00283000, items)


def standing(nodes: Several[Node], form: Form, altered: Node | None = None) -> tuple[Status, tuple[str, ...]]:
    made = signed(Forgery(merged(instances()["ct"].data_set(), *nodes)))
    if altered is not None:
        made = merged(made, altered)
    (verdict,) = verify(instance_of(encode_instance(made, form)))
    return verdict.integrity, verdict.reasons


@pytest.mark.parametrize(
    "nodes",
    [
        [SIGNED_PIXELS, *PALETTES],
        [SIGNED_PIXELS, PALETTES[0]],
        [Leaf(0x50003000, "OB", b"\1\0" * 4)],
        [Leaf(0x50003000, "OW", b"\1\0" * 4)],
        [lookup_table("US")],
        [lookup_table("SS")],
        [lookup_table("OW", "US")],
        [lookup_table("US", "US", "US", "US")],
        [Leaf(0x00281200, "US", b"\1\0" * 4)],
        [Leaf(0x00081190, "UT", b"http://host")],
        [Leaf(0x00287FE0, "UT", b"http://hosts"), Leaf(0x0040E010, "UT", b"http://hosts")],
        [Leaf(0x0074100A, "ST", b"http://hosts")],
        [Leaf(0x00081190, "UR", b"http://hosts")],
    ],
    ids=[
        "three palette descriptors",
        "one descriptor",
        "curve data OB",
        "curve data OW",
        "LUT Data US",
        "LUT Data SS",
        "LUT Data OW and US",
        "four LUT Data",
        "gray lookup table US",
        "URL of 2011",
        "two URLs of 2011",
        "URI of 2011",
        "URL",
    ],
)
def test_lawful_letters_survive_implicit_vr(nodes: list[Node]) -> None:
    """A signature over letters that Implicit VR does not tell holds after a hop through it (PS3.5 A.1, PS3.6 6)."""
    assert standing(nodes, Form())[0] is Status.VALID
    assert standing(nodes, IMPLICIT)[0] is Status.VALID


def test_the_other_letters_are_named() -> None:
    """What was tried is said; in Explicit VR nothing is tried."""
    assert SignatureReason.VR_LETTERS_OPEN in standing([SIGNED_PIXELS, PALETTES[0]], IMPLICIT)[1]
    assert SignatureReason.VR_LETTERS_OPEN not in standing([SIGNED_PIXELS, PALETTES[0]], Form())[1]


@pytest.mark.parametrize("form", [Form(), IMPLICIT], ids=["explicit", "implicit"])
def test_a_changed_value_stays_invalid(form: Form) -> None:
    """Other letters excuse no other value: not of the element itself, not of another one."""
    nodes = [SIGNED_PIXELS, PALETTES[0]]
    other = Leaf(0x00281101, "US", struct.pack("<HHH", 256, 0, 8))
    assert standing(nodes, form, other)[0] is Status.INVALID
    pixels = Leaf(tags.PIXEL_DATA, "OW", bytes(64 * 64 * 2))
    assert standing(nodes, form, pixels)[0] is Status.INVALID


def test_more_open_elements_than_can_be_tried_are_left_open() -> None:
    """A dozen elements with open letters are beyond trying: then nobody says that the content was changed."""
    nodes = [SIGNED_PIXELS, *(Leaf(0x50003000 + (n << 17), "OW", b"\0\0") for n in range(12))]
    other = Leaf(tags.PIXEL_DATA, "OW", bytes(64 * 64 * 2))
    integrity, reasons = standing(nodes, IMPLICIT, other)
    assert integrity is Status.INDETERMINATE
    assert SignatureReason.ENCODING_NOT_REBUILDABLE in reasons


def test_letters_without_room_for_the_value_are_not_tried() -> None:
    """LUT Data of 64 KiB were never signed as US; a changed value beside them stays invalid."""
    table = Sequence(0x00283000, ((Leaf(0x00283006, "OW", bytes(1 << 16)),),))
    uri = Leaf(0x0074100A, "UR", b"x" * (1 << 16))
    pixels = Leaf(tags.PIXEL_DATA, "OW", bytes(64 * 64 * 2))
    assert standing([table, uri], IMPLICIT)[0] is Status.VALID
    assert standing([table, uri], IMPLICIT, pixels)[0] is Status.INVALID


@pytest.mark.parametrize("seal", [PROPER, Padded(data=without_null)], ids=["with NULL", "without NULL"])
def test_other_letters_hide_no_missing_parameters(seal: Seal) -> None:
    """The digest is right with other letters; that its DigestInfo lacks NULL is said all the same (A-01)."""
    base = merged(instances()["ct"].data_set(), SIGNED_PIXELS, PALETTES[0])
    (verdict,) = verify(instance_of(encode_instance(signed(Forgery(base, seal=seal)), IMPLICIT)))
    assert verdict.integrity is Status.VALID
    assert SignatureReason.VR_LETTERS_OPEN in verdict.reasons
    assert (RsaReason.DIGEST_INFO_PARAMETERS_ABSENT in verdict.reasons) is (seal is not PROPER)
