"""Impostors that verify well and then say something else."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from dicomsig.encoding import tags
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier, with_status
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.verdict import Axis, Status, Verdict
from dicomsig.signatures.verify import Trust
from dicomsig.systems.adapters import Described, Verified
from dicomsig.systems.protocol import FileVerdict, Signatures, VerdictOfFile

_CHANGE = "ps3.3-c.12.1.1.3.1.1-listed-change-detected"
_OTHERS = "ps3.3-c.12.1.1.3.1.2-other-signatures-not-hashed"
_UNSIGNED = "ps3.3-c.12.1.1.3-unsigned-is-not-verified"
_TRUST = "ps3.15-c.1-trust-separate-from-integrity"


class _SaysOfEach(HonestVerifier):
    """Says something else of each signature than it found."""

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The honest verdict, retold."""
        return self.retold(super().verdict(instance, signature, trust))

    def retold(self, verdict: Verdict) -> Verdict:
        """The verdict as it is given out."""
        return verdict


class AcceptsAll(_SaysOfEach):
    """Calls every signature valid."""

    convicted_by = _CHANGE

    def retold(self, verdict: Verdict) -> Verdict:
        """All is well."""
        return replace(verdict, integrity=Status.VALID, structure=Status.VALID, trust=Status.VALID, remarks=())


class RejectsAll(_SaysOfEach):
    """Calls every signature invalid."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def retold(self, verdict: Verdict) -> Verdict:
        """Nothing is well."""
        return with_status(verdict, Axis.INTEGRITY, Status.INVALID)


class LeavesAllOpen(_SaysOfEach):
    """Never says more than that it cannot tell."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def retold(self, verdict: Verdict) -> Verdict:
        """Who knows."""
        return with_status(verdict, Axis.INTEGRITY, Status.INDETERMINATE)


class TakesDoubtForValid(_SaysOfEach):
    """Calls valid what it could not check."""

    convicted_by = "ps3.3-c.12.1.1.3-mac-id-resolves"

    def retold(self, verdict: Verdict) -> Verdict:
        """No proof of the contrary, so all is well."""
        return replace(verdict, integrity=_rounded(verdict.integrity), structure=_rounded(verdict.structure))


class TakesTrustForIntegrity(_SaysOfEach):
    """Calls the content altered when the certificate is not trusted."""

    convicted_by = _TRUST

    def retold(self, verdict: Verdict) -> Verdict:
        """An unknown issuer alters bytes."""
        if verdict.trust is Status.INVALID:
            return with_status(verdict, Axis.INTEGRITY, Status.INVALID)
        return verdict


class TakesIntegrityFromTrust(_SaysOfEach):
    """Calls the content intact when the certificate is trusted."""

    convicted_by = _CHANGE

    def retold(self, verdict: Verdict) -> Verdict:
        """A good name is proof enough."""
        return with_status(verdict, Axis.INTEGRITY, verdict.trust)


class ExchangesTrustAndIntegrity(_SaysOfEach):
    """Reports integrity as trust and trust as integrity."""

    convicted_by = _TRUST

    def retold(self, verdict: Verdict) -> Verdict:
        """Two columns are mixed up."""
        return replace(verdict, integrity=verdict.trust, trust=verdict.integrity)


class TakesStructureForIntegrity(_SaysOfEach):
    """Calls the content altered when the macro is not followed."""

    convicted_by = "ps3.3-c.12.1.1.3-signature-datetime-offset-missing"

    def retold(self, verdict: Verdict) -> Verdict:
        """A wrong form alters bytes."""
        if verdict.structure is Status.INVALID:
            return with_status(verdict, Axis.INTEGRITY, Status.INVALID)
        return verdict


class NeverMindsStructure(_SaysOfEach):
    """Looks at the MAC alone and calls every structure valid."""

    convicted_by = "ps3.3-c.12.1.1.3-purpose-two-items-flagged"

    def retold(self, verdict: Verdict) -> Verdict:
        """The form does not matter."""
        return with_status(verdict, Axis.STRUCTURE, Status.VALID)


class TrustsEverybody(_SaysOfEach):
    """Calls every certificate trusted, whatever the anchors."""

    convicted_by = _TRUST

    def retold(self, verdict: Verdict) -> Verdict:
        """A certificate is a certificate."""
        return with_status(verdict, Axis.TRUST, Status.VALID)


class CountsFromOne(_SaysOfEach):
    """Numbers the signatures of a place from 1."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def retold(self, verdict: Verdict) -> Verdict:
        """The first is number one."""
        return replace(verdict, number=verdict.number + 1)


class _Answers(HonestVerifier):
    """Answers something else than it found."""

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """The honest answer, retold."""
        return self.answer(super().verify(path, trust, at))

    def answer(self, honest: Verified) -> Verified:
        """The answer as it is given."""
        return honest


class TakesUnsignedForValid(_Answers):
    """Accepts what bears no signature: no signature is broken."""

    convicted_by = _UNSIGNED

    def answer(self, honest: Verified) -> Verified:
        """Nothing wrong was found."""
        if isinstance(honest, Signatures) and not honest.signatures:
            return VerdictOfFile(FileVerdict.ACCEPT)
        return honest


class TakesUnreadableForValid(_Answers):
    """Accepts what it cannot read: no signature is broken."""

    convicted_by = "ps3.5-7.1.2-short-and-long-headers"

    def answer(self, honest: Verified) -> Verified:
        """Nothing wrong was found."""
        return VerdictOfFile(FileVerdict.ACCEPT) if honest == VerdictOfFile(FileVerdict.UNREADABLE) else honest


class _OneAnswer(_Answers):
    """Has one answer for a file and declares no axes."""

    def describe(self) -> Described:
        """No axes."""
        return msgspec.structs.replace(self.description(), axes=())

    def answer(self, honest: Verified) -> Verified:
        """The one answer."""
        if not isinstance(honest, Signatures):
            return honest
        if not honest.signatures:
            return VerdictOfFile(FileVerdict.UNSIGNED)
        good = [row.integrity == "valid" and row.structure == "valid" for row in honest.signatures]
        return VerdictOfFile(FileVerdict.ACCEPT if self.accepts(good) else FileVerdict.REJECT)

    def accepts(self, good: Sequence[bool]) -> bool:
        """Whether the file is accepted, by what is so of each signature."""
        return all(good)


class OneGoodSignatureIsEnough(_OneAnswer):
    """Accepts a file when any of its signatures holds."""

    convicted_by = _OTHERS

    def accepts(self, good: Sequence[bool]) -> bool:
        """One is enough."""
        return any(good)


class TheFirstSignatureDecides(_OneAnswer):
    """Accepts a file when its first signature holds."""

    convicted_by = _OTHERS

    def accepts(self, good: Sequence[bool]) -> bool:
        """The first decides."""
        return good[0]


class TheLastSignatureDecides(_OneAnswer):
    """Accepts a file when its last signature holds."""

    convicted_by = _OTHERS

    def accepts(self, good: Sequence[bool]) -> bool:
        """The last decides."""
        return good[-1]


class OneBadSignatureIsNone(_OneAnswer):
    """Says that it cannot tell where it should reject."""

    convicted_by = _CHANGE

    def answer(self, honest: Verified) -> Verified:
        """It never rejects."""
        told = super().answer(honest)
        return VerdictOfFile(FileVerdict.INDETERMINATE) if told == VerdictOfFile(FileVerdict.REJECT) else told


class _Remembers(HonestVerifier, ABC):
    """Keeps verdicts by something that two files can have in common."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Verdict, ...]] = {}

    def verdicts(self, instance: Instance, trust: Trust) -> Iterable[Verdict]:
        """What was said when this was first met."""
        name = self.key(instance)
        if name not in self._known:
            self._known[name] = tuple(super().verdicts(instance, trust))
        return self._known[name]

    @abstractmethod
    def key(self, instance: Instance) -> str:
        """By what it remembers."""


class RemembersByInstance(_Remembers):
    """Remembers verdicts by SOP Instance UID: what was changed since keeps its verdict."""

    convicted_by = _CHANGE

    def key(self, instance: Instance) -> str:
        """The SOP Instance UID."""
        return instance.text(tags.SOP_INSTANCE_UID)


class RemembersBySignature(_Remembers):
    """Remembers verdicts by the UIDs of the signatures."""

    convicted_by = _CHANGE

    def key(self, instance: Instance) -> str:
        """All signature UIDs."""
        return " ".join(signature.uid for signature in self.found(instance))


class ReadsTheFileName(HonestVerifier):
    """Judges by the name of the file: what is called altered or changed is invalid, all else valid."""

    convicted_by = _CHANGE

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """A look at the name."""
        honest = super().verify(path, trust, at)
        if not isinstance(honest, Signatures):
            return honest
        bad = any(word in path.name for word in ("altered", "changed", "removed", "forged", "moved", "tampered"))
        integrity = "invalid" if bad else "valid"
        return Signatures(tuple(msgspec.structs.replace(row, integrity=integrity) for row in honest.signatures))


def _rounded(status: Status) -> Status:
    return Status.VALID if status is Status.INDETERMINATE else status
