"""Unsigned secondary captures with text in multi-byte character sets (PS3.3 C.12.1.1.2, PS3.5 6.1).

The text is given as bytes, because a signature is made over bytes and no codec enters a build.
"""

from dicomsig.vectors.images import secondary_capture_data_set
from dicomsig.vectors.nodes import DataSet, Node, merged
from dicomsig.vectors.pixels import plane_8
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element, sequence

SIZE = 16

_KANJI = b"\x1b$B"
"""Designates ISO-IR 87 as code element G0 (PS3.3 table C.12-4)."""
_ASCII = b"\x1b(B"

_SHIKEN = b"\x3b\x6e\x38\x33"
_SENYO = b"\x40\x6c\x4d\x51"
"""Test and exclusively in JIS X 0208."""
_SHIKEN_KANA = b"\x24\x37\x24\x31\x24\x73"
_SENYO_KANA = b"\x24\x3b\x24\x73\x24\x68\x24\x26"


@instance("iso-2022-ir-87")
def iso_2022_ir_87() -> DataSet:
    """Secondary capture with Japanese text by code extension (PS3.5 6.1.2.5, H.3)."""
    return _text(
        "iso-2022-ir-87",
        ("", "ISO 2022 IR 87"),
        # Each component and each group returns to ASCII before its delimiter (PS3.5 6.1.2.5.3).
        name=b"TEST^ONLY="
        + b"^".join(_KANJI + part + _ASCII for part in (_SHIKEN, _SENYO))
        + b"="
        + b"^".join(_KANJI + part + _ASCII for part in (_SHIKEN_KANA, _SENYO_KANA)),
        description=_KANJI + _SHIKEN + _SENYO + _ASCII + b" only",
        # A line ends in ASCII too.
        comment=_KANJI + _SHIKEN + _ASCII + b"\r\n" + _KANJI + _SENYO + _ASCII,
    )


@instance("gb18030")
def gb18030() -> DataSet:
    """Secondary capture with Chinese text in GB18030, one byte of which is a backslash (PS3.5 6.1.2.4, J.3)."""
    return _text(
        "gb18030",
        ("GB18030",),
        # The second character of the group is D05C: its last byte is that of the backslash.
        name=b"Test^Only=\xb2\xe2\xd0\x5c^\xd7\xa8\xd3\xc3",
        description=b"\xb2\xe2\xca\xd4\xd7\xa8\xd3\xc3",
        # A character of four bytes.
        comment=b"\xb2\xe2\xca\xd4 \x95\x32\x82\x36",
    )


@instance("utf-8")
def utf_8() -> DataSet:
    """Secondary capture in UTF-8 with characters of two, three and four bytes and combined ones (PS3.5 6.1.2.4)."""
    return _text(
        "utf-8",
        ("ISO_IR 192",),
        name="TEST^ONLY=試驗^專用=시험^전용".encode(),
        description="δοκιμή тест اختبار מבחן".encode(),
        # The same word precomposed and decomposed: equal to readers, not to a signature.
        comment="pr\u00fcfen pru\u0308fen \U00020bb7".encode(),
    )


def _text(
    name_of_instance: str, character_set: tuple[str, ...], *, name: bytes, description: bytes, comment: bytes
) -> DataSet:
    """Person name, short and long text in the character set, at the top and in an item, with 8-bit pixels."""
    person: list[Node] = [
        element("CodeValue", "R1"),
        element("CodingSchemeDesignator", "99TEST"),
        element("CodeMeaning", description),
    ]
    return merged(
        secondary_capture_data_set(name_of_instance, SIZE),
        element("SpecificCharacterSet", *character_set),
        element("ReferringPhysicianName", name),
        element("StudyDescription", description),
        element("ImageComments", comment),
        sequence(
            "ReferringPhysicianIdentificationSequence",
            [
                element("InstitutionName", description),
                element("PersonAddress", comment),
                sequence("PersonIdentificationCodeSequence", person),
            ],
        ),
        element("PixelData", plane_8(SIZE), vr="OB"),
    )
