"""The matrix of a run: how each profile came out for each MAC algorithm, counted as the run goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dicomsig.conformance.register import ALWAYS_DUE, register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result
from dicomsig.crypto.digests import OTHER_ALGORITHM, MacAlgorithm
from dicomsig.reporting.document import MatrixCell

__all__ = ["MatrixCounts"]

_ALGORITHMS: Final = (*MacAlgorithm, OTHER_ALGORITHM, "")
_MOST_SETS: Final = 4096


class _Standing(IntEnum):
    """How a profile stands in one case; of several results the greatest counts."""

    HOLDS = 0
    INCONCLUSIVE = 1
    DEVIATED = 2
    FAILS = 3


@dataclass(slots=True)
class _Cell:
    holds: int = 0
    fails: int = 0
    deviated: int = 0
    inconclusive: int = 0

    def add(self, standing: _Standing) -> None:
        match standing:
            case _Standing.HOLDS:
                self.holds += 1
            case _Standing.INCONCLUSIVE:
                self.inconclusive += 1
            case _Standing.DEVIATED:
                self.deviated += 1
            case _Standing.FAILS:
                self.fails += 1


class MatrixCounts:
    """Counts by profile and MAC algorithm; `due` are the profiles whose breach counts, beyond macro and Base."""

    def __init__(self, due: Iterable[str]) -> None:
        self._due = frozenset((*ALWAYS_DUE, *due))
        self._cells: dict[tuple[str, str, bool], _Cell] = {}
        self._profiles_of: dict[tuple[str, ...], frozenset[str]] = {}

    def case(self, outcome: CaseOutcome) -> None:
        """Count one case, for each profile of which it gave a result."""
        found = dict.fromkeys(self._profiles(outcome.passed), _Standing.HOLDS)
        for result in outcome.results:
            standing = _standing(result)
            if standing is not None and (profile := _profile(result.requirement)):
                found[profile] = max(standing, found.get(profile, _Standing.HOLDS))
        for profile, standing in found.items():
            self._cell(profile, outcome.subject.mac_algorithm, due=True).add(standing)

    def file(self, mac_algorithm: str, met: Iterable[str], not_met: Iterable[str], not_told: Iterable[str]) -> None:
        """Count the profiles of one signed instance that are not due: of these there is no result."""
        columns = ((met, _Standing.HOLDS), (not_met, _Standing.FAILS), (not_told, _Standing.INCONCLUSIVE))
        for profiles, standing in columns:
            for profile in profiles:
                if profile not in self._due:
                    self._cell(profile, mac_algorithm, due=False).add(standing)

    def cells(self) -> tuple[MatrixCell, ...]:
        """The cells in which something was counted: macro and Base first, the algorithms as the standard lists them."""
        order = [*ALWAYS_DUE, *dict.fromkeys(row.profile for row in register().values())]
        places = {profile: place for place, profile in reversed(list(enumerate(order)))}
        return tuple(
            MatrixCell(profile, algorithm, due, cell.holds, cell.fails, cell.deviated, cell.inconclusive)
            for (profile, algorithm, due), cell in sorted(
                self._cells.items(),
                key=lambda item: (
                    not item[0][2], places.get(item[0][0], len(places)), item[0][0], _ALGORITHMS.index(item[0][1])
                ),
            )
        )  # fmt: skip

    def _cell(self, profile: str, algorithm: str, *, due: bool) -> _Cell:
        return self._cells.setdefault((profile, algorithm, due), _Cell())

    def _profiles(self, requirements: tuple[str, ...]) -> frozenset[str]:
        """The profiles of some requirements; case after case passes the same ones."""
        known = self._profiles_of.get(requirements)
        if known is None:
            if len(self._profiles_of) >= _MOST_SETS:
                self._profiles_of.clear()
            known = self._profiles_of[requirements] = frozenset(filter(None, map(_profile, requirements)))
        return known


def _profile(requirement: str) -> str:
    return register()[requirement].profile if requirement in register() else ""


def _standing(result: Result) -> _Standing | None:
    match result.result:
        case Outcome.FAIL:
            return _Standing.DEVIATED if result.deviation else _Standing.FAILS
        case Outcome.INCONCLUSIVE:
            return _Standing.INCONCLUSIVE
        case Outcome.PASS | Outcome.WARNING:
            return _Standing.HOLDS
        case Outcome.NOT_APPLICABLE:
            return None
