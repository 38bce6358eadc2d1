"""The two items that a new signature adds, as encoded elements in any transfer syntax (PS3.3 Table C.12-6)."""

import struct
from dataclasses import dataclass

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.elements import Item
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.source import BytesSource
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN, TransferSyntax
from dicomsig.encoding.tags import Tag
from dicomsig.encoding.walker import Walker
from dicomsig.encoding.write import encode_element, encode_sequence
from dicomsig.signatures import attributes
from dicomsig.signatures.attributes import PARAMETERS_ATTRIBUTES, SIGNATURE_ATTRIBUTES
from dicomsig.signatures.signing_request import PurposeCode

_VR = {attribute.tag: attribute.vr for attribute in (*PARAMETERS_ATTRIBUTES, *SIGNATURE_ATTRIBUTES)}
_CODE_VALUE, _CODING_SCHEME_DESIGNATOR, _CODE_MEANING = 0x00080100, 0x00080102, 0x00080104


def parameters_item(
    syntax: TransferSyntax, mac_id: int, mac_syntax_uid: str, algorithm: MacAlgorithm, listed: tuple[Tag, ...]
) -> bytes:
    """The elements of an item of MAC Parameters Sequence (4FFE,0001)."""
    halves = (half for tag in listed for half in (tag >> 16, tag & 0xFFFF))
    values = {
        attributes.MAC_ID_NUMBER: struct.pack("<H", mac_id),
        attributes.MAC_TRANSFER_SYNTAX: mac_syntax_uid.encode("ascii"),
        attributes.MAC_ALGORITHM: algorithm.value.encode("ascii"),
        attributes.DATA_ELEMENTS_SIGNED: struct.pack(f"<{2 * len(listed)}H", *halves),
    }
    return b"".join(encode_element(tag, _VR[tag], value, syntax) for tag, value in values.items())


@dataclass(frozen=True, slots=True)
class SignatureItem:
    """An item of Digital Signatures Sequence (FFFA,FFFA); without ``signature`` it is the part that comes first."""

    mac_id: int
    uid: str
    datetime_text: str
    certificate: bytes
    purpose: PurposeCode | None = None
    signature: bytes | None = None
    timestamp: bytes | None = None

    def elements(self, syntax: TransferSyntax) -> bytes:
        """Its elements; values of odd length get their pad byte (A-14)."""
        values: dict[Tag, bytes | None] = {
            attributes.MAC_ID_NUMBER: struct.pack("<H", self.mac_id),
            attributes.SIGNATURE_UID: self.uid.encode("ascii"),
            attributes.SIGNATURE_DATETIME: self.datetime_text.encode("ascii"),
            attributes.CERTIFICATE_TYPE: attributes.CERTIFICATE_TYPE_TERM.encode("ascii"),
            attributes.CERTIFICATE: self.certificate,
            attributes.SIGNATURE: self.signature,
            attributes.TIMESTAMP_TYPE: None if self.timestamp is None else attributes.TIMESTAMP_TYPE_TERM.encode(),
            attributes.TIMESTAMP: self.timestamp,
        }
        parts = [encode_element(tag, _VR[tag], value, syntax) for tag, value in values.items() if value is not None]
        if self.purpose is not None:
            parts.append(encode_sequence(attributes.PURPOSE, [_code(self.purpose, syntax)], syntax))
        return b"".join(parts)

    def as_read(self) -> tuple[Instance, Item]:
        """The item as if read back from Explicit VR Little Endian: the MAC stream takes nothing else."""
        data = self.elements(EXPLICIT_LITTLE_ENDIAN)
        source = BytesSource(data)
        elements = Walker(source, EXPLICIT_LITTLE_ENDIAN).data_set(0, len(data))
        instance = Instance(source, source, EXPLICIT_LITTLE_ENDIAN, (), elements, 0, 0)
        return instance, Item(0, 0, len(data), False, elements)


def _code(code: PurposeCode, syntax: TransferSyntax) -> bytes:
    texts = ((_CODE_VALUE, "SH", code.value), (_CODING_SCHEME_DESIGNATOR, "SH", code.scheme))
    return b"".join(
        encode_element(tag, vr, text.encode("ascii"), syntax)
        for tag, vr, text in (*texts, (_CODE_MEANING, "LO", code.meaning))
    )
