"""How much of the register a run judged: by profile, for a product in its role."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.profile_words import profile_words
from dicomsig.reporting.requirement_page import link_to

__all__ = ["CoverageRow", "TallyRow", "coverage_rows", "tally_rows"]

_ACTORS: Final = {
    "signer": frozenset(("signer", "report-creator", "any")),
    "verifier": frozenset(("verifier", "any")),
    "archive": frozenset(("archive", "any")),
    "media": frozenset(("media-creator", "media-reader", "any")),
}
"""Whom the register binds, by the role of the product; of a role that is not here all rows count."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One profile: how many requirements bind a product in this role, and what became of them."""

    name: str
    profile: str
    binding: int
    judged: int
    nothing_to_judge: int
    not_asked: int


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One requirement in the table of all: its numbers, what it asks, and where it is explained."""

    tally: RequirementTally
    summary: str
    page: str


def tally_rows(document: ResultDocument) -> tuple[TallyRow, ...]:
    """Every requirement with a result, in the order of the document."""
    return tuple(
        TallyRow(tally, register()[tally.requirement].summary, link_to(tally.requirement))
        if tally.requirement in register()
        else TallyRow(tally, "", "")
        for tally in document.requirements
    )


def coverage_rows(document: ResultDocument) -> tuple[CoverageRow, ...]:
    """The profiles of which this run judged something or that were due, in the order of the register."""
    tallies = {tally.requirement: tally for tally in document.requirements}
    actors = _ACTORS.get(document.subject.role)
    binding: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    nothing: Counter[str] = Counter()
    for row in register().values():
        tally = tallies.get(row.id)
        if tally is None and actors is not None and row.actor not in actors:
            continue
        binding[row.profile] += 1
        if tally is not None:
            (judged if tally.judged else nothing)[row.profile] += 1
    return tuple(
        CoverageRow(
            name=profile_words(profile).name,
            profile=profile,
            binding=number,
            judged=judged[profile],
            nothing_to_judge=nothing[profile],
            not_asked=number - judged[profile] - nothing[profile],
        )
        for profile, number in binding.items()
        if judged[profile] or nothing[profile] or profile in document.run.profiles
    )
