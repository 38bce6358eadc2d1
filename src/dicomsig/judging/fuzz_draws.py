"""Cases drawn by number, and counterexamples made smaller, both by hypothesis.

The bytes that hypothesis draws from follow from seed and number alone, so that each case can be had again by itself.
Nothing is written to disk, and nothing depends on what was drawn before.
"""

import random
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from dicomsig.vectors.strategies.cases import DrawnCase, fuzz_cases

__all__ = ["DEFAULT_BUDGET", "CaseDraws", "ShrinkBudget", "Shrunk"]

_BYTES: Final = 4096
"""More than a case draws; where they do not suffice others are tried."""
_ATTEMPTS: Final = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShrinkBudget:
    """What making one counterexample smaller may cost: questions to the system, and seconds."""

    calls: int = 600
    seconds: float = 30.0


DEFAULT_BUDGET: Final = ShrinkBudget()


@dataclass(frozen=True, slots=True)
class Shrunk(Generic[T]):
    """The smallest case that still shows what the first one showed, and how often the system was asked for it."""

    case: T
    calls: int


class _StillFailsError(Exception):
    """What hypothesis is told of a case that shows the fault."""


class _Enough(BaseException):
    """The budget is spent; nothing catches it on the way out of hypothesis."""


class CaseDraws:
    """The cases of a seed, by number from 0."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._drawn: list[DrawnCase] = []
        self._target = _test(self._drawn.append, None).hypothesis.fuzz_one_input

    def case(self, number: int) -> DrawnCase:
        """The case of a number: always the same one."""
        for attempt in range(_ATTEMPTS):
            self._drawn.clear()
            self._target(self._bytes(number, attempt))
            if self._drawn:
                return self._drawn.pop()
        raise RuntimeError(f"no case could be drawn for seed {self.seed}, number {number}")

    def shrunk(
        self, number: int, shows: Callable[[DrawnCase], bool], budget: ShrinkBudget = DEFAULT_BUDGET
    ) -> Shrunk[DrawnCase]:
        """The case of a number, made smaller as long as it ``shows`` what it did, within the budget."""
        from hypothesis.database import InMemoryExampleDatabase

        first = self.case(number)
        smallest, calls = first, 0
        deadline = time.monotonic() + budget.seconds

        def ask(case: DrawnCase) -> None:
            nonlocal smallest, calls
            if calls >= budget.calls or time.monotonic() > deadline:
                raise _Enough
            calls += 1
            if shows(case):
                smallest = min(smallest, case, key=_size)
                raise _StillFailsError

        steps: list[Callable[[DrawnCase], None]] = [_fails]
        test = _test(lambda case: steps[0](case), InMemoryExampleDatabase())
        for attempt in range(_ATTEMPTS):
            try:
                test.hypothesis.fuzz_one_input(self._bytes(number, attempt))
            except _StillFailsError:
                break
        steps[0] = ask
        try:
            with _nothing_kept(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what hypothesis says to those who run tests
                test()
        except (_Enough, _StillFailsError):
            pass
        except Exception as error:  # a system that answers now so, now otherwise; hypothesis calls it flaky
            if not type(error).__module__.startswith("hypothesis") and not isinstance(error, ExceptionGroup):
                raise
        return Shrunk(smallest, calls)

    def _bytes(self, number: int, attempt: int) -> bytes:
        return random.Random(f"dicomsig {self.seed} {number} {attempt}").randbytes(_BYTES)


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """What hypothesis keeps for later runs goes to a folder that does not stay, not into the one the user is in."""
    from hypothesis import configuration

    before = getattr(configuration, "__hypothesis_home_directory", None)
    with tempfile.TemporaryDirectory(prefix="dicomsig-", ignore_cleanup_errors=True) as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


def _fails(_: DrawnCase) -> None:
    raise _StillFailsError


def _size(case: DrawnCase) -> tuple[int, int]:
    return case.elements, len(case.data) + len(case.twin)


def _test(body: Callable[[DrawnCase], None], database: Any) -> Any:
    """A hypothesis test of a body that is replayed and shrunk, and draws nothing by itself."""
    from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

    @settings(
        database=database,
        deadline=None,
        derandomize=False,
        phases=(Phase.reuse, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )
    @seed(0)  # below the settings: it would take their database away
    @given(fuzz_cases())
    def test(case: DrawnCase) -> None:
        body(case)

    return test
