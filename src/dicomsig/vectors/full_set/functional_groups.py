"""Functional groups and dimensions that several enhanced images share (PS3.3 C.7.6.16, C.7.6.17)."""

from collections.abc import Iterator

from dicomsig.vectors.nodes import Node, Sequence
from dicomsig.vectors.values import Value, element, fixed_uid, sequence, tag_of

__all__ = ["dimensions", "frame_content", "plane_position", "volume"]


def dimensions(*pointers: str, group: str = "FrameContentSequence") -> Iterator[Node]:
    """The Multi-frame Dimension Module: frames are indexed by these attributes of a group (PS3.3 C.7.6.17)."""
    organization = element("DimensionOrganizationUID", fixed_uid("dimension organization"))
    yield sequence("DimensionOrganizationSequence", [organization])
    yield sequence(
        "DimensionIndexSequence",
        *(
            [
                organization,
                element("DimensionIndexPointer", tag_of(pointer)),
                element("FunctionalGroupPointer", tag_of(group)),
            ]
            for pointer in pointers
        ),
    )


def volume(spacing: float) -> Iterator[Node]:
    """Pixel Measures and Plane Orientation of axial slices of square pixels, in millimetres (PS3.3 C.7.6.16.2.1)."""
    yield sequence(
        "PixelMeasuresSequence",
        [
            element("PixelSpacing", spacing, spacing),
            element("SliceThickness", spacing),
            element("SpacingBetweenSlices", spacing),
        ],
    )
    yield sequence("PlaneOrientationSequence", [element("ImageOrientationPatient", 1, 0, 0, 0, 1, 0)])


def frame_content(number: int, *index: int, **others: Value) -> Sequence:
    """Frame Content of the frame with this number; dimension index values are the number unless given.

    ``others`` are further attributes by keyword (PS3.3 C.7.6.16.2.2).
    """
    values = [element(keyword, value) for keyword, value in others.items()]
    return sequence("FrameContentSequence", [element("DimensionIndexValues", *(index or (number,))), *values])


def plane_position(number: int) -> Sequence:
    """Plane Position of the axial slice with this number (PS3.3 C.7.6.16.2.3)."""
    return sequence("PlanePositionSequence", [element("ImagePositionPatient", -16, -16, number)])
