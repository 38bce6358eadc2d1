"""SOP Class Extended Negotiation of the Storage Service Class, and explicit VR (PS3.4 B.3.1, PS3.7 D.3.3.5)."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.associations import AssociationSeen, AssociationTwins, ContextSeen, SubItem
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive
from dicomsig.encoding.naming import listed
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID, transfer_syntax

_REQUEST: Final = "ps3.4-b.3.1.1-"
_ANSWER: Final = "ps3.4-b.3.1.2-"
_STORAGE, _SIGNATURE, _COERCION = 0, 2, 4
_VALUES: Final = {
    "storage-level-byte": (_STORAGE, 3),
    "signature-level-byte": (_SIGNATURE, 3),
    "coercion-byte": (_COERCION, 2),
}
_SUB_ITEM: Final = 0x56
_EXPLICIT_VR: Final = "ps3.15-a.3-explicit-vr"
_STORAGE_CLASSES: Final = "1.2.840.10008.5.1.4.1.1."
"""The root of the SOP Classes of the Storage Service Class (PS3.4 B.5)."""


def _items(association: AssociationSeen, requirement: str) -> tuple[SubItem, ...]:
    """What the archive wrote: its requests for rows on requests, its answers for rows on answers."""
    if requirement.startswith(_REQUEST) and not association.opened_by_peer:
        return ()
    if requirement.startswith(_ANSWER) and association.opened_by_peer:
        return ()
    return _of_storage(association)


def _of_storage(association: AssociationSeen) -> tuple[SubItem, ...]:
    """The sub-items that can be read and speak of storage: peers ask for other services too, with other bytes."""
    readable = (each for each in association.said_by_peer if not each.raw or _lengths_fit(each.raw))
    return tuple(
        each for each in readable if not association.opened_by_peer or each.sop_class.startswith(_STORAGE_CLASSES)
    )


def _wrong(items: Iterable[SubItem], is_wrong: Callable[[bytes], bool]) -> str:
    """The sub-items whose application information is wrong, as bytes on the wire."""
    return listed(
        [f"{each.information[:16].hex(' ')} for {each.sop_class}" for each in items if is_wrong(each.information)]
    )


@judges_archive(_REQUEST + "six-bytes", _ANSWER + "six-bytes")
def information_has_six_bytes(association: AssociationSeen, requirement: str) -> Finding | None:
    """The application information is six bytes long (PS3.4 B.3.1.1, B.3.1.2)."""
    items = _items(association, requirement)
    if not items:
        return None
    wrong = [f"{len(each.information)} bytes for {each.sop_class}" for each in items if len(each.information) != 6]
    reason = PreservationReason.NEGOTIATION_LENGTH
    return Finding.of(not wrong, reason, expected="six bytes", found=listed(wrong))


@judges_archive(*(part + name for part in (_REQUEST, _ANSWER) for name in _VALUES))
def level_bytes_have_known_values(association: AssociationSeen, requirement: str) -> Finding | None:
    """Storage level is 0 to 3, signature level 0 to 3, coercion 0 to 2, and they are those claimed (PS3.4 B.3.1)."""
    items = [each for each in _items(association, requirement) if len(each.information) == 6]
    if not items:
        return None
    index, highest = _VALUES[requirement.removeprefix(_REQUEST).removeprefix(_ANSWER)]
    unknown = _wrong(items, lambda information: information[index] > highest)
    if unknown:
        expected = f"0 to {highest} in byte {index + 1}"
        return Finding.broken(PreservationReason.NEGOTIATION_VALUE, expected=expected, found=unknown)
    claimed = _claimed(association.claims, index)
    if claimed is None:
        return HOLDS
    other = _wrong(items, lambda information: information[index] not in (claimed, _scu_only(index)))
    expected = f"{claimed} in byte {index + 1}, as claimed"
    return Finding.of(not other, PreservationReason.NEGOTIATION_CLAIM, expected=expected, found=other)


def _claimed(claims: Claims | None, index: int) -> int | None:
    if claims is None or index == _COERCION:
        return None
    return claims.storage_level if index == _STORAGE else claims.signature_level


def _scu_only(index: int) -> int:
    """What an application says that acts as SCU alone in this association: that is no claim of its storage."""
    return 3 if index == _STORAGE else 0


@judges_archive(_REQUEST + "reserved-bytes-zero", _ANSWER + "reserved-bytes-zero")
def reserved_bytes_are_zero(association: AssociationSeen, requirement: str) -> Finding | None:
    """Bytes 2, 4 and 6 are sent as zero (PS3.4 B.3.1.1, B.3.1.2)."""
    items = [each for each in _items(association, requirement) if len(each.information) == 6]
    if not items:
        return None
    wrong = _wrong(items, lambda information: any(information[1::2]))
    reason = PreservationReason.NEGOTIATION_RESERVED
    return Finding.of(not wrong, reason, expected="00 in bytes 2, 4 and 6", found=wrong)


@judges_archive("ps3.4-b.3.1-signature-level-needs-level-2")
def signature_levels_come_with_storage_level_2(association: AssociationSeen) -> Finding | None:
    """A signature level of 1 to 3 has a meaning for a storage level 2 SCP alone (PS3.4 B.3.1)."""
    items = [each for each in _of_storage(association) if len(each.information) == 6]
    if not items:
        return None
    wrong = _wrong(items, lambda information: bool(information[_SIGNATURE]) and information[_STORAGE] != 2)
    reason = PreservationReason.LEVEL_WITHOUT_STORAGE
    return Finding.of(not wrong, reason, expected="byte 3 zero unless byte 1 is 2", found=wrong)


@judges_archive("ps3.4-b.3.1-coercion-contradicts-level-3")
def level_3_announces_no_coercion(association: AssociationSeen) -> Finding | None:
    """Signature level 3 together with coercion is a contradiction, though not forbidden (PS3.4 B.3.1, A-28)."""
    items = [
        each for each in _of_storage(association) if len(each.information) == 6 and each.information[_SIGNATURE] == 3
    ]
    if not items:
        return None
    wrong = _wrong(items, lambda information: information[_COERCION] == 1)
    if not wrong:
        return HOLDS
    expected = "byte 5 zero where byte 3 is 3"
    return Finding.doubtful(PreservationReason.NEGOTIATION_COERCION, expected=expected, found=wrong)


@judges_archive("ps3.7-d.3.3.5-one-sub-item-per-class")
def each_class_has_one_sub_item(association: AssociationSeen) -> Finding | None:
    """A request, and so its answer, has one sub-item at most for a SOP Class (PS3.7 D.3.3.5)."""
    counts = Counter(each.sop_class for each in association.said_by_peer if each.sop_class)
    if not counts:
        return None
    repeated = [f"{count} for {name}" for name, count in counts.items() if count > 1]
    expected, reason = "one sub-item for a SOP Class", PreservationReason.NEGOTIATION_REPEATED
    return Finding.of(not repeated, reason, expected=expected, found=listed(repeated))


@judges_archive("ps3.7-d.3.3.5-no-unrequested-answer")
def nothing_is_answered_that_was_not_asked(association: AssociationSeen) -> Finding | None:
    """An answer has no sub-item that was not in the request (PS3.7 D.3.3.5)."""
    if association.opened_by_peer or not association.granted:
        return None
    asked = {each.sop_class for each in association.requested}
    more = [each.sop_class for each in association.answered if each.sop_class and each.sop_class not in asked]
    expected = "sub-items for SOP Classes of the request alone"
    found = f"{len(more)} others: {listed(more)}"
    return Finding.of(not more, PreservationReason.NEGOTIATION_UNREQUESTED, expected=expected, found=found)


@judges_archive("ps3.7-d.3.3.5.1-item-type", "ps3.7-d.3.3.5.1-lengths")
def sub_items_are_well_formed(association: AssociationSeen, requirement: str) -> Finding | None:
    """A sub-item has type 56H, and its two lengths, big endian, are those of its fields (PS3.7 D.3.3.5.1)."""
    items = [each.raw for each in association.said_by_peer if each.raw]
    if not items:
        return None
    if requirement.endswith("item-type"):
        wrong = [raw[:1].hex() for raw in items if raw[0] != _SUB_ITEM]
        return Finding.of(not wrong, PreservationReason.NEGOTIATION_ITEM, expected="item type 56", found=listed(wrong))
    wrong = [raw[:6].hex(" ") for raw in items if not _lengths_fit(raw)]
    expected = "an item length and a UID length that match their fields"
    return Finding.of(not wrong, PreservationReason.NEGOTIATION_ITEM, expected=expected, found=listed(wrong))


def _lengths_fit(raw: bytes) -> bool:
    if len(raw) < 6 or int.from_bytes(raw[2:4], "big") != len(raw) - 4:
        return False
    return 6 + int.from_bytes(raw[4:6], "big") <= len(raw)


@judges_archive("ps3.4-b.3.1-optional")
def negotiation_is_optional(association: AssociationSeen) -> Finding | None:
    """Extended negotiation is optional, so that an association without it is granted (PS3.4 B.3.1)."""
    if association.opened_by_peer or association.requested:
        return None
    expected = "an association without extended negotiation"
    return Finding.of(association.granted, PreservationReason.NEGOTIATION_REFUSED, expected=expected, found="refused")


@judges_archive(_REQUEST + "reserved-bytes-ignored", _REQUEST + "default-scu-only", "ps3.7-d.3.3.5.1-reserved-byte")
def what_says_nothing_changes_nothing(twins: AssociationTwins, requirement: str) -> Finding | None:
    """Reserved bytes are not examined, and a sub-item of default values is as good as none (PS3.4 B.3.1.1)."""
    if twins.requirement != requirement:
        return None
    plain, odd = twins.plain, twins.odd
    if not plain.granted:
        return None
    expected = "the same answer as to a request without them"
    reason = PreservationReason.NEGOTIATION_EXAMINED
    if not odd.granted:
        return Finding.broken(reason, expected=expected, found="the association was refused")
    if [each.accepted for each in plain.contexts] != [each.accepted for each in odd.contexts]:
        return Finding.broken(reason, expected=expected, found="other presentation contexts were accepted")
    if requirement.endswith("default-scu-only"):  # one of the two asks for no sub-item, and gets none
        return HOLDS
    same = sorted(map(_said, plain.answered)) == sorted(map(_said, odd.answered))
    return Finding.of(same, reason, expected=expected, found="another extended negotiation was answered")


def _said(item: SubItem) -> tuple[str, bytes]:
    """What a sub-item says: whoever repeats reserved bytes has not examined them."""
    return item.sop_class, item.information[::2] if len(item.information) == 6 else item.information


@judges_archive(_EXPLICIT_VR, "ps3.15-a.3-implicit-only-cannot-claim", "ps3.4-b.4.1.4-signature-level-3-explicit-vr")
def explicit_vr_is_accepted(association: AssociationSeen, requirement: str) -> Finding | None:
    """A bit-preserving system takes and gives an explicit VR transfer syntax (PS3.15 A.3, PS3.4 B.4.1.4)."""
    if association.used and requirement == _EXPLICIT_VR:
        expected = "explicit VR for what was stored in it, where explicit and implicit VR were agreed on"
        reason, uses = PreservationReason.EXPLICIT_NOT_USED, _explicit(association.used)
        return Finding.of(uses, reason, expected=expected, found="Implicit VR")
    offered = [each for each in association.contexts if EXPLICIT_LITTLE_ENDIAN_UID in each.proposed]
    if requirement == "ps3.15-a.3-implicit-only-cannot-claim":
        offered = [each for each in offered if all(map(_explicit, each.proposed))]
    classes = {each.sop_class for each in association.contexts if each.accepted}
    known = [each for each in offered if each.sop_class in classes]
    if association.opened_by_peer or not known:
        return None
    without = sorted({each.sop_class for each in known} - {each.sop_class for each in known if _took_explicit(each)})
    expected = "an explicit VR transfer syntax for each SOP Class that is taken at all"
    found = f"Implicit VR alone for {listed(without)}"
    return Finding.of(not without, PreservationReason.EXPLICIT_REFUSED, expected=expected, found=found)


def _explicit(syntax: str) -> bool:
    return syntax != IMPLICIT_LITTLE_ENDIAN_UID and transfer_syntax(syntax).known


def _took_explicit(context: ContextSeen) -> bool:
    return bool(context.accepted) and _explicit(context.accepted)
