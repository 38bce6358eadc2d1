"""A whole run through a verifier: the first plain questions, every vector, and what the adapter did besides."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.conduct import conduct
from dicomsig.judging.expectation import Abilities
from dicomsig.judging.smoke import Smoke, smoke
from dicomsig.judging.terms import Terms
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.judging.verifier import VerifierJudge
from dicomsig.systems.adapter_pool import AdapterPool
from dicomsig.systems.adapters import Adapter
from dicomsig.vectors.index import Entry
from dicomsig.vectors.vector import Vector

__all__ = ["VerifierTrial"]


@dataclass(frozen=True)
class VerifierTrial:
    """A system, the vectors that there are, and where they lie."""

    make: Callable[[], Adapter]
    entries: Mapping[str, Entry]
    files: VectorFiles

    @property
    def vectors(self) -> Mapping[str, Vector]:
        """The vectors by id."""
        return {name: entry.vector for name, entry in self.entries.items()}

    def first(self) -> Smoke:
        """What the first plain questions come to."""
        adapter = self.make()
        try:
            return smoke(adapter, self.vectors, self.files.path)
        finally:
            adapter.close()

    def outcomes(
        self, first: Smoke, terms: Terms, wanted: Iterable[str], jobs: int = 1
    ) -> Generator[tuple[Vector | None, CaseOutcome], None, None]:
        """Each wanted vector with its case, then the case of the adapter itself, if anything is to be said of it."""
        disputed = frozenset(name for name, entry in self.entries.items() if entry.disputed)
        abilities = Abilities.of(first.description)
        judge = VerifierJudge(self.vectors, self.files.path, terms, abilities, disputed)
        with AdapterPool(self.make, jobs) as pool, closing(judge.judge(pool, wanted)) as answers:
            for judged in answers:
                yield judged.vector, judged.outcome
        misconduct = [*first.misconduct, *judge.misconduct]
        misconduct += [(fault.kind, fault.message) for fault in pool.faults]
        if misconduct:
            yield None, conduct(misconduct)
