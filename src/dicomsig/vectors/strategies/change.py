"""One change to a signed instance: what was done, and which signatures it breaks by construction."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.encoding.syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.nodes import Form
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.strategies.signed import Layer, SignedInstance
from dicomsig.vectors.vector import ANY, NOT_VALID, Expected, Flag, Outcome

__all__ = ["Change", "Kind", "expected_of", "flags_of"]

_WEAK: Final = frozenset((Credential.RSA_1024, Credential.RSA_1032))
_BROKEN: Final = (Status.INVALID,)


class Kind(StrEnum):
    """What is put to a verifier."""

    UNTOUCHED = "untouched"
    """A signed instance as it was made: it holds."""
    PRESERVING = "preserving"
    """Something was rewritten that no signature covers: all hold."""
    BREAKING = "breaking"
    """Something was changed that a signature covers: it must not hold."""
    DAMAGE = "damage"
    """Some bytes are others: it must end in a clean answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """A changed instance. ``strategy`` names the way it was changed, ``words`` say what was done to what.

    ``layers`` are the signatures that are there now, ``broken`` those of them that cannot hold any more, ``doubtful``
    those of which `invalid` and `indeterminate` are both right.
    """

    strategy: str
    data: bytes
    layers: tuple[Layer, ...]
    requirements: tuple[str, ...]
    words: str
    broken: frozenset[Layer] = frozenset()
    doubtful: frozenset[Layer] = frozenset()
    flags: tuple[Flag, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What is asked of a verifier with one answer a file."""
        if self.broken:
            return Outcome.INVALID
        return Outcome.INDETERMINATE if self.doubtful else Outcome.VALID

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What may be said of each signature."""
        return tuple(expected_of(self.layers, self.broken, self.doubtful))


def expected_of(
    layers: Iterable[Layer], broken: frozenset[Layer] = frozenset(), doubtful: frozenset[Layer] = frozenset()
) -> Iterable[Expected]:
    """What may be said of signatures, in the order of places and numbers."""
    for layer in sorted(layers, key=lambda each: (each.place, each.number)):
        if layer in broken or layer in doubtful:
            integrity = _BROKEN if layer in broken else NOT_VALID
            yield Expected(layer.place, layer.number, integrity, structure=ANY, trust=ANY, time=ANY)
        else:
            yield Expected(layer.place, layer.number)


def flags_of(made: SignedInstance, form: Form | None = None) -> tuple[Flag, ...]:
    """What a product may state as its limits: old keys, transfer syntaxes, pictures that are none."""
    syntax = (form or made.form).syntax
    flags = [
        (Flag.WEAK_CERTIFICATE, any(layer.credential in _WEAK for layer in made.layers)),
        (Flag.RETIRED_SYNTAX, syntax == EXPLICIT_BIG_ENDIAN),
        (Flag.DEFLATED, syntax == DEFLATED),
        (Flag.OPAQUE_CODESTREAM, syntax.encapsulated),
    ]
    return tuple(flag for flag, holds in flags if holds)
