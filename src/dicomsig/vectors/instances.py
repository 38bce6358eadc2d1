"""All unsigned instances, by name."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dicomsig import resources
from dicomsig.vectors import documents, encapsulated, enhanced, every_vr, images, structures
from dicomsig.vectors.full_set import (
    breast_projection,
    character_sets,
    compressed_images,
    encapsulated_documents,
    enhanced_mr,
    enhanced_pet,
    enhanced_ultrasound,
    enhanced_x_ray,
    implant_templates,
    microscopy_annotations,
    presentation_states,
    projection_images,
    radiotherapy,
    raw_and_private,
    reports,
    segmentations,
    spectroscopy,
    structured_display,
    surfaces,
    waveforms,
)
from dicomsig.vectors.recipes import InstanceRecipe, registered

__all__ = ["committed_path", "instances"]

_CORE = (documents, encapsulated, enhanced, every_vr, images, structures)
_FULL_SET = (
    breast_projection,
    character_sets,
    compressed_images,
    encapsulated_documents,
    enhanced_mr,
    enhanced_pet,
    enhanced_ultrasound,
    enhanced_x_ray,
    implant_templates,
    microscopy_annotations,
    presentation_states,
    projection_images,
    radiotherapy,
    raw_and_private,
    reports,
    segmentations,
    spectroscopy,
    structured_display,
    surfaces,
    waveforms,
)


def instances(*, full: bool = False) -> Mapping[str, InstanceRecipe]:
    """The recipes of the unsigned instances by name, in the order of names.

    The core set has every way to encode a data set, for tests that try many changes or algorithms on each instance.
    The full set adds an instance of each kind whose modules PS3.15 C.2 and C.3 name.
    """
    modules = {module.__name__ for module in (_CORE + _FULL_SET if full else _CORE)}
    return MappingProxyType(
        {name: recipe for name, recipe in registered().items() if recipe.make.__module__ in modules}
    )


def committed_path(name: str) -> Path:
    """The committed file of an instance."""
    return resources.content("fixtures") / "instances" / f"{name}.dcm"
