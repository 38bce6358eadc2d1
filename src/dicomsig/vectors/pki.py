"""The committed test PKI: published RSA keys and X.509 certificates that protect nothing (PS3.15 C.1).

Every certificate is valid from 2020 to 2049 unless its name says otherwise.
"""

import base64
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dicomsig import resources

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["Credential", "chain_path", "folder", "other_trust_path", "private_key", "trust_path"]

_PREFIX = "test-only-"
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"


class Credential(StrEnum):
    """A certificate of the test PKI and its private key; the value is the middle of the file names."""

    ROOT = "root"
    INTERMEDIATE = "intermediate"
    OTHER_ROOT = "other-root"
    RSA_1024 = "rsa-1024"
    RSA_1032 = "rsa-1032"
    """A modulus of 129 bytes: the signature value needs a pad byte."""
    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"
    EXPONENT_3 = "exponent-3"
    ODD_LENGTH = "odd-length"
    """A certificate whose DER has an odd number of bytes."""
    EVEN_LENGTH = "even-length"
    BELOW_INTERMEDIATE = "below-intermediate"
    """A leaf that only the intermediate connects with the root."""
    RENEWED = "renewed"
    """Another certificate over the key and the subject of ``rsa-2048``."""
    OTHER_AUTHORITY = "other-authority"
    """The subject of ``rsa-2048`` with another key, issued by the unrelated root."""
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"
    """Valid from 2020 to 2022."""
    NOT_YET_VALID = "not-yet-valid"
    """Valid from 2045 to 2049."""
    NO_DIGITAL_SIGNATURE = "no-digital-signature"
    """Key usage is key encipherment alone."""
    VERSION_1 = "version-1"
    MD5_SIGNED = "md5-signed"
    SHA1_SIGNED = "sha1-signed"
    ELLIPTIC_CURVE = "elliptic-curve"
    TIMESTAMP_AUTHORITY = "timestamp-authority"

    @property
    def certificate_path(self) -> Path:
        """The certificate as a PEM file."""
        return folder() / f"{_PREFIX}{self.value}.cert.pem"

    @property
    def key_path(self) -> Path:
        """The private key as a PEM file, PKCS #8, not encrypted."""
        owner = Credential.RSA_2048 if self is Credential.RENEWED else self
        return folder() / f"{_PREFIX}{owner.value}.key.pem"

    @property
    def certificate_pem(self) -> bytes:
        """The bytes of the PEM file."""
        return self.certificate_path.read_bytes()

    @property
    def key_pem(self) -> bytes:
        """The bytes of the PEM file."""
        return self.key_path.read_bytes()

    @property
    def certificate_der(self) -> bytes:
        """The DER of the certificate, as Certificate of Signer (0400,0115) holds it before padding."""
        return _der(self.certificate_pem)


@cache
def folder() -> Path:
    """The folder of the test PKI."""
    return resources.content("fixtures") / "pki"


def trust_path() -> Path:
    """The root, as a PEM file."""
    return folder() / f"{_PREFIX}trust.pem"


def chain_path() -> Path:
    """The root and the intermediate, as a PEM file."""
    return folder() / f"{_PREFIX}chain.pem"


def other_trust_path() -> Path:
    """The unrelated root, as a PEM file."""
    return Credential.OTHER_ROOT.certificate_path


@cache
def private_key(credential: Credential) -> "RSAPrivateKey":
    """The private key of a credential, for signing tests; raises ValueError when it is no RSA key."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(credential.key_pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{credential} has no RSA key")
    return key


@cache
def _der(pem: bytes) -> bytes:
    body = pem.partition(_BEGIN)[2].partition(_END)[0]
    return base64.b64decode(body)
