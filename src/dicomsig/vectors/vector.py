"""A vector: an instance with the verdicts that a conforming verifier may reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from dicomsig.signatures.verdict import Status
from dicomsig.vectors import pki

__all__ = ["ANY", "DECIDED", "NOT_VALID", "SINCE", "Anchors", "Expected", "Flag", "Outcome", "Statuses", "Vector"]

SINCE: Final = "0.1.0"
"""The release that brought the vectors of today."""

Statuses = tuple[Status, ...]
"""What may be said on one axis; empty where nothing is asked."""

ANY: Final[Statuses] = ()
DECIDED: Final[Statuses] = (Status.VALID,)
NOT_VALID: Final[Statuses] = (Status.INVALID, Status.INDETERMINATE)


class Outcome(StrEnum):
    """What a vector asks of a verifier with one answer a file.

    - `valid`: it has to accept.
    - `invalid`: it has to reject.
    - `indeterminate`: it must not accept; whether it rejects or says that it cannot tell is its own matter.
    - `unsigned`, `unreadable`: it must not accept.
    - `acceptable`: the entry of the ambiguity register leaves it open whether it accepts.
    """

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    ACCEPTABLE = "acceptable"


class Flag(StrEnum):
    """What a verifier has to be able to do, or to put up with, before the outcome of a vector counts.

    A product that states its limits, a policy on keys or the transfer syntaxes it takes, is not convicted beyond them.
    """

    BIG = "big"
    """A value of more than 64 KB."""
    OPAQUE_CODESTREAM = "opaque-codestream"
    """The fragments hold no picture; nobody has to decode them to verify."""
    WEAK_CERTIFICATE = "weak-certificate"
    """The certificate is old or small enough for a local policy to refuse it."""
    TIMESTAMP = "timestamp"
    """There is a certified timestamp."""
    HOSTILE = "hostile"
    """It tries the limits of a reader: crash, memory, time."""
    RETIRED_SYNTAX = "retired-syntax"
    """The transfer syntax has left the standard."""
    RECENT_SYNTAX = "recent-syntax"
    """The transfer syntax is younger than many products; one that is not supported is no failure."""
    DEFLATED = "deflated"
    """The data set is deflated; a transfer syntax that is not supported is no failure."""


class Anchors(StrEnum):
    """Which certificates the verifier is told to trust."""

    ROOT = "root"
    CHAIN = "chain"
    """The root and the intermediate."""
    OTHER = "other"
    """An unrelated root alone."""

    @property
    def path(self) -> Path:
        """The PEM file with the certificates."""
        match self:
            case Anchors.ROOT:
                return pki.trust_path()
            case Anchors.CHAIN:
                return pki.chain_path()
            case Anchors.OTHER:
                return pki.other_trust_path()


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be said of one signature on each axis."""

    place: str = "/"
    number: int = 0
    integrity: Statuses = DECIDED
    structure: Statuses = DECIDED
    trust: Statuses = (Status.VALID, Status.INDETERMINATE)
    """Whom to trust is a local matter: a product may want to look up revocations first (PS3.15 C.1)."""
    time: Statuses = (Status.ABSENT,)
    not_met: tuple[str, ...] = ()
    """Profiles of PS3.15 Annex C that the signature must not be said to meet."""

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector: what it shows, what is expected of it, how it is built.

    ``reason`` is the code (profiles/reasons.csv) by which the reference says why, empty where nothing is wrong.
    ``twin`` is the id of the valid vector from which it differs in one stated thing, ``ambiguity`` the entry of the
    ambiguity register for what is `acceptable`. ``at`` is the moment to judge trust at, empty for the signing time.
    """

    id: str
    recipe: str
    """The id without the suffix that says which of a family of like vectors this is."""
    title: str
    family: str
    outcome: Outcome
    requirements: tuple[str, ...]
    expected: tuple[Expected, ...]
    reason: str = ""
    twin: str = ""
    ambiguity: str = ""
    flags: tuple[Flag, ...] = ()
    anchors: Anchors = Anchors.ROOT
    at: str = ""
    since: str = SINCE
    make: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)

    def build(self) -> bytes:
        """The whole file, the same bytes on every machine."""
        return self.make()

    @property
    def may_accept(self) -> bool:
        """Whether a verifier with one answer a file may accept it."""
        if self.outcome is Outcome.ACCEPTABLE:
            return all(not each.integrity or Status.VALID in each.integrity for each in self.expected)
        return self.outcome is Outcome.VALID
