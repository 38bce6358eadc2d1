"""Archives that write values otherwise than they came: the same meaning, other bytes (PS3.15 A.3, A-26)."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from dicomsig.encoding.vr import padded
from dicomsig.impostors.archives.base import ClaimingArchive, changed, each_leaf
from dicomsig.vectors.nodes import DataSet, Leaf

_VALUES: Final = "ps3.15-a.3-values-bit-identical"
_TEXT: Final = frozenset(
    ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UT")
)
_IN_CHARACTER_SET: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_CHARACTER_SET: Final = 0x00080005


class _WritesAnew(ClaimingArchive):
    """Writes values anew when it stores them."""

    convicted_by = _VALUES

    def kept(self, data: bytes) -> bytes | None:
        """With every value written anew."""
        return changed(data, each_leaf(self.written))

    def written(self, element: Leaf) -> Leaf:
        """The element with its value as the archive writes it."""
        return element


class TrimsPadding(_WritesAnew):
    """Trims text and pads it anew, as toolkits do that decode values."""

    shown_by = "spellings-padded"

    def written(self, element: Leaf) -> Leaf:
        """Text with the least padding."""
        if element.vr not in _TEXT:
            return element
        return replace(element, value=padded(element.vr, element.value.rstrip(b" \0")))


class PadsWithNullBytes(_WritesAnew):
    """Ends every text that a space pads with a null byte."""

    def written(self, element: Leaf) -> Leaf:
        """The last space is a null byte."""
        if element.vr not in _TEXT or not element.value.endswith(b" "):
            return element
        return replace(element, value=element.value[:-1] + b"\0")


class PadsToFourBytes(_WritesAnew):
    """Pads text to a multiple of four bytes."""

    def written(self, element: Leaf) -> Leaf:
        """Text with spaces at its end; UIDs as they are."""
        if element.vr not in _TEXT or element.vr == "UI" or len(element.value) > 1024:
            return element
        return replace(element, value=element.value + b" " * (-len(element.value) % 4))


class SpellsNumbersAnew(_WritesAnew):
    """Reads DS and IS as numbers and writes them anew."""

    def written(self, element: Leaf) -> Leaf:
        """Each number in its shortest spelling."""
        if element.vr not in ("DS", "IS"):
            return element
        spelled = b"\\".join(_shortest(part) for part in element.value.split(b"\\"))
        return replace(element, value=padded(element.vr, spelled))


class NormalisesNames(_WritesAnew):
    """Leaves out the delimiters at the end of person names."""

    def written(self, element: Leaf) -> Leaf:
        """Names without empty components at their end."""
        if element.vr != "PN":
            return element
        names = [name.rstrip(b" ^=") for name in element.value.split(b"\\")]
        return replace(element, value=padded("PN", b"\\".join(names)))


class WritesUtf8(ClaimingArchive):
    """Writes Latin-1 text as UTF-8 and says so in Specific Character Set."""

    convicted_by = _VALUES

    def kept(self, data: bytes) -> bytes | None:
        """The texts in UTF-8."""
        return changed(data, _in_utf_8)


def _in_utf_8(content: DataSet) -> DataSet:
    here = [node for node in content if node.tag == _CHARACTER_SET]
    if not here or not isinstance(here[0], Leaf) or here[0].value.strip() != b"ISO_IR 100":
        return content

    def written(element: Leaf) -> Leaf:
        if element.tag == _CHARACTER_SET:
            return replace(element, value=b"ISO_IR 192")
        if element.vr not in _IN_CHARACTER_SET or element.value.isascii():
            return element
        text = element.value.rstrip(b" ").decode("latin-1").encode()
        return replace(element, value=padded(element.vr, text))

    return each_leaf(written)(content)


class ChangesTheCreationDate(ClaimingArchive):
    """Puts another date into Instance Creation Date when it stores, and says that it changed something."""

    convicted_by = "ps3.3-c.12.1-creation-date-stable"
    profiles = ()
    signature_level = 1

    def status_of(self, data: bytes) -> int:
        """Coercion of data elements."""
        return 0xB000

    def kept(self, data: bytes) -> bytes | None:
        """With the date of a later day."""
        return changed(data, each_leaf(lambda e: replace(e, value=b"20240229") if e.tag == 0x00080012 else e))


def _shortest(part: bytes) -> bytes:
    text = part.strip(b" \0")
    try:
        number = Decimal(text.decode("ascii")) if text else None
    except (InvalidOperation, UnicodeDecodeError):
        return part
    if number is None or not number.is_finite() or abs(number.adjusted()) > 12:
        return part
    return format(number.normalize(), "f").encode("ascii")
