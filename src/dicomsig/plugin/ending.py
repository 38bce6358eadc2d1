"""How a run of the suite ends: what could not be judged is no success, and exit codes are ours where asked for."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.names import ConformanceInputError
from dicomsig.conformance.results import Outcome
from dicomsig.plugin.cases import PROBLEMS, Kind, Problem, today
from dicomsig.reporting.exit_codes import ExitFacts, exit_code, meaning

__all__ = ["OURS", "Ending"]

OURS: Final = 100
"""What is added to an exit code of ours, so that it is none of pytest's."""

_OF_WORKER: Final = "dicomsig_problems"


class Ending:
    """Brings a run together, the work of other processes (pytest-xdist) included."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._results: Counter[str] = Counter()
        self._fails: list[tuple[str, str, str]] = []
        self._ran: dict[str, None] = {}
        self._problems: dict[Problem, None] = {}
        self._whole = True
        self._code: int | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the result of a case."""
        told = dict(report.user_properties)
        if report.when != "call" or "requirement" not in told:
            return
        requirement, case, result = (str(told[name]) for name in ("requirement", "case", "result"))
        self._ran[case] = None
        if result == Outcome.FAIL:
            self._fails.append((requirement, case, str(told["reason"])))
        self._results["accepted" if told["accepted"] else result] += 1

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Where options cannot be used nothing runs, not even what another role could judge."""
        own: list[Problem] = self._config.stash.get(PROBLEMS, [])
        if any(problem.kind is Kind.USAGE for problem in own):
            items.clear()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """A run of a part does not tell which deviations are stale."""
        self._whole = self._whole and not items

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what another process could not judge."""
        for kind, text in getattr(node, "workeroutput", {}).get(_OF_WORKER, ()):
            self._problems[Problem(Kind(kind), text)] = None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that could not judge all it was given, or nothing at all, is no success."""
        own: list[Problem] = self._config.stash.get(PROBLEMS, [])
        self._problems |= dict.fromkeys(own)
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OF_WORKER] = [(problem.kind.value, problem.text) for problem in self._problems]
            return
        ended = session.exitstatus
        if self._config.getoption("--dicomsig-exit-codes"):
            self._code = self._our_code(ended)
            session.exitstatus = OURS + self._code
        elif any(problem.kind is Kind.USAGE for problem in self._problems):
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif self._problems and ended in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
            pytest.ExitCode.TESTS_FAILED,
        ):
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """What could not be judged is named at the end, where it is seen."""
        for problem in self._problems:
            terminalreporter.write_line(f"dicomsig: {problem.text}", red=True)
        if self._code is not None:
            for why in self._stale():
                terminalreporter.write_line(f"dicomsig: stale deviation: {why}", red=True)
            terminalreporter.write_line(f"exit {self._code}: {meaning(self._code)}", bold=True)

    def _our_code(self, ended: int) -> int:
        kinds = {problem.kind for problem in self._problems}
        usage = not kinds.isdisjoint((Kind.USAGE, Kind.UNREADABLE)) or ended == pytest.ExitCode.USAGE_ERROR
        return exit_code(
            ExitFacts(
                internal_error=Kind.INTERNAL in kinds or ended == pytest.ExitCode.INTERNAL_ERROR,
                interrupted=ended == pytest.ExitCode.INTERRUPTED and not usage,
                unreadable_input=usage,
                nothing_to_judge=Kind.NOTHING in kinds or ended == pytest.ExitCode.NO_TESTS_COLLECTED,
                failed=self._results[Outcome.FAIL] or (ended == pytest.ExitCode.TESTS_FAILED),
                stale_deviations=len(self._stale()),
                inconclusive=self._results[Outcome.INCONCLUSIVE],
            )
        )

    def _stale(self) -> list[str]:
        """Why deviations that were asked for no longer serve; nothing is said of a run of a part."""
        asked = self._config.getoption("--deviations")
        if asked is None or not self._whole:
            return []
        try:
            book = DeviationBook.load(Path(asked))
        except ConformanceInputError:
            return []  # told when the cases were made
        for failure in self._fails:
            book.match(*failure, today=today())
        return [f"{each.deviation.requirement}: {each.why}" for each in book.stale(self._ran, today())]
