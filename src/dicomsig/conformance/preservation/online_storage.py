"""Online electronic storage: status elements travel by rule, and nothing else changes (PS3.15 A.1)."""

from typing import Final

from dicomsig.conformance.finding import Finding
from dicomsig.conformance.naming import listed
from dicomsig.conformance.preservation.differences import Kind
from dicomsig.conformance.preservation.evidence import RoundTrip
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import lost, nothing_of
from dicomsig.encoding.instance import Instance

_STATUS: Final = 0x01000410
_CHANGED: Final = frozenset((_STATUS, 0x01000420, 0x01000424, 0x01000426))


@judges_archive("ps3.15-a.1.1-status-dropped-outside")
def status_outside_is_ns_or_absent(trip: RoundTrip) -> Finding | None:
    """What is sent over a plain connection has status NS or none (PS3.15 A.1.1)."""
    if trip.after is None or trip.hop.secure:
        return None
    status = _status(trip.after)
    if not status and not _status(trip.before):
        return None
    found = "another status in (0100,0410)"
    expected = "SOP Instance Status (0100,0410) NS, or none"
    return Finding.of(status in ("", "NS"), PreservationReason.STATUS_TRAVELS, expected=expected, found=found)


@judges_archive("ps3.15-a.1.1-status-reset-on-receipt")
def status_from_outside_becomes_ns(trip: RoundTrip) -> Finding | None:
    """What is received from outside gets status NS; one that is left out when sent tells nothing (PS3.15 A.1.1)."""
    if trip.after is None or trip.hop.secure or _status(trip.before) in ("", "NS"):
        return None
    status = _status(trip.after)
    if not status:
        return None
    expected = "SOP Instance Status (0100,0410) NS"
    found = "the status that it came with" if status == _status(trip.before) else "another status"
    return Finding.of(status == "NS", PreservationReason.STATUS_NOT_RESET, expected=expected, found=found)


def _status(instance: Instance) -> str:
    return instance.text(_STATUS)


@judges_archive("ps3.15-a.1.1-full-storage")
def everything_is_kept(trip: RoundTrip) -> Finding | None:
    """Every element is kept, private ones too, and only status and authorization elements change (PS3.15 A.1.1)."""
    expected = "every element as stored, but for status and authorization"
    if trip.lost:
        return lost(expected)
    if trip.after is None or trip.recoded:
        return None
    kinds = (Kind.DROPPED, Kind.PRIVATE_DROPPED, Kind.ITEM_DROPPED, Kind.CHANGED, Kind.OTHER_INSTANCE)
    gone = (each for each in trip.found(kinds) if each.top not in _CHANGED)
    return nothing_of(tuple(each for each in gone if each.kind is not Kind.ITEM_DROPPED or not each.empty), expected)


@judges_archive("ps3.15-a.1.1-no-other-change")
def signatures_without_status_hold(trip: RoundTrip) -> Finding | None:
    """A signature that lists no status element holds after storage and retrieval (PS3.15 A.1.1)."""
    sound = [each for each in trip.signed_before if each.valid and not each.covered & _CHANGED]
    if not trip.comparable or not sound:
        return None
    valid = {before.identity for before, after in trip.kept if after.valid}
    wrong = [each.name for each in sound if each.identity not in valid]
    expected = "each signature without status elements valid as before"
    found = f"{len(wrong)} of {len(sound)} are not: {listed(wrong)}"
    return Finding.of(not wrong, PreservationReason.SIGNATURE_BROKEN, expected=expected, found=found)
