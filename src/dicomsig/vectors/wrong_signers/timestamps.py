"""Certified timestamps that are over other bytes, of another kind, or not typed (PS3.3 C.12.1.1.3.1.3, RFC 3161)."""

import base64
from dataclasses import replace
from datetime import timedelta

from dicomsig.signatures import attributes
from dicomsig.vectors.edits import dropped, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.timestamps import STAMPED_AT, Authority, reply
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import stamped, stamped_odd

_STAMP = "ps3.3-c.12.1.1.3.1.3-"


@wrong("ps3.3-c.12.1.1.3-timestamp-type-condition", stamped)
def timestamp_without_type(twin: Forgery) -> Forgery:
    """A Certified Timestamp (0400,0310) stands without its type (0400,0305)."""
    return replace(twin, item_afterwards=(dropped(attributes.TIMESTAMP_TYPE),))


@wrong("ps3.15-c.1-timestamp-type", stamped)
def timestamp_of_another_type(twin: Forgery) -> Forgery:
    """Certified Timestamp Type (0400,0305) is no defined term."""
    return replace(twin, item_afterwards=(revalued(attributes.TIMESTAMP_TYPE, b"CMS_TS"),))


@wrong(_STAMP + "over-signature-value", stamped)
def timestamp_over_other_bytes(twin: Forgery) -> Forgery:
    """The timestamp is over other bytes than the value of Signature (0400,0120)."""
    return replace(twin, timestamp=lambda value: Authority().token(value[::-1]))


@wrong(_STAMP + "stored-as-bytes", stamped)
def timestamp_as_text(twin: Forgery) -> Forgery:
    """Certified Timestamp (0400,0310) holds the token in base 64."""
    return replace(twin, timestamp=lambda value: base64.b64encode(Authority().token(value)))


@wrong(_STAMP + "token-not-response", stamped)
def timestamp_with_the_whole_reply(twin: Forgery) -> Forgery:
    """Certified Timestamp (0400,0310) holds the whole reply of the time stamping party."""
    return replace(twin, timestamp=lambda value: reply(Authority().token(value)))


@wrong(_STAMP + "imprint-without-pad", stamped_odd, warned=True)
def timestamp_over_the_pad_byte(twin: Forgery) -> Forgery:
    """The timestamp is over the value of Signature (0400,0120) with its pad byte."""
    return replace(twin, timestamp=lambda value: Authority().token(value + b"\0"))


@wrong("ps3.15-c.1-timestamp-rfc-3161", stamped)
def timestamp_of_another_kind(twin: Forgery) -> Forgery:
    """Certified Timestamp (0400,0310) is a signed message that is no timestamp."""
    return replace(twin, timestamp=Authority(content_type="data").token)


@wrong("ps3.15-c.1-timestamp-draft", stamped, edition="2016c")
def timestamp_of_another_kind_in_2016(twin: Forgery) -> Forgery:
    """Certified Timestamp (0400,0310) is no timestamp, in an edition that cites the draft of the protocol."""
    return timestamp_of_another_kind(twin)


@wrong(_STAMP + "protocol-from-profile", stamped)
def timestamp_by_another_protocol(twin: Forgery) -> Forgery:
    """Certified Timestamp Type (0400,0305) names a protocol that no profile has."""
    return replace(twin, item_afterwards=(revalued(attributes.TIMESTAMP_TYPE, b"PRIVATE"),))


@wrong("ps3.3-c.12.1.1.3-timestamp-at-creation", stamped, warned=True)
def timestamp_a_month_late(twin: Forgery) -> Forgery:
    """The timestamp is thirty days younger than the signature says it is."""
    return replace(twin, timestamp=Authority(at=STAMPED_AT + timedelta(days=30)).token)


@wrong("ps3.3-c.12.1.1.3.1.2-mac-into-signature", stamped)
def timestamp_type_hashed(twin: Forgery) -> Forgery:
    """Certified Timestamp Type (0400,0305) was hashed with the signature item."""
    return replace(twin, stream=lambda data: data + b"\x00\x04\x05\x03CS\x08\x00CMS_TSP ")
