"""Archives that verify on receipt and sign anew before sending, rightly and wrongly (PS3.15 A.2, PS3.4 B.4.1.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.impostors.archives.base import MACRO, REPLACING, ClaimingArchive, changed, everywhere
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SigningError, SigningRequest
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify_signature
from dicomsig.vectors.nodes import DataSet, Leaf, Node, Sequence
from dicomsig.vectors.pki import Credential, private_key


@dataclass(frozen=True, slots=True)
class Verified:
    """One received signature: where it is, what it covers, whether it holds."""

    place: str
    covered: tuple[tags.Tag, ...]
    status: Status


class ReplacesSignatures(ClaimingArchive):
    """Honest: verifies on receipt, refuses what is broken, normalises values and signs anew what was verified."""

    profiles = REPLACING
    signature_level = 2
    signers = (Credential.RSA_3072,)
    credential: ClassVar[Credential] = Credential.RSA_3072
    failure: ClassVar[int] = 0xA900
    """Data set does not match SOP Class (PS3.4 B.2.3): the status of what is refused."""

    def status_of(self, data: bytes) -> int:
        """A failure for a broken signature (A-29 leaves the code free)."""
        return self.failure if any(each.status is Status.INVALID for each in received(data)) else 0

    def kept(self, data: bytes) -> bytes | None:
        """Normalised, without the received signatures, with new ones in their places."""
        verified = self.to_be_covered(received(data))
        return self.signed(self.normalised(data), verified)

    def to_be_covered(self, found: list[Verified]) -> list[Verified]:
        """What is signed anew: what verified on receipt."""
        return [each for each in found if each.status is Status.VALID]

    def normalised(self, data: bytes) -> bytes:
        """Without signatures, values trimmed."""
        return changed(data, unsigned, everywhere(_trimmed))

    def signed(self, data: bytes, verified: list[Verified]) -> bytes:
        """One signature a place, over all that is to be covered there, inner places first."""
        by_place: dict[str, set[tags.Tag]] = {}
        for each in verified:
            by_place.setdefault(each.place, set()).update(each.covered)
        for place in sorted(by_place, key=lambda place: -place.count("/")):
            data = _signed(data, place, by_place[place], self.credential)
        return data


class ReplacesNothing(ReplacesSignatures):
    """Takes signatures out and signs nothing anew, though it claims to."""

    convicted_by = "ps3.15-a.2-adds-new-signature"

    def to_be_covered(self, found: list[Verified]) -> list[Verified]:
        """Nothing."""
        return []


class SignsAsAnother(ReplacesSignatures):
    """Signs anew with a certificate that its claims do not name."""

    convicted_by = "ps3.4-b.4.1.4-signature-level-2-replaces"
    credential = Credential.RSA_4096


class SignsTamperedContent(ReplacesSignatures):
    """Signs anew whatever came with a signature, broken or not."""

    convicted_by = "ps3.15-a.2-broken-not-laundered"
    shown_by = "spellings.broken"

    def status_of(self, data: bytes) -> int:
        """Success."""
        return 0

    def to_be_covered(self, found: list[Verified]) -> list[Verified]:
        """Everything that any signature listed."""
        return found


class SpoilsItsOwnSignature(ReplacesSignatures):
    """Signs anew and normalises afterwards, so that its own signature does not hold."""

    convicted_by = "ps3.15-a.2-removes-invalidated"

    def normalised(self, data: bytes) -> bytes:
        """Without signatures, values as they came."""
        return changed(data, unsigned)

    def signed(self, data: bytes, verified: list[Verified]) -> bytes:
        """Signed, then normalised."""
        return changed(super().signed(data, verified), everywhere(_trimmed))


def received(data: bytes) -> list[Verified]:
    """The signatures of a file with what they cover and whether they hold; none where it cannot be read."""
    return [each for each, _ in received_with_values(data)]


def received_with_values(data: bytes) -> list[tuple[Verified, bytes]]:
    """The same, each with the value of the signature."""
    try:
        instance = instance_of(data)
        return [(_verified(instance, each), each.signature_value) for each in signatures(instance)]
    except MalformedError:
        return []


def _verified(instance: Instance, signature: Signature) -> Verified:
    parameters = signature.parameters
    listed = parameters[0].tag_list.signable & signature.present if len(parameters) == 1 else frozenset()
    return Verified(signature.place, tuple(sorted(listed)), verify_signature(instance, signature).integrity)


def unsigned(content: DataSet) -> DataSet:
    """The data set without signatures and MAC parameters at any depth."""
    return tuple(_unsigned(content))


def _unsigned(content: DataSet) -> Iterator[Node]:
    for node in content:
        if node.tag in MACRO:
            continue
        yield Sequence(node.tag, tuple(map(unsigned, node.items))) if isinstance(node, Sequence) else node


def _trimmed(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Leaf) and node.vr in ("LO", "SH", "PN", "DS", "IS", "CS"):
        return (Leaf(node.tag, node.vr, node.value.strip(b" ")),)
    return (node,)


def _signed(data: bytes, place: str, covered: set[tags.Tag], credential: Credential) -> bytes:
    """The file with one signature more; as it is where nothing can be signed."""
    request = SigningRequest(
        key=private_key(credential),
        certificate=credential.certificate_der,
        algorithm=MacAlgorithm.SHA256,
        tags=tuple(sorted(covered)),
        place=tags.parse_place(place),
    )
    out = BytesIO()
    try:
        write(sign(instance_of(data), request), out)
    except (SigningError, MalformedError):
        return data
    return out.getvalue()
