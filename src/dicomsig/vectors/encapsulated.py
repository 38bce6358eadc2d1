"""Unsigned images whose pixel data are in fragments: RLE and JPEG 2000 (PS3.5 A.4)."""

from dicomsig import resources
from dicomsig.vectors import forms
from dicomsig.vectors.images import SIZE, mr_data_set, secondary_capture_data_set, ultrasound_data_set
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, data_set, merged
from dicomsig.vectors.pixels import encapsulated, image_pixel, plane_8, plane_16, rgb, run_lengths
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element

FRAME_SIZE = 32
"""Rows and columns of the committed JPEG 2000 frames."""

MULTI_FRAME_BYTE_UID = "1.2.840.10008.5.1.4.1.1.7.2"


def codestream(frame: int) -> bytes:
    """A committed JPEG 2000 codestream of `plane_8` (32, frame), reversible, with its end marker (PS3.5 A.4.4)."""
    path = resources.content("fixtures") / "instances" / "codestreams" / f"frame-{frame}.j2k"
    return path.read_bytes()


def split(stream: bytes, size: int) -> list[bytes]:
    """A codestream in fragments of ``size`` bytes, an even number; the last may be shorter."""
    return [stream[start : start + size] for start in range(0, len(stream), size)]


@instance("mr-rle", forms.RUN_LENGTHS)
def mr_rle() -> DataSet:
    """MR image in RLE, two segments, empty offset table (PS3.5 Annex G)."""
    plane = plane_16(SIZE, 1)
    frame = run_lengths([plane[1::2], plane[0::2]], SIZE)
    return merged(mr_data_set("mr-rle"), encapsulated([[frame]], offset_table=False))


@instance("ultrasound-rle", forms.RUN_LENGTHS)
def ultrasound_rle() -> DataSet:
    """Ultrasound image in RLE, RGB in three segments, filled offset table (PS3.5 Annex G)."""
    samples = rgb(SIZE)
    frame = run_lengths([samples[0::3], samples[1::3], samples[2::3]], SIZE)
    return merged(
        ultrasound_data_set("ultrasound-rle"),
        element("UltrasoundColorDataPresent", 1),
        encapsulated([[frame]], offset_table=True),
    )


@instance("multi-frame-rle", forms.RUN_LENGTHS)
def multi_frame_rle() -> DataSet:
    """Secondary capture of three frames in RLE, one fragment a frame, filled offset table (PS3.5 Annex G)."""
    frames = [[run_lengths([plane_8(FRAME_SIZE, frame)], FRAME_SIZE)] for frame in range(3)]
    return merged(multi_frame_data_set("multi-frame-rle"), encapsulated(frames, offset_table=True))


@instance("jpeg-2000", forms.JPEG_2000)
def jpeg_2000() -> DataSet:
    """Secondary capture in JPEG 2000, one fragment, empty offset table (PS3.5 A.4.4)."""
    return _single("jpeg-2000", [codestream(0)], offset_table=False)


@instance("jpeg-2000-offset-table", forms.JPEG_2000)
def jpeg_2000_offset_table() -> DataSet:
    """Secondary capture in JPEG 2000, one fragment of odd length, filled offset table (PS3.5 A.4.4)."""
    return _single("jpeg-2000-offset-table", [codestream(1)], offset_table=True)


@instance("jpeg-2000-fragments", forms.JPEG_2000)
def jpeg_2000_fragments() -> DataSet:
    """Secondary capture in JPEG 2000, several fragments, filled offset table (PS3.5 A.4.4)."""
    return _single("jpeg-2000-fragments", split(codestream(0), 200), offset_table=True)


@instance("multi-frame-jpeg-2000", forms.JPEG_2000)
def multi_frame_jpeg_2000() -> DataSet:
    """Secondary capture of three frames in JPEG 2000, several fragments a frame, filled offset table (PS3.5 A.4.4)."""
    frames = [split(codestream(frame), 300) for frame in range(3)]
    return merged(multi_frame_data_set("multi-frame-jpeg-2000"), encapsulated(frames, offset_table=True))


@instance("multi-frame-jpeg-2000-empty-table", forms.JPEG_2000)
def multi_frame_jpeg_2000_empty_table() -> DataSet:
    """Secondary capture of three frames in JPEG 2000, one fragment a frame, empty offset table (PS3.5 A.4.4)."""
    frames = [[codestream(frame)] for frame in range(3)]
    name = "multi-frame-jpeg-2000-empty-table"
    return merged(multi_frame_data_set(name), encapsulated(frames, offset_table=False))


def multi_frame_data_set(name: str) -> DataSet:
    """A multi-frame grayscale byte secondary capture of three frames without its pixel data (PS3.3 A.8.3)."""
    return data_set(
        common(name, MULTI_FRAME_BYTE_UID),
        series("multi-frame", "OT"),
        content_time(),
        element("Laterality"),
        element("PatientOrientation"),
        element("ConversionType", "SYN"),
        element("ImageType", "DERIVED", "SECONDARY"),
        element("BurnedInAnnotation", "NO"),
        element("PresentationLUTShape", "IDENTITY"),
        element("RescaleIntercept", 0),
        element("RescaleSlope", 1),
        element("RescaleType", "US"),
        element("NumberOfFrames", 3),
        element("FrameIncrementPointer", 0x00182001),
        element("PageNumberVector", 1, 2, 3),
        image_pixel(FRAME_SIZE, FRAME_SIZE, 8),
    )


def _single(name: str, fragments: list[bytes], *, offset_table: bool) -> DataSet:
    return merged(secondary_capture_data_set(name, FRAME_SIZE), encapsulated([fragments], offset_table=offset_table))
