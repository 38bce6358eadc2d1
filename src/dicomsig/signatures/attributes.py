"""The elements of the macro: tags, VRs, where each belongs (PS3.3 Table C.12-6, PS3.6)."""

from dataclasses import dataclass
from typing import Final

from dicomsig.encoding.tags import Tag

MAC_ID_NUMBER: Final = 0x04000005
MAC_TRANSFER_SYNTAX: Final = 0x04000010
MAC_ALGORITHM: Final = 0x04000015
DATA_ELEMENTS_SIGNED: Final = 0x04000020
SIGNATURE_UID: Final = 0x04000100
SIGNATURE_DATETIME: Final = 0x04000105
CERTIFICATE_TYPE: Final = 0x04000110
CERTIFICATE: Final = 0x04000115
SIGNATURE: Final = 0x04000120
TIMESTAMP_TYPE: Final = 0x04000305
TIMESTAMP: Final = 0x04000310
PURPOSE: Final = 0x04000401

CERTIFICATE_TYPE_TERM: Final = "X509_1993_SIG"
TIMESTAMP_TYPE_TERM: Final = "CMS_TSP"

NOT_HASHED: Final = frozenset((CERTIFICATE, SIGNATURE, TIMESTAMP_TYPE, TIMESTAMP))
"""Elements of the signature item that stay out of the MAC (PS3.3 C.12.1.1.3.1.2)."""


@dataclass(frozen=True, slots=True)
class MacroAttribute:
    """One row of the macro's table: tag, keyword, VR, whether it is Type 1, whether it has one value."""

    tag: Tag
    keyword: str
    vr: str
    required: bool = True
    single: bool = True


PARAMETERS_ATTRIBUTES: Final = (
    MacroAttribute(MAC_ID_NUMBER, "MACIDNumber", "US"),
    MacroAttribute(MAC_TRANSFER_SYNTAX, "MACCalculationTransferSyntaxUID", "UI"),
    MacroAttribute(MAC_ALGORITHM, "MACAlgorithm", "CS"),
    MacroAttribute(DATA_ELEMENTS_SIGNED, "DataElementsSigned", "AT", single=False),
)
"""What an item of MAC Parameters Sequence (4FFE,0001) holds."""

SIGNATURE_ATTRIBUTES: Final = (
    MacroAttribute(MAC_ID_NUMBER, "MACIDNumber", "US"),
    MacroAttribute(SIGNATURE_UID, "DigitalSignatureUID", "UI"),
    MacroAttribute(SIGNATURE_DATETIME, "DigitalSignatureDateTime", "DT"),
    MacroAttribute(CERTIFICATE_TYPE, "CertificateType", "CS"),
    MacroAttribute(CERTIFICATE, "CertificateOfSigner", "OB"),
    MacroAttribute(SIGNATURE, "Signature", "OB"),
    MacroAttribute(TIMESTAMP_TYPE, "CertifiedTimestampType", "CS", required=False),
    MacroAttribute(TIMESTAMP, "CertifiedTimestamp", "OB", required=False),
    MacroAttribute(PURPOSE, "DigitalSignaturePurposeCodeSequence", "SQ", required=False),
)
"""What an item of Digital Signatures Sequence (FFFA,FFFA) holds."""
