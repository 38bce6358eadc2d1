"""The complete run through an archive, in parts: what shows most first, then the rest, so that memory stays bounded."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Final

from dicomsig.conformance.preservation.hops import Coding
from dicomsig.judging.archive.axes import Choice
from dicomsig.judging.archive.case import ArchiveRunTerms, JudgedJourney
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import Probe, ProbeKey, probes_of, rest_of
from dicomsig.judging.archive.run import ArchiveTrial, no_cases
from dicomsig.systems.dimse.faults import NetworkFault

__all__ = ["ArchiveParts"]

_PART: Final = 120
"""Instances that are in memory at one time, a small number of megabytes."""


@dataclass
class ArchiveParts:
    """A first run, and what the complete set has beyond it, in the same study."""

    first: ArchiveTrial
    place: ArchivePlace
    signer: ProbeKey
    terms: ArchiveRunTerms
    unasked: int = 0
    """Instances that were not stored, since nothing came back any more."""
    left_behind: list[Probe] = field(init=False)
    """What the peer has; of what was judged only the names."""
    _rest: Sequence[Choice] = field(init=False)

    def __post_init__(self) -> None:
        self.left_behind = self.first.left_behind
        self._rest = [choice for choice in rest_of(self.first.probes) if self.place.stores(choice.stored)]

    @property
    def stored(self) -> int:
        """Instances that are stored, unless the peer is given up."""
        return len(self.first.probes) + sum(map(len, self.first.groups)) + len(self._rest)

    @property
    def asked(self) -> int:
        """How often one is asked for, a second time aside."""
        words = [Coding(word) for word, _ in self.first.otherwise]
        first = [*self.first.probes, *(probe for group in self.first.groups for probe in group)]
        others = sum(self.first.asks(probe, word) for probe in first for word in words)
        return self.stored + others + sum(word is not each.stored for each in self._rest for word in words)

    @property
    def says(self) -> str:
        """How much it is."""
        return f"{self.stored} instances are stored and asked for {self.asked} times"

    def outcomes(self) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        """What the first run gives, then part after part."""
        yield from self.first.outcomes()
        self.first.close()
        study = self.first.probes[0].outgoing.study
        for start in range(0, len(self._rest), _PART):
            self._forget()
            with ExitStack() as stack:
                trial = self._part(list(probes_of(self.signer, self._rest[start : start + _PART], study)), stack)
                went_on = False
                for probe, journey in trial.outcomes():
                    went_on = went_on or journey.came_back or _is_not_taken(journey)
                    yield probe, journey
            if not went_on:
                self.unasked = max(0, len(self._rest) - start - _PART)
                return

    def _part(self, made: Sequence[Probe], stack: ExitStack) -> ArchiveTrial:
        """A run of some more probes, without the cases that are judged once."""
        trial = self.place.trial(made, self.terms, stack)
        trial.left_behind = self.left_behind
        trial.before = trial.after = trial.choosing = no_cases
        trial.asked_twice, trial.judges_claims, trial.committing = 0, False, None
        return trial

    def _forget(self) -> None:
        """What was judged needs its bytes no more."""
        left = self.left_behind
        for number in range(len(left) - 1, -1, -1):
            if not left[number].outgoing.data:
                return
            left[number] = replace(left[number], outgoing=replace(left[number].outgoing, data=b""))


def _is_not_taken(journey: JudgedJourney) -> bool:
    """The peer takes no such SOP Class or transfer syntax: it answers, and others may come back."""
    return any(each.code == NetworkFault.CONTEXT_REFUSED for each in journey.outcome.observations)
