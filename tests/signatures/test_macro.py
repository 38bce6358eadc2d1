"""Where signatures are found and what their items are taken to say (PS3.3 C.12.1.1.3)."""

import struct
import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN, TransferSyntax
from dicomsig.signatures.datetimes import read_datetime
from dicomsig.signatures.macro import LONGEST_TAG_LIST, data_sets, mac_parameters, read_tag_list, signatures
from dicomsig.signatures.signable import exclusion, unknown_within
from dicomsig.signatures.verify import verify
from dicomsig.vectors.edits import at, put
from dicomsig.vectors.forge import Forgery, forge
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Sequence, encode_instance, merged
from dicomsig.vectors.samples import Sample, samples
from dicomsig.vectors.values import element, leaf, sequence


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_signatures_are_found_where_the_index_has_them(sample: Sample) -> None:
    """Place, number, algorithm and certificate, in each sample of dcmsign."""
    found = list(signatures(instance_of(sample.path.read_bytes())))
    expected = sorted(sample.signatures, key=lambda s: (s.place.count("/"), s.number))
    assert [(s.place, s.number, s.parameters[0].algorithm) for s in found] == [
        (s.place, s.number, s.mac) for s in expected
    ]
    for signature, asked in zip(found, expected, strict=True):
        assert signature.name == f"{asked.place}#{asked.number}"
        assert signature.certificate_value.startswith(asked.credential.certificate_der)
        assert len(signature.parameters) == 1
        assert signature.parameters[0].mac_id == signature.mac_id
        assert signature.parameters[0].tag_list.listed
    assert [signature.ordinal for signature in found] == list(range(len(found)))


def signed_at(*places: str) -> DataSet:
    """The nested instance with an empty signature at each place; number and parameters are those of the place."""
    content = instances()["nested"].data_set()
    for number, place in enumerate(places, 1):
        items = (
            sequence("MACParametersSequence", [element("MACIDNumber", number)]),
            sequence("DigitalSignaturesSequence", [element("MACIDNumber", number)]),
        )
        content = at(place, put(*items))(content)
    return content


DEEP = "/00400555[0]/0040a730[0]/"


def test_the_main_data_set_comes_first_then_items_as_met() -> None:
    """A place is a path of items from the main data set."""
    content = signed_at("/00400555[1]/", DEEP, "/")
    found = list(signatures(instance_of(encode_instance(content, Form()))))
    assert [(s.place, s.mac_id) for s in found] == [("/", 3), (DEEP, 2), ("/00400555[1]/", 1)]


def test_parameters_are_looked_up_in_the_data_set_of_the_signature() -> None:
    """The same number elsewhere is another's (A-18)."""
    content = put(sequence("DigitalSignaturesSequence", [element("MACIDNumber", 2)]))(signed_at("/", DEEP))
    main, deep = signatures(instance_of(encode_instance(content, Form())))
    assert (main.place, main.mac_id, main.parameters) == ("/", 2, ())
    assert (deep.place, len(deep.parameters)) == (DEEP, 1)


@pytest.mark.parametrize("history", [tags.ORIGINAL_ATTRIBUTES, tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS])
def test_what_is_inside_history_or_the_macro_is_no_place(history: int) -> None:
    """Items of Original Attributes Sequence keep the past; those of the macro hold no signatures (PS3.3 C.12.1)."""
    inner = signed_at("/")
    content = merged(instances()["ct"].data_set(), Sequence(history, (inner,)))
    instance = instance_of(encode_instance(content, Form()))
    assert not any(f"{history:08x}" in place for place, _ in data_sets(instance.elements))
    assert [s.place for s in signatures(instance) if s.place != "/"] == []


@pytest.mark.parametrize("tag", [tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS])
def test_empty_and_misencoded_sequences_hold_nothing(tag: int) -> None:
    """No item, no signature (PS3.3 C.12.1.1.3)."""
    for node in (Sequence(tag), Leaf(tag, "OB", b"ab"), Leaf(tag, "UN", b"\xfe\xff\0\xe0\0\0\0\0")):
        instance = instance_of(encode_instance(merged(signed_at("/"), node), Form()))
        found = list(signatures(instance))
        assert [s.parameters for s in found] == ([] if tag == tags.DIGITAL_SIGNATURES else [()])
        assert len(list(mac_parameters(instance, instance.elements))) == (tag == tags.DIGITAL_SIGNATURES)


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, Form().syntax], ids=lambda s: s.uid)
def test_numbers_and_lists_are_read_in_their_byte_order(syntax: TransferSyntax) -> None:
    """US and AT (PS3.5 7.3)."""
    listed = (0x00080016, 0x00080018, 0x00100010)
    content = merged(
        instances()["ct"].data_set(),
        sequence("MACParametersSequence", [element("MACIDNumber", 0x0102), element("DataElementsSigned", *listed)]),
        sequence("DigitalSignaturesSequence", [element("MACIDNumber", 0x0102)]),
    )
    (signature,) = signatures(instance_of(encode_instance(content, Form(syntax))))
    assert signature.mac_id == 0x0102
    assert signature.parameters[0].tag_list.listed == listed


def at_value(*listed: int) -> bytes:
    return b"".join(struct.pack("<HH", tag >> 16, tag & 0xFFFF) for tag in listed)


def test_a_tag_list_says_what_can_be_said_of_it_alone() -> None:
    """Order, repetition, tags that are never signed; a broken tag at the end is left out."""
    good = read_tag_list(at_value(0x00080016, 0x00100010), True)
    assert (good.in_order, good.repeated, good.unsignable) == (True, False, ())
    repeated = read_tag_list(at_value(0x00080016, 0x00080016), True)
    assert (repeated.in_order, repeated.repeated) == (True, True)
    backwards = read_tag_list(at_value(0x00100010, 0x00080016), True)
    assert (backwards.in_order, backwards.repeated) == (False, False)
    bad = read_tag_list(at_value(0x00080000, 0x00080016, tags.MAC_PARAMETERS) + b"\1\2\3", True)
    assert bad.unsignable == (0x00080000, tags.MAC_PARAMETERS)
    assert bad.signable == {0x00080016}
    assert bad.listed == (0x00080000, 0x00080016, tags.MAC_PARAMETERS)
    assert read_tag_list(b"", True).listed == ()


@pytest.mark.parametrize(
    ("tag", "signable"),
    [
        (0x00020010, False),
        (0x00041500, False),
        (0x00070010, False),
        (0x00080000, False),
        (0x00080001, False),
        (0x00080005, True),
        (0x00100000, False),
        (0x00090010, True),
        (0x04000100, True),
        (tags.MAC_PARAMETERS, False),
        (0x4FFE0002, True),
        (tags.PIXEL_DATA, True),
        (tags.DIGITAL_SIGNATURES, False),
        (0xFFFA0001, False),
        (0xFFFB0010, True),
        (tags.TRAILING_PADDING, False),
        (0xFFFC0001, True),
        (tags.ITEM_DELIMITER, False),
    ],
    ids=lambda value: f"{value:08x}" if isinstance(value, int) and value > 1 else None,
)
def test_exclusions(tag: int, signable: bool) -> None:
    """What is never signed, by its tag alone (PS3.3 C.12.1.1.3.1.1)."""
    assert (exclusion(tag) is None) == signable


def test_a_un_is_found_at_any_depth_and_named() -> None:
    """Unless it is inside what the MAC skips anyway."""
    hidden = leaf(0x00091001, "UN", b"\1\2")
    content = at(DEEP, put(hidden))(instances()["nested"].data_set())
    instance = instance_of(encode_instance(content, Form()))
    (outer,) = (e for e in instance.elements if e.tag == 0x00400555)
    assert unknown_within(outer) == DEEP + "(0009,1001)"
    skipped = at(DEEP, put(sequence("MACParametersSequence", [hidden])))(instances()["nested"].data_set())
    instance = instance_of(encode_instance(skipped, Form()))
    (outer,) = (e for e in instance.elements if e.tag == 0x00400555)
    assert unknown_within(outer) is None


# Digital Signature DateTime


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("20240615120000+0000", datetime(2024, 6, 15, 12, tzinfo=UTC)),
        ("20240615120000-0330", datetime(2024, 6, 15, 15, 30, tzinfo=UTC)),
        ("20240615120000.5+1400", datetime(2024, 6, 14, 22, 0, 0, 500000, tzinfo=UTC)),
        ("20240615120000.000001+0000", datetime(2024, 6, 15, 12, 0, 0, 1, tzinfo=UTC)),
        ("2024+0000", datetime(2024, 1, 1, tzinfo=UTC)),
        ("20241231235960+0000", datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("20240229-1200", datetime(2024, 2, 29, 12, tzinfo=UTC)),
    ],
)
def test_a_time_with_offset_is_an_instant(text: str, instant: datetime) -> None:
    """The offset is used; what is left out is the first of its kind, a leap second the one before (PS3.5 6.2)."""
    read = read_datetime(text)
    assert (read.instant, read.well_formed, read.has_offset) == (instant, True, True)


@pytest.mark.parametrize("text", ["2024", "20240615120000", "20240615120000.123456"])
def test_a_time_without_offset_is_no_instant(text: str) -> None:
    """Whose local time it is nobody knows (A-16)."""
    read = read_datetime(text)
    assert (read.instant, read.well_formed, read.has_offset) == (None, True, False)


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "202", "20241", "20241301", "20240230", "20240615250000+0000", "20240615126000", "20240615120061"),
        *("20240615120000.", "20240615120000.1234567", "20240615120000Z", "20240615120000+1", "20240615120000+1500"),
        *("20240615120000+0060", "20240615120000-1300", "00000101", "٢٠٢٤٠٦١٥", "20240615 ", "00010101000000+1400"),
    ],
)
def test_what_is_no_time_is_told(text: str) -> None:
    """No such month, day, hour, offset or digit; or before the first instant that can be."""
    read = read_datetime(text)
    assert (read.instant, read.well_formed) == (None, False)


# Hostile items


def many(signatures_: int, parameters: int) -> bytes:
    content = merged(
        instances()["ct"].data_set(),
        Sequence(tags.MAC_PARAMETERS, ((element("MACIDNumber", 1),),) * parameters),
        Sequence(tags.DIGITAL_SIGNATURES, ((element("MACIDNumber", 1),),) * signatures_),
    )
    return encode_instance(content, Form())


def test_many_parameters_of_one_number_cost_no_more_than_some() -> None:
    """Work grows with signatures plus parameters, not with their product; all are told ambiguous."""
    instance = instance_of(many(1500, 1500))
    start = time.monotonic()
    verdicts = list(verify(instance))
    assert time.monotonic() - start < 10
    assert len(verdicts) == 1500
    assert {len(s.parameters) for s in signatures(instance)} == {8}
    assert max(len(verdict.remarks) for verdict in verdicts) < 60


def test_long_values_are_read_up_to_a_bound() -> None:
    """An Implicit VR item may hold megabytes in any of its elements; a few kilobytes of each are looked at."""
    long = b"\\1.2" * (1 << 20)
    item = (
        *(Leaf(tag, "LO", long) for tag in (0x04000100, 0x04000105, 0x04000110)),
        element("MACIDNumber", 1),
        *(Leaf(tag, "OB", long) for tag in (0x04000115, 0x04000120, 0x04000310)),
    )
    parameters = (element("MACIDNumber", 1), *(Leaf(tag, "LO", long) for tag in (0x04000010, 0x04000015, 0x04000020)))
    content = merged(
        instances()["ct"].data_set(),
        Sequence(tags.MAC_PARAMETERS, (parameters,)),
        Sequence(tags.DIGITAL_SIGNATURES, (tuple(sorted(item, key=lambda node: node.tag)),)),
    )
    instance = instance_of(encode_instance(content, Form(IMPLICIT_LITTLE_ENDIAN)))
    assert instance.source.size > 30 << 20
    tracemalloc.start()
    try:
        (verdict,) = verify(instance)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
    assert (verdict.integrity, verdict.structure) == ("indeterminate", "invalid")
    assert max(len(remark.message) for remark in verdict.remarks) < 4096
    assert len(verdict.uid) <= 1024
    (signature,) = signatures(instance)
    assert signature.parameters[0].tag_list.listed == ()


def test_the_longest_list_is_taken() -> None:
    """AT holds 65534 bytes in explicit VR, which makes 16383 tags (PS3.5 7.1.2)."""
    listed = tuple(0x00100010 + n for n in range(LONGEST_TAG_LIST // 4))
    data = forge(Forgery(instances()["ct"].data_set(), listed=listed, hashed=(0x00100010,)))
    (signature,) = signatures(instance_of(data))
    assert signature.parameters[0].tag_list.listed == listed


def test_a_second_signatures_sequence_is_not_passed_over() -> None:
    """A broken signature in a repeated (FFFA,FFFA) has a verdict of its own: nobody says that every signature holds."""
    data = forge(Forgery(instances()["ct"].data_set()))
    element = find(instance_of(data).elements, tags.DIGITAL_SIGNATURES)
    assert element is not None
    again = bytearray(data[element.start : element.end])
    again[-1] ^= 1
    verdicts = list(verify(instance_of(data + bytes(again))))
    assert [(verdict.name, str(verdict.integrity)) for verdict in verdicts] == [("/#0", "valid"), ("/#1", "invalid")]
