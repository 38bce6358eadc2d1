"""An unsigned Enhanced PET image (PS3.3 A.56)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import (
    anatomy,
    derivation,
    dimensions,
    source_evidence,
    stacked_frame,
    volume,
)
from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.modules import common, content_time, spatial_series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

ENHANCED_PET_UID = "1.2.840.10008.5.1.4.1.1.130"
PET_UID = "1.2.840.10008.5.1.4.1.1.128"

SIZE = 16
FRAMES = 2

_SOURCE = reference(PET_UID, "pet")
_TYPE = ("DERIVED", "PRIMARY", "VOLUME", "NONE")
_CORRECTIONS = (
    "DecayCorrected",
    "AttenuationCorrected",
    "ScatterCorrected",
    "DeadTimeCorrected",
    "GantryMotionCorrected",
    "PatientMotionCorrected",
    "CountLossNormalizationCorrected",
    "RandomsCorrected",
    "NonUniformRadialSamplingCorrected",
    "SensitivityCalibrated",
    "DetectorNormalizationCorrection",
)


@instance("enhanced-pet")
def enhanced_pet() -> DataSet:
    """Enhanced PET image of two resampled frames (PS3.3 A.56)."""
    frames = (stacked_frame(number, 4, 60000.0, TemporalPositionIndex=1) for number in range(1, FRAMES + 1))
    return data_set(
        common("enhanced-pet", ENHANCED_PET_UID),
        spatial_series("enhanced-pet", "PT"),
        content_time(),
        _image(),
        _acquisition(),
        source_evidence("pet", _SOURCE),
        dimensions("InStackPositionNumber"),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", *frames),
        image_pixel(SIZE, SIZE, 16),
        element("PixelData", b"".join(plane_16(SIZE, frame) for frame in range(FRAMES)), vr="OW"),
    )


def _image() -> Iterator[Node]:
    """The Enhanced PET Image Module (PS3.3 C.8.22.4)."""
    yield element("ImageType", *_TYPE)
    yield element("AcquisitionNumber", 1)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 60.0)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ContentQualification", "RESEARCH")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield sequence("AcquisitionContextSequence")


def _acquisition() -> Iterator[Node]:
    """The PET isotope, acquisition and corrections modules (PS3.3 C.8.22.2, C.8.22.3, C.8.22.5)."""
    yield sequence(
        "RadiopharmaceuticalInformationSequence",
        [
            element("RadiopharmaceuticalAgentNumber", 1),
            sequence("RadionuclideCodeSequence", code("77004003", "SCT", "^18^Fluorine")),
            sequence("AdministrationRouteCodeSequence", code("47625008", "SCT", "Intravenous route")),
            sequence("RadiopharmaceuticalCodeSequence", code("35321007", "SCT", "Fluorodeoxyglucose F^18^")),
            element("RadionuclideTotalDose"),
            element("RadionuclideHalfLife", "6586.2"),
            element("RadionuclidePositronFraction", "0.967"),
            element("RadiopharmaceuticalStartDateTime", "20240102020405"),
        ],
    )
    yield element("TypeOfDetectorMotion", "STATIONARY")
    yield element("TableMotion", "STATIC")
    yield element("TimeOfFlightInformationUsed", "FALSE")
    yield sequence(
        "ViewCodeSequence",
        [*code("24422004", "SCT", "Axial"), sequence("ViewModifierCodeSequence")],
    )
    yield sequence(
        "EnergyWindowRangeSequence", [element("EnergyWindowLowerLimit", 425), element("EnergyWindowUpperLimit", 650)]
    )
    yield element("CountsSource", "EMISSION")
    for keyword in _CORRECTIONS:
        yield element(keyword, "NO")


def _shared() -> Iterator[Node]:
    yield from volume(4.0)
    yield anatomy(code("69536005", "SCT", "Head"))
    yield derivation(_SOURCE)
    yield sequence("PETFrameTypeSequence", _frame_type())
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 500), element("WindowWidth", 1000)])
    yield sequence(
        "PixelValueTransformationSequence",
        [element("RescaleIntercept", 0), element("RescaleSlope", 1), element("RescaleType", "US")],
    )
    yield sequence("RadiopharmaceuticalUsageSequence", [element("RadiopharmaceuticalAgentNumber", 1)])


def _frame_type() -> Iterator[Leaf]:
    yield element("FrameType", *_TYPE)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
