"""A verifier is fed with drawn instances; each kind of finding is kept once, and made smaller."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final

from dicomsig.conformance.results import CaseOutcome, Observation
from dicomsig.judging.conduct import Misconduct, conduct
from dicomsig.judging.expectation import Abilities
from dicomsig.judging.fuzz_draws import DEFAULT_BUDGET, CaseDraws, ShrinkBudget
from dicomsig.judging.fuzz_judge import FuzzJudge, Judged, replace_observations
from dicomsig.judging.fuzz_question import Question, changed_question, strategy_of, untouched_question
from dicomsig.judging.rows import INTERNAL_ERROR
from dicomsig.judging.smoke import Smoke
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier import ask
from dicomsig.judging.verifier_reasons import NOT_ASKED
from dicomsig.systems.adapter_pool import AdapterPool
from dicomsig.systems.adapters import Adapter
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.strategies.cases import DrawnCase
from dicomsig.vectors.strategies.change import Kind

__all__ = ["Counterexample", "Finding", "FuzzTrial"]

_MOST_FINDINGS: Final = 24
"""Kinds of findings that are made smaller; the rest are told and counted."""
_MOST_SECONDS: Final = 300.0
"""Seconds after which no further finding is made smaller."""
_MOST_DIFFERENCES: Final = 8
_STARTS: Final = 3
"""Cases of one kind of finding from which a smaller one is looked for."""
_FEW_ELEMENTS: Final = 3

_NUMBERS: Final = count(1)
"""The names of files tell nothing of what is expected."""

Key = tuple[Kind, str, str]
"""Kind, strategy and reason: findings that are alike in these are taken for one."""


@dataclass(slots=True)
class Finding:
    """What is wrong in one way: its first case, how often it was met, and the smallest cases by number."""

    key: Key
    first: Judged
    twin: Question | None
    count: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)

    def met(self, elements: int, number: int) -> None:
        """It was met again, in the case of a number."""
        self.count += 1
        self.starts = sorted([*self.starts, (elements, number)])[:_STARTS]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest instance that was found for a finding, under the name of its first case.

    ``found`` says what was answered, ``calls`` how often the system was asked to make it smaller.
    """

    question: Question
    twin: Question | None
    reason: str
    expected: str
    found: str
    count: int
    calls: int = 0

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.question.name


@dataclass(frozen=True, slots=True)
class _Answered:
    """The questions of one case, judged: the twin first; what went wrong besides."""

    number: int
    judged: tuple[Judged, ...]
    twin: Question | None
    misconduct: tuple[Misconduct, ...] = ()
    unasked: bool = False


@dataclass
class FuzzTrial:
    """One system and how it is judged. What a run gives beside outcomes is in the lists when it has ended."""

    make: Callable[[], Adapter]
    first: Smoke
    terms: Terms
    seed: int = 0
    jobs: int = 1
    budget: ShrinkBudget = DEFAULT_BUDGET
    findings: dict[Key, Finding] = field(default_factory=dict)
    differences: list[Counterexample] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)
    cases: int = 0
    stopped: bool = False
    """The system does not answer any more, and the rest was not asked."""
    _met: dict[Key, str] = field(default_factory=dict)
    """The first case of everything that was not a pass."""

    def outcomes(self, number: int) -> Generator[CaseOutcome, None, None]:
        """The outcomes of so many drawn cases, then that of the adapter itself, if anything is to be said of it."""
        draws = CaseDraws(self.seed)
        yield from self._run((at, *_questions(draws.case(at), at)) for at in range(number))

    def replayed(self, saved: Iterable[tuple[Question, Question | None]]) -> Generator[CaseOutcome, None, None]:
        """The outcomes of saved cases, each with its twin."""
        questions = ((at, twin, question) for at, (question, twin) in enumerate(saved))
        yield from self._run((at, twin or question, question if twin else None) for at, twin, question in questions)

    def counterexamples(self) -> Iterator[Counterexample]:
        """A counterexample for each finding, made smaller with an adapter of its own; then the differences."""
        draws = CaseDraws(self.seed)
        with tempfile.TemporaryDirectory(prefix="dicomsig-", ignore_cleanup_errors=True) as folder:
            adapter = self.make()
            try:
                asking = _Asking(Path(folder), self._judge(adapter))
                deadline = time.monotonic() + _MOST_SECONDS
                for number, finding in enumerate(self.findings.values()):
                    smaller = number < _MOST_FINDINGS and not self.stopped and time.monotonic() < deadline
                    yield self._smaller(draws, finding, adapter, asking) if smaller else self.unshrunk(finding)
            finally:
                adapter.close()
        yield from self.differences

    def unshrunk(self, finding: Finding) -> Counterexample:
        """The first case of a finding as it was met."""
        return _counterexample(finding.first, finding.twin, finding.count)

    def _smaller(self, draws: CaseDraws, finding: Finding, adapter: Adapter, asking: "_Asking") -> Counterexample:
        kind, strategy, reason = finding.key
        best, twin, calls = finding.first, finding.twin, 0
        shown: dict[bytes, tuple[Judged, Question | None]] = {}

        def shows(case: DrawnCase) -> bool:
            if strategy_of(case, kind) != strategy:
                return False
            answered = asking(adapter, 0, *_questions(case, 0, only=kind))
            for judged in answered.judged:
                if judged.question.kind is kind and not judged.disagreement:
                    found = judged.finding
                    if found is not None and found.reason == reason:
                        shown[judged.question.data] = (judged, answered.twin)
                        return True
            return False

        for _, start in finding.starts:
            smallest = draws.shrunk(start, shows, self.budget)
            calls += smallest.calls
            question = (untouched_question if kind is Kind.UNTOUCHED else changed_question)(smallest.case, start)
            met = shown.get(question.data)
            if met is not None and (met[0].question.elements, len(question.data)) < (
                best.question.elements,
                len(best.question.data),
            ):
                best, twin = met
            if best.question.elements <= _FEW_ELEMENTS:
                break
        made = _counterexample(best, twin, finding.count, calls)
        name = finding.first.question.vector.id
        return replace(made, question=replace(made.question, vector=replace(made.question.vector, id=name)))

    def _judge(self, adapter: Adapter) -> FuzzJudge:
        own = type(adapter) is ReferenceAdapter
        return FuzzJudge(self.terms, Abilities.of(self.first.description), own)

    def _run(self, questions: Iterable[tuple[int, Question, Question | None]]) -> Generator[CaseOutcome, None, None]:
        misconduct = list(self.first.misconduct)
        with tempfile.TemporaryDirectory(prefix="dicomsig-", ignore_cleanup_errors=True) as folder:

            def asked(adapter: Adapter, question: tuple[int, Question, Question | None]) -> _Answered:
                return _Asking(Path(folder), self._judge(adapter))(adapter, *question)

            with AdapterPool(self.make, self.jobs) as pool, closing(pool.answers(questions, asked)) as answers:
                for answered in answers:
                    self.cases += 1
                    misconduct += answered.misconduct
                    for judged in answered.judged:
                        yield self._taken(judged, answered)
                    if answered.unasked:
                        self.stopped = True
                        break
            misconduct += [(fault.kind, fault.message) for fault in pool.faults]
        if misconduct:
            yield conduct(misconduct)

    def _taken(self, judged: Judged, answered: _Answered) -> CaseOutcome:
        """Count an outcome; the results of a finding that was met before become an observation."""
        question, outcome = judged.question, judged.outcome
        self.counts[question.kind] += 1
        twin = answered.twin if question.kind is not Kind.UNTOUCHED else None
        if judged.disagreement:
            self.disagreements.append(f"{outcome.case}: {judged.disagreement}")
            if len(self.differences) < _MOST_DIFFERENCES:
                self.differences.append(Counterexample(question, twin, INTERNAL_ERROR, "", judged.disagreement, 1))
        if judged.difference is not None and len(self.differences) < _MOST_DIFFERENCES:
            self.differences.append(_counterexample(judged, twin, 1))
        if not outcome.results:
            return outcome
        shown = judged.finding or outcome.results[0]
        key = (question.kind, question.strategy, shown.reason)
        known = self._met.get(key)
        if judged.finding is not None:
            finding = self.findings.setdefault(key, Finding(key, judged, twin))
            finding.met(question.elements, answered.number)
        if known is None:
            self._met[key] = outcome.case
            return outcome
        again = Observation(outcome.case, shown.reason, f"again as in {known}", outcome.subject, shown.requirement)
        told = replace_observations(outcome, *outcome.observations, again)
        return CaseOutcome(told.case, told.subject, told.passed, (), told.observations, told.not_applicable)


def _questions(case: DrawnCase, number: int, only: Kind | None = None) -> tuple[Question, Question | None]:
    changed = None if only is Kind.UNTOUCHED else changed_question(case, number)
    return untouched_question(case, number), changed


def _counterexample(judged: Judged, twin: Question | None, count: int, calls: int = 0) -> Counterexample:
    found = judged.finding
    if found is None:
        seen = judged.difference
        text = seen.message if seen is not None else ""
        return Counterexample(judged.question, twin, seen.code if seen is not None else "", "", text, count, calls)
    return Counterexample(judged.question, twin, found.reason, found.expected, found.found, count, calls)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Puts the questions of a case to a system: the twin first, and what became of it if that is accepted."""

    folder: Path
    judge: FuzzJudge

    def __call__(self, adapter: Adapter, number: int, twin: Question, changed: Question | None) -> _Answered:
        misconduct: list[Misconduct] = []
        first, unasked = self._one(adapter, twin, True, misconduct)
        judged = [first]
        # Where the twin is not accepted nothing can be shown; who asks for some requirements alone may not see why.
        shows = first.accepted or bool(self.judge.terms.only)
        if changed is not None and not unasked and (shows or changed.kind is Kind.DAMAGE):
            second, unasked = self._one(adapter, changed, first.accepted, misconduct)
            judged.append(second)
        return _Answered(number, tuple(judged), twin if changed is not None else None, tuple(misconduct), unasked)

    def _one(
        self, adapter: Adapter, question: Question, twin_accepted: bool, misconduct: list[Misconduct]
    ) -> tuple[Judged, bool]:
        path = self.folder / f"object-{next(_NUMBERS):09d}.dcm"
        try:
            path.write_bytes(question.data)
            asked = ask(adapter, question.vector, path)
        finally:
            path.unlink(missing_ok=True)
        if asked.before is not None:
            misconduct.append((AdapterFault.EARLY_EXIT, asked.before.message))
        answer = asked.verified
        unasked = isinstance(answer, Fault) and answer.kind in NOT_ASKED
        return self.judge.judge(question, answer, twin_accepted=twin_accepted), unasked
