"""The forms in which the unsigned instances are encoded (PS3.5 7 and Annex A, PS3.10 7.1)."""

from typing import Final

from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
    transfer_syntax,
)
from dicomsig.vectors.nodes import Form

JPEG_BASELINE_UID: Final = "1.2.840.10008.1.2.4.50"
JPEG_LS_UID: Final = "1.2.840.10008.1.2.4.80"
JPEG_2000_UID: Final = "1.2.840.10008.1.2.4.90"

IMPLICIT: Final = Form(IMPLICIT_LITTLE_ENDIAN)
BIG_ENDIAN: Final = Form(EXPLICIT_BIG_ENDIAN)
DEFLATED_STORED: Final = Form(DEFLATED)
RUN_LENGTHS: Final = Form(RLE)
JPEG_BASELINE: Final = Form(transfer_syntax(JPEG_BASELINE_UID))
JPEG_LS: Final = Form(transfer_syntax(JPEG_LS_UID))
JPEG_2000: Final = Form(transfer_syntax(JPEG_2000_UID))
UNDEFINED_LENGTHS: Final = Form(undefined_sequences=True, undefined_items=True)
MIXED_LENGTHS: Final = Form(undefined_sequences=True)
GROUP_LENGTHS: Final = Form(group_lengths=True)
TRAILING_PADDING: Final = Form(trailing_padding=126)
BARE: Final = Form(IMPLICIT_LITTLE_ENDIAN, file_meta=False)
"""A data set without preamble and File Meta Information, in the default transfer syntax (PS3.5 10.1)."""
