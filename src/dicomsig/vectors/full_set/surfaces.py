"""Unsigned surfaces, points and tracks in space: surface scan, tractography (PS3.3 A.69, A.78, C.27.1)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.full_set.references import common_instance_reference, reference
from dicomsig.vectors.images import MR_UID
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

POINT_CLOUD_UID = "1.2.840.10008.5.1.4.1.1.68.2"
TRACTOGRAPHY_UID = "1.2.840.10008.5.1.4.1.1.66.6"

_CORNERS = ((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 10.0))


def points(*coordinates: tuple[float, float, float]) -> bytes:
    """Points as x, y, z in 32-bit floating point numbers, in millimetres."""
    return b"".join(struct.pack("<3f", *point) for point in coordinates)


def algorithm(family: DataSet) -> Iterator[Node]:
    """The Algorithm Identification Macro (PS3.3 10.16)."""
    yield sequence("AlgorithmFamilyCodeSequence", family)
    yield element("AlgorithmName", "Test only")
    yield element("AlgorithmVersion", "1.0")


def tetrahedron(number: int) -> Iterator[Node]:
    """A closed surface of four triangles as an item of Surface Sequence (PS3.3 C.27.1)."""
    yield element("SurfaceNumber", number)
    yield element("SurfaceProcessing", "NO")
    yield element("RecommendedDisplayGrayscaleValue", 0xFFFF)
    yield element("RecommendedDisplayCIELabValue", 0xFFFF, 0x8080, 0x8080)
    yield element("RecommendedPresentationOpacity", 1.0)
    yield element("RecommendedPresentationType", "SURFACE")
    yield element("FiniteVolume", "YES")
    yield element("Manifold", "YES")
    yield sequence("SurfacePointsSequence", surface_points())
    yield sequence("SurfacePointsNormalsSequence")
    yield sequence(
        "SurfaceMeshPrimitivesSequence",
        [
            element("LongTrianglePointIndexList", struct.pack("<12L", 1, 3, 2, 1, 2, 4, 1, 4, 3, 2, 3, 4)),
            element("LongEdgePointIndexList"),
            element("LongVertexPointIndexList"),
            sequence("TriangleStripSequence"),
            sequence("TriangleFanSequence"),
            sequence("LineSequence"),
            sequence("FacetSequence"),
        ],
    )


def surface_points() -> Iterator[Leaf]:
    """The corners of the tetrahedron (PS3.3 C.27.1)."""
    yield element("NumberOfSurfacePoints", len(_CORNERS))
    yield element("PointCoordinatesData", points(*_CORNERS))


@instance("surface-scan-point-cloud")
def surface_scan_point_cloud() -> DataSet:
    """Surface scan of four points with their grey values (PS3.3 A.69, C.29.1.3)."""
    return data_set(
        common("surface-scan-point-cloud", POINT_CLOUD_UID),
        series("surface-scan", "OSS"),
        element("Laterality"),
        sequence("ReferencedSurfaceDataSequence"),
        element("FrameOfReferenceUID", fixed_uid("frame of reference surface-scan")),
        element("PositionReferenceIndicator"),
        element("InstanceNumber", 1),
        element("AcquisitionDateTime", "20240102030405"),
        element("AcquisitionNumber", 1),
        sequence("SurfaceScanAcquisitionTypeCodeSequence", code("114204", "DCM", "Pattern projection")),
        sequence("SurfaceScanModeCodeSequence"),
        element("ShotDurationTime", 0.1),
        sequence("SurfacePointsSequence", surface_points()),
        element("SurfacePointPresentationValueData", 10, 20, 30, 40),
    )


@instance("tractography-results")
def tractography_results() -> DataSet:
    """Tractography results, one set of two tracks (PS3.3 A.78, C.33.2)."""
    source = reference(MR_UID, "mr")
    return data_set(
        common("tractography-results", TRACTOGRAPHY_UID),
        series("tractography-results", "MR"),
        element("Laterality"),
        content_time(),
        element("FrameOfReferenceUID", fixed_uid("frame of reference mr")),
        element("PositionReferenceIndicator"),
        element("ContentLabel", "TEST_ONLY"),
        element("ContentDescription", "Test tracks"),
        element("ContentCreatorName", "TEST^CREATOR"),
        sequence("ReferencedInstanceSequence", source),
        sequence("TrackSetSequence", _track_set()),
        common_instance_reference("mr", source),
    )


def _track_set() -> Iterator[Node]:
    yield element("TrackSetNumber", 1)
    yield element("TrackSetLabel", "Test tracks")
    yield sequence("TrackSetAnatomicalTypeCodeSequence", code("88442005", "SCT", "Corpus callosum"))
    yield element("RecommendedDisplayCIELabValue", 0xFFFF, 0x8080, 0x8080)
    yield sequence(
        "TrackSequence",
        [element("PointCoordinatesData", points(*_CORNERS[:3]))],
        [element("PointCoordinatesData", points(*_CORNERS[1:]))],
    )
    yield sequence("DiffusionModelCodeSequence", code("113231", "DCM", "Single Tensor"))
    yield sequence("TrackingAlgorithmIdentificationSequence", algorithm(code("113211", "DCM", "Deterministic")))
