"""A whole run through an archive: everything is stored, then asked for, and judged as it comes back (PS3.4 B and C)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Event
from typing import Final

from dicomsig.conformance.preservation.evidence import Levels, RoundTrip, SoundAndBroken
from dicomsig.conformance.preservation.judge import judged
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.judging.archive.at_one_time import at_one_time
from dicomsig.judging.archive.case import (
    ROLE,
    ArchiveRunTerms,
    Journey,
    JudgedJourney,
    evidence_in_memory,
    judge_journey,
)
from dicomsig.judging.archive.commitment import commitment_case
from dicomsig.judging.archive.interference import Interference
from dicomsig.judging.archive.probes import Probe
from dicomsig.systems.committing import Commitment
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.embedded_archive import Way
from dicomsig.systems.outgoing import Outgoing, Retrieving, Returned, Sent, Storing

__all__ = ["ArchiveTrial"]

_PATIENCE: Final = 3
"""Faults in a row after which the peer is not asked any more."""
_ASKED_TWICE: Final = 3
"""Instances that are asked for a second time: what is given then may differ from what is given first."""

_REFUSED_ASKED: Final = 5
"""Instances that the archive refused, and that are asked for."""

_GIVEN_UP: Final = NetworkError(
    NetworkFault.GIVEN_UP, f"not asked any more after {_PATIENCE} requests in a row without an answer"
)
_NO_SERVICE: Final = NetworkError(
    NetworkFault.GIVEN_UP, f"not asked any more after {_PATIENCE} answers in a row that there is no such service for us"
)
_NO_SERVICE_STATUS: Final = frozenset((301, 302, 307, 308, 401, 403, 404, 405, 410, 501))
"""What HTTP says of an address or of us, never of one instance; PS3.18 10.5.3 has others for that."""
_NOT_SENT: Final = (
    *(NetworkFault.CONTEXT_REFUSED, NetworkFault.REFUSED, NetworkFault.UNREACHABLE),
    *(NetworkFault.REJECTED, NetworkFault.TLS),
)
"""Faults before anything of an instance was sent."""


def always(probe: Probe, word: str) -> bool:
    """Everything is asked for in every other transfer syntax."""
    return True


def no_cases() -> Iterable[CaseOutcome]:
    """Nothing is asked beyond storing and retrieving."""
    return ()


@dataclass
class ArchiveTrial:
    """A peer behind a way to store and a way to get back, and what it is given."""

    probes: Sequence[Probe]
    storing: Storing
    retrieving: Retrieving
    way: Way
    vault: Vault
    terms: ArchiveRunTerms
    secure: bool = False
    """The connections are over TLS."""
    before: Callable[[], Iterable[CaseOutcome]] = no_cases
    """Cases that are judged before anything is stored."""
    after: Callable[[], Iterable[CaseOutcome]] = no_cases
    """Cases that are judged when everything was given back."""
    choosing: Callable[[], Iterable[CaseOutcome]] = no_cases
    """Cases of what the peer gives where it has the choice; its associations are closed by then."""
    asked_twice: int = _ASKED_TWICE
    """How many instances are asked for a second time."""
    groups: Sequence[Sequence[Probe]] = ()
    """Probes that are stored at the same time, each group over an association of its own."""
    another: Callable[[Sequence[Probe]], Storing] | None = None
    """Another way to store some probes, for a group."""
    otherwise: Sequence[tuple[str, Retrieving]] = ()
    """Other transfer syntaxes to ask for, each with a word for it; who does not have them is not judged."""
    asks: Callable[[Probe, str], bool] = always
    """Whether a probe is asked for in another transfer syntax, by the word for it."""
    committing: Callable[[Sequence[Outgoing]], Commitment] | None = None
    """Asks the peer to commit to what it was given (PS3.4 J)."""
    stored_again: Sequence[Probe] = ()
    """Probes that are stored a second time, under a UID that is there."""
    interference: Interference = field(default_factory=Interference)
    """Who sits between us and the archive, or at its store."""
    judges_claims: bool = True
    """The claims themselves are judged too; of several runs through one archive one does."""
    left_behind: list[Probe] = field(default_factory=list)
    """What the peer has, or may have where storing did not come to an end."""
    _interrupted: Event = field(default_factory=Event)
    _pairs: dict[str, RoundTrip] = field(default_factory=dict)

    def outcomes(self) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        """Each probe with what became of it as it comes back, then what only several cases show together."""
        for outcome in self.before():
            yield None, JudgedJourney(outcome)
        sent = dict(self._stored(self.probes, self.storing))
        self.storing.close()  # a peer may serve one association after the other
        given_up = any(each.fault in (_GIVEN_UP, _NO_SERVICE) for each in sent.values())
        sent |= self._stored_at_once(given_up=given_up)
        every = [*self.probes, *(probe for group in self.groups for probe in group)]
        for probe in self.stored_again:
            if sent[probe.name].stored:
                self.storing.store(probe.outgoing)
        self.storing.close()
        asked = [probe for probe in every if sent[probe.name].stored]
        self.interference.stored(asked)
        if self.committing is not None and asked:
            yield None, JudgedJourney(commitment_case(self.committing([probe.outgoing for probe in asked]), asked))
        yield from self._not_stored([(probe, sent[probe.name]) for probe in every if not sent[probe.name].stored])
        patience = _Patience()
        again = [(probe, 1) for probe in asked[: self.asked_twice]]
        for probe, times in [*((probe, 0) for probe in asked), *again]:
            returned = Returned(fault=_GIVEN_UP) if patience.over else self.retrieving.retrieve(probe.outgoing)
            patience.take(returned.fault)
            try:
                yield probe, self._judged(self._journey(probe, sent[probe.name], returned, times))
            finally:
                for kept in returned.kept:
                    self.vault.release(kept)
        if not patience.over:
            yield from self._otherwise(asked, sent)
            if asked and self.choosing is not no_cases:
                self.retrieving.close()
                yield from ((None, JudgedJourney(outcome)) for outcome in self.choosing())
        yield from (
            (None, JudgedJourney(outcome)) for outcome in (*self._together(), *self.interference.cases(), *self.after())
        )

    def _not_stored(self, sent: Iterable[tuple[Probe, Sent]]) -> Iterator[tuple[Probe, JudgedJourney]]:
        """What was not stored; some that the archive refused are asked for all the same: it may have kept them."""
        patience, left = _Patience(), _REFUSED_ASKED
        for probe, each in sent:
            returned = None
            if each.fault is None and left and not patience.over:
                left -= 1
                returned = self.retrieving.retrieve(probe.outgoing)
                patience.take(returned.fault)
            try:
                yield probe, self._judged(self._journey(probe, each, returned))
            finally:
                for kept in returned.kept if returned is not None else ():
                    self.vault.release(kept)

    def _otherwise(
        self, asked: Sequence[Probe], sent: Mapping[str, Sent]
    ) -> Iterator[tuple[Probe | None, JudgedJourney]]:
        if self.otherwise and self.way is not Way.MOVE:  # which goes on over the same association
            self.retrieving.close()  # a peer may wait for each association that is open before it goes on with another
        for word, retrieving in self.otherwise:
            patience = _Patience()
            for probe in asked:
                if not self.asks(probe, word):
                    continue
                if patience.over:
                    break
                returned = retrieving.retrieve(probe.outgoing)
                patience.take(returned.fault)
                journey = replace(self._journey(probe, sent[probe.name], returned), otherwise=word)
                try:
                    one = judge_journey(journey, self.terms)
                    yield (probe if one.came_back else None), one
                finally:
                    for kept in returned.kept:
                        self.vault.release(kept)
            retrieving.close()
            if patience.silent:  # another syntax would take as long
                return

    def close(self, *, hurried: bool = False) -> None:
        """End every association; hurried, the peer is not waited for."""
        self.storing.close(hurried=hurried)
        self.retrieving.close(hurried=hurried)
        for _, retrieving in self.otherwise:
            retrieving.close(hurried=hurried)

    def _stored_at_once(self, *, given_up: bool) -> dict[str, Sent]:
        """What storing the groups came to, all at the same time."""
        if not self.groups or self.another is None:
            return {}
        if given_up:
            return {probe.name: Sent(fault=_GIVEN_UP) for group in self.groups for probe in group}
        another = self.another

        ways: list[Storing] = []

        def stored(group: Sequence[Probe]) -> list[tuple[str, Sent]]:
            way = another(group)
            ways.append(way)
            try:
                return list(self._stored(group, way))
            finally:
                way.close()  # at once: a peer may serve one association after the other

        try:
            return {name: sent for group in at_one_time(stored, self.groups) for name, sent in group}
        except BaseException:  # interrupted: a peer that is silent is not waited for
            self._interrupted.set()
            for way in ways:
                way.close(hurried=True)
            raise

    def _stored(self, probes: Sequence[Probe], storing: Storing) -> Iterator[tuple[str, Sent]]:
        patience = _Patience()
        for probe in probes:
            if patience.over or self._interrupted.is_set():
                yield probe.name, Sent(fault=_NO_SERVICE if patience.no_service else _GIVEN_UP)
                continue
            self.left_behind.append(probe)  # it may be there although no answer comes, or the run ends here
            sent = storing.store(probe.outgoing)
            patience.take(sent.fault, sent.http)
            if self._interrupted.is_set():
                continue  # somebody else is telling by now what is left behind
            if not sent.stored and (sent.fault is None or sent.fault.fault in _NOT_SENT):
                self.left_behind.remove(probe)
            yield probe.name, sent

    def _journey(self, probe: Probe, sent: Sent, returned: Returned | None = None, times: int = 0) -> Journey:
        announced = Levels.announced(self.storing.announced(probe.outgoing.sop_class))
        return Journey(self.interference.reached(probe), self.way, sent, returned, times, announced, self.secure)

    def _judged(self, journey: Journey) -> JudgedJourney:
        self.interference.watch(journey)
        if not journey.again and self._is_of_a_pair(journey.probe):
            trip = evidence_in_memory(journey, self.terms)
            if trip is not None:
                self._pairs[journey.probe.name] = trip
        return judge_journey(journey, self.terms)

    def _is_of_a_pair(self, probe: Probe) -> bool:
        return bool(probe.sound_twin) or probe.name in self._twins

    @cached_property
    def _twins(self) -> frozenset[str]:
        """The names of the sound twins, known when everything is stored: who alters in flight says so then."""
        return frozenset(self._twin(each) for each in self.probes)

    def _twin(self, probe: Probe) -> str:
        return self.interference.reached(probe).sound_twin

    def _together(self) -> Iterator[CaseOutcome]:
        """The rows that look at a sound and a broken instance together, and at the claims."""
        for probe in self.probes:
            sound, broken = self._pairs.get(self._twin(probe)), self._pairs.get(probe.name)
            if sound is not None and broken is not None:
                case = f"{ROLE}/{probe.name}/pair"
                yield judged(SoundAndBroken(sound, broken), case, Subject(), self.terms.archive)
        if self.terms.archive.claims is not None and self.judges_claims:
            yield judged(self.terms.archive.claims, f"{ROLE}/claims", Subject(), self.terms.archive)


class _Patience:
    """Counts faults in a row."""

    def __init__(self) -> None:
        self._faults = 0
        self._last: NetworkFault | None = None
        self.no_service = False
        """The last answer was that there is no such service; who served us once has one."""
        self._served = False

    @property
    def over(self) -> bool:
        return self._faults >= _PATIENCE

    @property
    def silent(self) -> bool:
        """It is over, and each request took its whole time."""
        return self.over and self._last is NetworkFault.SILENT

    def take(self, fault: NetworkError | None, http: int = 0) -> None:
        self._last = None if fault is None else fault.fault
        self.no_service = http in _NO_SERVICE_STATUS and not self._served
        self._served |= fault is None and not self.no_service
        if self._last is NetworkFault.NO_ROOM:
            return  # the peer answers, and what is smaller finds room
        if self._last in (None, NetworkFault.CONTEXT_REFUSED) and not self.no_service:
            self._faults = 0
        else:
            self._faults += 1
