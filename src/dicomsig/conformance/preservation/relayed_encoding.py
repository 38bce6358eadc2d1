"""What the encoding rules ask of whoever relays an instance, whatever it claims (PS3.5 6.2.2, 7.5, 7.8)."""

from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.differences import Kind
from dicomsig.conformance.preservation.evidence import RoundTrip
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import doubtful_about, nothing_of
from dicomsig.encoding import tags
from dicomsig.encoding.elements import walk_down
from dicomsig.encoding.naming import listed

_NEWER: Final = frozenset(("OD", "OL", "OV", "SV", "UC", "UR", "UV"))
"""VRs that came after 2008: who has not heard of them cannot know them (PS3.5 6.2)."""
_MACRO: Final = (tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)


@judges_archive("ps3.5-6.2.2-un-only-from-implicit")
def known_vrs_do_not_become_un(trip: RoundTrip) -> Finding | None:
    """UN is for a VR that was lost in Implicit VR or a length that does not fit, not for a known one (PS3.5 6.2.2)."""
    if trip.after is None or not (trip.before.syntax.explicit and trip.after.syntax.explicit):
        return None
    unknown = tuple(each for each in trip.found((Kind.VR_UNKNOWN,)) if not each.long_for_vr)
    old = tuple(each for each in unknown if each.detail[:2] not in _NEWER)
    expected = "elements that came with their VR keep one"
    return nothing_of(old, expected) if old or not unknown else doubtful_about(unknown, expected)


@judges_archive("ps3.5-6.2.2-un-for-long-values")
def long_values_may_become_un(trip: RoundTrip) -> Finding | None:
    """A value too long for the length field of its VR may become UN, and cannot be signed then (PS3.5 6.2.2, A-03)."""
    unknown = tuple(each for each in trip.found((Kind.VR_UNKNOWN,)) if each.long_for_vr)
    return nothing_of(unknown, "values whose length fits their VR") if unknown else None


@judges_archive("ps3.5-6.2.2-private-creator-not-un")
def private_creators_are_lo(trip: RoundTrip) -> Finding | None:
    """A private creator is LO and never UN (PS3.5 6.2.2)."""
    if trip.after is None or not trip.after.syntax.explicit or trip.altered_at_rest:
        return None
    creators = [each for each in walk_down(trip.after.elements) if _is_creator(each.tag)]
    if not creators:
        return None
    before = {each.tag for each in walk_down(trip.before.elements) if _is_creator(each.tag) and each.vr == "UN"}
    wrong = [tags.format_tag(each.tag) for each in creators if each.vr == "UN" and each.tag not in before]
    return Finding.of(
        not wrong, PreservationReason.CREATOR_UNKNOWN, expected="private creators as LO", found=f"UN: {listed(wrong)}"
    )


def _is_creator(tag: tags.Tag) -> bool:
    return tags.is_private(tag) and 0x10 <= tag & 0xFFFF <= 0xFF


@judges_archive("ps3.5-7.5-item-order-kept")
def items_keep_their_order(trip: RoundTrip) -> Finding | None:
    """Items of a sequence keep their order in transfer and storage, those of the macro aside (PS3.5 7.5)."""
    if trip.after is None or not any(element.items for element in trip.before.elements):
        return None
    moved = tuple(each for each in trip.found((Kind.ITEMS_REORDERED,)) if each.tag not in _MACRO)
    return nothing_of(moved, "the items of every sequence in the order stored")


@judges_archive("ps3.5-7.8-private-blocks")
def private_blocks_stay(trip: RoundTrip) -> Finding | None:
    """Block numbers of private elements are not fixed, yet a signature over them breaks when they move (PS3.5 7.8)."""
    moved = trip.found((Kind.BLOCK_MOVED,))
    if not moved:
        private = any(tags.is_private(tag) for each in trip.signed_before for tag in each.covered)
        return HOLDS if private and trip.comparable else None
    signed = tuple(each for each in moved if trip.signed(each))
    return doubtful_about(signed, "private blocks keep their numbers where a signature covers them") if signed else None
