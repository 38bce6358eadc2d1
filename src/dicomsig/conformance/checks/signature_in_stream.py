"""The end of the MAC, its transfer syntax, and the MAC in the signature (PS3.3 C.12.1.1.3.1.2)."""

from collections.abc import Mapping
from typing import Final

from dicomsig.conformance.checks.hashing import shown_by_mac, what_was_done
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.register import register
from dicomsig.conformance.views import JudgedSignature
from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import SignatureReason

_JUDGED_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    SignatureReason.MAC_PARAMETERS_MISSING: ("ps3.3-c.12.1.1.3-mac-id-in-signature",),
    SignatureReason.MAC_PARAMETERS_AMBIGUOUS: ("ps3.3-c.12.1.1.3-mac-id-unique",),
    SignatureReason.ALGORITHM_UNKNOWN: ("ps3.15-c.1-mac-algorithm", "ps3.15-c.1-mac-algorithm-three"),
    SignatureReason.ELEMENT_EMPTY: ("ps3.3-c.12.1.1.3-elements-signed-present",),
    SignatureReason.ELEMENT_UNKNOWN_VR: ("ps3.3-c.12.1.1.3.1.1-no-un",),
    SignatureReason.CERTIFICATE_TYPE_UNKNOWN: ("ps3.15-c.1-certificate-type",),
    SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN: ("ps3.3-c.12.1.1.3-mac-transfer-syntax-explicit-little-endian",),
    CertificateReason.UNREADABLE: ("ps3.3-c.12.1.1.3-certificate-present",),
    CertificateReason.KEY_NOT_RSA: ("ps3.15-c.1-rsa-private-key",),
}
"""Where the MAC cannot be judged for the breach of another row, that row speaks and this one is silent."""


@judges("ps3.3-c.12.1.1.3.1.2-mac-into-signature")
def signature_holds_the_mac(signature: JudgedSignature) -> Finding | None:
    """The signature is over the MAC of the stream that the standard describes (PS3.3 C.12.1.1.3.1.2)."""
    if signature.intact:
        return HOLDS
    remark = signature.integrity_remark
    if remark is None:
        return None
    if remark.reason == RsaReason.MAC_MISMATCH:
        rule = signature.mistaken_rule
        found = (
            what_was_done(rule)
            if rule is not None
            else "another MAC: content changed after signing, or it was hashed by other rules; "
            "which of the two cannot be told from the file alone"
        )
        return Finding.broken(
            remark.reason,
            expected="the MAC over the listed elements and the signature item",
            found=found,
            values=remark.message,
        )
    if signature.verdict.integrity == "invalid":
        return None
    if any(register()[row].holds_in(signature.edition.label) for row in _elsewhere(signature, remark.reason)):
        return None
    return Finding.unknown(remark.reason, remark.message, expected="a MAC that can be computed from the instance")


def _elsewhere(signature: JudgedSignature, reason: str) -> tuple[str, ...]:
    # In Implicit VR nobody can tell what the signer saw; only VR letters in the file convict.
    if reason == SignatureReason.ELEMENT_UNKNOWN_VR and not signature.instance.syntax.explicit:
        return ()
    return _JUDGED_ELSEWHERE.get(reason, ())


@judges("ps3.3-c.12.1.1.3.1.2-signature-item-appended")
def signature_item_ends_the_mac(signature: JudgedSignature) -> Finding | None:
    """The remaining elements of the signature item are hashed last (PS3.3 C.12.1.1.3.1.2, A-11)."""
    return shown_by_mac(
        signature, True, "signature_item", expected="the elements of the signature item are hashed last"
    )


@judges("ps3.3-c.12.1.1.3.1.2-signature-item-tag-not-hashed")
def signature_item_tag_is_not_hashed(signature: JudgedSignature) -> Finding | None:
    """Neither the item tag of the signature item nor its sequence tag is hashed (PS3.3 C.12.1.1.3.1.2, A-11)."""
    expected = "the elements of the signature item alone are hashed"
    return shown_by_mac(signature, True, "signature_item_tag", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-certificate-not-hashed")
def certificate_is_not_hashed(signature: JudgedSignature) -> Finding | None:
    """Certificate of Signer (0400,0115) stays out of the MAC (PS3.3 C.12.1.1.3.1.2)."""
    expected = "Certificate of Signer (0400,0115) is not hashed"
    return shown_by_mac(signature, bool(signature.signature.certificate_value), "certificate", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-signature-not-hashed")
def signature_value_is_not_hashed(signature: JudgedSignature) -> Finding | None:
    """Signature (0400,0120) stays out of the MAC (PS3.3 C.12.1.1.3.1.2)."""
    return shown_by_mac(signature, True, expected="Signature (0400,0120) is not hashed")


@judges("ps3.3-c.12.1.1.3.1.2-timestamp-not-hashed")
def timestamp_is_not_hashed(signature: JudgedSignature) -> Finding | None:
    """Certified Timestamp (0400,0310) and its type stay out of the MAC (PS3.3 C.12.1.1.3.1.2)."""
    occurs = signature.element(attributes.TIMESTAMP) is not None
    return shown_by_mac(signature, occurs, expected="the certified timestamp is not hashed")


@judges("ps3.3-c.12.1.1.3.1.2-encode-in-mac-transfer-syntax")
def mac_is_made_in_its_transfer_syntax(signature: JudgedSignature) -> Finding | None:
    """Signed elements are hashed in the encoding that (0400,0010) names (PS3.3 C.12.1.1.3.1.2)."""
    return shown_by_mac(signature, True, expected="the encoding of (0400,0010) is hashed")


@judges("ps3.3-c.12.1.1.3.1.2-transfer-syntax-may-differ")
def instance_may_have_another_transfer_syntax(signature: JudgedSignature) -> Finding | None:
    """A signature holds in an instance that travels in another transfer syntax (PS3.3 C.12.1.1.3.1.2, A-06)."""
    parameters = signature.parameters
    differs = parameters is not None and parameters.syntax_uid != signature.instance.syntax.uid
    return shown_by_mac(signature, differs, expected="the MAC holds in another transfer syntax")


@judges("ps3.5-a.3-big-endian-retired")
def big_endian_is_never_hashed(signature: JudgedSignature) -> Finding | None:
    """Explicit VR Big Endian is never the encoding of a MAC (PS3.5 A.3, PS3.3 C.12.1.1.3)."""
    parameters = signature.parameters
    if parameters is not None and not transfer_syntax(parameters.syntax_uid).little_endian:
        return Finding.broken(
            SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN,
            expected="a little endian MAC transfer syntax (0400,0010)",
            found="Explicit VR Big Endian",
        )
    return shown_by_mac(signature, not signature.instance.syntax.little_endian, expected="little endian is hashed")
