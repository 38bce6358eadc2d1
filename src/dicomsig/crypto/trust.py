"""The words of the trust axis: what a path check is asked and what it answers (RFC 5280 6.1, A-13, A-17)."""

from dataclasses import dataclass
from enum import StrEnum

from dicomsig.crypto.certificates import Certificate

_LONGEST_MESSAGE = 1000


class TrustReason(StrEnum):
    """Why a certificate is not trusted, or what a reader of the verdict should know of its path."""

    TRUST_NOT_ASKED = "trust-not-asked"
    TIME_UNKNOWN = "time-unknown"
    ISSUER_UNKNOWN = "issuer-unknown"
    PATH_SIGNATURE_INVALID = "path-signature-invalid"
    PATH_ALGORITHM_UNSUPPORTED = "path-algorithm-unsupported"
    PATH_ALGORITHM_WEAK = "path-algorithm-weak"
    PATH_SEARCH_EXHAUSTED = "path-search-exhausted"
    PATH_LENGTH_EXCEEDED = "path-length-exceeded"
    ISSUER_NOT_CA = "issuer-not-ca"
    KEY_USAGE_WITHOUT_SIGNATURE = "key-usage-without-signature"
    KEY_USAGE_WITHOUT_CERTIFICATE_SIGNING = "key-usage-without-certificate-signing"
    KEY_USAGE_ABSENT = "key-usage-absent"
    CRITICAL_EXTENSION_UNKNOWN = "critical-extension-unknown"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    EXPIRED_TODAY = "expired-today"
    REVOCATION_NOT_CHECKED = "revocation-not-checked"


class TrustPolicy(StrEnum):
    """How strictly a path is judged (A-13, A-17).

    All three ask for a chain of good signatures to an anchor and for validity at the time asked about.

    - `standard`: RFC 5280 6.1, with the dates of the anchor as well; issuers of version 1 only as anchors.
    - `strict`: besides, key usage present in the signer's certificate, validity today where today is given, no MD5,
      SHA-1 or RIPEMD-160 on the path, and a critical extension that is not processed is a failure.
    - `legacy`: issuers of version 1 and issuers without basic constraints anywhere, key usage and the dates of the
      anchor only remarked.
    """

    STANDARD = "standard"
    STRICT = "strict"
    LEGACY = "legacy"


class TrustStatus(StrEnum):
    """The trust axis of a verdict."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class TrustRemark:
    """One observation on a path; `status` is the best that a path with it can have, VALID for a mere remark.

    The message is cut to 1000 characters: a certificate may bear a name of a mebibyte.
    """

    reason: TrustReason
    message: str
    status: TrustStatus

    def __post_init__(self) -> None:
        if len(self.message) > _LONGEST_MESSAGE:
            object.__setattr__(self, "message", f"{self.message[: _LONGEST_MESSAGE - 1]}…")


@dataclass(frozen=True, slots=True)
class TrustOutcome:
    """The answer of a path check; `path` runs from the signer's certificate as far as it was followed."""

    status: TrustStatus
    reasons: tuple[TrustRemark, ...]
    path: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TrustStore:
    """The certificates a user trusts, and others that may only link to them; compared by identity."""

    anchors: tuple[Certificate, ...] = ()
    intermediates: tuple[Certificate, ...] = ()


_ORDER = (TrustStatus.VALID, TrustStatus.INDETERMINATE, TrustStatus.INVALID)


def worst(remarks: tuple[TrustRemark, ...]) -> TrustStatus:
    """Give the status that remarks leave together: one failure decides, then one doubt."""
    return max((remark.status for remark in remarks), key=_ORDER.index, default=TrustStatus.VALID)
