"""Changes of the items of the macro and of the RSA step (PS3.3 C.12.1.1.3.1.2, PS3.15 C.1)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hypothesis.strategies import DrawFn

from dicomsig.crypto.digests import MacAlgorithm, digest_size
from dicomsig.encoding import tags
from dicomsig.signatures import attributes
from dicomsig.vectors import seals
from dicomsig.vectors.edits import Edit, at, dropped, put, revalued
from dicomsig.vectors.forge import signable_tags, signed
from dicomsig.vectors.nodes import DataSet, Sequence
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.strategies.change import Change, flags_of
from dicomsig.vectors.strategies.draws import chosen
from dicomsig.vectors.strategies.preserving import in_signature_item
from dicomsig.vectors.strategies.signed import Layer, SignedInstance, data_set_at
from dicomsig.vectors.values import code, element, leaf, sequence

__all__ = ["ITEM_CHANGES"]

_STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"
_MACRO: Final = "ps3.3-c.12.1.1.3-"
_LIST_CHANGED: Final = _STREAM + "mac-parameters-not-protected"
_FOREIGN: Final = _MACRO + "foreign-certificate-detected"
_FORM: Final = "ps3.15-c.1-digest-info-present"
_TERM: Final = "ps3.15-c.1-mac-term-matches-digest"

Way = Callable[[DrawFn, SignedInstance], Change | None]
"""None where there is nothing to change in this way."""


def _of_item(name: str, requirement: str, words: str, edit: Callable[[DataSet], Edit | None]) -> Way:
    """A change of one signature item, after it was hashed; the edit is made from the item as it is."""

    def way(draw: DrawFn, made: SignedInstance) -> Change | None:
        layer = chosen(draw, made.layers)
        item = _items(made, layer, tags.DIGITAL_SIGNATURES)[layer.number]
        change = edit(item)
        if change is None:
            return None
        return _changed(name, made, layer, in_signature_item(layer, change), requirement, words)

    return way


def _items(made: SignedInstance, layer: Layer, tag: tags.Tag) -> tuple[DataSet, ...]:
    here = data_set_at(made.content, layer.place)
    return next(node.items for node in here if node.tag == tag and isinstance(node, Sequence))


def _changed(
    name: str, made: SignedInstance, layer: Layer, edit: Edit, requirement: str, words: str, *, doubt: bool = False
) -> Change:
    only = frozenset((layer,))
    return Change(
        strategy=name,
        data=made.encoded(edit(made.content)),
        layers=made.layers,
        requirements=(requirement,),
        words=f"{words} of {layer.name}",
        broken=frozenset() if doubt else only,
        doubtful=only if doubt else frozenset(),
        flags=flags_of(made),
    )


def _purpose_edit(item: DataSet) -> Edit:
    if any(node.tag == attributes.PURPOSE for node in item):
        return dropped(attributes.PURPOSE)
    purpose = code("5", "ASTM-sigpurpose", "Verification Signature")
    return put(sequence("DigitalSignaturePurposeCodeSequence", purpose))


def _flipped(value: bytes) -> bytes:
    middle = len(value) // 2
    return value[:middle] + bytes((value[middle] ^ 1,)) + value[middle + 1 :]


def _in_parameters(made: SignedInstance, layer: Layer, *edits: Edit) -> Edit:
    """The edits are made in the MAC parameters of a signature: those of its place in the order of signing."""
    return at(layer.place + tags.format_step(tags.MAC_PARAMETERS, layer.number), *edits)


def _tag_unlisted(draw: DrawFn, made: SignedInstance) -> Change | None:
    many = [layer for layer in made.layers if len(layer.listed) > 1]
    if not many:
        return None
    layer = chosen(draw, many)
    gone = chosen(draw, sorted(layer.listed))
    kept = leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *sorted(layer.listed - {gone}))
    edit = _in_parameters(made, layer, put(kept))
    words = f"{tags.format_tag(gone)} removed from the list"
    return _changed("tag-unlisted", made, layer, edit, _LIST_CHANGED, words)


def _tag_listed(draw: DrawFn, made: SignedInstance) -> Change | None:
    layer = chosen(draw, made.layers)
    unlisted = [tag for tag in signable_tags(data_set_at(made.content, layer.place)) if tag not in layer.listed]
    if not unlisted:
        return None
    more = chosen(draw, unlisted)
    longer = leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *sorted(layer.listed | {more}))
    edit = _in_parameters(made, layer, put(longer))
    return _changed("tag-listed", made, layer, edit, _LIST_CHANGED, f"{tags.format_tag(more)} added to the list")


def _algorithm(draw: DrawFn, made: SignedInstance) -> Change:
    layer = chosen(draw, made.layers)
    other = chosen(draw, [each for each in MacAlgorithm if each is not layer.algorithm])
    edit = _in_parameters(made, layer, put(element("MACAlgorithm", other.value)))
    return _changed("algorithm", made, layer, edit, _TERM, f"MAC Algorithm {other} in place of that")


def _mac_id(draw: DrawFn, made: SignedInstance) -> Change:
    """The number is another on both sides: the parameters are found, and the number is hashed."""
    layer = chosen(draw, made.layers)
    other = put(element("MACIDNumber", 997))

    def edit(content: DataSet) -> DataSet:
        return _in_parameters(made, layer, other)(in_signature_item(layer, other)(content))

    return _changed("mac-id", made, layer, edit, _STREAM + "mac-id-covered", "another MAC ID Number on both sides")


def _mac_id_alone(draw: DrawFn, made: SignedInstance) -> Change:
    layer = chosen(draw, made.layers)
    edit = in_signature_item(layer, put(element("MACIDNumber", 997)))
    return _changed(
        "mac-id-alone", made, layer, edit, _MACRO + "mac-id-resolves", "a MAC ID Number of nobody", doubt=True
    )


def _certificate(draw: DrawFn, made: SignedInstance) -> Change:
    layer = chosen(draw, made.layers)
    others = (Credential.EVEN_LENGTH, Credential.OTHER_AUTHORITY)
    other = chosen(draw, [each for each in others if each is not layer.credential])
    edit = in_signature_item(layer, put(element("CertificateOfSigner", other.certificate_der)))
    return _changed("certificate", made, layer, edit, _FOREIGN, f"the certificate of {other} in place of that")


def _block(name: str, requirement: str, data: seals.Data | None = None, block: seals.Block | None = None) -> Way:
    """The last signature is made by a signer who forms the RSA block otherwise; key and digest are right."""

    def way(draw: DrawFn, made: SignedInstance) -> Change:
        layer = made.layers[-1]
        seal = seals.Padded(data or seals.PROPER.data, block or seals.PROPER.block)
        content = signed(replace(made.last, seal=seal))
        return _changed(f"block-{name}", made, layer, lambda _: content, requirement, f"the RSA block ({name})")

    return way


def _digest_info(draw: DrawFn, made: SignedInstance) -> Change:
    """The DigestInfo names another algorithm of the same digest length, or of another."""
    layer = made.layers[-1]
    alike = [each for each in MacAlgorithm if digest_size(each) == digest_size(layer.algorithm)]
    others = [each for each in alike if each is not layer.algorithm] or [
        each for each in MacAlgorithm if each is not layer.algorithm
    ]
    other = chosen(draw, others)
    seal = seals.Padded(data=seals.other_object_identifier(other))
    content = signed(replace(made.last, seal=seal))
    return _changed("digest-info", made, layer, lambda _: content, _TERM, f"the DigestInfo, which names {other},")


ITEM_CHANGES: Final[dict[str, Way]] = {
    "signature-uid": _of_item(
        "signature-uid",
        _STREAM + "signature-uid-covered",
        "another Digital Signature UID",
        lambda item: put(element("DigitalSignatureUID", "2.25.73577357")),
    ),
    "datetime": _of_item(
        "datetime",
        _STREAM + "signature-datetime-covered",
        "another signing time",
        lambda item: put(element("DigitalSignatureDateTime", "20240615120001+0000")),
    ),
    "purpose": _of_item("purpose", _STREAM + "purpose-covered", "another purpose", _purpose_edit),
    "extra-element": _of_item(
        "extra-element",
        _STREAM + "extra-item-elements-covered",
        "an element more in the item",
        lambda item: put(element("PatientComments", "ADDED")),
    ),
    "signature-value": _of_item(
        "signature-value",
        "ps3.15-c.1-verifies-sha256",
        "one bit of the value",
        lambda item: revalued(attributes.SIGNATURE, _flipped),
    ),
    "certificate": _certificate,
    "mac-id": _mac_id,
    "mac-id-alone": _mac_id_alone,
    "algorithm": _algorithm,
    "tag-unlisted": _tag_unlisted,
    "tag-listed": _tag_listed,
    "digest-info": _digest_info,
    "bare-digest": _block("bare-digest", _FORM, seals.bare),
    "ber-length": _block("ber-length", _FORM, seals.basic_encoding_length),
    "garbage": _block("garbage", _FORM, seals.with_garbage),
    "short-padding": _block("short-padding", _FORM, block=seals.short_padding),
    "damaged-padding": _block("damaged-padding", _FORM, block=seals.damaged_padding),
    "other-padding": _block("other-padding", _FORM, block=seals.encryption_block),
}
"""The ways to change what is not content; some cannot be taken with every instance."""
