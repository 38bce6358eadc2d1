"""Rewrites after which every signature still holds (PS3.3 C.12.1.1.3.1.1, C.12.1.1.3.1.2; A-19, A-27)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hypothesis.strategies import DrawFn

from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    TransferSyntax,
)
from dicomsig.vectors.edits import at, dropped, in_items, put
from dicomsig.vectors.forge import signed
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Node, Sequence
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.strategies.change import Change, flags_of
from dicomsig.vectors.strategies.draws import chosen
from dicomsig.vectors.strategies.lawful import PRIVATE_GROUPS, lawful_value
from dicomsig.vectors.strategies.signed import Layer, SignedInstance, can_be, covered_nodes, one_more
from dicomsig.vectors.values import element, leaf, sequence

__all__ = ["PRESERVING", "in_signature_item", "preserving"]

_LIST: Final = "ps3.3-c.12.1.1.3.1.1-"
_STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"
_LENGTHS: Final = (_STREAM + "length-form-neutral", "ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms")
_MACRO: Final = frozenset((tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES))

Rewrite = Callable[[DrawFn, SignedInstance], Change | None]
"""None where there is nothing to rewrite in this way."""


def preserving(draw: DrawFn, made: SignedInstance) -> Change:
    """One rewrite of whatever kind can be made; other lengths can always be written."""
    change = PRESERVING[chosen(draw, tuple(PRESERVING))](draw, made)
    return change if change is not None else _lengths(draw, made)


def _lengths(draw: DrawFn, made: SignedInstance) -> Change:
    old = (made.form.undefined_sequences, made.form.undefined_items)
    choices = [(s, i) for s in (False, True) for i in (False, True) if (s, i) != old]
    sequences, items = chosen(draw, choices)
    form = replace(made.form, undefined_sequences=sequences, undefined_items=items)
    words = f"sequences {_length(sequences)}, items {_length(items)}"
    return _written("lengths", made, form, _LENGTHS, words)


def _length(undefined: bool) -> str:
    return "of undefined length" if undefined else "with their lengths"


def _group_lengths(draw: DrawFn, made: SignedInstance) -> Change:
    form = replace(made.form, group_lengths=not made.form.group_lengths)
    requirements = (_LIST + "group-length-neutral", "ps3.5-7.2-group-length-parsed")
    words = "a group length in every group" if form.group_lengths else "no group lengths"
    return _written("group-lengths", made, form, requirements, words)


def _trailing_padding(draw: DrawFn, made: SignedInstance) -> Change:
    count = chosen(draw, [n for n in (2, 0, 126) if n != made.form.trailing_padding])
    form = replace(made.form, trailing_padding=count)
    requirements = (_LIST + "trailing-padding-neutral", "ps3.10-7.2-trailing-padding-ignored")
    return _written("trailing-padding", made, form, requirements, f"{count} bytes of Data Set Trailing Padding")


def _in_syntax(name: str, syntax: TransferSyntax, *requirements: str) -> Rewrite:
    def rewrite(draw: DrawFn, made: SignedInstance) -> Change | None:
        if made.form.syntax == syntax or not can_be(made, syntax):
            return None
        form = replace(made.form, syntax=syntax)
        return _written(name, made, form, requirements, f"rewritten in transfer syntax {syntax.uid}")

    return rewrite


def _preamble(draw: DrawFn, made: SignedInstance) -> Change:
    filling = chosen(draw, (b"\xff", b"TEST", b"II*\0"))
    data = (filling * 128)[:128] + made.encoded()[128:]
    return Change(
        "preamble", data, made.layers, (_LIST + "file-meta-never-covered",), "another preamble", flags=flags_of(made)
    )


def _unlisted_added(draw: DrawFn, made: SignedInstance) -> Change | None:
    choices: tuple[tuple[Node, ...], ...] = (
        (element("PatientComments", "ADDED"),),
        (element("StudyDescription", "ADDED"),),
        tuple(leaf(group << 16 | 0x11, "LO", "TEST ONLY 2.0") for group in PRIVATE_GROUPS),
        (leaf(0x00990011, "LO", "TEST ONLY 2.0"), leaf(0x00991101, "UN", b"\1\2")),
        (leaf(0x60220010, "US", 1), leaf(0x60223000, "OW", b"\1\2")),
    )
    if not made.form.syntax.explicit:
        choices = choices[:2]
    added = chosen(draw, choices)
    if {node.tag for node in added} & {node.tag for node in made.content}:
        return None
    words = "added " + ", ".join(tags.format_tag(node.tag) for node in added)
    return _edited("unlisted-added", made, put(*added)(made.content), (_LIST + "unlisted-addition-ignored",), words)


def _free(made: SignedInstance) -> list[Node]:
    """The nodes of the main data set that no signature covers and that hold none."""
    return [
        node
        for node in made.content
        if node.tag not in _MACRO
        and node.tag not in (tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID)
        and not any(layer.covers(tags.MAIN_PLACE, node.tag) for layer in made.layers)
        and not any(layer.place.startswith(f"/{node.tag:08x}[") for layer in made.layers)
    ]


def _unlisted_removed(draw: DrawFn, made: SignedInstance) -> Change | None:
    free = _free(made)
    if not free:
        return None
    node = chosen(draw, free)
    words = f"removed {tags.format_tag(node.tag)}, which is not signed"
    content = dropped(node.tag)(made.content)
    return _edited("unlisted-removed", made, content, (_LIST + "unlisted-change-ignored",), words)


def _is_creator(tag: tags.Tag) -> bool:
    return tags.is_private(tag) and tag & 0xFFFF <= 0xFF


def _unlisted_changed(draw: DrawFn, made: SignedInstance) -> Change | None:
    free = [node for node in _free(made) if isinstance(node, Leaf) and node.vr != "UN" and not _is_creator(node.tag)]
    if not free:
        return None
    node = chosen(draw, free)
    value = lawful_value(draw, node.vr, most=1)
    words = f"another value in {tags.format_tag(node.tag)}, which is not signed"
    content = put(replace(node, value=value))(made.content)
    return _edited("unlisted-changed", made, content, (_LIST + "unlisted-change-ignored",), words)


def _signature_added(draw: DrawFn, made: SignedInstance) -> Change:
    forgery, layer = one_more(draw, made.content, made.form, made.layers)
    nested = any(layer.place.startswith(each.place) and layer.place != each.place for each in made.layers)
    name = "inner-signature-added" if nested else "signature-added"
    requirement = _LIST + "inner-signature-added" if nested else _STREAM + "other-signatures-not-hashed"
    if layer.credential is Credential.RSA_1032:
        name, requirement = f"{name}-odd-modulus", "ps3.5-6.2-signature-pad-stripped"
    data = made.encoded(signed(forgery))
    return Change(
        name,
        data,
        (*made.layers, layer),
        (requirement,),
        f"a signature {layer.name} more",
        flags=flags_of(replace(made, layers=(*made.layers, layer))),
    )


def _signature_removed(draw: DrawFn, made: SignedInstance) -> Change | None:
    """The last signature of its place goes; its MAC parameters stay, or go when they are the only ones."""
    last = [e for e in made.layers if not any(o.place == e.place and o.number > e.number for o in made.layers)]
    if len(made.layers) < 2:
        return None
    gone = chosen(draw, last)
    edit = (
        in_items(tags.DIGITAL_SIGNATURES, lambda items: items[:-1])
        if gone.number
        else dropped(tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)
    )
    content = at(gone.place, edit)(made.content)
    rest = tuple(layer for layer in made.layers if layer != gone)
    nested = any(gone.place.startswith(each.place) and gone.place != each.place for each in rest)
    requirement = _LIST + "inner-signature-removed" if nested else _STREAM + "other-signatures-not-hashed"
    name = "inner-signature-removed" if nested else "signature-removed"
    data = made.encoded(content)
    return Change(name, data, rest, (requirement,), f"signature {gone.name} removed", flags=flags_of(made))


def _parameters_turned(draw: DrawFn, made: SignedInstance) -> Change | None:
    many = sorted({layer.place for layer in made.layers if layer.number})
    if not many:
        return None
    place = chosen(draw, many)
    content = at(place, in_items(tags.MAC_PARAMETERS, lambda items: items[::-1]))(made.content)
    requirements = ("ps3.3-c.12.1.1.3-mac-id-resolves",)
    return _edited("parameters-turned", made, content, requirements, "MAC parameters in the other order")


def _certificate_renewed(draw: DrawFn, made: SignedInstance) -> Change | None:
    own = [layer for layer in made.layers if layer.credential is Credential.RSA_2048]
    if not own:
        return None
    layer = chosen(draw, own)
    renewed = element("CertificateOfSigner", Credential.RENEWED.certificate_der)
    content = in_signature_item(layer, put(renewed))(made.content)
    requirements = (_STREAM + "certificate-substitution", _STREAM + "certificate-not-hashed")
    words = f"another certificate over the same key in {layer.name}"
    return _edited("certificate-renewed", made, content, requirements, words)


def in_signature_item(layer: Layer, *edits: Callable[[DataSet], DataSet]) -> Callable[[DataSet], DataSet]:
    """The edits are made in the item of a signature."""
    return at(layer.place + tags.format_step(tags.DIGITAL_SIGNATURES, layer.number), *edits)


def _parameters_in_item(draw: DrawFn, made: SignedInstance) -> Change | None:
    """MAC parameters that no signature uses come into an item of a signed sequence (A-19)."""
    inside = [
        (place, node)
        for place, node in covered_nodes(made)
        if isinstance(node, Sequence) and node.items and all(n.tag not in _MACRO for n in node.items[0])
    ]
    if not inside:
        return None
    place, node = chosen(draw, inside)
    parameters = sequence(
        "MACParametersSequence",
        [
            element("MACIDNumber", 999),
            element("MACCalculationTransferSyntaxUID", EXPLICIT_LITTLE_ENDIAN.uid),
            element("MACAlgorithm", "SHA256"),
            element("DataElementsSigned", 0x00100010),
        ],
    )
    edit = at(place + tags.format_step(node.tag, 0), put(parameters))
    words = f"MAC parameters that no signature uses in the first item of {tags.format_tag(node.tag)}, which is signed"
    requirements = (_LIST + "nested-signatures-skipped",)
    return _edited("parameters-in-item", made, edit(made.content), requirements, words)


def _written(name: str, made: SignedInstance, form: Form, requirements: tuple[str, ...], words: str) -> Change:
    return Change(name, made.encoded(form=form), made.layers, requirements, words, flags=flags_of(made, form))


def _edited(name: str, made: SignedInstance, content: DataSet, requirements: tuple[str, ...], words: str) -> Change:
    return Change(name, made.encoded(content), made.layers, requirements, words, flags=flags_of(made))


PRESERVING: Final[dict[str, Rewrite]] = {
    "lengths": _lengths,
    "group-lengths": _group_lengths,
    "trailing-padding": _trailing_padding,
    "explicit": _in_syntax("explicit", EXPLICIT_LITTLE_ENDIAN, _STREAM + "transfer-syntax-may-differ"),
    "implicit": _in_syntax("implicit", IMPLICIT_LITTLE_ENDIAN, _STREAM + "transfer-syntax-may-differ"),
    "big-endian": _in_syntax("big-endian", EXPLICIT_BIG_ENDIAN, _STREAM + "big-endian-received"),
    "deflated": _in_syntax("deflated", DEFLATED, "ps3.5-a.5-deflated-object-verifies"),
    "preamble": _preamble,
    "unlisted-added": _unlisted_added,
    "unlisted-removed": _unlisted_removed,
    "unlisted-changed": _unlisted_changed,
    "signature-added": _signature_added,
    "signature-removed": _signature_removed,
    "parameters-turned": _parameters_turned,
    "certificate-renewed": _certificate_renewed,
    "parameters-in-item": _parameters_in_item,
}
"""The ways to rewrite; some cannot be taken with every instance."""
