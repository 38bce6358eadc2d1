"""What there is to say of one requirement: what it asks, why it matters, and what shows that it is broken."""

import re
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.reason_table import ReasonRow, reason_table
from dicomsig.conformance.register import Ambiguity, Requirement, Strength, ambiguities
from dicomsig.conformance.why import why_it_matters
from dicomsig.reporting.breaches import Breach, BreachKind, breaches
from dicomsig.reporting.profile_words import profile_words

__all__ = ["RequirementEntry", "entry"]

_AMBIGUITY: Final = re.compile(r"\bA-\d\d\b")

_WEIGHT: Final = {
    Strength.SHALL: "The standard demands it. A breach is a failure.",
    Strength.CONSEQUENCE: "It follows from what the standard demands. A breach is a failure.",
    Strength.SHOULD: "The standard recommends it. A breach is a warning.",
    Strength.MAY: "The standard permits it. Nobody fails by it: it is observed.",
}

_ACTORS: Final = {
    "any": "every product",
    "signer": "signer: writes signed instances",
    "verifier": "verifier: says whether a signature holds",
    "archive": "archive: stores and gives back",
    "report-creator": "creator of signed reports",
    "media-creator": "creator of secure media",
    "media-reader": "reader of secure media",
}


@dataclass(frozen=True, slots=True)
class RequirementEntry:
    """One requirement, explained; what is not known is empty."""

    requirement: Requirement
    weight: str
    actor: str
    profile: str
    editions: str
    why: str
    points: tuple[Ambiguity, ...]
    """What the standard leaves open here, and how it is judged."""
    reasons: tuple[ReasonRow, ...]
    vectors: tuple[Breach, ...]
    """Instances that a verifier must not take, or must take; `dicomsig vectors export` writes them."""
    wrong_signers: tuple[Breach, ...]
    impostors: tuple[Breach, ...]
    """Deliberately wrong verifiers that this requirement convicts: `dicomsig verifier NAME`."""
    archives: tuple[Breach, ...]
    """Deliberately wrong archives that it convicts: `dicomsig archive NAME`."""


def entry(requirement: Requirement) -> RequirementEntry:
    """All that is to be said of a requirement."""
    named = set(_AMBIGUITY.findall(requirement.note))
    until = f" to {requirement.until}" if requirement.until else " on"
    return RequirementEntry(
        requirement=requirement,
        weight=_WEIGHT[requirement.strength],
        actor=_ACTORS.get(requirement.actor, requirement.actor),
        profile=profile_words(requirement.profile).name,
        editions=f"seen in the standard from {requirement.since}{until}",
        why=why_it_matters(requirement.id),
        points=tuple(each for each in ambiguities() if each.id in named),
        reasons=tuple(each for each in reason_table().values() if each.requirement == requirement.id),
        vectors=breaches(requirement.id, BreachKind.VECTOR),
        wrong_signers=breaches(requirement.id, BreachKind.WRONG_SIGNER),
        impostors=breaches(requirement.id, BreachKind.IMPOSTOR),
        archives=breaches(requirement.id, BreachKind.ARCHIVE),
    )
