"""Signed instances that are wrong in one way each, by name; every one has a twin that is right."""

import importlib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from dicomsig.vectors.wrong_signers.recipe import WrongSigner, registered

__all__ = ["WrongSigner", "wrong_signers"]

_FAMILIES: Final = (
    "authorization",
    "creator",
    "encodings",
    "keys",
    "lists",
    "macro",
    "purposes",
    "reports",
    "storage",
    "streams",
    "timestamps",
)


@cache
def wrong_signers() -> Mapping[str, WrongSigner]:
    """The recipes of every wrong signer by name, in the order of names."""
    for family in _FAMILIES:
        importlib.import_module(f"dicomsig.vectors.wrong_signers.{family}")
    return MappingProxyType(registered())
