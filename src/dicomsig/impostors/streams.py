"""Impostors that hash other bytes than the standard says (PS3.3 C.12.1.1.3.1.2, PS3.5)."""

from collections.abc import Collection, Iterable, Iterator

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.tags import Tag
from dicomsig.encoding.vr import padded
from dicomsig.encoding.write import encode_header, encode_tag
from dicomsig.impostors.honest import OwnMac
from dicomsig.impostors.retold import RetoldMac
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.stream import Buffer

_STREAM = "ps3.3-c.12.1.1.3.1.2-"
_LIST = "ps3.3-c.12.1.1.3.1.1-"
_TEXT = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UT"))
_PIXELS_HASHED = 1024


class TrimsPadding(RetoldMac):
    """Trims text and pads it anew before it hashes, as toolkits do that decode values."""

    convicted_by = _STREAM + "padding-covered"

    def told(self, element: Element, value: bytes) -> bytes:
        """The text with the least padding."""
        return padded(element.vr, value.rstrip(b"\0 ")) if element.vr in _TEXT else value


class LeavesPaddingOut(RetoldMac):
    """Leaves the pad byte of odd values out of the MAC."""

    convicted_by = _STREAM + "padding-covered"

    def told(self, element: Element, value: bytes) -> bytes:
        """The text without padding."""
        return value.rstrip(b"\0 ") if element.vr in _TEXT else value


class SpellsNumbersAnew(RetoldMac):
    """Reads numbers in text and writes them anew before it hashes."""

    convicted_by = _STREAM + "number-format-covered"

    def told(self, element: Element, value: bytes) -> bytes:
        """Each number in its shortest spelling."""
        if element.vr not in ("DS", "IS"):
            return value
        return padded(element.vr, b"\\".join(_shortest(part) for part in value.split(b"\\")))


class HashesOneVrForPixels(RetoldMac):
    """Hashes Pixel Data (7FE0,0010) with the letters OW, whatever they are."""

    convicted_by = _STREAM + "vr-letters-covered"

    def header(self, element: Element, length: int) -> bytes:
        """Always OW."""
        return encode_header(element.tag, "OW" if element.tag == tags.PIXEL_DATA else element.vr, length)


class LeavesTheVrOut(RetoldMac):
    """Hashes headers without VR letters, as in Implicit VR."""

    convicted_by = _STREAM + "element-fields"

    def header(self, element: Element, length: int) -> bytes:
        """Tag and four bytes of length."""
        return encode_tag(element.tag) + length.to_bytes(4, "little")


class LeavesReservedBytesOut(RetoldMac):
    """Leaves the two reserved bytes of long headers out of the MAC."""

    convicted_by = _STREAM + "element-fields"

    def header(self, element: Element, length: int) -> bytes:
        """Tag, letters, length."""
        full = encode_header(element.tag, element.vr, length)
        return full if len(full) == 8 else full[:6] + full[8:]


class CountsInTwoBytes(RetoldMac):
    """Hashes the length of a large value modulo 65536."""

    convicted_by = "ps3.5-7.1.2-short-and-long-headers"

    def header(self, element: Element, length: int) -> bytes:
        """The length cut to two bytes."""
        return encode_header(element.tag, element.vr, length & 0xFFFF)


class HashesValuesAlone(RetoldMac):
    """Hashes values without their headers."""

    convicted_by = _STREAM + "element-fields"

    def header(self, element: Element, length: int) -> bytes:
        """Nothing."""
        return b""


class HashesTheStartOfPixelData(RetoldMac):
    """Hashes the first kilobyte of a value and stops there, to be quick."""

    convicted_by = _STREAM + "element-fields"

    def told(self, element: Element, value: bytes) -> bytes:
        """The first kilobyte."""
        return value[:_PIXELS_HASHED]


class KeepsBigEndian(RetoldMac):
    """Hashes big endian data as it arrives."""

    convicted_by = _STREAM + "big-endian-received"

    def turned(self, element: Element, value: bytes) -> bytes:
        """As it is."""
        return value


class TurnsWordsAlone(RetoldMac):
    """Turns units of two bytes of big endian data, and none of four or eight."""

    convicted_by = "ps3.5-7.3-little-endian-values"

    def turned(self, element: Element, value: bytes) -> bytes:
        """Two by two."""
        return super().turned(element, value) if element.vr in ("US", "SS", "OW", "AT") else value


class HashesBackwards(RetoldMac):
    """Hashes the elements in descending order."""

    convicted_by = _STREAM + "element-order"

    def main_order(self, elements: list[Element], signature: Signature) -> Iterable[Element]:
        """From the last."""
        return reversed(elements)


class PutsTheSignatureItemFirst(RetoldMac):
    """Hashes the signature item before the data."""

    convicted_by = _STREAM + "element-order"

    def stream(self, instance: Instance, signature: Signature) -> Iterator[Buffer]:
        """The item, then the data."""
        covered = self.covered(instance, signature)
        listed = [e for e in signature.data_set if e.tag in covered and exclusion(e.tag) is None]
        yield from self.elements(instance, self.appended(signature))
        yield from self.elements(instance, listed)


class KnowsFiveElementsOfTheItem(RetoldMac):
    """Hashes of the signature item only the elements that the macro of 2001 names."""

    convicted_by = _STREAM + "extra-item-elements-covered"

    def appended(self, signature: Signature) -> Iterable[Element]:
        """The known ones."""
        known = {
            attributes.MAC_ID_NUMBER,
            attributes.SIGNATURE_UID,
            attributes.SIGNATURE_DATETIME,
            attributes.CERTIFICATE_TYPE,
            attributes.PURPOSE,
        }
        return (element for element in super().appended(signature) if element.tag in known)


class LeavesThePurposeOut(RetoldMac):
    """Leaves the purpose of a signature out of the MAC."""

    convicted_by = _STREAM + "purpose-covered"

    def appended(self, signature: Signature) -> Iterable[Element]:
        """All but the purpose."""
        return (element for element in super().appended(signature) if element.tag != attributes.PURPOSE)


class LeavesTheUidOut(RetoldMac):
    """Leaves Digital Signature UID (0400,0100) out of the MAC."""

    convicted_by = _STREAM + "element-fields"

    def appended(self, signature: Signature) -> Iterable[Element]:
        """All but the UID."""
        return (element for element in super().appended(signature) if element.tag != attributes.SIGNATURE_UID)


class HashesTheTimestamp(RetoldMac):
    """Hashes a certified timestamp with the signature item."""

    convicted_by = _STREAM + "timestamp-not-hashed"

    def appended(self, signature: Signature) -> Iterable[Element]:
        """The item without certificate and signature."""
        kept = (attributes.CERTIFICATE, attributes.SIGNATURE)
        return [e for e in signature.item.elements if e.tag not in kept and exclusion(e.tag) is None]


class HashesOtherSignatures(RetoldMac):
    """Hashes the items of the other signatures of the data set as well."""

    convicted_by = _STREAM + "other-signatures-not-hashed"

    def appended(self, signature: Signature) -> Iterable[Element]:
        """Its own item, then those of the others."""
        yield from super().appended(signature)
        sequence = find(signature.data_set, tags.DIGITAL_SIGNATURES)
        for item in (sequence.items or ()) if sequence is not None else ():
            if item is not signature.item:
                yield from (element for element in item.elements if element.tag == attributes.SIGNATURE_UID)


class LeavesPrivateElementsOut(OwnMac):
    """Leaves private elements out of the MAC."""

    convicted_by = _LIST + "unlisted-addition-ignored"

    def covered(self, instance: Instance, signature: Signature) -> Collection[Tag]:
        """The standard tags."""
        return frozenset(tag for tag in super().covered(instance, signature) if not tags.is_private(tag))


class LeavesPixelsOut(OwnMac):
    """Leaves Pixel Data (7FE0,0010) out of the MAC, to be quick."""

    convicted_by = _STREAM + "element-fields"

    def covered(self, instance: Instance, signature: Signature) -> Collection[Tag]:
        """All but the pixels."""
        return frozenset(super().covered(instance, signature)) - {tags.PIXEL_DATA}


class HashesEverything(OwnMac):
    """Hashes the whole data set, listed or not."""

    convicted_by = _STREAM + "element-fields"

    def covered(self, instance: Instance, signature: Signature) -> Collection[Tag]:
        """All that may be signed."""
        return frozenset(e.tag for e in signature.data_set if exclusion(e.tag) is None and e.vr != "UN")


def _shortest(number: bytes) -> bytes:
    """A number in text without blanks, a plus sign and zeros that say nothing."""
    text = number.strip(b"\0 ").removeprefix(b"+")
    if b"." in text and b"E" not in text.upper():
        text = text.rstrip(b"0").removesuffix(b".")
    return text
