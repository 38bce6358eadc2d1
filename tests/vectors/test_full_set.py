"""Every module that PS3.15 C.2 and C.3 name occurs in an unsigned instance, which holds what its recipe says."""

import io
import json
import struct
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import pydicom
import pytest
from pydicom.encaps import generate_frames

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.finding import Answer
from dicomsig.conformance.modules import Certainty, due_attributes
from dicomsig.conformance.views import judged
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.vr import padded
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors import encapsulated
from dicomsig.vectors.forge import Forgery, forge, signable_tags
from dicomsig.vectors.full_set import compressed_images
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.pixels import disc
from dicomsig.vectors.recipes import InstanceRecipe
from dicomsig.vectors.wrong_signers.twins import of
from slow_verify import signatures as slow_signatures

FULL = instances(full=True)
NEW = {name: recipe for name, recipe in FULL.items() if name not in instances()}

PROFILES = {"creator": "c.2", "authorization": "c.3"}

GAPS: dict[tuple[str, str], str] = {}
"""Profile and module that no instance has, each with the reason; none today."""

WITHOUT_IOD = {"Curve"}
"""Retired in 2004: no IOD of today includes it, so group 50xx alone decides (PS3.15 C.2)."""

MULTI_BYTE = {
    "iso-2022-ir-87": (["", "ISO 2022 IR 87"], "TEST^ONLY=試験^専用=しけん^せんよう", "試験専用 only", "試験\r\n専用"),
    "gb18030": ("GB18030", "Test^Only=测衆^专用", "测试专用", "测试 \U00020000"),
    "utf-8": (
        "ISO_IR 192",
        "TEST^ONLY=試驗^專用=시험^전용",
        "δοκιμή тест اختبار מבחן",
        "pr\u00fcfen pru\u0308fen \U00020bb7",
    ),
}
"""Specific Character Set, a person name, a short and a long text as a reader has to understand them."""


# Which modules occur


@cache
def content(name: str) -> Any:
    return json.loads((resources.content("profiles") / name).read_text(encoding="utf-8"))


def named_modules(profile: str) -> Iterator[str]:
    """The modules of PS3.3 that the list of a profile names as a whole, in any edition."""
    for entry in content("profiles.json")[profile]:
        if "attributes" not in entry:
            yield from entry.get("maps_to", [entry["module"]])


def members(module: str) -> set[str]:
    """The tags of a module as modules.json writes them, of the edition of its tables."""
    return {row["tag"] for row in content("modules.json")["modules"][module]}


@cache
def present(name: str) -> frozenset[str]:
    """The tags of the top level, those of repeating groups as modules.json writes them too."""
    found = {tags.format_tag(node.tag) for node in FULL[name].data_set()}
    return frozenset(found | {f"({tag[1:3]}xx,{tag[6:]}" for tag in found if tag[1:3] in ("50", "60")})


@cache
def iod_modules(name: str) -> frozenset[str]:
    """The modules of the IOD; of a private SOP Class nothing is known."""
    iods = content("iods.json")
    iod = iods["sop_classes"].get(FULL[name].sop_class_uid)
    return frozenset(WITHOUT_IOD | set(iods["iods"].get(iod, ())))


def missing_modules(names: Collection[str]) -> set[tuple[str, str]]:
    """The modules of which no instance has an attribute although its IOD includes the module."""
    return {
        (profile, module)
        for profile in PROFILES
        for module in named_modules(profile)
        if not any(module in iod_modules(name) and members(module) & present(name) for name in names)
    }


def test_every_listed_module_occurs_or_its_gap_is_listed() -> None:
    """Each module of C.2 and C.3 has an attribute in an instance whose IOD includes it; no gap outlives its cause."""
    assert missing_modules(FULL) == set(GAPS)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("cr-curves", "Curve"),
        ("breast-projection", "Enhanced Mammography Image"),
        ("surface-scan-point-cloud", "Point Cloud"),
        ("implant-template", "Generic Implant Template Mating Features"),
    ],
)
def test_a_module_without_its_instance_is_missed(name: str, module: str) -> None:
    """Where one instance alone has a module, the count without that instance says so."""
    assert {found for _, found in missing_modules(set(FULL) - {name})} >= {module}


# Each row of the lists can be met and broken


def certain(profile: str, recipe: InstanceRecipe) -> Iterator[tuple[str, tags.Tag]]:
    """The rows that surely want an element of an instance signed, with the element."""
    held = {node.tag for node in recipe.data_set()}
    for due in due_attributes(profile, edition(DEFAULT), recipe.sop_class_uid, held):
        if due.certainty is Certainty.DUE:
            yield due.requirement, due.tag


@cache
def wanted(profile: str) -> dict[str, tuple[str, tuple[tags.Tag, ...]]]:
    """For each row the first instance that is held to it, and the elements that the row wants signed there."""
    found: dict[str, tuple[str, tuple[tags.Tag, ...]]] = {}
    for name, recipe in FULL.items():
        due = list(certain(profile, recipe))
        for requirement in {row for row, _ in due} - set(found):
            found[requirement] = name, tuple(tag for row, tag in due if row == requirement)
    return found


def module_rows(profile: str) -> set[str]:
    return {row for row in registered() if row.startswith(f"ps3.15-{PROFILES[profile]}-module-")}


def answers(requirement: str, name: str, leave_out: tuple[tags.Tag, ...] = ()) -> set[Answer | None]:
    """What the check of a row says of an instance that is signed but for some elements."""
    base = FULL[name].data_set()
    listed = tuple(tag for tag in signable_tags(base) if tag not in leave_out)
    data = forge(Forgery(base, FULL[name].form, listed=listed))
    check = registered()[requirement]
    findings = [check.ask(signature) for signature in judged(instance_of(data), edition(DEFAULT)).signatures]
    return {finding.answer if finding else None for finding in findings}


@pytest.mark.parametrize("profile", PROFILES)
def test_an_instance_is_held_to_each_row_of_a_module(profile: str) -> None:
    """There is an instance in which each module row surely wants something signed."""
    assert len(module_rows(profile)) > 30
    assert module_rows(profile) - set(wanted(profile)) == set()


@pytest.mark.parametrize(("profile", "row"), [(p, row) for p in PROFILES for row in sorted(module_rows(p))])
def test_each_row_of_a_module_can_be_met_and_broken(profile: str, row: str) -> None:
    """With all elements signed the row holds; without those that it wants it is broken."""
    name, due = wanted(profile)[row]
    assert answers(row, name) == {Answer.HOLDS}
    assert answers(row, name, leave_out=due) == {Answer.BROKEN}


# The instances themselves


def read(name: str) -> pydicom.FileDataset:
    return pydicom.dcmread(io.BytesIO(FULL[name].build()))


def test_the_full_set_adds_to_the_core_set() -> None:
    """The core set is part of the full one, which adds at least the kinds that were asked for."""
    assert set(instances()) < set(FULL)
    assert len({recipe.sop_class_uid for recipe in NEW.values()}) >= 30


def test_further_instances_are_small() -> None:
    """No instance of the full set that the core set lacks is larger than 8 KB."""
    assert max(committed_path(name).stat().st_size for name in NEW) < 8_000


@pytest.mark.parametrize("name", NEW)
def test_a_signature_over_the_instance_holds(name: str) -> None:
    """An honest signature over everything holds, by both verifiers."""
    data = forge(of(name))
    (verdict,) = verify(instance_of(data))
    assert (verdict.integrity, verdict.structure) == (Status.VALID, Status.VALID)
    assert [opinion.integrity for opinion in slow_signatures(data)] == ["valid"]


@pytest.mark.parametrize("name", MULTI_BYTE)
def test_multi_byte_text_is_understood(name: str) -> None:
    """Pydicom decodes the bytes to the text that was meant, at the top and in an item."""
    character_set, person, short, long = MULTI_BYTE[name]
    data_set = read(name)
    (item,) = data_set.ReferringPhysicianIdentificationSequence
    assert data_set.SpecificCharacterSet == character_set
    assert data_set.ReferringPhysicianName == person
    assert (data_set.StudyDescription, item.InstitutionName) == (short, short)
    assert (data_set.ImageComments, item.PersonAddress) == (long, long)


def test_a_character_has_the_byte_of_the_backslash() -> None:
    """In GB18030 the byte 5C may end a character; it separates no values (PS3.5 6.1.2.4)."""
    raw = read("gb18030").get_item(0x00080090).value
    assert raw.count(b"\\") == 1
    assert not isinstance(read("gb18030").ReferringPhysicianName, pydicom.multival.MultiValue)


@pytest.mark.parametrize(
    ("name", "stream", "start"),
    [
        ("jpeg-baseline", "gray-baseline.jpg", b"\xff\xd8\xff\xe0"),
        ("jpeg-baseline-colour", "colour-baseline.jpg", b"\xff\xd8\xff\xe0"),
        ("jpeg-ls", "mr-lossless.jls", b"\xff\xd8\xff\xf7"),
    ],
)
def test_frames_are_the_committed_codestreams(name: str, stream: str, start: bytes) -> None:
    """The frame that pydicom finds is a whole JPEG or JPEG-LS codestream."""
    (frame,) = generate_frames(read(name).PixelData, number_of_frames=1)
    assert frame == padded("OB", compressed_images.committed(stream))
    assert frame.startswith(start)
    assert frame.rstrip(b"\0").endswith(b"\xff\xd9")


def test_the_extended_offset_table_finds_each_frame() -> None:
    """Pydicom reaches the frames by offsets and lengths while the Basic Offset Table is empty."""
    data_set = read("extended-offset-table")
    table = data_set.ExtendedOffsetTable, data_set.ExtendedOffsetTableLengths
    assert data_set.PixelData.startswith(b"\xfe\xff\x00\xe0\x00\x00\x00\x00")
    frames = list(generate_frames(data_set.PixelData, number_of_frames=3, extended_offsets=table))
    assert frames == [padded("OB", encapsulated.codestream(frame)) for frame in range(3)]
    assert [len(frame) for frame in frames] == list(struct.unpack("<3Q", table[1]))


def test_the_curves_are_in_two_repeating_groups() -> None:
    """Groups 5000 and 5002 hold as many points as they say, of two coordinates of 16 bits."""
    data_set = read("cr-curves")
    for group in (0x5000, 0x5002):
        assert len(data_set[group, 0x3000].value) == 4 * data_set[group, 0x0010].value


def test_segmentation_frames_are_packed_across_bytes() -> None:
    """Discs of 361 bits follow each other without a gap, the first pixel in the lowest bit (PS3.5 8.1.1)."""
    data_set = read("segmentation")
    bits = [byte >> place & 1 for byte in data_set.PixelData for place in range(8)]
    pixels = [(row, column) for row in range(data_set.Rows) for column in range(data_set.Columns)]
    discs = [disc(data_set.Rows - frame) for frame in range(data_set.NumberOfFrames)]
    expected = [int(inside(*pixel) > 0) for inside in discs for pixel in pixels]
    assert (len(expected), sum(expected) > 361) == (3 * 361, True)
    assert bits == expected + [0] * (len(bits) - len(expected))


def test_the_document_is_a_whole_pdf_of_odd_length() -> None:
    """The offsets in the PDF are those of its objects, and its length is told without the pad byte."""
    data_set = read("encapsulated-pdf")
    length = data_set.EncapsulatedDocumentLength
    pdf = data_set.EncapsulatedDocument[:length]
    assert length % 2 == 1
    assert len(data_set.EncapsulatedDocument) == length + 1
    table = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    rows = pdf[table:].splitlines()[3:7]
    for number, row in enumerate(rows, 1):
        assert pdf[int(row[:10]) :].startswith(b"%d 0 obj\n" % number)


def test_all_leads_of_the_ecg_are_there() -> None:
    """Twelve leads are sampled together and annotations name existing channels."""
    data_set = read("ecg")
    (group,) = data_set.WaveformSequence
    assert group.NumberOfWaveformChannels == len(group.ChannelDefinitionSequence) == 12
    assert len(group.WaveformData) == 2 * 12 * group.NumberOfWaveformSamples
    channels = [annotation.ReferencedWaveformChannels for annotation in data_set.WaveformAnnotationSequence]
    assert all(multiplex == 1 and channel <= 12 for multiplex, channel in channels)


@pytest.mark.parametrize(
    ("name", "flag", "observers"), [("comprehensive-sr", "UNVERIFIED", 0), ("comprehensive-sr-verified", "VERIFIED", 1)]
)
def test_verification_flag_and_observers_agree(name: str, flag: str, observers: int) -> None:
    """A report is verified when it names who verified it (PS3.3 C.17.2)."""
    data_set = read(name)
    assert data_set.VerificationFlag == flag
    assert len(data_set.get("VerifyingObserverSequence", [])) == observers


def test_references_within_the_set_are_to_instances_of_it() -> None:
    """A reference to an instance of the set gives the SOP Class that this instance has."""
    classes = {recipe.sop_instance_uid: recipe.sop_class_uid for recipe in FULL.values()}
    found = 0
    for name in NEW:
        for item in items(read(name)):
            if item.get("ReferencedSOPInstanceUID") in classes:
                found += 1
                assert item.ReferencedSOPClassUID == classes[item.ReferencedSOPInstanceUID]
    assert found > 20


def items(data_set: pydicom.Dataset) -> Iterator[pydicom.Dataset]:
    for element in data_set:
        if element.VR == "SQ":
            for item in element.value:
                yield item
                yield from items(item)
