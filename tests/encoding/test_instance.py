"""An instance is found behind preamble, prefix and File Meta Information, or without them (PS3.10 7.1)."""

import os
import struct
import tempfile
import zlib
from pathlib import Path

import pytest

from dicomsig.encoding import write
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.inflate import SpooledSource
from dicomsig.encoding.instance import Instance, instance_of, looks_like_dicom, open_instance
from dicomsig.encoding.limits import Limits
from dicomsig.encoding.source import BLOCK, WINDOW, FileSource
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    TransferSyntax,
    transfer_syntax,
)
from dicomsig.signatures.verify import verify
from dicomsig.vectors.forms import IMPLICIT
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import encode_instance, stored_deflate
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.samples import samples

PREFIX = bytes(128) + b"DICM"
SYNTAXES = pytest.mark.parametrize(
    "syntax", [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=lambda s: s.uid
)
SIGNED = samples()[0].path.read_bytes()


def body(syntax: TransferSyntax) -> bytes:
    return write.encode_element(0x00080016, "UI", b"1.2.3", syntax) + write.encode_element(
        0x00080060, "CS", b"OT", syntax
    )


def meta(syntax: TransferSyntax | None) -> bytes:
    if syntax is None:
        return write.encode_element(0x00020002, "UI", b"1.2.3")
    return write.encode_element(0x00020010, "UI", syntax.uid.encode())


def reasons(instance: Instance) -> list[EncodingReason]:
    return [finding.reason for finding in instance.findings]


def refused(data: bytes, limits: Limits | None = None) -> tuple[EncodingReason, int]:
    with pytest.raises(MalformedError) as caught:
        instance_of(data, limits or Limits())
    return caught.value.finding.reason, caught.value.finding.offset


def deflated(content: bytes) -> bytes:
    engine = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return engine.compress(content) + engine.flush()


@SYNTAXES
def test_preamble_prefix_and_meta_may_be_there_or_not(syntax: TransferSyntax) -> None:
    """The same elements are found; what is missing is said (PS3.10 7.1)."""
    whole = instance_of(PREFIX + meta(syntax) + body(syntax))
    assert (reasons(whole), whole.syntax, whole.syntax_declared) == ([], syntax, True)
    assert (whole.start, whole.file_start) == (132 + len(meta(syntax)),) * 2
    without_preamble = instance_of(b"DICM" + meta(syntax) + body(syntax))
    without_prefix = instance_of(meta(syntax) + body(syntax))
    without_meta = instance_of(PREFIX + body(syntax))
    bare = instance_of(body(syntax))
    for instance in (without_preamble, without_prefix, without_meta, bare):
        assert instance.syntax == syntax
        assert nodes_of(instance) == nodes_of(whole)
    assert reasons(without_meta) == [EncodingReason.META_MISSING]
    assert not bare.syntax_declared
    assert not without_meta.syntax_declared


@SYNTAXES
@pytest.mark.parametrize("value", [None, b""], ids=["absent", "empty"])
def test_meta_without_transfer_syntax_is_told(syntax: TransferSyntax, value: bytes | None) -> None:
    """The first element says what it does not (PS3.10 7.1)."""
    named = meta(None) if value is None else write.encode_element(0x00020010, "UI", value)
    instance = instance_of(PREFIX + named + body(syntax))
    assert (instance.syntax, reasons(instance)) == (syntax, [EncodingReason.META_MALFORMED])


def test_an_unknown_transfer_syntax_is_read_as_explicit_little_endian() -> None:
    """Every syntax since the first three is (PS3.5 A.4); that it is not known is said."""
    instance = instance_of(PREFIX + write.encode_element(0x00020010, "UI", b"1.2.3.4") + body(EXPLICIT_LITTLE_ENDIAN))
    assert reasons(instance) == [EncodingReason.SYNTAX_UNKNOWN]
    assert len(instance.elements) == 2


def test_the_group_length_of_meta_may_lie() -> None:
    """Meta ends where group 0002 ends."""
    for length in (0, 1, 0xFFFFFFFF):
        lying = write.encode_element(0x00020000, "UL", struct.pack("<L", length)) + meta(EXPLICIT_LITTLE_ENDIAN)
        assert len(instance_of(PREFIX + lying + body(EXPLICIT_LITTLE_ENDIAN)).elements) == 2


@pytest.mark.parametrize("left", range(8))
def test_an_instance_may_end_with_its_meta(left: int) -> None:
    """An empty data set is one; fewer bytes than a header has are not."""
    data = PREFIX + meta(EXPLICIT_LITTLE_ENDIAN)
    assert instance_of(data).elements == ()
    if left:
        assert refused(data + b"\x08\0\x16\0UI\1"[:left]) == (EncodingReason.TRUNCATED, len(data))


def test_an_empty_deflated_data_set_is_shorter_than_a_header() -> None:
    """Its stream has two bytes when compressed, six when stored (RFC 1951)."""
    for stream in (deflated(b""), stored_deflate(b"")):
        assert instance_of(PREFIX + meta(DEFLATED) + stream).elements == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", EncodingReason.EMPTY),
        (b"hello", EncodingReason.NOT_DICOM),
        (bytes(200), EncodingReason.NOT_DICOM),
        (b"%PDF-1.7" + bytes(200), EncodingReason.NOT_DICOM),
        (PREFIX + b"hello, world", EncodingReason.META_MISSING),
        (PREFIX + b"\2\0\x10\0\x12\0\0\0", EncodingReason.META_MISSING),
        (PREFIX + meta(None) + b"hello, world", EncodingReason.META_MALFORMED),
        (PREFIX + meta(EXPLICIT_LITTLE_ENDIAN)[:-4], EncodingReason.LENGTH_EXCEEDS_CONTAINER),
        (PREFIX + b"\2\0\x10\0UI", EncodingReason.TRUNCATED),
    ],
    ids=["empty", "text", "zeros", "pdf", "dicm-only", "implicit-meta", "meta-only", "cut-meta", "cut-header"],
)
def test_what_is_no_instance_is_refused(data: bytes, reason: EncodingReason) -> None:
    """Only what has neither prefix nor the start of a data set is not DICOM."""
    found, offset = refused(data)
    assert found is reason
    assert 0 <= offset <= len(data)
    assert looks_like_dicom(data[:132]) == (reason not in (EncodingReason.EMPTY, EncodingReason.NOT_DICOM))


def test_every_transfer_syntax_of_the_dictionary_is_read_in_its_way() -> None:
    """VR, byte order, deflation and fragments are as PS3.5 Annex A says, with pydicom's list as witness."""
    from pydicom.uid import UID, UID_dictionary

    no_files = {"1.2.840.10008.1.2.6.1", "1.2.840.10008.1.2.6.2", "1.2.840.10008.1.20"}
    no_files |= {f"1.2.840.10008.1.2.7.{n}" for n in (1, 2, 3)}
    deflated_references = {"1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"}
    uids = {uid for uid, (_, kind, *_) in UID_dictionary.items() if kind == "Transfer Syntax"} - no_files
    assert len(uids) > 40
    for uid in uids:
        ours, theirs = transfer_syntax(uid), UID(uid)
        assert ours.known
        assert (ours.explicit, ours.little_endian) == (not theirs.is_implicit_VR, theirs.is_little_endian)
        if uid in deflated_references:  # pydicom does not inflate them (PS3.5 A.7)
            assert (ours.deflated, ours.encapsulated) == (True, False)
        else:
            assert (ours.deflated, ours.encapsulated) == (theirs.is_deflated, theirs.is_encapsulated)


# Deflated data sets (PS3.5 A.5)


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test alone, in which temporary files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


CONTENT = body(EXPLICIT_LITTLE_ENDIAN) + write.encode_element(0x00204000, "LT", bytes(range(48, 58)) * 100)
HEAD = PREFIX + meta(DEFLATED)


def test_a_deflated_data_set_is_inflated() -> None:
    """Offsets count in the inflated bytes; one pad byte may follow the stream."""
    for pad in (b"", b"\0"):
        instance = instance_of(HEAD + deflated(CONTENT) + pad)
        assert instance.source.read(0, instance.source.size) == CONTENT
        assert (instance.start, instance.file_start, instance.findings) == (0, len(HEAD), ())


def test_bytes_behind_a_deflated_data_set_are_told() -> None:
    """More than one pad byte is more than PS3.5 A.5 allows."""
    instance = instance_of(HEAD + deflated(CONTENT) + b"more")
    (finding,) = instance.findings
    assert (finding.reason, finding.offset) == (EncodingReason.DEFLATE_TRAILING, len(HEAD + deflated(CONTENT)))


def test_a_damaged_stream_is_refused() -> None:
    """Cut anywhere it ends early; a reserved block type and a stored length that lies are damage (RFC 1951 3.2)."""
    stream = deflated(CONTENT)
    for cut in range(len(stream)):
        assert refused(HEAD + stream[:cut])[0] is EncodingReason.DEFLATE_DAMAGED
    for damaged in (b"\7" + stream[1:], b"\1\4\0\0\0abcd", zlib.compress(CONTENT)):
        assert refused(HEAD + damaged)[0] is EncodingReason.DEFLATE_DAMAGED


@pytest.mark.parametrize("size", [1 << 16, (1 << 23) - 1, 1 << 23, (1 << 23) + 1, 20_000_000])
def test_a_bomb_is_stopped_at_the_limit(size: int, temporary_folder: Path) -> None:
    """Growth is bounded; up to the limit it is read, from memory or from a temporary file that goes."""
    content = body(EXPLICIT_LITTLE_ENDIAN) + write.encode_element(0x7FE00010, "OW", bytes(size // 2 * 2))
    bomb = HEAD + deflated(content)
    assert len(bomb) < len(content) / 50
    found = refused(bomb, Limits(inflated=len(content) - 1))
    assert found == (EncodingReason.INFLATION_LIMIT, len(HEAD))
    with instance_of(bomb, Limits(inflated=len(content))) as instance:
        assert instance.source.size == len(content)
        assert isinstance(instance.source, SpooledSource) == (len(content) > 1 << 23)
        assert instance.elements[-1].length == size // 2 * 2
        assert b"".join(map(bytes, instance.source.blocks(0, len(content)))) == content
        assert len(list(temporary_folder.iterdir())) == (len(content) > 1 << 23)
    assert not list(temporary_folder.iterdir())


def test_a_temporary_file_goes_when_the_data_set_is_malformed(temporary_folder: Path) -> None:
    """Nothing is left behind by what cannot be read."""
    broken = HEAD + deflated(CONTENT + bytes(1 << 16) + b"\1")
    assert refused(broken, Limits(inflated_in_memory=1 << 10))[0] is EncodingReason.VR_UNKNOWN
    assert not list(temporary_folder.iterdir())


# Files


@pytest.mark.parametrize("name", ["ct", "nested-deflated", "enhanced-ct", "multi-frame-jpeg-2000", "ct-big-endian"])
def test_a_file_reads_like_its_bytes(name: str, tmp_path: Path) -> None:
    """The window of a file makes no difference."""
    data = instances()[name].build()
    path = tmp_path / "object.dcm"
    path.write_bytes(data)
    with open_instance(path) as instance:
        assert nodes_of(instance) == nodes_of(instance_of(data))


def test_headers_across_the_edge_of_the_window_are_read(tmp_path: Path) -> None:
    """An element that begins in the last bytes of a window is read from the next, at every offset."""
    path = tmp_path / "object.dcm"
    for gap in range(0, 40, 2):
        filler = write.encode_element(0x00204000, "UT", bytes(WINDOW - 200 - gap))
        items = write.encode_sequence(0x00209111, [body(EXPLICIT_LITTLE_ENDIAN)] * 9, undefined_length=True)
        data = PREFIX + meta(EXPLICIT_LITTLE_ENDIAN) + body(EXPLICIT_LITTLE_ENDIAN) + filler + items
        path.write_bytes(data)
        with open_instance(path) as instance:
            assert instance.elements == instance_of(data).elements


def test_blocks_are_bounded_and_whole(tmp_path: Path) -> None:
    """A value beyond the window comes in buffers of at most BLOCK bytes that make up all of it."""
    path = tmp_path / "large"
    data = bytes(range(256)) * (3 * WINDOW // 256 + 1)
    path.write_bytes(data)
    with FileSource(path) as source:
        parts = [bytes(part) for part in source.blocks(5, len(data) - 3)]
        assert max(map(len, parts)) <= BLOCK
        assert b"".join(parts) == data[5:-3]
        assert source.read(WINDOW - 5, 10) == data[WINDOW - 5 : WINDOW + 5]
        assert source.read(3, 2 * WINDOW) == data[3 : 3 + 2 * WINDOW]


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    """Bytes that were there and are gone are a finding, not a crash and not another verdict."""
    path = tmp_path / "object.dcm"
    large = write.encode_element(0x00204000, "UT", bytes(3 * WINDOW))
    path.write_bytes(PREFIX + meta(EXPLICIT_LITTLE_ENDIAN) + body(EXPLICIT_LITTLE_ENDIAN) + large)
    with open_instance(path) as instance:
        instance.check_unchanged()
        os.truncate(path, WINDOW)
        for read in (instance.source.read, lambda start, length: list(instance.source.blocks(start, start + length))):
            with pytest.raises(MalformedError) as caught:
                read(WINDOW - 10, WINDOW)
            assert caught.value.finding.reason is EncodingReason.FILE_CHANGED
        with pytest.raises(MalformedError) as caught:
            instance.check_unchanged()
        assert caught.value.finding.reason is EncodingReason.FILE_CHANGED


def test_a_file_that_is_written_to_is_told(tmp_path: Path) -> None:
    """Same size and another time of change are enough."""
    path = tmp_path / "object.dcm"
    path.write_bytes(SIGNED)
    with open_instance(path) as instance:
        os.utime(path, ns=(0, 0))
        with pytest.raises(MalformedError):
            instance.check_unchanged()


def test_special_files_are_empty_or_unreadable(tmp_path: Path) -> None:
    """A named pipe does not block, a folder is an error of the system, a device has no bytes."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(MalformedError) as caught:
            open_instance(path)
        assert caught.value.finding.reason is EncodingReason.EMPTY
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(OSError):
            open_instance(path)


def test_a_closed_instance_lets_its_file_go(tmp_path: Path) -> None:
    """No descriptor is left, neither after use nor after an error."""
    good, bad = tmp_path / "good.dcm", tmp_path / "bad.dcm"
    good.write_bytes(SIGNED)
    bad.write_bytes(SIGNED[:-1])
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - an iterator would hold a descriptor itself
    with open_instance(good):
        pass
    with pytest.raises(MalformedError):
        open_instance(bad)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above


# Truncation (the bar: never wrongly valid)


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["nested-none-sha256", "secondary-capture-creator-md5", "sr-item-and-main-sha256"])
def test_no_truncated_file_is_wrongly_valid(sample: str) -> None:
    """Cut after any byte, a signed file cannot be read, or what was signed is all there, or it is unsigned."""
    (path,) = (s.path for s in samples() if s.path.stem == sample)
    data = path.read_bytes()
    whole = list(verify(instance_of(data)))
    readable = 0
    for cut in range(len(data)):
        try:
            instance = instance_of(data[:cut])
        except MalformedError:
            continue
        readable += 1
        assert len(list(verify(instance))) < len(whole)
    assert 0 < readable < 200


# Implicit VR (PS3.5 A.1)


def implicit(*elements: tuple[int, bytes]) -> bytes:
    return b"".join(write.encode_element(tag, "UN", value, IMPLICIT_LITTLE_ENDIAN) for tag, value in elements)


CLASS = (0x00080016, b"1.2.3\0")


def vrs(data: bytes) -> dict[int, str]:
    instance = instance_of(PREFIX + meta(IMPLICIT_LITTLE_ENDIAN) + data)
    return {element.tag: element.vr for element in instance.elements}


@pytest.mark.parametrize(("representation", "vr"), [(b"\0\0", "US"), (b"\1\0", "SS"), (None, "US")])
def test_us_or_ss_follows_pixel_representation(representation: bytes | None, vr: str) -> None:
    """Wherever Pixel Representation stands in the data set; without it the value is unsigned (PS3.3 C.7.6.3)."""
    pixel = [] if representation is None else [(0x00280103, representation)]
    found = vrs(implicit(CLASS, (0x00189810, b"\0\0"), *pixel, (0x00280106, b"\0\0"), (0x00283002, bytes(6))))
    assert {found[tag] for tag in (0x00189810, 0x00280106, 0x00283002)} == {vr}


def test_us_or_ss_in_items_follows_the_nearest_pixel_representation() -> None:
    """That of the item, else that of the data set around it."""
    inner = [implicit((0x00280106, b"\0\0")), implicit((0x00280103, b"\0\0"), (0x00280106, b"\0\0"))]
    sequence = write.encode_sequence(0x00081140, inner, IMPLICIT_LITTLE_ENDIAN)
    data = PREFIX + meta(IMPLICIT_LITTLE_ENDIAN) + implicit(CLASS) + sequence + implicit((0x00280103, b"\1\0"))
    items = instance_of(data).elements[1].items
    assert items is not None
    assert [item.elements[-1].vr for item in items] == ["SS", "US"]


def test_pixel_overlay_table_and_waveform_data_are_ow() -> None:
    """In Implicit VR there is no choice (PS3.5 A.1)."""
    found = vrs(
        implicit(CLASS, (0x00283006, b"\0\0"), (0x54001010, b"\0\0"), (0x60023000, b"\0\0"), (0x7FE00010, b"\0\0"))
    )
    assert {vr for tag, vr in found.items() if tag != CLASS[0]} == {"OW"}


def test_private_elements_are_known_by_their_creator() -> None:
    """The library's private dictionary knows some, nobody knows the rest (PS3.5 7.8.1)."""
    creator = (0x00190010, b"GEMS_ACQU_01")
    known, unknown = (0x00191002, b"\0\0"), (0x001910F0, b"\0\0")
    found = vrs(implicit(CLASS, creator, known, unknown))
    assert found == {CLASS[0]: "UI", 0x00190010: "LO", 0x00191002: "SL", 0x001910F0: "UN"}
    assert vrs(implicit(CLASS, (0x00190011, b"GEMS_ACQU_01"), known))[0x00191002] == "UN"
    assert vrs(implicit(CLASS, (0x00190000, bytes(4)), (0x00080201, b"x ")))[0x00190000] == "UL"


AGFA = (0x00710010, b"AGFA-AG_HPState ")
"""Its dictionary has (0071,xx18) as SQ."""


def test_a_private_dictionary_that_the_value_belies_is_not_believed() -> None:
    """Bytes without items are no sequence, and an undefined length is no other VR: both are read as UN (PS3.5 7.5)."""
    number, after = 0x00711018, (0x00750010, b"X ")
    item = implicit((0x00080100, b"A "))
    for value, vr in ((b"", "SQ"), (b"AB", "UN"), (b"ABCDEFGHIJ", "UN"), (write.encode_item(item), "SQ")):
        found = vrs(implicit(CLASS, AGFA, (number, value), after))
        assert (found[number], found[after[0]]) == (vr, "LO")
    known = 0x00191002  # SL
    sequence = write.encode_sequence(known, [item], IMPLICIT_LITTLE_ENDIAN, undefined_length=True)
    found = vrs(implicit(CLASS, (0x00190010, b"GEMS_ACQU_01")) + sequence + implicit(after))
    assert (found[known], found[after[0]]) == ("UN", "LO")


def test_what_became_a_sequence_is_read_as_it_was() -> None:
    """PS3.6 made sequences of two elements after 2013; a standard sequence without items stays malformed."""
    found = vrs(implicit(CLASS, (0x006862F0, bytes(72)), (0x00760034, b"ABCD")))
    assert (found[0x006862F0], found[0x00760034]) == ("FD", "CS")
    with pytest.raises(MalformedError, match="where an item is due"):
        vrs(implicit(CLASS, (0x00081140, b"ABCDEFGH")))


# Back to nodes


@pytest.mark.parametrize("name", instances())
def test_a_fixture_is_built_again_from_what_was_read(name: str) -> None:
    """Reading into nodes and encoding in the same form gives the same bytes."""
    recipe = instances()[name]
    data = recipe.build()
    assert encode_instance(nodes_of(instance_of(data)), recipe.form) == data


def test_a_syntax_that_nobody_knows_is_no_fault_of_the_file() -> None:
    """What cannot be read as explicit under an unknown syntax is laid to the syntax, with the byte offset."""
    data = instances()["ct"].build(IMPLICIT)
    uid = b"1.2.840.10008.1.2\0"
    with pytest.raises(MalformedError) as caught:
        instance_of(data.replace(uid, b"1.2.840.113619.5.2"[: len(uid)], 1))
    assert caught.value.finding.reason is EncodingReason.SYNTAX_UNKNOWN
    assert caught.value.finding.offset > 132
