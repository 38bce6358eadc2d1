"""A certified timestamp as it is found in (0400,0310): token or reply, imprint, time (PS3.3 C.12.1.1.3.1.3, RFC 3161).

It is read and not verified: whether the time stamping party can be trusted belongs to the time axis.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

_LARGEST: Final = 1 << 18
_SEQUENCE, _OBJECT_IDENTIFIER = 0x30, 0x06


class TimestampForm(StrEnum):
    """What the bytes of a certified timestamp are (A-15)."""

    TOKEN = "token"
    REPLY = "reply"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class TimestampReading:
    """What a certified timestamp says; ``trailing`` counts the bytes after its encoding.

    ``imprint_algorithm`` is a name that hashlib knows, empty when it does not; ``generated`` is aware.
    """

    form: TimestampForm
    trailing: int = 0
    imprint_algorithm: str = ""
    imprint: bytes = b""
    generated: datetime | None = None


@lru_cache(maxsize=64)
def read_timestamp(value: bytes) -> TimestampReading:
    """Read a certified timestamp; whatever the bytes are, a reading comes back."""
    if not value or len(value) > _LARGEST:
        return TimestampReading(TimestampForm.UNREADABLE)
    try:
        return _read(value)
    except Exception:  # the parser of a third party on hostile bytes: its list of exceptions is open
        return TimestampReading(TimestampForm.UNREADABLE)


def covers(reading: TimestampReading, data: bytes) -> bool:
    """The imprint is the digest of these bytes (RFC 3161 2.4.2)."""
    engine = hashlib.new(reading.imprint_algorithm, usedforsecurity=False)
    engine.update(data)
    return engine.digest() == reading.imprint


def _read(value: bytes) -> TimestampReading:
    from dicomsig.crypto.asn1 import cms, is_costly, parser, tsp

    if is_costly(value):
        return TimestampReading(TimestampForm.UNREADABLE)
    length = parser.peek(value)
    trailing = len(value) - length
    first = parser.parse(value[:length])
    if first[0] != 0 or first[2] != 16 or not first[4]:
        return TimestampReading(TimestampForm.OTHER, trailing)
    form = TimestampForm.TOKEN
    if first[4][0] == _SEQUENCE:
        form = TimestampForm.REPLY
        info: Any = tsp.TimeStampResp.load(value[:length])["time_stamp_token"]
    elif first[4][0] == _OBJECT_IDENTIFIER:
        info = cms.ContentInfo.load(value[:length])
    else:
        return TimestampReading(TimestampForm.OTHER, trailing)
    if info["content_type"].native != "signed_data":
        return TimestampReading(TimestampForm.OTHER, trailing)
    signed = info["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info" or not len(signed["signer_infos"]):
        return TimestampReading(TimestampForm.OTHER, trailing)
    said = encapsulated["content"].parsed
    imprint = said["message_imprint"]
    name = str(imprint["hash_algorithm"]["algorithm"].native)
    generated = said["gen_time"].native
    if not isinstance(generated, datetime):  # the year 0
        generated = None
    elif generated.tzinfo is None:
        generated = generated.replace(tzinfo=UTC)
    return TimestampReading(
        form,
        trailing,
        name if name in hashlib.algorithms_available and not name.startswith("shake") else "",
        bytes(imprint["hashed_message"].native),
        generated,
    )
