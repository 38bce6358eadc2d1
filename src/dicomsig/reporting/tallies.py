"""Counting as a run goes: bounded by the requirements, codes and profiles there are, never by the number of passes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.conformance.results import Observation, Outcome, Result
from dicomsig.reporting.document import ObservationTally, OutcomeCounts, ProfileTally, RequirementTally, VerdictCounts

__all__ = ["ObservationCounts", "ProfileCounts", "RequirementCounts", "StatusCounts"]

_FIRST_CASES: Final = 20
_MOST_MESSAGES: Final = 1000
_MOST_SETS: Final = 256


@dataclass(slots=True)
class _Counts:
    clause: str = ""
    passed: int = 0
    first_case: str = ""
    failed: int = 0
    deviated: int = 0
    warnings: int = 0
    inconclusive: int = 0
    not_applicable: int = 0


class RequirementCounts:
    """How each requirement came out so far.

    Case after case passes the same requirements, so equal sets are counted and not their members, until there are many.
    """

    def __init__(self) -> None:
        self._counts: dict[str, _Counts] = {}
        self._passed: dict[tuple[str, ...], int] = {}
        self._not_applicable: dict[tuple[str, ...], int] = {}

    def passes(self, case: str, requirements: tuple[str, ...]) -> None:
        """Count the requirements that passed in a case."""
        if requirements not in self._passed:
            for name in requirements:
                counts = self._counts.get(name) or self._new(name)
                counts.first_case = counts.first_case or case
        self._count(self._passed, requirements)

    def not_applicable(self, requirements: tuple[str, ...]) -> None:
        """Count the requirements that found nothing to judge in a case."""
        self._count(self._not_applicable, requirements)

    def result(self, result: Result) -> None:
        """Count one result, which may be a pass."""
        counts = self._counts.get(result.requirement) or self._new(result.requirement, result.clause)
        match result.result:
            case Outcome.PASS:
                self.passes(result.case, (result.requirement,))
            case Outcome.FAIL if result.deviation:
                counts.deviated += 1
            case Outcome.FAIL:
                counts.failed += 1
            case Outcome.WARNING:
                counts.warnings += 1
            case Outcome.INCONCLUSIVE:
                counts.inconclusive += 1
            case Outcome.NOT_APPLICABLE:
                counts.not_applicable += 1

    def tallies(self) -> tuple[RequirementTally, ...]:
        """The counts, in the order of the register; what the register does not hold comes last."""
        self._settle()
        known = [name for name in register() if name in self._counts]
        unknown = sorted(name for name in self._counts if name not in register())
        return tuple(self._tally(name) for name in (*known, *unknown))

    def totals(self) -> OutcomeCounts:
        """The counts of all requirements together."""
        self._settle()
        found = self._counts.values()
        return OutcomeCounts(
            passed=sum(counts.passed for counts in found),
            failed=sum(counts.failed for counts in found),
            deviated=sum(counts.deviated for counts in found),
            warnings=sum(counts.warnings for counts in found),
            inconclusive=sum(counts.inconclusive for counts in found),
            not_applicable=sum(counts.not_applicable for counts in found),
        )

    def judged(self) -> int:
        """How many requirements have a result other than `not-applicable`."""
        self._settle()
        return sum(
            1
            for counts in self._counts.values()
            if counts.passed or counts.failed or counts.deviated or counts.warnings or counts.inconclusive
        )

    def _count(self, sets: dict[tuple[str, ...], int], requirements: tuple[str, ...]) -> None:
        sets[requirements] = sets.get(requirements, 0) + 1
        if len(sets) > _MOST_SETS:
            self._settle()

    def _settle(self) -> None:
        for requirements, times in self._passed.items():
            for name in requirements:
                (self._counts.get(name) or self._new(name)).passed += times
        for requirements, times in self._not_applicable.items():
            for name in requirements:
                (self._counts.get(name) or self._new(name)).not_applicable += times
        self._passed.clear()
        self._not_applicable.clear()

    def _new(self, name: str, clause: str = "") -> _Counts:
        known = register()[name].clause if name in register() else clause
        self._counts[name] = counts = _Counts(known)
        return counts

    def _tally(self, name: str) -> RequirementTally:
        counts = self._counts[name]
        return RequirementTally(
            name, counts.clause, counts.passed, counts.first_case, counts.failed, counts.deviated, counts.warnings,
            counts.inconclusive, counts.not_applicable,
        )  # fmt: skip


@dataclass(slots=True)
class _Seen:
    count: int
    cases: list[str]


class ObservationCounts:
    """Observations by code, requirement and message, with their first cases; beyond a thousand messages by code."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], _Seen] = {}

    def add(self, observation: Observation) -> None:
        """Count one observation."""
        key = (observation.code, observation.requirement, observation.message)
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) >= _MOST_MESSAGES:
                key = (observation.code, observation.requirement, "")
            seen = self._seen.setdefault(key, _Seen(0, []))
        seen.count += 1
        if len(seen.cases) < _FIRST_CASES:
            seen.cases.append(observation.case)

    def tallies(self) -> tuple[ObservationTally, ...]:
        """The counts by code, the most frequent message of a code first."""
        found = (
            ObservationTally(code, message, seen.count, requirement, tuple(seen.cases))
            for (code, requirement, message), seen in self._seen.items()
        )
        return tuple(sorted(found, key=lambda tally: (tally.code, -tally.count, tally.message)))


class ProfileCounts:
    """On how many signed instances each profile is met."""

    def __init__(self, due: tuple[str, ...]) -> None:
        self._due = due
        self._met: Counter[str] = Counter()
        self._not_met: Counter[str] = Counter()
        self._not_told: Counter[str] = Counter()

    def add(self, met: Iterable[str], not_met: Iterable[str], not_told: Iterable[str]) -> None:
        """Count one signed instance."""
        self._met.update(met)
        self._not_met.update(not_met)
        self._not_told.update(not_told)

    def tallies(self) -> tuple[ProfileTally, ...]:
        """The profiles that were due first, then the others, by name."""
        names = sorted({*self._met, *self._not_met, *self._not_told} - set(self._due))
        return tuple(
            ProfileTally(name, name in self._due, self._met[name], self._not_met[name], self._not_told[name])
            for name in (*self._due, *names)
        )


class StatusCounts:
    """How signatures came out on one axis of their verdicts; what was never asked is not counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, statuses: Iterable[str]) -> None:
        """Count one status a signature: ``valid``, ``invalid`` or ``indeterminate``."""
        self._counts.update(statuses)

    def counts(self) -> VerdictCounts | None:
        """The counts, None where there are none."""
        if not self._counts:
            return None
        return VerdictCounts(self._counts["valid"], self._counts["invalid"], self._counts["indeterminate"])
