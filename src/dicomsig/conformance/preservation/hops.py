"""What a hop between two transfer syntaxes has to leave as it was, and what it cannot (PS3.5 A, PS3.15 A.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    TransferSyntax,
)


class Survives(StrEnum):
    """What can come through a hop, whoever the archive is."""

    SIGNATURES = "signatures"
    """Values, VR letters and fragments: a MAC made before can hold, so that A.3 and level 3 apply."""
    VALUES = "values"
    """Implicit VR has no letters to keep; what it means stays, and a signature may or may not hold."""
    CONTENT = "content"
    """The pixels are coded anew; everything else stays."""
    UNKNOWN = "unknown"
    """One of the transfer syntaxes is not known."""


class Coding(StrEnum):
    """How an instance is encoded, as far as it decides what can come through (PS3.5 Annex A)."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    BIG_ENDIAN = "big-endian"
    DEFLATED = "deflated"
    COMPRESSED = "compressed"

    @classmethod
    def of(cls, syntax: TransferSyntax) -> "Coding":
        """That of a known transfer syntax."""
        return next((word for word, each in NATIVE.items() if each.uid == syntax.uid), cls.COMPRESSED)


NATIVE: Final[Mapping[Coding, TransferSyntax]] = MappingProxyType(
    {
        Coding.EXPLICIT: EXPLICIT_LITTLE_ENDIAN,
        Coding.IMPLICIT: IMPLICIT_LITTLE_ENDIAN,
        Coding.BIG_ENDIAN: EXPLICIT_BIG_ENDIAN,
        Coding.DEFLATED: DEFLATED,
    }
)
"""The transfer syntaxes whose pixels are not compressed; of the others there are many."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the standard lets one expect of a hop, by which clauses, and why."""

    survives: Survives
    clause: str
    why: str


_KEPT: Final = Expectation(
    Survives.SIGNATURES,
    "PS3.15 A.3; PS3.5 A.2, A.3, A.5",
    "letters and values stay; byte order and deflation are undone before a MAC is computed",
)
_OPEN: Final = Expectation(
    Survives.VALUES,
    "PS3.5 A.1, 6.2.2; PS3.15 A.3",
    "Implicit VR has no letters: 8-bit pixels become OW and private elements may become UN; bit preservation asks for "
    "explicit VR",
)
_CODED: Final = Expectation(
    Survives.CONTENT,
    "PS3.5 A.4; PS3.15 A.3",
    "the pixels are coded anew, and a signature over them no longer holds or cannot be checked",
)
_UNKNOWN: Final = Expectation(Survives.UNKNOWN, "", "one of the transfer syntaxes is not known")

_IN_ORDER: Final = tuple(Coding)
_GRID: Final = {
    Coding.EXPLICIT: (_KEPT, _OPEN, _KEPT, _KEPT, _CODED),
    Coding.IMPLICIT: (_OPEN, _OPEN, _OPEN, _OPEN, _CODED),
    Coding.BIG_ENDIAN: (_KEPT, _OPEN, _KEPT, _KEPT, _CODED),
    Coding.DEFLATED: (_KEPT, _OPEN, _KEPT, _KEPT, _CODED),
    Coding.COMPRESSED: (_CODED, _CODED, _CODED, _CODED, _CODED),
}
"""From the encoding of storing to that of retrieving, in the order of `Coding`; a compressed one to another."""


def expectation(stored: TransferSyntax, retrieved: TransferSyntax) -> Expectation:
    """What the standard lets one expect from the transfer syntax of storage to that of retrieval."""
    if not (stored.known and retrieved.known):
        return _UNKNOWN
    if stored.uid == retrieved.uid and stored.encapsulated:
        return _KEPT
    if stored.native and retrieved.native and not {stored.uid, retrieved.uid} <= _NATIVE_UIDS:
        return _KEPT if stored.explicit and retrieved.explicit else _OPEN  # deflated references to pixels elsewhere
    return _GRID[Coding.of(stored)][_IN_ORDER.index(Coding.of(retrieved))]


_NATIVE_UIDS: Final = frozenset(each.uid for each in NATIVE.values())


def survives(stored: TransferSyntax, retrieved: TransferSyntax) -> Survives:
    """What can come through from the transfer syntax of storage to that of retrieval."""
    return expectation(stored, retrieved).survives
