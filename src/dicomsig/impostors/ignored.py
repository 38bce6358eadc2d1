"""One impostor for each reason of verification: it does not look for this one thing (profiles/reasons.csv)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar, Final

from dicomsig.conformance.reason_table import reason_table
from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustReason
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.verdict import Axis, SignatureReason, Verdict, worst
from dicomsig.signatures.verify import Trust

__all__ = ["CONVICTS_NOBODY", "Ignoring", "reason_impostors"]


class Ignoring(HonestVerifier):
    """Verifies as the standard says and forgets one reason, on whatever axis it stands."""

    ignored: ClassVar[str] = ""

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The honest verdict without the reason; an axis that had no other is valid."""
        honest = super().verdict(instance, signature, trust)
        kept = tuple(remark for remark in honest.remarks if remark.reason != self.ignored)
        if len(kept) == len(honest.remarks):
            return honest
        touched = {remark.axis for remark in honest.remarks if remark.reason == self.ignored}
        return replace(
            honest,
            remarks=kept,
            integrity=worst(kept, Axis.INTEGRITY) if Axis.INTEGRITY in touched else honest.integrity,
            structure=worst(kept, Axis.STRUCTURE) if Axis.STRUCTURE in touched else honest.structure,
            trust=worst(kept, Axis.TRUST) if Axis.TRUST in touched else honest.trust,
        )


_MACRO: Final = "ps3.3-c.12.1.1.3-"
_LONG_AS_MODULUS: Final = "ps3.15-c.1-signature-as-long-as-modulus"
_TRUST: Final = "ps3.15-c.1-trust-separate-from-integrity"
_FORBIDDEN: Final = "ps3.3-c.12.1.1.3.1.1-forbidden-tag-listed-verdict"

_CONVICTED_BY: Final = {
    RsaReason.MAC_MISMATCH: "ps3.3-c.12.1.1.3.1.1-listed-change-detected",
    RsaReason.DIGEST_INFO_BARE: "ps3.15-c.1-digest-info-present",
    RsaReason.DIGEST_INFO_ALGORITHM: "ps3.15-c.1-mac-term-matches-digest",
    RsaReason.DIGEST_INFO_MALFORMED: "ps3.15-c.1-digest-info-present",
    RsaReason.PADDING_NOT_PKCS1_V1_5: "ps3.15-c.1-digest-info-present",
    RsaReason.PADDING_PSS: "ps3.15-c.1-no-pss",
    RsaReason.SIGNATURE_NOT_BY_KEY: _MACRO + "foreign-certificate-detected",
    RsaReason.SIGNATURE_OUT_OF_RANGE: _LONG_AS_MODULUS,
    RsaReason.SIGNATURE_LENGTH: _LONG_AS_MODULUS,
    CertificateReason.UNREADABLE: _MACRO + "certificate-is-der",
    CertificateReason.KEY_NOT_RSA: "ps3.15-c.1-other-key-types-out-of-profile",
    SignatureReason.MAC_PARAMETERS_MISSING: _MACRO + "mac-id-resolves",
    SignatureReason.MAC_PARAMETERS_AMBIGUOUS: _MACRO + "mac-id-duplicate-lookup",
    SignatureReason.ELEMENT_MISSING: _MACRO + "mandatory-signature-element-missing",
    SignatureReason.ELEMENT_EMPTY: _MACRO + "mandatory-signature-element-missing",
    SignatureReason.ELEMENT_VR: _MACRO + "mandatory-signature-element-missing",
    SignatureReason.ELEMENT_VALUES: _MACRO + "mandatory-signature-element-missing",
    SignatureReason.ALGORITHM_UNKNOWN: _MACRO + "mac-algorithm-terms",
    SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN: _MACRO + "mac-transfer-syntax-implicit-rejected",
    SignatureReason.SYNTAX_UNKNOWN: "ps3.3-c.12.1.1.3.1.2-encode-in-mac-transfer-syntax",
    SignatureReason.TAG_UNSIGNABLE: _FORBIDDEN,
    SignatureReason.ELEMENT_UNKNOWN_VR: _FORBIDDEN,
    SignatureReason.DATETIME_MALFORMED: _MACRO + "mandatory-signature-element-missing",
    SignatureReason.DATETIME_WITHOUT_OFFSET: _MACRO + "signature-datetime-offset-missing",
    SignatureReason.CERTIFICATE_TYPE_UNKNOWN: _MACRO + "certificate-type-term",
    SignatureReason.PURPOSE_ITEMS: _MACRO + "purpose-two-items-flagged",
    SignatureReason.TIMESTAMP_TYPE_MISSING: _MACRO + "timestamp-without-type-flagged",
    TrustReason.ISSUER_UNKNOWN: _TRUST,
    TrustReason.PATH_SIGNATURE_INVALID: _TRUST,
    TrustReason.CERTIFICATE_EXPIRED: "ps3.15-c.1-validity-moment",
    TrustReason.CERTIFICATE_NOT_YET_VALID: "ps3.15-c.1-validity-moment",
}

_OPEN: Final = "an ambiguity, so that a verifier may accept what has it: "
_LOCAL: Final = "whom to trust is a local matter (PS3.15 C.1)"
_NEVER_ALONE: Final = "it never stands alone: what has it is not valid for another reason as well"
_REMARK: Final = "a remark, which changes no verdict"
_NO_VERDICT: Final = "it keeps a verdict open that cannot be reached anyhow; whoever forgets it has to guess"

CONVICTS_NOBODY: Final[Mapping[str, str]] = MappingProxyType(
    {
        RsaReason.DIGEST_INFO_PARAMETERS_ABSENT: _OPEN + "A-01",
        RsaReason.KEY_UNUSABLE: "no key size is fixed (PS3.15 C.1)",
        CertificateReason.NOT_DER: _NEVER_ALONE,
        CertificateReason.PEM: _NEVER_ALONE,
        CertificateReason.TRAILING_DATA: _OPEN + "A-13",
        SignatureReason.MAC_PARAMETERS_EMPTY: "verification has no use for it",
        SignatureReason.SIGNATURES_TOO_MANY: "a limit of ours",
        SignatureReason.ELEMENT_MALFORMED: "verification has no use for it",
        SignatureReason.SYNTAX_DEFLATED: _REMARK,
        SignatureReason.SYNTAX_NOT_REBUILDABLE: _NO_VERDICT,
        SignatureReason.ENCODING_NOT_REBUILDABLE: _NO_VERDICT,
        SignatureReason.TAG_LIST_UNORDERED: _OPEN + "A-08",
        SignatureReason.TAG_LIST_REPEATED: _OPEN + "A-08",
        SignatureReason.TAG_ABSENT: _OPEN + "A-09",
        SignatureReason.TIMESTAMP_NOT_JUDGED: "a limit of ours",
        SignatureReason.VR_LETTERS_OPEN: _REMARK,
        TrustReason.TRUST_NOT_ASKED: "anchors are always given",
        TrustReason.TIME_UNKNOWN: _LOCAL,
        TrustReason.PATH_ALGORITHM_UNSUPPORTED: _LOCAL,
        TrustReason.PATH_ALGORITHM_WEAK: _LOCAL,
        TrustReason.PATH_SEARCH_EXHAUSTED: "a limit of ours",
        TrustReason.PATH_LENGTH_EXCEEDED: _LOCAL,
        TrustReason.ISSUER_NOT_CA: _LOCAL,
        TrustReason.KEY_USAGE_WITHOUT_SIGNATURE: _LOCAL,
        TrustReason.KEY_USAGE_WITHOUT_CERTIFICATE_SIGNING: _LOCAL,
        TrustReason.KEY_USAGE_ABSENT: _REMARK,
        TrustReason.CRITICAL_EXTENSION_UNKNOWN: _LOCAL,
        TrustReason.EXPIRED_TODAY: _REMARK,
        TrustReason.REVOCATION_NOT_CHECKED: _REMARK,
    }
)
"""The reasons for which there is no impostor, and why: nobody could convict it."""


def reason_impostors() -> tuple[type[HonestVerifier], ...]:
    """A class for each reason that can be forgotten, named ``ignores-`` and the code."""
    return tuple(_impostor(code, requirement) for code, requirement in _CONVICTED_BY.items())


def _impostor(code: str, requirement: str) -> type[HonestVerifier]:
    members = {
        "__doc__": f"Never finds `{code}`: {reason_table()[code].text}",
        "__module__": __name__,
        "ignored": code,
        "convicted_by": requirement,
    }
    made: type[HonestVerifier] = type(
        "Ignores" + "".join(part.title() for part in code.split("-")), (Ignoring,), members
    )
    made.name = f"ignores-{code}"
    return made
