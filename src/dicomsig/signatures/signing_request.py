"""What is to be signed, by whom and how; and the error that says why it is not (PS3.3 C.12.1.1.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.tags import Tag
from dicomsig.signatures.datetimes import read_datetime
from dicomsig.signatures.tag_choice import Obstacle

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNATURE_PURPOSE_SCHEME: Final = "ASTM-sigpurpose"

_UID: Final = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+", re.ASCII)
_LONGEST_UID: Final = 64
_GREATEST_MAC_ID: Final = 0xFFFF


class SigningError(ValueError):
    """A signature is not made; ``offenders`` name every element that hinders it, if elements do."""

    def __init__(self, message: str, offenders: tuple[Obstacle, ...] = ()) -> None:
        super().__init__("; ".join((message, *map(str, offenders))))
        self.offenders = offenders


@dataclass(frozen=True, slots=True)
class PurposeCode:
    """A code of CID 7007 for Digital Signature Purpose Code Sequence (0400,0401); the texts are ASCII."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """One signature to be made.

    ``certificate`` is DER and belongs to ``key``. ``tags`` name elements of the data set at ``place`` (steps as
    ``encoding.tags.parse_place`` gives them); they are listed in ascending order, each once. ``uid`` None means a new
    one, ``signed_at`` (aware) None means now. ``mac_id`` None means the lowest number that is free in the whole
    instance; with ``share_parameters`` an item of the same data set with the same algorithm, transfer syntax and list
    is used where there is one. ``timestamp`` is given the value of Signature (0400,0120) without pad byte and returns
    the DER of an RFC 3161 token over it (A-14, A-15).
    """

    key: "RSAPrivateKey" = field(repr=False)
    certificate: bytes = field(repr=False)
    algorithm: MacAlgorithm
    tags: tuple[Tag, ...]
    place: tuple[tuple[Tag, int], ...] = ()
    purpose: PurposeCode | None = None
    uid: str | None = None
    signed_at: datetime | None = None
    mac_id: int | None = None
    share_parameters: bool = False
    timestamp: Callable[[bytes], bytes] | None = None


def checked_uid(uid: str) -> str:
    """A Digital Signature UID (0400,0100) as PS3.5 9.1 wants it; else SigningError."""
    if len(uid) > _LONGEST_UID or _UID.fullmatch(uid) is None:
        raise SigningError(f"{uid!r} is not a UID of at most {_LONGEST_UID} characters")
    return uid


def datetime_text(moment: datetime) -> str:
    """Digital Signature DateTime (0400,0105) with its offset from UTC (A-16).

    Raises SigningError without an offset and with one that DT cannot state.
    """
    if moment.utcoffset() is None:
        raise SigningError("the time of the signature does not state its offset from UTC")
    fraction = f".{moment.microsecond:06}" if moment.microsecond else ""
    text = f"{moment.year:04}{moment:%m%d%H%M%S}{fraction}{moment:%z}"
    if not read_datetime(text).well_formed:
        raise SigningError(f"{moment:%z} is no offset from UTC that DT can state")
    return text


def checked_mac_id(mac_id: int) -> int:
    """A MAC ID Number (0400,0005), which is US; else SigningError."""
    if not 0 <= mac_id <= _GREATEST_MAC_ID:
        raise SigningError(f"MAC ID Number {mac_id} is not between 0 and {_GREATEST_MAC_ID}")
    return mac_id


def checked_purpose(code: PurposeCode) -> PurposeCode:
    """A code whose value and scheme fit SH and whose meaning fits LO, all ASCII (PS3.5 6.2); else SigningError."""
    for name, text, longest in (("value", code.value, 16), ("scheme", code.scheme, 16), ("meaning", code.meaning, 64)):
        if not 0 < len(text) <= longest or not text.isascii() or not text.isprintable() or "\\" in text:
            raise SigningError(f"the purpose code has {name} {text!r}; 1 to {longest} ASCII characters are due")
    return code
