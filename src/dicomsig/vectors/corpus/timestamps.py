"""Certified timestamps over the signature value; they are never hashed (PS3.3 C.12.1.1.3.1.3, RFC 3161)."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import at, dropped, put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import Leaf
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.timestamps import STAMPED_AT, Authority, reply
from dicomsig.vectors.values import element
from dicomsig.vectors.vector import ANY, DECIDED, NOT_VALID, Expected, Flag, Outcome, Statuses
from dicomsig.vectors.writing import DEFAULT, SOME, Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import ct

__all__: list[str] = []

_STAMP: Final = "ps3.3-c.12.1.1.3.1.3-"
_ITEM: Final = "/fffafffa[0]/"
_HOLDS: Final[Statuses] = (Status.VALID, Status.INDETERMINATE)
_STAMPED: Final = (Expected(time=_HOLDS),)
_FLAGS: Final = (Flag.TIMESTAMP,)


def _stamped(algorithm: MacAlgorithm, credential: Credential = Credential.RSA_2048) -> Forgery:
    return replace(ct(), algorithm=algorithm, credential=credential, timestamp=Authority().token)


positive(
    "stamped",
    [
        STREAM + "timestamp-not-hashed",
        _STAMP + "mismatch-detected",
        _STAMP + "token-not-response",
        "ps3.5-6.2-timestamp-pad-stripped",
    ],
    expected=_STAMPED,
    algorithms=SOME,
    title="A certified timestamp one second after the signing time",
    family="timestamps",
    flags=_FLAGS,
)(_stamped)
positive(
    "stamped-odd-signature",
    ["ps3.5-6.2-signature-pad-stripped"],
    expected=(Expected(trust=ANY, time=_HOLDS),),
    algorithms=DEFAULT,
    title="A certified timestamp over a signature of odd length, without its pad byte",
    family="timestamps",
    flags=(*_FLAGS, Flag.WEAK_CERTIFICATE),
)(lambda algorithm: _stamped(algorithm, Credential.RSA_1032))


def _even_token(value: bytes) -> bytes:
    """A token of even length: a larger serial number makes it longer."""
    token = Authority().token(value)
    return Authority(serial=7357 << 8 | 1).token(value) if len(token) % 2 else token


@positive(
    "stamped-even-token", ["ps3.5-6.2-timestamp-pad-stripped"], expected=_STAMPED, flags=_FLAGS, algorithms=DEFAULT
)
def stamped_even_token(algorithm: MacAlgorithm) -> Forgery:
    """The token has an even length and no pad byte."""
    return replace(ct(), algorithm=algorithm, timestamp=_even_token)


def _value(twin: Signed) -> bytes:
    """The signature value of a twin."""
    found: list[bytes] = []

    def keep(value: bytes) -> bytes:
        found.append(value)
        return value

    twin.edited(at(_ITEM, revalued(attributes.SIGNATURE, keep)))
    return found[0]


@vector(
    "timestamp-added",
    "creator-ct",
    Outcome.VALID,
    requirements=[STREAM + "timestamp-not-hashed", MACRO + "timestamp-optional"],
    expected=_STAMPED,
    flags=_FLAGS,
    algorithms=DEFAULT,
)
def timestamp_added(twin: Signed) -> bytes:
    """A certified timestamp joined the signature item later."""
    token = element("CertifiedTimestamp", Authority().token(_value(twin)))
    return twin.edited(at(_ITEM, put(element("CertifiedTimestampType", "CMS_TSP"), token)))


@vector("stamped-content-altered", "stamped", reason="mac-mismatch", algorithms=DEFAULT)
def stamped_content_altered(twin: Signed) -> bytes:
    """Patient's Name (0010,0010) was changed; the timestamp over the signature still holds and proves nothing."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


@vector(
    "timestamp-of-another-signature",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-imprint-mismatch",
    [_STAMP + "mismatch-detected"],
    integrity=DECIDED,
    time=NOT_VALID,
    ambiguity="A-15",
    algorithms=DEFAULT,
)
def timestamp_of_another_signature(twin: Signed) -> bytes:
    """The timestamp was made for another signature; that of this one is intact."""
    return twin.forged(timestamp=lambda value: Authority().token(value[::-1]))


@vector(
    "timestamp-with-the-whole-reply",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-is-reply",
    [_STAMP + "token-not-response"],
    integrity=DECIDED,
    time=ANY,
    ambiguity="A-15",
)
def timestamp_with_the_whole_reply(twin: Signed) -> bytes:
    """Certified Timestamp (0400,0310) holds the whole reply of the time stamping party."""
    return twin.forged(timestamp=lambda value: reply(Authority().token(value)))


@vector(
    "timestamp-over-the-pad-byte",
    "stamped-odd-signature",
    Outcome.ACCEPTABLE,
    "timestamp-imprint-with-pad",
    [_STAMP + "imprint-without-pad"],
    integrity=DECIDED,
    time=ANY,
    ambiguity="A-14",
    algorithms=DEFAULT,
)
def timestamp_over_the_pad_byte(twin: Signed) -> bytes:
    """The timestamp is over the signature value with its pad byte."""
    return twin.forged(timestamp=lambda value: Authority().token(value + b"\0"))


@vector(
    "timestamp-without-type",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-type-missing",
    [MACRO + "timestamp-without-type-flagged"],
    integrity=DECIDED,
    structure=(Status.INVALID,),
    time=ANY,
    ambiguity="A-15",
    algorithms=DEFAULT,
)
def timestamp_without_type(twin: Signed) -> bytes:
    """There is a timestamp and no Certified Timestamp Type (0400,0305)."""
    return twin.edited(at(_ITEM, dropped(attributes.TIMESTAMP_TYPE)))


@vector(
    "timestamp-of-unknown-type",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-type-unknown",
    [MACRO + "timestamp-type-term"],
    integrity=DECIDED,
    time=NOT_VALID,
    ambiguity="A-15",
    algorithms=DEFAULT,
)
def timestamp_of_unknown_type(twin: Signed) -> bytes:
    """Certified Timestamp Type (0400,0305) is no defined term."""
    return twin.edited(at(_ITEM, revalued(attributes.TIMESTAMP_TYPE, b"PRIVATE ")))


def _damaged(name: str, title: str, change: bytes | None) -> None:
    def make(twin: Signed) -> bytes:
        def value(token: bytes) -> bytes:
            return token[: len(token) // 2] if change is None else change

        return twin.edited(at(_ITEM, revalued(attributes.TIMESTAMP, value)))

    vector(
        name,
        "stamped",
        Outcome.ACCEPTABLE,
        "timestamp-unreadable",
        integrity=DECIDED,
        time=NOT_VALID,
        ambiguity="A-15",
        title=title,
        family="timestamps",
    )(make)


_damaged("timestamp-truncated", "Half of the timestamp is missing", None)
_damaged("timestamp-of-garbage", "The timestamp holds bytes that mean nothing", b"\x5a" * 64)
_damaged("timestamp-empty", "The timestamp is empty", b"")


@vector(
    "timestamp-as-text",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-unreadable",
    integrity=DECIDED,
    time=NOT_VALID,
    ambiguity="A-15",
)
def timestamp_as_text(twin: Signed) -> bytes:
    """The timestamp is stored in base 64."""
    return twin.forged(timestamp=lambda value: base64.b64encode(Authority().token(value)))


@vector(
    "timestamp-a-month-late",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-distant",
    integrity=DECIDED,
    time=ANY,
    ambiguity="A-17",
)
def timestamp_a_month_late(twin: Signed) -> bytes:
    """The timestamp is thirty days younger than the signature says it is."""
    return twin.forged(timestamp=Authority(at=STAMPED_AT + timedelta(days=30)).token)


@vector(
    "timestamp-type-hashed",
    "stamped",
    reason="mac-mismatch",
    requirements=[STREAM + "timestamp-not-hashed", MACRO + "timestamp-optional"],
    algorithms=DEFAULT,
)
def timestamp_type_hashed(twin: Signed) -> bytes:
    """Certified Timestamp Type (0400,0305) was hashed with the signature item."""
    return twin.forged(stream=lambda data: data + b"\x00\x04\x05\x03CS\x08\x00CMS_TSP ")


@vector(
    "retired-timestamp-element",
    "creator-ct",
    Outcome.VALID,
    requirements=["ps3.6-6-retired-0400-0315", STREAM + "extra-item-elements-covered"],
    algorithms=DEFAULT,
)
def retired_timestamp_element(twin: Signed) -> bytes:
    """The retired element (0400,0315) stands in the signature item and is hashed like any other."""
    return twin.forged(item=(put(Leaf(0x04000315, "FL", bytes(4))),))


@vector(
    "timestamp-of-odd-length-cut",
    "stamped",
    Outcome.ACCEPTABLE,
    "timestamp-unreadable",
    ["ps3.5-6.2-timestamp-pad-stripped"],
    integrity=DECIDED,
    time=NOT_VALID,
    ambiguity="A-15",
)
def timestamp_of_odd_length_cut(twin: Signed) -> bytes:
    """The last byte of a timestamp of odd length is gone, so that no pad byte is needed."""
    return twin.edited(at(_ITEM, revalued(attributes.TIMESTAMP, lambda token: token[:-1])))


@vector(
    "timestamp-removed",
    "stamped-odd-signature",
    Outcome.VALID,
    requirements=[STREAM + "timestamp-not-hashed", MACRO + "timestamp-optional"],
    time=(Status.ABSENT,),
)
def timestamp_removed(twin: Signed) -> bytes:
    """The certified timestamp and its type were removed."""
    return twin.edited(at(_ITEM, dropped(attributes.TIMESTAMP, attributes.TIMESTAMP_TYPE)))
