"""The parts of a certificate that need decoding: times, public key and extensions (RFC 5280 4.1, 4.2)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dicomsig.crypto.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    UTC_TIME,
    DerError,
    Element,
    Reader,
    bit_string,
    integer,
    object_identifier,
    whole_octets,
)
from dicomsig.crypto.rsa import RsaPublicKey

BASIC_CONSTRAINTS = "2.5.29.19"
KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"

_KEY_KINDS = {
    "1.2.840.113549.1.1.1": "RSA",
    # The RSA of X.509 itself, which certificates of the nineties name.
    "2.5.8.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
_USAGES = (
    "digitalSignature",
    "contentCommitment",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
_TIME = re.compile(rb"(\d{10})(\d\d)?(?:Z|([+-])([01]\d|2[0-3])([0-5]\d))")
_MOST_EXTENSIONS = 256
_MOST_PURPOSES = 256


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions that a path check or a report needs; None where an extension is absent (RFC 5280 4.2)."""

    is_authority: bool | None = None
    path_length: int | None = None
    key_usage: frozenset[str] | None = None
    extended_key_usage: frozenset[str] | None = None
    critical: frozenset[str] = frozenset()


def read_time(element: Element) -> datetime:
    """Read UTCTime or GeneralizedTime as an aware UTC datetime (RFC 5280 4.1.2.5); raises DerError.

    Missing seconds and offsets from UTC, lawful before RFC 2459, are read too.
    """
    contents = element.contents
    if element.tag == UTC_TIME and len(contents) <= 17:
        contents = (b"20" if contents[:2] < b"50" else b"19") + contents
    elif element.tag != GENERALIZED_TIME:
        raise DerError(element.start, "a time is neither UTCTime nor GeneralizedTime")
    # Ten digits and two make the minutes; the optional pair is the seconds.
    match = _TIME.fullmatch(contents[2:]) if len(contents) <= 19 and contents[:2].isdigit() else None
    if match is None:
        raise DerError(element.start, "a time is not digits and Z")
    digits, seconds, sign, hours, minutes = match.groups()
    try:
        year, month, day = int(contents[:2] + digits[:2]), int(digits[2:4]), int(digits[4:6])
        local = datetime(year, month, day, int(digits[6:8]), int(digits[8:]), int(seconds or 0), tzinfo=UTC)
        offset = timedelta(hours=int(hours), minutes=int(minutes)) if sign else timedelta()
        return local + offset if sign == b"-" else local - offset
    except (ValueError, OverflowError):
        raise DerError(element.start, "a time names no moment") from None


def read_public_key(info: Element) -> tuple[str, RsaPublicKey | None]:
    """Read SubjectPublicKeyInfo as the kind of key, an OID where it has no name here, and the key when it is RSA.

    Raises DerError when the outer structure or an RSA key is damaged (RFC 5280 4.1.2.7, RFC 3279 2.3.1).
    """
    reader = info.reader()
    algorithm = reader.expect(SEQUENCE).reader()
    oid = object_identifier(algorithm.expect(OBJECT_IDENTIFIER))
    kind = _KEY_KINDS.get(oid, oid)
    bits = whole_octets(reader.expect(BIT_STRING))
    reader.finish()
    if kind != "RSA":
        return kind, None
    outer = Reader(bits)
    numbers = outer.expect(SEQUENCE).reader()
    outer.finish()
    key = RsaPublicKey(integer(numbers.expect(INTEGER)), integer(numbers.expect(INTEGER)))
    numbers.finish()
    return kind, key


def read_extensions(sequence: Element) -> Extensions:
    """Read the extensions of a certificate; raises DerError when one that is read is damaged or comes twice."""
    reader = sequence.reader()
    values: dict[str, Element] = {}
    critical: set[str] = set()
    while not reader.at_end:
        extension = reader.expect(SEQUENCE).reader()
        name = extension.expect(OBJECT_IDENTIFIER)
        oid = object_identifier(name)
        flag = extension.optional(BOOLEAN)
        if oid in values or len(values) >= _MOST_EXTENSIONS:
            raise DerError(name.start, f"extension {oid} comes twice, or there are too many")
        if flag is not None and any(flag.contents):
            critical.add(oid)
        values[oid] = extension.expect(OCTET_STRING)
        extension.finish()
    is_authority, path_length = _basic_constraints(values.get(BASIC_CONSTRAINTS))
    return Extensions(
        is_authority,
        path_length,
        _key_usage(values.get(KEY_USAGE)),
        _extended_key_usage(values.get(EXTENDED_KEY_USAGE)),
        frozenset(critical),
    )


def _basic_constraints(value: Element | None) -> tuple[bool | None, int | None]:
    if value is None:
        return None, None
    outer = value.reader()
    reader = outer.expect(SEQUENCE).reader()
    outer.finish()
    flag = reader.optional(BOOLEAN)
    length = reader.optional(INTEGER)
    reader.finish()
    path_length = None if length is None else integer(length)
    if path_length is not None and path_length < 0:
        raise DerError(value.start, "a path length below 0")
    return flag is not None and any(flag.contents), path_length


def _key_usage(value: Element | None) -> frozenset[str] | None:
    if value is None:
        return None
    reader = value.reader()
    octets, _ = bit_string(reader.expect(BIT_STRING))
    reader.finish()
    return frozenset(
        name for bit, name in enumerate(_USAGES) if bit // 8 < len(octets) and octets[bit // 8] & 0x80 >> bit % 8
    )


def _extended_key_usage(value: Element | None) -> frozenset[str] | None:
    if value is None:
        return None
    outer = value.reader()
    reader = outer.expect(SEQUENCE).reader()
    outer.finish()
    purposes: set[str] = set()
    count = 0
    while not reader.at_end:
        purposes.add(object_identifier(reader.expect(OBJECT_IDENTIFIER)))
        count += 1
        if count > _MOST_PURPOSES:
            raise DerError(value.start, f"more than {_MOST_PURPOSES} purposes of a key")
    return frozenset(purposes)


def read_algorithm(identifier: Element) -> str:
    """Read the object identifier of an AlgorithmIdentifier; parameters may follow (RFC 5280 4.1.1.2)."""
    reader = identifier.reader()
    oid = object_identifier(reader.expect(OBJECT_IDENTIFIER))
    if reader.optional(NULL) is None and not reader.at_end:
        reader.any()
    reader.finish()
    return oid
