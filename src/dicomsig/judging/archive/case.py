"""One instance on its way into an archive and back: what the standard says of what became of it (PS3.4 B.4, PS3.15 A).

What the peer does not do through no fault that a row names (a syntax it does not take, an answer that does not come) is
left open: nobody is convicted of silence.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Self

import msgspec

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import Edition
from dicomsig.conformance.preservation.evidence import Fate, Hop, Levels, RoundTrip, Service, any_certificate
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.register import Requirement
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.crypto.certificates import Certificate
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of, open_instance
from dicomsig.judging.archive.hops import lost_on_the_way
from dicomsig.judging.archive.probes import Probe
from dicomsig.judging.archive.reasons import ArchiveReason
from dicomsig.judging.archive.statuses import answer_in_words
from dicomsig.judging.rows import Tally
from dicomsig.judging.terms import Terms
from dicomsig.signatures.verdict import Status
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.received import Kept
from dicomsig.systems.embedded_archive import Way
from dicomsig.systems.outgoing import Returned, Sent

__all__ = ["ROLE", "ArchiveRunTerms", "Journey", "JudgedJourney", "evidence_in_memory", "judge_journey"]

ROLE: Final = "archive"

_ANNOUNCED: Final = ("storage-level-2", "storage-level-3")
"""The profiles that an archive announces as levels, so that they may be due without a claim (PS3.4 B.3.1.4)."""

_RETRIEVED: Final = {
    Way.GET: Service.C_GET,
    Way.MOVE: Service.C_MOVE,
    Way.WADO: Service.WADO_RS,
    Way.FOLDER: Service.FOLDER,
}


@dataclass(frozen=True)
class ArchiveRunTerms:
    """Against what an archive is judged, and whose signatures count as its own."""

    archive: ArchiveTerms
    declared: Callable[[Certificate | None], bool] = any_certificate

    @classmethod
    def of(cls, edition: Edition, claims: Claims | None = None, only: frozenset[str] = frozenset()) -> Self:
        """The terms of a run; raises ConformanceInputError and CertificateError for certificates of the claims."""
        terms = Terms(edition, claims)
        declared = terms.is_own if terms.own_certificates else any_certificate
        return cls(ArchiveTerms(edition, claims, only=only), declared)

    def why_not_judged(self, requirement: Requirement) -> str:
        """Why no archive of this run can be judged by a requirement, empty where one can: it may announce levels."""
        if requirement.id not in archive_checks():
            return "no archive is judged by it; profiles/archive_coverage.csv says why"
        edition, claims = self.archive.edition, self.archive.claims
        if not requirement.holds_in(edition.rows_label):
            return f"it is not in force in edition {edition.label}"
        claimed = Levels() if claims is None else Levels(claims.storage_level, claims.signature_level)
        if requirement.profile in (*self.archive.due(claimed), *_ANNOUNCED):
            return ""
        profile = requirement.profile
        return f'it is not due, since {profile} is not claimed; a file of --claims does: profiles = ["{profile}"]'


@dataclass(frozen=True, slots=True)
class Journey:
    """A probe, what storing it came to, and what asking for it came to; no return where it was not stored."""

    probe: Probe
    way: Way
    sent: Sent
    returned: Returned | None = None
    again: int = 0
    """How often it was asked for before."""
    announced: Levels = field(default_factory=Levels)
    secure: bool = False
    otherwise: str = ""
    """A word for the transfer syntax that was asked for, where it is another than that of storing."""

    @property
    def case(self) -> str:
        """Probe and way, stable from run to run: ``archive/ct.sha256.base/get``."""
        again = f"-{self.again + 1}" if self.again else ""
        other = f"-{self.otherwise}" if self.otherwise else ""
        return f"{ROLE}/{self.probe.name}/{self.way}{other}{again}"

    @property
    def hop(self) -> Hop:
        """By what it went and came."""
        stored = Service.STOW_RS if self.way is Way.WADO else Service.C_STORE
        return Hop(stored, _RETRIEVED[self.way], self.secure)


@dataclass(frozen=True, slots=True)
class JudgedJourney:
    """What one journey gave; ``preserved`` is None where it cannot be told."""

    outcome: CaseOutcome
    signatures: int = 0
    preserved: bool | None = None
    internal_errors: tuple[str, ...] = ()
    came_back: bool = False
    lies: Path | None = None
    """The file of the archive that was judged, where it was read in its folder."""

    def numbered(self, number: int) -> CaseOutcome:
        """The case as that of the file with this number in the run, by which `private/paths.csv` finds it."""
        of_file, outcome = partial(msgspec.structs.replace, file=number), self.outcome
        results = (msgspec.structs.replace(each, subject=of_file(each.subject)) for each in outcome.results)
        told = (msgspec.structs.replace(each, subject=of_file(each.subject)) for each in outcome.observations)
        return msgspec.structs.replace(
            outcome, subject=of_file(outcome.subject), results=tuple(results), observations=tuple(told)
        )


def judge_journey(journey: Journey, terms: ArchiveRunTerms) -> JudgedJourney:
    """Judge what became of one instance; nothing is raised for anything that the peer sent."""
    probe = journey.probe
    subject = Subject(sop_instance_uid=probe.outgoing.sop_instance, mac_algorithm=probe.algorithm)
    tally = Tally(journey.case, subject)
    with ExitStack() as stack:
        fate, after = _fate(journey, tally, stack)
        if fate is None:
            return JudgedJourney(tally.outcome())
        trip = _round_trip(journey, terms, fate, after)
        errors: tuple[str, ...] = ()
        try:
            if (lost := lost_on_the_way(trip)) is not None:
                tally.observe(*lost)
            outcome = judged(trip, journey.case, subject, terms.archive)
        except Exception as error:  # our fault, never a verdict: the run goes on and ends with exit code 70
            outcome, errors = tally.outcome(), (f"{journey.case}: {type(error).__name__}",)
        else:
            outcome = msgspec.structs.replace(outcome, observations=(*tally.observations, *outcome.observations))
        kept = _kept(journey)
        lies = kept.path if kept is not None and not kept.ours else None
        if after is None:
            return JudgedJourney(outcome, internal_errors=errors, came_back=fate is Fate.UNREADABLE, lies=lies)
        return JudgedJourney(outcome, len(trip.signed_after), _preserved(trip), errors, came_back=True, lies=lies)


def _round_trip(journey: Journey, terms: ArchiveRunTerms, fate: Fate, after: Instance | None) -> RoundTrip:
    """The evidence of a journey, as the checks of archives look at it."""
    return RoundTrip(
        before=instance_of(journey.probe.outgoing.data),
        after=after,
        hop=journey.hop,
        fate=fate,
        status=journey.sent.status if journey.sent.status >= 0 else None,
        edition=terms.archive.edition,
        claims=terms.archive.claims,
        announced=journey.announced,
        altered=journey.probe.altered,
        altered_at_rest=journey.probe.altered_at_rest,
        still_there=_still_there(journey),
        declared=terms.declared,
    )


def evidence_in_memory(journey: Journey, terms: ArchiveRunTerms) -> RoundTrip | None:
    """The evidence of a journey without the file that came back; None where the peer need not take the instance."""
    kept = _kept(journey)
    with ExitStack() as stack:
        fate, after = _fate(journey, Tally(journey.case, Subject()), stack)
    if fate is None:
        return None
    try:
        data = kept.path.read_bytes() if kept is not None and after is not None else b""
    except OSError:
        return None
    return _round_trip(journey, terms, fate, instance_of(data) if data else None)


def _still_there(journey: Journey) -> bool | None:
    """Whether an instance that was refused came all the same; None for others, and where it was not asked for."""
    if journey.sent.stored or journey.returned is None or journey.returned.fault is not None:
        return None
    return any(each.sop_instance == journey.probe.outgoing.sop_instance for each in journey.returned.kept)


def _kept(journey: Journey) -> Kept | None:
    """Of what came back, the instance that was asked for, else the first."""
    returned = journey.returned.kept if journey.returned is not None else ()
    wanted = journey.probe.outgoing.sop_instance
    return next((each for each in returned if each.sop_instance == wanted), next(iter(returned), None))


def _fate(journey: Journey, tally: Tally, stack: ExitStack) -> tuple[Fate | None, Instance | None]:
    """What became of the instance, which stays open as long as the stack; None where the peer need not take it."""
    sent, returned = journey.sent, journey.returned
    if not sent.stored:
        if sent.fault is not None:
            return _fault(sent.fault, "storing", tally), None
        tally.observe(ArchiveReason.STORE_REFUSED, f"the storing was answered with {answer_in_words(sent)}")
        if _still_there(journey):
            message = f"the storing was answered with {answer_in_words(sent)}, and the archive has the instance"
            tally.observe(PreservationReason.REFUSED_AND_KEPT, message)
        return Fate.REFUSED, None
    if returned is None:
        return Fate.UNREACHED, None
    kept = _kept(journey)
    if kept is None:
        return _nothing_came(journey, returned, tally), None
    try:
        return Fate.RETURNED, stack.enter_context(open_instance(kept.path))
    except MalformedError as error:
        tally.observe(error.finding.reason, str(error.finding))
        return Fate.UNREADABLE, None
    except OSError as error:  # in a folder that others write to it may go again
        tally.observe(NetworkFault.NO_ROOM, f"what came back cannot be read: {error.strerror or type(error).__name__}")
        return Fate.UNREACHED, None


def _nothing_came(journey: Journey, returned: Returned, tally: Tally) -> Fate | None:
    if returned.fault is not None:
        fate = _fault(returned.fault, "retrieving", tally)
        return None if journey.otherwise else fate
    if journey.otherwise:
        message = f"asked for in {journey.otherwise}, it did not come: {answer_in_words(returned)}"
        tally.observe(ArchiveReason.NOT_GIVEN_OTHERWISE, message)
        return None
    if not returned.failed and returned.status >> 12 not in (0xA, 0xC):
        return Fate.LOST
    message = f"{journey.hop.retrieved} ended with {answer_in_words(returned)} and no instance"
    tally.observe(ArchiveReason.RETRIEVAL_REFUSED, message)
    return Fate.UNREACHED


def _fault(fault: NetworkError, doing: str, tally: Tally) -> Fate | None:
    tally.observe(fault.fault, f"while {doing}: {fault.message}")
    return None if fault.fault is NetworkFault.CONTEXT_REFUSED else Fate.UNREACHED


def _preserved(trip: RoundTrip) -> bool | None:
    """Whether each signature came back and holds as before; None over a hop that no MAC survives (PS3.5 A.1, A-06)."""
    if not trip.comparable:
        return None
    after = {each.identity: each.verdict.integrity for each in trip.signed_after}
    return all(
        after.get(each.identity) is each.verdict.integrity
        for each in trip.signed_before
        if each.verdict.integrity is not Status.INDETERMINATE
    )
