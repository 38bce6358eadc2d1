"""A root and a signer below it, made for one site: X.509 certificates over RSA keys (PS3.15 C.1)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate, Name

__all__ = ["Issued", "SitePki", "new_site_pki"]

_BITS: Final = 3072
_EXPONENT: Final = 65537
_SLACK: Final = timedelta(days=1)
"""Clocks of other machines may be behind."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, both PEM; the key is PKCS #8 and not encrypted."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SitePki:
    """A root, which others are to trust, and a signer that it certifies."""

    root: Issued
    signer: Issued


def new_site_pki(name: str, days: int) -> SitePki:
    """New keys and certificates, valid for so many days; raises ValueError for a name that no certificate can hold."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not 0 < len(name) <= 50 or not name.isprintable():
        raise ValueError("a name has 1 to 50 printable characters")
    start = datetime.now(UTC)
    names = [_name(f"{name} root"), _name(f"{name} signer")]
    keys = [rsa.generate_private_key(_EXPONENT, _BITS) for _ in names]
    root = _certificate(names[0], names[0], keys[0], keys[0], start, days, authority=True)
    signer = _certificate(names[1], names[0], keys[1], keys[0], start, days, authority=False)

    def issued(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> Issued:
        encoding = serialization.Encoding.PEM
        plain = serialization.NoEncryption()
        return Issued(
            certificate.public_bytes(encoding),
            key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain),
        )

    return SitePki(issued(root, keys[0]), issued(signer, keys[1]))


def _name(text: str) -> "Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: "Name",
    issuer: "Name",
    key: "RSAPrivateKey",
    issuer_key: "RSAPrivateKey",
    start: datetime,
    days: int,
    *,
    authority: bool,
) -> "Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - _SLACK)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
