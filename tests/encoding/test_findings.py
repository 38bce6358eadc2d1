"""Each departure from the encoding rules gives its finding, with tag path and byte offset (PS3.5 7, PS3.10 7)."""

import struct

import pytest

from dicomsig.encoding import tags, write
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.limits import Limits
from dicomsig.encoding.syntaxes import (
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
    TransferSyntax,
)

SEQUENCE, INNER, COMMENT, LATER = 0x00081140, 0x00081199, 0x00204000, 0x00209158
PIXELS = tags.PIXEL_DATA
CLASS = write.encode_element(0x00080016, "UI", b"1.2.3")
UNDEFINED = 0xFFFFFFFF
ITEM_END = write.encode_tag(tags.ITEM_DELIMITER) + bytes(4)
SEQUENCE_END = write.encode_tag(tags.SEQUENCE_DELIMITER) + bytes(4)


def file(body: bytes, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    return write.encode_file(write.encode_element(0x00020010, "UI", syntax.uid.encode()), body)


def text(tag: int, value: bytes = b"text", syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    return write.encode_element(tag, "LT", value, syntax)


def item(content: bytes, length: int | None = None) -> bytes:
    return write.encode_tag(tags.ITEM) + write.encode_length(len(content) if length is None else length) + content


def sequence(content: bytes, length: int | None = None, *, tag: int = SEQUENCE, vr: str = "SQ") -> bytes:
    return write.encode_header(tag, vr, len(content) if length is None else length) + content


def start(syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> int:
    """The offset at which the data set of ``file`` begins."""
    return len(file(b"", syntax))


def error_of(body: bytes, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN, limits: Limits | None = None) -> tuple[
    EncodingReason, str, int
]:  # fmt: skip
    """Reason, path and offset within the data set of what ends the reading."""
    with pytest.raises(MalformedError) as caught:
        instance_of(file(body, syntax), limits or Limits())
    finding = caught.value.finding
    return finding.reason, finding.path, finding.offset - start(syntax)


def findings_of(body: bytes, syntax: TransferSyntax = EXPLICIT_LITTLE_ENDIAN) -> list[tuple[EncodingReason, str, int]]:
    """Reason, path and offset of what the reading passed over."""
    return [(f.reason, f.path, f.offset - start(syntax)) for f in instance_of(file(body, syntax)).findings]


NESTED = text(INNER)
WHOLE = [
    ("an element", CLASS + text(COMMENT), "/(0020,4000)", len(CLASS)),
    ("a sequence", CLASS + sequence(item(NESTED)), "/(0008,1140)", len(CLASS)),
    ("an item", CLASS + sequence(item(NESTED)), "/(0008,1140)", len(CLASS) + 12),
    ("an inner element", CLASS + sequence(item(NESTED)), "/00081140[0]/(0008,1199)", len(CLASS) + 20),
    ("a fragment", CLASS + write.encode_fragments(PIXELS, b"", [b"ab"]), "/(7FE0,0010)", len(CLASS) + 12 + 8),
]
LENGTH_AT = {"an element": 6, "a sequence": 8, "an item": 4, "an inner element": 6, "a fragment": 4}


@pytest.mark.parametrize(("what", "body", "path", "at"), WHOLE, ids=[what for what, *_ in WHOLE])
def test_a_length_beyond_its_container_ends_the_reading(what: str, body: bytes, path: str, at: int) -> None:
    """Elements, sequences, items, inner elements and fragments are held against what contains them (PS3.5 7)."""
    assert instance_of(file(body)).findings == ()
    size = 2 if "element" in what else 4
    where = at + LENGTH_AT[what]
    length = int.from_bytes(body[where : where + size], "little")
    for more in (16 if what == "a fragment" else 2, 0x1000):
        lying = body[:where] + (length + more).to_bytes(size, "little") + body[where + size :]
        assert error_of(lying) == (EncodingReason.LENGTH_EXCEEDS_CONTAINER, path, at)


def test_a_length_beyond_an_undefined_container_ends_the_reading() -> None:
    """An element that swallows its own delimiters is caught at the end of the data (PS3.5 7.5)."""
    body = CLASS + sequence(item(text(INNER) + ITEM_END, UNDEFINED) + SEQUENCE_END, UNDEFINED)
    assert instance_of(file(body)).findings == ()
    at = body.index(text(INNER)) + 6
    assert error_of(body[:at] + b"\x0c\0" + body[at + 2 :])[0] is EncodingReason.DELIMITER_UNEXPECTED
    assert error_of(body[:at] + b"\x14\0" + body[at + 2 :])[0] is EncodingReason.DELIMITER_MISSING
    assert error_of(body[:at] + b"\x16\0" + body[at + 2 :])[0] is EncodingReason.LENGTH_EXCEEDS_CONTAINER


@pytest.mark.parametrize("left", range(1, 8))
def test_an_item_header_stays_inside_its_sequence(left: int) -> None:
    """Fewer bytes than an item header has are no item, whatever follows the sequence (PS3.5 7.5)."""
    content = item(text(INNER))
    lying = CLASS + sequence(content + item(b"")[:left]) + text(COMMENT)
    assert error_of(lying) == (EncodingReason.TRUNCATED, "/", len(CLASS) + 12 + len(content))


@pytest.mark.parametrize("short_by", [2, 4, 6, 8])
def test_an_item_delimiter_stays_inside_its_sequence(short_by: int) -> None:
    """A sequence whose length ends within its last delimiter does not match its content (PS3.5 7.5.1)."""
    content = item(text(INNER) + ITEM_END, UNDEFINED)
    good = CLASS + sequence(content) + text(COMMENT)
    assert instance_of(file(good)).findings == ()
    lying = CLASS + sequence(content, len(content) - short_by) + text(COMMENT)
    reason, path, _ = error_of(lying)
    expected = EncodingReason.DELIMITER_MISSING if short_by == 8 else EncodingReason.TRUNCATED
    assert (reason, path) == (expected, "/00081140[0]/")


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=str)
def test_a_length_lies_in_every_syntax(syntax: TransferSyntax) -> None:
    """Implicit VR and Big Endian are held to the same rule."""
    good = write.encode_element(0x00080016, "UI", b"1.2.3", syntax) + text(COMMENT, b"text", syntax)
    assert instance_of(file(good, syntax)).findings == ()
    at = len(good) - len(text(COMMENT, b"text", syntax))
    for cut in range(1, 5):
        assert error_of(good[:-cut], syntax) == (EncodingReason.LENGTH_EXCEEDS_CONTAINER, "/(0020,4000)", at)
    for cut in range(5, 11):
        assert error_of(good[:-cut], syntax)[::2] == (EncodingReason.TRUNCATED, at)


def test_a_missing_delimiter_ends_the_reading() -> None:
    """Sequences, items and fragments of undefined length end with a delimiter (PS3.5 7.5, A.4)."""
    assert error_of(sequence(item(b""), UNDEFINED))[0] is EncodingReason.DELIMITER_MISSING
    assert error_of(sequence(item(text(INNER), UNDEFINED)))[0] is EncodingReason.DELIMITER_MISSING
    fragments = write.encode_fragments(PIXELS, b"", [b"ab"])
    missing = (EncodingReason.DELIMITER_MISSING, "/(7FE0,0010)", len(fragments) - 8)
    assert error_of(fragments[:-8], RLE) == missing
    assert error_of(sequence(item(text(INNER), UNDEFINED) + SEQUENCE_END, UNDEFINED))[0] is (
        EncodingReason.DELIMITER_UNEXPECTED
    )


def test_delimiters_and_items_out_of_place_end_the_reading() -> None:
    """Among elements there are none of them; in a sequence there is nothing else (PS3.5 7.5)."""
    for stray in (ITEM_END, SEQUENCE_END, item(b"")):
        assert error_of(CLASS + stray + bytes(4))[0] is EncodingReason.DELIMITER_UNEXPECTED
    assert error_of(sequence(item(ITEM_END)))[0] is EncodingReason.DELIMITER_UNEXPECTED
    assert error_of(sequence(text(INNER))) == (EncodingReason.ITEM_EXPECTED, "/(0008,1140)", 12)
    assert error_of(sequence(SEQUENCE_END))[0] is EncodingReason.ITEM_EXPECTED
    body = write.encode_header(PIXELS, "OB", UNDEFINED) + item(b"", UNDEFINED) + SEQUENCE_END
    assert error_of(body, RLE)[0] is EncodingReason.ITEM_EXPECTED
    body = write.encode_header(PIXELS, "OB", UNDEFINED) + text(COMMENT) + SEQUENCE_END
    assert error_of(body, RLE)[0] is EncodingReason.ITEM_EXPECTED


@pytest.mark.parametrize("vr", ["UT", "ZZ", "UC"])
def test_only_sequences_unknown_values_and_fragments_have_undefined_length(vr: str) -> None:
    """Other VRs have a length (PS3.5 7.1.2)."""
    body = CLASS + sequence(SEQUENCE_END, UNDEFINED, tag=COMMENT, vr=vr)
    assert error_of(body) == (EncodingReason.LENGTH_UNDEFINED, "/(0020,4000)", len(CLASS))


def test_implicit_vr_has_no_fragments() -> None:
    """Encapsulated pixel data are explicit VR (PS3.5 A.4)."""
    body = write.encode_element(0x00080016, "UI", b"1.2.3", IMPLICIT_LITTLE_ENDIAN)
    body += write.encode_header(PIXELS, "OB", UNDEFINED, IMPLICIT_LITTLE_ENDIAN) + item(b"") + SEQUENCE_END
    assert error_of(body, IMPLICIT_LITTLE_ENDIAN)[0] is EncodingReason.LENGTH_UNDEFINED


def nested(levels: int, *, undefined: bool, vr: str = "SQ") -> bytes:
    body = b""
    for _ in range(levels):
        if undefined:
            body = sequence(item(body + ITEM_END, UNDEFINED) + SEQUENCE_END, UNDEFINED, vr=vr)
        else:
            body = sequence(item(body), vr=vr)
    return body


@pytest.mark.parametrize("undefined", [True, False])
def test_items_nest_64_levels_and_no_further(undefined: bool) -> None:
    """The 65th level is refused; a thousand are refused as quietly."""
    assert instance_of(file(nested(64, undefined=undefined))).findings == ()
    for levels in (65, 1000):
        reason, path, _ = error_of(nested(levels, undefined=undefined))
        assert reason is EncodingReason.NESTING
        assert path == "/" + "00081140[0]/" * 64 + "(0008,1140)"


def test_unknown_values_nest_no_further_either() -> None:
    """UN of undefined length holds items in Implicit VR Little Endian, which count as levels (PS3.5 6.2.2)."""
    body = b""
    for _ in range(1000):
        content = item(body + ITEM_END, UNDEFINED) + SEQUENCE_END
        body = write.encode_header(SEQUENCE, "SQ", UNDEFINED, IMPLICIT_LITTLE_ENDIAN) + content
    assert error_of(sequence(item(body) + SEQUENCE_END, UNDEFINED, vr="UN"))[0] is EncodingReason.NESTING


def test_repeated_and_unordered_tags_are_passed_over() -> None:
    """Elements ascend, each tag once (PS3.5 7.1); at each level."""
    one, other = text(COMMENT), text(LATER)
    assert findings_of(CLASS + one + other) == []
    assert findings_of(CLASS + one + one) == [(EncodingReason.TAG_REPEATED, "/(0020,4000)", len(CLASS + one))]
    assert findings_of(CLASS + other + one) == [(EncodingReason.TAG_UNORDERED, "/(0020,4000)", len(CLASS + other))]
    inside = [(EncodingReason.TAG_REPEATED, "/00081140[0]/(0020,4000)", 20 + len(one))]
    assert findings_of(sequence(item(one + one))) == inside


@pytest.mark.parametrize("vr", ["LT", "UT", "OB"])
@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN], ids=str)
def test_odd_lengths_are_passed_over(vr: str, syntax: TransferSyntax) -> None:
    """Values have even lengths (PS3.5 7.1.1)."""
    head = write.encode_element(0x00080016, "UI", b"1.2.3", syntax)
    odd = write.encode_header(COMMENT, vr, 3, syntax) + b"odd" + text(LATER, b"text", syntax)
    assert findings_of(head + odd, syntax) == [(EncodingReason.LENGTH_ODD, "/(0020,4000)", len(head))]


def test_odd_fragments_are_passed_over() -> None:
    """So have fragments (PS3.5 A.4)."""
    body = write.encode_header(PIXELS, "OB", UNDEFINED) + item(b"") + item(b"odd") + SEQUENCE_END
    assert findings_of(body, RLE) == [(EncodingReason.LENGTH_ODD, "/(7FE0,0010)", 20)]


def test_reserved_bytes_are_passed_over() -> None:
    """The two bytes after a long VR are zero and not read (PS3.5 7.1.2)."""
    body = bytearray(CLASS + write.encode_element(COMMENT, "UT", b"text"))
    body[len(CLASS) + 6] = 1
    assert findings_of(bytes(body)) == [(EncodingReason.RESERVED_BYTES, "/(0020,4000)", len(CLASS) + 6)]


def test_the_length_of_a_delimiter_is_passed_over() -> None:
    """It is zero (PS3.5 7.5)."""
    end = write.encode_tag(tags.SEQUENCE_DELIMITER) + write.encode_length(4)
    found = [(EncodingReason.DELIMITER_LENGTH, "/(FFFE,E0DD)", 12)]
    assert findings_of(sequence(end, UNDEFINED) + text(COMMENT)) == found
    end = write.encode_tag(tags.ITEM_DELIMITER) + write.encode_length(4)
    found = [(EncodingReason.DELIMITER_LENGTH, "/00081140[0]/(FFFE,E00D)", 20)]
    assert findings_of(sequence(item(end, UNDEFINED))) == found


def test_unknown_letters_are_read_like_a_new_vr() -> None:
    """Every VR to come has the long header (PS3.5 7.1.2); what are no letters ends the reading."""
    body = CLASS + write.encode_header(COMMENT, "ZZ", 4) + b"text" + text(LATER)
    assert findings_of(body) == [(EncodingReason.VR_UNKNOWN, "/(0020,4000)", len(CLASS))]
    for letters in (b"zz", b"\0\1", b"Z ", b"\xc3\x96"):
        lying = body.replace(b"ZZ", letters)
        assert error_of(lying) == (EncodingReason.VR_UNKNOWN, "/(0020,4000)", len(CLASS))


@pytest.mark.parametrize("vr", ["OW", "OD", "OF", "OL", "OV"])
def test_fragments_of_another_vr_are_passed_over(vr: str) -> None:
    """Encapsulated pixel data are OB (PS3.5 A.4)."""
    body = CLASS + write.encode_fragments(PIXELS, b"", [b"ab"], vr)
    assert findings_of(body, RLE) == [(EncodingReason.ENCAPSULATED_VR, "/(7FE0,0010)", len(CLASS))]


@pytest.mark.parametrize("outer", [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=str)
def test_an_unknown_value_of_undefined_length_holds_implicit_items(outer: TransferSyntax) -> None:
    """Its items are Implicit VR Little Endian, whatever is around them (PS3.5 6.2.2)."""
    hidden = write.encode_element(0x00280103, "US", b"\1\0", IMPLICIT_LITTLE_ENDIAN)
    hidden += write.encode_element(0x00280106, "SS", b"\2\0", IMPLICIT_LITTLE_ENDIAN)
    body = write.encode_header(SEQUENCE, "UN", UNDEFINED, outer) + item(hidden) + SEQUENCE_END
    instance = instance_of(file(body + text(COMMENT, b"text", outer), outer))
    unknown, comment = instance.elements
    assert (unknown.vr, unknown.undefined, comment.vr) == ("UN", True, "LT")
    assert unknown.items is not None
    assert [(e.tag, e.vr) for e in unknown.items[0].elements] == [(0x00280103, "US"), (0x00280106, "SS")]
    assert instance.findings == ()


@pytest.mark.parametrize("count", [1, 2, 7, 8, 11, 12, 20, 512, 70_000])
@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=str)
def test_zeros_behind_the_last_element_are_passed_over(count: int, syntax: TransferSyntax) -> None:
    """They are no element and no Data Set Trailing Padding (PS3.10 7.2), yet hurt nobody."""
    body = write.encode_element(0x00080016, "UI", b"1.2.3", syntax) + text(COMMENT, b"text", syntax)
    assert findings_of(body + bytes(count), syntax) == [(EncodingReason.TRAILING_ZEROS, "/", len(body))]
    assert [e.tag for e in instance_of(file(body + bytes(count), syntax)).elements] == [0x00080016, COMMENT]


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=str)
def test_zeros_before_something_else_end_the_reading(syntax: TransferSyntax) -> None:
    """Only a tail of nothing but zeros is a tail."""
    body = write.encode_element(0x00080016, "UI", b"1.2.3", syntax)
    assert error_of(body + bytes(64) + b"\1", syntax) == (EncodingReason.VR_UNKNOWN, "/(0000,0000)", len(body))
    zeros = sequence(item(CLASS + bytes(12)))
    assert error_of(zeros)[:2] == (EncodingReason.VR_UNKNOWN, "/00081140[0]/(0000,0000)")


def test_many_zeros_in_implicit_vr_take_no_time() -> None:
    """(0000,0000) over and over is looked through once, not once each."""
    body = write.encode_element(0x00080016, "UI", b"1.2.3", IMPLICIT_LITTLE_ENDIAN)
    instance = instance_of(file(body + bytes(1 << 20) + b"\1" + bytes(7), IMPLICIT_LITTLE_ENDIAN))
    assert instance.findings[0].reason is EncodingReason.TAG_UNORDERED
    assert instance.findings_dropped > 100_000


def test_findings_are_kept_up_to_a_limit() -> None:
    """The rest is counted, once each, even where the data set is walked twice."""
    many = b"".join(write.encode_header(COMMENT, "LT", 1, IMPLICIT_LITTLE_ENDIAN) + b"x" for _ in range(100))
    class_ = write.encode_element(0x00080016, "UI", b"1.2.3", IMPLICIT_LITTLE_ENDIAN)
    before = write.encode_element(0x00189810, "US", b"\0\0", IMPLICIT_LITTLE_ENDIAN)
    after = write.encode_element(0x00280103, "US", b"\1\0", IMPLICIT_LITTLE_ENDIAN)
    instance = instance_of(file(class_ + before + many + after, IMPLICIT_LITTLE_ENDIAN))
    assert instance.elements[1].vr == "SS"
    assert len(instance.findings) == 100
    assert instance.findings_dropped == 100 + 99 - 100


def test_elements_items_and_fragments_are_counted_against_a_limit() -> None:
    """Beyond it the instance is unreadable, at the point where it is exceeded."""
    limits = Limits(elements=10)
    assert len(instance_of(file(text(COMMENT) * 10), limits).elements) == 10
    assert error_of(text(COMMENT) * 11, limits=limits)[0] is EncodingReason.ELEMENTS
    assert error_of(sequence(item(b"") * 11), limits=limits)[0] is EncodingReason.ELEMENTS
    assert error_of(sequence(item(text(INNER) * 10)), limits=limits)[0] is EncodingReason.ELEMENTS
    fragments = write.encode_fragments(PIXELS, b"", [b"ab"] * 11)
    assert error_of(fragments, RLE, limits)[0] is EncodingReason.ELEMENTS
    implicit = text(COMMENT, b"text", IMPLICIT_LITTLE_ENDIAN)
    class_ = write.encode_element(0x00080016, "UI", b"1.2.3", IMPLICIT_LITTLE_ENDIAN)
    assert error_of(class_ + implicit * 10, IMPLICIT_LITTLE_ENDIAN, limits)[0] is EncodingReason.ELEMENTS


def test_elements_count_before_what_nests_behind_them() -> None:
    """The limit holds for what is held at once: elements of open data sets count too."""
    limits = Limits(elements=20)
    level = text(0x00080081) * 6
    deep = level + sequence(item(level + sequence(item(level + sequence(item(level + b"\x08\0"))))))
    assert error_of(deep)[0] is EncodingReason.TRUNCATED
    assert error_of(deep, limits=limits)[0] is EncodingReason.ELEMENTS


def test_truncation_is_told_from_a_lying_length() -> None:
    """A header that is cut off has no length to lie."""
    body = CLASS + write.encode_element(COMMENT, "UT", b"text")
    for left in range(1, 12):
        assert error_of(body[: len(CLASS) + left])[::2] == (EncodingReason.TRUNCATED, len(CLASS))
    for left in range(12, 16):
        assert error_of(body[: len(CLASS) + left])[0] is EncodingReason.LENGTH_EXCEEDS_CONTAINER


def test_big_endian_lengths_are_read_as_such() -> None:
    """Item lengths, tags and lengths are turned, values are not touched (PS3.5 7.3)."""
    syntax = EXPLICIT_BIG_ENDIAN
    inner = write.encode_element(0x00280010, "US", b"\1\2", syntax)
    body = write.encode_sequence(SEQUENCE, [inner], syntax, undefined_length=True, undefined_items=True)
    instance = instance_of(file(body, syntax))
    assert instance.elements[0].items is not None
    (element,) = instance.elements[0].items[0].elements
    assert (element.tag, instance.value(element)) == (0x00280010, struct.pack(">H", 0x0201))
