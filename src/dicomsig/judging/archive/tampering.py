"""Instances that somebody alters on their way into an archive, or in its store, each beside one that nobody touches.

An archive is judged by what it received: bytes that it gives back as they came acquit it, altered or not. Whoever
claims to check signatures has to tell the altered from the untouched (PS3.15 A.2, PS3.4 B.4.1.4 level 2).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dicomsig.conformance.preservation.compare import compare
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.judging.archive.interference import Interference
from dicomsig.judging.archive.probes import Probe, ProbeKey, new_uid, signed_probe
from dicomsig.systems.aimed_tampering import AimedTampering
from dicomsig.systems.at_rest import AtRestError, OpenStore
from dicomsig.systems.tampering import Tampering, TamperKind, alter_bit, strip_signatures, tampering_of
from dicomsig.vectors.instances import instances

__all__ = [
    "AT_REST",
    "ELEMENT",
    "EVERY_KIND_AT_REST",
    "IN_FLIGHT",
    "STRIPPED",
    "STRIP_BIT",
    "AtRest",
    "InFlight",
    "Meddling",
    "Target",
    "probes_of",
    "targets",
]

IN_FLIGHT: Final = "in-flight"
AT_REST: Final = "at-rest"
ELEMENT: Final = "element"
"""At rest: another value of one element, by the store's own means."""
STRIP_BIT: Final = "strip-bit"
"""At rest: a bit is changed and the signature cut out, so that nothing there shows the change any more."""
STRIPPED: Final = (TamperKind.STRIP, STRIP_BIT)
"""What leaves no signature there."""
EVERY_KIND_AT_REST: Final = (*TamperKind, ELEMENT, STRIP_BIT)

_FIXTURES: Final = ("ct", "secondary-capture", "multi-frame-jpeg-2000", "sr")
"""Native pixels in words and in bytes, encapsulated ones, and none."""
_MACRO: Final = frozenset((tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS))
_FILE_META: Final = 0x0002
_PATIENCE: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A probe that is altered in one way, and one that was signed alike and is not touched."""

    kind: str
    altered: Probe
    untouched: Probe


def targets(signer: ProbeKey, kinds: Iterable[str], where: str) -> list[Target]:
    """For each kind some pairs of probes, all in one study: unlike SOP Classes, pixels and encodings."""
    study = new_uid()
    found = []
    for kind in kinds:
        for fixture in _FIXTURES:
            name = f"{fixture}.sha256.base.{where}-{kind}"
            altered, untouched = (
                signed_probe(signer, study, instances()[fixture], MacAlgorithm.SHA256, "base", each)
                for each in (name, f"{name}.untouched")
            )
            found.append(Target(kind, altered, untouched))
    return found


def probes_of(pairs: Sequence[Target]) -> list[Probe]:
    """The probes in the order in which they are stored: what is not touched first, since splicing takes from it."""
    return [probe for pair in pairs for probe in (pair.untouched, pair.altered)]


class Meddling(Interference, ABC):
    """Somebody alters some of the probes; `problems` says what he was kept from."""

    def __init__(self, pairs: Sequence[Target], where: str) -> None:
        self.pairs, self.where = pairs, where
        self.problems: list[str] = []
        self.tampering: AimedTampering | None = None
        """What is done to data sets in flight; None where it is done at rest."""

    @abstractmethod
    def was_altered(self, name: str) -> bool:
        """Whether the probe of a name was altered."""


class InFlight(Meddling):
    """Somebody on the wire: `tampering` is what he does to each data set."""

    def __init__(self, pairs: Sequence[Target]) -> None:
        super().__init__(pairs, IN_FLIGHT)
        self._uids = {pair.altered.name: pair.altered.outgoing.sop_instance for pair in pairs}
        self._twins = {
            pair.altered.name: "" if pair.kind == TamperKind.STRIP else pair.untouched.name for pair in pairs
        }
        """By which the archive has to tell the altered one; without its signature nobody can."""
        aims: dict[str, Tampering] = {}
        for pair in pairs:
            kind = TamperKind(pair.kind)
            aims[pair.altered.outgoing.sop_instance] = tampering = tampering_of(kind)
            if kind is TamperKind.SPLICE:  # takes what the untouched one carries, and lets it go as it is
                aims[pair.untouched.outgoing.sop_instance] = tampering
        self._aimed = self.tampering = AimedTampering(aims)
        self._reached: dict[str, Probe] = {}

    def was_altered(self, name: str) -> bool:
        """Whether it went on altered."""
        return self._uids.get(name) in self._aimed.sent

    def reached(self, probe: Probe) -> Probe:
        """What arrived there, with the elements that differ."""
        data = self._aimed.sent.get(probe.outgoing.sop_instance)
        if data is None or probe.name not in self._twins:
            return probe
        if probe.name not in self._reached:
            sent = probe.outgoing
            received = replace(sent, data=sent.data[: sent.start] + data)
            differ = _differing(instance_of(sent.data), instance_of(received.data))
            altered = tuple(sorted(differ - _MACRO))
            twin = self._twins[probe.name]
            self._reached[probe.name] = replace(
                probe, outgoing=received, intact=False, altered=altered, sound_twin=twin
            )
        return self._reached[probe.name]


class AtRest(Meddling):
    """Somebody at the store, by an interface from the side."""

    def __init__(self, pairs: Sequence[Target], store: OpenStore) -> None:
        super().__init__(pairs, AT_REST)
        self._store = store
        self._touched: dict[str, tuple[tags.Tag, ...]] = {}
        self._altered: set[str] = set()

    def was_altered(self, name: str) -> bool:
        """Whether it lies there altered."""
        return name in self._altered

    def stored(self, probes: Sequence[Probe]) -> None:
        """Alter what was stored of the probes that are to be."""
        there = {probe.name for probe in probes}
        failed = 0
        for pair in self.pairs:
            if pair.altered.name not in there or failed >= _PATIENCE:
                continue
            try:
                self._alter(pair)
            except (AtRestError, MalformedError) as error:
                self.problems.append(str(error))
                failed += 1
            else:
                failed = 0

    def reached(self, probe: Probe) -> Probe:
        """What lies there, by the elements that differ."""
        return replace(probe, altered_at_rest=self._touched.get(probe.name, ()))

    def _alter(self, pair: Target) -> None:
        outgoing = pair.altered.outgoing
        lying = self._store.file(outgoing)
        changed = self._store.modified(outgoing) if pair.kind == ELEMENT else self._tampered(pair, lying)
        differ = _differing(instance_of(lying), instance_of(changed))
        if not differ:
            raise AtRestError("nothing could be altered in what lies there")
        self._touched[pair.altered.name] = tuple(sorted(differ))  # from here on nothing that is lost was lost by it
        self._store.put(outgoing, changed)
        self._altered.add(pair.altered.name)

    def _tampered(self, pair: Target, lying: bytes) -> bytes:
        if pair.kind == STRIP_BIT:
            return _altered_by(strip_signatures, _altered_by(alter_bit, lying))
        kind = TamperKind(pair.kind)
        tampering = tampering_of(kind)
        if kind is TamperKind.SPLICE:
            _altered_by(tampering, self._store.file(pair.untouched.outgoing))
        return _altered_by(tampering, lying)


def _altered_by(tampering: Tampering, data: bytes) -> bytes:
    instance = instance_of(data)
    start = instance.file_start
    return data[:start] + tampering(data[start:], instance.syntax.uid)


def _differing(before: Instance, after: Instance) -> frozenset[tags.Tag]:
    """The top-level elements that differ in anything."""
    return frozenset(each.top for each in compare(before, after) if each.top >> 16 != _FILE_META)
