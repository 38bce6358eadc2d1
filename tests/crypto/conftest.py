"""Test keys, made once a run, and a maker of certificates of any age and fault."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import algos, core, keys, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.crypto.rsa import sign_digest

MakeCertificate = Callable[..., bytes]


@pytest.fixture(scope="session")
def low_exponent_key() -> rsa.RSAPrivateKey:
    """A 2048-bit key with exponent 3."""
    return rsa.generate_private_key(public_exponent=3, key_size=2048)


@pytest.fixture(scope="session")
def odd_key() -> rsa.RSAPrivateKey:
    """A key whose modulus has 129 bytes, an odd number."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1032)


@pytest.fixture(scope="session")
def shifted_key() -> rsa.RSAPrivateKey:
    """A key whose modulus has one bit more than 129 bytes, so that PSS leaves one byte of a block empty."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1033)


@pytest.fixture(scope="session")
def authority_keys() -> dict[str, rsa.RSAPrivateKey]:
    """Keys of a small hierarchy by the common name of their owner."""
    names = ("root", "intermediate", "lower", "leaf", "stranger")
    return {name: rsa.generate_private_key(public_exponent=65537, key_size=1024) for name in names}


@pytest.fixture(scope="session")
def make_certificate(authority_keys: dict[str, rsa.RSAPrivateKey]) -> MakeCertificate:
    """Make DER of `subject` signed by the key of `issuer`; `signer` and `key` name other keys."""

    def make(
        subject: str,
        issuer: str,
        *,
        signer: str | None = None,
        key: str | None = None,
        algorithm: MacAlgorithm = MacAlgorithm.SHA256,
        inner: MacAlgorithm | None = None,
        version: int = 3,
        serial: int = 1,
        start: datetime = datetime(2020, 1, 1, tzinfo=UTC),
        end: datetime = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
        extensions: tuple[tuple[str, bool, object], ...] = (),
    ) -> bytes:
        public = authority_keys[key or subject].public_key()
        info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        fields = {
            "version": f"v{version}",
            "serial_number": serial,
            "signature": _identifier(inner or algorithm),
            "issuer": x509.Name.build({"country_name": "DE", "common_name": issuer}),
            "validity": {"not_before": x509.Time({"utc_time": start}), "not_after": x509.Time({"utc_time": end})},
            "subject": x509.Name.build({"country_name": "DE", "common_name": subject}),
            "subject_public_key_info": keys.PublicKeyInfo.load(info),
        }
        if extensions:
            fields["extensions"] = [
                {"extn_id": oid, "critical": critical, "extn_value": value} for oid, critical, value in extensions
            ]
        tbs = x509.TbsCertificate(fields)
        running = new_digest(algorithm)
        running.update(tbs.dump())
        signature = sign_digest(authority_keys[signer or issuer], algorithm, running.digest())
        value = x509.Certificate(
            {
                "tbs_certificate": tbs,
                "signature_algorithm": _identifier(algorithm),
                "signature_value": core.OctetBitString(signature),
            }
        )
        return bytes(value.dump())

    return make


def _identifier(algorithm: MacAlgorithm) -> algos.SignedDigestAlgorithm:
    oids = {
        MacAlgorithm.MD5: "1.2.840.113549.1.1.4",
        MacAlgorithm.SHA1: "1.2.840.113549.1.1.5",
        MacAlgorithm.RIPEMD160: "1.3.36.3.3.1.2",
        MacAlgorithm.SHA256: "1.2.840.113549.1.1.11",
        MacAlgorithm.SHA384: "1.2.840.113549.1.1.12",
        MacAlgorithm.SHA512: "1.2.840.113549.1.1.13",
    }
    return algos.SignedDigestAlgorithm({"algorithm": oids[algorithm], "parameters": core.Null()})
