"""An unsigned Enhanced CT image with functional groups (PS3.3 A.38)."""

from collections.abc import Iterator

from dicomsig.vectors import forms
from dicomsig.vectors.modules import common, content_time, spatial_series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence, tag_of

ENHANCED_CT_UID = "1.2.840.10008.5.1.4.1.1.2.1"
SIZE = 32
FRAMES = 3


@instance("enhanced-ct")
@instance("enhanced-ct-undefined-lengths", forms.UNDEFINED_LENGTHS, "Enhanced CT image with undefined lengths")
@instance(
    "enhanced-ct-mixed-lengths", forms.MIXED_LENGTHS, "Enhanced CT image, undefined sequence, defined item lengths"
)
def enhanced_ct() -> DataSet:
    """Enhanced CT image of three frames with shared and per-frame functional groups (PS3.3 A.38.1)."""
    return data_set(
        common("enhanced-ct", ENHANCED_CT_UID),
        spatial_series("enhanced-ct", "CT"),
        content_time(),
        _image(),
        _dimensions(),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", *(_frame(number) for number in range(1, FRAMES + 1))),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", b"".join(plane_16(SIZE, frame) for frame in range(FRAMES)), vr="OW"),
    )


def _image() -> Iterator[Node]:
    """The Enhanced CT Image, Acquisition Context and Multi-frame modules (PS3.3 C.8.15.2, C.7.6.14, C.7.6.16)."""
    yield element("ImageType", "ORIGINAL", "PRIMARY", "VOLUME", "NONE")
    yield element("AcquisitionNumber", 1)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 1.5)
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ContentQualification", "RESEARCH")
    yield element("BurnedInAnnotation", "NO")
    yield element("LossyImageCompression", "00")
    yield element("PresentationLUTShape", "IDENTITY")
    yield element("MultienergyCTAcquisition", "NO")
    yield sequence("AcquisitionContextSequence")
    yield element("NumberOfFrames", FRAMES)


def _dimensions() -> Iterator[Node]:
    """The Multi-frame Dimension Module: frames are indexed by their stack position (PS3.3 C.7.6.17)."""
    organization = element("DimensionOrganizationUID", fixed_uid("dimension organization"))
    yield sequence("DimensionOrganizationSequence", [organization])
    yield element("DimensionOrganizationType", "3D")
    yield sequence(
        "DimensionIndexSequence",
        *(
            [
                organization,
                element("DimensionIndexPointer", tag_of(keyword)),
                element("FunctionalGroupPointer", tag_of("FrameContentSequence")),
            ]
            for keyword in ("StackID", "InStackPositionNumber")
        ),
    )


def _shared() -> Iterator[Node]:
    """The functional groups that all frames share (PS3.3 C.7.6.16.1)."""
    yield sequence(
        "PixelMeasuresSequence",
        [element("PixelSpacing", 1, 1), element("SliceThickness", 2), element("SpacingBetweenSlices", 2)],
    )
    yield sequence("PlaneOrientationSequence", [element("ImageOrientationPatient", 1, 0, 0, 0, 1, 0)])
    yield sequence(
        "FrameAnatomySequence",
        [
            element("FrameLaterality", "U"),
            sequence("AnatomicRegionSequence", code("69536005", "SCT", "Head")),
        ],
    )
    yield sequence("FrameVOILUTSequence", [element("WindowCenter", 40), element("WindowWidth", 400)])
    yield sequence(
        "PixelValueTransformationSequence",
        [element("RescaleIntercept", -1024), element("RescaleSlope", 1), element("RescaleType", "HU")],
    )
    yield sequence("CTImageFrameTypeSequence", _frame_type())
    yield sequence(
        "CTAcquisitionTypeSequence",
        [
            element("AcquisitionType", "SEQUENCED"),
            element("ConstantVolumeFlag", "NO"),
            element("FluoroscopyFlag", "NO"),
        ],
    )
    yield sequence(
        "CTAcquisitionDetailsSequence",
        [
            element("RotationDirection", "CW"),
            element("RevolutionTime", 1.0),
            element("SingleCollimationWidth", 2.0),
            element("TotalCollimationWidth", 6.0),
            element("TableHeight", 100.0),
            element("GantryDetectorTilt", 0.0),
            element("DataCollectionDiameter", 300.0),
        ],
    )
    yield sequence(
        "CTGeometrySequence",
        [element("DistanceSourceToDetector", 1000), element("DistanceSourceToDataCollectionCenter", 500.0)],
    )
    yield sequence("CTTableDynamicsSequence", [element("TableFeedPerRotation", 6.0)])
    yield sequence(
        "CTReconstructionSequence",
        [
            element("ReconstructionAlgorithm", "FILTER_BACK_PROJ"),
            element("ConvolutionKernel", "TEST"),
            element("ConvolutionKernelGroup", "BRAIN"),
            element("ReconstructionDiameter", 32.0),
            element("ReconstructionPixelSpacing", 1.0, 1.0),
            element("ReconstructionAngle", 360.0),
            element("ImageFilter", "TEST"),
        ],
    )
    yield sequence(
        "CTExposureSequence",
        [
            element("ExposureTimeInms", 1000.0),
            element("XRayTubeCurrentInmA", 100.0),
            element("ExposureInmAs", 100.0),
            element("ExposureModulationType", "NONE"),
            element("CTDIvol", 10.0),
            sequence("CTDIPhantomTypeCodeSequence", code("113690", "DCM", "IEC Head Dosimetry Phantom")),
        ],
    )
    yield sequence(
        "CTXRayDetailsSequence",
        [
            element("KVP", 120),
            element("FocalSpots", 1.0),
            element("FilterType", "FLAT"),
            element("FilterMaterial", "ALUMINUM"),
            element("CalciumScoringMassFactorPatient", 1.0),
        ],
    )
    yield sequence(
        "IrradiationEventIdentificationSequence",
        [
            element("IrradiationEventUID", fixed_uid("irradiation event")),
        ],
    )


def _frame_type() -> Iterator[Leaf]:
    yield element("FrameType", "ORIGINAL", "PRIMARY", "VOLUME", "NONE")
    yield element("PixelPresentation", "MONOCHROME")
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")


def _frame(number: int) -> Iterator[Node]:
    """The functional groups of one frame: its content, its position, its table position (PS3.3 C.7.6.16.2)."""
    yield sequence(
        "FrameContentSequence",
        [
            element("FrameAcquisitionNumber", number),
            element("FrameReferenceDateTime", f"2024010203040{number}"),
            element("FrameAcquisitionDateTime", f"2024010203040{number}"),
            element("FrameAcquisitionDuration", 500.0),
            element("StackID", "1"),
            element("InStackPositionNumber", number),
            element("DimensionIndexValues", 1, number),
        ],
    )
    yield sequence("PlanePositionSequence", [element("ImagePositionPatient", -16, -16, 2 * number)])
    yield sequence(
        "CTPositionSequence",
        [
            element("TablePosition", 2.0 * number),
            element("ReconstructionTargetCenterPatient", 0.0, 0.0, 2.0 * number),
            element("DataCollectionCenterPatient", 0.0, 0.0, 2.0 * number),
        ],
    )
