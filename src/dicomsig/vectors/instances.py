"""All unsigned instances, by name."""

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dicomsig import resources
from dicomsig.vectors.recipes import InstanceRecipe, registered

__all__ = ["committed_path", "instances"]

_CORE: Final = ("documents", "encapsulated", "enhanced", "every_vr", "images", "structures")
_FULL_SET: Final = (
    "breast_projection",
    "character_sets",
    "compressed_images",
    "encapsulated_documents",
    "enhanced_mr",
    "enhanced_pet",
    "enhanced_ultrasound",
    "enhanced_x_ray",
    "implant_templates",
    "microscopy_annotations",
    "presentation_states",
    "projection_images",
    "radiotherapy",
    "raw_and_private",
    "reports",
    "segmentations",
    "spectroscopy",
    "structured_display",
    "surfaces",
    "waveforms",
)
"""The modules of `dicomsig.vectors.full_set`."""


def instances(*, full: bool = False) -> Mapping[str, InstanceRecipe]:
    """The recipes of the unsigned instances by name, in the order of names.

    The core set has every way to encode a data set, for tests that try many changes or algorithms on each instance.
    The full set adds an instance of each kind whose modules PS3.15 C.2 and C.3 name.
    """
    core = {f"dicomsig.vectors.{name}" for name in _CORE}
    modules = core | {f"dicomsig.vectors.full_set.{name}" for name in _FULL_SET} if full else core
    found = {name: recipe for name, recipe in _all().items() if recipe.make.__module__ in modules}
    return MappingProxyType(found)


@cache
def _all() -> Mapping[str, InstanceRecipe]:
    """The recipes of every module, which register themselves when it is imported."""
    for name in (*_CORE, *(f"full_set.{name}" for name in _FULL_SET)):
        importlib.import_module(f"dicomsig.vectors.{name}")
    return registered()


def committed_path(name: str) -> Path:
    """The committed file of an instance."""
    return resources.content("fixtures") / "instances" / f"{name}.dcm"
