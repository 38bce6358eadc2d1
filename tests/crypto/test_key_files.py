"""Certificate and key files that users give load as PEM or DER, or fail with a reason."""

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto.certificates import CertificateError
from dicomsig.crypto.key_files import PrivateKeyError, load_certificates, load_private_key

MakeCertificate = Callable[..., bytes]
PKCS8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    return f"-----BEGIN {label}-----\r\n".encode() + base64.encodebytes(der) + f"-----END {label}-----\n".encode()


def test_all_forms_of_a_certificate_file_load(make_certificate: MakeCertificate) -> None:
    """PEM blocks with text between and DER certificates one after another give the same certificates in order."""
    first, second = make_certificate("leaf", "root"), make_certificate("root", "root")
    text = (
        b"subject=leaf\n" + pem(first) + b"\xff noise\n" + pem(b"key", "PRIVATE KEY") + pem(second, "X509 CERTIFICATE")
    )
    for data in (text, first + second):
        assert [certificate.der for certificate in load_certificates(data)] == [first, second]


def test_the_second_part_of_a_trusted_certificate_is_left_out(make_certificate: MakeCertificate) -> None:
    """OpenSSL's trusted certificates carry settings behind the certificate."""
    der = make_certificate("root", "root")
    (loaded,) = load_certificates(pem(der + b"\x30\x00", "TRUSTED CERTIFICATE"))
    assert (loaded.der, loaded.trailing) == (der, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\nMIIB",
        pem(b"not DER"),
        pem(b"\x30\x00"),
        b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        b"\x30\x00" * 5000,
    ],
)
def test_a_file_without_a_certificate_is_refused(data: bytes) -> None:
    """What holds no readable certificate raises CertificateError."""
    with pytest.raises(CertificateError):
        load_certificates(data)


def test_a_stray_character_in_pem_is_noticed(make_certificate: MakeCertificate) -> None:
    """Base64 with a character that has no place there is refused, not repaired."""
    text = pem(make_certificate("leaf", "root"))
    with pytest.raises(CertificateError, match="block 1 is damaged"):
        load_certificates(text[:100] + b"!" + text[100:])


@given(st.binary(max_size=200), st.booleans())
def test_random_files_never_raise_anything_else(data: bytes, as_pem: bool) -> None:
    """Random bytes, bare or in a PEM block, raise CertificateError."""
    with pytest.raises(CertificateError):
        load_certificates(pem(data) if as_pem else data)


def test_a_private_key_loads_with_its_password(odd_key: rsa.RSAPrivateKey) -> None:
    """A key loads bare, and encrypted with its password only."""
    bare = odd_key.private_bytes(*PKCS8, serialization.NoEncryption())
    locked = odd_key.private_bytes(*PKCS8, serialization.BestAvailableEncryption(b"word"))
    assert load_private_key(bare).private_numbers() == odd_key.private_numbers()
    assert load_private_key(locked, b"word").private_numbers() == odd_key.private_numbers()
    for data, password in ((locked, None), (locked, b"other"), (bare, b"word")):
        with pytest.raises(PrivateKeyError):
            load_private_key(data, password)


def test_other_keys_are_refused() -> None:
    """Garbage and keys that are not RSA raise PrivateKeyError (PS3.15 C.1)."""
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(*PKCS8, serialization.NoEncryption())
    for data in (b"", b"garbage", other):
        with pytest.raises(PrivateKeyError):
            load_private_key(data)
