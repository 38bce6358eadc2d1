"""Transfer syntaxes, as far as they decide where bytes are (PS3.5 Annex A, PS3.6 Annex A)."""

from dataclasses import dataclass
from typing import Final

IMPLICIT_LITTLE_ENDIAN_UID: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN_UID: Final = "1.2.840.10008.1.2.1"
DEFLATED_UID: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN_UID: Final = "1.2.840.10008.1.2.2"
RLE_UID: Final = "1.2.840.10008.1.2.5"

_ENCAPSULATED_ROOTS = ("1.2.840.10008.1.2.4.",)
_ENCAPSULATED_UNCOMPRESSED_UID = "1.2.840.10008.1.2.1.98"
_DEFLATED_FRAMES_UID = "1.2.840.10008.1.2.8.1"
_DEFLATED_REFERENCES = ("1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205")
"""JPIP Referenced Deflate and its HTJ2K twin: pixels elsewhere, the data set deflated (PS3.5 A.7, A.12)."""


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """How a data set is encoded: VR letters, byte order, deflation, pixel data in fragments (PS3.5 Annex A)."""

    uid: str
    explicit: bool = True
    little_endian: bool = True
    deflated: bool = False
    encapsulated: bool = False
    known: bool = True

    @property
    def native(self) -> bool:
        """Pixel data are not in fragments."""
        return not self.encapsulated


IMPLICIT_LITTLE_ENDIAN: Final = TransferSyntax(IMPLICIT_LITTLE_ENDIAN_UID, explicit=False)
EXPLICIT_LITTLE_ENDIAN: Final = TransferSyntax(EXPLICIT_LITTLE_ENDIAN_UID)
DEFLATED: Final = TransferSyntax(DEFLATED_UID, deflated=True)
EXPLICIT_BIG_ENDIAN: Final = TransferSyntax(EXPLICIT_BIG_ENDIAN_UID, little_endian=False)
RLE: Final = TransferSyntax(RLE_UID, encapsulated=True)

_FIXED = {s.uid: s for s in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED, EXPLICIT_BIG_ENDIAN, RLE)}
_FIXED |= {
    uid: TransferSyntax(uid, encapsulated=True) for uid in (_ENCAPSULATED_UNCOMPRESSED_UID, _DEFLATED_FRAMES_UID)
}
_FIXED |= {uid: TransferSyntax(uid, deflated=True) for uid in _DEFLATED_REFERENCES}


def transfer_syntax(uid: str) -> TransferSyntax:
    """The transfer syntax with this UID; one that is not known is read as Explicit VR Little Endian (PS3.5 A.4)."""
    fixed = _FIXED.get(uid)
    if fixed is not None:
        return fixed
    if uid.startswith(_ENCAPSULATED_ROOTS):
        return TransferSyntax(uid, encapsulated=True)
    return TransferSyntax(uid, known=False)
