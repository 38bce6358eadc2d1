"""Unsigned Enhanced XA and XRF images and an X-Ray 3D angiographic image (PS3.3 A.47, A.48, A.53)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import (
    anatomy,
    derivation,
    frame_content,
    irradiation_event,
    plane_position,
    source_evidence,
    volume,
)
from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.modules import common, content_time, series, spatial_series
from dicomsig.vectors.nodes import DataSet, Node, Sequence, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

ENHANCED_XA_UID = "1.2.840.10008.5.1.4.1.1.12.1.1"
ENHANCED_XRF_UID = "1.2.840.10008.5.1.4.1.1.12.2.1"
X_RAY_3D_UID = "1.2.840.10008.5.1.4.1.1.13.1.1"
XA_UID = "1.2.840.10008.5.1.4.1.1.12.1"

SIZE = 16
FRAMES = 2

_SOURCE = reference(XA_UID, "xa")
_TYPE = ("DERIVED", "PRIMARY", "SINGLE PLANE", "NONE")
_VOLUME_TYPE = ("DERIVED", "PRIMARY", "VOLUME", "NONE")


@instance("enhanced-xa")
def enhanced_xa() -> DataSet:
    """Enhanced XA image of two derived frames (PS3.3 A.47)."""
    return _projection("enhanced-xa", ENHANCED_XA_UID, "XA")


@instance("enhanced-xrf")
def enhanced_xrf() -> DataSet:
    """Enhanced XRF image of two derived frames (PS3.3 A.48)."""
    return _projection("enhanced-xrf", ENHANCED_XRF_UID, "RF")


def _projection(name: str, sop_class_uid: str, modality: str) -> DataSet:
    return data_set(
        common(name, sop_class_uid),
        series(name, modality),
        content_time(),
        _projection_image(),
        source_evidence("xa", _SOURCE),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared_projection()),
        _frames(),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", b"".join(plane_16(SIZE, frame) for frame in range(FRAMES)), vr="OW"),
    )


def _projection_image() -> Iterator[Node]:
    """The Enhanced XA/XRF Image Module (PS3.3 C.8.19.2)."""
    yield element("ImageType", *_TYPE)
    yield element("AcquisitionNumber", 1)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionProtocolName", "TEST")
    yield element("PlanesInAcquisition", "MONOPLANE")
    yield element("PlaneIdentification", "MONOPLANE")
    yield element("ContentQualification", "RESEARCH")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield sequence("AcquisitionContextSequence")


def _shared_projection() -> Iterator[Node]:
    """The functional groups of all frames (PS3.3 C.8.19.6)."""
    yield anatomy(code("80891009", "SCT", "Heart"))
    yield derivation(_SOURCE)
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 500), element("WindowWidth", 1000)])
    yield sequence(
        "FramePixelDataPropertiesSequence",
        [
            element("FrameType", *_TYPE),
            element("PixelIntensityRelationship", "LIN"),
            element("PixelIntensityRelationshipSign", 1),
            element("ImageProcessingApplied", "NONE"),
            element("GeometricalProperties", "UNIFORM"),
        ],
    )
    yield irradiation_event("xa")
    yield sequence(
        "XAXRFFrameCharacteristicsSequence",
        [
            element("DerivationDescription", "Test only"),
            element("AcquisitionDeviceProcessingDescription", "Test only"),
        ],
    )


@instance("x-ray-3d-angiographic")
def x_ray_3d_angiographic() -> DataSet:
    """X-Ray 3D angiographic image of two frames (PS3.3 A.53)."""
    return data_set(
        common("x-ray-3d-angiographic", X_RAY_3D_UID),
        spatial_series("x-ray-3d-angiographic", "XA"),
        content_time(),
        _volume_image(),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared_volume()),
        _frames(position=True),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", b"".join(plane_16(SIZE, frame) for frame in range(FRAMES)), vr="OW"),
    )


def _volume_image() -> Iterator[Node]:
    """The X-Ray 3D Image Module (PS3.3 C.8.21.1)."""
    yield element("ImageType", *_VOLUME_TYPE)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ContentQualification", "RESEARCH")
    yield element("ImageComments", "Test only")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield sequence("AcquisitionContextSequence")


def _shared_volume() -> Iterator[Node]:
    """The functional groups of all frames (PS3.3 C.8.21.3)."""
    yield from volume(1.0)
    yield anatomy(code("80891009", "SCT", "Heart"))
    yield sequence(
        "XRay3DFrameTypeSequence",
        [
            element("FrameType", *_VOLUME_TYPE),
            element("PixelPresentation", "MONOCHROME"),
            element("VolumetricProperties", "VOLUME"),
            element("VolumeBasedCalculationTechnique", "NONE"),
        ],
    )
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 500), element("WindowWidth", 1000)])
    yield sequence(
        "PixelValueTransformationSequence",
        [element("RescaleIntercept", 0), element("RescaleSlope", 1), element("RescaleType", "US")],
    )


def _frames(*, position: bool = False) -> Sequence:
    return sequence(
        "PerFrameFunctionalGroupsSequence",
        *(
            [frame_content(FrameAcquisitionNumber=number), *([plane_position(number)] if position else [])]
            for number in range(1, FRAMES + 1)
        ),
    )
