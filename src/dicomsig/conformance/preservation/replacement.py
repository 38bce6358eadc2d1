"""Archives that verify on receipt and sign anew before sending (PS3.15 A.2, PS3.4 B.4.1.4 level 2)."""

from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.evidence import SUCCESS, Fate, RoundTrip, SignedBy, SoundAndBroken
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import lost
from dicomsig.encoding import tags
from dicomsig.encoding.naming import listed, named

_LEVEL_2: Final = "ps3.4-b.4.1.4-signature-level-2-"
_BIT_PRESERVING: Final = "bit-preserving"


@judges_archive("ps3.15-a.2-removes-invalidated")
def no_broken_signature_is_sent(trip: RoundTrip) -> Finding | None:
    """Signatures that a change of format may have invalidated are removed before sending (PS3.15 A.2)."""
    if not trip.comparable or not any(each.valid for each in trip.signed_before):
        return None
    known = {before.identity for before in trip.signed_before if before.broken}
    stale = [each.name for each in trip.signed_after if each.broken and each.identity not in known]
    return Finding.of(
        not stale,
        PreservationReason.SIGNATURE_STALE,
        expected="no signature that was valid on receipt, or is new, and does not verify",
        found=f"{len(stale)} that do not verify: {listed(stale)}",
    )


@judges_archive("ps3.15-a.2-adds-new-signature", _LEVEL_2 + "replaces")
def a_new_signature_is_added(trip: RoundTrip, requirement: str) -> Finding | None:
    """What is sent carries a new signature by a declared certificate (PS3.15 A.2, PS3.4 B.4.1.4)."""
    if requirement.startswith(_LEVEL_2) and trip.levels.signature != 2:
        return None
    if not any(each.valid for each in trip.signed_before):
        return None
    expected = "a new signature that verifies, by a certificate that the claims name"
    if trip.lost:
        return lost(expected)
    if not trip.comparable or _kept_under_a_claim_of_both(trip):
        return None
    new = [each for each in trip.new if each.valid]
    if not new:
        found = f"none; {len(trip.signed_before)} signatures were received and {len(trip.signed_after)} came back"
        return Finding.broken(PreservationReason.REPLACEMENT_MISSING, expected=expected, found=found)
    found = f"{len(new)} new, by no certificate that the claims name"
    reason = PreservationReason.REPLACEMENT_UNDECLARED
    return Finding.of(
        any(trip.declared(each.verdict.certificate) for each in new), reason, expected=expected, found=found
    )


def _kept_under_a_claim_of_both(trip: RoundTrip) -> bool:
    """Whoever claims A.3 as well chooses an instance at a time, and this one was kept (PS3.15 A.2, A.3)."""
    claimed = trip.claims.profiles if trip.claims is not None else ()
    return _BIT_PRESERVING in claimed and _all_kept(trip)


def _all_kept(trip: RoundTrip) -> bool:
    kept = {before.identity for before, after in trip.kept if before.verdict.integrity is after.verdict.integrity}
    return all(each.identity in kept for each in trip.signed_before)


@judges_archive("ps3.15-a.2-new-signature-scope")
def new_signatures_cover_what_was_verified(trip: RoundTrip) -> Finding | None:
    """A replacement covers nothing that no valid signature covered on receipt; more is doubtful (PS3.15 A.2)."""
    new = [each for each in trip.new if each.valid and each.verdict.place == tags.MAIN_PLACE]
    if not trip.comparable or not new or not any(each.valid for each in trip.signed_before):
        return None
    verified = _covered(trip, valid=True)
    here = frozenset(element.tag for element in trip.before.elements)
    more = sorted(frozenset().union(*(each.covered for each in new)).intersection(here) - verified)
    if not more:
        return HOLDS
    return Finding.doubtful(
        PreservationReason.REPLACEMENT_SCOPE,
        expected="new signatures over elements that a valid signature covered on receipt",
        found=f"{len(more)} covered besides: {listed(more, named)}",
    )


def _covered(trip: RoundTrip, *, valid: bool) -> frozenset[tags.Tag]:
    """What the received signatures of the main data set cover, the valid or the broken ones."""
    found: frozenset[tags.Tag] = frozenset()
    for each in trip.signed_before:
        if each.verdict.place == tags.MAIN_PLACE and (each.valid if valid else each.broken):
            found |= each.covered
    return found


@judges_archive("ps3.15-a.2-broken-not-laundered", _LEVEL_2 + "broken-input")
def what_came_broken_is_not_signed_anew(trip: RoundTrip, requirement: str) -> Finding | None:
    """An instance whose signature did not hold leaves with no new valid one over the same elements (PS3.15 A.2)."""
    if requirement.startswith(_LEVEL_2) and trip.levels.signature != 2:
        return None
    unverified = _covered(trip, valid=False) - _covered(trip, valid=True)
    if trip.altered:
        unverified &= frozenset(trip.altered)
    if not unverified:
        return None
    if trip.fate is Fate.REFUSED or (trip.fate is Fate.LOST and trip.status is not None and trip.status != SUCCESS):
        return HOLDS
    if trip.after is None:
        return None
    return _none_over(trip.new, unverified, "which did not verify when they came")


@judges_archive("ps3.15-a.2-guards-stored-objects")
def what_was_changed_at_rest_is_not_signed_anew(trip: RoundTrip) -> Finding | None:
    """A file that was changed in the store is not sent with a new valid signature over the change (PS3.15 A.2)."""
    if not trip.altered_at_rest or trip.fate not in (Fate.RETURNED, Fate.LOST):
        return None
    return _none_over(trip.new, frozenset(trip.altered_at_rest), "which were changed in the store")


def _none_over(new: tuple[SignedBy, ...], elements: frozenset[tags.Tag], which: str) -> Finding:
    wrong = [each for each in new if each.valid and each.verdict.place == tags.MAIN_PLACE and each.covered & elements]
    if not wrong:
        return HOLDS
    over = sorted(wrong[0].covered & elements)
    return Finding.broken(
        PreservationReason.REPLACEMENT_LAUNDERS,
        expected=f"no new valid signature over elements {which}",
        found=f"{wrong[0].name} verifies and covers {listed(over, named)}",
    )


@judges_archive("ps3.15-a.2-excludes-bit-preserving")
def signatures_are_kept_or_replaced(trip: RoundTrip) -> Finding | None:
    """An instance comes back with its signatures untouched, or with new ones in their place (PS3.15 A.2, A.3)."""
    if not trip.comparable or not any(each.valid for each in trip.signed_before):
        return None
    if _all_kept(trip) or any(each.valid for each in trip.new):
        return HOLDS
    return Finding.broken(
        PreservationReason.NEITHER_KEPT_NOR_REPLACED,
        expected="the received signatures untouched, or new valid ones",
        found=f"{len(trip.kept)} of {len(trip.signed_before)} came back, not all of them valid, and no new valid one",
    )


@judges_archive("ps3.4-b.4.1.4-signature-level-1-no-replacement")
def level_1_adds_no_signature(trip: RoundTrip) -> Finding | None:
    """At level 1 no signature of the archive's own is expected; one is not plainly forbidden (PS3.4 B.4.1.4)."""
    if trip.levels.signature != 1 or trip.after is None:
        return None
    if not trip.new:
        return HOLDS
    found = f"{len(trip.new)} signatures that were not received"
    expected = "received signatures alone"
    return Finding.doubtful(PreservationReason.REPLACEMENT_AT_LEVEL_1, expected=expected, found=found)


@judges_archive("ps3.15-a.2-validates-received", _LEVEL_2 + "validates")
def a_broken_signature_leaves_a_trace(pair: SoundAndBroken, requirement: str) -> Finding | None:
    """A broken signature makes a difference in status or retrieval; a log may show it instead (PS3.15 A.2, A-29)."""
    sound, broken = pair.sound, pair.broken
    if requirement.startswith(_LEVEL_2) and sound.levels.signature != 2:
        return None
    if Fate.UNREACHED in (sound.fate, broken.fate) or sound.fate is not Fate.RETURNED:
        return None
    if answered_otherwise(sound, broken) or signed_otherwise(sound, broken):
        return HOLDS
    return Finding.doubtful(
        PreservationReason.CHECK_WITHOUT_TRACE,
        expected="another status, log entry or retrieval for the instance whose signature is broken",
        found="the same status and the same signatures as for the valid one; a log was not seen",
    )


def answered_otherwise(sound: RoundTrip, broken: RoundTrip) -> bool:
    """Whether the archive answered otherwise, or gave only one of the two back."""
    return broken.status != sound.status or broken.fate is not sound.fate


def signed_otherwise(sound: RoundTrip, broken: RoundTrip) -> bool:
    """Whether the archive kept or added other signatures."""
    return (len(sound.new), len(sound.kept)) != (len(broken.new), len(broken.kept))
