"""Against what is judged: edition, claims, profiles, trust, and which requirements were asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dicomsig.conformance.checks.registry import Check, registered
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.conviction import conviction
from dicomsig.conformance.editions import Edition
from dicomsig.conformance.register import ALWAYS_DUE as ALWAYS_DUE
from dicomsig.conformance.register import Requirement, Scope, register
from dicomsig.conformance.results import Outcome
from dicomsig.crypto.certificates import Certificate
from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.rsa import RsaPublicKey
from dicomsig.signatures.verify import NO_TRUST, Trust

ELEMENT_PROFILES: Final = ("creator", "authorization", "structured-report")
"""Profiles that one signature of an instance has to meet when they are claimed (PS3.15 C.2 to C.4)."""

USE_PROFILES: Final = ("online-storage", "basic-sr")
"""Secure use profiles of which files show a part; they are judged when they are claimed (PS3.15 A.1, A.4)."""

JUDGED_BY_FILES: Final = ("base", *ELEMENT_PROFILES, *USE_PROFILES)
"""Profiles that signed instances are judged by; the others of PS3.15 Annex A speak of storing and retrieving."""


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement with the check that judges it."""

    requirement: Requirement
    check: Check


@dataclass(frozen=True)
class Terms:
    """The terms of one run. ``profiles`` are those whose breach counts; others are reported as met or not met."""

    edition: Edition
    claims: Claims | None = None
    asked_profiles: tuple[str, ...] = ()
    trust: Trust = NO_TRUST
    only: frozenset[str] = frozenset()

    @cached_property
    def named_profiles(self) -> tuple[str, ...]:
        """The profiles asked for, else those claimed."""
        return self.asked_profiles or (self.claims.profiles if self.claims is not None else ())

    @cached_property
    def profiles(self) -> tuple[str, ...]:
        """The element profiles that are due on each signed instance: those asked for, else those claimed."""
        return tuple(profile for profile in ELEMENT_PROFILES if profile in self.named_profiles)

    @cached_property
    def use_profiles(self) -> tuple[str, ...]:
        """The secure use profiles asked for, else claimed, of which files show a part."""
        return tuple(profile for profile in USE_PROFILES if profile in self.named_profiles)

    @property
    def due_profiles(self) -> tuple[str, ...]:
        """Every profile whose breach counts, beyond macro and Base."""
        return (*self.profiles, *self.use_profiles)

    @cached_property
    def own_certificates(self) -> tuple[Certificate, ...]:
        """The certificates whose signatures count as the product's own; empty: all do."""
        if self.claims is None:
            return ()
        return tuple(certificate for file in self.claims.certificates() for certificate in load_certificates(file))

    def is_own(self, certificate: Certificate | None) -> bool:
        """Whether the signature that bears a certificate counts as the product's own.

        The key decides: no MAC protects the certificate (A-12), so that another one for the key may stand in its place.
        """
        if not self.own_certificates:
            return True
        if certificate is None:
            return False
        if certificate.key in self._own_keys:  # None is in no set of keys
            return True
        return certificate.key_der in self._own_encoded or certificate.der in self._own_encoded

    @cached_property
    def _own_keys(self) -> frozenset[RsaPublicKey]:
        return frozenset(certificate.key for certificate in self.own_certificates if certificate.key is not None)

    @cached_property
    def _own_encoded(self) -> frozenset[bytes]:
        return frozenset(form for each in self.own_certificates for form in (each.der, each.key_der))

    @cached_property
    def judged_profiles(self) -> tuple[str, ...]:
        """The element profiles for which there is a check."""
        return tuple(profile for profile in ELEMENT_PROFILES if self.rows(Scope.SIGNATURE, profile))

    def rows(self, scope: Scope, *profiles: str) -> tuple[Row, ...]:
        """The rows with a check, of one scope and of some profiles, that are in force and asked for."""
        return tuple(row for profile in profiles for row in self._rows.get((scope, profile), ()))

    def why_not_judged(self, requirement: Requirement) -> str:
        """Why no file of this run is judged by a requirement, empty where files are."""
        import dicomsig.conformance.checks  # noqa: F401 - binds the checks

        if requirement.id not in registered():
            return "no file is judged by it; profiles/coverage.csv says why"
        if not self._in_force(requirement):
            return f"it is not in force in edition {self.edition.label}"
        if requirement.profile not in (*ALWAYS_DUE, *self.due_profiles):
            return f"it belongs to the {requirement.profile} profile; add --profile {requirement.profile}"
        return ""

    @cached_property
    def _rows(self) -> dict[tuple[Scope, str], tuple[Row, ...]]:
        import dicomsig.conformance.checks  # noqa: F401 - binds the checks

        checks = registered()
        found: dict[tuple[Scope, str], list[Row]] = {}
        for requirement in register().values():
            check = checks.get(requirement.id)
            if check is None or not self._in_force(requirement):
                continue
            if not self.only or requirement.id in self.only:
                found.setdefault((check.scope, requirement.profile), []).append(Row(requirement, check))
        return {key: tuple(rows) for key, rows in found.items()}

    def _in_force(self, requirement: Requirement) -> bool:
        """The rows of an edition; one older than any that was read is judged by the rows of the oldest."""
        return requirement.holds_in(self.edition.rows_label)

    def conviction(self, requirement: Requirement) -> Outcome | None:
        """What a breach of a requirement counts; None for a permission, whose use is an observation."""
        return conviction(requirement, self.edition)
