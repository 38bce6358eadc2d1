"""Signed instances that are wrong in one way each, by name; every one has a twin that is right."""

from collections.abc import Mapping
from types import MappingProxyType

from dicomsig.vectors.wrong_signers import (
    authorization,
    creator,
    encodings,
    keys,
    lists,
    macro,
    purposes,
    reports,
    storage,
    streams,
    timestamps,
)
from dicomsig.vectors.wrong_signers.recipe import WrongSigner, registered

__all__ = ["WrongSigner", "wrong_signers"]

_MODULES = (
    authorization,
    creator,
    encodings,
    keys,
    lists,
    macro,
    purposes,
    reports,
    storage,
    streams,
    timestamps,
)


def wrong_signers() -> Mapping[str, WrongSigner]:
    """The recipes of every wrong signer by name, in the order of names."""
    return MappingProxyType(registered())
