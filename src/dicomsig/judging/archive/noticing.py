"""Who noticed that an instance was altered: its signature, the archive, or nobody (PS3.15 A.2).

What is counted are instances: how many were altered, of how many their signatures show it when they come back, how many
the archive treats otherwise than the ones that nobody touched, and whether one of those is shown as altered too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.preservation.evidence import Fate, RoundTrip, signed_by
from dicomsig.conformance.preservation.replacement import answered_otherwise, signed_otherwise
from dicomsig.conformance.results import CaseOutcome, Observation, Subject
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms, Journey, evidence_in_memory
from dicomsig.judging.archive.interference import Interference
from dicomsig.judging.archive.probes import Probe
from dicomsig.judging.archive.statuses import store_status
from dicomsig.judging.archive.tampering import (
    AT_REST,
    ELEMENT,
    IN_FLIGHT,
    STRIP_BIT,
    STRIPPED,
    Meddling,
    Target,
    probes_of,
)
from dicomsig.systems.tampering import TamperKind

__all__ = ["Noticed", "Watch"]

_DONE: Final = {
    TamperKind.BIT: "one bit was changed",
    TamperKind.BLOB: "some bytes were changed",
    TamperKind.STRIP: "the signature was cut out",
    TamperKind.SPLICE: "the signature was replaced by that of another instance",
    ELEMENT: "an element got another value",
    STRIP_BIT: "one bit was changed and the signature cut out",
}
_CODES: Final = {
    (True, True): "tampering-noticed",
    (True, False): "tampering-not-noticed",
    (False, True): "untouched-looks-altered",
    (False, False): "untouched",
}
"""By whether it was altered, and whether anything shows that it was."""
_WHERE: Final = {IN_FLIGHT: "in flight", AT_REST: "at rest"}
_OF_STRIPPING: Final = {
    IN_FLIGHT: "an archive cannot notice: to it the instance is unsigned",
    AT_REST: "only an archive that remembers the signature can notice: what lies there is unsigned",
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """The instances of one kind of tampering, counted."""

    kind: str
    where: str
    altered: int = 0
    by_signature: int = 0
    by_archive: int = 0
    by_nobody: int = 0
    untouched: int = 0
    falsely: int = 0
    """Untouched ones that look altered when they come back."""
    not_altered: int = 0
    """Those that the archive did not take, or that could not be altered."""

    def __str__(self) -> str:
        where = f"{self.kind} {_WHERE[self.where]}"
        if not self.altered:
            return f"{where}: none of {self.not_altered} was taken and altered"
        said = f"{where}: {self.altered} altered, noticed by the signature {self.by_signature}"
        said += f", by the archive {self.by_archive}, by nobody {self.by_nobody}"
        said += f"; {self.untouched} untouched, of which {self.falsely} look altered"
        if self.not_altered:
            said += f"; {self.not_altered} not taken or not altered"
        return said + (f" ({_OF_STRIPPING[self.where]})" if self.kind in STRIPPED else "")


class Watch(Interference):
    """Stands behind somebody who meddles, looks at what came back of each target, and counts at the end."""

    def __init__(self, meddling: Meddling, terms: ArchiveRunTerms) -> None:
        self._meddling, self._terms = meddling, terms
        self._trips: dict[str, tuple[Journey, RoundTrip]] = {}
        self._sent = {
            probe.name: frozenset(each.identity for each in signed_by(instance_of(probe.outgoing.data)))
            for probe in probes_of(meddling.pairs)
        }

    def stored(self, probes: Sequence[Probe]) -> None:
        """As he does."""
        self._meddling.stored(probes)

    def reached(self, probe: Probe) -> Probe:
        """As he left it."""
        return self._meddling.reached(probe)

    def watch(self, journey: Journey) -> None:
        """Remember what came back."""
        trip = evidence_in_memory(journey, self._terms) if journey.probe.name in self._sent else None
        if trip is not None and trip.fate is not Fate.UNREACHED:
            self._trips[journey.probe.name] = (journey, trip)

    def cases(self) -> Iterator[CaseOutcome]:
        """A case for each kind: the numbers first, then what was seen of each instance."""
        for kind, seen in self._by_kind().items():
            case = f"{ROLE}/{self._meddling.where}-{kind}"
            counted = Observation(case, "tampering-counted", str(self._count(kind, seen)))
            yield CaseOutcome(case, Subject(), observations=(counted, *(each.observation for each in seen)))

    def counts(self) -> list[Noticed]:
        """The numbers of each kind."""
        return [self._count(kind, seen) for kind, seen in self._by_kind().items()]

    def _by_kind(self) -> dict[str, list["_Seen"]]:
        found: dict[str, list[_Seen]] = {}
        for pair in self._meddling.pairs:
            found.setdefault(pair.kind, []).extend(self._seen(pair))
        return found

    def _count(self, kind: str, seen: Sequence["_Seen"]) -> Noticed:
        altered = [each for each in seen if each.altered]
        untouched = [each for each in seen if not each.altered]
        return Noticed(
            kind,
            self._meddling.where,
            altered=len(altered),
            by_signature=sum(bool(each.shown) for each in altered),
            by_archive=sum(bool(each.told) for each in altered),
            by_nobody=sum(not (each.shown or each.told) for each in altered),
            untouched=len(untouched),
            falsely=sum(bool(each.shown) for each in untouched),
            not_altered=sum(pair.kind == kind for pair in self._meddling.pairs) - len(altered),
        )

    def _seen(self, pair: Target) -> Iterator["_Seen"]:
        """What is noted of the two instances of a pair, as far as they were stored or refused."""
        untouched, altered = self._trips.get(pair.untouched.name), self._trips.get(pair.altered.name)
        twin = untouched[1] if untouched is not None else None
        if untouched is not None:
            yield _Seen(*untouched, "nobody altered it", shown=self._shown(pair.untouched.name, untouched[1]))
        if altered is not None and self._meddling.was_altered(pair.altered.name):
            yield _Seen(
                *altered,
                f"{_DONE[pair.kind]} {_WHERE[self._meddling.where]}",
                shown=self._shown(pair.altered.name, altered[1], keeps=self._keeps(pair.untouched.name, twin)),
                told=_told(pair.kind, self._meddling.where, altered[1], twin),
                altered=True,
                anew=pair.kind in STRIPPED and any(each.valid for each in altered[1].new),
            )

    def _keeps(self, name: str, trip: RoundTrip | None) -> bool:
        """Whether the archive gave back the signature that we sent."""
        return trip is not None and not self._sent[name].isdisjoint(each.identity for each in trip.signed_after)

    def _shown(self, name: str, trip: RoundTrip, *, keeps: bool = False) -> str:
        """What the signatures that came back show by themselves; empty where they hold, or nothing came back.

        ``keeps``: from this archive the signature that we sent was to be expected.
        """
        if trip.after is None:
            return ""
        broken = {each.identity for each in trip.signed_after if each.broken}
        if any(broken & sent for other, sent in self._sent.items() if other != name):
            return "its signature is that of another instance"
        if not trip.signed_after or (keeps and not self._keeps(name, trip)):
            return "its signature is missing"
        return "its signature does not hold" if broken else ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What became of one instance: what its signature shows, and how the archive told it from the untouched one."""

    journey: Journey
    trip: RoundTrip
    what: str
    shown: str = ""
    told: str = ""
    altered: bool = False
    anew: bool = False
    """The archive signed it, although what it had was unsigned; who knows by himself what he verified may do so."""

    @property
    def observation(self) -> Observation:
        by = " and ".join(each for each in (self.shown, self.told) if each)
        code = _CODES[self.altered, bool(by)]
        outgoing = self.journey.probe.outgoing
        subject = Subject(sop_instance_uid=outgoing.sop_instance, mac_algorithm=self.journey.probe.algorithm)
        seen = (by or "nothing shows that it was") + (", and the archive signed it anew" if self.anew else "")
        return Observation(self.journey.case, code, f"{self.what}: {seen}", subject)


def _told(kind: str, where: str, trip: RoundTrip, twin: RoundTrip | None) -> str:
    """How the archive treats the altered one otherwise than the untouched; empty where it does not."""
    if twin is None or twin.fate is not Fate.RETURNED:
        return ""
    if trip.fate is Fate.REFUSED:
        return f"the archive refused it with status {store_status(trip.status or 0)}"
    if trip.fate is not twin.fate:
        return "the archive does not give it back"
    if answered_otherwise(twin, trip):
        return f"the archive answered status {store_status(trip.status or 0)}"
    if kind in STRIPPED:
        return ""  # what has no signature is signed by nobody, whether noticed or not
    removed = bool(twin.signed_after) and not trip.signed_after
    otherwise = removed if where == AT_REST else signed_otherwise(twin, trip)
    return "the archive gives it back with other signatures than an untouched one" if otherwise else ""
