"""A new signature is put into the bytes that are there: all others stay as they were."""

import io
import os
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, walk_down
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import Instance, instance_of, open_instance
from dicomsig.encoding.limits import Limits
from dicomsig.encoding.source import BytesSource
from dicomsig.encoding.write import encode_element, encode_file, encode_header
from dicomsig.signatures.macro import data_sets
from dicomsig.signatures.sign import Signed, sign, write
from dicomsig.signatures.signing_request import SIGNATURE_PURPOSE_SCHEME, PurposeCode, SigningError, SigningRequest
from dicomsig.signatures.splice import LengthOverflowError, Splice, append_items, levels, spliced
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors import forms
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Sequence, encode, encode_instance, merged
from dicomsig.vectors.pki import Credential

CREDENTIAL = Credential.RSA_1032
PURPOSE = PurposeCode("1", SIGNATURE_PURPOSE_SCHEME, "Author's Signature")
DEEP = "/00400555[0]/0040a730[0]/0040a730[0]/"
UNDEFINED_WITH_GROUP_LENGTHS = Form(undefined_sequences=True, undefined_items=True, group_lengths=True)


@cache
def request() -> SigningRequest:
    """A request that lists nothing yet; UID and time are fixed."""
    return SigningRequest(
        load_private_key(CREDENTIAL.key_pem),
        CREDENTIAL.certificate_der,
        MacAlgorithm.SHA1,
        (),
        purpose=PURPOSE,
        uid="2.25.4711",
        signed_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    )


def sign_at(instance: Instance, place: str) -> Signed:
    """A signature over all that can be signed in the data set at a place."""
    way = levels(instance, tags.parse_place(place))
    assert way is not None
    listed = signable_tags(way[-1].elements, place)
    return sign(instance, replace(request(), tags=listed, place=tags.parse_place(place)))


def written(made: Signed) -> bytes:
    out = io.BytesIO()
    write(made, out)
    return out.getvalue()


def places_of(instance: Instance) -> list[str]:
    """Every data set that has something to sign, but no more than a dozen of them."""
    return [place for place, elements in data_sets(instance.elements) if signable_tags(elements, place)][:12]


def length_fields(elements: tuple[Element, ...]) -> Iterator[int]:
    """Where the lengths of sequences and items, and the values of group lengths, stand."""
    for element in walk_down(elements):
        if tags.is_group_length(element.tag):
            yield element.value
        if element.items is not None and not element.undefined:
            yield element.value - 4
        for item in element.items or ():
            if not item.undefined:
                yield item.value - 4


@pytest.mark.parametrize("name", instances())
def test_only_lengths_give_way(name: str) -> None:
    """Wherever a signature is put, bytes are inserted, and what is replaced are lengths of four bytes; no others."""
    data = instances()[name].build()
    with instance_of(data) as instance:
        before = instance.source.read(0, instance.source.size)
        lengths = set(length_fields(instance.elements))
        for place in places_of(instance):
            made = sign_at(instance, place)
            replaced = [splice for splice in made.splices if splice.removed]
            assert {(s.removed, len(s.inserted), s.offset in lengths) for s in replaced} <= {(4, 4, True)}
            assert [s.offset for s in made.splices] == sorted(s.offset for s in made.splices)
            assert all(first.offset + first.removed <= second.offset for first, second in pairwise(made.splices))
            out = written(made)
            with instance_of(out) as again:
                assert out[: again.file_start] == data[: instance.file_start]
                after = again.source.read(0, again.source.size)
            position = grown = 0
            for splice in made.splices:
                assert after[position + grown : splice.offset + grown] == before[position : splice.offset]
                assert after[splice.offset + grown :].startswith(splice.inserted)
                position, grown = splice.offset + splice.removed, grown + splice.growth
            assert after[position + grown :] == before[position:]


def put(content: DataSet, steps: tuple[tuple[int, int], ...], added: DataSet) -> DataSet:
    """The data set with nodes added at a place."""
    if not steps:
        return merged(content, *added)
    (tag, index), *rest = steps
    (sequence,) = (node for node in content if node.tag == tag)
    assert isinstance(sequence, Sequence)
    items = list(sequence.items)
    items[index] = put(items[index], tuple(rest), added)
    return merged(content, Sequence(tag, tuple(items)))


def macro_of(data: bytes, place: str) -> DataSet:
    """The two sequences at a place as nodes; they hold plain values and the purpose code alone."""

    def nodes(elements: tuple[Element, ...], instance: Instance) -> DataSet:
        return tuple(
            Leaf(e.tag, e.vr, instance.value(e))
            if e.items is None
            else Sequence(e.tag, tuple(nodes(item.elements, instance) for item in e.items))
            for e in elements
        )

    with instance_of(data) as instance:
        (elements,) = (elements for found, elements in data_sets(instance.elements) if found == place)
        wanted = (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)
        return nodes(tuple(e for e in elements if e.tag in wanted), instance)


@pytest.mark.parametrize("place", ["/", "/00400555[1]/", DEEP])
@pytest.mark.parametrize("form", [Form(), forms.TRAILING_PADDING, forms.IMPLICIT], ids=["plain", "padded", "implicit"])
def test_the_output_is_what_a_writer_makes(form: Form, place: str) -> None:
    """With defined lengths the spliced bytes are those of the whole data set encoded anew, every length right."""
    content = instances()["nested"].data_set()
    with instance_of(encode_instance(content, form)) as instance:
        out = written(sign_at(instance, place))
    assert out == encode_instance(put(content, tags.parse_place(place), macro_of(out, place)), form)


@pytest.mark.parametrize("place", ["/", "/00400555[1]/", DEEP])
@pytest.mark.parametrize(
    "form",
    [forms.GROUP_LENGTHS, UNDEFINED_WITH_GROUP_LENGTHS, replace(forms.BIG_ENDIAN, group_lengths=True)],
    ids=["defined", "undefined", "big-endian"],
)
def test_group_lengths_stay_true(form: Form, place: str) -> None:
    """Each group length counts the bytes of its group behind it, in every data set, after two signatures (PS3.5 7.2).

    Empty macro sequences stand at the place before, so that their groups have lengths too.
    """
    empty = (Sequence(tags.MAC_PARAMETERS), Sequence(tags.DIGITAL_SIGNATURES))
    content = put(instances()["nested"].data_set(), tags.parse_place(place), empty)
    data = encode_instance(content, form)
    checked = set()
    for _ in range(2):
        with instance_of(data) as instance:
            data = written(sign_at(instance, place))
        with instance_of(data) as instance:
            order = "little" if form.syntax.little_endian else "big"
            for found, elements in data_sets(instance.elements):
                for element in elements:
                    if tags.is_group_length(element.tag):
                        group = [e for e in elements if e.tag >> 16 == element.tag >> 16 and e is not element]
                        size = group[-1].end - element.end if group else 0
                        assert int.from_bytes(instance.value(element), order) == size, tags.format_tag(element.tag)
                        checked.add((found, element.tag))
    assert {(place, 0x4FFE0000), (place, 0xFFFA0000)} <= checked


@pytest.mark.parametrize("form", [forms.UNDEFINED_LENGTHS, forms.MIXED_LENGTHS, Form(undefined_items=True), Form()])
def test_length_forms_stay(form: Form) -> None:
    """Sequences and items of undefined length stay so, defined lengths stay defined."""

    def lengths(instance: Instance) -> list[tuple[int, bool, list[bool]]]:
        macro = (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)
        return [
            (e.tag, e.undefined, [item.undefined for item in e.items])
            for _, elements in data_sets(instance.elements)
            for e in elements
            if e.items is not None and e.tag not in macro
        ]

    with instance_of(instances()["nested"].build(form)) as instance:
        before = lengths(instance)
        made = sign_at(instance, DEEP)
    assert any(undefined for _, undefined, _ in before) == form.undefined_sequences
    with instance_of(written(made)) as instance:
        assert lengths(instance) == before


def test_the_new_sequences_stand_in_order() -> None:
    """Parameters come before Pixel Data, signatures after it and before trailing padding, findings none (PS3.5 7.1)."""
    with instance_of(instances()["ct"].build(forms.TRAILING_PADDING)) as instance:
        out = written(sign_at(instance, "/"))
    with instance_of(out) as instance:
        order = [element.tag for element in instance.elements]
        assert not instance.findings
    assert order == sorted(order)
    assert order[-4:] == [tags.MAC_PARAMETERS, tags.PIXEL_DATA, tags.DIGITAL_SIGNATURES, tags.TRAILING_PADDING]


def test_parameters_come_first_where_all_else_is_higher() -> None:
    """An item whose elements all have higher tags begins with the parameters."""
    item = (Leaf(0x54000110, "FD", bytes(8)), Leaf(0x54000112, "FD", bytes(8)))
    for form in (Form(), forms.UNDEFINED_LENGTHS):
        content = merged(instances()["ct"].data_set(), Sequence(0x00400555, (item,)))
        with instance_of(encode_instance(content, form)) as instance:
            out = written(sign_at(instance, "/00400555[0]/"))
        with instance_of(out) as instance:
            (elements,) = (found for place, found in data_sets(instance.elements) if place == "/00400555[0]/")
            assert [v.integrity for v in verify(instance)] == [Status.VALID]
        assert [e.tag for e in elements] == [tags.MAC_PARAMETERS, 0x54000110, 0x54000112, tags.DIGITAL_SIGNATURES]


@pytest.mark.parametrize("length", [Leaf(0xFFFA0000, "UL"), Leaf(0xFFFA0000, "UL", bytes(8)), Leaf(0xFFFA0000, "US")])
def test_a_group_length_that_is_none_stays(length: Leaf) -> None:
    """An element 0000 that does not hold one UL cannot be made true and is left alone."""
    content = merged(instances()["ct"].data_set(), length)
    with instance_of(encode_instance(content, Form())) as instance:
        made = sign_at(instance, "/")
    assert not [splice for splice in made.splices if splice.removed]


def test_a_deflated_data_set_is_deflated_again() -> None:
    """The inflated bytes are the spliced ones, the stream has an even length, nothing follows it (PS3.5 A.5)."""
    recipe = instances()["nested-deflated"]
    for meaning in ("Author's Signature", "Author's Signature ...", "A"):
        with instance_of(recipe.build()) as instance:
            listed = signable_tags(instance.elements)
            made = sign(instance, replace(request(), tags=listed, purpose=replace(PURPOSE, meaning=meaning)))
            out = written(made)
            expected = b"".join(spliced(instance.source, 0, made.splices))
            stream = out[instance.file_start :]
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        assert engine.decompress(stream) == expected
        assert engine.eof
        assert engine.unused_data in (b"", b"\0")
        assert len(stream) % 2 == 0
        with instance_of(out) as instance:
            assert not instance.findings
            assert [v.integrity for v in verify(instance)] == [Status.VALID]
    assert encode(recipe.data_set(), recipe.form) != expected


def test_files_are_signed_like_bytes(tmp_path: Path) -> None:
    """A file on disk, and an inflated data set that went to a temporary file, give the same bytes."""
    for name in ("ct", "ct-deflated"):
        path = tmp_path / name
        path.write_bytes(instances()[name].build())
        with instance_of(path.read_bytes()) as instance:
            expected = written(sign_at(instance, "/"))
        with open_instance(path, Limits(inflated_in_memory=16)) as instance:
            assert written(sign_at(instance, "/")) == expected
        assert path.read_bytes() == instances()[name].build()


def test_a_file_that_changes_is_refused(tmp_path: Path) -> None:
    """When the file changed between reading and writing, the signature is of something else."""
    path = tmp_path / "ct.dcm"
    path.write_bytes(instances()["ct"].build())
    with open_instance(path) as instance:
        made = sign_at(instance, "/")
        changed = path.stat().st_mtime_ns + 5_000_000_000
        os.utime(path, ns=(changed, changed))
        with pytest.raises(MalformedError) as caught:
            write(made, io.BytesIO())
    assert caught.value.finding.reason is EncodingReason.FILE_CHANGED


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """Signing an object of 64 MiB and writing it out holds a few MiB of it at a time."""
    data_set = encode_element(0x00080018, "UI", b"2.25.1") + encode_header(tags.PIXEL_DATA, "OW", 64 << 20)
    meta = encode_element(tags.TRANSFER_SYNTAX_UID, "UI", b"1.2.840.10008.1.2.1")
    path, out_path = tmp_path / "large.dcm", tmp_path / "signed.dcm"
    head = encode_file(meta, data_set)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + (64 << 20))
    request()
    tracemalloc.start()
    try:
        with open_instance(path) as instance, out_path.open("wb") as out:
            write(sign_at(instance, "/"), out)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert out_path.stat().st_size > 64 << 20
    assert peak < 8 << 20


def test_a_length_that_would_overflow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sequence whose length field cannot hold its new length is named, and nothing is made."""
    with instance_of(instances()["nested"].build()) as instance:
        way = levels(instance, ((0x00400555, 0),))
        assert way is not None
        monkeypatch.setattr("dicomsig.signatures.splice._GREATEST_LENGTH", 900)
        with pytest.raises(LengthOverflowError, match="0040,0555"):
            append_items(instance, way, [(tags.DIGITAL_SIGNATURES, bytes(2000))])
        with pytest.raises(SigningError, match="would grow"):
            sign_at(instance, "/00400555[0]/")


def test_a_group_length_that_would_overflow_is_refused() -> None:
    """A group length near its end cannot count what comes in."""
    content = merged(instances()["ct"].data_set(), Leaf(0xFFFA0000, "UL", b"\xf0\xff\xff\xff"))
    with instance_of(encode_instance(content, Form())) as instance, pytest.raises(SigningError, match="FFFA,0000"):
        sign_at(instance, "/")


@given(st.data())
def test_splices_are_slices(data: st.DataObject) -> None:
    """Bytes with splices applied in one pass are the pieces between them and what they insert, in order."""
    original = data.draw(st.binary(max_size=60))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(original)), max_size=8)))
    ends = [*cuts[1:], len(original)][: len(cuts)]
    splices = [
        Splice(cut, data.draw(st.integers(0, end - cut)), data.draw(st.binary(max_size=5)))
        for cut, end in zip(cuts, ends, strict=True)
    ]
    expected = original[: cuts[0]] if cuts else original
    for splice, end in zip(splices, ends, strict=True):
        expected += splice.inserted + original[splice.offset + splice.removed : end]
    assert b"".join(bytes(part) for part in spliced(BytesSource(original), 0, splices)) == expected
