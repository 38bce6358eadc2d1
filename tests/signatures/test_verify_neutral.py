"""What was not signed may change, and so may the way everything is encoded (A-27, PS3.3 C.12.1.1.3.1.2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import slow_verify
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from dicomsig.encoding.vr import KNOWN
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verify import verify
from dicomsig.vectors.edits import at, dropped, edited, inserted, put
from dicomsig.vectors.forge import Forgery, forge, signable_tags
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Fragments, Leaf, Sequence, encode_instance
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.samples import samples
from dicomsig.vectors.values import element, leaf, sequence
from dicomsig.vectors.wrong_signers.twins import of

pytestmark = pytest.mark.slow

FileOf = Callable[[str], bytes]
SUBJECTS = sorted([f"dcmtk/{sample.path.stem}" for sample in samples()] + [f"own/{name}" for name in instances()])
NATIVE = (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, DEFLATED)

Judged = list[tuple[str, int, str]]


def judged(data: bytes) -> Judged:
    """The verdicts on integrity, on which both verifiers agree."""
    ours = sorted((v.place, v.number, str(v.integrity)) for v in verify(instance_of(data)))
    assert ours == sorted((o.place, o.number, o.integrity) for o in slow_verify.signatures(data))
    return ours


def assert_all_valid(data: bytes, count: int) -> None:
    assert [verdict for _, _, verdict in judged(data)] == ["valid"] * count


def shapes() -> Iterator[Form]:
    """Every choice of lengths, group lengths and padding that a form has."""
    for sequences in (False, True):
        for items in (False, True):
            yield Form(undefined_sequences=sequences, undefined_items=items)
    yield Form(undefined_sequences=True, group_lengths=True, trailing_padding=64)
    yield Form(undefined_items=True, group_lengths=True)
    yield Form(trailing_padding=2)


@pytest.mark.parametrize("name", SUBJECTS)
def test_another_encoding_of_the_same_values_is_valid(name: str, file_of: FileOf) -> None:
    """Lengths, group lengths, padding, byte order, deflation; with preamble and File Meta Information and without."""
    instance = instance_of(file_of(name))
    content, count = nodes_of(instance), len(list(signatures(instance)))
    own = instance.syntax
    for shape in shapes():
        assert_all_valid(encode_instance(content, replace(shape, syntax=own)), count)
    if own in NATIVE:
        for syntax in NATIVE:
            for shape in (Form(), Form(undefined_sequences=True, group_lengths=True)):
                assert_all_valid(encode_instance(content, replace(shape, syntax=syntax)), count)
        assert_all_valid(encode_instance(content, Form(EXPLICIT_LITTLE_ENDIAN, file_meta=False)), count)
        assert_all_valid(encode_instance(content, Form(EXPLICIT_BIG_ENDIAN, file_meta=False)), count)
    if own == IMPLICIT_LITTLE_ENDIAN:
        assert_all_valid(encode_instance(content, Form(EXPLICIT_LITTLE_ENDIAN)), count)


AFTER_IMPLICIT = {
    "own/ct": "valid",
    "own/nested": "valid",
    "own/mr": "valid",
    "own/ultrasound": "invalid",  # 8-bit pixels in OB
    "own/secondary-capture": "invalid",
    "own/ct-lookup-table": "valid",
    "own/private-elements": "indeterminate",
    "dcmtk/private-unknown-none-sha256": "indeterminate",
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_implicit_vr_keeps_what_it_does_not_lose(name: str, file_of: FileOf) -> None:
    """After Implicit VR a signature is valid where no VR is another than PS3.5 A.1 makes of it, else not (A-02, A-03).

    Pixel data that lost OB break it, private elements that became UN leave it open. US for LUT Data or beside
    signed pixels is no loss; the slow verifier tries no other letters.
    """
    instance = instance_of(file_of(name))
    if instance.syntax not in (*NATIVE, IMPLICIT_LITTLE_ENDIAN):
        assert instance.syntax.encapsulated
        return
    data = encode_instance(nodes_of(instance), Form(IMPLICIT_LITTLE_ENDIAN))
    before, after = walked_vrs(file_of(name)), walked_vrs(data)
    lost = {(vr, after.get(path, "UN")) for path, vr in before.items()} - {(vr, vr) for vr in KNOWN}
    if ("US", "OW") in lost:
        verdicts = {str(verdict.integrity) for verdict in verify(instance_of(data))}
    else:
        verdicts = {verdict for _, _, verdict in judged(data)}
    if lost <= {("US", "OW"), ("US", "SS"), ("SS", "US")}:
        assert verdicts == {"valid"}
    elif "UN" in {vr for _, vr in lost}:
        assert "invalid" not in verdicts
    else:
        assert lost <= {("OB", "OW"), ("US", "OW"), ("US", "SS"), ("SS", "US")}
        assert verdicts == {"invalid"}
    assert verdicts == {AFTER_IMPLICIT.get(name, *verdicts)}


def walked_vrs(data: bytes) -> dict[str, str]:
    def walk(content: DataSet, place: str) -> Iterator[tuple[str, str]]:
        for node in content:
            if isinstance(node, Leaf):
                yield f"{place}{node.tag:08x}", node.vr
            elif isinstance(node, Sequence):
                for index, item in enumerate(node.items):
                    yield from walk(item, place + tags.format_step(node.tag, index))

    return dict(walk(nodes_of(instance_of(data)), "/"))


@pytest.mark.parametrize("name", SUBJECTS)
def test_unsigned_content_may_come_and_go(name: str, file_of: FileOf) -> None:
    """Elements that no list names are added, changed and removed; group FFFA and 4FFE in items, too (A-19)."""
    instance = instance_of(file_of(name))
    content, form = nodes_of(instance), Form(instance.syntax)
    found = list(signatures(instance))
    listed = frozenset[int]().union(*(s.parameters[0].tag_list.distinct for s in found if s.place == "/"))
    live = {tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES} | {
        step[0] for s in found for step in tags.parse_place(s.place)[:1]
    }
    added = put(
        leaf(0x00041130, "CS", "SET"),
        leaf(0x00080001, "UL", 12),
        leaf(0x00104000, "LT", "not signed"),
        leaf(0x00290010, "LO", "TEST ONLY 1.0"),
        leaf(0x00291001, "UN", b"\1\2"),
        Sequence(0x00291002, ((leaf(0x00291001, "UN", b"\1\2"),),)),
        leaf(0x60223000, "OW", b"\1\2"),
    )
    assert_all_valid(encode_instance(added(content), form), len(found))
    unlisted = [node.tag for node in content if node.tag not in listed | live and node.tag > 0x00080018]
    assert_all_valid(encode_instance(dropped(*unlisted)(content), form), len(found))
    for tag in unlisted:
        if form.syntax.explicit:
            assert_all_valid(encode_instance(put(Leaf(tag, "LO", b"changed"))(content), form), len(found))


COVERED = "/0040a730[0]/"


@pytest.mark.parametrize("name", ["sr", "sr-undefined-lengths", "sr-implicit"])
def test_what_the_mac_skips_inside_items_may_come_and_go(name: str) -> None:
    """Signatures, MAC parameters, low groups, padding, group lengths and their UN inside a signed item (A-19)."""
    recipe = instances()[name]
    content = nodes_of(instance_of(forge(of(name))))
    inside = (
        leaf(0x00041130, "CS", "SET"),
        leaf(0x00080001, "UL", 12),
        sequence("MACParametersSequence", [element("MACIDNumber", 9)]),
        Sequence(tags.DIGITAL_SIGNATURES, ()),
        leaf(tags.TRAILING_PADDING, "OB", bytes(8)),
    )
    edit = at(COVERED, inserted(*inside))
    assert_all_valid(encode_instance(edit(content), recipe.form), 1)
    if recipe.form.syntax.explicit:
        hidden = sequence("MACParametersSequence", [leaf(0x00091001, "UN", b"\1\2")])
        assert_all_valid(encode_instance(at(COVERED, inserted(hidden))(content), recipe.form), 1)
        unknown = encode_instance(at(COVERED, inserted(leaf(0x00091001, "UN", b"\1\2")))(content), recipe.form)
        assert judged(unknown) == [("/", 0, "indeterminate")]


@pytest.mark.parametrize("name", ["nested", "nested-undefined-lengths", "nested-group-lengths", "nested-big-endian"])
def test_signatures_inside_out_and_outside_in(name: str) -> None:
    """A signature in an item joins under an outer one without harm, in either order, and may go again (A-19)."""
    place = "/00400555[0]/"
    inner = of(name, place=place)
    assert judged(forge(inner)) == [(place, 0, "valid")]
    both = forge(inner.then(place="/"))
    assert judged(both) == [("/", 0, "valid"), (place, 0, "valid")]
    assert judged(forge(of(name).then(place=place))) == [("/", 0, "valid"), (place, 0, "valid")]
    content = nodes_of(instance_of(both))
    gone = at(place, dropped(tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES))(content)
    assert judged(encode_instance(gone, inner.form)) == [("/", 0, "valid")]
    orphan = at(place, dropped(tags.MAC_PARAMETERS))(content)
    assert judged(encode_instance(orphan, inner.form)) == [("/", 0, "valid"), (place, 0, "indeterminate")]


def test_an_original_attributes_sequence_keeps_no_live_signature(file_of: FileOf) -> None:
    """What is in there belongs to earlier content (PS3.3 C.12.1)."""
    signed = nodes_of(instance_of(file_of("own/nested")))
    history = Sequence(tags.ORIGINAL_ATTRIBUTES, (signed,))
    content = edited(instances()["ct"].data_set(), (put(history),))
    assert judged(encode_instance(content, Form())) == []
    assert judged(forge(Forgery(content))) == [("/", 0, "valid")]


def test_certificate_and_timestamp_are_not_protected(file_of: FileOf) -> None:
    """A certificate over the same key and a timestamp may come later; integrity stays (A-12)."""
    content = nodes_of(instance_of(file_of("own/ct")))
    here = tags.format_place([(tags.DIGITAL_SIGNATURES, 0)])
    renewed = at(here, put(element("CertificateOfSigner", Credential.RENEWED.certificate_der)))
    stamped = at(here, put(element("CertifiedTimestampType", "CMS_TSP"), element("CertifiedTimestamp", b"\x30\0")))
    for edit in (renewed, stamped):
        assert_all_valid(encode_instance(edit(content), Form()), 1)


def test_pixels_in_another_coding_leave_the_signature_open(file_of: FileOf) -> None:
    """A native signature over pixels that are compressed now, and the reverse, cannot be computed (A-06)."""
    native = nodes_of(instance_of(file_of("own/secondary-capture")))
    coded = put(Fragments(tags.PIXEL_DATA, b"", (b"ab",)))(native)
    jpeg = instance_of(file_of("own/jpeg-2000")).syntax
    assert judged(encode_instance(coded, Form(jpeg))) == [("/", 0, "indeterminate")]
    frames = nodes_of(instance_of(file_of("own/multi-frame-rle")))
    decoded = put(Leaf(tags.PIXEL_DATA, "OB", b"ab"))(frames)
    assert judged(encode_instance(decoded, Form())) == [("/", 0, "indeterminate")]
    recoded = encode_instance(frames, Form(jpeg))
    assert judged(recoded) == [("/", 0, "indeterminate")]


def test_pixels_outside_the_list_may_be_coded_anew(file_of: FileOf) -> None:
    """What is not hashed does not matter (A-06)."""
    base = instances()["secondary-capture"].data_set()
    listed = tuple(tag for tag in signable_tags(base) if tag != tags.PIXEL_DATA)
    content = nodes_of(instance_of(forge(Forgery(base, listed=listed))))
    jpeg = instance_of(file_of("own/jpeg-2000")).syntax
    coded = put(Fragments(tags.PIXEL_DATA, b"", (b"ab",)))(content)
    assert judged(encode_instance(coded, Form(jpeg))) == [("/", 0, "valid")]
