"""Unsigned presentation states: softcopy with graphics, planar MPR with volumetric graphics (PS3.3 A.33.1, A.80.1)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.references import REFERENCED_CT, common_instance_reference
from dicomsig.vectors.images import SIZE
from dicomsig.vectors.modules import DATE, TIME, common, series
from dicomsig.vectors.nodes import DataSet, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

GRAYSCALE_UID = "1.2.840.10008.5.1.4.1.1.11.1"
PLANAR_MPR_UID = "1.2.840.10008.5.1.4.1.1.11.6"


@instance("presentation-state")
def presentation_state() -> DataSet:
    """Grayscale softcopy presentation state with text and graphics in two layers (PS3.3 A.33.1)."""
    return data_set(
        common("presentation-state", GRAYSCALE_UID),
        series("presentation-state", "PR"),
        element("Laterality"),
        identification(),
        sequence(
            "ReferencedSeriesSequence",
            [
                sequence("ReferencedImageSequence", REFERENCED_CT),
                element("SeriesInstanceUID", fixed_uid("series ct")),
            ],
        ),
        sequence("GraphicAnnotationSequence", _text(), _graphics()),
        sequence("GraphicLayerSequence", _layer("TEXT", 1), _layer("GRAPHICS", 2)),
        sequence("DisplayedAreaSelectionSequence", _displayed_area()),
        sequence("SoftcopyVOILUTSequence", [element("WindowCenter", 40), element("WindowWidth", 400)]),
        element("PresentationLUTShape", "IDENTITY"),
    )


def identification() -> Iterator[Node]:
    """Who made the presentation state and when (PS3.3 C.11.10)."""
    yield element("InstanceNumber", 1)
    yield element("ContentLabel", "TEST_ONLY")
    yield element("ContentDescription", "Test presentation")
    yield element("ContentCreatorName", "TEST^CREATOR")
    yield element("PresentationCreationDate", DATE)
    yield element("PresentationCreationTime", TIME)


def _text() -> Iterator[Node]:
    """A text in a box and at a point (PS3.3 C.10.5)."""
    yield element("GraphicLayer", "TEXT")
    yield sequence("ReferencedImageSequence", REFERENCED_CT)
    yield sequence(
        "TextObjectSequence",
        [
            element("BoundingBoxAnnotationUnits", "PIXEL"),
            element("UnformattedTextValue", "Test only"),
            element("BoundingBoxTopLeftHandCorner", 5.0, 5.0),
            element("BoundingBoxBottomRightHandCorner", 40.0, 15.0),
            element("BoundingBoxTextHorizontalJustification", "LEFT"),
        ],
        [
            element("AnchorPointAnnotationUnits", "PIXEL"),
            element("UnformattedTextValue", "Here"),
            element("AnchorPoint", 30.0, 30.0),
            element("AnchorPointVisibility", "Y"),
        ],
    )


def _graphics() -> Iterator[Node]:
    """A closed polyline and a circle (PS3.3 C.10.5.1.2)."""
    yield element("GraphicLayer", "GRAPHICS")
    yield sequence("ReferencedImageSequence", REFERENCED_CT)
    yield sequence(
        "GraphicObjectSequence",
        _graphic("POLYLINE", 20.0, 20.0, 40.0, 20.0, 30.0, 40.0, 20.0, 20.0),
        _graphic("CIRCLE", 32.0, 32.0, 40.0, 32.0),
    )


def _graphic(kind: str, *data: float) -> Iterator[Node]:
    yield element("GraphicAnnotationUnits", "PIXEL")
    yield element("GraphicDimensions", 2)
    yield element("NumberOfGraphicPoints", len(data) // 2)
    yield element("GraphicData", *data)
    yield element("GraphicType", kind)
    yield element("GraphicFilled", "N")


def _layer(name: str, order: int) -> list[Node]:
    return [
        element("GraphicLayer", name),
        element("GraphicLayerOrder", order),
        element("GraphicLayerRecommendedDisplayGrayscaleValue", 0xFFFF),
    ]


def _displayed_area() -> list[Node]:
    return [
        sequence("ReferencedImageSequence", REFERENCED_CT),
        element("DisplayedAreaTopLeftHandCorner", 1, 1),
        element("DisplayedAreaBottomRightHandCorner", SIZE, SIZE),
        element("PresentationSizeMode", "SCALE TO FIT"),
        element("PresentationPixelAspectRatio", 1, 1),
    ]


@instance("planar-mpr-presentation-state")
def planar_mpr() -> DataSet:
    """Planar MPR volumetric presentation state with an annotation in space (PS3.3 A.80.1, C.11.28)."""
    return data_set(
        common("planar-mpr-presentation-state", PLANAR_MPR_UID),
        series("planar-mpr", "PR"),
        element("Laterality"),
        element("FrameOfReferenceUID", fixed_uid("frame of reference ct")),
        element("PositionReferenceIndicator"),
        identification(),
        common_instance_reference(),
        sequence("VolumetricPresentationInputSetSequence", _input_set()),
        sequence("VolumetricPresentationStateInputSequence", _input()),
        element("GlobalCrop", "NO"),
        sequence("AnatomicRegionSequence", code("69536005", "SCT", "Head")),
        element("ImageLaterality", "U"),
        sequence("ViewCodeSequence"),
        sequence("VolumetricAnnotationSequence", _volumetric_annotation()),
        sequence("GraphicLayerSequence", _layer("SPACE", 1)),
        _geometry(),
        element("PixelPresentation", "MONOCHROME"),
        sequence("PresentationStateClassificationComponentSequence", _component()),
        element("PresentationLUTShape", "IDENTITY"),
    )


def _input_set() -> Iterator[Node]:
    """One volume of one image (PS3.3 C.11.23)."""
    yield element("VolumetricPresentationInputSetUID", fixed_uid("volumetric presentation input set"))
    yield element("PresentationInputType", "VOLUME")
    yield sequence("ReferencedImageSequence", REFERENCED_CT)


def _input() -> Iterator[Node]:
    """How the volume comes in (PS3.3 C.11.23)."""
    yield element("VolumetricPresentationInputNumber", 1)
    yield element("VolumetricPresentationInputSetUID", fixed_uid("volumetric presentation input set"))
    yield element("WindowCenter", 40)
    yield element("WindowWidth", 400)
    yield element("Crop", "NO")


def _volumetric_annotation() -> Iterator[Node]:
    """A point in the frame of reference (PS3.3 C.11.28)."""
    yield element("GraphicLayer", "SPACE")
    yield element("GraphicData", 0.0, 0.0, 10.0)
    yield element("GraphicType", "POINT")
    yield element("AnnotationClipping", "NO")


def _geometry() -> Iterator[Node]:
    """A plane through the volume (PS3.3 C.11.26)."""
    yield element("MultiPlanarReconstructionStyle", "PLANAR")
    yield element("MPRThicknessType", "THIN")
    yield element("MPRViewWidth", 32.0)
    yield element("MPRViewWidthDirection", 1.0, 0.0, 0.0)
    yield element("MPRViewHeight", 32.0)
    yield element("MPRViewHeightDirection", 0.0, 1.0, 0.0)
    yield element("MPRTopLeftHandCorner", -16.0, -16.0, 10.0)


def _component() -> Iterator[Node]:
    """The volume goes to the display as it is (PS3.3 C.11.27)."""
    yield element("ComponentType", "ONE_TO_RGBA")
    yield sequence("ComponentInputSequence", [element("VolumetricPresentationInputIndex", 1)])
    yield element("RGBLUTTransferFunction", "EQUAL_RGB")
