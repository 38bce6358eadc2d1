"""The reason codes of what happens between storing and retrieving, beside the kinds of difference themselves."""

from enum import StrEnum
from typing import Final

from dicomsig.conformance.preservation.differences import NEUTRAL, Kind

BREAKING: Final = tuple(kind for kind in Kind if kind not in NEUTRAL and kind is not Kind.SYNTAX)
"""The kinds of difference that are reasons; another transfer syntax is none by itself."""


class PreservationReason(StrEnum):
    """Why a requirement on an archive is not met, where no difference says it."""

    LOST = "instance-lost"
    UNREADABLE = "instance-came-back-unreadable"
    NOT_RETRIEVED = "instance-not-retrieved"
    STATUS_NOT_SEEN = "storage-status-not-seen"
    STATUS_UNDOCUMENTED = "storage-status-undocumented"
    SIGNATURE_BROKEN = "signature-broken-on-the-way"
    SIGNATURE_STALE = "stale-signature-sent"
    NEITHER_KEPT_NOR_REPLACED = "signature-neither-kept-nor-replaced"
    REPLACEMENT_MISSING = "replacement-signature-missing"
    REPLACEMENT_UNDECLARED = "replacement-signer-undeclared"
    REPLACEMENT_AT_LEVEL_1 = "replacement-at-level-1"
    REPLACEMENT_SCOPE = "replacement-covers-unverified"
    REPLACEMENT_LAUNDERS = "replacement-covers-broken"
    CHECK_WITHOUT_TRACE = "check-without-trace"
    COERCED_SILENTLY = "coercion-not-announced"
    COERCED_OTHER_WARNING = "coercion-with-other-warning"
    COERCED_ELEMENT = "element-coerced"
    ORIGINALS_NOT_KEPT = "original-attributes-not-kept"
    STATUS_TRAVELS = "instance-status-sent-outside"
    STATUS_NOT_RESET = "instance-status-not-reset"
    REFUSED_AND_KEPT = "instance-kept-though-refused"
    STATUS_TERM = "instance-status-no-defined-term"
    STATUS_OF_COPY = "instance-status-of-original-in-copy"
    CREATOR_UNKNOWN = "private-creator-became-un"
    LEVEL_WITHOUT_STORAGE = "signature-level-without-storage-level"
    NEGOTIATION_LENGTH = "negotiation-not-six-bytes"
    NEGOTIATION_VALUE = "negotiation-value-unknown"
    NEGOTIATION_RESERVED = "negotiation-reserved-not-zero"
    NEGOTIATION_EXAMINED = "negotiation-reserved-examined"
    NEGOTIATION_COERCION = "negotiation-coercion-contradiction"
    NEGOTIATION_CLAIM = "negotiation-differs-from-claims"
    NEGOTIATION_BEHAVIOUR = "negotiation-differs-from-behaviour"
    NEGOTIATION_REPEATED = "negotiation-class-repeated"
    NEGOTIATION_UNREQUESTED = "negotiation-unrequested-answer"
    NEGOTIATION_ITEM = "negotiation-item-malformed"
    NEGOTIATION_REFUSED = "association-without-negotiation-refused"
    REFUSAL_UNKNOWN = "refused-delivery-counted-as-done"
    ANSWER_EXAMINED = "negotiation-answer-examined"
    EXPLICIT_REFUSED = "explicit-vr-refused"
    EXPLICIT_NOT_USED = "explicit-vr-not-used"


def reason_of(kind: Kind) -> Kind:
    """The reason code of a difference: its kind; raises ValueError for one that breaks nothing."""
    if kind not in BREAKING:
        raise ValueError(f"{kind} breaks nothing")
    return kind
