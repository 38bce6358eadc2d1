"""The unsigned instances are rebuilt to the byte and hold what their recipes say."""

import io
import re
from collections.abc import Iterator
from itertools import groupby

import pydicom
import pytest
from pydicom.datadict import dictionary_VR
from pydicom.multival import MultiValue
from pydicom.pixels import get_decoder

from dicomsig.encoding.vr import padded
from dicomsig.vectors import encapsulated, pixels
from dicomsig.vectors.every_vr import USUAL
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.nodes import DataSet, Fragments, Leaf, Sequence
from dicomsig.vectors.rebuild import rebuild
from dicomsig.vectors.recipes import InstanceRecipe

RECIPES = list(instances(full=True).values())
LITTLE_ENDIAN = [recipe for recipe in RECIPES if recipe.form.syntax.little_endian]
TWINS = [list(group) for _, group in groupby(sorted(RECIPES, key=lambda r: r.sop_instance_uid), lambda r: r.make)]

every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


def read(recipe: InstanceRecipe) -> pydicom.FileDataset:
    return pydicom.dcmread(io.BytesIO(recipe.build()), force=not recipe.form.file_meta)


def intended(nodes: DataSet, path: str = "") -> Iterator[tuple[str, str, bytes]]:
    for node in nodes:
        here = f"{path}{node.tag:08x}"
        match node:
            case Leaf(_, vr, value):
                yield here, vr, padded(vr, value)
            case Sequence(_, items):
                yield here, "SQ", str(len(items)).encode()
                for index, item in enumerate(items):
                    yield from intended(item, f"{here}[{index}]/")
            case Fragments(_, table, fragments):
                yield here, "OB", b"|".join(padded("OB", part) for part in (table, *fragments))


def found(data_set: pydicom.Dataset, path: str = "") -> Iterator[tuple[str, str, bytes]]:
    for tag in sorted(data_set.keys()):
        if tag.element == 0 or tag == 0xFFFCFFFC:
            continue
        raw = data_set.get_item(tag)
        here = f"{path}{int(tag):08x}"
        vr = raw.VR or dictionary_VR(tag)
        if vr == "SQ":
            items = data_set[tag].value
            yield here, "SQ", str(len(items)).encode()
            for index, item in enumerate(items):
                yield from found(item, f"{here}[{index}]/")
        elif getattr(raw, "length", 0) == 0xFFFFFFFF:
            yield here, vr, b"|".join(fragments_of(raw.value))
        else:
            yield here, implied(vr, tag), undone(vr, raw.value)


def undone(vr: str, value: bytes | str | int | MultiValue[str] | None) -> bytes:
    """Pydicom decodes Specific Character Set and Pixel Representation at once, because others depend on them."""
    if isinstance(value, MultiValue):
        value = "\\".join(value)
    if isinstance(value, str):
        return padded(vr, value.encode())
    if isinstance(value, int):
        assert vr == "US"
        return value.to_bytes(2, "little")
    return value or b""


def implied(vr: str, tag: int) -> str:
    """The VR of implicit data where PS3.6 leaves a choice: pixels are OW (PS3.5 A.1)."""
    if len(vr) == 2:
        return vr
    assert (vr, tag) == ("OB or OW", 0x7FE00010)
    return "OW"


def fragments_of(value: bytes) -> Iterator[bytes]:
    while value.startswith(b"\xfe\xff\x00\xe0"):
        length = int.from_bytes(value[4:8], "little")
        yield value[8 : 8 + length]
        value = value[8 + length :]


@every_recipe
def test_the_committed_file_is_what_the_recipe_builds(recipe: InstanceRecipe) -> None:
    """Every build is byte-identical, on every machine and library version."""
    assert committed_path(recipe.name).read_bytes() == recipe.build() == recipe.build()


def test_every_committed_file_has_a_recipe() -> None:
    """No file outlives its recipe."""
    assert {path.stem for path in committed_path("ct").parent.glob("*.dcm")} == set(instances(full=True))


def test_rebuild_writes_every_instance(tmp_path) -> None:
    """The folder given is filled with one file a recipe and the paths are returned."""
    written = rebuild(tmp_path / "new")
    assert {path.stem for path in written} == set(instances(full=True))
    assert (tmp_path / "new" / "ct.dcm").read_bytes() == instances()["ct"].build()


def test_the_committed_files_are_small() -> None:
    """All instances together stay below 3 MB."""
    assert sum(committed_path(name).stat().st_size for name in instances(full=True)) < 3_000_000


@pytest.mark.parametrize("recipe", LITTLE_ENDIAN, ids=lambda recipe: recipe.name)
def test_pydicom_reads_every_value_that_was_written(recipe: InstanceRecipe) -> None:
    """Tag, VR and value bytes of every element at every depth are those of the recipe."""
    assert list(found(read(recipe))) == list(intended(recipe.data_set()))


@every_recipe
def test_titles_and_uids_are_complete(recipe: InstanceRecipe) -> None:
    """A recipe tells title, transfer syntax, SOP class and instance, and all UIDs that we make are under 2.25.7357."""
    made = read(recipe)
    assert recipe.title
    assert recipe.title == recipe.title.strip(". ")
    assert (made.SOPClassUID, made.SOPInstanceUID) == (recipe.sop_class_uid, recipe.sop_instance_uid)
    assert re.fullmatch(r"2\.25\.7357\d{17}", recipe.sop_instance_uid)
    if recipe.form.file_meta:
        assert made.file_meta.TransferSyntaxUID == recipe.transfer_syntax_uid
        assert made.file_meta.MediaStorageSOPInstanceUID == recipe.sop_instance_uid
        assert made.file_meta.MediaStorageSOPClassUID == recipe.sop_class_uid
    assert made.get("PatientName", "TEST^ONLY") == "TEST^ONLY"


def test_titles_are_distinct() -> None:
    """No two instances are described alike."""
    titles = [recipe.title for recipe in RECIPES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("recipes", [t for t in TWINS if len(t) > 1], ids=lambda recipes: recipes[0].name)
def test_forms_of_one_data_set_decode_alike(recipes: list[InstanceRecipe]) -> None:
    """Through pydicom every form of a data set gives the same values in the same order."""
    plain = [decoded(read(recipe)) for recipe in recipes]
    assert all(other == plain[0] for other in plain)
    assert len({recipe.build() for recipe in recipes}) == len(recipes)


def decoded(data_set: pydicom.Dataset, path: str = "") -> list[tuple[str, str, str, object]]:
    rows: list[tuple[str, str, str, object]] = []
    for element in data_set:
        if element.tag.element == 0 or element.tag == 0xFFFCFFFC:
            continue
        if element.VR == "SQ":
            rows.append((path, str(element.tag), "SQ", len(element.value)))
            for index, item in enumerate(element.value):
                rows += decoded(item, f"{path}{element.tag}[{index}]/")
        else:
            value = element.value
            if not isinstance(value, bytes):
                value = str(value)
            elif not data_set.original_encoding[1]:
                value = turned(element.VR, value)
            rows.append((path, str(element.tag), element.VR, value))
    return rows


def turned(vr: str, value: bytes) -> bytes:
    unit = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}.get(vr, 1)
    return b"".join(value[start : start + unit][::-1] for start in range(0, len(value), unit))


def test_every_vr_of_the_standard_is_there() -> None:
    """All 34 VRs of PS3.5 6.2 occur with a value, and all but SQ and UN empty."""
    expected = {vr.value for vr in pydicom.valuerep.VR if len(vr.value) == 2}
    rows = list(intended(instances()["every-vr"].data_set()))
    assert len(expected) == 34
    assert {vr for _, vr, value in rows if value} == expected
    assert {vr for path, vr, value in rows if not value and "[0]" in path} == expected - {"SQ", "UN"}
    assert set(USUAL) == expected - {"SQ"}


def test_every_vr_holds_long_values() -> None:
    """One UT and one OB value are longer than two bytes can count."""
    rows = list(intended(instances()["every-vr"].data_set()))
    assert {vr for _, vr, value in rows if len(value) > 0xFFFF} == {"OB", "UT"}


def test_nested_sequences_are_five_deep() -> None:
    """Five items enclose the innermost element; an empty sequence and an empty item occur."""
    rows = list(intended(instances()["nested"].data_set()))
    assert max(path.count("/") for path, _, _ in rows) == 6
    innermost = "00400555[0]/" + "0040a730[0]/" * 4
    assert (f"{innermost}0040a160", "UT", b"depth 1 ") in rows
    data_set = read(instances()["nested"])
    assert len(data_set.ReferencedImageSequence) == 0
    assert len(data_set.RequestAttributesSequence[0]) == 0


@pytest.mark.parametrize(
    ("name", "planes"),
    [
        ("mr-rle", [pixels.plane_16(64, 1)]),
        ("multi-frame-rle", [pixels.plane_8(32, frame) for frame in range(3)]),
        ("ultrasound-rle", [b"".join(pixels.rgb(64)[colour::3] for colour in range(3))]),
    ],
)
def test_pydicom_decodes_our_run_lengths(name: str, planes: list[bytes]) -> None:
    """RLE frames decode to the pixels they were made from."""
    data_set = read(instances()[name])
    decoder = get_decoder(data_set.file_meta.TransferSyntaxUID)
    options = {"decoding_plugin": "pydicom", "as_rgb": False}
    assert [bytes(frame) for frame, _ in decoder.iter_buffer(data_set, **options)] == planes


@pytest.mark.parametrize(
    ("name", "frames", "fragments", "entries"),
    [
        ("jpeg-2000", [0], 1, 0),
        ("jpeg-2000-offset-table", [1], 1, 1),
        ("jpeg-2000-fragments", [0], 4, 1),
        ("multi-frame-jpeg-2000", [0, 1, 2], 9, 3),
        ("multi-frame-jpeg-2000-empty-table", [0, 1, 2], 3, 0),
    ],
)
def test_jpeg_2000_frames_are_the_committed_codestreams(
    name: str, frames: list[int], fragments: int, entries: int
) -> None:
    """Offset tables are empty or filled, frames have one fragment or several, and pydicom finds each frame."""
    data_set = read(instances()[name])
    table, *parts = fragments_of(data_set.get_item(0x7FE00010).value)
    assert (len(parts), len(table) // 4) == (fragments, entries)
    got = list(pydicom.encaps.generate_frames(data_set.PixelData, number_of_frames=len(frames)))
    assert got == [padded("OB", encapsulated.codestream(frame)) for frame in frames]


def test_one_codestream_is_of_odd_length() -> None:
    """A fragment gets a pad byte after its end marker."""
    assert len(encapsulated.codestream(1)) % 2 == 1
    assert encapsulated.codestream(1).endswith(b"\xff\xd9")


def test_overlays_stand_in_two_repeating_groups() -> None:
    """Overlay Data occur in 6000 and in 6002."""
    data_set = read(instances()["ct-overlays"])
    assert data_set.overlay_array is not None
    assert [bool(data_set.get_item((group, 0x3000)).value.strip(b"\0")) for group in (0x6000, 0x6002)] == [True, True]


def test_the_bare_instance_begins_with_its_data_set() -> None:
    """Neither preamble nor File Meta Information precede (0008,0005)."""
    assert instances()["ct-bare"].build().startswith(b"\x08\x00\x05\x00\x0a\x00\x00\x00ISO_IR 100")
