"""Runs through an archive in which somebody meddles, after the one in which nobody does (PS3.15 A.2)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, Protocol

from dicomsig.conformance.register import register
from dicomsig.conformance.results import Subject
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms, JudgedJourney
from dicomsig.judging.archive.noticing import Noticed, Watch
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import Probe, ProbeKey
from dicomsig.judging.archive.reasons import ArchiveReason
from dicomsig.judging.archive.tampering import AT_REST, IN_FLIGHT, AtRest, InFlight, Meddling, targets
from dicomsig.judging.rows import Tally
from dicomsig.systems.at_rest import AtRestError, OpenStore
from dicomsig.systems.outgoing import Closing
from dicomsig.systems.tampering import TamperKind

__all__ = ["MeddledRuns"]

_GUARDS: Final = "ps3.15-a.2-guards-stored-objects"


class Run(Protocol):
    """A run through an archive."""

    left_behind: list[Probe]

    def outcomes(self) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        """Each probe with what became of it."""


@dataclass
class MeddledRuns:
    """A run, then one in which instances are altered in flight, then one in which they are altered at rest.

    `close` ends what the first run has open. `in_flight` and `at_rest` are the kinds of tampering; none for none.
    """

    first: Run
    close: Closing
    place: ArchivePlace
    signer: ProbeKey
    terms: ArchiveRunTerms
    in_flight: Sequence[TamperKind] = ()
    at_rest: Sequence[str] = ()
    noticed: list[Noticed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Why something could not be altered."""

    @property
    def left_behind(self) -> list[Probe]:
        """What the peer has, of all the runs."""
        return self.first.left_behind

    def outcomes(self) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        """What the first run gives, then the others."""
        yield from self.first.outcomes()
        self.close()
        if self.in_flight:
            yield from self._meddled(InFlight(targets(self.signer, self.in_flight, IN_FLIGHT)))
        if self.at_rest:
            store = self._store()
            if store is not None:
                yield from self._meddled(AtRest(targets(self.signer, self.at_rest, AT_REST), store))
            if not any(each.altered for each in self.noticed if each.where == AT_REST):
                yield None, self._left_open()

    def lines(self) -> Iterator[str]:
        """A line for each thing that could not be altered; the numbers are observations."""
        yield from (f"tampering not done: {problem}" for problem in self.problems)

    def _meddled(self, meddling: Meddling) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        watch = Watch(meddling, self.terms)
        with ExitStack() as stack:
            try:
                trial = self.place.meddled(meddling, watch, self.terms, stack)
            except OSError as error:
                self.problems.append(f"--move-port {self.place.move_port}: {error.strerror}")
                return
            trial.left_behind = self.left_behind
            yield from trial.outcomes()
        self.noticed += watch.counts()
        self.problems += dict.fromkeys(meddling.problems)

    def _store(self) -> OpenStore | None:
        store = self.place.open_store()
        if store is None:
            self.problems.append("the archive has no store that could be reached from the side")
            return None
        try:
            store.reach()
        except AtRestError as error:
            self.problems.append(str(error))
            return None
        return store

    def _left_open(self) -> JudgedJourney:
        """Nothing could be altered at rest: that was asked for, so it stays open, claimed or not."""
        tally = Tally(f"{ROLE}/{AT_REST}", Subject())
        message = f"nothing was altered at rest: {self.problems[-1] if self.problems else 'nothing was stored'}"
        tally.observe(ArchiveReason.NOT_ALTERED, message)
        requirement = register().get(_GUARDS)
        if self.terms.archive.in_force(requirement):
            expected = "no new valid signature over what was changed in the store"
            tally.leave_open(requirement, ArchiveReason.NOT_ALTERED, message, expected=expected, found="nothing")
        return JudgedJourney(tally.outcome())
