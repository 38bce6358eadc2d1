"""Distinguished names as one line of safe text (RFC 4514, RFC 5280 4.1.2.4)."""

import unicodedata

from dicomsig.crypto.der import OBJECT_IDENTIFIER, SEQUENCE, SET, DerError, Element, Reader, object_identifier

_TYPES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.42": "GN",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}
_CODECS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    # T61 strings hold Latin-1 in practice, as every common library reads them.
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
_SPECIAL = frozenset('"+,;<>\\')
_UNSAFE_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_MOST_PARTS = 256


def name_text(name: Element) -> str:
    r"""Write a Name as RFC 4514 does, last part first, control characters and undecodable bytes as `\xNN`.

    Other characters that do not print, such as a change of writing direction, are written as `\uNNNN` or `\UNNNNNNNN`.
    Raises DerError when the Name is not a sequence of sets of type and value, or has more than 256 of them.
    """
    parts: list[str] = []
    count = 0
    reader = name.reader()
    while not reader.at_end:
        pairs: list[str] = []
        relative = reader.expect(SET).reader()
        while not relative.at_end:
            pairs.append(_pair(relative.expect(SEQUENCE).reader()))
            count += 1
            if count > _MOST_PARTS:
                raise DerError(name.start, f"a name of more than {_MOST_PARTS} parts")
        parts.append("+".join(pairs))
    return ",".join(reversed(parts))


def _pair(reader: Reader) -> str:
    kind = object_identifier(reader.expect(OBJECT_IDENTIFIER))
    value = reader.any()
    reader.finish()
    return f"{_TYPES.get(kind, kind)}={_value(value)}"


def _value(value: Element) -> str:
    codec = _CODECS.get(value.tag)
    if codec is None:
        return "#" + value.encoded.hex()
    try:
        text = value.contents.decode(codec)
    except UnicodeDecodeError:
        # Printable ASCII stays readable; every other byte is shown as it is.
        return "".join(_escaped(chr(byte)) if byte < 0x80 else f"\\x{byte:02x}" for byte in value.contents)
    escaped = [_escaped(character) for character in text]
    if text[:1] in ("#", " "):
        escaped[0] = "\\" + text[0]
    if len(text) > 1 and text[-1] == " ":
        escaped[-1] = "\\ "
    return "".join(escaped)


def _escaped(character: str) -> str:
    if character in _SPECIAL:
        return "\\" + character
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
