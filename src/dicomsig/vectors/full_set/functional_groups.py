"""Functional groups and dimensions that several enhanced images share (PS3.3 C.7.6.16, C.7.6.17)."""

from collections.abc import Iterator

from dicomsig.vectors.nodes import DataSet, Node, Sequence, merged
from dicomsig.vectors.values import Value, code, element, fixed_uid, sequence, tag_of

__all__ = [
    "anatomy",
    "derivation",
    "dimensions",
    "frame_content",
    "irradiation_event",
    "plane_position",
    "source_evidence",
    "stacked_frame",
    "volume",
]


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


def frame_content(*index: int, **others: Value) -> Sequence:
    """Frame Content of a frame with its dimension index values, one a dimension (PS3.3 C.7.6.16.2.2).

    ``others`` are further attributes by keyword.
    """
    values = [element("DimensionIndexValues", *index)] if index else []
    return sequence("FrameContentSequence", values + [element(keyword, value) for keyword, value in others.items()])


def plane_position(number: int) -> Sequence:
    """Plane Position of the axial slice with this number (PS3.3 C.7.6.16.2.3)."""
    return sequence("PlanePositionSequence", [element("ImagePositionPatient", -16, -16, number)])


def stacked_frame(number: int, spacing: int, duration: float, **others: Value) -> Iterator[Node]:
    """Content and position of one frame of a stack: acquired alone, in ``duration`` ms, ``spacing`` mm above the last.

    ``others`` are further attributes of Frame Content by keyword.
    """
    yield frame_content(
        number,
        FrameAcquisitionNumber=number,
        FrameAcquisitionDateTime="20240102030405",
        FrameReferenceDateTime="20240102030405",
        FrameAcquisitionDuration=duration,
        StackID="1",
        InStackPositionNumber=number,
        **others,
    )
    yield plane_position(spacing * number)


def anatomy(code_of_region: DataSet, laterality: str = "U") -> Sequence:
    """Frame Anatomy (PS3.3 C.7.6.16.2.8)."""
    region = sequence("AnatomicRegionSequence", code_of_region)
    return sequence("FrameAnatomySequence", [element("FrameLaterality", laterality), region])


def derivation(source: DataSet) -> Sequence:
    """Derivation Image: the frames were made from one source image by filtering (PS3.3 C.7.6.16.2.6)."""
    purpose = code("121322", "DCM", "Source image for image processing operation")
    image = merged(source, sequence("PurposeOfReferenceCodeSequence", purpose))
    return sequence(
        "DerivationImageSequence",
        [
            sequence("SourceImageSequence", image),
            sequence("DerivationCodeSequence", code("113085", "DCM", "Spatial resampling")),
        ],
    )


def source_evidence(series_name: str, source: DataSet) -> Sequence:
    """The source image of a derivation in its study and series (PS3.3 C.8.13.2.1.2)."""
    images: list[Node] = [
        element("SeriesInstanceUID", fixed_uid(f"series {series_name}")),
        sequence("ReferencedSOPSequence", source),
    ]
    study: list[Node] = [
        element("StudyInstanceUID", fixed_uid("study")),
        sequence("ReferencedSeriesSequence", images),
    ]
    return sequence("SourceImageEvidenceSequence", study)


def irradiation_event(name: str) -> Sequence:
    """Irradiation Event Identification; the name makes the UID (PS3.3 C.7.6.16.2.20)."""
    return sequence(
        "IrradiationEventIdentificationSequence",
        [element("IrradiationEventUID", fixed_uid(f"irradiation event {name}"))],
    )
