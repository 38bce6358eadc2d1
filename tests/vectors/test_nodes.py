"""One data set is encoded in every form that PS3.5 allows."""

import io
import zlib

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.pixels.decoders.rle import _rle_decode_segment

from dicomsig.encoding.syntaxes import EXPLICIT_BIG_ENDIAN
from dicomsig.vectors import forms, pixels
from dicomsig.vectors.nodes import (
    Form,
    Fragments,
    Leaf,
    Sequence,
    data_set,
    encode,
    encode_instance,
    merged,
    stored_deflate,
    text_value,
    without,
)
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element, fixed_uid, leaf, sequence, tag_of

PATIENT_ID = element("PatientID", "A1")
ROWS = element("Rows", 0x0102)


def test_nodes_are_sorted_by_tag() -> None:
    """The order in which nodes are given does not matter (PS3.5 7.1)."""
    assert data_set(ROWS, [PATIENT_ID]) == data_set(PATIENT_ID, ROWS) == (PATIENT_ID, ROWS)


def test_a_tag_occurs_once() -> None:
    """A second element of the same tag is an error that names the tag."""
    with pytest.raises(ValueError, match=r"\(0010,0020\) occurs twice"):
        data_set(PATIENT_ID, PATIENT_ID)


def test_merged_replaces_and_adds() -> None:
    """The base is left alone, nodes of the same tag are replaced."""
    base = data_set(PATIENT_ID)
    changed = element("PatientID", "B2")
    assert merged(base, changed, ROWS) == (changed, ROWS)
    assert base == (PATIENT_ID,)
    assert without(base, PATIENT_ID.tag, ROWS.tag) == ()


def test_text_values_lose_their_padding() -> None:
    """An absent element has an empty text."""
    base = data_set(Leaf(0x00080018, "UI", b"1.2.3\0"))
    assert (text_value(base, 0x00080018), text_value(base, 0x00080016)) == ("1.2.3", "")


def test_byte_order_turns_numbers_and_not_text() -> None:
    """Explicit VR Big Endian turns header and US value, not LO (PS3.5 7.3)."""
    body = encode(data_set(PATIENT_ID, ROWS), Form(EXPLICIT_BIG_ENDIAN))
    assert body == b"\0\x10\0\x20LO\0\2A1" + b"\0\x28\0\x10US\0\2\1\2"


def test_sequences_and_items_have_lengths_or_delimiters() -> None:
    """The four combinations of defined and undefined lengths differ and pydicom reads the same (PS3.5 7.5)."""
    base = data_set(sequence("ReferencedImageSequence", [PATIENT_ID], []))
    bodies = {
        encode(base, Form(undefined_sequences=outer, undefined_items=inner))
        for outer in (False, True)
        for inner in (False, True)
    }
    assert len(bodies) == 4
    for body in bodies:
        read = pydicom.dcmread(io.BytesIO(encode_head() + body), force=True)
        assert [len(item) for item in read.ReferencedImageSequence] == [1, 0]


def encode_head() -> bytes:
    return encode_instance((), Form())


def test_group_lengths_count_what_follows_in_the_group() -> None:
    """Every group begins with the number of bytes in it, inside items too (PS3.5 7.2)."""
    base = data_set(sequence("ReferencedImageSequence", [PATIENT_ID]), ROWS)
    read = pydicom.dcmread(io.BytesIO(encode_head() + encode(base, forms.GROUP_LENGTHS)), force=True)
    item = b"\x10\0\0\0UL\4\0\x0a\0\0\0" + b"\x10\0\x20\0LO\2\0A1"
    assert read[0x00080000].value == 12 + 8 + len(item)
    assert read[0x00280000].value == 10
    assert read.ReferencedImageSequence[0][0x00100000].value == 10


def test_trailing_padding_comes_last() -> None:
    """Data Set Trailing Padding is the last element (PS3.10 7.2)."""
    assert encode(data_set(ROWS), Form(trailing_padding=4)).endswith(b"\xfc\xff\xfc\xffOB\0\0\4\0\0\0\0\0\0\0")


def test_native_syntaxes_refuse_fragments() -> None:
    """Fragments need an encapsulated transfer syntax (PS3.5 A.4)."""
    base = data_set(Fragments(0x7FE00010, b"", (b"\1\2",)))
    with pytest.raises(ValueError, match="has no fragments"):
        encode(base, forms.IMPLICIT)


@given(st.binary(max_size=100) | st.sampled_from([bytes(0xFFFF), bytes(0x10000), b"x" * 0x20001]))
def test_stored_blocks_inflate_to_what_was_stored(body: bytes) -> None:
    """The stream is valid raw deflate of even length with at most one byte behind its end (PS3.5 A.5)."""
    stream = stored_deflate(body)
    inflater = zlib.decompressobj(-15)
    assert inflater.decompress(stream) == body
    assert inflater.eof
    assert inflater.unused_data in (b"", b"\0")
    assert len(stream) % 2 == 0


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 300)), min_size=1, max_size=8))
def test_run_lengths_decode_to_their_samples(runs: list[tuple[int, int]]) -> None:
    """Runs of any length survive, 1 to 300 bytes long (PS3.5 G.3)."""
    row = b"".join(bytes([value]) * count for value, count in runs)
    frame = pixels.run_lengths([row], len(row))
    assert int.from_bytes(frame[:4], "little") == 1
    assert bytes(_rle_decode_segment(frame[64:])[: len(row)]) == row


def test_offset_tables_point_at_the_first_fragment_of_each_frame() -> None:
    """Offsets count item headers and pad bytes (PS3.5 A.4)."""
    node = pixels.encapsulated([[b"123", b"45"], [b"6"]], offset_table=True)
    assert node == Fragments(0x7FE00010, b"\0\0\0\0" + (12 + 10).to_bytes(4, "little"), (b"123", b"45", b"6"))
    assert pixels.encapsulated([[b"1"]], offset_table=False).offset_table == b""


def test_keywords_give_tag_and_vr() -> None:
    """Values become the bytes of their VR in Little Endian."""
    assert element("Rows", 1, 2) == Leaf(0x00280010, "US", b"\1\0\2\0")
    assert element("FrameIncrementPointer", 0x00182001) == Leaf(0x00280009, "AT", b"\x18\0\1\x20")
    assert element("ImageType", "A", "B") == Leaf(0x00080008, "CS", b"A\\B")
    assert element("PatientName") == Leaf(0x00100010, "PN", b"")
    assert sequence("ReferencedImageSequence", []) == Sequence(0x00081140, ((),))
    assert tag_of("PixelData") == 0x7FE00010


@pytest.mark.parametrize(
    ("keyword", "value", "message"),
    [
        ("NoSuchKeyword", 1, "not a keyword"),
        ("PixelData", b"", "say which"),
        ("Rows", 0x10000, "cannot hold"),
        ("Rows", "text", "cannot hold"),
        ("PatientID", "ä", "cannot hold"),
        ("SliceThickness", "1.234567890123456", "too long"),
    ],
)
def test_wrong_values_are_refused(keyword: str, value: str | int | bytes, message: str) -> None:
    """Unknown keywords, open VRs and values that the VR cannot hold are errors that say so."""
    with pytest.raises(ValueError, match=message):
        element(keyword, value)


def test_private_elements_take_any_vr() -> None:
    """A private element is given by its tag."""
    assert leaf(0x00991001, "FD", 0.5) == Leaf(0x00991001, "FD", b"\0\0\0\0\0\0\xe0\x3f")


def test_fixed_uids_depend_on_the_name_alone() -> None:
    """UIDs begin with 2.25.7357, differ by name and never change."""
    assert fixed_uid("study") == "2.25.735703527153871206671"
    assert fixed_uid("study") != fixed_uid("series")


def test_instance_names_are_unique() -> None:
    """A second recipe of the same name is an error."""
    import dicomsig.vectors.instances  # noqa: F401  fills the registry

    with pytest.raises(ValueError, match="two instances are named 'ct'"):
        instance("ct")(tuple)
