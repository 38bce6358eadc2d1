"""From a signer's certificate to a trust anchor: a small path check (RFC 5280 6.1, PS3.15 C.1, A-13)."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from dicomsig.crypto.certificate_signatures import CertificateSignature, certificate_signature
from dicomsig.crypto.certificates import Certificate
from dicomsig.crypto.path_rules import PathJudge
from dicomsig.crypto.trust import TrustOutcome, TrustPolicy, TrustReason, TrustRemark, TrustStatus, TrustStore, worst

MOST_CERTIFICATES = 16
_MOST_SIGNATURE_CHECKS = 256

_Path = tuple[Certificate, ...]


def check_trust(
    leaf: Certificate,
    store: TrustStore,
    at: datetime | None,
    policy: TrustPolicy = TrustPolicy.STANDARD,
    now: datetime | None = None,
) -> TrustOutcome:
    """Judge whether a signer's certificate was to be trusted at a time (RFC 5280 6.1, A-13, A-17).

    `at` and `now` are aware datetimes; `at` None means that no time is known. Without anchors the answer is
    INDETERMINATE, and so it is where a signature or critical extension on the only path cannot be checked. The best
    path decides; at most 16 certificates long and found with at most 256 signature checks. Nothing depends on today's
    date unless `now` is given. Raises ValueError on naive datetimes.
    """
    for moment in (at, now):
        if moment is not None and moment.tzinfo is None:
            raise ValueError("times of a path check bear their offset from UTC")
    if not store.anchors:
        return _refused(TrustReason.TRUST_NOT_ASKED, "no trust anchor was given", TrustStatus.INDETERMINATE)
    if at is None:
        message = "the time of signing is not known"
        return _refused(TrustReason.TIME_UNKNOWN, message, TrustStatus.INDETERMINATE)
    judge = PathJudge(at, policy, now)
    search = _Search(store)
    best: TrustOutcome | None = None
    for path in search.paths(leaf):
        remarks = judge.remarks(path)
        outcome = TrustOutcome(worst(remarks), (*remarks, _REVOCATION), path)
        if outcome.status is TrustStatus.VALID:
            return outcome
        if best is None or (best.status is TrustStatus.INVALID and outcome.status is TrustStatus.INDETERMINATE):
            best = outcome
    return search.with_doubts(best)


_REVOCATION = TrustRemark(
    TrustReason.REVOCATION_NOT_CHECKED,
    "whether a certificate of the path was revoked is not checked",
    TrustStatus.VALID,
)


def _refused(reason: TrustReason, message: str, status: TrustStatus, path: _Path = ()) -> TrustOutcome:
    return TrustOutcome(status, (TrustRemark(reason, message, status),), path)


class _Search:
    """Finds paths whose signatures all hold, shortest first, and remembers why others were not followed."""

    def __init__(self, store: TrustStore) -> None:
        self._anchors = {anchor.der for anchor in store.anchors}
        self._issuers = _issuers_by_name(store)
        self._failed: TrustOutcome | None = None
        self._unsupported: TrustOutcome | None = None
        self._exhausted = False
        self._unknown: _Path = ()
        self._checks = 0

    def paths(self, leaf: Certificate) -> Iterator[_Path]:
        """Yield complete paths from a certificate to an anchor."""
        waiting: deque[_Path] = deque([(leaf,)])
        while waiting:
            path = waiting.popleft()
            if path[-1].der in self._anchors:
                yield path
                continue
            if len(path) == MOST_CERTIFICATES:
                self._exhausted = True
                continue
            if len(path) > len(self._unknown):
                self._unknown = path
            waiting.extend((*path, issuer) for issuer in self._next(path))

    def _next(self, path: _Path) -> Iterator[Certificate]:
        tip = path[-1]
        # One name and key twice on a path is a loop, whatever certificates say so (RFC 5280 6.1).
        seen = {(certificate.subject_der, certificate.key_der) for certificate in path[1:]}
        for issuer in self._issuers.get(_comparable(tip.issuer), ()):
            if (issuer.subject_der, issuer.key_der) in seen:
                continue
            if self._checks == _MOST_SIGNATURE_CHECKS:
                self._exhausted = True
                return
            self._checks += 1
            match certificate_signature(tip.der, issuer.der):
                case CertificateSignature.HOLDS:
                    yield issuer
                case CertificateSignature.FAILS:
                    message = f"{issuer.subject} is named as issuer of {tip.subject}, and its key did not sign it"
                    failed = _refused(TrustReason.PATH_SIGNATURE_INVALID, message, TrustStatus.INVALID, path)
                    self._failed = self._failed or failed
                case CertificateSignature.UNSUPPORTED:
                    message = f"signature {tip.signature_algorithm} on {tip.subject} cannot be checked"
                    status = TrustStatus.INDETERMINATE
                    doubt = _refused(TrustReason.PATH_ALGORITHM_UNSUPPORTED, message, status, path)
                    self._unsupported = self._unsupported or doubt

    def with_doubts(self, best: TrustOutcome | None) -> TrustOutcome:
        """Choose what to say when no path is valid: a doubt is no failure, a broken path says more than none."""
        if best is not None and best.status is TrustStatus.INDETERMINATE:
            return best
        if self._unsupported is not None:
            return self._unsupported
        if self._exhausted:
            message = (
                f"no valid path within {MOST_CERTIFICATES} certificates and {_MOST_SIGNATURE_CHECKS} signature checks"
            )
            return _refused(TrustReason.PATH_SEARCH_EXHAUSTED, message, TrustStatus.INDETERMINATE)
        if best is not None:
            return best
        if self._failed is not None:
            return self._failed
        message = f"no trusted certificate named {self._unknown[-1].issuer} was given"
        return _refused(TrustReason.ISSUER_UNKNOWN, message, TrustStatus.INVALID, self._unknown)


@lru_cache(maxsize=8)
def _issuers_by_name(store: TrustStore) -> Mapping[str, _Path]:
    """Group the certificates of a store by subject, anchors first; a store is hashed by identity, so this is cheap."""
    issuers: dict[str, dict[bytes, Certificate]] = {}
    for issuer in (*store.anchors, *store.intermediates):
        issuers.setdefault(_comparable(issuer.subject), {}).setdefault(issuer.der, issuer)
    return {name: tuple(found.values()) for name, found in issuers.items()}


@lru_cache(maxsize=1024)
def _comparable(name: str) -> str:
    """Reduce a name to what comparison regards: not string type, case or number of spaces (RFC 5280 7.1)."""
    return " ".join(name.casefold().split())
