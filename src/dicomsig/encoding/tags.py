"""Tags are 32-bit integers, group in the upper half; places are written as docs/words.md says."""

from collections.abc import Iterable

Tag = int
"""A data element tag: group << 16 | element."""

ITEM = 0xFFFEE000
ITEM_DELIMITER = 0xFFFEE00D
SEQUENCE_DELIMITER = 0xFFFEE0DD

LENGTH_TO_END = 0x00080001
TRANSFER_SYNTAX_UID = 0x00020010
SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018
PIXEL_REPRESENTATION = 0x00280103
PIXEL_DATA = 0x7FE00010
TRAILING_PADDING = 0xFFFCFFFC
DIGITAL_SIGNATURES = 0xFFFAFFFA
MAC_PARAMETERS = 0x4FFE0001
ORIGINAL_ATTRIBUTES = 0x04000561

MAIN_PLACE = "/"


def format_tag(tag: Tag) -> str:
    """A tag is written as the standard prints it: ``(7FE0,0010)``."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def parse_tag(text: str) -> Tag:
    """A tag is read from ``(gggg,eeee)``, ``gggg,eeee`` or ``ggggeeee``.

    Raises ValueError for anything else.
    """
    digits = text.strip().removeprefix("(").removesuffix(")").replace(",", "")
    if len(digits) != 8 or not all(c in "0123456789abcdefABCDEF" for c in digits):
        raise ValueError(f"{text!r} is not a tag; write (gggg,eeee)")
    return int(digits, 16)


def format_step(tag: Tag, index: int) -> str:
    """One step of a place names the sequence and the item in it, from 0: ``0040a730[2]/``."""
    return f"{tag:08x}[{index}]/"


def parse_place(text: str) -> tuple[tuple[Tag, int], ...]:
    """A place is read back as its steps, outermost first; ``/`` has none.

    Raises ValueError when the text is not a place.
    """
    if not text.startswith("/") or not text.endswith("/"):
        raise ValueError(f"{text!r} is not a place; write / or /0040a730[2]/")
    steps = []
    for part in text.strip("/").split("/") if text != "/" else ():
        sequence, bracket, index = part.partition("[")
        if not bracket or not index.endswith("]") or not index[:-1].isdecimal():
            raise ValueError(f"{part!r} is not a step of a place; write 0040a730[2]")
        steps.append((parse_tag(sequence), int(index[:-1])))
    return tuple(steps)


def format_place(steps: Iterable[tuple[Tag, int]]) -> str:
    """A place is the path of items that leads to a data set; the main data set is ``/``."""
    return MAIN_PLACE + "".join(format_step(tag, index) for tag, index in steps)


def is_group_length(tag: Tag) -> bool:
    """Element number 0000 is a group length, in whatever group (PS3.5 7.2)."""
    return tag & 0xFFFF == 0


def is_private(tag: Tag) -> bool:
    """Odd groups are private (PS3.5 7.8)."""
    return tag >> 16 & 1 == 1
