"""Our verifier as an adapter whose steps can be overridden one by one: what an impostor does otherwise."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from dicomsig import __version__
from dicomsig.crypto.certificates import CertificateError, rsa_key
from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.crypto.rsa import RsaPublicKey, RsaReason, check_signature, cut_to_modulus
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.tags import Tag
from dicomsig.impostors.classes import name_of
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.stream import Buffer, NotRebuildableError, mac_stream
from dicomsig.signatures.verdict import Axis, Remark, Status, Verdict
from dicomsig.signatures.verify import Trust, verify_signature
from dicomsig.systems.adapters import Described
from dicomsig.systems.protocol import AxisName, Description
from dicomsig.systems.reference_adapter import ReferenceAdapter

__all__ = ["HonestVerifier", "OwnMac", "with_status"]


class HonestVerifier(ReferenceAdapter):
    """Verifies as the standard says. An impostor overrides one step and names the requirement that convicts it.

    ``name`` follows from the name of the class: ``CountsFromOne`` is ``counts-from-one``.
    """

    convicted_by: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.name = name_of(cls)

    def describe(self) -> Described:
        """It verifies and does nothing else."""
        return self.description()

    def description(self) -> Description:
        """What it says of itself."""
        axes: tuple[AxisName, ...] = ("integrity", "structure", "trust", "time")
        return Description(name=self.name, version=__version__, axes=axes, honours=("trust", "at"))

    def found(self, instance: Instance) -> Iterable[Signature]:
        """The signatures of an instance, with the MAC parameters that are theirs."""
        return signatures(instance)

    def verdicts(self, instance: Instance, trust: Trust) -> Iterable[Verdict]:
        """The verdict on each signature that is found."""
        for signature in self.found(instance):
            yield self.verdict(instance, signature, trust)

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The verdict on one signature."""
        return verify_signature(instance, signature, trust)


class OwnMac(HonestVerifier):
    """Computes the MAC and checks the signature value itself, step by step, wherever that can be done at all."""

    rules: ClassVar[MacRules] = STANDARD

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The honest verdict with integrity judged anew."""
        honest = super().verdict(instance, signature, trust)
        if honest.certificate is None or honest.integrity is Status.INDETERMINATE:
            return honest
        try:
            holds = self.integrity(instance, signature, rsa_key(honest.certificate))
        except (CertificateError, NotRebuildableError, ValueError):
            return with_status(honest, Axis.INTEGRITY, Status.INDETERMINATE)
        if holds == (honest.integrity is Status.VALID):
            return honest
        return with_status(honest, Axis.INTEGRITY, Status.VALID if holds else Status.INVALID, RsaReason.MAC_MISMATCH)

    def integrity(self, instance: Instance, signature: Signature, key: RsaPublicKey) -> bool:
        """Whether the signature value is that of the bytes that are there."""
        algorithm = self.algorithm(signature, key)
        digest = new_digest(algorithm)
        for buffer in self.stream(instance, signature):
            digest.update(buffer)
        return self.holds(key, self.value(signature, key), algorithm, digest.digest())

    def algorithm(self, signature: Signature, key: RsaPublicKey) -> MacAlgorithm:
        """The algorithm that MAC Algorithm (0400,0015) names."""
        return MacAlgorithm(signature.parameters[0].algorithm)

    def covered(self, instance: Instance, signature: Signature) -> Collection[Tag]:
        """The tags that are hashed, where present."""
        return signature.parameters[0].tag_list.signable

    def stream(self, instance: Instance, signature: Signature) -> Iterator[Buffer]:
        """The bytes that are hashed."""
        covered = self.covered(instance, signature)
        return mac_stream(instance, signature.data_set, covered, signature.item, self.rules)

    def value(self, signature: Signature, key: RsaPublicKey) -> bytes:
        """The signature value without its pad byte."""
        return cut_to_modulus(signature.signature_value, key)

    def holds(self, key: RsaPublicKey, value: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Whether a signature value is that of a digest."""
        return check_signature(key, value, algorithm, digest).reason in (
            None,
            RsaReason.DIGEST_INFO_PARAMETERS_ABSENT,
        )


def with_status(verdict: Verdict, axis: Axis, status: Status, reason: str = "") -> Verdict:
    """The verdict with another status on one axis, and at most one reason for it."""
    remarks = tuple(remark for remark in verdict.remarks if remark.axis is not axis)
    if reason and status is not Status.VALID:
        remarks = (*remarks, Remark(reason, axis, status, ""))
    match axis:
        case Axis.INTEGRITY:
            return replace(verdict, remarks=remarks, integrity=status)
        case Axis.STRUCTURE:
            return replace(verdict, remarks=remarks, structure=status)
        case Axis.TRUST:
            return replace(verdict, remarks=remarks, trust=status)
        case Axis.TIME:
            return replace(verdict, remarks=remarks, time=status)
