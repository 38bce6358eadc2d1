"""Every vector, by family: a module a family, a few lines a vector (PS3.3 C.12.1.1.3, PS3.15 C)."""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Final

from dicomsig.vectors.vector import Vector
from dicomsig.vectors.writing import registered

__all__ = ["FAMILIES", "vectors"]

FAMILIES: Final = (
    "valid_profiles",
    "valid_syntaxes",
    "values",
    "places",
    "several",
    "rewritten",
    "keys",
    "timestamps",
    "purposes",
    "unsigned_content",
    "pixels",
    "authorization",
    "on_the_way",
    "fragments",
    "nested_content",
    "signature_item",
    "mac_parameters",
    "mac_encodings",
    "tag_lists",
    "streams",
    "signature_blocks",
    "forgeries",
    "certificates",
    "swapped",
    "tampered_series",
    "unsigned",
    "truncated",
    "unreadable",
    "open_points",
)
"""The modules that hold vectors; a twin stands in one of the same or of an earlier family."""


@cache
def vectors() -> Mapping[str, Vector]:
    """Every vector by id, family by family; the modules are imported at the first call."""
    for family in FAMILIES:
        importlib.import_module(f"{__name__}.{family}")
    return registered()
