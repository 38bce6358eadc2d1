"""What there is to say of one requirement: what it asks, why it matters, and what shows that it is broken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from dicomsig.conformance.reason_table import ReasonRow, reason_table
from dicomsig.conformance.register import Ambiguity, Requirement, Strength, ambiguities, register
from dicomsig.conformance.why import why_it_matters
from dicomsig.reporting.profile_words import profile_words

__all__ = ["Breach", "RequirementEntry", "entry"]

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
class Breach:
    """Something that shows a breach: a name by which it can be seen again, and what is wrong with it."""

    name: str
    what: str


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
        vectors=_vectors().get(requirement.id, ()),
        wrong_signers=_wrong_signers().get(requirement.id, ()),
        impostors=_impostors().get(requirement.id, ()),
    )


@cache
def _vectors() -> Mapping[str, tuple[Breach, ...]]:
    """The recipes of vectors by the requirement that they ask about; a family of like vectors is named once."""
    from dicomsig.vectors.index import index

    found: dict[str, dict[str, Breach]] = {}
    for each in index().values():
        vector = each.vector
        for name in vector.requirements:
            what = f"{vector.title} ({vector.outcome.value})"
            found.setdefault(name, {}).setdefault(vector.recipe, Breach(vector.id, what))
    return {name: tuple(breaches.values()) for name, breaches in found.items()}


@cache
def _wrong_signers() -> Mapping[str, tuple[Breach, ...]]:
    from dicomsig.vectors.wrong_signers import wrong_signers

    found: dict[str, list[Breach]] = {}
    for each in wrong_signers().values():
        found.setdefault(each.requirement, []).append(Breach(each.name, each.title))
    return {name: tuple(breaches) for name, breaches in found.items()}


@cache
def _impostors() -> Mapping[str, tuple[Breach, ...]]:
    from dicomsig.impostors.programs import program_impostors
    from dicomsig.impostors.verifiers import verifier_impostors

    found: dict[str, list[Breach]] = {}
    for impostor in verifier_impostors().values():
        does = (impostor.__doc__ or "").strip().partition("\n\n")[0]
        found.setdefault(impostor.convicted_by, []).append(Breach(f"impostor:{impostor.name}", " ".join(does.split())))
    for program in program_impostors().values():
        found.setdefault(program.convicted_by, []).append(Breach(f"impostor:{program.name}", program.does))
    return {name: tuple(breaches) for name, breaches in found.items() if name in register()}
