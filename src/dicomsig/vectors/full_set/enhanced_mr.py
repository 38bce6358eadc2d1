"""An unsigned Enhanced MR image (PS3.3 A.36.2)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import (
    anatomy,
    derivation,
    dimensions,
    frame_content,
    plane_position,
    source_evidence,
    volume,
)
from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.images import MR_UID
from dicomsig.vectors.modules import common, content_time, spatial_series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, Sequence, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

ENHANCED_MR_UID = "1.2.840.10008.5.1.4.1.1.4.1"

SIZE = 16
FRAMES = 2

_SOURCE = reference(MR_UID, "mr")
_TYPE = ("DERIVED", "PRIMARY", "VOLUME", "NONE")


@instance("enhanced-mr")
def enhanced_mr() -> DataSet:
    """Enhanced MR image of two resampled frames (PS3.3 A.36.2)."""
    return data_set(
        common("enhanced-mr", ENHANCED_MR_UID),
        spatial_series("enhanced-mr", "MR"),
        content_time(),
        _image(),
        source_evidence("mr", _SOURCE),
        dimensions("InStackPositionNumber"),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        _frames(),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", b"".join(plane_16(SIZE, frame) for frame in range(FRAMES)), vr="OW"),
    )


def _image() -> Iterator[Node]:
    """The Enhanced MR Image Module apart from its pixels (PS3.3 C.8.13.1)."""
    yield element("ImageType", *_TYPE)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield element("AcquisitionNumber", 1)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 10.0)
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ComplexImageComponent", "MAGNITUDE")
    yield element("AcquisitionContrast", "T1")
    yield element("MagneticFieldStrength", "1.5")
    yield element("ContentQualification", "RESEARCH")
    yield element("ResonantNucleus", "1H")
    yield element("ApplicableSafetyStandardAgency", "IEC")
    yield sequence("AcquisitionContextSequence")


def _shared() -> Iterator[Node]:
    yield from volume(2.0)
    yield anatomy(code("72696002", "SCT", "Knee"), "L")
    yield derivation(_SOURCE)
    yield sequence(
        "MRImageFrameTypeSequence",
        _frame_type(),
    )
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 500), element("WindowWidth", 1000)])
    yield sequence(
        "PixelValueTransformationSequence",
        [element("RescaleIntercept", 0), element("RescaleSlope", 1), element("RescaleType", "US")],
    )


def _frame_type() -> Iterator[Leaf]:
    """The MR Image Frame Type Macro (PS3.3 C.8.13.5.1)."""
    yield element("FrameType", *_TYPE)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ComplexImageComponent", "MAGNITUDE")
    yield element("AcquisitionContrast", "T1")


def _frames() -> Sequence:
    return sequence(
        "PerFrameFunctionalGroupsSequence",
        *(
            [
                frame_content(
                    number,
                    FrameAcquisitionNumber=number,
                    FrameAcquisitionDateTime="20240102030405",
                    FrameReferenceDateTime="20240102030405",
                    FrameAcquisitionDuration=5000.0,
                    StackID="1",
                    InStackPositionNumber=number,
                ),
                plane_position(2 * number),
            ]
            for number in range(1, FRAMES + 1)
        ),
    )
