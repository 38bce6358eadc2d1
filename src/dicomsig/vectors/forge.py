"""Signed instances that are wrong in exactly the way they are told to be; with nothing told they are right.

Everything is fixed, time and UIDs included: one description gives the same bytes everywhere. The MAC is taken from the
instance as a reader finds it, under any rules (PS3.3 C.12.1.1.3.1.2); the RSA step is `dicomsig.vectors.seals`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.stream import mac_stream
from dicomsig.vectors.edits import Edit, Edits, at, edited, inserted
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Sequence, data_set, encode_instance, text_value, without
from dicomsig.vectors.pki import Credential, private_key
from dicomsig.vectors.recipes import NATIVE
from dicomsig.vectors.seals import PROPER, Seal
from dicomsig.vectors.values import element, fixed_uid, leaf

__all__ = ["SIGNED_AT", "Forgery", "Order", "forge", "signable_tags", "signed"]

SIGNED_AT = "20240615120000+0000"
"""Digital Signature DateTime (0400,0105) of every forged instance."""


class Order(StrEnum):
    """What the MAC stream follows (A-08)."""

    DATA_SET = "data set"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Forgery:
    """One signature over a data set, and in what it is wrong; the defaults are those of an honest signer.

    Edits are made in this order: ``parameters`` and ``item`` before the MAC is taken, so that what they do to the
    signature item is hashed; then ``item_afterwards`` in the signature item with its value, and ``afterwards`` in the
    whole data set, behind the signer's back.
    """

    base: DataSet
    form: Form = NATIVE
    place: str = tags.MAIN_PLACE
    credential: Credential = Credential.RSA_2048
    key: Credential | None = None
    """Whose private key signs, where it is not that of the certificate."""
    certificate: bytes | None = None
    """What Certificate of Signer (0400,0115) holds, where it is not the DER of the credential."""
    algorithm: MacAlgorithm = MacAlgorithm.SHA256
    listed: tuple[tags.Tag, ...] | None = None
    """Data Elements Signed (0400,0020) as written; None for everything present that may be signed."""
    hashed: tuple[tags.Tag, ...] | None = None
    """What goes into the MAC, where it is not what is listed."""
    rules: MacRules = STANDARD
    order: Order = Order.DATA_SET
    stream: Callable[[bytes], bytes] | None = None
    """What the signer hashes in place of the stream that the rules give."""
    seal: Seal = PROPER
    timestamp: Callable[[bytes], bytes] | None = None
    """From the signature value to what Certified Timestamp (0400,0310) holds; None for no timestamp."""
    parameters: Edits = ()
    own_parameters: bool = True
    """Whether the signature has a MAC Parameters item of its own; else it uses the first that is there."""
    item: Edits = ()
    item_afterwards: Edits = ()
    afterwards: Edits = ()

    def on(self, *edits: Edit) -> "Forgery":
        """The same over another data set."""
        return replace(self, base=edited(self.base, edits))

    def leaving_out(self, *left_out: tags.Tag) -> "Forgery":
        """The same over everything that may be signed but some elements."""
        return replace(self, listed=tuple(tag for tag in signable_tags(self.base) if tag not in left_out))

    def then(self, **changes: object) -> "Forgery":
        """A second signature over what this one has signed, with the same description but for the changes."""
        return replace(self, base=signed(self), **changes)  # type: ignore[arg-type]


def forge(forgery: Forgery) -> bytes:
    """The whole file.

    Raises ValueError for a description that cannot be followed: no such place, no room in the block.
    """
    return encode_instance(signed(forgery), forgery.form)


def signed(forgery: Forgery) -> DataSet:
    """The data set with the signature in it; it can be the base of another forgery."""
    here = _here(forgery)
    listed = forgery.listed if forgery.listed is not None else signable_tags(here)
    number = _next_mac_id(forgery.base) if forgery.own_parameters else 1
    count = len(_items(here, tags.DIGITAL_SIGNATURES))
    item = edited(_signature_item(forgery, number, count), forgery.item)
    parameters = _parameters_item(forgery, number, listed)
    draft = _with_items(forgery, parameters, inserted(*_sealed(forgery, _like_a_signature(forgery)))(item))
    value = _value(forgery, draft, count, forgery.hashed if forgery.hashed is not None else listed)
    item = edited(item, (inserted(*_sealed(forgery, value)), *forgery.item_afterwards))
    return edited(_with_items(forgery, edited(parameters, forgery.parameters), item), forgery.afterwards)


def signable_tags(content: DataSet) -> tuple[tags.Tag, ...]:
    """The tags of what may be signed, each once, ascending; sequences with UN inside are not among them."""
    return tuple(sorted({node.tag for node in content if exclusion(node.tag) is None and not _unknown(node)}))


def _unknown(node: object) -> bool:
    match node:
        case Leaf(_, vr):
            return vr == "UN"
        case Sequence(_, items):
            return any(_unknown(inner) for item in items for inner in item if exclusion(inner.tag) is None)
        case _:
            return False


def _here(forgery: Forgery) -> DataSet:
    """The data set at the place."""
    found: list[DataSet] = []

    def look(content: DataSet) -> DataSet:
        found.append(content)
        return content

    at(forgery.place, look)(forgery.base)
    return found[0]


def _signature_item(forgery: Forgery, number: int, count: int) -> DataSet:
    certificate = forgery.credential.certificate_der if forgery.certificate is None else forgery.certificate
    instance_uid = text_value(forgery.base, tags.SOP_INSTANCE_UID)
    return data_set(
        element("MACIDNumber", number),
        element("DigitalSignatureUID", fixed_uid(f"signature {instance_uid} {forgery.place} {count}")),
        element("DigitalSignatureDateTime", SIGNED_AT),
        element("CertificateType", attributes.CERTIFICATE_TYPE_TERM),
        element("CertificateOfSigner", certificate),
    )


def _like_a_signature(forgery: Forgery) -> bytes:
    """A value of the right length: a group length in the signature item counts it (PS3.5 7.2)."""
    return bytes((private_key(forgery.key or forgery.credential).key_size + 7) // 8)


def _sealed(forgery: Forgery, value: bytes) -> Iterator[Leaf]:
    """What joins the signature item when the MAC has been taken."""
    yield Leaf(attributes.SIGNATURE, "OB", value)
    if forgery.timestamp is not None:
        yield element("CertifiedTimestampType", attributes.TIMESTAMP_TYPE_TERM)
        yield element("CertifiedTimestamp", forgery.timestamp(value))


def _parameters_item(forgery: Forgery, number: int, listed: tuple[tags.Tag, ...]) -> DataSet:
    syntax = forgery.form.syntax
    named = syntax if syntax.explicit and syntax.little_endian and not syntax.deflated else NATIVE.syntax
    return data_set(
        element("MACIDNumber", number),
        element("MACCalculationTransferSyntaxUID", named.uid),
        element("MACAlgorithm", forgery.algorithm.value),
        leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *listed),
    )


def _with_items(forgery: Forgery, parameters: DataSet, item: DataSet) -> DataSet:
    def edit(content: DataSet) -> DataSet:
        added = [Sequence(tags.DIGITAL_SIGNATURES, (*_items(content, tags.DIGITAL_SIGNATURES), item))]
        if forgery.own_parameters:
            added.append(Sequence(tags.MAC_PARAMETERS, (*_items(content, tags.MAC_PARAMETERS), parameters)))
        return inserted(*added)(without(content, *(node.tag for node in added)))

    return at(forgery.place, edit)(forgery.base)


def _items(content: DataSet, tag: tags.Tag) -> tuple[DataSet, ...]:
    return next((node.items for node in content if node.tag == tag and isinstance(node, Sequence)), ())


def _next_mac_id(content: DataSet) -> int:
    return 1 + sum(len(node.items) for node in _sequences(content) if node.tag == tags.MAC_PARAMETERS)


def _sequences(content: DataSet) -> Iterator[Sequence]:
    for node in content:
        if isinstance(node, Sequence):
            yield node
            for item in node.items:
                yield from _sequences(item)


def _value(forgery: Forgery, draft: DataSet, count: int, hashed: tuple[tags.Tag, ...]) -> bytes:
    """The signature value over the draft as a reader finds it, in the item of this number at the place."""
    instance = instance_of(encode_instance(draft, forgery.form))
    found = [s for s in signatures(instance) if s.place == forgery.place and s.number == count]
    if not found:
        raise ValueError(f"a signature at {forgery.place} would not be a live one")
    elements = _elements(found[0], forgery.order, hashed)
    data = b"".join(map(bytes, mac_stream(instance, elements, frozenset(hashed), found[0].item, forgery.rules)))
    engine = new_digest(forgery.algorithm)
    engine.update(data if forgery.stream is None else forgery.stream(data))
    return forgery.seal(private_key(forgery.key or forgery.credential), forgery.algorithm, engine.digest())


def _elements(signature: Signature, order: Order, hashed: tuple[tags.Tag, ...]) -> tuple[Element, ...]:
    if order is Order.DATA_SET:
        return signature.data_set
    by_list = (find(signature.data_set, tag) for tag in hashed)
    return tuple(found for found in by_list if found is not None)
