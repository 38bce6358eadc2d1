"""A signed CT series of which some slices were tampered with as CT-GAN does: a blob in neighbouring slices.

Length, UIDs and header of a touched slice are what they were; untouched slices are re-saved and stay valid.
"""

import struct
from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import due
from dicomsig.vectors.edits import revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.images import SIZE, ct_data_set
from dicomsig.vectors.nodes import DataSet, merged
from dicomsig.vectors.pixels import plane_16
from dicomsig.vectors.values import element
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import Signed, positive, vector

_PIXELS: Final = "ps3.15-c.2-integrity-of-pixels"
_SLICES: Final = 12
_TOUCHED: Final = range(4, 9)
_MIDDLE: Final = (30, 34, 6)
"""Row, column and slice of the middle of the blob."""
_RADIUS: Final = 5
_BRIGHT: Final = 1040
_TISSUE: Final = 700


def _inside(row: int, column: int, number: int) -> bool:
    middle_row, middle_column, middle_slice = _MIDDLE
    distance = (row - middle_row) ** 2 + (column - middle_column) ** 2 + (2 * (number - middle_slice)) ** 2
    return distance <= _RADIUS**2


def _painted(pixels: bytes, number: int, value: int) -> bytes:
    """The blob is painted over: brighter where a tumour is added, like its surroundings where one is removed."""
    samples = list(struct.unpack(f"<{SIZE * SIZE}H", pixels))
    for row in range(SIZE):
        for column in range(SIZE):
            if _inside(row, column, number):
                samples[row * SIZE + column] = value + (row * 3 + column * 5) % 7
    return struct.pack(f"<{SIZE * SIZE}H", *samples)


def _slice(series: str, number: int) -> DataSet:
    pixels = plane_16(SIZE, number)
    if series == "ill":
        pixels = _painted(pixels, number, _BRIGHT)
    return merged(
        ct_data_set(f"series {series} {number}"),
        element("InstanceNumber", number + 1),
        element("SliceLocation", 2 * number),
        element("ImagePositionPatient", -16, -16, 2 * number),
        element("PixelData", pixels, vr="OW"),
    )


def _signed(series: str, number: int, algorithm: MacAlgorithm) -> Forgery:
    content = _slice(series, number)
    return Forgery(content, algorithm=algorithm, listed=due(content, "creator"))


def _tampered(number: int, value: int, twin: Signed) -> bytes:
    return twin.edited(revalued(tags.PIXEL_DATA, lambda pixels: _painted(pixels, number, value)))


def _saved_anew(twin: Signed) -> bytes:
    return twin.encoded(forms.UNDEFINED_LENGTHS)


_SERIES: tuple[tuple[str, str, str, int], ...] = (
    ("healthy", "tumour-added", "added to", _BRIGHT),
    ("ill", "tumour-removed", "removed from", _TISSUE),
)

for _series, _name, _what, _value in _SERIES:
    for _number in range(_SLICES):
        positive(
            f"series-{_series}.{_number:02d}",
            (_PIXELS,),
            title=f"Slice {_number} of a series of {_SLICES}, signed by the scanner",
            family="tampered-series",
        )(partial(_signed, _series, _number))
    for _number in range(_SLICES):
        if _number in _TOUCHED:
            vector(
                f"{_name}.{_number:02d}",
                f"series-{_series}.{_number:02d}",
                reason="mac-mismatch",
                requirements=(_PIXELS,),
                title=f"A blob of the shape of a tumour was {_what} this slice; length, UIDs and header are the same",
                family="tampered-series",
            )(partial(_tampered, _number, _value))
        else:
            vector(
                f"{_name}.{_number:02d}",
                f"series-{_series}.{_number:02d}",
                Outcome.VALID,
                requirements=(_PIXELS,),
                title=f"The tumour was {_what} other slices of the series; this one was saved anew, no value changed",
                family="tampered-series",
            )(_saved_anew)
