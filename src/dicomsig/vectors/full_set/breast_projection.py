"""An unsigned Breast Projection X-Ray image, the enhanced form of mammography (PS3.3 A.74)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import anatomy, frame_content, irradiation_event
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, Sequence, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

BREAST_PROJECTION_UID = "1.2.840.10008.5.1.4.1.1.13.1.4"

SIZE = 32

_TYPE = ("ORIGINAL", "PRIMARY", "NONE", "NONE")


@instance("breast-projection")
def breast_projection() -> DataSet:
    """Breast Projection X-Ray image for presentation, one frame (PS3.3 A.74)."""
    return data_set(
        common("breast-projection", BREAST_PROJECTION_UID),
        series("breast-projection", "MG"),
        element("PresentationIntentType", "FOR PRESENTATION"),
        element("FrameOfReferenceUID", fixed_uid("frame of reference breast-projection")),
        element("PositionReferenceIndicator"),
        content_time(),
        _image(),
        element("NumberOfFrames", 1),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", [_frame()]),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", plane_16(SIZE), vr="OW"),
    )


def _image() -> Iterator[Node]:
    """The Enhanced Mammography Image, Breast View and Patient Orientation modules (PS3.3 C.8.11.8, C.8.11.9)."""
    yield element("ImageType", *_TYPE)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 1000.0)
    yield element("ContentQualification", "RESEARCH")
    yield element("PatientOrientation", "A", "R")
    yield element("PositionerType", "MAMMOGRAPHIC")
    yield element("PositionerMotion", "STATIONARY")
    yield element("KVP", 28)
    yield element("FocalSpots", 0.3)
    yield element("AnodeTargetMaterial", "MOLYBDENUM")
    yield element("BodyPartThickness", 45)
    yield element("CompressionForce", 100)
    yield element("PaddleDescription", "Test paddle")
    yield element("ExposureControlMode", "MANUAL")
    yield element("ExposureControlModeDescription", "Test only")
    yield element("DetectorType", "DIRECT")
    yield element("TypeOfDetectorMotion", "STATIONARY")
    yield from _exposure()
    yield element("XRayTubeCurrentInmA", 100.0)
    yield element("BreastImplantPresent", "NO")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    modifier = sequence("ViewModifierCodeSequence")
    yield sequence("ViewCodeSequence", [*code("399162004", "SCT", "cranio-caudal"), modifier])
    yield sequence("PatientOrientationCodeSequence", _upright())
    yield sequence("AcquisitionContextSequence")


def _upright() -> list[Node]:
    standing = sequence("PatientOrientationModifierCodeSequence", code("10904000", "SCT", "standing"))
    return [*code("C86043", "NCIt", "erect"), standing]


def _shared() -> Iterator[Node]:
    """The functional groups of the one frame (PS3.3 A.74.3)."""
    yield anatomy(code("76752008", "SCT", "Breast"), "L")
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 500), element("WindowWidth", 1000)])
    yield sequence(
        "PixelValueTransformationSequence",
        [element("RescaleIntercept", 0), element("RescaleSlope", 1), element("RescaleType", "US")],
    )
    yield sequence(
        "CollimatorShapeSequence",
        [
            element("CollimatorShape", "RECTANGULAR"),
            element("CollimatorLeftVerticalEdge", 1),
            element("CollimatorRightVerticalEdge", SIZE),
            element("CollimatorUpperHorizontalEdge", 1),
            element("CollimatorLowerHorizontalEdge", SIZE),
        ],
    )
    yield sequence(
        "FieldOfViewSequence",
        [
            element("FieldOfViewOrigin", 0.0, 0.0),
            element("FieldOfViewRotation", 0),
            element("FieldOfViewHorizontalFlip", "NO"),
        ],
    )
    yield sequence(
        "XRayGeometrySequence",
        [
            element("DistanceSourceToDetector", 650),
            element("DistanceSourceToPatient", 600),
            element("EstimatedRadiographicMagnificationFactor", "1.08"),
        ],
    )
    yield sequence("XRayAcquisitionDoseSequence", _exposure())
    yield sequence("IsocenterReferenceSystemSequence", _isocenter())
    yield irradiation_event("breast-projection")
    yield sequence("DerivationImageSequence")
    yield sequence(
        "FramePixelDataPropertiesSequence",
        [
            element("FrameType", *_TYPE),
            element("ImagerPixelSpacing", "0.1", "0.1"),
            element("PixelIntensityRelationship", "LOG"),
            element("PixelIntensityRelationshipSign", -1),
            element("ImageProcessingApplied", "NONE"),
            element("GeometricalProperties", "UNIFORM"),
        ],
    )


def _exposure() -> Iterator[Leaf]:
    yield element("ExposureTimeInms", 1000.0)
    yield element("ExposureInmAs", 100.0)
    yield element("OrganDose", "0.01")
    yield element("EntranceDoseInmGy", 5)


def _isocenter() -> Iterator[Leaf]:
    """Everything is at the isocentre and unturned (PS3.3 C.8.21.3)."""
    for part in ("XRaySource", "BreastSupport", "Detector"):
        yield element(f"{part}IsocenterPrimaryAngle", 0.0)
        yield element(f"{part}IsocenterSecondaryAngle", 0.0)
    for part in ("BreastSupport", "Detector"):
        for axis in "XYZ":
            yield element(f"{part}{axis}PositionToIsocenter", 0.0)
    yield element("DetectorActiveAreaTLHCPosition", 0.0, 0.0, 0.0)
    yield element("DetectorActiveAreaOrientation", 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def _frame() -> Sequence:
    return frame_content(
        FrameAcquisitionNumber=1,
        FrameAcquisitionDateTime="20240102030405",
        FrameReferenceDateTime="20240102030405",
        FrameAcquisitionDuration=1000.0,
    )
