"""A whole run through an archive: everything is stored, then asked for, and judged as it comes back (PS3.4 B and C)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dicomsig.judging.archive_case import ArchiveRunTerms, Journey, JudgedJourney, judge_journey
from dicomsig.judging.archive_probes import Probe
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.embedded_archive import Way
from dicomsig.systems.outgoing import Retrieving, Returned, Sent, Storing

__all__ = ["ArchiveTrial"]

_PATIENCE: Final = 3
"""Faults in a row after which the peer is not asked any more."""
_ASKED_TWICE: Final = 3
"""Instances that are asked for a second time: what is kept may differ from what is given first."""

_GIVEN_UP: Final = NetworkError(
    NetworkFault.GIVEN_UP, f"not asked any more after {_PATIENCE} requests in a row without an answer"
)


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
    left_behind: list[Probe] = field(default_factory=list)
    """What the peer has, as far as it says so."""

    def outcomes(self) -> Iterator[tuple[Probe, JudgedJourney]]:
        """Each probe with what became of it, in their order, as it comes back."""
        sent = dict(self._stored())
        asked = [probe for probe in self.probes if sent[probe.name].stored]
        for probe in self.probes:
            if not sent[probe.name].stored:
                yield probe, self._judged(Journey(probe, self.way, sent[probe.name]))
        patience = _Patience()
        again = [(probe, 1) for probe in asked[:_ASKED_TWICE]]
        for probe, before in [*((probe, 0) for probe in asked), *again]:
            returned = Returned(fault=_GIVEN_UP) if patience.over else self.retrieving.retrieve(probe.outgoing)
            patience.take(returned.fault)
            try:
                yield probe, self._judged(Journey(probe, self.way, sent[probe.name], returned, before))
            finally:
                for kept in returned.kept:
                    self.vault.release(kept)

    def close(self) -> None:
        """End every association."""
        self.storing.close()
        self.retrieving.close()

    def _stored(self) -> Iterator[tuple[str, Sent]]:
        patience = _Patience()
        for probe in self.probes:
            sent = Sent(fault=_GIVEN_UP) if patience.over else self.storing.store(probe.outgoing)
            patience.take(sent.fault)
            if sent.stored:
                self.left_behind.append(probe)
            yield probe.name, sent

    def _judged(self, journey: Journey) -> JudgedJourney:
        return judge_journey(journey, self.terms)


class _Patience:
    """Counts faults in a row."""

    def __init__(self) -> None:
        self._faults = 0

    @property
    def over(self) -> bool:
        return self._faults >= _PATIENCE

    def take(self, fault: NetworkError | None) -> None:
        if fault is None or fault.fault is NetworkFault.CONTEXT_REFUSED:
            self._faults = 0
        else:
            self._faults += 1
