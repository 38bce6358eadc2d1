"""The slow second verifier, judged on instances that are written here byte by byte with a key of our own."""

import hashlib
import struct
import zlib

import pytest

import slow_reader
import slow_rsa
import slow_verify
from slow_verify import Unreadable

MODULUS = int(
    "a120a6d9d8073fb6830678ac12494f259883ca25fa3257c350037fc09b07b8282804bd3ff6fdd48aeca1d18384e39b58"
    "a04d92aca0202462ee82f4242874ded9e4e97648997d561f345e8fcf35d56ee9c85548596af4e1fd5c5b182d332b3841"
    "9c018bb02026823703ca16f84d4be8c1eeefdce6067a8ec4a66a1e91eadb18ab",
    16,
)
PRIVATE_EXPONENT = int(
    "13e00734cfe4f502fa5e8dfc0bb56741e7f239b93d878033e366cb1763082cbb27548e53998fedebc50ca0df6c40f724"
    "93817e1a351641e6c22cfd1888b501d804b09ef4af1a084e2cdc01088a7bf3e126f36b267c5d872373386fc189382fec"
    "4f2a62d63c6a31f51d490138ca58305b56b86d8ca155336eedce017745e299a1",
    16,
)
SIZE = 128
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
DEFLATED, RLE = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"
LONG = ("OB", "OW", "SQ", "UN", "UT")

# An element is (tag, VR, value); the value of a sequence is a list of items, that of encapsulated pixels of fragments.
Elements = list[tuple[int, str, object]]


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + struct.pack(">H", size)
    return bytes([tag]) + length + content


def integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def certificate(algorithm: str = "2a864886f70d010101") -> bytes:
    """The least that an X.509 certificate can be: everything but the key is empty."""
    key = der(0x30, integer(MODULUS), integer(65537))
    info = der(0x30, der(0x30, der(6, bytes.fromhex(algorithm)), b"\5\0"), der(3, b"\0", key))
    body = der(0x30, der(0xA0, integer(2)), integer(1), *[der(0x30)] * 4, info)
    return der(0x30, body, der(0x30), der(3, b"\0"))


def even(value: bytes, pad: bytes = b"\0") -> bytes:
    return value + pad * (len(value) % 2)


def rsa(info: bytes, lead: bytes = b"\0\1") -> bytes:
    block = lead + b"\xff" * (SIZE - 3 - len(info)) + b"\0" + info
    return pow(int.from_bytes(block, "big"), PRIVATE_EXPONENT, MODULUS).to_bytes(SIZE, "big")


def sha256_signature(stream: bytes) -> bytes:
    return rsa(SHA256_PREFIX + hashlib.sha256(stream).digest())


def written(elements: Elements, *, implicit: bool = False, big: bool = False, undefined: bool = False) -> bytes:
    """Elements as bytes, in the order given."""
    end = ">" if big else "<"
    out = b""
    for tag, vr, value in elements:
        head = struct.pack(end + "HH", tag >> 16, tag & 0xFFFF)
        length_known = True
        if isinstance(value, bytes):
            content = value
            unit = {"US": 2, "AT": 2, "OW": 2, "UL": 4}.get(vr, 1) if big else 1
            content = b"".join(value[i : i + unit][::-1] for i in range(0, len(value), unit))
        else:
            assert isinstance(value, list)
            content, length_known = b"", not undefined
            for item in value:
                fragment = isinstance(item, bytes)
                inner = item if fragment else written(item, implicit=implicit, big=big, undefined=undefined)
                open_item = undefined and not fragment
                content += struct.pack(end + "HHI", 0xFFFE, 0xE000, 0xFFFFFFFF if open_item else len(inner)) + inner
                content += struct.pack(end + "HHI", 0xFFFE, 0xE00D, 0) if open_item else b""
                length_known = length_known and not fragment
            if not length_known:
                content += struct.pack(end + "HHI", 0xFFFE, 0xE0DD, 0)
        length = len(content) if length_known else 0xFFFFFFFF
        if implicit:
            out += head + struct.pack("<I", length) + content
        elif vr in LONG:
            out += head + vr.encode() + b"\0\0" + struct.pack(end + "I", length) + content
        else:
            out += head + vr.encode() + struct.pack(end + "H", length) + content
    return out


def instance(elements: Elements, syntax: str = EXPLICIT, *, undefined: bool = False) -> bytes:
    body = written(elements, implicit=syntax == IMPLICIT, big=syntax == BIG, undefined=undefined)
    if syntax == DEFLATED:
        deflater = zlib.compressobj(wbits=-15)
        body = even(deflater.compress(body) + deflater.flush())
    return b"\0" * 128 + b"DICM" + written([(0x00020010, "UI", even(syntax.encode()))]) + body


def tags(*numbers: int) -> bytes:
    return b"".join(struct.pack("<HH", number >> 16, number & 0xFFFF) for number in numbers)


def parameters(signed: bytes, syntax: str = EXPLICIT, algorithm: bytes = b"SHA256", number: int = 7) -> Elements:
    return [
        (0x04000005, "US", struct.pack("<H", number)),
        (0x04000010, "UI", even(syntax.encode())),
        (0x04000015, "CS", even(algorithm, b" ")),
        (0x04000020, "AT", signed),
    ]


SIGNATURE_HEAD: Elements = [
    (0x04000005, "US", b"\7\0"),
    (0x04000100, "UI", b"1.2\0"),
    (0x04000105, "DT", b"20240101000000+0000 "),
    (0x04000110, "CS", b"X509_1993_SIG "),
]
SIGNATURE_HEAD_STREAM = (
    b"\x00\x04\x05\x00US\x02\x00\x07\x00"
    b"\x00\x04\x00\x01UI\x04\x001.2\x00"
    b"\x00\x04\x05\x01DT\x14\x0020240101000000+0000 "
    b"\x00\x04\x10\x01CS\x0e\x00X509_1993_SIG "
)


def signature_item(block: bytes, signer: bytes) -> Elements:
    return [*SIGNATURE_HEAD, (0x04000115, "OB", even(signer)), (0x04000120, "OB", block)]


def signed(
    elements: Elements,
    listed: bytes,
    stream: bytes,
    *,
    mac: Elements | None = None,
    block: bytes | None = None,
    signer: bytes | None = None,
) -> Elements:
    """The elements with parameters and signature; the signature covers `stream`, whatever the elements are."""
    item = signature_item(
        sha256_signature(stream) if block is None else block, certificate() if signer is None else signer
    )
    both: Elements = [
        (0x4FFE0001, "SQ", [parameters(listed) if mac is None else mac]),
        (0xFFFAFFFA, "SQ", [item]),
    ]
    return sorted([*elements, *both], key=lambda element: element[0])


PLAIN: Elements = [
    (0x00080018, "UI", b"1.2.3\0"),
    (0x00100010, "PN", b"Doe^J "),
    (0x00280103, "US", b"\1\0"),
    (0x0040A730, "SQ", [[(0x00080104, "LO", b"AB"), (0x0040A730, "SQ", [])], []]),
    (0x7FE00010, "OW", b"\1\2\3\4"),
]
LISTED = tags(0x00080018, 0x0040A730, 0x7FE00010)
STREAM = (
    b"\x08\x00\x18\x00UI\x06\x001.2.3\x00"
    b"\x40\x00\x30\xa7SQ\x00\x00"
    b"\xfe\xff\x00\xe0\x08\x00\x04\x01LO\x02\x00AB\x40\x00\x30\xa7SQ\x00\x00\xfe\xff\xdd\xe0"
    b"\xfe\xff\x00\xe0"
    b"\xfe\xff\xdd\xe0"
    b"\xe0\x7f\x10\x00OW\x00\x00\x04\x00\x00\x00\x01\x02\x03\x04"
) + SIGNATURE_HEAD_STREAM
SIGNED = signed(PLAIN, LISTED, STREAM)


def verdicts(data: bytes) -> list[str]:
    return [opinion.integrity for opinion in slow_verify.signatures(data)]


def test_the_stream_is_what_the_standard_says() -> None:
    """Headers, values, items without lengths and one delimiter a sequence are hashed (PS3.3 C.12.1.1.3.1.2)."""
    assert slow_verify.mac_stream(instance(SIGNED), "/", 0) == STREAM


def test_a_lawful_signature_is_valid() -> None:
    """The opinion names place and number."""
    (opinion,) = slow_verify.signatures(instance(SIGNED))
    assert (opinion.place, opinion.number, opinion.integrity) == ("/", 0, "valid")


def test_no_signature_means_no_opinion() -> None:
    """Parameters alone do not sign (A-31)."""
    assert slow_verify.signatures(instance(PLAIN)) == []
    assert slow_verify.signatures(instance([e for e in SIGNED if e[0] != 0xFFFAFFFA])) == []


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG, DEFLATED])
@pytest.mark.parametrize("undefined", [False, True])
def test_the_way_it_is_written_does_not_matter(syntax: str, undefined: bool) -> None:
    """Transfer syntax and length encoding are neutral (A-27, PS3.5 Annex A)."""
    data = instance(SIGNED, syntax, undefined=undefined)
    assert slow_verify.mac_stream(data, "/", 0) == STREAM
    assert verdicts(data) == ["valid"]


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
def test_preamble_and_file_meta_may_lack(syntax: str) -> None:
    """The syntax is then read off the first element; File Meta without preamble serves as well."""
    data = instance(SIGNED, syntax)
    assert verdicts(data[132:]) == ["valid"]
    assert verdicts(written(SIGNED, implicit=syntax == IMPLICIT, big=syntax == BIG)) == ["valid"]


def test_group_lengths_and_padding_are_neutral() -> None:
    """They may come and go anywhere, listed or not, as may groups below 0008 (PS3.3 C.12.1.1.3.1.1)."""
    inner: Elements = [
        (0x00041500, "CS", b"AB"),
        (0x00080000, "UL", b"\x0a\0\0\0"),
        (0x00080104, "LO", b"AB"),
        (0x0040A730, "SQ", []),
    ]
    inner += [(0xFFFCFFFC, "OB", b"\0\0")]
    padded: Elements = [(tag, vr, [inner, []] if tag == 0x0040A730 else value) for tag, vr, value in PLAIN]
    padded += [
        (0x00041500, "CS", b"AB"),
        (0x00080000, "UL", b"\1\2\3\4"),
        (0x00080001, "UL", b"\1\2\3\4"),
        (0xFFFCFFFC, "OB", b"\0" * 10),
    ]
    listed = LISTED + tags(0x00041500, 0x00080000, 0x00080001, 0xFFFCFFFC)
    data = instance(signed(padded, listed, STREAM))
    assert slow_verify.mac_stream(data, "/", 0) == STREAM
    assert verdicts(data) == ["valid"]
    assert verdicts(instance(SIGNED) + b"\0" * 7) == ["valid"]


def test_the_list_is_a_set() -> None:
    """Order and repetition in the list do not change the stream (A-08); absent elements are skipped (A-09)."""
    listed = tags(0x7FE00010, 0x0040A730, 0x00080018, 0x00080018, 0x00081030)
    assert verdicts(instance(signed(PLAIN, listed, STREAM))) == ["valid"]


def test_every_changed_bit_of_a_signed_value_shows() -> None:
    """Values are hashed as stored, pad bytes included (A-26)."""
    data = instance(SIGNED)
    for value in (b"1.2.3\0", b"AB", b"\1\2\3\4", b"20240101000000+0000 ", b"X509_1993_SIG "):
        start = data.index(value, 200 if value == b"\1\2\3\4" else 132)
        for at in range(start, start + len(value)):
            for bit in range(8):
                changed = bytearray(data)
                changed[at] ^= 1 << bit
                assert verdicts(bytes(changed)) == ["invalid"], (value, at - start, bit)


def test_what_is_not_listed_may_change() -> None:
    """Only listed elements are protected (PS3.3 C.12.1.1.3.1.1)."""
    data = instance(SIGNED)
    assert verdicts(data.replace(b"Doe^J ", b"Roe^J ")) == ["valid"]


def test_an_element_of_the_signature_item_counts() -> None:
    """All elements of the item but four are hashed, unknown ones too (A-11)."""
    elements = signed(PLAIN, LISTED, STREAM)
    item = signature_item(sha256_signature(STREAM), certificate())
    elements[-1] = (0xFFFAFFFA, "SQ", [[*item, (0x04000315, "FL", b"\0\0\0\0")]])
    assert verdicts(instance(elements)) == ["invalid"]
    elements[-1] = (0xFFFAFFFA, "SQ", [[*item, (0x04000305, "CS", b"CMS_TSP "), (0x04000310, "OB", b"ab")]])
    assert verdicts(instance(elements)) == ["valid"]


def test_encapsulated_pixels_are_hashed_with_their_offset_table() -> None:
    """The offset table and each fragment are items without length (A-05)."""
    pixels: Elements = [(0x7FE00010, "OB", [b"", b"abcd", b"ef"])]
    item = b"\xfe\xff\x00\xe0"
    stream = b"\xe0\x7f\x10\x00OB\x00\x00" + item + item + b"abcd" + item + b"ef" + b"\xfe\xff\xdd\xe0"
    stream += SIGNATURE_HEAD_STREAM
    listed = tags(0x7FE00010)
    data = instance(signed(pixels, listed, stream, mac=parameters(listed, RLE)), RLE)
    assert slow_verify.mac_stream(data, "/", 0) == stream
    assert verdicts(data) == ["valid"]
    assert verdicts(data.replace(b"abcd", b"abce")) == ["invalid"]


def test_pixels_in_another_form_are_not_judged() -> None:
    """A stream that needs a codec is indeterminate, both ways (A-06); without pixels the syntax does not matter."""
    assert verdicts(instance(signed(PLAIN, LISTED, STREAM, mac=parameters(LISTED, RLE)))) == ["indeterminate"]
    pixels: Elements = [(0x7FE00010, "OB", [b"", b"abcd"])]
    assert verdicts(instance(signed(pixels, tags(0x7FE00010), STREAM), RLE)) == ["indeterminate"]
    stream = b"\x08\x00\x18\x00UI\x06\x001.2.3\x00" + SIGNATURE_HEAD_STREAM
    listed = tags(0x00080018)
    assert verdicts(instance(signed(PLAIN, listed, stream, mac=parameters(listed, RLE)))) == ["valid"]


@pytest.mark.parametrize("syntax", [IMPLICIT, BIG, "1.2.3"])
def test_a_mac_transfer_syntax_must_be_explicit_and_little_endian(syntax: str) -> None:
    """Anything else names no stream (PS3.3 C.12.1.1.3)."""
    assert verdicts(instance(signed(PLAIN, LISTED, STREAM, mac=parameters(LISTED, syntax)))) == ["indeterminate"]


def test_unknown_elements_are_not_judged() -> None:
    """A listed element that is or holds UN is indeterminate (A-03); one that is not listed is no matter."""
    unknown: Elements = [(0x00091001, "UN", b"ab")]
    nested: Elements = [(0x00081140, "SQ", [unknown])]
    plain = sorted([*PLAIN, *unknown, *nested], key=lambda element: element[0])
    assert verdicts(instance(signed(plain, LISTED, STREAM))) == ["valid"]
    for tag in (0x00091001, 0x00081140):
        data = instance(signed(plain, LISTED + tags(tag), STREAM))
        assert verdicts(data) == ["indeterminate"]
        assert slow_verify.mac_stream(data, "/", 0) == STREAM


def test_un_of_undefined_length_holds_implicit_items() -> None:
    """Its content is read as Implicit VR Little Endian in an explicit one, signatures included (PS3.5 6.2.2)."""
    content = written([(0x00081140, "SQ", [SIGNED])], implicit=True)[8:] + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    header = struct.pack("<HH", 0x0009, 0x1001) + b"UN\0\0" + b"\xff" * 4
    data = instance([(0x00080018, "UI", b"1.2.3\0")]) + header + content
    assert [(o.place, o.integrity) for o in slow_verify.signatures(data)] == [("/00091001[0]/", "valid")]


def test_implicit_letters_come_from_dictionary_and_pixel_representation() -> None:
    """Tables are OW, `US or SS` follows the nearest Pixel Representation, private is UN (PS3.5 A.1)."""
    plain: Elements = [
        (0x00189810, "SS", b"\1\0"),
        (0x00280103, "US", b"\1\0"),
        (0x00283000, "SQ", [[(0x00283002, "SS", b"\1\0"), (0x00283006, "OW", b"\1\0")]]),
        (0x00283010, "SQ", [[(0x00280103, "US", b"\0\0"), (0x00283002, "US", b"\1\0")]]),
        (0x60023000, "OW", b"\1\0"),
    ]
    found, _syntax = slow_reader.read(instance(plain, IMPLICIT))
    expected, _syntax = slow_reader.read(instance(plain, EXPLICIT))
    assert found == expected
    private, _syntax = slow_reader.read(instance([(0x00090010, "LO", b"AB"), (0x00091001, "LO", b"AB")], IMPLICIT))
    assert [element.vr for element in private.values()] == ["LO", "UN"]


def test_signatures_are_found_in_items() -> None:
    """Each is judged in its own data set, the inner before the outer, which does not cover it (A-18, A-19)."""
    nested: Elements = [(0x0040A730, "SQ", [[(0x00080104, "LO", b"AB")], SIGNED])]
    stream = (
        b"\x40\x00\x30\xa7SQ\x00\x00\xfe\xff\x00\xe0\x08\x00\x04\x01LO\x02\x00AB\xfe\xff\x00\xe0"
        + written(PLAIN[:3])
        + STREAM[STREAM.index(b"\x40\x00\x30\xa7SQ") : -len(SIGNATURE_HEAD_STREAM)]
        + b"\xfe\xff\xdd\xe0"
        + SIGNATURE_HEAD_STREAM
    )
    data = instance(signed(nested, tags(0x0040A730), stream))
    found = [(o.place, o.number, o.integrity) for o in slow_verify.signatures(data)]
    assert found == [("/0040a730[1]/", 0, "valid"), ("/", 0, "valid")]
    assert slow_verify.mac_stream(data, "/0040a730[1]/", 0) == STREAM


def test_original_attributes_hold_history() -> None:
    """What stands in (0400,0561) is no live signature."""
    item: Elements = [(0x04000550, "SQ", [SIGNED])]
    assert slow_verify.signatures(instance([(0x04000561, "SQ", [item]), (0x04000562, "DT", b"2024")])) == []


@pytest.mark.parametrize("missing", [0x04000005, 0x04000010, 0x04000015, 0x04000020])
def test_without_parameters_nothing_is_judged(missing: int) -> None:
    """Each parameter is needed; so are the item of this number and the sequence (PS3.3 C.12.1.1.3)."""
    mac = [element for element in parameters(LISTED) if element[0] != missing]
    assert verdicts(instance(signed(PLAIN, LISTED, STREAM, mac=mac))) == ["indeterminate"]
    other = signed(PLAIN, LISTED, STREAM, mac=parameters(LISTED, number=8))
    assert verdicts(instance(other)) == ["indeterminate"]
    assert verdicts(instance([e for e in SIGNED if e[0] != 0x4FFE0001])) == ["indeterminate"]


def test_unknown_algorithm_and_other_keys_are_not_judged() -> None:
    """Neither an unknown term nor a certificate without RSA key convicts (PS3.15 C.1)."""
    cases = [
        signed(PLAIN, LISTED, STREAM, mac=parameters(LISTED, algorithm=b"SHA3")),
        signed(PLAIN, LISTED, STREAM, signer=certificate("2a8648ce3d0201")),
        signed(PLAIN, LISTED, STREAM, signer=b"-----BEGIN CERTIFICATE-----\n"),
        signed(PLAIN, LISTED, STREAM, signer=certificate()[:100]),
        signed(PLAIN, LISTED, STREAM, block=b""),
    ]
    for elements in cases:
        assert verdicts(instance(elements)) == ["indeterminate"]


def test_only_the_whole_block_counts() -> None:
    """A bare digest, another padding, absent NULL parameters and a wrong length are invalid (A-01)."""
    digest = hashlib.sha256(STREAM).digest()
    good = sha256_signature(STREAM)
    no_null = bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + digest
    blocks = [rsa(digest), rsa(SHA256_PREFIX + digest, b"\0\2"), rsa(no_null), good[:-2], good + b"\0\0"]
    for block in blocks:
        assert verdicts(instance(signed(PLAIN, LISTED, STREAM, block=block))) == ["invalid"]


def test_a_signature_as_large_as_the_modulus_is_invalid() -> None:
    """Adding the modulus changes nothing in the arithmetic and is refused all the same (RFC 8017 5.2.2)."""
    room = (1 << 8 * SIZE) - MODULUS
    stream = next(s for n in range(50) if int.from_bytes(sha256_signature(s := bytes([n])), "big") < room)
    good = sha256_signature(stream)
    larger = (int.from_bytes(good, "big") + MODULUS).to_bytes(SIZE, "big")
    assert slow_rsa.signature_fault(good, "SHA256", stream, MODULUS, 65537) == ""
    assert slow_rsa.signature_fault(larger, "SHA256", stream, MODULUS, 65537) != ""


@pytest.mark.parametrize("algorithm", ["MD5", "SHA1", "RIPEMD160", "SHA256", "SHA384", "SHA512"])
def test_all_six_algorithms_hold(algorithm: str) -> None:
    """The terms of PS3.15 C.1, each with its DigestInfo."""
    identifiers = {
        "MD5": "2a864886f70d0205",
        "SHA1": "2b0e03021a",
        "RIPEMD160": "2b24030201",
        "SHA256": "608648016503040201",
        "SHA384": "608648016503040202",
        "SHA512": "608648016503040203",
    }
    if algorithm == "RIPEMD160":
        digest = slow_rsa.ripemd160(STREAM)
    else:
        digest = hashlib.new(algorithm.lower(), STREAM).digest()
    info = der(0x30, der(0x30, der(6, bytes.fromhex(identifiers[algorithm])), b"\5\0"), der(4, digest))
    elements = signed(PLAIN, LISTED, STREAM, mac=parameters(LISTED, algorithm=algorithm.encode()), block=rsa(info))
    assert verdicts(instance(elements)) == ["valid"]
    assert verdicts(instance(elements).replace(b"1.2.3\0", b"1.2.4\0")) == ["invalid"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        (b"abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        (b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "12a053384a9c0c88e405a06c27dcf49ada62eb2b"),
    ],
)
def test_ripemd160_in_plain_python_is_right(message: bytes, expected: str) -> None:
    """The published test vectors hold."""
    assert slow_rsa.ripemd160(message).hex() == expected


def test_every_cut_is_unreadable_or_unsigned() -> None:
    """A shortened file never verifies and never raises anything else."""
    data = instance(SIGNED)
    for size in range(len(data)):
        try:
            assert verdicts(data[:size]) == [], size
        except Unreadable:
            continue


def test_every_changed_byte_has_an_answer() -> None:
    """Damage anywhere gives an opinion or Unreadable, no other exception."""
    data = instance(SIGNED, undefined=True)
    seen = set()
    for at in range(132, len(data)):
        for mask in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(data)
            changed[at] ^= mask
            try:
                seen.update(verdicts(bytes(changed)))
            except Unreadable:
                seen.add("unreadable")
    assert seen == {"valid", "invalid", "indeterminate", "unreadable"}


def test_depth_is_bounded() -> None:
    """Sixty-four levels of items are read, one more is not."""
    elements: Elements = [(0x0040A730, "SQ", [])]
    for _level in range(64):
        elements = [(0x0040A730, "SQ", [elements])]
    assert slow_verify.signatures(instance(elements)) == []
    with pytest.raises(Unreadable):
        slow_verify.signatures(instance([(0x0040A730, "SQ", [elements])]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no DICOM at all",
        instance([(0x00080018, "UI", b"1.2.3\0"), (0x00080018, "UI", b"1.2.3\0")]),
        instance([(0xFFFAFFFA, "OB", b"ab")]),
        instance([(0xFFFEE000, "OB", b"ab")]),
        instance([(0x00280010, "US", b"abc")], BIG)[:-1],
        instance([], DEFLATED)[:-1],
    ],
)
def test_what_is_no_data_set_is_unreadable(data: bytes) -> None:
    """Nothing is guessed from bytes that do not parse."""
    with pytest.raises(Unreadable):
        slow_verify.signatures(data)


def test_a_place_without_signature_has_no_stream() -> None:
    """The stream is asked for by place and number."""
    with pytest.raises(Unreadable):
        slow_verify.mac_stream(instance(SIGNED), "/", 1)
