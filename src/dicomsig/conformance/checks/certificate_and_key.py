"""Certificate, key, algorithm and RSA block (PS3.3 C.12.1.1.3, PS3.15 C.1)."""

from collections.abc import Mapping
from typing import Final

from dicomsig.conformance.checks.attribute_rules import attribute_finding
from dicomsig.conformance.checks.mac_terms import arrival_open
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Answer, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import SignatureReason

_UNREADABLE: Final = (CertificateReason.PEM, CertificateReason.NOT_DER, CertificateReason.UNREADABLE)
_NOT_THIS_KEY: Final = (
    RsaReason.SIGNATURE_NOT_BY_KEY,
    RsaReason.SIGNATURE_OUT_OF_RANGE,
    RsaReason.SIGNATURE_LENGTH,
)
_OTHER_BLOCK: Final = (
    RsaReason.PADDING_NOT_PKCS1_V1_5,
    RsaReason.PADDING_PSS,
    RsaReason.DIGEST_INFO_BARE,
    RsaReason.DIGEST_INFO_MALFORMED,
    RsaReason.DIGEST_INFO_PARAMETERS_ABSENT,
)
_FOUND: Final[Mapping[str, str]] = {
    CertificateReason.PEM: "PEM text",
    CertificateReason.NOT_DER: "an encoding that is not DER",
    CertificateReason.UNREADABLE: "what is no readable certificate",
    RsaReason.SIGNATURE_NOT_BY_KEY: "a value that this key does not open: another key made it, or it was damaged",
    RsaReason.SIGNATURE_OUT_OF_RANGE: "a number not below the modulus of the key",
    RsaReason.SIGNATURE_LENGTH: "a value of another length than the modulus of the key",
    RsaReason.PADDING_NOT_PKCS1_V1_5: "another padding",
    RsaReason.PADDING_PSS: "the padding of RSASSA-PSS",
    RsaReason.DIGEST_INFO_BARE: "the bare digest in the block, without DigestInfo",
    RsaReason.DIGEST_INFO_MALFORMED: "a malformed DigestInfo in the block",
    RsaReason.DIGEST_INFO_PARAMETERS_ABSENT: "a DigestInfo without its NULL parameters",
}


def _first(signature: JudgedSignature, reasons: tuple[CertificateReason | RsaReason, ...]) -> str | None:
    return next((reason for reason in reasons if reason in signature.reasons), None)


@judges("ps3.3-c.12.1.1.3-certificate-present")
def certificate_is_present_and_readable(signature: JudgedSignature) -> Finding | None:
    """Certificate of Signer (0400,0115) holds a certificate that can be read (PS3.3 C.12.1.1.3, A-13)."""
    finding = attribute_finding(signature.instance, signature.signature.item, attributes.SIGNATURE_ATTRIBUTES[4])
    return finding if finding is not HOLDS else _readable(signature)


@judges("ps3.15-c.1-certificate-x509")
def certificate_is_x509(signature: JudgedSignature) -> Finding | None:
    """The certificate is an X.509 certificate with a subject (PS3.15 C.1, A-13)."""
    if not signature.signature.certificate_value:
        return None
    finding = _readable(signature)
    certificate = signature.verdict.certificate
    if finding is not HOLDS or certificate is None:
        return finding
    if certificate.subject_der[1:] == b"\0":
        return Finding.doubtful(
            CheckReason.CERTIFICATE_WITHOUT_SUBJECT,
            expected="a certificate that names its owner as subject",
            found="an empty subject",
        )
    return HOLDS


def _readable(signature: JudgedSignature) -> Finding:
    if signature.verdict.certificate is not None:
        return HOLDS
    reason = _first(signature, _UNREADABLE) or CertificateReason.UNREADABLE
    return Finding.broken(reason, expected="one X.509 certificate in DER", found=_FOUND[reason])


@judges("ps3.3-c.12.1.1.3-certificate-one-value")
def certificate_is_one_certificate(signature: JudgedSignature) -> Finding | None:
    """Certificate of Signer (0400,0115) holds one certificate and nothing after it (PS3.3 C.12.1.1.3)."""
    certificate = signature.verdict.certificate
    if certificate is None:
        return None
    # Which byte pads a certificate of odd length is the matter of PS3.5 6.2.
    pad_alone = certificate.trailing == 1 and len(certificate.der) % 2 == 1
    return Finding.of(
        not certificate.trailing or pad_alone,
        CertificateReason.TRAILING_DATA,
        expected="one certificate, and one pad byte where its length is odd",
        found=f"{certificate.trailing} bytes after the certificate",
    )


@judges("ps3.3-c.12.1.1.3-signature-made-with-certified-key")
def signature_is_made_with_the_certified_key(signature: JudgedSignature) -> Finding | None:
    """The signature was made with the private key of the certificate in its item (PS3.3 C.12.1.1.3)."""
    if signature.intact or signature.verdict.recovered_digest is not None:
        return HOLDS
    reason = _first(signature, _NOT_THIS_KEY)
    if reason is None:
        return None
    expected = "a signature that the key of the certificate opens"
    return Finding.broken(reason, expected=expected, found=_FOUND[reason])


@judges("ps3.15-c.1-rsa-private-key")
def key_is_an_rsa_key(signature: JudgedSignature) -> Finding | None:
    """The signature was made with an RSA private key (PS3.15 C.1)."""
    certificate = signature.verdict.certificate
    if certificate is None:
        return None
    expected = "an RSA key in the certificate"
    if certificate.key is None:
        kind = certificate.key_kind
        found = f"a key of kind {kind}" if kind.isalnum() else "a key of another kind"
        return Finding.broken(CertificateReason.KEY_NOT_RSA, expected=expected, found=found)
    if CertificateReason.KEY_UNUSABLE in signature.reasons:
        message = "the RSA key is outside what can be checked"
        return Finding.unknown(CertificateReason.KEY_UNUSABLE, message, expected=expected)
    return HOLDS if signature.intact or signature.verdict.recovered_digest is not None else None


@judges("ps3.15-c.1-pkcs1-padding")
def block_is_padded_by_pkcs1(signature: JudgedSignature) -> Finding | None:
    """The RSA block is a DigestInfo with NULL parameters, padded by PKCS #1 version 1.5 (PS3.15 C.1, A-01)."""
    reason = _first(signature, _OTHER_BLOCK)
    if reason is not None:
        expected = "DigestInfo with NULL parameters, padded by PKCS #1 version 1.5 (RFC 2437)"
        return Finding.broken(reason, expected=expected, found=_FOUND[reason])
    return HOLDS if signature.intact or signature.verdict.recovered_digest is not None else None


@judges(
    "ps3.15-c.1-mac-algorithm",
    "ps3.15-c.2-mac-algorithm",
    "ps3.15-c.3-mac-algorithm",
    "ps3.15-c.1-mac-algorithm-three",
)
def mac_algorithm_is_a_defined_term(signature: JudgedSignature) -> Finding | None:
    """MAC Algorithm (0400,0015) is a term of the edition, and the digest was made with it (PS3.15 C.1)."""
    parameters = signature.parameters
    if parameters is None or not parameters.algorithm:
        return None
    terms = signature.edition.mac_algorithms
    expected = f"one of {', '.join(terms)}"
    still_open = arrival_open(signature.edition, parameters.algorithm, expected)
    if parameters.algorithm not in terms and still_open is None:
        known = signature.reasons.isdisjoint((SignatureReason.ALGORITHM_UNKNOWN,)) and parameters.algorithm.isalnum()
        found = f"{parameters.algorithm}, which edition {signature.edition.label} lacks" if known else "another term"
        return Finding.broken(
            SignatureReason.ALGORITHM_UNKNOWN, expected=expected, found=found, values=parameters.algorithm
        )
    if RsaReason.DIGEST_INFO_ALGORITHM in signature.reasons:
        return Finding.broken(
            RsaReason.DIGEST_INFO_ALGORITHM,
            expected=f"a digest made with {parameters.algorithm}, as (0400,0015) says",
            found="a DigestInfo that names another algorithm",
        )
    if still_open is not None:
        return still_open
    return HOLDS if signature.intact or signature.verdict.recovered_digest is not None else None


@judges("ps3.15-c.1-certificate-type")
def certificate_type_is_the_defined_term(signature: JudgedSignature) -> Finding | None:
    """Certificate Type (0400,0110) is X509_1993_SIG (PS3.15 C.1)."""
    if not signature.signature.certificate_type:
        return None
    return Finding.of(
        signature.signature.certificate_type == attributes.CERTIFICATE_TYPE_TERM,
        SignatureReason.CERTIFICATE_TYPE_UNKNOWN,
        expected=attributes.CERTIFICATE_TYPE_TERM,
        found="another term",
        values=signature.signature.certificate_type,
    )


@judges("ps3.15-c.1-no-element-set")
def any_list_that_is_not_empty_will_do(signature: JudgedSignature) -> Finding | None:
    """The base profile asks for no certain elements: a list of one is enough (PS3.15 C.1)."""
    return HOLDS if signature.covered else None


_BASE: Final = (
    certificate_is_x509,
    key_is_an_rsa_key,
    block_is_padded_by_pkcs1,
    mac_algorithm_is_a_defined_term,
    certificate_type_is_the_defined_term,
)


def base_profile_breach(signature: JudgedSignature) -> Finding | None:
    """The first rule of PS3.15 C.1 on certificate, key and algorithm that a signature breaks, or None."""
    for check in _BASE:
        finding = check(signature)
        if finding is not None and finding.answer is Answer.BROKEN:
            return finding
    return None
