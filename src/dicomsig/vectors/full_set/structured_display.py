"""An unsigned Basic Structured Display (PS3.3 A.33.7)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.presentation_states import GRAYSCALE_UID, identification
from dicomsig.vectors.full_set.references import common_instance_reference, reference
from dicomsig.vectors.modules import common, series
from dicomsig.vectors.nodes import DataSet, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element, sequence

STRUCTURED_DISPLAY_UID = "1.2.840.10008.5.1.4.1.1.131"
PRESENTATION_STATE = reference(GRAYSCALE_UID, "presentation-state")


@instance("structured-display")
def structured_display() -> DataSet:
    """Basic Structured Display of one screen with two image boxes and a text box (PS3.3 A.33.7)."""
    screen = [
        element("NumberOfVerticalPixels", 1200),
        element("NumberOfHorizontalPixels", 1600),
        element("ScreenMinimumGrayscaleBitDepth", 8),
        element("DisplayEnvironmentSpatialPosition", 0.0, 1.0, 1.0, 0.0),
    ]
    return data_set(
        common("structured-display", STRUCTURED_DISPLAY_UID),
        series("structured-display", "PR"),
        element("Laterality"),
        identification(),
        element("NumberOfScreens", 1),
        sequence("NominalScreenDefinitionSequence", screen),
        sequence("StructuredDisplayImageBoxSequence", _image_box(1, 0.0, 0.5), _image_box(2, 0.5, 1.0)),
        sequence("ImageBoxSynchronizationSequence", _synchronization()),
        sequence("StructuredDisplayTextBoxSequence", _text_box()),
        common_instance_reference("presentation-state", PRESENTATION_STATE),
    )


def _image_box(number: int, left: float, right: float) -> Iterator[Node]:
    """An image box that shows what a presentation state names (PS3.3 C.11.17)."""
    yield element("DisplayEnvironmentSpatialPosition", left, 1.0, right, 0.1)
    yield element("ImageBoxNumber", number)
    yield element("ImageBoxLayoutType", "SINGLE")
    yield element("DisplaySetHorizontalJustification", "CENTER")
    yield element("DisplaySetVerticalJustification", "CENTER")
    yield sequence("ReferencedPresentationStateSequence", PRESENTATION_STATE)


def _synchronization() -> Iterator[Node]:
    """Both boxes scroll together (PS3.3 C.11.17)."""
    yield element("SynchronizedImageBoxList", 1, 2)
    yield element("TypeOfSynchronization", "POSITION")


def _text_box() -> Iterator[Node]:
    """A line below the images (PS3.3 C.11.18)."""
    yield element("UnformattedTextValue", "Test only")
    yield element("DisplayEnvironmentSpatialPosition", 0.0, 0.1, 1.0, 0.0)
    yield element("BoundingBoxTextHorizontalJustification", "CENTER")
