"""Impostors that read certificates wrongly or judge whom to trust wrongly (PS3.15 C.1, A-13, A-14, A-16, A-17)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dicomsig.crypto.trust import TrustStore
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier, with_status
from dicomsig.signatures.datetimes import read_datetime
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.verdict import Axis, Status, Verdict
from dicomsig.signatures.verify import Trust


class RefusesPaddedCertificates(HonestVerifier):
    """Calls a certificate unreadable that has a pad byte after it."""

    convicted_by = "ps3.5-6.2-certificate-pad-stripped"

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """Padded is malformed."""
        honest = super().verdict(instance, signature, trust)
        if honest.certificate is not None and len(honest.certificate.der) != len(signature.certificate_value):
            return replace(honest, integrity=Status.INDETERMINATE, structure=Status.INVALID)
        return honest


class RefusesVersion1(HonestVerifier):
    """Does not read certificates of version 1."""

    convicted_by = "ps3.15-c.1-certificate-versions-read"

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """Version 3 or nothing."""
        honest = super().verdict(instance, signature, trust)
        if honest.certificate is not None and honest.certificate.version == 1:
            return with_status(honest, Axis.INTEGRITY, Status.INVALID)
        return honest


class RefusesLargeKeys(HonestVerifier):
    """Has no room for a modulus of more than 2048 bits."""

    convicted_by = "ps3.15-c.1-key-size-free"

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """Too large is wrong."""
        honest = super().verdict(instance, signature, trust)
        key = honest.certificate.key if honest.certificate is not None else None
        if key is not None and key.byte_length > 256:
            return with_status(honest, Axis.INTEGRITY, Status.INVALID)
        return honest


class RefusesOddKeys(HonestVerifier):
    """Takes only keys whose modulus has a whole number of 64-bit words."""

    convicted_by = "ps3.5-6.2-signature-pad-stripped"

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """Odd is wrong."""
        honest = super().verdict(instance, signature, trust)
        key = honest.certificate.key if honest.certificate is not None else None
        if key is not None and key.byte_length % 8:
            return with_status(honest, Axis.INTEGRITY, Status.INVALID)
        return honest


class _JudgesAt(HonestVerifier):
    """Judges certificates at another moment."""

    def moment(self, signature: Signature, trust: Trust) -> datetime | None:
        """The moment."""
        return trust.at

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The verdict of that moment."""
        return super().verdict(instance, signature, replace(trust, at=self.moment(signature, trust)))


class IgnoresTheOffset(_JudgesAt):
    """Takes the signing time as UTC, whatever its offset."""

    convicted_by = "ps3.3-c.12.1.1.3-signature-datetime-offset-respected"

    def moment(self, signature: Signature, trust: Trust) -> datetime | None:
        """The clock face."""
        instant = read_datetime(signature.datetime_text.partition("+")[0].partition("-")[0] + "+0000").instant
        return trust.at or instant


class IgnoresTheAnchors(HonestVerifier):
    """Takes the signer's own certificate for an anchor: whoever signs is trusted."""

    convicted_by = "ps3.15-c.1-trust-separate-from-integrity"

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """Each is his own authority."""
        honest = super().verdict(instance, signature, trust)
        if honest.certificate is None:
            return honest
        return super().verdict(instance, signature, replace(trust, store=TrustStore((honest.certificate,))))


class VerifiesWithTheFirstCertificate(HonestVerifier):
    """Takes the certificate of the first signature for all signatures of an instance."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def found(self, instance: Instance) -> Iterable[Signature]:
        """All with one certificate."""
        first: bytes | None = None
        for signature in super().found(instance):
            first = signature.certificate_value if first is None else first
            yield replace(signature, certificate_value=first)
