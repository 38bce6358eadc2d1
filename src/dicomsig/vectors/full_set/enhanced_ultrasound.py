"""An unsigned Enhanced US volume (PS3.3 A.59)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import dimensions, frame_content
from dicomsig.vectors.modules import common, content_time, spatial_series
from dicomsig.vectors.nodes import DataSet, Node, data_set
from dicomsig.vectors.pixels import image_pixel, plane_8
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

ENHANCED_US_UID = "1.2.840.10008.5.1.4.1.1.6.2"

SIZE = 16
FRAMES = 2

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
_TYPE = ("ORIGINAL", "PRIMARY", "VOLUME", "NONE")


@instance("enhanced-us-volume")
def enhanced_us_volume() -> DataSet:
    """Enhanced US volume of two tissue frames (PS3.3 C.8.24)."""
    return data_set(
        common("enhanced-us-volume", ENHANCED_US_UID),
        spatial_series("enhanced-us-volume", "US"),
        content_time(),
        _frame_of_reference(),
        _image(),
        dimensions("ImagePositionVolume", group="PlanePositionVolumeSequence"),
        element("DimensionOrganizationType", "3D"),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", *(_frame(number) for number in range(1, FRAMES + 1))),
        image_pixel(SIZE, SIZE, 8),
        element("PixelData", b"".join(plane_8(SIZE, frame) for frame in range(FRAMES)), vr="OB"),
    )


def _frame_of_reference() -> Iterator[Node]:
    """The Ultrasound Frame of Reference and Synchronization modules (PS3.3 C.8.24.2, C.7.4.2)."""
    yield element("UltrasoundAcquisitionGeometry", "APEX")
    yield element("ApexPosition", 0.0, 0.0, 0.0)
    yield element("VolumeToTransducerMappingMatrix", *_IDENTITY)
    yield element("VolumeFrameOfReferenceUID", fixed_uid("volume frame of reference"))
    yield element("SynchronizationFrameOfReferenceUID", fixed_uid("synchronization"))
    yield element("SynchronizationTrigger", "NO TRIGGER")
    yield element("AcquisitionTimeSynchronized", "N")


def _image() -> Iterator[Node]:
    """The Enhanced US Image Module (PS3.3 C.8.24.3)."""
    yield element("ImageType", *_TYPE)
    yield element("PatientOrientation")
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 100.0)
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield element("RescaleIntercept", 0)
    yield element("RescaleSlope", 1)
    yield element("MechanicalIndex", "0.5")
    yield element("BoneThermalIndex", "0.1")
    yield element("CranialThermalIndex", "0.1")
    yield element("SoftTissueThermalIndex", "0.1")
    yield element("DepthOfScanField", 100)
    yield element("DepthsOfFocus", 50.0)
    yield element("PositionMeasuringDeviceUsed", "RIGID")
    yield sequence("AnatomicRegionSequence", code("80891009", "SCT", "Heart"))
    yield sequence("ViewCodeSequence", code("399139001", "SCT", "Parasternal long axis"))
    yield sequence("TransducerScanPatternCodeSequence", code("125241", "DCM", "Plane scan pattern"))
    yield sequence("TransducerGeometryCodeSequence", code("125252", "DCM", "Linear ultrasound transducer geometry"))
    yield sequence("TransducerBeamSteeringCodeSequence", code("125259", "DCM", "Phased beam steering"))
    yield sequence("TransducerApplicationCodeSequence", code("125261", "DCM", "External Transducer"))
    yield sequence("AcquisitionContextSequence")


def _shared() -> Iterator[Node]:
    yield sequence(
        "PixelMeasuresSequence",
        [element("PixelSpacing", 1, 1), element("SliceThickness", 1), element("SpacingBetweenSlices", 1)],
    )
    yield sequence("PlaneOrientationVolumeSequence", [element("ImageOrientationVolume", 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)])
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 128), element("WindowWidth", 256)])
    yield sequence(
        "USImageDescriptionSequence",
        [
            element("FrameType", *_TYPE),
            element("VolumetricProperties", "VOLUME"),
            element("VolumeBasedCalculationTechnique", "NONE"),
        ],
    )
    yield sequence(
        "ImageDataTypeSequence",
        [
            element("DataType", "TISSUE_INTENSITY"),
            element("AliasedDataType", "NO"),
            element("ZeroVelocityPixelValue", 0, vr="US"),
        ],
    )


def _frame(number: int) -> Iterator[Node]:
    yield frame_content(
        number,
        FrameAcquisitionDateTime="20240102030405",
        FrameReferenceDateTime="20240102030405",
        FrameAcquisitionDuration=50.0,
    )
    yield sequence("PlanePositionVolumeSequence", [element("ImagePositionVolume", 0.0, 0.0, float(number))])
