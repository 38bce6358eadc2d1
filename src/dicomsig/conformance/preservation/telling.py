"""How the checks of archives put differences into findings."""

from collections.abc import Sequence

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.differences import Difference, Kind
from dicomsig.conformance.preservation.reasons import PreservationReason, reason_of
from dicomsig.encoding.naming import listed


def nothing_of(differences: Sequence[Difference], expected: str) -> Finding:
    """The requirement holds when there is no such difference; else it is broken by the first, and all are named."""
    if not differences:
        return HOLDS
    return Finding.broken(reason_of(_worst(differences).kind), expected=expected, found=named_all(differences))


def doubtful_about(differences: Sequence[Difference], expected: str) -> Finding:
    """The differences deserve a warning."""
    return Finding.doubtful(reason_of(differences[0].kind), expected=expected, found=named_all(differences))


def named_all(differences: Sequence[Difference]) -> str:
    """The differences in words, the first five."""
    return listed(differences)


def lost(expected: str) -> Finding:
    """What was accepted did not come back."""
    found = "the archive took the instance without a failure status and did not give it back"
    return Finding.broken(PreservationReason.LOST, expected=expected, found=found)


def _worst(differences: Sequence[Difference]) -> Difference:
    """The one whose kind says most: a value that changed before one that is spelled otherwise."""
    order = list(Kind)
    return min(differences, key=lambda each: order.index(each.kind))
