"""All unsigned instances, by name."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dicomsig import resources
from dicomsig.vectors import documents, encapsulated, enhanced, every_vr, images, structures
from dicomsig.vectors.recipes import InstanceRecipe, registered

__all__ = ["committed_path", "instances"]

_MODULES = (documents, encapsulated, enhanced, every_vr, images, structures)


def instances() -> Mapping[str, InstanceRecipe]:
    """The recipes of every unsigned instance by name, in the order of names."""
    return MappingProxyType(registered())


def committed_path(name: str) -> Path:
    """The committed file of an instance."""
    return resources.content("fixtures") / "instances" / f"{name}.dcm"
