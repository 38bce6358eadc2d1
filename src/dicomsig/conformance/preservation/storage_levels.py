"""What a storage system keeps at its storage level, and what it answers (PS3.4 B.4.1.1, B.4.1.4, B.2.3)."""

import json
from functools import cache, lru_cache
from typing import Any, Final

from dicomsig import resources
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.module_tables import iod_of
from dicomsig.conformance.module_tables import tags as tags_of
from dicomsig.conformance.preservation.differences import REMOVALS, Difference, Kind
from dicomsig.conformance.preservation.evidence import SUCCESS, Fate, RoundTrip
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.conformance.preservation.telling import doubtful_about, lost, named_all, nothing_of
from dicomsig.encoding import tags
from dicomsig.encoding.naming import listed

_PIXELS: Final = 0x7FE0
_DESCRIPTION: Final = 0x0028
_DOCUMENTED: Final = frozenset((SUCCESS, 0xB000, 0xB006, 0xB007))


@judges_archive("ps3.4-b.4.1.1-storage-level-0")
def level_0_keeps_what_it_likes(trip: RoundTrip) -> Finding | None:
    """A level 0 system keeps a part of its choice, so that nothing that is lost is a fault (PS3.4 B.4.1.1)."""
    return HOLDS if trip.levels.storage == 0 and trip.fate in (Fate.RETURNED, Fate.LOST) else None


@judges_archive("ps3.4-b.4.1.1-storage-level-1")
def type_1_and_2_elements_are_kept(trip: RoundTrip) -> Finding | None:
    """A system of level 1 or 2 keeps all elements of Type 1 and 2, and so the instance (PS3.4 B.4.1.1)."""
    expected = "the instance comes back with every element of Type 1 and Type 2"
    if trip.levels.storage == 0 or trip.altered_at_rest:
        return None
    if trip.lost:
        return lost(expected)
    if trip.fate is Fate.UNREADABLE:
        found = "what came back cannot be read as an instance"
        return Finding.broken(PreservationReason.UNREADABLE, expected=expected, found=found)
    if trip.after is None:
        return None
    other = trip.found((Kind.OTHER_INSTANCE,))
    if other and not trip.recoded:  # lossy recoding makes another instance (PS3.3 C.7.6.1.1.5)
        return nothing_of(other, expected)
    required = _required(trip.before.text(tags.SOP_CLASS_UID))
    gone = tuple(each for each in trip.found(REMOVALS) if not each.steps and each.index < 0 and each.tag in required)
    filled = tuple(each for each in gone if not each.empty)
    if gone and (trip.levels.storage is None or not filled):  # it may be a system of level 0 that does not say so
        return doubtful_about(gone, expected)
    return nothing_of(filled, expected)


@judges_archive("ps3.4-b.4.1.1-storage-level-2")
def all_elements_are_kept(trip: RoundTrip) -> Finding | None:
    """A level 2 system keeps every element, of the definition, extended or private (PS3.4 B.4.1.1)."""
    expected = "every element that has a value"
    if trip.levels.storage != 2 or trip.altered_at_rest:
        return None
    if trip.lost:
        return lost(expected)
    if trip.after is None:
        return None
    gone = (each for each in trip.found((Kind.DROPPED, Kind.PRIVATE_DROPPED, Kind.ITEM_DROPPED)))
    return nothing_of(tuple(each for each in gone if not each.empty and not _may_go(trip, each)), expected)


def _may_go(trip: RoundTrip, difference: Difference) -> bool:
    """Other codecs describe their pixels otherwise, and bring their own offset tables."""
    return trip.recoded and difference.top >> 16 in (_PIXELS, _DESCRIPTION)


@judges_archive("ps3.4-b.4.1.1-empty-type-3-dropped")
def empty_elements_may_be_dropped(trip: RoundTrip) -> Finding | None:
    """Empty Type 3 elements may be dropped at level 2; a signature over them breaks (PS3.4 B.4.1.1, A-25)."""
    if trip.levels.storage != 2 or trip.after is None:
        return None
    gone = trip.found((Kind.EMPTY_DROPPED,))
    return doubtful_about(gone, "empty elements as stored") if gone else None


@judges_archive("ps3.5-7.4.5-empty-type-3-equals-absent")
def signed_empty_elements_stay(trip: RoundTrip) -> Finding | None:
    """An empty Type 3 element means the same as none, yet a MAC tells them apart (PS3.5 7.4.5, A-25)."""
    gone = tuple(each for each in trip.found((Kind.EMPTY_DROPPED,)) if trip.signed(each))
    return doubtful_about(gone, "empty elements stay where a signature covers them") if gone else None


@judges_archive("ps3.4-b.4.1.4-signature-level-1")
def level_1_may_lose_signatures(trip: RoundTrip) -> Finding | None:
    """At level 1 signatures may be lost or broken; that is noted, and no fault (PS3.4 B.4.1.4)."""
    if trip.levels.signature not in (None, 1) or not trip.comparable:
        return None
    valid = [each for each in trip.signed_before if each.valid]
    intact = {before.identity for before, after in trip.kept if after.valid}
    gone = [each.name for each in valid if each.identity not in intact]
    if not gone:
        return HOLDS if valid else None
    found = f"{len(gone)} of {len(valid)} valid signatures did not come back valid: {listed(gone)}"
    if trip.broken:
        found += f"; {named_all(trip.broken)}"
    return Finding.broken(PreservationReason.SIGNATURE_BROKEN, expected="valid signatures come back valid", found=found)


@judges_archive("ps3.4-b.2.3-no-signature-status")
def any_documented_status_will_do(trip: RoundTrip) -> Finding | None:
    """No status stands for a broken signature, so that any documented one is right (PS3.4 B.2.3, A-29)."""
    if trip.status is None or not any(each.broken for each in trip.signed_before):
        return None
    documented = trip.status in _DOCUMENTED or trip.status >> 12 == 0xC or trip.status >> 8 in (0xA7, 0xA9)
    if documented or trip.status in (0x0122, 0x0124, 0x0210, 0x0211, 0x0212, 0x0117):
        return HOLDS
    return Finding.doubtful(
        PreservationReason.STATUS_UNDOCUMENTED,
        expected="0000, B000, B006, B007, A7xx, A9xx or Cxxx",
        found=f"{trip.status:04X}",
    )


@judges_archive("ps3.4-b.4.1.4-levels-need-storage-level-2")
def signature_levels_need_storage_level_2(claims: Claims) -> Finding | None:
    """Signature levels are open to storage level 2 alone (PS3.4 B.4.1.4)."""
    if claims.signature_level is None or claims.storage_level is None:
        return None
    return Finding.of(
        claims.storage_level == 2,
        PreservationReason.LEVEL_WITHOUT_STORAGE,
        expected="storage level 2 beside a signature level",
        found=f"storage level {claims.storage_level} and signature level {claims.signature_level}",
    )


@lru_cache(maxsize=128)
def _required(sop_class_uid: str) -> frozenset[tags.Tag]:
    """The top-level elements of Type 1 and 2 in the mandatory modules that the data know; none of unknown classes."""
    iod = iod_of(sop_class_uid)
    if iod is None:
        return frozenset((tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID))
    usages = _content("iods")["iods"][iod]
    modules = _content("modules")["modules"]
    due = [row for module, usage in usages.items() if usage == "M" for row in modules.get(module, ())]
    return frozenset(tag for row in due if row["type"] in ("1", "2") for tag in tags_of(row["tag"]))


@cache
def _content(name: str) -> Any:
    path = resources.content("profiles") / f"{name}.json"
    with path.open(encoding="utf-8") as file:
        return json.load(file)
