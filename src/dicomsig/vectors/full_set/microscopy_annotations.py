"""Unsigned microscopy bulk simple annotations (PS3.3 A.87)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.full_set.references import common_instance_reference, reference
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

MICROSCOPY_ANNOTATIONS_UID = "1.2.840.10008.5.1.4.1.1.91.1"
WHOLE_SLIDE_UID = "1.2.840.10008.5.1.4.1.1.77.1.6"


@instance("microscopy-annotations")
def microscopy_annotations() -> DataSet:
    """Microscopy bulk simple annotations, points and polygons in two groups (PS3.3 A.87, C.37.1)."""
    slide = reference(WHOLE_SLIDE_UID, "whole slide")
    polygons = ((1.0, 1.0, 9.0, 1.0, 9.0, 9.0), (20.0, 20.0, 29.0, 20.0, 29.0, 29.0, 20.0, 29.0))
    coordinates = [number for polygon in polygons for number in polygon]
    # Where each polygon begins, counted in coordinates from 1 (PS3.3 C.37.1.2).
    starts = element("LongPrimitivePointIndexList", struct.pack("<2L", 1, 1 + len(polygons[0])))
    return data_set(
        common("microscopy-annotations", MICROSCOPY_ANNOTATIONS_UID),
        series("microscopy-annotations", "ANN"),
        element("Laterality"),
        content_time(),
        element("ContentLabel", "TEST_ONLY"),
        element("ContentDescription", "Test annotations"),
        element("ContentCreatorName", "TEST^CREATOR"),
        element("AnnotationCoordinateType", "2D"),
        element("PixelOriginInterpretation", "VOLUME"),
        sequence("ReferencedImageSequence", slide),
        sequence(
            "AnnotationGroupSequence",
            [*_group(1, "POINT", 3), _coordinates(*range(6))],
            [*_group(2, "POLYGON", len(polygons)), _coordinates(*coordinates), starts],
        ),
        common_instance_reference("whole slide", slide),
    )


def _group(number: int, graphic_type: str, count: int) -> Iterator[Node]:
    yield element("AnnotationGroupNumber", number)
    yield element("AnnotationGroupUID", fixed_uid(f"annotation group {number}"))
    yield element("AnnotationGroupLabel", f"Group {number}")
    yield element("AnnotationGroupGenerationType", "MANUAL")
    yield sequence("AnnotationPropertyCategoryCodeSequence", code("91723000", "SCT", "Anatomical Structure"))
    yield sequence("AnnotationPropertyTypeCodeSequence", code("84640000", "SCT", "Nucleus"))
    yield element("NumberOfAnnotations", count)
    yield element("AnnotationAppliesToAllOpticalPaths", "YES")
    yield element("GraphicType", graphic_type)


def _coordinates(*numbers: float) -> Leaf:
    """Columns and rows in the total pixel matrix."""
    return element("PointCoordinatesData", struct.pack(f"<{len(numbers)}f", *numbers))
