"""What is put to a verifier: a signed instance as it was made, and the same after one change."""

from dataclasses import dataclass, field
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from dicomsig.vectors.nodes import DataSet, Leaf, Sequence
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.strategies.breaking import breaking
from dicomsig.vectors.strategies.change import Change, Kind, flags_of
from dicomsig.vectors.strategies.draws import chosen
from dicomsig.vectors.strategies.encodings import byte_edits
from dicomsig.vectors.strategies.lawful import TEXT
from dicomsig.vectors.strategies.preserving import preserving
from dicomsig.vectors.strategies.signed import SignedInstance, signed_instance

__all__ = ["DrawnCase", "count_elements", "fuzz_cases"]

_STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"
_MANDATORY: Final = frozenset((tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID, tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES))
_ODD: Final = Credential.RSA_1032


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A twin, which holds, and what became of it; after damage nothing is known of the outcome beforehand."""

    kind: Kind
    made: SignedInstance = field(repr=False)
    twin: bytes = field(repr=False)
    untouched: Change
    """The twin as if it were a change of itself: what is expected of it, and by which of its features it is known."""
    change: Change

    @property
    def data(self) -> bytes:
        """The changed instance."""
        return self.change.data

    @property
    def elements(self) -> int:
        """How many elements the twin has beyond SOP Class UID, SOP Instance UID and those of the macro."""
        return count_elements(self.made.content)


def count_elements(content: DataSet) -> int:
    """The elements of a data set and of its items, without the two UIDs of an instance and without the macro's."""
    return sum(
        1 + (sum(map(count_elements, node.items)) if isinstance(node, Sequence) else 0)
        for node in content
        if node.tag not in _MANDATORY
    )


@st.composite
def fuzz_cases(draw: DrawFn) -> DrawnCase:
    """One case of any kind."""
    made = signed_instance(draw)
    twin = made.encoded()
    kind = chosen(draw, (Kind.BREAKING, Kind.PRESERVING, Kind.BREAKING, Kind.PRESERVING, Kind.DAMAGE))
    match kind:
        case Kind.BREAKING:
            change = breaking(draw, made)
        case Kind.PRESERVING:
            change = preserving(draw, made)
        case _:
            change = _damaged(draw, made, twin)
    return DrawnCase(kind, made, twin, _untouched(made, twin), change)


def _damaged(draw: DrawFn, made: SignedInstance, twin: bytes) -> Change:
    data, words = byte_edits(draw, twin)
    return Change("bytes", data, made.layers, (), "; ".join(words), flags=flags_of(made))


def _untouched(made: SignedInstance, twin: bytes) -> Change:
    name, requirement = _feature(made)
    return Change(name, twin, made.layers, (requirement,), "as it was signed", flags=flags_of(made))


def _feature(made: SignedInstance) -> tuple[str, str]:
    """By what a signed instance is out of the ordinary, and the requirement that says that it verifies all the same."""
    form = made.form
    features = (
        ("trailing-spaces", _STREAM + "padding-covered", _has_spaces(made.content)),
        ("odd-modulus", "ps3.5-6.2-signature-pad-stripped", any(e.credential is _ODD for e in made.layers)),
        ("big-endian", _STREAM + "big-endian-received", form.syntax == EXPLICIT_BIG_ENDIAN),
        ("deflated", "ps3.5-a.5-deflated-object-verifies", form.syntax == DEFLATED),
        ("implicit", _STREAM + "transfer-syntax-may-differ", form.syntax == IMPLICIT_LITTLE_ENDIAN),
        ("fragments", _STREAM + "fragment-tag-without-length", form.syntax.encapsulated),
        ("in-item", "ps3.3-c.12.1.1.3-macro-in-items", any(e.place != tags.MAIN_PLACE for e in made.layers)),
        ("several", _STREAM + "other-signatures-not-hashed", len(made.layers) > 1),
        ("group-lengths", "ps3.5-7.2-group-length-parsed", form.group_lengths),
        ("trailing-padding", "ps3.10-7.2-trailing-padding-ignored", form.trailing_padding > 0),
        ("undefined-sequences", "ps3.5-7.5.2-both-sequence-forms", form.undefined_sequences),
        ("undefined-items", "ps3.5-7.5.1-both-item-forms", form.undefined_items),
    )
    for name, requirement, holds in features:
        if holds:
            return name, requirement
    assert form.syntax == EXPLICIT_LITTLE_ENDIAN
    algorithm = made.layers[0].algorithm.value.lower()
    return algorithm, f"ps3.15-c.1-verifies-{algorithm}"


def _has_spaces(content: DataSet) -> bool:
    return any(_has_spaces(item) for node in content if isinstance(node, Sequence) for item in node.items) or any(
        isinstance(node, Leaf) and node.vr in TEXT and node.value.endswith(b"  ") for node in content
    )
