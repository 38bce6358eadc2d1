"""Results are read in groups: the cases in which one requirement came out alike for one reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.conformance.results import Outcome, Result
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.text import file_label

__all__ = ["Group", "Standing", "grouped", "rerun_command", "summary_of"]


class Standing(StrEnum):
    """How a group counts: as its results do, except that a fail which a deviation accepts stands apart."""

    FAILED = "failed"
    DEVIATED = "deviated"
    INCONCLUSIVE = "inconclusive"
    WARNING = "warning"
    NOT_APPLICABLE = "not-applicable"


_OF_RESULT: Final = {
    Outcome.FAIL: Standing.FAILED,
    Outcome.INCONCLUSIVE: Standing.INCONCLUSIVE,
    Outcome.WARNING: Standing.WARNING,
    Outcome.NOT_APPLICABLE: Standing.NOT_APPLICABLE,
}


_GRAVE: Final = frozenset(("called-valid", "crash"))
"""Reasons by which one case may harm more than many of another: a forged instance passes, a crafted one stops it."""


@dataclass(slots=True)
class Group:
    """All cases in which one requirement came out alike for one reason; `results` are the first of them."""

    standing: Standing
    requirement: str
    clause: str
    reason: str
    count: int = 0
    results: list[Result] = field(default_factory=list)
    trace: int = 0
    """Equal for groups of the same cases in the same order."""

    @property
    def is_grave(self) -> bool:
        """It is worse than any number of others: what does not hold was accepted, or a file ended the program."""
        return self.reason in _GRAVE

    @property
    def first(self) -> Result:
        """The first result of the group."""
        return self.results[0]

    @property
    def more(self) -> int:
        """How many cases there are beyond the first ones."""
        return self.count - len(self.results)

    @property
    def summary(self) -> str:
        """What the requirement asks, in the words of the register."""
        return summary_of(self.requirement)


def grouped(document: ResultDocument, *, shown: int = 20) -> tuple[Group, ...]:
    """The results of a document in groups, each with its first `shown` results.

    Fails come first, then accepted fails, inconclusive ones, warnings and those not applicable; within each, what is
    grave first, then the group of the most cases.
    """
    groups: dict[tuple[Standing, str, str], Group] = {}
    for standing, result in _standings(document):
        key = (standing, result.requirement, result.reason)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(standing, result.requirement, result.clause, result.reason)
        group.count += 1
        group.trace = hash((group.trace, result.case))
        if len(group.results) < shown:
            group.results.append(result)
    order = list(Standing)
    return tuple(
        sorted(groups.values(), key=lambda group: (order.index(group.standing), not group.is_grave, -group.count))
    )


def rerun_command(document: ResultDocument, result: Result, file: str = "") -> str:
    """The command that judges one file or vector again for one requirement; empty when the run has named none.

    `file` stands in it as it is: quote it for the shell where it is a path. Without one it is the label of the file.
    """
    template = document.run.rerun
    if "{vector}" in template:
        vector = result.subject.vector
        return f"{template.replace('{vector}', vector)} --only {result.requirement}" if vector else ""
    if not template or ("{file}" in template and not result.subject.file and not file):
        return ""
    return template.replace("{file}", file or file_label(result.subject.file)) + f" --only {result.requirement}"


def summary_of(requirement: str) -> str:
    """What a requirement asks, in the words of the register; empty for one that it does not hold."""
    return register()[requirement].summary if requirement in register() else ""


def _standings(document: ResultDocument) -> Iterator[tuple[Standing, Result]]:
    for result in document.results:
        if result.result is Outcome.FAIL and result.deviation:
            yield Standing.DEVIATED, result
        elif result.result in _OF_RESULT:
            yield _OF_RESULT[result.result], result
