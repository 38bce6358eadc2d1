"""An unsigned instance with every value representation of PS3.5 6.2: usual, empty, odd, long and UN values."""

from collections.abc import Iterator

from dicomsig.vectors import forms
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.values import Value, element, sequence

__all__ = ["LONG_VALUE", "USUAL", "every_vr"]

LONG_VALUE = 0x10000 + 6
"""A length that needs more than two bytes."""

USUAL: dict[str, tuple[Value, ...]] = {
    "AE": ("TEST_AE",),
    "AS": ("042Y", "001D"),
    "AT": (0x00100010, 0x7FE00010),
    "CS": ("TEST", "ONLY_1"),
    "DA": ("20240102",),
    "DS": ("1.50", "-3E+2", "007"),
    "DT": ("20240102030405.123456+0100",),
    "FD": (0.1, -1e300),
    "FL": (0.5, -2.25),
    "IS": ("+12", "-7"),
    "LO": ("test text", "other"),
    "LT": ("  leading blanks and a back\\slash are kept\r\n",),
    "OB": (b"\x00\x01\xfe\xff",),
    "OD": (bytes(range(16)),),
    "OF": (bytes(range(8)),),
    "OL": (bytes(range(12)),),
    "OV": (bytes(range(24)),),
    "OW": (b"\x01\x02\x03\x04",),
    "PN": ("TEST^ONLY^A^Dr.^Jr.",),
    "SH": ("short",),
    "SL": (-2, 0x01020304),
    "SS": (-2, 0x0102),
    "ST": ("short\r\ntext",),
    "SV": (-2, 0x0102030405060708),
    "TM": ("030405.5",),
    "UC": ("unlimited", "characters"),
    "UI": ("1.2.840.10008.1.1", "2.25.7357"),
    "UL": (0xFFFFFFFF, 0x01020304),
    "UN": (b"\x01\x02\x03\x04",),
    "UR": ("https://test.invalid/only?a=b",),
    "US": (0xFFFF, 0x0102),
    "UT": ("unlimited text",),
    "UV": (0xFFFFFFFFFFFFFFFF, 0x0102030405060708),
}
"""A value or several for each VR but SQ; the element is Selector XX Value (0072,005E) to (0072,0083)."""

ODD: dict[str, Value] = {
    "AE": "ODD",
    "CS": "ODD",
    "DS": "1.5",
    "DT": "20240102030405.5+0100",
    "IS": "123",
    "LO": "odd",
    "LT": "odd",
    "OB": b"\x01\x02\x03",
    "PN": "ODD^1",
    "SH": "odd",
    "ST": "odd",
    "TM": "030405.12",
    "UC": "odd",
    "UI": "2.25.7357",
    "UR": "https://odd.tests",
    "UT": "odd",
}
"""Values whose pad byte is written by the encoder (PS3.5 6.2)."""


def selector(vr: str, *values: Value) -> Leaf:
    """The Selector Value element of a VR (PS3.3 C.23.4.1)."""
    return element(f"Selector{vr}Value", *values)


@instance("every-vr")
@instance("every-vr-implicit", forms.IMPLICIT, "Every VR in Implicit VR Little Endian")
@instance("every-vr-big-endian", forms.BIG_ENDIAN, "Every VR in Explicit VR Big Endian")
@instance("every-vr-deflated", forms.DEFLATED_STORED, "Every VR deflated into stored blocks")
@instance(
    "every-vr-undefined-lengths",
    Form(undefined_sequences=True, undefined_items=True, group_lengths=True, trailing_padding=2),
    "Every VR with undefined lengths, group lengths and trailing padding",
)
def every_vr() -> DataSet:
    """Every VR of PS3.5, usual and empty, odd and long values (PS3.5 6.2)."""
    return data_set(
        raw_data_set("every-vr"),
        (selector(vr, *values) for vr, values in USUAL.items()),
        sequence("SelectorCodeSequenceValue", *_items()),
        element("ICCProfile", b"long".ljust(LONG_VALUE, b"\x5a")),
    )


def _items() -> Iterator[list[Node]]:
    yield [selector(vr) for vr in sorted(set(USUAL) - {"UN"})]
    yield [selector(vr, value) for vr, value in ODD.items()]
    yield [selector("UT", "x" * LONG_VALUE)]
