"""The MAC stream is what the standard says, by both ways of making it, and each rule changes its own part of it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

import slow_verify
from dicomsig.encoding import tags, write
from dicomsig.encoding.elements import Element, walk_down
from dicomsig.encoding.findings import EncodingReason
from dicomsig.encoding.instance import Instance, instance_of, open_instance
from dicomsig.encoding.syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.stream import NotRebuildableError, mac_stream
from dicomsig.vectors.edits import as_bytes
from dicomsig.vectors.forge import Forgery, forge
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Fragments, Leaf, Sequence, data_set, encode, encode_instance
from dicomsig.vectors.samples import samples

FileOf = Callable[[str], bytes]
SUBJECTS = sorted([f"dcmtk/{sample.path.stem}" for sample in samples()] + [f"own/{name}" for name in instances()])
RULES = [field.name for field in fields(MacRules)]


def other(rules: MacRules, name: str) -> MacRules:
    """The rules with one of them turned round."""
    return replace(rules, **{name: not getattr(rules, name)})


def stream(instance: Instance, signature: Signature, rules: MacRules = STANDARD) -> bytes:
    listed = signature.parameters[0].tag_list.distinct
    return b"".join(map(bytes, mac_stream(instance, signature.data_set, listed, signature.item, rules)))


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_stream_is_that_of_the_slow_verifier(name: str, file_of: FileOf) -> None:
    """Byte for byte, in every syntax, length form and place."""
    data = file_of(name)
    instance = instance_of(data)
    for signature in signatures(instance):
        theirs = slow_verify.mac_stream(data, signature.place, signature.number)
        assert stream(instance, signature) == theirs
        assert len(theirs) > 100


@pytest.mark.parametrize("name", SUBJECTS)
def test_spans_give_what_elements_give(name: str, file_of: FileOf) -> None:
    """The bytes as they lie are those that encoding each element anew gives.

    Rules that turn nothing here, since a stream without signature item has no certificate, ask for the second way.
    """
    instance = instance_of(file_of(name))
    for signature in signatures(instance):
        listed = signature.parameters[0].tag_list.distinct
        standard = b"".join(map(bytes, mac_stream(instance, signature.data_set, listed, None)))
        anew = replace(STANDARD, certificate=True)
        assert standard == b"".join(map(bytes, mac_stream(instance, signature.data_set, listed, None, anew)))
        assert stream(instance, signature).startswith(standard)


def covered(signature: Signature) -> list[Element]:
    """Every element that is hashed, signature item included, to any depth; and what the MAC skips inside items."""
    listed = signature.parameters[0].tag_list.distinct
    outer = [e for e in signature.data_set if e.tag in listed and exclusion(e.tag) is None]
    return list(walk_down(outer + list(signature.item.elements)))


def applies(rule: str, signature: Signature) -> bool:
    """Whether there is anything in the stream that a rule speaks of."""
    elements = covered(signature)
    sequences = [e for e in elements if e.items is not None]
    inside = {inner.tag for sequence in sequences for item in sequence.items or () for inner in item.elements}
    own = {element.tag for element in signature.item.elements}
    match rule:
        case "sequence_length" | "sequence_delimiter":
            return bool(sequences)
        case "item_length" | "item_delimiter":
            return any(sequence.items for sequence in sequences)
        case "fragment_length" | "fragments_length" | "offset_table":
            return any(element.fragments for element in elements)
        case "group_lengths":
            return any(map(tags.is_group_length, inside | own))
        case "nested_signatures":
            return bool(inside & {tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES})
        case _:
            return True


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_changes_the_stream_where_it_applies_and_only_there(rule: str, file_of: FileOf) -> None:
    """Over all fixtures and samples; each rule applies somewhere, and those about special things not everywhere."""
    found = set()
    for name in SUBJECTS:
        instance = instance_of(file_of(name))
        for signature in signatures(instance):
            due = applies(rule, signature)
            assert (stream(instance, signature, other(STANDARD, rule)) != stream(instance, signature)) == due, name
            found.add(due)
    always = {"signature_item", "signature_item_tag", "certificate"}
    assert found == ({True} if rule in always else {True, False})


# One small instance, and the stream by hand under every rule

INNER = data_set(
    Leaf(0x00080000, "UL", b"\x0c\0\0\0"),
    Leaf(0x00080100, "SH", b"AB"),
    Sequence(tags.MAC_PARAMETERS, ((),)),
    Sequence(tags.DIGITAL_SIGNATURES),
)
CONTENT = data_set(
    Leaf(0x00080016, "UI", b"1.2\0"),
    Sequence(0x00081140, (INNER, ())),
    Fragments(tags.PIXEL_DATA, b"", (b"\1\2",)),
)
LISTED = {0x00080016, 0x00081140, tags.PIXEL_DATA}

ITEM, ITEM_END, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"
CLASS = b"\x08\x00\x16\x00UI\x04\x001.2\x00"
SEQUENCE, SEQUENCE_LENGTH = b"\x08\x00\x40\x11SQ\x00\x00", b"\x46\x00\x00\x00"
GROUP_LENGTH, NAME = b"\x08\x00\x00\x00UL\x04\x00\x0c\x00\x00\x00", b"\x08\x00\x00\x01SH\x02\x00AB"
PARAMETERS, NO_SIGNATURES = b"\xfe\x4f\x01\x00SQ\x00\x00" + ITEM + END, b"\xfa\xff\xfa\xffSQ\x00\x00" + END
PIXELS = b"\xe0\x7f\x10\x00OB\x00\x00"
STREAM = [CLASS, SEQUENCE, ITEM, NAME, ITEM, END, PIXELS, ITEM, ITEM, b"\1\2", END]

BY_HAND = {
    "sequence_length": [CLASS, SEQUENCE, SEQUENCE_LENGTH, *STREAM[2:]],
    "sequence_delimiter": [*STREAM[:5], *STREAM[6:]],
    "item_length": [CLASS, SEQUENCE, ITEM, b"\x36\0\0\0", NAME, ITEM, bytes(4), END, *STREAM[6:]],
    "item_delimiter": [CLASS, SEQUENCE, ITEM, NAME, ITEM_END, ITEM, ITEM_END, END, *STREAM[6:]],
    "fragment_length": [*STREAM[:7], ITEM, bytes(4), ITEM, b"\2\0\0\0", b"\1\2", END],
    "fragments_length": [*STREAM[:7], b"\xff\xff\xff\xff", *STREAM[7:]],
    "offset_table": [*STREAM[:7], ITEM, b"\1\2", END],
    "group_lengths": [CLASS, SEQUENCE, ITEM, GROUP_LENGTH, NAME, *STREAM[4:]],
    "nested_signatures": [CLASS, SEQUENCE, ITEM, NAME, PARAMETERS, NO_SIGNATURES, *STREAM[4:]],
    "signature_item": STREAM,
    "signature_item_tag": [*STREAM, ITEM],
    "certificate": STREAM,
}


def reference_digest_stream(data: bytes, rules: MacRules = STANDARD, listed: set[int] | None = None) -> bytes:
    instance = instance_of(data)
    return b"".join(map(bytes, mac_stream(instance, instance.elements, listed or LISTED, None, rules)))


@pytest.mark.parametrize("rule", ["standard", *RULES])
def test_the_stream_under_each_rule_is_as_written_by_hand(rule: str) -> None:
    """Without a signature item: it is the stream of a reference digest (PS3.3 C.17.2.1)."""
    data = encode_instance(CONTENT, Form(instances()["mr-rle"].form.syntax))
    rules = STANDARD if rule == "standard" else other(STANDARD, rule)
    assert reference_digest_stream(data, rules).hex() == b"".join(BY_HAND.get(rule, STREAM)).hex()


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=["implicit", "big-endian"])
@pytest.mark.parametrize("undefined", [False, True])
def test_other_syntaxes_give_the_stream_of_explicit_little_endian(syntax: object, undefined: bool) -> None:
    """Headers are encoded anew and numbers turned (PS3.3 C.12.1.1.3)."""
    content = tuple(node for node in CONTENT if not isinstance(node, Fragments))
    form = Form(syntax, undefined_sequences=undefined, undefined_items=undefined)  # type: ignore[arg-type]
    assert reference_digest_stream(encode_instance(content, form)).hex() == b"".join(STREAM[:6]).hex()


def test_reserved_bytes_are_hashed_as_zero() -> None:
    """Whatever they are: they are not interpreted (PS3.5 7.1.2). At the top, in items, on sequences."""
    inner = Leaf(0x00081199, "UT", b"text")
    content = data_set(
        Leaf(0x00080016, "UI", b"1.2\0"), Sequence(0x00081140, ((inner,),)), Leaf(0x00204000, "UT", b"x ")
    )
    good = encode_instance(content, Form())
    listed = {0x00080016, 0x00081140, 0x00204000}
    for tag in (0x00081140, 0x00204000):
        edit = as_bytes(tag, lambda encoded: encoded[:6] + b"\1\2" + encoded[8:])
        odd = encode_instance(edit(content), Form())
        assert [f.reason for f in instance_of(odd).findings] == [EncodingReason.RESERVED_BYTES]
        assert reference_digest_stream(odd, listed=listed) == reference_digest_stream(good, listed=listed)
    inside = encode((inner,), Form())
    odd = good.replace(inside, inside[:6] + b"\1\2" + inside[8:])
    assert reference_digest_stream(odd, listed=listed) == reference_digest_stream(good, listed=listed)


def test_excluded_elements_are_skipped_even_when_listed() -> None:
    """Group lengths, groups below 0008, Length to End, signatures, parameters, padding (PS3.3 C.12.1.1.3.1.1)."""
    nodes = (
        Leaf(0x00041130, "CS", b"AB"),
        Leaf(0x00080000, "UL", bytes(4)),
        Leaf(0x00080001, "UL", bytes(4)),
        Leaf(0x00080016, "UI", b"1.2\0"),
        Sequence(tags.MAC_PARAMETERS, ((),)),
        Sequence(tags.DIGITAL_SIGNATURES, ((),)),
        Leaf(0xFFFAFFFB, "OB", b"ab"),
        Leaf(tags.TRAILING_PADDING, "OB", bytes(2)),
    )
    data = encode_instance(nodes, Form())
    assert reference_digest_stream(data, listed={node.tag for node in nodes}) == CLASS


def test_a_value_too_long_for_its_vr_cannot_be_rebuilt() -> None:
    """More than 65534 bytes of a short VR fit Implicit VR only (PS3.5 6.2.2); the element is named."""
    for size, fits in ((0xFFFE, True), (0x10000, False)):
        body = write.encode_element(0x00080016, "UI", b"1.2", IMPLICIT_LITTLE_ENDIAN)
        body += write.encode_element(0x00204000, "LT", b"x" * size, IMPLICIT_LITTLE_ENDIAN)
        if fits:
            assert len(reference_digest_stream(body, listed={0x00204000})) == size + 8
        else:
            with pytest.raises(NotRebuildableError, match=r"\(0020,4000\)"):
                reference_digest_stream(body, listed={0x00204000})


@pytest.mark.parametrize("name", ["enhanced-ct", "every-vr-big-endian", "every-vr-implicit", "ct-deflated"])
def test_a_file_streams_like_its_bytes(name: str, tmp_path: Path, file_of: FileOf) -> None:
    """A buffer is good until the next is asked for; copied in time they make up the same stream."""
    data = file_of(f"own/{name}")
    path = tmp_path / "object.dcm"
    path.write_bytes(data)
    with open_instance(path) as instance:
        (signature,) = signatures(instance)
        here = stream(instance, signature)
    in_memory = instance_of(data)
    (signature,) = signatures(in_memory)
    assert here == stream(in_memory, signature)


LARGE = 60 << 20
MEASURE = """
import os, resource, sys
from dicomsig.encoding.instance import open_instance
from dicomsig.signatures.verify import verify
with open_instance(sys.argv[1]) as instance:
    list(verify(instance))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open_instance(sys.argv[2]) as instance:
    (verdict,) = verify(instance)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(verdict.integrity, after - before)
"""


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN], ids=["spans", "elements"])
def test_a_large_object_takes_little_memory(syntax: object, tmp_path: Path) -> None:
    """60 MB of frames are hashed with less than 40 MB more than a small instance takes, by both ways.

    The signature is one over other frames: whether it holds makes no difference to what is read.
    """
    small = tmp_path / "small.dcm"
    form = Form(syntax)  # type: ignore[arg-type]
    small.write_bytes(forge(Forgery(data_set(*instances()["ct"].data_set()), form)))
    data = small.read_bytes()
    instance = instance_of(data)
    (pixels,) = (e for e in instance.elements if e.tag == tags.PIXEL_DATA)
    large = tmp_path / "large.dcm"
    with large.open("wb") as out:
        out.write(data[: pixels.start])
        out.write(write.encode_header(tags.PIXEL_DATA, "OW", LARGE, form.syntax))
        out.seek(LARGE, 1)
        out.write(data[pixels.end :])
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    integrity, grown = done.stdout.split()
    assert integrity == "invalid"
    assert int(grown) < 40 * 1024
