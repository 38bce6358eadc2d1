"""The rules that each certificate of a complete path has to meet (RFC 5280 6.1.3, 6.1.4, A-13, A-17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dicomsig.crypto.certificate_parts import BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, KEY_USAGE
from dicomsig.crypto.certificate_signatures import is_weak
from dicomsig.crypto.certificates import Certificate
from dicomsig.crypto.trust import TrustPolicy, TrustReason, TrustRemark, TrustStatus

_VALID, _INVALID, _INDETERMINATE = TrustStatus.VALID, TrustStatus.INVALID, TrustStatus.INDETERMINATE

# Basic constraints and the key usages are judged. The others limit nothing here: alternative names and key identifiers
# do not restrict, policies restrict only who asks for one, and revocation is reported as not checked.
_PROCESSED = frozenset(
    (
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        EXTENDED_KEY_USAGE,
        "2.5.29.14",
        "2.5.29.17",
        "2.5.29.18",
        "2.5.29.31",
        "2.5.29.32",
        "2.5.29.35",
        "2.5.29.46",
        "2.5.29.54",
    )
)


@dataclass(frozen=True, slots=True)
class PathJudge:
    """Judges complete paths, signer first and anchor last, for one time, policy and, if given, today."""

    at: datetime
    policy: TrustPolicy
    now: datetime | None

    def remarks(self, path: tuple[Certificate, ...]) -> tuple[TrustRemark, ...]:
        """Give every remark on a path, those on the signer's certificate first."""
        return tuple(
            remark
            for depth, certificate in enumerate(path)
            for remark in self._certificate(certificate, path[:depth], anchor=depth == len(path) - 1)
        )

    def _certificate(
        self, certificate: Certificate, below: tuple[Certificate, ...], *, anchor: bool
    ) -> Iterator[TrustRemark]:
        # The rules for the signer hold even where its own certificate is the anchor.
        yield from self._dates(certificate, lenient=anchor and bool(below) and self.policy is TrustPolicy.LEGACY)
        yield from self._critical(certificate)
        if not anchor and is_weak(certificate):
            message = (
                f"{certificate.subject} is signed with {certificate.signature_algorithm}, over MD5, SHA-1 or RIPEMD-160"
            )
            yield TrustRemark(TrustReason.PATH_ALGORITHM_WEAK, message, self._in_strict(_INVALID))
        if below:
            yield from self._issuer(certificate, below, anchor=anchor)
        else:
            yield from self._signer(certificate)

    def _in_strict(self, status: TrustStatus) -> TrustStatus:
        return status if self.policy is TrustPolicy.STRICT else _VALID

    def _in_legacy(self, status: TrustStatus) -> TrustStatus:
        return status if self.policy is TrustPolicy.LEGACY else _INVALID

    def _dates(self, certificate: Certificate, *, lenient: bool) -> Iterator[TrustRemark]:
        """Both bounds belong to the validity (RFC 5280 4.1.2.5)."""
        status = _VALID if lenient else _INVALID
        if self.at < certificate.not_before:
            message = f"{certificate.subject} is valid from {certificate.not_before}, asked about {self.at}"
            yield TrustRemark(TrustReason.CERTIFICATE_NOT_YET_VALID, message, status)
        elif self.at > certificate.not_after:
            message = f"{certificate.subject} was valid until {certificate.not_after}, asked about {self.at}"
            yield TrustRemark(TrustReason.CERTIFICATE_EXPIRED, message, status)
        elif self.now is not None and self.now > certificate.not_after:
            message = f"{certificate.subject} was valid until {certificate.not_after} and is expired at {self.now}"
            yield TrustRemark(TrustReason.EXPIRED_TODAY, message, self._in_strict(_INVALID))

    def _critical(self, certificate: Certificate) -> Iterator[TrustRemark]:
        unknown = sorted(certificate.extensions.critical - _PROCESSED)
        if unknown:
            # RFC 5280 4.2 lets nobody accept it; that it is not fit for its purpose is not shown either.
            status = _INVALID if self.policy is TrustPolicy.STRICT else _INDETERMINATE
            message = f"{certificate.subject} has critical extensions that are not processed: {', '.join(unknown)}"
            yield TrustRemark(TrustReason.CRITICAL_EXTENSION_UNKNOWN, message, status)

    def _signer(self, certificate: Certificate) -> Iterator[TrustRemark]:
        usage = certificate.extensions.key_usage
        if usage is None:
            message = f"{certificate.subject} has no key usage"
            if self.policy is TrustPolicy.STRICT:
                yield TrustRemark(TrustReason.KEY_USAGE_ABSENT, message, _INVALID)
        elif not usage & {"digitalSignature", "contentCommitment"}:
            message = f"{certificate.subject} has the key usage {_listed(usage)}, digitalSignature expected"
            yield TrustRemark(TrustReason.KEY_USAGE_WITHOUT_SIGNATURE, message, self._in_legacy(_VALID))

    def _issuer(self, issuer: Certificate, below: tuple[Certificate, ...], *, anchor: bool) -> Iterator[TrustRemark]:
        extensions = issuer.extensions
        if extensions.is_authority is None:
            # Version 1 and 2 cannot say it; a user who gives one as an anchor has said it (RFC 5280 6.1.4 (k)).
            lawful = self.policy is TrustPolicy.LEGACY or (anchor and issuer.version < 3)
            if not lawful:
                message = f"{issuer.subject} issued a certificate and has no basic constraints"
                yield TrustRemark(TrustReason.ISSUER_NOT_CA, message, _INVALID)
        elif not extensions.is_authority:
            message = f"{issuer.subject} issued a certificate and its basic constraints say that it is no authority"
            yield TrustRemark(TrustReason.ISSUER_NOT_CA, message, _INVALID)
        # Neither the last certificate nor self-issued ones count (RFC 5280 4.2.1.9).
        between = sum(certificate.subject_der != certificate.issuer_der for certificate in below[1:])
        if extensions.path_length is not None and between > extensions.path_length:
            message = f"{issuer.subject} allows {extensions.path_length} authorities below it, {between} found"
            yield TrustRemark(TrustReason.PATH_LENGTH_EXCEEDED, message, _INVALID)
        usage = extensions.key_usage
        if usage is not None and "keyCertSign" not in usage:
            message = f"{issuer.subject} issued a certificate with the key usage {_listed(usage)}, keyCertSign expected"
            reason = TrustReason.KEY_USAGE_WITHOUT_CERTIFICATE_SIGNING
            yield TrustRemark(reason, message, self._in_legacy(_VALID))


def _listed(usage: frozenset[str]) -> str:
    return ", ".join(sorted(usage)) or "nothing"
