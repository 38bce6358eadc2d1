"""The test PKI is what its names say."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from dicomsig.vectors import pki
from dicomsig.vectors.pki import Credential


def certificate(credential: Credential) -> x509.Certificate:
    return x509.load_pem_x509_certificate(credential.certificate_pem)


def rsa_numbers(credential: Credential) -> rsa.RSAPublicNumbers:
    key = certificate(credential).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key.public_numbers()


@pytest.mark.parametrize("credential", Credential)
def test_each_key_is_the_key_of_its_certificate(credential: Credential) -> None:
    """The public key of the private key file is the one in the certificate."""
    private = serialization.load_pem_private_key(credential.key_pem, None)
    assert private.public_key() == certificate(credential).public_key()


@pytest.mark.parametrize("credential", Credential)
def test_each_subject_says_that_it_is_for_tests_only(credential: Credential) -> None:
    """Nobody can mistake a test certificate for a real one."""
    assert "TEST ONLY" in certificate(credential).subject.rfc4514_string()


@pytest.mark.parametrize("credential", Credential)
def test_the_der_is_that_of_the_certificate(credential: Credential) -> None:
    """The DER property decodes the PEM file and nothing else."""
    assert credential.certificate_der == certificate(credential).public_bytes(serialization.Encoding.DER)


def test_each_key_file_says_that_it_is_for_tests_only() -> None:
    """Every PEM file of the folder is named test-only and belongs to a credential or a bundle."""
    named = {c.certificate_path for c in Credential} | {c.key_path for c in Credential}
    assert set(pki.folder().glob("*.pem")) == named | {pki.trust_path(), pki.chain_path()}
    assert all(path.name.startswith("test-only-") for path in named)


@pytest.mark.parametrize(
    "credential", sorted(set(Credential) - {Credential.EXPIRED, Credential.NOT_YET_VALID}), ids=str
)
def test_certificates_are_valid_from_2020_to_2049(credential: Credential) -> None:
    """No test depends on today's date."""
    made = certificate(credential)
    assert made.not_valid_before_utc == datetime(2020, 1, 1, tzinfo=UTC)
    assert made.not_valid_after_utc == datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_expired_and_not_yet_valid_lie_on_either_side_of_2024() -> None:
    """A signing time in 2024 is outside the validity of both."""
    assert certificate(Credential.EXPIRED).not_valid_after_utc.year == 2022
    assert certificate(Credential.NOT_YET_VALID).not_valid_before_utc.year == 2045


@pytest.mark.parametrize(
    ("credential", "bits"),
    [
        (Credential.RSA_1024, 1024),
        (Credential.RSA_1032, 1032),
        (Credential.RSA_2048, 2048),
        (Credential.RSA_3072, 3072),
        (Credential.RSA_4096, 4096),
    ],
)
def test_moduli_have_the_length_in_their_names(credential: Credential, bits: int) -> None:
    """A modulus of 1032 bits has an odd number of bytes."""
    assert rsa_numbers(credential).n.bit_length() == bits


def test_exponents_are_3_and_f4() -> None:
    """One key has the public exponent 3."""
    assert rsa_numbers(Credential.EXPONENT_3).e == 3
    assert rsa_numbers(Credential.RSA_2048).e == 65537


def test_der_lengths_are_odd_and_even() -> None:
    """One certificate needs a pad byte in (0400,0115), the other none."""
    assert len(Credential.ODD_LENGTH.certificate_der) % 2 == 1
    assert len(Credential.EVEN_LENGTH.certificate_der) % 2 == 0


@pytest.mark.parametrize("credential", Credential)
def test_certificates_are_signed_by_the_issuer_they_name(credential: Credential) -> None:
    """Root, intermediate, unrelated root and self each verify what they issued."""
    issuers = {
        Credential.BELOW_INTERMEDIATE: Credential.INTERMEDIATE,
        Credential.OTHER_ROOT: Credential.OTHER_ROOT,
        Credential.OTHER_AUTHORITY: Credential.OTHER_ROOT,
        Credential.SELF_SIGNED: Credential.SELF_SIGNED,
    }
    issuer = issuers.get(credential, Credential.ROOT)
    made = certificate(credential)
    assert made.issuer == certificate(issuer).subject
    issuer_key = certificate(issuer).public_key()
    assert isinstance(issuer_key, rsa.RSAPublicKey)
    assert made.signature_hash_algorithm is not None
    issuer_key.verify(made.signature, made.tbs_certificate_bytes, padding.PKCS1v15(), made.signature_hash_algorithm)


def test_the_renewed_certificate_shares_key_and_subject() -> None:
    """Only the certificate differs, as after a renewal."""
    old, new = certificate(Credential.RSA_2048), certificate(Credential.RENEWED)
    assert (old.public_key(), old.subject) == (new.public_key(), new.subject)
    assert old.serial_number != new.serial_number


def test_the_other_authority_names_the_same_subject_with_another_key() -> None:
    """Same name, other authority, other key."""
    old, other = certificate(Credential.RSA_2048), certificate(Credential.OTHER_AUTHORITY)
    assert old.subject == other.subject
    assert old.issuer != other.issuer
    assert old.public_key() != other.public_key()


def test_special_certificates_are_special() -> None:
    """Curve, hash, version and key usage are what the names say."""
    assert isinstance(certificate(Credential.ELLIPTIC_CURVE).public_key(), ec.EllipticCurvePublicKey)
    assert isinstance(certificate(Credential.MD5_SIGNED).signature_hash_algorithm, hashes.MD5)
    assert isinstance(certificate(Credential.SHA1_SIGNED).signature_hash_algorithm, hashes.SHA1)
    assert certificate(Credential.VERSION_1).version is x509.Version.v1
    usage = certificate(Credential.NO_DIGITAL_SIGNATURE).extensions.get_extension_for_class(x509.KeyUsage).value
    assert not usage.digital_signature
    usage = certificate(Credential.RSA_2048).extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature


def test_bundles_hold_the_root_and_the_chain() -> None:
    """Trust anchors are the root; the chain adds the intermediate."""
    assert pki.trust_path().read_bytes() == Credential.ROOT.certificate_pem
    assert pki.chain_path().read_bytes() == Credential.ROOT.certificate_pem + Credential.INTERMEDIATE.certificate_pem
    assert pki.other_trust_path().read_bytes() == Credential.OTHER_ROOT.certificate_pem
