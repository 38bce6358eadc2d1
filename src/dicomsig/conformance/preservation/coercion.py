"""Coercion: which elements an archive may change, and how it has to say so (PS3.4 B.4.1.3, B.2.3; PS3.18 10.5.2)."""

from collections.abc import Iterator, Sequence
from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.differences import REMOVALS, Difference, Kind
from dicomsig.conformance.preservation.evidence import COERCED, SUCCESS, RoundTrip, Service
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive, judges_further
from dicomsig.conformance.preservation.telling import named_all, nothing_of
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.naming import listed
from dicomsig.encoding.vr import swapped

_PATIENT_ID: Final = 0x00100020
_STUDY: Final = 0x0020000D
_SERIES: Final = 0x0020000E
_SINCE_2017B: Final = (0x00100021, 0x00101002)
COERCIBLE: Final = frozenset((_PATIENT_ID, _STUDY, _SERIES, *_SINCE_2017B))
"""What PS3.4 B.4.1.3 lets any archive change."""

_STATUS: Final = (0x01000410, 0x01000420, 0x01000424, 0x01000426)
"""Elements whose change PS3.15 A.1 orders."""
_OWN: Final = frozenset(
    (0x00080015, 0x00080054, 0x00080056, 0x00081190, 0x00880130, 0x00880140, 0x04000561, 0x04000600, *_STATUS)
)
"""Elements that archives write of themselves: coercion date, retrieval, storage media, status."""

_BY_RECODING: Final = frozenset((0x0008, 0x0028, 0x7FE0))
_BY_RECODING_IN_0008: Final = frozenset((0x00080008, 0x00080018, 0x00082111, 0x00082112, 0x00089215))
_CODE: Final = frozenset((0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00080119, 0x00080120))
_MODIFIED: Final = 0x04000550


def coerced(trip: RoundTrip) -> tuple[Difference, ...]:
    """The elements that mean something else than what was stored.

    What an archive writes of itself and what another codec brings with it are not among them, nor are other bytes of
    the same meaning.
    """
    return tuple(each for each in trip.found((Kind.CHANGED,)) if not _own(each) and not _by_recoding(trip, each))


def _own(difference: Difference) -> bool:
    return difference.top in _OWN or difference.top in (tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)


def _by_recoding(trip: RoundTrip, difference: Difference) -> bool:
    """Other codecs have other descriptions of the pixels."""
    group = difference.top >> 16
    if not trip.recoded or group not in _BY_RECODING:
        return False
    return group != 0x0008 or difference.top in _BY_RECODING_IN_0008


@judges_archive("ps3.4-b.4.1.3-coercion-answered-with-warning")
def coercion_is_answered_with_a_warning(trip: RoundTrip) -> Finding | None:
    """An archive that changes values answers the storage with a warning (PS3.4 B.4.1.3)."""
    changed = coerced(trip)
    if trip.after is None or trip.altered_at_rest:
        return None
    if not changed:
        return HOLDS
    expected = f"the status {COERCED:04X} when values are changed"
    if trip.status is None:
        message = f"values were changed and the status of the storage was not seen: {named_all(changed)}"
        return Finding.unknown(PreservationReason.STATUS_NOT_SEEN, message, expected=expected, found="no status")
    found = f"{trip.status:04X}, and changed: {named_all(changed)}"
    return Finding.of(trip.status != SUCCESS, PreservationReason.COERCED_SILENTLY, expected=expected, found=found)


@judges_archive("ps3.4-b.2.3-coercion-warning-code")
def coercion_has_its_own_warning(trip: RoundTrip) -> Finding | None:
    """The warning for coerced elements is B000; another may stand for something else besides (PS3.4 B.2.3)."""
    if trip.status is None or trip.status >> 12 != 0xB or not coerced(trip):
        return None
    if trip.status == COERCED:
        return HOLDS
    expected, found = f"the status {COERCED:04X}", f"{trip.status:04X}"
    if trip.status in (0xB006, 0xB007):
        return Finding.doubtful(PreservationReason.COERCED_OTHER_WARNING, expected=expected, found=found)
    return Finding.broken(PreservationReason.COERCED_OTHER_WARNING, expected=expected, found=found)


@judges_further("ps3.4-b.3.1.2-coercion-byte")
def no_coercion_where_none_is_announced(trip: RoundTrip) -> Finding | None:
    """Who announces that he coerces nothing does not, whether he says so afterwards or not (PS3.4 B.3.1.2)."""
    changed = coerced(trip)
    if trip.status != COERCED:  # unless the archive says so itself, only what may be coerced is known to be
        changed = tuple(each for each in changed if each.top in COERCIBLE)
    if trip.announced.coercion != 0 or not changed:
        return None
    expected = "no value changed, as announced in byte 5"
    reason = PreservationReason.NEGOTIATION_BEHAVIOUR
    return Finding.broken(reason, expected=expected, found=f"0 in byte 5, and changed: {named_all(changed)}")


@judges_archive("ps3.4-b.4.1.3-coercible-elements", "ps3.4-b.4.1.3-coercible-issuer")
def only_coercible_elements_change(trip: RoundTrip, requirement: str) -> Finding | None:
    """Patient and UIDs may be coerced, since 2017b their issuers and other patient IDs too (PS3.4 B.4.1.3)."""
    changed = coerced(trip)
    named = _SINCE_2017B if requirement.endswith("issuer") else (_PATIENT_ID, _STUDY, _SERIES)
    if not any(each.top in named for each in changed):
        return None
    outside = tuple(each for each in changed if each.top not in COERCIBLE)
    return nothing_of(outside, "changes of elements that may be coerced, and no others")


@judges_archive("ps3.4-b.4.1.3-codes-converted")
def codes_may_be_converted(trip: RoundTrip) -> Finding | None:
    """Codes may be converted from one scheme to another; that is noted (PS3.4 B.4.1.3)."""
    changed = tuple(each for each in coerced(trip) if each.tag in _CODE and each.steps)
    return nothing_of(changed, "codes as they were stored") if changed else None


@judges_archive("ps3.4-b.4.1.3-other-corrections")
def other_elements_may_be_corrected(trip: RoundTrip) -> Finding | None:
    """An archive may correct further elements than those that it may coerce; that is noted (PS3.4 B.4.1.3)."""
    if trip.status != COERCED:  # without the warning it is no correction that the archive speaks of
        return None
    changed = tuple(each for each in coerced(trip) if each.top not in COERCIBLE and each.tag not in _CODE)
    if not changed:
        return None
    expected = "elements as they were stored, beyond those that an archive may coerce"
    return Finding.broken(PreservationReason.COERCED_ELEMENT, expected=expected, found=named_all(changed))


@judges_archive("ps3.4-b.4.1.3-uid-changes-discouraged")
def uids_stay(trip: RoundTrip) -> Finding | None:
    """UIDs by which instances refer to each other should not be changed (PS3.4 B.4.1.3)."""
    if trip.after is None or trip.altered_at_rest:
        return None
    changed = tuple(each for each in coerced(trip) if each.tag in (_STUDY, _SERIES))
    expected = "Study and Series Instance UID as stored"
    if not changed:
        return HOLDS
    return Finding.broken(PreservationReason.COERCED_ELEMENT, expected=expected, found=named_all(changed))


@judges_archive("ps3.3-c.12.1-creation-date-stable")
def creation_date_stays(trip: RoundTrip) -> Finding | None:
    """Instance Creation Date and Time keep the values that they have, also after coercion (PS3.3 C.12.1)."""
    dates = (0x00080012, 0x00080013)
    if trip.after is None or trip.found((Kind.OTHER_INSTANCE,)):
        return None
    if not any(element.tag in dates and element.length for element in trip.before.elements):
        return None
    changed = tuple(each for each in trip.found((Kind.CHANGED,)) if each.path in ("/(0008,0012)", "/(0008,0013)"))
    return nothing_of(changed, "Instance Creation Date and Time as stored")


@judges_archive("ps3.18-10.5.2-original-attributes-on-coercion")
def web_coercion_keeps_the_originals(trip: RoundTrip) -> Finding | None:
    """What a web store coerces is kept in Original Attributes Sequence (0400,0561) (PS3.18 10.5.2)."""
    if trip.hop.stored is not Service.STOW_RS or trip.after is None:
        return None
    changed = [*coerced(trip), *(each for each in trip.found(REMOVALS) if each.top in COERCIBLE and not each.empty)]
    if not changed:
        return None
    missing = [each for each in changed if not _is_original(trip, each)]
    expected = "the former value of each coerced element in Original Attributes Sequence (0400,0561)"
    found = f"{len(missing)} of {len(changed)} are not there: {listed([each.path for each in missing])}"
    return Finding.of(not missing, PreservationReason.ORIGINALS_NOT_KEPT, expected=expected, found=found)


def _is_original(trip: RoundTrip, difference: Difference) -> bool:
    """The top-level element that held the former value is among the modified ones, with the value it had."""
    element = find(trip.before.elements, difference.top)
    if element is None or trip.after is None:
        return False
    kept = [each for each in _modified(trip.after.elements) if each.tag == difference.top]
    if element.items is not None or element.length > 1 << 16:
        return bool(kept)
    return any(_value(trip, kept_one) == _value(trip, element, before=True) for kept_one in kept)


def _value(trip: RoundTrip, element: Element, *, before: bool = False) -> bytes:
    instance = trip.before if before else trip.after
    assert instance is not None
    value = instance.value(element, 1 << 16)
    return (value if instance.syntax.little_endian else swapped(element.vr, value)).rstrip(b" \0")


def _modified(elements: Sequence[Element]) -> Iterator[Element]:
    originals = find(elements, tags.ORIGINAL_ATTRIBUTES)
    for item in (originals.items or ()) if originals is not None else ():
        modified = find(item.elements, _MODIFIED)
        for inner in (modified.items or ()) if modified is not None else ():
            yield from inner.elements
