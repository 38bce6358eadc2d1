"""Unsigned images with native pixel data (PS3.3 Annex A)."""

import struct

from dicomsig.vectors import forms
from dicomsig.vectors.modules import DATE, TIME, common, content_time, series, spatial_series
from dicomsig.vectors.nodes import DataSet, Node, data_set, merged, without
from dicomsig.vectors.pixels import image_pixel, plane_8, plane_16, rgb
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, leaf, sequence, tag_of

SIZE = 64

CT_UID = "1.2.840.10008.5.1.4.1.1.2"
MR_UID = "1.2.840.10008.5.1.4.1.1.4"
ULTRASOUND_UID = "1.2.840.10008.5.1.4.1.1.6.1"
SECONDARY_CAPTURE_UID = "1.2.840.10008.5.1.4.1.1.7"


def ct_data_set(name: str) -> DataSet:
    """A CT image of 64 x 64 samples of 12 in 16 bits; the name makes the SOP Instance UID (PS3.3 A.3)."""
    return data_set(
        common(name, CT_UID),
        spatial_series("ct", "CT"),
        content_time(),
        element("ImageType", "ORIGINAL", "PRIMARY", "AXIAL"),
        element("AcquisitionNumber", 1),
        element("AcquisitionDate", DATE),
        element("AcquisitionTime", TIME),
        sequence("AnatomicRegionSequence", code("69536005", "SCT", "Head")),
        element("PixelSpacing", "0.5", "0.5"),
        element("ImageOrientationPatient", 1, 0, 0, 0, 1, 0),
        element("ImagePositionPatient", -16, -16, 10),
        element("SliceThickness", 2),
        element("SliceLocation", 10),
        element("KVP", 120),
        element("RescaleIntercept", -1024),
        element("RescaleSlope", 1),
        element("RescaleType", "HU"),
        element("WindowCenter", 40, 300),
        element("WindowWidth", 400, 1500),
        image_pixel(SIZE, SIZE, 16, stored=12),
        element("PixelData", plane_16(SIZE), vr="OW"),
    )


@instance("ct")
@instance("ct-implicit", forms.IMPLICIT, "CT image in Implicit VR Little Endian")
@instance("ct-big-endian", forms.BIG_ENDIAN, "CT image in Explicit VR Big Endian")
@instance("ct-deflated", forms.DEFLATED_STORED, "CT image deflated into stored blocks")
@instance("ct-group-lengths", forms.GROUP_LENGTHS, "CT image with a group length in every group")
@instance("ct-trailing-padding", forms.TRAILING_PADDING, "CT image with Data Set Trailing Padding")
@instance("ct-bare", forms.BARE, "CT image in Implicit VR without preamble and File Meta Information")
def ct() -> DataSet:
    """CT image, 12 of 16 bits."""
    return ct_data_set("ct")


@instance("ct-overlays")
def ct_overlays() -> DataSet:
    """CT image with the overlays 6000 and 6002 (PS3.3 C.9.2)."""
    return merged(ct_data_set("ct-overlays"), *_overlay(0x6000, "box", 8), *_overlay(0x6002, "frame", 24))


def _overlay(group: int, label: str, inset: int) -> list[Node]:
    bits = bytearray(SIZE * SIZE // 8)
    for row in range(inset, SIZE - inset):
        for column in range(inset, SIZE - inset):
            bits[(row * SIZE + column) // 8] |= 1 << column % 8
    base = group << 16
    return [
        leaf(base | 0x0010, "US", SIZE),
        leaf(base | 0x0011, "US", SIZE),
        leaf(base | 0x0040, "CS", "G"),
        leaf(base | 0x0050, "SS", 1, 1),
        leaf(base | 0x0100, "US", 1),
        leaf(base | 0x0102, "US", 0),
        leaf(base | 0x1500, "LO", label),
        leaf(base | 0x3000, "OW", bytes(bits)),
    ]


@instance("ct-lookup-table")
def ct_lookup_table() -> DataSet:
    """CT image with two lookup tables, LUT Data in OW and in US (PS3.3 C.11.2)."""
    windows = (tag_of("WindowCenter"), tag_of("WindowWidth"))
    rising = struct.pack("<256H", *(min(0xFFFF, 700 * index) for index in range(256)))
    falling = struct.pack("<256H", *(max(0, 0xFFFF - 700 * index) for index in range(256)))
    descriptor = element("LUTDescriptor", 256, -1024, 16, vr="SS")
    tables = sequence(
        "VOILUTSequence",
        [descriptor, element("LUTExplanation", "OW"), element("LUTData", rising, vr="OW")],
        [descriptor, element("LUTExplanation", "US"), element("LUTData", falling, vr="US")],
    )
    return merged(without(ct_data_set("ct-lookup-table"), *windows), tables)


def mr_data_set(name: str) -> DataSet:
    """An MR image without its pixel data (PS3.3 A.4)."""
    return data_set(
        common(name, MR_UID),
        spatial_series("mr", "MR"),
        content_time(),
        element("ImageType", "ORIGINAL", "PRIMARY", "OTHER"),
        element("AcquisitionNumber", 1),
        sequence("AnatomicRegionSequence", code("72696002", "SCT", "Knee")),
        element("Laterality", "L"),
        element("PixelSpacing", 1, 1),
        element("ImageOrientationPatient", 1, 0, 0, 0, 1, 0),
        element("ImagePositionPatient", -32, -32, 0),
        element("SliceThickness", 3),
        element("ScanningSequence", "SE"),
        element("SequenceVariant", "NONE"),
        element("ScanOptions"),
        element("MRAcquisitionType", "2D"),
        element("RepetitionTime", 500),
        element("EchoTime", 15),
        element("EchoTrainLength", 1),
        element("MagneticFieldStrength", "1.5"),
        image_pixel(SIZE, SIZE, 16, stored=12),
    )


@instance("mr")
def mr() -> DataSet:
    """MR image, 12 of 16 bits."""
    return merged(mr_data_set("mr"), element("PixelData", plane_16(SIZE, 1), vr="OW"))


def ultrasound_data_set(name: str) -> DataSet:
    """An ultrasound image in RGB without its pixel data (PS3.3 A.6)."""
    region = [
        element("RegionSpatialFormat", 1),
        element("RegionDataType", 1),
        element("RegionFlags", 0),
        element("RegionLocationMinX0", 0),
        element("RegionLocationMinY0", 0),
        element("RegionLocationMaxX1", SIZE - 1),
        element("RegionLocationMaxY1", SIZE - 1),
        element("PhysicalUnitsXDirection", 3),
        element("PhysicalUnitsYDirection", 3),
        element("PhysicalDeltaX", 0.1),
        element("PhysicalDeltaY", 0.1),
    ]
    return data_set(
        common(name, ULTRASOUND_UID),
        series("ultrasound", "US"),
        element("Laterality"),
        element("PatientOrientation"),
        content_time(),
        element("ImageType", "ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"),
        element("LossyImageCompression", "00"),
        sequence("SequenceOfUltrasoundRegions", region),
        image_pixel(SIZE, SIZE, 8, colour=True),
    )


@instance("ultrasound")
def ultrasound() -> DataSet:
    """Ultrasound image, RGB of 8 bits in OB."""
    return merged(
        ultrasound_data_set("ultrasound"),
        element("UltrasoundColorDataPresent", 1),
        element("PixelData", rgb(SIZE), vr="OB"),
    )


def secondary_capture_data_set(name: str, size: int = SIZE) -> DataSet:
    """A secondary capture of 8 bits without its pixel data (PS3.3 A.8.1)."""
    return data_set(
        common(name, SECONDARY_CAPTURE_UID),
        series("secondary capture", "OT"),
        element("Laterality"),
        content_time(),
        element("ConversionType", "SYN"),
        element("ImageType", "DERIVED", "SECONDARY"),
        element("PatientOrientation"),
        image_pixel(size, size, 8),
    )


@instance("secondary-capture")
def secondary_capture() -> DataSet:
    """Secondary capture, 8 bits in OB."""
    return merged(
        secondary_capture_data_set("secondary-capture"),
        sequence(
            "SourceImageSequence",
            [
                element("ReferencedSOPClassUID", CT_UID),
                element("ReferencedSOPInstanceUID", fixed_uid("instance ct")),
            ],
        ),
        element("PixelData", plane_8(SIZE), vr="OB"),
    )


@instance("secondary-capture-odd")
def secondary_capture_odd() -> DataSet:
    """Secondary capture of 15 x 15 bytes in OB, whose pixel data need a pad byte (PS3.5 8.1.1)."""
    return merged(secondary_capture_data_set("secondary-capture-odd", 15), element("PixelData", plane_8(15), vr="OB"))
