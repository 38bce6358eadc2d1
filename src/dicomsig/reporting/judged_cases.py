"""What a saved report says of each case and requirement, as far as it says it.

`report.json` holds every result that is no pass and counts the passes a requirement; which case passed is in the run
log alone. Without one, the counts still tell when a requirement can have passed nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dicomsig.conformance.results import Outcome, Result, Subject
from dicomsig.reporting.document import RequirementTally
from dicomsig.reporting.saved import SavedReport, SavedReportError, cases_of
from dicomsig.reporting.text import safe_text

__all__ = ["CaseStanding", "JudgedCases", "judged_cases", "standing_of"]


class CaseStanding(StrEnum):
    """How a requirement stands in a case of a run; the last three are what a run does not say."""

    FAIL = "fail"
    ACCEPTED = "accepted-fail"
    INCONCLUSIVE = "inconclusive"
    WARNING = "warning"
    NOT_APPLICABLE = "not-applicable"
    PASS = "pass"
    NOT_TOLD = "not-told"
    """No result but perhaps a pass: without the run log nobody can say."""
    NOT_JUDGED = "not-judged"
    """The case is there, and the requirement was not judged in it."""
    NO_CASE = "no-such-case"


_OF_OUTCOME: Final = {
    Outcome.FAIL: CaseStanding.FAIL,
    Outcome.INCONCLUSIVE: CaseStanding.INCONCLUSIVE,
    Outcome.WARNING: CaseStanding.WARNING,
    Outcome.NOT_APPLICABLE: CaseStanding.NOT_APPLICABLE,
    Outcome.PASS: CaseStanding.PASS,
}
_WORST_FIRST: Final = list(CaseStanding)

Key = tuple[str, str]
"""A case and a requirement."""


@dataclass(slots=True)
class JudgedCases:
    """The cases of one report; `complete` when the run log named all of them, else only those with results are known.

    `results` holds what is no pass by case and requirement, the worst first.
    """

    tallies: Mapping[str, RequirementTally]
    complete: bool = False
    remark: str = ""
    subjects: dict[str, Subject] = field(default_factory=dict)
    results: dict[Key, list[Result]] = field(default_factory=dict)
    passed: dict[str, frozenset[str]] = field(default_factory=dict)
    not_applicable: dict[str, frozenset[str]] = field(default_factory=dict)

    def standing(self, case: str, requirement: str) -> CaseStanding:
        """How a requirement stands in a case."""
        if found := self.results.get((case, requirement)):
            return standing_of(found[0])
        if not self.complete:
            return CaseStanding.NOT_TOLD if self._may_have_passed(requirement) else CaseStanding.NOT_JUDGED
        if case not in self.subjects:
            return CaseStanding.NO_CASE
        if requirement in self.passed.get(case, ()):
            return CaseStanding.PASS
        if requirement in self.not_applicable.get(case, ()):
            return CaseStanding.NOT_APPLICABLE
        return CaseStanding.NOT_JUDGED

    def _may_have_passed(self, requirement: str) -> bool:
        tally = self.tallies.get(requirement)
        return tally is not None and bool(tally.passed or tally.not_applicable)


def standing_of(result: Result) -> CaseStanding:
    """How a result counts: a fail that a deviation accepts stands apart."""
    if result.result is Outcome.FAIL and result.deviation:
        return CaseStanding.ACCEPTED
    return _OF_OUTCOME[result.result]


def judged_cases(report: SavedReport) -> JudgedCases:
    """The cases of a report, from its run log where that is there and whole."""
    found = JudgedCases({tally.requirement: tally for tally in report.document.requirements})
    for result in report.document.results:
        found.results.setdefault((result.case, result.requirement), []).append(result)
        found.subjects.setdefault(result.case, result.subject)
    for results in found.results.values():
        results.sort(key=lambda result: _WORST_FIRST.index(standing_of(result)))
    if report.log is None:
        return found
    try:
        _read_log(report, found)
    except SavedReportError as error:
        found.complete, found.remark = False, f"{error}; it is not used"
        found.passed.clear()
        found.not_applicable.clear()
        found.subjects = {case: results[0].subject for (case, _), results in found.results.items()}
    return found


def _read_log(report: SavedReport, found: JudgedCases) -> None:
    """Equal sets are kept once: case after case passes the same requirements."""
    known: dict[tuple[str, ...], frozenset[str]] = {}
    for outcome in cases_of(report):
        case = safe_text(outcome.case)
        found.subjects.setdefault(case, outcome.subject)
        explicit = tuple(result.requirement for result in outcome.results if result.result is Outcome.PASS)
        for target, names in (
            (found.passed, outcome.passed + explicit),
            (found.not_applicable, outcome.not_applicable),
        ):
            names_set = known.setdefault(names, frozenset(names))
            target[case] = target[case] | names_set if case in target else names_set
    found.complete = True
