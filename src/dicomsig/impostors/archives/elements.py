"""Archives that lose, move or rename elements, items and signatures (PS3.15 A.3, PS3.5 6.2.2, 7.5)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN
from dicomsig.encoding.vr import SHORT
from dicomsig.impostors.archives.base import MACRO, ClaimingArchive, changed, everywhere, recoded
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Node, Sequence, encode_instance, without
from dicomsig.vectors.reading import nodes_of

_KEPT: Final = "ps3.15-a.3-elements-kept"
_VR: Final = "ps3.15-a.3-vr-kept"


class _EditsNodes(ClaimingArchive):
    """Makes something else of each element when it stores."""

    convicted_by = _KEPT

    def kept(self, data: bytes) -> bytes | None:
        """With every element as the archive makes it."""
        return changed(data, everywhere(self.made))

    def made(self, node: Node) -> Iterable[Node]:
        """What becomes of an element: nothing, itself or something else."""
        return (node,)


class DropsPrivateElements(_EditsNodes):
    """Keeps no private elements."""

    def made(self, node: Node) -> Iterable[Node]:
        """Standard elements alone."""
        return () if tags.is_private(node.tag) else (node,)


class DropsEmptyElements(_EditsNodes):
    """Keeps no element without a value."""

    def made(self, node: Node) -> Iterable[Node]:
        """Leaves that have a value, and all sequences."""
        return () if isinstance(node, Leaf) and not node.value else (node,)


class DropsTheSecondItem(_EditsNodes):
    """Keeps the first item of each sequence alone."""

    def made(self, node: Node) -> Iterable[Node]:
        """A sequence of one item at most."""
        return (Sequence(node.tag, node.items[:1]),) if isinstance(node, Sequence) else (node,)


class MovesPrivateBlocks(_EditsNodes):
    """Gives private blocks numbers of its own."""

    def made(self, node: Node) -> Iterable[Node]:
        """The element in the block after its own."""
        number = node.tag & 0xFFFF
        if not tags.is_private(node.tag) or number < 0x10:
            return (node,)
        return (replace(node, tag=node.tag + (1 if number <= 0xFF else 0x100)),)


class ReordersItems(_EditsNodes):
    """Gives the items of a sequence back in the opposite order."""

    convicted_by = "ps3.15-a.3-item-order-kept"

    def made(self, node: Node) -> Iterable[Node]:
        """A sequence from its end."""
        return (Sequence(node.tag, node.items[::-1]),) if isinstance(node, Sequence) else (node,)


class ReordersItemsUnclaimed(ReordersItems):
    """Gives items back in the opposite order and claims nothing of preservation."""

    convicted_by = "ps3.5-7.5-item-order-kept"
    profiles = ()
    signature_level = 1


class CallsBytesWords(_EditsNodes):
    """Gives every OB the letters OW."""

    convicted_by = _VR
    shown_by = "every-vr"

    def made(self, node: Node) -> Iterable[Node]:
        """OW for OB."""
        return (replace(node, vr="OW"),) if isinstance(node, Leaf) and node.vr == "OB" else (node,)


class ForgetsPrivateVrs(_EditsNodes):
    """Gives private elements the letters UN, though they came with others."""

    convicted_by = "ps3.5-6.2.2-un-only-from-implicit"
    profiles = ()
    signature_level = 1

    def made(self, node: Node) -> Iterable[Node]:
        """UN for private elements, creators aside."""
        if isinstance(node, Leaf) and tags.is_private(node.tag) and node.tag & 0xFFFF > 0xFF:
            return (replace(node, vr="UN"),)
        return (node,)


class ForgetsCreators(_EditsNodes):
    """Gives private creators the letters UN."""

    convicted_by = "ps3.5-6.2.2-private-creator-not-un"
    profiles = ()
    signature_level = 1

    def made(self, node: Node) -> Iterable[Node]:
        """UN for creators."""
        if isinstance(node, Leaf) and tags.is_private(node.tag) and node.tag & 0xFFFF <= 0xFF:
            return (replace(node, vr="UN"),)
        return (node,)


class GoesThroughImplicit(ClaimingArchive):
    """Keeps everything in Implicit VR, and makes up the letters when it gives it back."""

    convicted_by = _VR
    shown_by = "private-elements"

    def kept(self, data: bytes) -> bytes | None:
        """As it is read from Implicit VR."""
        return recoded(data, _through_implicit)


def _through_implicit(content: DataSet) -> DataSet:
    try:
        read = nodes_of(instance_of(encode_instance(content, Form(syntax=IMPLICIT_LITTLE_ENDIAN))))
    except MalformedError:
        return content
    long = [node for node in read if isinstance(node, Leaf) and node.vr in SHORT and len(node.value) > 0xFFFE]
    return read if not long else content


class DropsSignatures(ClaimingArchive):
    """Takes the signatures out when it stores, and says Success."""

    convicted_by = "ps3.15-a.3-signatures-verify-after-round-trip"

    def kept(self, data: bytes) -> bytes | None:
        """Without the macro."""
        return changed(data, lambda content: without(content, *MACRO))


class DropsMacParameters(ClaimingArchive):
    """Keeps signatures and drops their MAC parameters."""

    convicted_by = "ps3.4-b.4.1.4-signature-level-3-preserves"

    def kept(self, data: bytes) -> bytes | None:
        """Without MAC Parameters Sequence."""
        return changed(data, lambda content: without(content, tags.MAC_PARAMETERS))


class DropsPatientData(ClaimingArchive):
    """Keeps no Patient ID at level 1."""

    convicted_by = "ps3.4-b.4.1.1-storage-level-1"
    profiles = ()
    storage_level = 1
    signature_level = None

    def kept(self, data: bytes) -> bytes | None:
        """Without Patient ID (0010,0020), which is Type 2."""
        return changed(data, lambda content: without(content, 0x00100020))


class KeepsTheDefinedAlone(DropsPrivateElements):
    """Drops private elements at storage level 2 and signature level 1."""

    convicted_by = "ps3.4-b.4.1.1-storage-level-2"
    profiles = ()
    signature_level = 1
