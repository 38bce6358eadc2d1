"""Bit-preserving storage: values, VRs, order, elements and signatures come back as they were (PS3.15 A.3, level 3)."""

from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.coercion import COERCIBLE
from dicomsig.conformance.preservation.differences import REMOVALS, SIGNATURES, VALUES, Difference, Kind
from dicomsig.conformance.preservation.evidence import RoundTrip, SignedBy
from dicomsig.conformance.preservation.reasons import PreservationReason, reason_of
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import doubtful_about, lost, nothing_of
from dicomsig.encoding.naming import listed
from dicomsig.signatures.verdict import Status

_LETTERS: Final = (Kind.VR_CHANGED, Kind.VR_UNKNOWN)


@judges_archive("ps3.15-a.3-values-bit-identical")
def values_are_bit_identical(trip: RoundTrip) -> Finding | None:
    """Every value field comes back bit for bit; of coercible values outside all signatures A-28 doubts it (A.3)."""
    return _values(trip)


@judges_archive("ps3.4-b.4.1.4-signature-level-3-all-elements")
def level_3_returns_all_elements(trip: RoundTrip) -> Finding | None:
    """At signature level 3 all elements come back, standard, extended and private ones (PS3.4 B.4.1.4)."""
    if trip.lost:
        return lost("every instance comes back")
    removed = trip.found(REMOVALS | {Kind.BLOCK_MOVED}) if trip.comparable else ()
    return nothing_of(removed, "every element comes back") if removed else _values(trip)


def _values(trip: RoundTrip) -> Finding | None:
    if not trip.comparable:
        return None
    expected = "every value field as it was stored, byte for byte"
    differing = trip.found(VALUES)
    certain = tuple(each for each in differing if not _may_be_coerced(trip, each))
    if not differing:
        uncertain = trip.found((Kind.NOT_COMPARED,))
        if uncertain:
            message = f"{uncertain[0]}"
            return Finding.unknown(reason_of(Kind.NOT_COMPARED), message, expected=expected, found=message)
    return nothing_of(certain, expected) if certain or not differing else doubtful_about(differing, expected)


def _may_be_coerced(trip: RoundTrip, difference: Difference) -> bool:
    return difference.top in COERCIBLE and not trip.signed(difference)


@judges_archive("ps3.15-a.3-item-order-kept")
def items_keep_their_order(trip: RoundTrip) -> Finding | None:
    """Items of sequences come back in their order (PS3.15 A.3)."""
    if not trip.comparable or not any(element.items for element in trip.before.elements):
        return None
    return nothing_of(trip.found((Kind.ITEMS_REORDERED,)), "the items of every sequence in the order stored")


@judges_archive("ps3.15-a.3-elements-kept")
def elements_are_kept(trip: RoundTrip) -> Finding | None:
    """No element is removed, private and empty ones included, and no signature is removed or changed (PS3.15 A.3)."""
    expected = "every element, private and empty ones too, and every signature as stored"
    if trip.lost:
        return lost(expected)
    if not trip.comparable:
        return None
    kinds = REMOVALS | SIGNATURES | {Kind.BLOCK_MOVED, Kind.ELEMENTS_REORDERED}
    added = (each for each in trip.found((Kind.ITEM_ADDED,)) if trip.signed(each))  # others break no signature
    return nothing_of((*trip.found(kinds), *added), expected)


@judges_archive("ps3.15-a.3-elements-may-be-added")
def elements_may_be_added(trip: RoundTrip) -> Finding | None:
    """Elements may be added that leave every signature as it was (PS3.15 A.3)."""
    if not trip.comparable or not trip.found((Kind.ADDED, Kind.SIGNATURE_ADDED)):
        return None
    return signatures_verify_as_before(trip)


@judges_archive("ps3.15-a.3-vr-kept")
def vrs_are_kept(trip: RoundTrip) -> Finding | None:
    """The VR of no element changes (PS3.15 A.3, A-02, A-03)."""
    if not trip.comparable:
        return None
    return nothing_of(trip.found(_LETTERS), "every element with the VR that it was stored with")


@judges_archive("ps3.15-a.3-signatures-verify-after-round-trip", "ps3.4-b.4.1.4-signature-level-3-preserves")
def signatures_verify_as_before(trip: RoundTrip) -> Finding | None:
    """Each signature comes back with the verdict that it had, a broken one too (PS3.15 A.3, PS3.4 B.4.1.4)."""
    expected = "every signature comes back and verifies as it did before"
    if trip.lost and trip.signed_before:
        return lost(expected)
    if not trip.comparable or not trip.signed_before:
        return None
    kept = {before.identity: after for before, after in trip.kept}
    missing = [each.name for each in trip.signed_before if each.identity not in kept]
    if missing:
        found = f"{len(missing)} of {len(trip.signed_before)} signatures did not come back: {listed(missing)}"
        return Finding.broken(reason_of(Kind.SIGNATURE_DROPPED), expected=expected, found=found)
    other = [(before, after) for before, after in trip.kept if _verdict(before) != _verdict(after)]
    worse = [pair for pair in other if pair[0].valid]
    if not other:
        return HOLDS
    before, after = (worse or other)[0]
    found = f"the signature {before.name} was {before.verdict.integrity} and is {after.verdict.integrity}"
    if before.verdict.integrity is after.verdict.integrity:
        found = f"the structure of the signature {before.name} was {before.verdict.structure} and is another"
    signed = [str(each) for each in trip.broken if before.covers(each)]
    if signed:
        found += f"; of what it covers, {listed(signed)}"
    return Finding.broken(PreservationReason.SIGNATURE_BROKEN, expected=expected, found=found)


def _verdict(signed: SignedBy) -> tuple[Status, Status]:
    return signed.verdict.integrity, signed.verdict.structure


@judges_archive("ps3.15-a.3-no-transcoding-of-signed-pixels")
def pixels_keep_their_fragments(trip: RoundTrip) -> Finding | None:
    """Encapsulated pixel data keep their fragments and their offset table (PS3.15 A.3, A-05)."""
    if not trip.comparable or all(element.fragments is None for element in trip.before.elements):
        return None
    kinds = (Kind.FRAGMENTS, Kind.OFFSET_TABLE, Kind.PIXELS_RECODED)
    return nothing_of(trip.found(kinds), "the same fragments behind the same offset table")


@judges_archive("ps3.15-a.3-coercion-conflict", "ps3.4-b.4.1.4-signature-level-3-coercion")
def signed_elements_are_not_coerced(trip: RoundTrip) -> Finding | None:
    """A coercible element keeps its value where it is signed; elsewhere a change is doubtful (PS3.4 B.4.1.3, A-28)."""
    if not trip.comparable or not any(element.tag in COERCIBLE for element in trip.before.elements):
        return None
    changed = tuple(each for each in trip.found((Kind.CHANGED, *REMOVALS)) if each.top in COERCIBLE)
    expected = "elements that an archive may coerce keep their values where a signature covers them"
    signed = tuple(each for each in changed if trip.signed(each))
    if signed:
        finding = nothing_of(signed, expected)
        return Finding.broken(PreservationReason.COERCED_ELEMENT, expected=expected, found=finding.found)
    return doubtful_about(changed, expected) if changed else HOLDS
