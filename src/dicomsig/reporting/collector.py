"""What judging yields, case by case, becomes the result document in one pass; memory grows with non-passes alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result
from dicomsig.crypto.digests import reported_algorithm
from dicomsig.reporting.document import (
    AlgorithmCount,
    Coverage,
    DeviationUse,
    FilePath,
    OutcomeCounts,
    PassedOverCount,
    ResultDocument,
    RunStart,
    Summary,
)
from dicomsig.reporting.exit_codes import ExitFacts, exit_code, meaning
from dicomsig.reporting.matrix import MatrixCounts
from dicomsig.reporting.start import environment, utc
from dicomsig.reporting.tallies import ObservationCounts, ProfileCounts, RequirementCounts, StatusCounts
from dicomsig.reporting.text import clean_case, safe_text

__all__ = ["Collector", "FileKind", "RunLog"]

_MOST_ERRORS: Final = 100
_NOT_DICOM: Final = "not-dicom"


class FileKind(StrEnum):
    """What became of one file that was met; the names are those of `dicomsig.judging.signer.FileState` and more."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    """An instance that is malformed: a fail of its own."""
    NOT_OPENED = "not-opened"
    """The system would not give it: exit code 2."""
    INTERNAL_ERROR = "internal-error"
    PASSED_OVER = "passed-over"


class RunLog(Protocol):
    """Where lines go while the run goes on; `dicomsig.reporting.folder.ReportFolder` is one."""

    def log(self, outcome: CaseOutcome) -> None:
        """Keep what one case gave."""

    def map_path(self, number: int, path: str, kind: str) -> None:
        """Keep the path behind a file number."""


class Collector:
    """Takes what the cases of a run gave, and makes the result document of it.

    Give it the `start` of the run, the `log` that is to be written on the way (or None), and the `deviations`, which it
    applies to every fail as of the day `today` (UTC). Values are dropped unless `with_values`, and paths go to the
    document only `with_paths`. Call `file` once for each file, `case` for each outcome, then `document`.
    """

    def __init__(
        self,
        start: RunStart,
        *,
        log: RunLog | None = None,
        deviations: DeviationBook | None = None,
        today: date | None = None,
        with_values: bool = False,
        with_paths: bool = False,
    ) -> None:
        self._start, self._log = start, log
        self._book = deviations or DeviationBook()
        self._today = today or datetime.now(UTC).date()
        self._with_values, self._with_paths = with_values, with_paths
        self._kinds: Counter[str] = Counter()
        self._passed_over: Counter[str] = Counter()
        self._algorithms: Counter[str] = Counter()
        self._paths: list[FilePath] = []
        self._results: list[Result] = []
        self._errors: list[str] = []
        self._ran: list[str] = []
        self._matched: Counter[Deviation] = Counter()
        self._requirements = RequirementCounts()
        self._observations = ObservationCounts()
        self._profiles = ProfileCounts(start.run.profiles)
        self._matrix = MatrixCounts(start.run.profiles)
        self._integrity, self._trust = StatusCounts(), StatusCounts()

    def file(
        self,
        number: int,
        kind: str,
        path: str = "",
        *,
        mac_algorithms: Iterable[str] = (),
        profiles_met: Iterable[str] = (),
        profiles_not_met: Iterable[str] = (),
        profiles_not_told: Iterable[str] = (),
        integrity: Iterable[str] = (),
        trust: Iterable[str] = (),
    ) -> None:
        """Count a file with its number in the run and what became of it (a `FileKind`).

        `mac_algorithms` holds the term that each of its signatures names, one for each; the profiles are those that the
        instance meets, does not meet, and where it cannot be told. `integrity` and `trust` hold the status of each
        signature on these axes; give no `trust` where there is no trust anchor. The path goes to `private/paths.csv`.
        """
        known = FileKind(kind)
        self._kinds[known] += 1
        terms = [reported_algorithm(term) for term in mac_algorithms]
        self._algorithms.update(terms)
        self._integrity.add(integrity)
        self._trust.add(trust)
        standings = tuple(map(tuple, (profiles_met, profiles_not_met, profiles_not_told)))
        self._profiles.add(*standings)
        self._matrix.file(terms[0] if len(set(terms)) == 1 else "", *standings)
        self._map(number, path, known)

    def passed_over(self, kind: str, path: str = "") -> None:
        """Count a file that was met and is not judged; ``not-dicom`` is counted apart, every other kind by its name."""
        self._kinds[FileKind.PASSED_OVER] += 1
        self._passed_over[safe_text(kind)] += 1
        self._map(0, path, safe_text(kind))

    def case(self, outcome: CaseOutcome) -> CaseOutcome:
        """Take what one case gave; returns it as it is reported: cleaned, with the deviations applied."""
        if self._book.deviations:
            outcome = self._with_deviations(outcome)
            self._ran.append(outcome.case)
        outcome = clean_case(outcome, with_values=self._with_values)
        self._requirements.passes(outcome.case, outcome.passed)
        self._requirements.not_applicable(outcome.not_applicable)
        self._matrix.case(outcome)
        for result in outcome.results:
            self._requirements.result(result)
            if result.result is not Outcome.PASS:
                self._results.append(result)
        for observation in outcome.observations:
            self._observations.add(observation)
        if self._log is not None:
            self._log.log(outcome)
        return outcome

    def internal_error(self, what: str) -> None:
        """Note that dicomsig itself failed; `what` says where and with which type of error, without any value."""
        if len(self._errors) < _MOST_ERRORS:
            self._errors.append(safe_text(what))

    def document(
        self,
        *,
        ended: datetime | None = None,
        interrupted: bool = False,
        unreadable_input: bool = False,
        nothing_to_judge: bool | None = None,
        coverage_note: str = "",
        known_reasons: Iterable[str] | None = None,
    ) -> ResultDocument:
        """The result document of all that was taken so far.

        `nothing_to_judge` is by default whether there was no signed instance. A deviation of which no case ran is never
        stale; with `known_reasons` those that name another reason are.
        """
        deviations = self._deviation_uses(None if known_reasons is None else frozenset(known_reasons))
        totals = self._requirements.totals()
        code = exit_code(
            ExitFacts(
                internal_error=bool(self._errors) or self._kinds[FileKind.INTERNAL_ERROR] > 0,
                interrupted=interrupted,
                unreadable_input=unreadable_input or self._kinds[FileKind.NOT_OPENED] > 0,
                nothing_to_judge=not self._kinds[FileKind.SIGNED] if nothing_to_judge is None else nothing_to_judge,
                failed=totals.failed,
                stale_deviations=sum(1 for use in deviations if use.stale),
                inconclusive=totals.inconclusive,
            )
        )
        run = msgspec.structs.replace(self._start.run, ended=utc(ended), interrupted=interrupted)
        return ResultDocument(
            schema_version=self._start.schema_version,
            run=run,
            suite=self._start.suite,
            subject=self._start.subject,
            environment=environment(),
            summary=self._summary(code, totals, coverage_note),
            requirements=self._requirements.tallies(),
            results=tuple(self._results),
            observations=self._observations.tallies(),
            deviations=deviations,
            internal_errors=tuple(self._errors),
            files=tuple(self._paths),
        )

    def _summary(self, code: int, totals: OutcomeCounts, note: str) -> Summary:
        kinds = self._kinds
        others = Counter(self._passed_over)
        not_dicom = others.pop(_NOT_DICOM, 0)
        return Summary(
            exit_code=code,
            exit_meaning=meaning(code),
            files=kinds.total(),
            instances=kinds[FileKind.SIGNED] + kinds[FileKind.UNSIGNED],
            signed=kinds[FileKind.SIGNED],
            unsigned=kinds[FileKind.UNSIGNED],
            unreadable=kinds[FileKind.UNREADABLE],
            not_opened=kinds[FileKind.NOT_OPENED],
            not_dicom=not_dicom,
            passed_over=tuple(PassedOverCount(kind, number) for kind, number in sorted(others.items())),
            signatures=self._algorithms.total(),
            integrity=self._integrity.counts(),
            trust=self._trust.counts(),
            results=totals,
            profiles=self._profiles.tallies(),
            mac_algorithms=tuple(AlgorithmCount(name, number) for name, number in self._algorithms.most_common()),
            matrix=self._matrix.cells(),
            coverage=Coverage(self._requirements.judged(), len(register()), safe_text(note)),
        )

    def _map(self, number: int, path: str, kind: str) -> None:
        if not path:
            return
        if self._log is not None:
            self._log.map_path(number, path, kind)
        if self._with_paths and number:
            self._paths.append(FilePath(number, safe_text(path)))

    def _with_deviations(self, outcome: CaseOutcome) -> CaseOutcome:
        if not any(result.result is Outcome.FAIL for result in outcome.results):
            return outcome
        return msgspec.structs.replace(outcome, results=tuple(map(self._accepted, outcome.results)))

    def _accepted(self, result: Result) -> Result:
        if result.result is not Outcome.FAIL:
            return result
        deviation = self._book.match(result.requirement, result.case, result.reason, today=self._today)
        if deviation is None:
            return result
        self._matched[deviation] += 1
        return msgspec.structs.replace(result, deviation=deviation.why)

    def _deviation_uses(self, known_reasons: frozenset[str] | None) -> tuple[DeviationUse, ...]:
        found = self._book.stale(self._ran, self._today, known_reasons=known_reasons)
        stale = {each.deviation: each.why for each in found}
        return tuple(
            DeviationUse(
                requirement=safe_text(each.requirement),
                reason=safe_text(each.reason),
                cases=tuple(map(safe_text, each.cases)),
                why=safe_text(each.why),
                expires=each.expires.isoformat(),
                matched=self._matched[each],
                stale=safe_text(stale.get(each, "")),
            )
            for each in self._book.deviations
        )
