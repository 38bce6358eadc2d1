"""Elements from keywords and Python values; tag and VR come from the data dictionary (PS3.6, PS3.5 6.2)."""

import hashlib
import struct
from collections.abc import Iterable

from dicomsig.encoding import tags
from dicomsig.vectors.nodes import DataSet, Leaf, Node, Sequence, data_set

__all__ = ["code", "element", "fixed_uid", "leaf", "sequence", "tag_of"]

Value = str | int | float | bytes

_NUMBERS = {
    "FD": "<d",
    "FL": "<f",
    "SL": "<l",
    "SS": "<h",
    "SV": "<q",
    "UL": "<L",
    "US": "<H",
    "UV": "<Q",
}
_DECIMAL_LENGTH = {"DS": 16, "IS": 12}


def tag_of(keyword: str) -> tags.Tag:
    """The tag of a keyword of PS3.6.

    Raises ValueError when there is none.
    """
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"{keyword!r} is not a keyword of the data dictionary (PS3.6)")
    return int(tag)


def element(keyword: str, *values: Value, vr: str = "") -> Leaf:
    """An element by its keyword; without values it is empty.

    ``vr`` is needed where PS3.6 leaves a choice, such as ``US or SS``. Bytes are taken as the encoded value.
    Raises ValueError for an unknown keyword, an open choice of VR and a value that the VR cannot hold.
    """
    from pydicom.datadict import dictionary_VR

    tag = tag_of(keyword)
    chosen = vr or dictionary_VR(tag)
    if len(chosen) != 2:
        raise ValueError(f"{keyword} may be {chosen}; say which")
    return leaf(tag, chosen, *values)


def leaf(tag: tags.Tag, vr: str, *values: Value) -> Leaf:
    """An element by its tag, for private and repeating groups.

    Raises ValueError for a value that the VR cannot hold.
    """
    if len(values) == 1 and isinstance(values[0], bytes):
        return Leaf(tag, vr, values[0])
    return Leaf(tag, vr, _encoded(tag, vr, values))


def sequence(keyword: str, *items: Iterable[Node]) -> Sequence:
    """A sequence by its keyword; each argument is the content of an item."""
    return Sequence(tag_of(keyword), tuple(data_set(item) for item in items))


def code(value: str, scheme: str, meaning: str) -> DataSet:
    """A coded entry of the basic Code Sequence Macro (PS3.3 8.8)."""
    return data_set(
        element("CodeValue", value), element("CodingSchemeDesignator", scheme), element("CodeMeaning", meaning)
    )


def fixed_uid(name: str) -> str:
    """A fixed UID under 2.25 that begins with 7357 and depends on the name alone (PS3.5 B.2)."""
    digest = hashlib.sha256(name.encode()).digest()
    return f"2.25.7357{int.from_bytes(digest[:7], 'big'):017d}"


def _encoded(tag: tags.Tag, vr: str, values: tuple[Value, ...]) -> bytes:
    try:
        if vr == "AT":
            return b"".join(struct.pack("<HH", int(value) >> 16, int(value) & 0xFFFF) for value in values)
        if vr in _NUMBERS:
            return b"".join(struct.pack(_NUMBERS[vr], value) for value in values)
        texts = [str(value) for value in values]
        if any(len(text) > _DECIMAL_LENGTH.get(vr, len(text)) for text in texts):
            raise ValueError("the text is too long")
        return "\\".join(texts).encode("ascii")
    except (struct.error, ValueError) as error:
        raise ValueError(f"{tags.format_tag(tag)} {vr} cannot hold {values!r}: {error}") from error
