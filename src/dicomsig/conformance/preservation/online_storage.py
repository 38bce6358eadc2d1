"""Online electronic storage: status elements travel by rule, and nothing else changes (PS3.15 A.1)."""

from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.differences import Kind
from dicomsig.conformance.preservation.evidence import Fate, RoundTrip
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import lost, nothing_of
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.naming import listed

_STATUS: Final = 0x01000410
_TERMS: Final = ("NS", "OR", "AO", "AC")
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


@judges_archive("ps3.3-c.12.1-status-values")
def status_stays_a_defined_term(trip: RoundTrip) -> Finding | None:
    """What an archive makes of SOP Instance Status (0100,0410) is NS, OR, AO or AC (PS3.3 C.12.1)."""
    if trip.after is None or trip.altered_at_rest:
        return None
    status = _status(trip.after)
    if not status or (status == _status(trip.before) and status not in _TERMS):
        return None  # it came so, and is no work of the archive
    expected = ", ".join(_TERMS)
    return Finding.of(status in _TERMS, PreservationReason.STATUS_TERM, expected=expected, found="another term")


@judges_archive("ps3.15-a.1.1-copy-status")
def a_copy_is_no_original(trip: RoundTrip) -> Finding | None:
    """A copy that is sent over a secure connection has status NS or AC; OR and AO are for a transfer (PS3.15 A.1.1).

    That the archive meant to give the original away cannot be told from one hop.
    """
    if trip.after is None or not trip.hop.secure or trip.altered_at_rest or not _status(trip.before):
        return None
    if _status(trip.after) not in ("OR", "AO"):
        return HOLDS
    expected = "SOP Instance Status (0100,0410) NS or AC in a copy"
    found = "the status of an original, whose transfer nobody asked for"
    return Finding.doubtful(PreservationReason.STATUS_OF_COPY, expected=expected, found=found)


def _status(instance: Instance) -> str:
    return instance.text(_STATUS)


@judges_archive("ps3.15-a.1.1-altered-in-transit-rejected")
def what_is_refused_as_altered_is_discarded(trip: RoundTrip) -> Finding | None:
    """An instance that was altered on the way over a secure connection and is refused is discarded too (PS3.15 A.1.1).

    Which check of integrity there is, and so whether a broken signature is noticed at all, is free.
    """
    if trip.fate is not Fate.REFUSED or trip.still_there is None or not trip.hop.secure:
        return None
    if not any(each.broken for each in trip.signed_before):
        return None
    expected = "nothing, when an instance is asked for that was refused"
    found = "the instance, although its storage was answered with a failure status"
    return Finding.of(not trip.still_there, PreservationReason.REFUSED_AND_KEPT, expected=expected, found=found)


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
