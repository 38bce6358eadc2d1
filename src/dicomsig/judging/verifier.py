"""A verifier is judged by vectors: each answer is compared with what the standard allows."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.conduct import Misconduct
from dicomsig.judging.expectation import Abilities
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_case import ALL_AXES, Broken, VerifierCase, is_spared
from dicomsig.systems.adapter_pool import AdapterPool
from dicomsig.systems.adapters import Adapter, Verified
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.vectors.vector import Vector

__all__ = ["Asked", "Judged", "VerifierJudge", "ask", "with_twins"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One vector, what was answered, and what that came to."""

    vector: Vector
    answer: Verified
    outcome: CaseOutcome


@dataclass
class VerifierJudge:
    """Feeds vectors to a system and judges its answers, in the order of the vectors.

    ``file`` gives the file of a vector, ``disputed`` names those that convict nobody.
    """

    vectors: Mapping[str, Vector]
    file: Callable[[Vector], Path]
    terms: Terms
    abilities: Abilities
    disputed: Collection[str] = ()
    misconduct: list[Misconduct] = field(default_factory=list)
    """What went wrong beside the verdicts."""
    _broken: dict[str, Broken] = field(default_factory=dict)
    _spared: set[str] = field(default_factory=set)

    def judge(self, pool: AdapterPool[Adapter], chosen: Iterable[str]) -> Generator[Judged, None, None]:
        """Ask for the chosen vectors and, before them, their twins, which are judged only when chosen themselves.

        OSError comes from a file of ours that cannot be read.
        """
        asked_for = frozenset(chosen)
        order = with_twins(self.vectors, asked_for)
        questions = ((vector, self.file(vector)) for vector in order)
        with closing(pool.answers(questions, _asked)) as answers:
            for vector, asked in answers:
                if asked.before is not None:
                    self.misconduct.append((AdapterFault.EARLY_EXIT, asked.before.message))
                answer = asked.verified
                outcome = self._judged(vector, answer)
                if vector.id in asked_for:
                    yield Judged(vector, answer, outcome)

    def _judged(self, vector: Vector, answer: Verified) -> CaseOutcome:
        twin = self._broken.get(vector.twin, ALL_AXES) if vector.twin else frozenset()
        disputed, spared = vector.id in self.disputed, vector.twin in self._spared
        case = VerifierCase(vector, self.terms, self.abilities, twin, disputed, spared)
        outcome, self._broken[vector.id] = case.judge(answer)
        if is_spared(outcome):
            self._spared.add(vector.id)
        return outcome


def with_twins(vectors: Mapping[str, Vector], chosen: Collection[str]) -> Iterator[Vector]:
    """The chosen vectors with their twins and the twins of those, each once, a twin always first."""
    met: set[str] = set()
    for name in vectors:
        if name not in chosen:
            continue
        line: list[str] = []
        while name and name not in met:
            met.add(name)
            line.append(name)
            name = vectors[name].twin
        yield from (vectors[each] for each in reversed(line))


_ENDED: Final = (AdapterFault.EARLY_EXIT, AdapterFault.CRASH)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a system said; ``before`` is the fault for which it was asked a second time."""

    verified: Verified
    before: Fault | None = None


def ask(adapter: Adapter, vector: Vector, path: Path) -> Asked:
    """What a system says of a vector.

    A process that had ended may have ended over an earlier vector: it is asked again, and a second end is its answer.
    """
    at = datetime.fromisoformat(vector.at) if vector.at else None
    put = partial(adapter.verify, path, [vector.anchors.path], at)
    answer = put()
    if not isinstance(answer, Fault) or answer.kind not in _ENDED:
        return Asked(answer)
    again = put()
    return Asked(again, None if isinstance(again, Fault) and again.kind in _ENDED else answer)


def _asked(adapter: Adapter, question: tuple[Vector, Path]) -> tuple[Vector, Asked]:
    return question[0], ask(adapter, *question)
