"""Whatever is changed of what was signed, the signature does not hold, and the slow verifier agrees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

import slow_verify
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN
from dicomsig.encoding.vr import SHORT, UNIT
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors.edits import Edit, altered, at, dropped, in_items, in_vr, inserted, moved_before, revalued, twice
from dicomsig.vectors.forge import Forgery, forge
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Fragments, Leaf, Node, Sequence, encode, encode_instance
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.samples import samples
from dicomsig.vectors.strategies.breaking import may_move
from dicomsig.vectors.strategies.signed import data_set_at
from dicomsig.vectors.values import element, leaf, sequence

pytestmark = pytest.mark.slow

SUBJECTS = sorted([f"dcmtk/{sample.path.stem}" for sample in samples()] + [f"own/{name}" for name in instances()])


@dataclass(frozen=True, slots=True)
class Subject:
    """A signed instance as nodes, its form, and the places of its signatures with what each lists."""

    content: DataSet
    form: Form
    signed: tuple[tuple[str, frozenset[int]], ...]

    def changed(self, edit: Edit) -> bytes:
        return encode_instance(edit(self.content), self.form)


SubjectOf = Callable[[str], Subject]


@pytest.fixture(scope="module")
def subject(file_of: Callable[[str], bytes]) -> SubjectOf:
    """A sample of dcmsign, or a fixture under a signature of our own over all that can be signed, by its name."""

    @cache
    def subject_of(name: str) -> Subject:
        instance = instance_of(file_of(name))
        form = Form(instance.syntax, file_meta=bool(instance.meta))
        found = tuple((s.place, s.parameters[0].tag_list.distinct) for s in signatures(instance))
        return Subject(nodes_of(instance), form, found)

    return subject_of


def integrity(data: bytes) -> list[tuple[str, int, str]]:
    """Ours a signature, in the order of place and number; empty when the bytes are refused."""
    try:
        return sorted((v.place, v.number, str(v.integrity)) for v in verify(instance_of(data)))
    except MalformedError:
        return []


def second_opinion(data: bytes) -> list[tuple[str, int, str]]:
    """The slow verifier's."""
    try:
        return sorted((o.place, o.number, o.integrity) for o in slow_verify.signatures(data))
    except slow_verify.Unreadable:
        return []


# What is covered, and what can be done to it


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a data set, what it is called, and whether it takes the VR away."""

    name: str
    edit: Edit
    to_un: bool = False


def covered(content: DataSet, place: str, listed: frozenset[int]) -> Iterator[tuple[str, Node]]:
    """Every node that is hashed, with the place of its data set, to any depth."""
    for node in content:
        if node.tag in listed and exclusion(node.tag) is None:
            yield place, node
            if isinstance(node, Sequence):
                for index, item in enumerate(node.items):
                    inner = frozenset(n.tag for n in item)
                    yield from covered(item, place + tags.format_step(node.tag, index), inner)


def flipped(value: bytes) -> bytes:
    """One bit of the byte in the middle is another; an empty value grows."""
    if not value:
        return b"\1" * 8
    middle = len(value) // 2
    return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]


def other_vr(vr: str) -> str:
    """Another VR with the same header."""
    if vr in SHORT:
        return "SH" if vr != "SH" else "LO"
    return "OB" if vr != "OB" else "OW"


def changes_of(node: Node, *, explicit: bool) -> Iterator[Change]:
    tag = node.tag
    match node:
        case Leaf(_, vr, value):
            yield Change("value", revalued(tag, flipped))
            yield Change("longer", revalued(tag, value + b" " * 8))
            if value:
                yield Change("shorter", revalued(tag, value[: -max(UNIT.get(vr, 1), 2)]))
            if explicit:
                yield Change("vr", in_vr(tag, other_vr(vr)))
                yield Change("un", in_vr(tag, "UN"), to_un=True)
        case Sequence(_, items):
            yield Change("item-more", in_items(tag, lambda old: (*old, ())))
            if items:
                yield Change("item-less", in_items(tag, lambda old: old[:-1]))
            if items != items[::-1]:
                yield Change("item-order", in_items(tag, lambda old: old[::-1]))
            if len(items) > 1 and may_move(items[0], items[-1]):
                move = in_items(tag, lambda old: (old[0][:-1], *old[1:-1], old[0][-1:] + old[-1]))
                yield Change("item-boundary", move)
        case Fragments(_, table, parts):
            pieces = [("table", b"\0\0\0\0" if not table else b"", parts), ("less", table, parts[:-1])]
            pieces.append(("value", table, (flipped(parts[0]), *parts[1:])))
            pieces.append(("boundary", table, (parts[0][:2], parts[0][2:] + b"".join(parts[1:2]), *parts[2:])))
            if len(parts) > 1:
                pieces.append(("order", table, parts[::-1]))
            for name, new_table, new_parts in pieces:
                made = Fragments(tag, new_table, tuple(new_parts))
                yield Change(f"fragments-{name}", altered(tag, lambda _, made=made: made))
    yield Change("gone", dropped(tag))


def element_changes(made: Subject) -> Iterator[tuple[str, str, Change]]:
    """The signature's place, a name of what is changed, and the change of the whole instance."""
    for place, listed in made.signed:
        for number, (where, node) in enumerate(covered(data_set_at(made.content, place), place, listed)):
            every = list(changes_of(node, explicit=made.form.syntax.explicit))
            # The first few elements are changed in every way, the others each in the way whose turn it is.
            chosen = every if number < 6 else [every[number % len(every)]]
            for change in chosen:
                yield place, f"{where}{node.tag:08x} {change.name}", replace(change, edit=at(where, change.edit))


@pytest.mark.parametrize("name", SUBJECTS)
def test_no_change_of_a_signed_element_is_valid(name: str, subject: SubjectOf) -> None:
    """Values, lengths, VRs, items, their order and boundaries, fragments and offset table are all hashed.

    Invalid, that is, wherever the bytes are explicit VR and no VR became UN (A-02, A-03); and both verifiers agree.
    """
    made = subject(name)
    count = 0
    for place, what, change in element_changes(made):
        data = made.changed(change.edit)
        ours = integrity(data)
        verdicts = {verdict for where, _, verdict in ours if where == place}
        assert Status.VALID not in verdicts, what
        if made.form.syntax.explicit and not change.to_un:
            assert verdicts == {Status.INVALID}, what
        assert ours == second_opinion(data), what
        count += 1
    assert count > 12


# The signature item and its MAC parameters


def in_signature(*edits: Edit, number: int = 0) -> Edit:
    return at(tags.format_place([(tags.DIGITAL_SIGNATURES, number)]), *edits)


def in_parameters(*edits: Edit, number: int = 0) -> Edit:
    return at(tags.format_place([(tags.MAC_PARAMETERS, number)]), *edits)


PURPOSE = sequence("DigitalSignaturePurposeCodeSequence", [element("CodeValue", "1")])
ITEM_CHANGES: dict[str, tuple[Edit, str]] = {
    "uid": (in_signature(revalued(attributes.SIGNATURE_UID, flipped)), "invalid"),
    "uid-gone": (in_signature(dropped(attributes.SIGNATURE_UID)), "invalid"),
    "uid-vr": (in_signature(in_vr(attributes.SIGNATURE_UID, "SH")), "invalid"),
    "uid-un": (in_signature(in_vr(attributes.SIGNATURE_UID, "UN")), "indeterminate"),
    "uid-longer": (in_signature(revalued(attributes.SIGNATURE_UID, lambda value: value + b"\0\0")), "invalid"),
    "datetime": (in_signature(revalued(attributes.SIGNATURE_DATETIME, flipped)), "invalid"),
    "datetime-gone": (in_signature(dropped(attributes.SIGNATURE_DATETIME)), "invalid"),
    "datetime-vr": (in_signature(in_vr(attributes.SIGNATURE_DATETIME, "LO")), "invalid"),
    "purpose-added": (in_signature(inserted(PURPOSE)), "invalid"),
    "retired-added": (in_signature(inserted(leaf(0x04000315, "FL", 1.0))), "invalid"),
    "private-added": (in_signature(inserted(leaf(0x04010010, "LO", "TEST"))), "invalid"),
    "un-added": (in_signature(inserted(leaf(0x04010010, "UN", b"TEST"))), "indeterminate"),
    "un-added-deep": (in_signature(inserted(Sequence(0x04010010, ((Leaf(0x00091001, "UN"),),)))), "indeterminate"),
    # Both numbers alike: the signature still finds its parameters, and its own number is hashed.
    "mac-id": (
        lambda content: in_parameters(revalued(attributes.MAC_ID_NUMBER, b"\7\0"))(
            in_signature(revalued(attributes.MAC_ID_NUMBER, b"\7\0"))(content)
        ),
        "invalid",
    ),
    "mac-id-alone": (in_signature(revalued(attributes.MAC_ID_NUMBER, b"\7\0")), "indeterminate"),
    "signature": (in_signature(revalued(attributes.SIGNATURE, flipped)), "invalid"),
    "signature-shorter": (in_signature(revalued(attributes.SIGNATURE, lambda value: value[:-2])), "invalid"),
    "signature-longer": (in_signature(revalued(attributes.SIGNATURE, lambda value: value + b"\0\0")), "invalid"),
    "certificate-of-another-key": (
        in_signature(revalued(attributes.CERTIFICATE, Credential.EVEN_LENGTH.certificate_der)),
        "invalid",
    ),
    "algorithm": (in_parameters(revalued(attributes.MAC_ALGORITHM, b"SHA512")), "invalid"),
    "algorithm-unknown": (in_parameters(revalued(attributes.MAC_ALGORITHM, b"SHA257")), "indeterminate"),
    "algorithm-in-lower-case": (in_parameters(revalued(attributes.MAC_ALGORITHM, b"sha256")), "indeterminate"),
    "syntax-implicit": (in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2")), "indeterminate"),
    "syntax-jpeg": (
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.4.50")),
        "indeterminate",
    ),
    "list-shorter": (in_parameters(revalued(attributes.DATA_ELEMENTS_SIGNED, lambda value: value[:-4])), "invalid"),
    "list-longer": (
        lambda content: in_parameters(revalued(attributes.DATA_ELEMENTS_SIGNED, lambda value: value + b"\x10\0\0\x40"))(
            inserted(element("PatientComments", "not signed"))(content)
        ),
        "invalid",
    ),
}
ONLY_EXPLICIT = {"uid-vr", "uid-un", "datetime-vr", "retired-added", "un-added", "un-added-deep"}


@pytest.mark.parametrize("name", ["ct", "ct-implicit", "ct-big-endian", "ct-deflated", "multi-frame-rle", "sr"])
@pytest.mark.parametrize("change", ITEM_CHANGES)
def test_no_change_of_the_signature_item_is_valid(name: str, change: str, subject: SubjectOf) -> None:
    """All of it is hashed but certificate, signature and timestamp; what names the MAC decides on it (A-11, A-12)."""
    made = subject(f"own/{name}")
    if change in ONLY_EXPLICIT and not made.form.syntax.explicit:
        assert name == "ct-implicit"
        return
    edit, expected = ITEM_CHANGES[change]
    if (name, change) == ("sr", "syntax-jpeg"):
        expected = "valid"  # without pixel data every explicit little endian syntax gives the same bytes
    data = made.changed(edit)
    assert [verdict for _, _, verdict in integrity(data)] == [expected]
    assert second_opinion(data) == integrity(data)


def test_another_certificate_type_is_unsupported(subject: SubjectOf) -> None:
    """It is hashed, and what another type means nobody knows: indeterminate, where the slow verifier, blind to types,
    finds the MAC wrong (PS3.3 C.12.1.1.3).
    """
    for edit in (revalued(attributes.CERTIFICATE_TYPE, b"X509_2001_SIG"), dropped(attributes.CERTIFICATE_TYPE)):
        data = subject("own/ct").changed(in_signature(edit))
        assert integrity(data) == [("/", 0, "indeterminate")]
        assert second_opinion(data) == [("/", 0, "invalid")]


def test_elements_out_of_order_are_hashed_as_met(subject: SubjectOf) -> None:
    """The stream follows the data set as it is (PS3.3 C.12.1.1.3.1.2); the slow verifier sorts what it reads."""
    made = subject("own/ct")
    data = made.changed(moved_before(0x00100020, 0x00100010))
    assert integrity(data) == [("/", 0, "invalid")]
    assert second_opinion(data) == [("/", 0, "valid")]


def test_a_repeated_element_is_hashed_twice(subject: SubjectOf) -> None:
    """So a second Patient ID behind the signed one shows; to the slow verifier the file is unreadable (PS3.5 7.1)."""
    data = subject("own/ct").changed(twice(0x00100020, b"OTHER "))
    assert integrity(data) == [("/", 0, "invalid")]
    assert second_opinion(data) == []


def test_a_vr_to_come_is_hashed_as_it_is(subject: SubjectOf) -> None:
    """Unknown letters have the long header of a new VR (PS3.5 7.1.2); the slow verifier takes them for UN."""
    data = subject("own/ct").changed(in_vr(tags.PIXEL_DATA, "ZZ"))
    assert integrity(data) == [("/", 0, "invalid")]
    assert second_opinion(data) == [("/", 0, "indeterminate")]


@pytest.mark.parametrize("number", [0, 1])
def test_a_signature_in_unknown_letters_is_not_found(number: int, subject: SubjectOf) -> None:
    """Signatures or parameters that came as UN: the slow verifier looks into them, ours does not (PS3.5 6.2.2)."""
    tag = (tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)[number]
    made = subject("own/ct")
    (node,) = (node for node in made.content if node.tag == tag)
    implicit = encode((node,), Form(IMPLICIT_LITTLE_ENDIAN))
    data = made.changed(altered(tag, lambda _: Leaf(tag, "UN", implicit[8:])))
    assert integrity(data) == [[], [("/", 0, "indeterminate")]][number]
    assert second_opinion(data) == [("/", 0, "valid")]


def test_bits_of_an_odd_signature_and_its_padding() -> None:
    """A modulus of 129 bytes: one pad byte is none of the signature, whatever it is; three are too many (A-14)."""
    made = Forgery(instances()["ct"].data_set(), credential=Credential.RSA_1032)
    assert integrity(forge(made)) == second_opinion(forge(made)) == [("/", 0, "valid")]
    for padding, expected in ((b"\1", "valid"), (b"\0\0\0", "invalid")):
        data = forge(replace(made, item_afterwards=(revalued(attributes.SIGNATURE, lambda v, p=padding: v[:129] + p),)))
        assert integrity(data) == second_opinion(data) == [("/", 0, expected)]


@pytest.mark.parametrize("sample", ["nested-none-sha256", "sr-item-and-main-sha256", "mr-rle-creator-sha384"])
def test_a_changed_byte_anywhere_is_judged_alike(sample: str) -> None:
    """Every fifth byte of a file in turn is another.

    What is valid here is valid there, or there unreadable and here a finding; what is valid there is valid here, or
    hangs on a part of the certificate that the slow verifier does not read.
    """
    (data,) = (s.path.read_bytes() for s in samples() if s.path.stem == sample)
    for offset in range(132, len(data), 5):
        changed = data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]
        ours, theirs = integrity(changed), second_opinion(changed)
        for place, number, verdict in ours:
            if verdict == Status.VALID and theirs:
                assert (place, number, "valid") in theirs, offset
            elif verdict == Status.VALID:
                assert instance_of(changed).findings, offset
            elif (place, number, "valid") in theirs:
                (signature,) = (s for s in signatures(instance_of(changed)) if (s.place, s.number) == (place, number))
                assert signature.certificate_value not in data, offset
