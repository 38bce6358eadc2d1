"""Whether one certificate's key made the signature on another (RFC 5280 6.1.3 (a)(1))."""

from enum import StrEnum
from functools import lru_cache

from dicomsig.crypto.certificates import Certificate, read_certificate
from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.crypto.rsa import RsaReason, check_signature

_PKCS1_ALGORITHMS = {
    "1.2.840.113549.1.1.4": MacAlgorithm.MD5,
    "1.2.840.113549.1.1.5": MacAlgorithm.SHA1,
    "1.3.14.3.2.29": MacAlgorithm.SHA1,
    "1.3.36.3.3.1.2": MacAlgorithm.RIPEMD160,
    "1.2.840.113549.1.1.11": MacAlgorithm.SHA256,
    "1.2.840.113549.1.1.12": MacAlgorithm.SHA384,
    "1.2.840.113549.1.1.13": MacAlgorithm.SHA512,
}
# ECDSA and DSA with SHA-1; those with PKCS #1 are in the table above.
_OTHER_WEAK = frozenset(("1.2.840.10045.4.1", "1.2.840.10040.4.3"))
_WEAK_HASHES = frozenset((MacAlgorithm.MD5, MacAlgorithm.SHA1, MacAlgorithm.RIPEMD160))


class CertificateSignature(StrEnum):
    """What is known of the signature on a certificate under one issuer's key."""

    HOLDS = "holds"
    FAILS = "fails"
    UNSUPPORTED = "unsupported"


def is_weak(certificate: Certificate) -> bool:
    """Whether a certificate is signed over MD5, SHA-1 or RIPEMD-160."""
    algorithm = _PKCS1_ALGORITHMS.get(certificate.signature_algorithm)
    return algorithm in _WEAK_HASHES or certificate.signature_algorithm in _OTHER_WEAK


@lru_cache(maxsize=1024)
def certificate_signature(subject_der: bytes, issuer_der: bytes) -> CertificateSignature:
    """Check the signature on a certificate with the key of another, both as readable DER; each pair is checked once.

    RSA with the six hashes is compared byte for byte, absent NULL parameters let pass (RFC 8017 8.2.2); PSS, SHA-224,
    elliptic and Edwards curves and DSA go through the library. Raises CertificateError when either cannot be read.
    """
    subject, issuer = read_certificate(subject_der), read_certificate(issuer_der)
    if not subject.algorithms_agree:
        return CertificateSignature.FAILS
    algorithm = _PKCS1_ALGORITHMS.get(subject.signature_algorithm)
    if algorithm is None:
        return _by_library(subject, issuer)
    if issuer.key is None:
        return CertificateSignature.FAILS
    if issuer.key.problem:
        return CertificateSignature.UNSUPPORTED
    running = new_digest(algorithm)
    running.update(subject.tbs)
    outcome = check_signature(issuer.key, subject.signature, algorithm, running.digest())
    holds = outcome.reason in (None, RsaReason.DIGEST_INFO_PARAMETERS_ABSENT)
    return CertificateSignature.HOLDS if holds else CertificateSignature.FAILS


def _by_library(subject: Certificate, issuer: Certificate) -> CertificateSignature:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from cryptography.x509 import load_der_x509_certificate

    try:
        loaded = load_der_x509_certificate(subject.der)
        parameters, digest = loaded.signature_algorithm_parameters, loaded.signature_hash_algorithm
        key = load_der_public_key(issuer.key_der)
        match key, parameters, digest:
            case (rsa.RSAPublicKey(), padding.PSS() | padding.PKCS1v15(), _) if digest is not None:
                key.verify(subject.signature, subject.tbs, parameters, digest)
            case (ec.EllipticCurvePublicKey(), ec.ECDSA(), _):
                key.verify(subject.signature, subject.tbs, parameters)
            case (dsa.DSAPublicKey(), _, _) if digest is not None:
                key.verify(subject.signature, subject.tbs, digest)
            case (ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey(), None, None):
                key.verify(subject.signature, subject.tbs)
            case _:
                return CertificateSignature.UNSUPPORTED
    except InvalidSignature:
        return CertificateSignature.FAILS
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return CertificateSignature.UNSUPPORTED
    return CertificateSignature.HOLDS
