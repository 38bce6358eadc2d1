"""The value representations of PS3.5 6.2: header form, padding, size of the unit that byte order turns."""

from typing import Final

UNDEFINED_LENGTH: Final = 0xFFFFFFFF

SHORT: Final = frozenset({"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN"}) | frozenset(
    {"SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"}
)
"""VRs whose explicit header has a two-byte length (PS3.5 7.1.2)."""

LONG: Final = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
"""VRs whose explicit header has two reserved bytes and a four-byte length (PS3.5 7.1.2)."""

KNOWN: Final = SHORT | LONG

UNIT: Final = {
    **dict.fromkeys(("AT", "OW", "SS", "US"), 2),
    **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}
"""Bytes of the unit that Big Endian turns, for the VRs that byte order touches (PS3.5 7.3); 1 for all others."""

NULL_PADDED: Final = frozenset(("UI", "OB", "UN"))
"""VRs whose odd values get a null byte; text gets a space (PS3.5 6.2)."""


def padded(vr: str, value: bytes) -> bytes:
    """A value of odd length gets its one pad byte (PS3.5 6.2)."""
    if len(value) % 2 == 0:
        return value
    return value + (b"\0" if vr in NULL_PADDED else b" ")


def swapped(vr: str, value: bytes) -> bytes:
    """A value with the byte order of its VR's unit turned; a last incomplete unit stays as it is (PS3.5 7.3)."""
    unit = UNIT.get(vr, 1)
    if unit == 1:
        return value
    whole = len(value) - len(value) % unit
    turned = bytearray(value)
    for offset in range(unit):
        turned[offset:whole:unit] = value[unit - 1 - offset : whole : unit]
    return bytes(turned)
