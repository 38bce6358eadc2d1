"""Every impostor of a verifier by name; `dicomsig verifier impostor:NAME` judges it."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from dicomsig.impostors.classes import classes_in
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.impostors.ignored import reason_impostors
from dicomsig.impostors.rules import rule_impostors

__all__ = ["verifier_impostors"]

_MODULES: Final = ("answers", "places", "streams", "items", "seals", "certificates")


@cache
def verifier_impostors() -> Mapping[str, type[HonestVerifier]]:
    """The classes of those that are asked in process, by name: those written by hand, then the generated ones."""
    by_hand = [each for module in _MODULES for each in classes_in(f"{__package__}.{module}", HonestVerifier)]
    return MappingProxyType({each.name: each for each in (*by_hand, *rule_impostors(), *reason_impostors())})
