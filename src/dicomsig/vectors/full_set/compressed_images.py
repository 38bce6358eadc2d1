"""Unsigned images whose pixel data are JPEG or JPEG-LS, or found by an Extended Offset Table (PS3.5 A.4)."""

import struct

from dicomsig import resources
from dicomsig.encoding.vr import padded
from dicomsig.vectors import forms
from dicomsig.vectors.encapsulated import codestream, multi_frame_data_set
from dicomsig.vectors.images import mr_data_set, secondary_capture_data_set, ultrasound_data_set
from dicomsig.vectors.nodes import DataSet, Node, merged
from dicomsig.vectors.pixels import encapsulated
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element


def committed(name: str) -> bytes:
    """A committed codestream as it is, end marker included, without a pad byte."""
    return (resources.content("fixtures") / "instances" / "codestreams" / name).read_bytes()


@instance("jpeg-baseline", forms.JPEG_BASELINE)
def jpeg_baseline() -> DataSet:
    """Secondary capture in JPEG baseline, lossy, one fragment, empty offset table (PS3.5 A.4.1)."""
    return merged(
        secondary_capture_data_set("jpeg-baseline"),
        *_lossy("3.31"),
        encapsulated([[committed("gray-baseline.jpg")]], offset_table=False),
    )


@instance("jpeg-baseline-colour", forms.JPEG_BASELINE)
def jpeg_baseline_colour() -> DataSet:
    """Ultrasound image in JPEG baseline, colours subsampled, filled offset table (PS3.5 A.4.1, 8.2.1)."""
    return merged(
        ultrasound_data_set("jpeg-baseline-colour"),
        *_lossy("5.95"),
        element("PhotometricInterpretation", "YBR_FULL_422"),
        element("UltrasoundColorDataPresent", 1),
        encapsulated([[committed("colour-baseline.jpg")]], offset_table=True),
    )


@instance("jpeg-ls", forms.JPEG_LS)
def jpeg_ls() -> DataSet:
    """MR image in JPEG-LS, lossless, two fragments, filled offset table (PS3.5 A.4.3)."""
    stream = committed("mr-lossless.jls")
    fragments = [stream[:600], stream[600:]]
    return merged(mr_data_set("jpeg-ls"), encapsulated([fragments], offset_table=True))


@instance("extended-offset-table", forms.JPEG_2000)
def extended_offset_table() -> DataSet:
    """Secondary capture of three frames in JPEG 2000 with an Extended Offset Table (PS3.3 C.7.6.3.1.8)."""
    frames = [padded("OB", codestream(frame)) for frame in range(3)]
    offsets, position = [], 0
    for frame in frames:
        offsets.append(position)
        position += 8 + len(frame)
    return merged(
        multi_frame_data_set("extended-offset-table"),
        element("ExtendedOffsetTable", struct.pack("<3Q", *offsets)),
        element("ExtendedOffsetTableLengths", struct.pack("<3Q", *map(len, frames))),
        encapsulated([[frame] for frame in frames], offset_table=False),
    )


def _lossy(ratio: str) -> list[Node]:
    """What General Image says of an image that lost information (PS3.3 C.7.6.1.1.5)."""
    return [
        element("LossyImageCompression", "01"),
        element("LossyImageCompressionRatio", ratio),
        element("LossyImageCompressionMethod", "ISO_10918_1"),
    ]
