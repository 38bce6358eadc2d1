"""Signers that are wrong in one way each: what they write, what they claim, and the one requirement that convicts them.

An impostor shows that a judge convicts; its honest twin, which differs in that one thing, that it does so for a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from dicomsig.conformance.claims import CLAIMABLE_PROFILES, Claims, Product
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.register import register
from dicomsig.vectors.wrong_signers import WrongSigner, wrong_signers

__all__ = ["SignerImpostor", "signer_impostors"]


@dataclass(frozen=True, slots=True)
class SignerImpostor:
    """A signer that breaks one requirement; ``does`` says in what it is wrong."""

    name: str
    does: str
    convicted_by: str
    _recipe: WrongSigner

    def build(self) -> bytes:
        """The signed instance that it writes, as a file; the same bytes everywhere."""
        return self._recipe.build()

    def build_honest(self) -> bytes:
        """What its honest twin writes, as a file."""
        return self._recipe.build_twin()

    def claims(self) -> Claims:
        """What it claims: the edition and, where the requirement belongs to one, the profile that it breaks."""
        profile = register()[self.convicted_by].profile
        return Claims(
            product=Product("dicomsig", f"impostor:{self.name}"),
            edition=edition(self._recipe.edition or DEFAULT),
            profiles=(profile,) if profile in CLAIMABLE_PROFILES else (),
            approver_sees=self._recipe.approver_sees,
        )


@cache
def signer_impostors() -> Mapping[str, SignerImpostor]:
    """Every signer impostor by name; what deserves a warning at most convicts nobody and is not among them."""
    return MappingProxyType(
        {
            name: SignerImpostor(name, recipe.title, recipe.requirement, recipe)
            for name, recipe in wrong_signers().items()
            if not recipe.warned and register()[recipe.requirement].strength.can_fail
        }
    )
