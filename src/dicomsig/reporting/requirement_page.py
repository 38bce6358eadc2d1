"""The page that explains each requirement a report names; it lies beside the report, complete in itself."""

from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.phrases import number_of
from dicomsig.reporting.requirement_entries import RequirementEntry, entry
from dicomsig.reporting.templates import rendered

__all__ = ["ANCHOR_OF_ALL", "PAGE", "link_to", "requirements_page"]

PAGE: Final = "requirements.html"
ANCHOR_OF_ALL: Final = "requirements"
"""The part of the report that lists every requirement with its numbers."""

_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class _Page:
    entry: RequirementEntry
    standing: str
    anchor: str


def requirements_page(document: ResultDocument, *, printed: bool = False) -> str:
    """The page of a run: the requirements that it gave a result for, in the order of the register.

    One to be `printed` leads nowhere, and leaves out those that passed everywhere.
    """
    tallies = {tally.requirement: tally for tally in document.requirements}
    named = (
        row
        for row in register().values()
        if row.id in tallies and not (printed and _passed_everywhere(tallies[row.id]))
    )
    pages = [_Page(entry(row), _standing(tallies[row.id]), ANCHOR_OF_ALL) for row in named]
    return rendered("requirements.html.j2", pages=pages, most=_MOST, printed=printed, version=document.suite.version)


def link_to(requirement: str) -> str:
    """The address of the page of a requirement, seen from the report; empty for one that the register lacks."""
    return f"{PAGE}#{requirement}" if requirement in register() else ""


def _passed_everywhere(tally: RequirementTally) -> bool:
    return not (tally.failed or tally.deviated or tally.inconclusive or tally.warnings)


def _standing(tally: RequirementTally) -> str:
    parts = (
        (tally.failed, "fail", "fails"),
        (tally.deviated, "accepted fail", "accepted fails"),
        (tally.inconclusive, "open", "open"),
        (tally.warnings, "warning", "warnings"),
        (tally.passed, "pass", "passes"),
        (tally.not_applicable, "not applicable", "not applicable"),
    )
    return ", ".join(number_of(number, word, plural) for number, word, plural in parts if number) + "."
