"""An unsigned binary segmentation and a surface segmentation (PS3.3 A.51, A.57)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import dimensions, frame_content, volume
from dicomsig.vectors.full_set.references import REFERENCED_CT, common_instance_reference
from dicomsig.vectors.full_set.surfaces import algorithm, tetrahedron
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.pixels import disc, image_pixel
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

SEGMENTATION_UID = "1.2.840.10008.5.1.4.1.1.66.4"
SURFACE_SEGMENTATION_UID = "1.2.840.10008.5.1.4.1.1.66.5"

SIZE = 19
FRAMES = 3
"""Three frames of 361 bits: the second and the third begin inside a byte."""


@instance("segmentation")
def segmentation() -> DataSet:
    """Binary segmentation of three frames of 1 bit, packed across frames (PS3.3 A.51, PS3.5 8.1.1)."""
    return data_set(
        common("segmentation", SEGMENTATION_UID),
        _series("segmentation"),
        content_time(),
        _content(),
        element("ImageType", "DERIVED", "PRIMARY"),
        element("LossyImageCompression", "00"),
        element("SegmentationType", "BINARY"),
        element("SegmentsOverlap", "NO"),
        sequence("SegmentSequence", _segment()),
        common_instance_reference(),
        dimensions("ImagePositionPatient", group="PlanePositionSequence"),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", *(_frame(number) for number in range(1, FRAMES + 1))),
        image_pixel(SIZE, SIZE, 1),
        element("PixelData", _packed(), vr="OB"),
    )


@instance("surface-segmentation")
def surface_segmentation() -> DataSet:
    """Surface segmentation, a tetrahedron of four triangles (PS3.3 A.57, C.27.1)."""
    return data_set(
        common("surface-segmentation", SURFACE_SEGMENTATION_UID),
        _series("surface-segmentation"),
        content_time(),
        _content(),
        sequence("SegmentSequence", [*_segment(), *_surface()]),
        element("NumberOfSurfaces", 1),
        sequence("SurfaceSequence", tetrahedron(1)),
        common_instance_reference(),
    )


def _series(name: str) -> Iterator[Leaf]:
    yield from series(name, "SEG")
    yield element("FrameOfReferenceUID", fixed_uid("frame of reference ct"))
    yield element("PositionReferenceIndicator")


def _content() -> Iterator[Leaf]:
    """The Content Identification Macro (PS3.3 10.9)."""
    yield element("ContentLabel", "TEST_ONLY")
    yield element("ContentDescription", "Test segmentation")
    yield element("ContentCreatorName", "TEST^CREATOR")


def _segment() -> Iterator[Node]:
    """One segment (PS3.3 C.8.20.2)."""
    yield element("SegmentNumber", 1)
    yield element("SegmentLabel", "Test disc")
    yield element("SegmentAlgorithmType", "MANUAL")
    yield sequence("SegmentedPropertyCategoryCodeSequence", code("85756007", "SCT", "Tissue"))
    yield sequence("SegmentedPropertyTypeCodeSequence", code("85756007", "SCT", "Tissue"))


def _surface() -> Iterator[Node]:
    """The surface of the segment and how it was found (PS3.3 C.8.23.1)."""
    yield element("SurfaceCount", 1)
    yield sequence(
        "ReferencedSurfaceSequence",
        [
            element("ReferencedSurfaceNumber", 1),
            sequence(
                "SegmentSurfaceGenerationAlgorithmIdentificationSequence",
                algorithm(code("123109", "DCM", "Manual Processing")),
            ),
            sequence("SegmentSurfaceSourceInstanceSequence", REFERENCED_CT),
        ],
    )


def _shared() -> Iterator[Node]:
    yield from volume(1.0)
    yield sequence("SegmentIdentificationSequence", [element("ReferencedSegmentNumber", 1)])


def _frame(number: int) -> Iterator[Node]:
    yield frame_content(number)
    yield sequence("PlanePositionSequence", [element("ImagePositionPatient", -16, -16, 9 + number)])
    source = [
        *REFERENCED_CT,
        sequence(
            "PurposeOfReferenceCodeSequence",
            code("121322", "DCM", "Source image for image processing operation"),
        ),
    ]
    yield sequence(
        "DerivationImageSequence",
        [
            sequence("SourceImageSequence", source),
            sequence("DerivationCodeSequence", code("113076", "DCM", "Segmentation")),
        ],
    )


def _packed() -> bytes:
    """All frames as one row of bits, the first pixel in the least significant bit (PS3.5 8.1.1)."""
    packed = bytearray(-(-FRAMES * SIZE * SIZE // 8))
    position = 0
    for frame in range(FRAMES):
        inside = disc(SIZE - frame)
        for row in range(SIZE):
            for column in range(SIZE):
                packed[position // 8] |= bool(inside(row, column)) << position % 8
                position += 1
    return bytes(packed)
