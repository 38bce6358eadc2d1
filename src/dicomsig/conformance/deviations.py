"""A deviation is a known, accepted failure with its reason and a last day; one that no longer serves is stale."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from dicomsig.conformance.names import did_you_mean, quoted
from dicomsig.conformance.register import register
from dicomsig.conformance.toml_tables import read_toml

__all__ = ["Deviation", "DeviationBook", "Stale"]

_KEYS = ("requirement", "reason", "cases", "why", "expires")


@dataclass(frozen=True, slots=True)
class Deviation:
    """A `fail` of one requirement for one reason in the cases named is accepted up to and including a day (UTC).

    `cases` are names of cases in which `*` stands for any text and `?` for one character. Brackets stand for
    themselves: they are part of the place of a signature.
    """

    requirement: str
    reason: str
    cases: tuple[str, ...]
    why: str
    expires: date

    def names(self, case: str) -> bool:
        """Whether a case is one of those named."""
        return any(_pattern(glob).fullmatch(case) is not None for glob in self.cases)


@dataclass(frozen=True, slots=True)
class Stale:
    """A deviation that no longer serves, and why."""

    deviation: Deviation
    why: str


class DeviationBook:
    """The deviations of a product; it remembers which of them happened."""

    __slots__ = ("_by_failure", "_happened", "deviations")

    def __init__(self, deviations: Iterable[Deviation] = ()) -> None:
        self.deviations = tuple(deviations)
        self._happened: set[Deviation] = set()
        self._by_failure: dict[tuple[str, str], list[Deviation]] = {}
        for deviation in self.deviations:
            self._by_failure.setdefault((deviation.requirement, deviation.reason), []).append(deviation)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The deviations in a TOML file; raises `ConformanceInputError` with the path of the key that is wrong.

        A requirement that the register does not hold is no error here: `stale` reports it.
        """
        root = read_toml(path)
        root.only(("deviation",))
        deviations = []
        for table in root.tables("deviation"):
            table.only(_KEYS)
            deviations.append(
                Deviation(
                    table.text("requirement", required=True),
                    table.text("reason", required=True),
                    table.texts("cases", required=True),
                    table.text("why", required=True),
                    table.day("expires"),
                )
            )
        return cls(deviations)

    def match(self, requirement: str, case: str, reason: str, *, today: date | None = None) -> Deviation | None:
        """The first deviation that accepts this failure, or None; all that name it count as having happened.

        With `today` a deviation that has expired accepts nothing.
        """
        naming = [each for each in self._by_failure.get((requirement, reason), ()) if each.names(case)]
        self._happened.update(naming)
        return next((each for each in naming if today is None or today <= each.expires), None)

    def stale(
        self, ran_cases: Collection[str], today: date, *, known_reasons: Collection[str] | None = None
    ) -> tuple[Stale, ...]:
        """The deviations that have expired, name nothing known, or did not happen although a case they name ran.

        To be asked after all failures of the run went through `match`. A deviation none of whose cases ran is not
        stale. Reasons are checked only when those known are given.
        """
        reasons = ((each, self._why_stale(each, ran_cases, today, known_reasons)) for each in self.deviations)
        return tuple(Stale(deviation, why) for deviation, why in reasons if why)

    def _why_stale(
        self, deviation: Deviation, ran_cases: Collection[str], today: date, known_reasons: Collection[str] | None
    ) -> str:
        if today > deviation.expires:
            return f"expired on {deviation.expires.isoformat()}"
        if deviation.requirement not in register():
            hint = did_you_mean(deviation.requirement, register())
            return f"no requirement has the id {quoted(deviation.requirement)}.{hint}"
        if known_reasons is not None and deviation.reason not in known_reasons:
            return f"no reason has the code {quoted(deviation.reason)}.{did_you_mean(deviation.reason, known_reasons)}"
        if deviation not in self._happened:
            ran = next((case for case in ran_cases if deviation.names(case)), None)
            if ran is not None:
                return f"no longer happens, although case {quoted(ran)} ran"
        return ""


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as an expression; runs of stars are one star, and each part is taken at its first place, so it is fast."""
    parts = [re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", glob)]
    first, *rest = parts
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    lazily = "".join(f"(?>.*?{part})" for part in middle)
    return re.compile(f"{first}{lazily}.*{last}", re.DOTALL)
