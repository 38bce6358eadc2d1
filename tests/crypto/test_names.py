"""Names of certificates are one line of safe text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto.der import DerError, read_element
from dicomsig.crypto.names import name_text

COMMON_NAME = b"\x06\x03\x55\x04\x03"


def tlv(tag: int, contents: bytes) -> bytes:
    size = (len(contents).bit_length() + 7) // 8
    length = bytes((len(contents),)) if len(contents) < 128 else bytes((0x80 | size,)) + len(contents).to_bytes(size)
    return bytes((tag,)) + length + contents


def text_of(*values: tuple[int, bytes], kind: bytes = COMMON_NAME) -> str:
    name = tlv(0x30, b"".join(tlv(0x31, tlv(0x30, kind + tlv(tag, value))) for tag, value in values))
    return name_text(read_element(name, 0, len(name)))


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        (0x0C, "Süd".encode(), "CN=Süd"),
        (0x13, b"a,b+c", "CN=a\\,b\\+c"),
        (0x0C, b"back\\slash", "CN=back\\\\slash"),
        (0x0C, b"line\nbreak\x00\x7f", "CN=line\\x0abreak\\x00\\x7f"),
        (0x0C, "\u202egnp.exe".encode(), "CN=\\u202egnp.exe"),
        (0x0C, "\U000e0001".encode(), "CN=\\U000e0001"),
        (0x0C, b"a\xff\x1b", "CN=a\\xff\\x1b"),
        (0x13, b"M\xfcller", "CN=M\\xfcller"),
        (0x14, b"M\xfcller", "CN=Müller"),
        (0x1E, "ä".encode("utf-16-be"), "CN=ä"),
        (0x1E, b"\xd8\x00", "CN=\\xd8\\x00"),
        (0x1C, "ä".encode("utf-32-be"), "CN=ä"),
        (0x0C, b" ", "CN=\\ "),
        (0x0C, b"# ", "CN=\\#\\ "),
        (0x0C, b"", "CN="),
        (0x02, b"\x05", "CN=#020105"),
    ],
)
def test_each_string_type_becomes_safe_text(tag: int, value: bytes, expected: str) -> None:
    """Special characters are escaped, and control characters, undecodable bytes and direction marks made visible."""
    assert text_of((tag, value)) == expected


def test_the_last_part_comes_first() -> None:
    """A name is written from the most specific part on (RFC 4514 2.1), and an unknown type by its digits."""
    assert text_of((0x13, b"a"), (0x13, b"b")) == "CN=b,CN=a"
    assert text_of((0x13, b"a"), kind=b"\x06\x03\x2a\x03\x04") == "1.2.3.4=a"


def test_a_name_of_too_many_parts_is_refused() -> None:
    """A name cannot be made to fill a report."""
    with pytest.raises(DerError, match="256"):
        text_of(*[(0x13, b"a")] * 257)


@given(st.binary(max_size=40), st.integers(0, 30))
def test_any_value_prints_on_one_line(value: bytes, tag: int) -> None:
    """Whatever a certificate holds, its name prints without control characters."""
    text = text_of((tag, value))
    assert not any(ord(character) < 0xA0 and not character.isprintable() for character in text)
    assert len(text.splitlines()) == 1
