"""The rows of the register that speak of archives, asked of what was seen of one (PS3.4 B.4, PS3.15 A.1 to A.3).

What is claimed, or announced on the wire, can fail; of the rest it is said whether it was met.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.conviction import outcome_of, result_of
from dicomsig.conformance.editions import Edition, edition
from dicomsig.conformance.finding import HOLDS, Answer, Finding
from dicomsig.conformance.preservation.associations import AssociationSeen, AssociationTwins
from dicomsig.conformance.preservation.deliveries import DeliverySeen, DeliveryTwins
from dicomsig.conformance.preservation.evidence import COERCED, Fate, Levels, RoundTrip, SoundAndBroken
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import ArchiveCheck
from dicomsig.conformance.preservation.rows import archive_checks, further_checks
from dicomsig.conformance.register import Requirement, register
from dicomsig.conformance.results import CaseOutcome, Observation, Result, Subject
from dicomsig.encoding.naming import listed

__all__ = ["ArchiveTerms", "Evidence", "RowFinding", "asked", "judged"]

Evidence = RoundTrip | SoundAndBroken | AssociationSeen | AssociationTwins | DeliverySeen | DeliveryTwins | Claims

_ALWAYS: Final = frozenset(("macro", "storage-level-1", "negotiation"))
"""What every storage SCP is judged by, whatever it claims."""
_KINDS: Final = {
    RoundTrip: "trip",
    SoundAndBroken: "pair",
    AssociationSeen: "association",
    AssociationTwins: "twins",
    DeliverySeen: "delivery",
    DeliveryTwins: "deliveries",
    Claims: "claims",
}
_TOLD_UNCLAIMED: Final = ("bit-preserving",)
"""Of whom nobody claims to replace signatures it is no news that he does not."""
_NOT_MET: Final = "profile-not-met"
_STANDS_FOR: Final = {
    "storage-level-1": "ps3.4-b.4.1.1-storage-level-1",
    "storage-level-2": "ps3.4-b.4.1.1-storage-level-2",
    "storage-level-3": "ps3.4-b.4.1.4-signature-level-3-preserves",
    "bit-preserving": "ps3.15-a.3-signatures-verify-after-round-trip",
    "basic-signatures": "ps3.15-a.2-removes-invalidated",
    "online-storage": "ps3.15-a.1.1-full-storage",
}
"""The row of each profile that stays open when an instance could not be had back."""


@dataclass(frozen=True)
class ArchiveTerms:
    """Against what an archive is judged. ``profiles`` are asked for beyond those that are claimed."""

    edition: Edition
    claims: Claims | None = None
    profiles: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()

    def due(self, levels: Levels) -> frozenset[str]:
        """The profiles whose breach counts for an archive of these levels, announced or claimed."""
        claimed = self.claims.profiles if self.claims is not None else ()
        found = {*_ALWAYS, *claimed, *self.profiles}
        signature = self.claims.signature_level if self.claims is not None else None
        if levels.storage == 2 or levels.signature is not None:
            found.add("storage-level-2")
        if levels.signature == 3:
            found.add("storage-level-3")
        if signature == 3:  # the claim of the level is that of the profile (PS3.4 B.4.1.4, PS3.15 A.3)
            found |= {"storage-level-3", "bit-preserving"}
        return frozenset(found)

    def in_force(self, requirement: Requirement) -> bool:
        """The rows of the edition that were asked for; one older than any that was read has those of the oldest."""
        if self.only and requirement.id not in self.only:
            return False
        return requirement.holds_in(self.edition.rows_label)


DEFAULT_TERMS: Final = ArchiveTerms(edition())


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What one row finds; None where it does not apply. ``due``: its breach counts."""

    requirement: Requirement
    check: ArchiveCheck
    finding: Finding | None
    due: bool


def asked(seen: Evidence, terms: ArchiveTerms = DEFAULT_TERMS) -> Iterator[RowFinding]:
    """Each row that looks at evidence of this kind, in the order of the register, with what it finds."""
    due = terms.due(_levels(seen))
    unreached = isinstance(seen, RoundTrip) and _is_open(seen)
    for requirement, check in _rows_on(_KINDS[type(seen)]):
        if terms.in_force(requirement):
            finding = _left_open(requirement) if unreached else check.ask(seen)
            yield RowFinding(requirement, check, finding, requirement.profile in due)


@cache
def _rows_on(evidence: str) -> tuple[tuple[Requirement, ArchiveCheck], ...]:
    """The rows that look at one kind of evidence, in the order of the register."""
    checks = {check.requirement: check for check in further_checks() if check.evidence == evidence}
    checks |= {name: check for name, check in archive_checks().items() if check.evidence == evidence}
    return tuple((row, checks[row.id]) for row in register().values() if row.id in checks)


def _is_open(trip: RoundTrip) -> bool:
    """Nothing can be told: it did not come to an end, or the archive said that it coerces, and UIDs may be coerced.

    Whoever coerces a UID and says so (PS3.4 B.4.1.3) has lost nothing, though nothing is found under the former one.
    """
    return trip.fate is Fate.UNREACHED or (trip.fate is Fate.LOST and trip.status == COERCED)


def _levels(seen: Evidence) -> Levels:
    match seen:
        case RoundTrip():
            return seen.levels
        case SoundAndBroken():
            return seen.sound.levels
        case Claims():
            return Levels(seen.storage_level, seen.signature_level)
        case AssociationTwins():
            return _announced(seen.plain)
        case AssociationSeen():
            return _announced(seen)
        case _:
            return Levels()


def _announced(association: AssociationSeen) -> Levels:
    said = association.said_by_peer
    levels = Levels.announced(said[0].information) if said else Levels()
    claims = association.claims
    if claims is None:
        return levels
    return Levels(
        levels.storage if levels.storage is not None else claims.storage_level,
        levels.signature if levels.signature is not None else claims.signature_level,
        levels.coercion,
    )


def _left_open(requirement: Requirement) -> Finding | None:
    """Nothing can be told of an instance that could not be fetched: one row of each profile says so."""
    if requirement.id not in _STANDS_FOR.values():
        return None
    message = "the instance was not fetched: an answer did not come, or its UIDs were coerced"
    expected = "the instance as it came back"
    return Finding.unknown(PreservationReason.NOT_RETRIEVED, message, expected=expected, found="nothing")


def judged(seen: Evidence, case: str, subject: Subject, terms: ArchiveTerms = DEFAULT_TERMS) -> CaseOutcome:
    """The outcome of one case: what is due as results; where it is not, whether bit preservation was met."""
    passed: list[str] = []
    results: list[Result] = []
    observations: list[Observation] = []
    not_applicable: list[str] = []
    elsewhere: dict[str, list[RowFinding]] = {}
    for row in asked(seen, terms):
        requirement, finding = row.requirement, row.finding
        if finding is None:
            not_applicable.append(requirement.id)
        elif not row.due:
            elsewhere.setdefault(requirement.profile, []).append(row)
        elif finding is HOLDS:
            passed.append(requirement.id)
        elif (outcome := outcome_of(finding, requirement, terms.edition)) is None:
            observations.append(Observation(case, finding.reason, finding.message, subject, requirement.id))
        else:
            results.append(result_of(finding, requirement, case, subject, outcome))
    for name, rows in elsewhere.items():
        if name in _TOLD_UNCLAIMED:
            told = _met_or_not(name, rows, case, subject)
            if told.code == _NOT_MET or isinstance(seen, RoundTrip):  # what was only asked for has met nothing yet
                observations.append(told)
    return CaseOutcome(case, subject, tuple(passed), tuple(results), tuple(observations), tuple(not_applicable))


def _met_or_not(profile: str, rows: list[RowFinding], case: str, subject: Subject) -> Observation:
    """How a profile that nobody claims came out."""
    broken = [row for row in rows if row.finding is not None and row.finding.answer is Answer.BROKEN]
    broken = [row for row in broken if row.requirement.strength.can_fail]
    unknown = [row for row in rows if row.finding is not None and row.finding.answer is Answer.UNKNOWN]
    if broken:
        first = broken[0]
        found = first.finding.found if first.finding is not None else ""
        names = listed(broken, lambda row: row.requirement.id, most=1)
        message = f"what {profile} asks is not met: {names}: {found}"
        return Observation(case, _NOT_MET, message, subject, first.requirement.id)
    if unknown:
        return Observation(case, "profile-not-told", f"whether what {profile} asks is met cannot be told", subject)
    return Observation(case, "profile-met", f"what {profile} asks is met here", subject)
