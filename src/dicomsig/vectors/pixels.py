"""Synthetic pixels and their encodings: integers only, so that every machine makes the same bytes."""

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby

from dicomsig.encoding.vr import padded
from dicomsig.vectors.nodes import Fragments, Leaf
from dicomsig.vectors.values import element

__all__ = ["disc", "encapsulated", "image_pixel", "plane_8", "plane_16", "rgb", "run_lengths"]

_PIXEL_DATA = 0x7FE00010
_KEPT = 64
"""Planes that are remembered: many instances show the same ones."""


def disc(size: int, phase: int = 0) -> Callable[[int, int], int]:
    """A function of row and column: 0 outside a disc, a pattern of 1 to 1000 inside; ``phase`` moves the pattern."""
    middle = size // 2

    def value(row: int, column: int) -> int:
        distance = (row - middle) ** 2 + (column - middle) ** 2
        if distance > (middle - 2) ** 2:
            return 0
        return 1 + (row // 4 * 37 + column // 4 * 11 + phase * 101) % 1000

    return value


@lru_cache(maxsize=_KEPT)
def plane_16(size: int, phase: int = 0) -> bytes:
    """A square plane of 16-bit samples in Little Endian."""
    value = disc(size, phase)
    return b"".join(struct.pack("<H", value(row, column)) for row in range(size) for column in range(size))


@lru_cache(maxsize=_KEPT)
def plane_8(size: int, phase: int = 0) -> bytes:
    """A square plane of 8-bit samples."""
    value = disc(size, phase)
    return bytes(value(row, column) % 256 for row in range(size) for column in range(size))


@lru_cache(maxsize=_KEPT)
def rgb(size: int) -> bytes:
    """A square image of red, green and blue samples, colour by pixel (PS3.3 C.7.6.3.1.3)."""
    planes = [plane_8(size, shift) for shift in range(3)]
    return bytes(sample for pixel in zip(*planes, strict=True) for sample in pixel)


def image_pixel(rows: int, columns: int, bits: int, *, stored: int = 0, colour: bool = False) -> Iterator[Leaf]:
    """The Image Pixel Module without Pixel Data (PS3.3 C.7.6.3)."""
    stored = stored or bits
    yield element("SamplesPerPixel", 3 if colour else 1)
    yield element("PhotometricInterpretation", "RGB" if colour else "MONOCHROME2")
    if colour:
        yield element("PlanarConfiguration", 0)
    yield element("Rows", rows)
    yield element("Columns", columns)
    yield element("BitsAllocated", bits)
    yield element("BitsStored", stored)
    yield element("HighBit", stored - 1)
    yield element("PixelRepresentation", 0)


def encapsulated(frames: list[list[bytes]], *, offset_table: bool) -> Fragments:
    """Each frame is a list of fragments; the Basic Offset Table is filled on demand (PS3.5 A.4)."""
    offsets, position = [], 0
    for frame in frames:
        offsets.append(position)
        position += sum(8 + len(padded("OB", fragment)) for fragment in frame)
    table = b"".join(struct.pack("<L", offset) for offset in offsets) if offset_table else b""
    return Fragments(_PIXEL_DATA, table, tuple(fragment for frame in frames for fragment in frame))


def run_lengths(segments: list[bytes], row_length: int) -> bytes:
    """A frame in RLE: header of 16 numbers, then each byte segment by rows (PS3.5 G.3 to G.5)."""
    encoded = [padded("OB", _segment(segment, row_length)) for segment in segments]
    offsets, position = [], 64
    for segment in encoded:
        offsets.append(position)
        position += len(segment)
    header = struct.pack("<16L", len(encoded), *offsets, *[0] * (15 - len(encoded)))
    return header + b"".join(encoded)


def _segment(samples: bytes, row_length: int) -> bytes:
    rows = (samples[start : start + row_length] for start in range(0, len(samples), row_length))
    return b"".join(_packed(row) for row in rows)


def _packed(row: bytes) -> bytes:
    """One row as replicate runs of equal bytes and literal runs of others (PS3.5 G.3.1)."""
    out, literal = bytearray(), bytearray()

    def flush() -> None:
        for start in range(0, len(literal), 128):
            part = literal[start : start + 128]
            out.extend((len(part) - 1, *part))
        literal.clear()

    for value, equal in groupby(row):
        count = sum(1 for _ in equal)
        if count < 3:
            literal.extend([value] * count)
            continue
        flush()
        while count:
            # A replicate run of one byte would be -0, which is a literal run: leave at least two.
            run = min(count, 128) if count != 129 else 127
            out.extend((257 - run, value))
            count -= run
    flush()
    return bytes(out)
