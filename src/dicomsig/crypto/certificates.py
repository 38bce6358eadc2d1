"""X.509 certificates as Certificate of Signer (0400,0115) holds them (PS3.3 C.12.1.1.3, RFC 5280 4.1, A-13)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from dicomsig.crypto.certificate_parts import (
    Extensions,
    read_algorithm,
    read_extensions,
    read_public_key,
    read_time,
)
from dicomsig.crypto.der import (
    BIT_STRING,
    INTEGER,
    SEQUENCE,
    DerError,
    Element,
    Reader,
    integer,
    read_element,
    whole_octets,
)
from dicomsig.crypto.names import name_text
from dicomsig.crypto.rsa import RsaPublicKey

LARGEST_CERTIFICATE = 1 << 20
_LARGEST_CACHED = 1 << 14
_PEM_MARK = b"-----BEGIN "
_PEM_SEARCHED = 256
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class CertificateReason(StrEnum):
    """Why a certificate or its key cannot be used (PS3.3 C.12.1.1.3, PS3.15 C.1, A-13, A-14)."""

    UNREADABLE = "certificate-unreadable"
    NOT_DER = "certificate-not-der"
    PEM = "certificate-pem"
    TRAILING_DATA = "certificate-trailing-data"
    KEY_NOT_RSA = "key-not-rsa"
    KEY_UNUSABLE = "key-unusable"


class CertificateError(ValueError):
    """A certificate cannot be read or its key cannot be used; `reason` says why and `message` where."""

    def __init__(self, reason: CertificateReason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: its bytes as they stand and what they say (RFC 5280 4.1).

    `version` counts from 1; `subject` and `issuer` are lines of safe text, `subject_der` and `issuer_der` the encoded
    names; the two times are aware and in UTC; `key` is None unless `key_kind` is "RSA", `key_der` is the encoded
    SubjectPublicKeyInfo. `algorithms_agree` is whether the signed and the unsigned algorithm identifier are equal.
    `trailing` counts bytes after the certificate that are no lawful pad byte.
    """

    der: bytes = field(repr=False)
    version: int
    serial: int
    subject: str
    issuer: str
    subject_der: bytes
    issuer_der: bytes
    not_before: datetime
    not_after: datetime
    key_kind: str
    key: RsaPublicKey | None
    key_der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    signature_algorithm: str
    algorithms_agree: bool
    signature: bytes = field(repr=False)
    extensions: Extensions
    trailing: int


def rsa_key(certificate: Certificate) -> RsaPublicKey:
    """Give the RSA key of a certificate (PS3.15 C.1); raises CertificateError with KEY_NOT_RSA or KEY_UNUSABLE."""
    if certificate.key is None:
        message = f"the certificate holds a key of kind {certificate.key_kind}, RSA expected"
        raise CertificateError(CertificateReason.KEY_NOT_RSA, message)
    if problem := certificate.key.problem:
        raise CertificateError(CertificateReason.KEY_UNUSABLE, problem)
    return certificate.key


def read_certificate(value: bytes) -> Certificate:
    """Read the one certificate of a Certificate of Signer (0400,0115), cut at its DER length (PS3.5 6.2, A-14).

    Any version and any signature algorithm is read; nothing is verified. One 00 after a certificate of odd length is
    its pad byte; anything else that follows is counted in `trailing`. Raises CertificateError with UNREADABLE, NOT_DER
    (it would be lawful under the Basic Encoding Rules) or PEM. Equal values of up to 16 KiB are read once; the last
    256 are kept.
    """
    return _read_cached(value) if len(value) <= _LARGEST_CACHED else _read(value)


@lru_cache(maxsize=256)
def _read_cached(value: bytes) -> Certificate:
    return _read(value)


def _read(value: bytes) -> Certificate:
    if value[:_PEM_SEARCHED].removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(_PEM_MARK):
        raise CertificateError(CertificateReason.PEM, "the certificate is PEM text, DER expected")
    try:
        if value[:1] != bytes((SEQUENCE,)):
            raise DerError(0, f"tag 30 expected, {value[:1].hex() or 'nothing'} found")
        outer = read_element(value, 0, len(value))
        if outer.end > LARGEST_CERTIFICATE:
            raise DerError(0, f"a certificate of more than {LARGEST_CERTIFICATE} bytes")
        return _parse(outer, _trailing(value, outer.end))
    except DerError as error:
        reason = CertificateReason.NOT_DER if error.basic_rules else CertificateReason.UNREADABLE
        raise CertificateError(reason, str(error)) from None


def _trailing(value: bytes, end: int) -> int:
    rest = len(value) - end
    return 0 if rest == 1 and end % 2 and value[end] == 0 else rest


def _parse(outer: Element, trailing: int) -> Certificate:
    # Cut first: what follows must not stay in memory with the certificate.
    der = outer.encoded
    reader = Reader(der).expect(SEQUENCE).reader()
    tbs = reader.expect(SEQUENCE)
    algorithm = reader.expect(SEQUENCE)
    signature = whole_octets(reader.expect(BIT_STRING))
    reader.finish()

    fields = tbs.reader()
    version = _version(fields.optional(0xA0))
    serial = integer(fields.expect(INTEGER))
    inner_algorithm = fields.expect(SEQUENCE)
    issuer = fields.expect(SEQUENCE)
    validity = fields.expect(SEQUENCE).reader()
    not_before, not_after = read_time(validity.any()), read_time(validity.any())
    validity.finish()
    subject = fields.expect(SEQUENCE)
    info = fields.expect(SEQUENCE)
    key_kind, key = read_public_key(info)
    fields.optional(0x81)
    fields.optional(0x82)
    extensions = _extensions(fields.optional(0xA3))
    fields.finish()
    return Certificate(
        der=der,
        version=version,
        serial=serial,
        subject=name_text(subject),
        issuer=name_text(issuer),
        subject_der=subject.encoded,
        issuer_der=issuer.encoded,
        not_before=not_before,
        not_after=not_after,
        key_kind=key_kind,
        key=key,
        key_der=info.encoded,
        tbs=tbs.encoded,
        signature_algorithm=read_algorithm(algorithm),
        algorithms_agree=algorithm.encoded == inner_algorithm.encoded,
        signature=signature,
        extensions=extensions,
        trailing=trailing,
    )


def _version(element: Element | None) -> int:
    if element is None:
        return 1
    reader = element.reader()
    number = integer(reader.expect(INTEGER))
    reader.finish()
    if not 0 <= number <= 2:
        raise DerError(element.start, "a version other than 1, 2 and 3")
    return number + 1


def _extensions(element: Element | None) -> Extensions:
    if element is None:
        return Extensions()
    reader = element.reader()
    extensions = read_extensions(reader.expect(SEQUENCE))
    reader.finish()
    return extensions
