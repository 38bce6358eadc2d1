"""Signed instances: content, form, and one to three signatures over some or all of it (PS3.3 C.12.1.1.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from hypothesis.strategies import DrawFn

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
    TransferSyntax,
    transfer_syntax,
)
from dicomsig.signatures.signable import exclusion
from dicomsig.vectors.corpus.content import due, with_purpose
from dicomsig.vectors.edits import at
from dicomsig.vectors.forge import Forgery, signable_tags, signed
from dicomsig.vectors.forms import JPEG_2000_UID, JPEG_BASELINE_UID
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Node, Sequence, data_set, encode_instance
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.strategies.draws import chosen, chosen_some, flag, number_below, one_in
from dicomsig.vectors.strategies.lawful import contents, fragments, pixels
from dicomsig.vectors.writing import quick

__all__ = ["Layer", "SignedInstance", "can_be", "covered_nodes", "data_set_at", "one_more", "places", "signed_instance"]

_SYNTAXES: Final = (
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    DEFLATED,
    RLE,
    transfer_syntax(JPEG_BASELINE_UID),
    transfer_syntax(JPEG_2000_UID),
)
_OFTEN_NATIVE: Final = (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, *_SYNTAXES)
_QUICK: Final = (MacAlgorithm.SHA256, MacAlgorithm.SHA512, MacAlgorithm.SHA384, MacAlgorithm.SHA1, MacAlgorithm.MD5)
_ALGORITHMS: Final = (*_QUICK, *_QUICK, MacAlgorithm.RIPEMD160)
_SMALL: Final = (*[Credential.RSA_1024] * 6, Credential.RSA_1032)
"""Keys of 1024 bits sign five times as quick as those of 2048."""
_CREDENTIALS: Final = (Credential.RSA_2048, Credential.RSA_2048, Credential.EXPONENT_3, Credential.ODD_LENGTH, *_SMALL)
_PROFILED: Final = (("ct", "creator"), ("ct", "authorization"), ("sr", "structured-report"), ("mr-rle", "creator"))
"""Committed instances that are signed as a profile of PS3.15 Annex C asks."""
_KEPT: Final = frozenset((tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID))


@dataclass(frozen=True, slots=True)
class Layer:
    """One signature: where it is, and what it lists."""

    place: str
    number: int
    listed: frozenset[tags.Tag]
    algorithm: MacAlgorithm
    credential: Credential

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"

    def covers(self, place: str, tag: tags.Tag) -> bool:
        """Whether an element of the data set at a place goes into its MAC (PS3.3 C.12.1.1.3.1.1)."""
        if not place.startswith(self.place):
            return False
        way = (*(step for step, _ in tags.parse_place("/" + place[len(self.place) :])), tag)
        return way[0] in self.listed and all(exclusion(each) is None for each in way)


@dataclass(frozen=True, slots=True)
class SignedInstance:
    """An instance with its signatures in it, in the order in which they were made, each of them valid.

    ``plain`` content survives Implicit VR, ``old`` content has VRs that are as old as Big Endian. ``last`` describes
    the signature that was made last.
    """

    content: DataSet
    form: Form
    layers: tuple[Layer, ...]
    last: Forgery
    plain: bool = False
    old: bool = False
    profile: str = ""

    def encoded(self, content: DataSet | None = None, form: Form | None = None) -> bytes:
        """The whole file, with other content or in another form where one is given."""
        return encode_instance(self.content if content is None else content, self.form if form is None else form)

    @property
    def words(self) -> tuple[str, ...]:
        """What was drawn, in words."""
        form = self.form
        lengths = [
            *(["sequences of undefined length"] * form.undefined_sequences),
            *(["items of undefined length"] * form.undefined_items),
            *(["group lengths"] * form.group_lengths),
            *([f"{form.trailing_padding} bytes of trailing padding"] * bool(form.trailing_padding)),
        ]
        made = [
            f"signature {layer.name}: {layer.algorithm}, key {layer.credential}, {len(layer.listed)} elements listed"
            for layer in self.layers
        ]
        profile = [f"listed as the {self.profile} profile asks"] if self.profile else []
        return (f"transfer syntax {form.syntax.uid}", *lengths, *made, *profile)


def signed_instance(draw: DrawFn) -> SignedInstance:
    """One instance under one to three honest signatures; the simplest is Explicit VR Little Endian under one."""
    if one_in(draw, 20):
        return _profiled(draw, *chosen(draw, _PROFILED))
    syntax = chosen(draw, _OFTEN_NATIVE)
    plain = not syntax.explicit or one_in(draw, 5)
    old = plain or not syntax.little_endian or flag(draw)
    content = contents(draw, plain=plain, old=old)
    if syntax.encapsulated:
        content = data_set(content, fragments(draw))
    elif one_in(draw, 4):
        content = data_set(content, pixels(draw, plain=plain))
    form = Form(
        syntax=syntax,
        undefined_sequences=flag(draw),
        undefined_items=flag(draw),
        group_lengths=flag(draw),
        trailing_padding=chosen(draw, (0, 0, 2, 126)),
    )
    layers: list[Layer] = []
    for _ in range(chosen(draw, (1, 1, 1, 2, 2, 3))):
        last, layer = one_more(draw, content, form, layers)
        layers.append(layer)
        content = signed(last)
    return SignedInstance(content, form, tuple(layers), last, plain, old)


def one_more(draw: DrawFn, content: DataSet, form: Form, before: Iterable[Layer]) -> tuple[Forgery, Layer]:
    """A signature over a data set in which something can be signed, all of it or all but one or two elements."""
    candidates = [place for place, here in places(content) if signable_tags(here)]
    place = chosen(draw, [*candidates[:1], *candidates[:1], *candidates])
    signable = signable_tags(data_set_at(content, place))
    left_out = chosen_some(draw, signable, min(2, len(signable) - 1))
    algorithm = chosen(draw, _ALGORITHMS)
    credential = chosen(draw, _CREDENTIALS if algorithm in _QUICK else (Credential.RSA_2048, *_SMALL))
    listed = tuple(tag for tag in signable if tag not in left_out)
    made = Forgery(
        content,
        form,
        place=place,
        listed=listed,
        algorithm=algorithm,
        credential=credential,
        certificate=_certificate(credential),
        seal=quick,
    )
    if one_in(draw, 4):
        made = with_purpose(made, "1", "Author's Signature")
    number = sum(1 for layer in before if layer.place == place)
    return made, Layer(place, number, frozenset(listed), algorithm, credential)


@cache
def _certificate(credential: Credential) -> bytes:
    return credential.certificate_der


@cache
def _unsigned(name: str) -> tuple[DataSet, Form]:
    recipe = instances()[name]
    return recipe.data_set(), recipe.form


def _profiled(draw: DrawFn, name: str, profile: str) -> SignedInstance:
    """Most of a committed instance, signed as a profile of PS3.15 Annex C asks; it shrinks to few of its elements."""
    whole, form = _unsigned(name)
    base = tuple(node for node in whole if node.tag in _KEPT or number_below(draw, 32))
    listed = due(base, profile)
    credential = Credential.RSA_2048
    made = Forgery(base, form, listed=listed, certificate=_certificate(credential), seal=quick)
    if profile == "structured-report":
        made = with_purpose(made, "5")
    layer = Layer(tags.MAIN_PLACE, 0, frozenset(listed), made.algorithm, credential)
    return SignedInstance(signed(made), form, (layer,), made, profile=profile)


def places(content: DataSet, place: str = tags.MAIN_PLACE) -> Iterator[tuple[str, DataSet]]:
    """Every data set in which a signature is a live one, the main one first."""
    yield place, content
    for node in content:
        if isinstance(node, Sequence) and node.tag != tags.ORIGINAL_ATTRIBUTES and exclusion(node.tag) is None:
            for index, item in enumerate(node.items):
                yield from places(item, place + tags.format_step(node.tag, index))


def data_set_at(content: DataSet, place: str) -> DataSet:
    """The data set at a place; raises ValueError where there is none."""
    found: list[DataSet] = []

    def look(here: DataSet) -> DataSet:
        found.append(here)
        return here

    at(place, look)(content)
    return found[0]


def covered_nodes(made: SignedInstance) -> list[tuple[str, Node]]:
    """Every node that goes into a MAC, with the place of its data set, the main data set's first."""
    return [
        (place, node)
        for place, here in places(made.content)
        for node in here
        if any(layer.covers(place, node.tag) for layer in made.layers)
    ]


def can_be(made: SignedInstance, syntax: TransferSyntax) -> bool:
    """Whether the content can be written in another native syntax without losing anything that is signed."""
    return not made.form.syntax.encapsulated and (
        (syntax.explicit and (syntax.little_endian or made.old)) or (not syntax.explicit and made.plain)
    )
