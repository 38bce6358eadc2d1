"""Certificates and private keys from files that users give: PEM text or DER (RFC 7468)."""

import binascii
import re
from typing import TYPE_CHECKING

from dicomsig.crypto.certificates import Certificate, CertificateError, CertificateReason, read_certificate
from dicomsig.crypto.der import DerError, read_element

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

LARGEST_FILE = 1 << 24
_MOST_CERTIFICATES = 4096
_BEGIN = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_END = b"-----END "


class PrivateKeyError(ValueError):
    """A private key file cannot be read, is locked, or holds no key of the kind that is due."""


def load_certificates(pem_or_der: bytes) -> tuple[Certificate, ...]:
    """Load every certificate of a file in its order: PEM blocks with text around them, or DER one after another.

    Raises CertificateError when one cannot be read, when there is none, and above 16 MiB or 4096 certificates.
    """
    if len(pem_or_der) > LARGEST_FILE:
        raise CertificateError(CertificateReason.UNREADABLE, f"a certificate file of more than {LARGEST_FILE} bytes")
    encoded = _pem_blocks(pem_or_der) if _BEGIN.search(pem_or_der) else _der_blocks(pem_or_der)
    if not encoded:
        raise CertificateError(CertificateReason.UNREADABLE, "the file holds no certificate")
    return tuple(read_certificate(der) for der in encoded)


def _pem_blocks(text: bytes) -> list[bytes]:
    blocks: list[bytes] = []
    position = 0
    while begin := _BEGIN.search(text, position):
        position = text.find(_END, begin.end())
        number = len(blocks) + 1
        if position < 0 or number > _MOST_CERTIFICATES:
            message = f"PEM block {number} has no end, or there are more than {_MOST_CERTIFICATES}"
            raise CertificateError(CertificateReason.UNREADABLE, message)
        try:
            der = binascii.a2b_base64(b"".join(text[begin.end() : position].split()), strict_mode=True)
            # OpenSSL's trusted certificates carry a second structure after the certificate.
            blocks.append(der[: read_element(der, 0, len(der)).end])
        except (binascii.Error, DerError) as error:
            message = f"PEM block {number} is damaged: {error}"
            raise CertificateError(CertificateReason.UNREADABLE, message) from None
    return blocks


def _der_blocks(data: bytes) -> list[bytes]:
    blocks: list[bytes] = []
    position = 0
    while position < len(data):
        number = len(blocks) + 1
        try:
            end = read_element(data, position, len(data)).end
        except DerError as error:
            message = f"certificate {number} is neither PEM nor DER: {error}"
            raise CertificateError(CertificateReason.UNREADABLE, message) from None
        if number > _MOST_CERTIFICATES:
            raise CertificateError(CertificateReason.UNREADABLE, f"more than {_MOST_CERTIFICATES} certificates")
        blocks.append(data[position:end])
        position = end
    return blocks


def load_private_key(pem: bytes, password: bytes | None = None) -> "RSAPrivateKey":
    """Load an RSA private key from PEM text, with its password if it has one (PS3.15 C.1); raises PrivateKeyError."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    key = load_any_private_key(pem, password)
    if not isinstance(key, RSAPrivateKey):
        raise PrivateKeyError("the private key is not RSA")
    return key


def load_any_private_key(pem: bytes, password: bytes | None = None) -> "PrivateKeyTypes":
    """Load a private key of any kind from PEM text, with its password if it has one; raises PrivateKeyError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if len(pem) > LARGEST_FILE:
        raise PrivateKeyError(f"a key file of more than {LARGEST_FILE} bytes")
    try:
        return load_pem_private_key(pem, password)
    except TypeError:
        need = "is not encrypted, but a password was given" if password else "is encrypted and needs a password"
        raise PrivateKeyError(f"the private key {need}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise PrivateKeyError("the file holds no private key in PEM that can be used") from None
