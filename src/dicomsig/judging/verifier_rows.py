"""Which rows of the register judge a verifier, and of which axis each of them speaks."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from dicomsig.conformance.register import Requirement, Strength, register
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.judging.terms import ALWAYS_DUE, Terms
from dicomsig.signatures.verdict import Axis
from dicomsig.vectors.vector import Outcome, Vector

__all__ = ["counts", "needs", "rows_of", "speaks_of", "verifier_rows", "why_not_judged"]

_ACTORS: Final = ("verifier", "any")
_OF_ANY_ARCHIVE: Final = "storage-level-1"
"""What every archive may do comes to every verifier, whatever it claims."""

_OF_TRUST: Final = frozenset(
    (
        "ps3.3-c.12.1.1.3-signature-datetime-offset-respected",
        "ps3.3-c.12.1.1.3-signature-datetime-uncertified",
        "ps3.15-c.1-trust-separate-from-integrity",
        "ps3.15-c.1-validity-moment",
    )
)
_NEED_TRUST: Final = _OF_TRUST - {"ps3.15-c.1-trust-separate-from-integrity"}
_OF_TIME: Final = frozenset(
    (
        "ps3.3-c.12.1.1.3-timestamp-type-term",
        "ps3.3-c.12.1.1.3-timestamp-optional",
        "ps3.3-c.12.1.1.3.1.3-token-not-response",
        "ps3.3-c.12.1.1.3.1.3-imprint-without-pad",
        "ps3.3-c.12.1.1.3.1.3-mismatch-detected",
        "ps3.5-6.2-timestamp-pad-stripped",
    )
)
_NEED_TIME: Final = frozenset(("ps3.3-c.12.1.1.3.1.3-mismatch-detected", "ps3.5-6.2-timestamp-pad-stripped"))


def verifier_rows(terms: Terms) -> frozenset[str]:
    """The ids of the rows by which verifiers can be judged in an edition."""
    return _in_force(terms.edition.rows_label)


@cache
def _in_force(label: str) -> frozenset[str]:
    return frozenset(row.id for row in register().values() if row.actor in _ACTORS and row.holds_in(label))


def rows_of(vector: Vector, terms: Terms) -> Iterator[Requirement]:
    """The rows that a vector shows something of, as far as they are in force and asked for."""
    known = verifier_rows(terms)
    named = [register()[name] for name in vector.requirements if name in known]
    if not any(row.strength is not Strength.MAY for row in named):
        named += [register()[name] for name in _plain(vector) if name in known]
    return (row for row in named if not terms.only or row.id in terms.only)


def _plain(vector: Vector) -> tuple[str, ...]:
    """What a vector shows whose rows cannot fail: that a lawful signature verifies and a changed one does not.

    Vectors of several MAC algorithms name theirs at the end of the id, the others have SHA256.
    """
    match vector.outcome:
        case Outcome.VALID:
            algorithm = vector.id.rpartition(".")[2]
            known = algorithm.upper() in MacAlgorithm.__members__
            return (f"ps3.15-c.1-verifies-{algorithm if known else 'sha256'}",)
        case Outcome.INVALID:
            return ("ps3.3-c.12.1.1.3.1.1-listed-change-detected",) if vector.reason == "mac-mismatch" else ()
        case Outcome.UNSIGNED | Outcome.UNREADABLE:
            return ("ps3.3-c.12.1.1.3-unsigned-is-not-verified",)
        case _:
            return ()


def counts(requirement: Requirement, terms: Terms) -> bool:
    """Whether a breach counts: macro and Base always do, a profile when it is claimed or asked for."""
    return requirement.profile in (*ALWAYS_DUE, _OF_ANY_ARCHIVE, *terms.named_profiles)


def why_not_judged(requirement: Requirement, terms: Terms, vectors: Mapping[str, Vector]) -> str:
    """Why no verifier of this run is judged by a requirement, empty where one is."""
    if requirement.actor not in _ACTORS:
        return f"no verifier is judged by it, it speaks of the {requirement.actor}"
    if not requirement.holds_in(terms.edition.rows_label):
        return f"it is not in force in edition {terms.edition.label}"
    if not any(row.id == requirement.id for vector in vectors.values() for row in rows_of(vector, terms)):
        return "no vector shows anything of it"
    profile = requirement.profile
    return "" if counts(requirement, terms) else f"it belongs to the {profile} profile; add --profile {profile}"


def speaks_of(requirement: Requirement) -> frozenset[Axis]:
    """The axes beyond integrity and structure on which a wrong answer breaks a row, whatever the vector is about."""
    if requirement.id in _OF_TRUST:
        return frozenset((Axis.TRUST,))
    return frozenset((Axis.TIME,)) if requirement.id in _OF_TIME else frozenset()


def needs(requirement: Requirement) -> frozenset[Axis]:
    """The axes without which a row cannot be judged at all."""
    if requirement.id in _NEED_TRUST:
        return frozenset((Axis.TRUST,))
    return frozenset((Axis.TIME,)) if requirement.id in _NEED_TIME else frozenset()
