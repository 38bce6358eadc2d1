"""Where Implicit VR leaves the VR letters open, a lawful signature is not called broken (A-02)."""

import struct
from collections.abc import Sequence

import pytest

from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.verdict import SignatureReason, Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.forms import IMPLICIT
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Leaf, Node, encode_instance, merged

DESCRIPTOR = struct.pack("<HHH", 256, 0, 16)
PALETTES = [Leaf(tag, "US", DESCRIPTOR) for tag in (0x00281101, 0x00281102, 0x00281103)]
SIGNED_PIXELS = Leaf(tags.PIXEL_REPRESENTATION, "US", struct.pack("<H", 1))


def standing(nodes: Sequence[Node], form: Form, altered: Node | None = None) -> tuple[Status, tuple[str, ...]]:
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
    ],
    ids=["three palette descriptors", "one descriptor", "curve data OB", "curve data OW"],
)
def test_lawful_letters_survive_implicit_vr(nodes: list[Node]) -> None:
    """A signature over US beside signed pixels, or over curve data, holds after a hop through Implicit VR."""
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
