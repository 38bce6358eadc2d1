"""Unsigned projection images: digital X-ray, mammography, computed radiography with curves (PS3.3 A.2, A.26, A.27)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.modules import DATE, TIME, common, content_time, series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, leaf, sequence

SIZE = 32

DX_UID = "1.2.840.10008.5.1.4.1.1.1.1"
MAMMOGRAPHY_UID = "1.2.840.10008.5.1.4.1.1.1.2"
CR_UID = "1.2.840.10008.5.1.4.1.1.1"

_NO_MODIFIER = sequence("ViewModifierCodeSequence")


@instance("dx")
def dx() -> DataSet:
    """Digital X-ray image for presentation (PS3.3 A.26)."""
    chest = sequence("AnatomicRegionSequence", code("51185008", "SCT", "Chest"))
    return data_set(
        common("dx", DX_UID),
        series("dx", "DX"),
        _digital_x_ray(),
        chest,
        element("PatientOrientation", "L", "F"),
        element("ImageLaterality", "U"),
        element("BodyPartExamined", "CHEST"),
        element("PositionerType", "NONE"),
        sequence("ViewCodeSequence", [*code("399348003", "SCT", "antero-posterior"), _NO_MODIFIER]),
        element("KVP", 125),
        element("DistanceSourceToDetector", 1800),
        element("Exposure", 2),
    )


@instance("mammography")
def mammography() -> DataSet:
    """Digital mammography X-ray image for presentation (PS3.3 A.27)."""
    return data_set(
        common("mammography", MAMMOGRAPHY_UID),
        series("mammography", "MG"),
        _digital_x_ray(),
        sequence("AnatomicRegionSequence", code("76752008", "SCT", "Breast")),
        sequence("ViewCodeSequence", [*code("399162004", "SCT", "cranio-caudal"), _NO_MODIFIER]),
        element("PatientOrientation", "A", "R"),
        element("ImageLaterality", "L"),
        element("OrganExposed", "BREAST"),
        element("PositionerType", "MAMMOGRAPHIC"),
        element("BreastImplantPresent", "NO"),
        element("KVP", 28),
        element("BodyPartThickness", 45),
        element("CompressionForce", 100),
        element("AnodeTargetMaterial", "MOLYBDENUM"),
    )


def _digital_x_ray() -> Iterator[Node]:
    """The DX Series, General Image, DX Image, DX Detector, VOI LUT modules with pixels (PS3.3 C.8.11)."""
    yield element("PresentationIntentType", "FOR PRESENTATION")
    yield from content_time()
    yield element("AcquisitionDate", DATE)
    yield element("AcquisitionTime", TIME)
    yield element("ImageType", "ORIGINAL", "PRIMARY", "")
    yield element("LossyImageCompression", "00")
    yield element("BurnedInAnnotation", "NO")
    yield element("PixelIntensityRelationship", "LOG")
    yield element("PixelIntensityRelationshipSign", -1)
    yield element("RescaleIntercept", 0)
    yield element("RescaleSlope", 1)
    yield element("RescaleType", "US")
    yield element("PresentationLUTShape", "IDENTITY")
    yield element("WindowCenter", 500)
    yield element("WindowWidth", 1000)
    yield element("DetectorType", "DIRECT")
    yield element("ImagerPixelSpacing", "0.2", "0.2")
    yield element("PixelSpacing", "0.2", "0.2")
    yield element("PixelSpacingCalibrationType", "GEOMETRY")
    yield element("PixelSpacingCalibrationDescription", "TEST ONLY")
    yield sequence("AcquisitionContextSequence")
    yield from image_pixel(SIZE, SIZE, 16, stored=12)
    yield element("PixelData", plane_16(SIZE), vr="OW")


@instance("cr-curves")
def cr_curves() -> DataSet:
    """Computed radiography image with the retired curves 5000 and 5002 (PS3.3 C.10.2 of 2004)."""
    return data_set(
        common("cr-curves", CR_UID),
        series("cr", "CR"),
        content_time(),
        element("ImageType", "ORIGINAL", "PRIMARY"),
        element("PatientOrientation", "L", "F"),
        element("BodyPartExamined", "CHEST"),
        element("ViewPosition", "PA"),
        element("ImagerPixelSpacing", "0.2", "0.2"),
        element("WindowCenter", 500),
        element("WindowWidth", 1000),
        image_pixel(SIZE, SIZE, 16, stored=10),
        element("PixelData", plane_16(SIZE, 2), vr="OW"),
        _curve(0x5000, "box", [(4, 4), (28, 4), (28, 28), (4, 28)]),
        _curve(0x5002, "line", [(1, 1), (30, 30)]),
    )


def _curve(group: int, label: str, points: list[tuple[int, int]]) -> Iterator[Leaf]:
    """A curve in pixel coordinates of 16 bits (PS3.3 C.10.2 of 2004)."""
    base = group << 16
    yield leaf(base | 0x0005, "US", 2)
    yield leaf(base | 0x0010, "US", len(points))
    yield leaf(base | 0x0020, "CS", "ROI" if len(points) > 2 else "PROF")
    yield leaf(base | 0x0022, "LO", f"test {label}")
    yield leaf(base | 0x0030, "SH", "PIXL", "PIXL")
    yield leaf(base | 0x0103, "US", 0)
    yield leaf(base | 0x2500, "LO", label)
    yield leaf(base | 0x3000, "OW", b"".join(struct.pack("<HH", *point) for point in points))
