"""A DICOMDIR is followed to the files it refers to, and nowhere else."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pydicom
import pytest
from pydicom.fileset import FileSet

from dicomsig.encoding.vr import LONG
from dicomsig.systems.files import find_files
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PassedOver
from dicomsig.vectors.samples import samples

Tell = Callable[[Iterable[Found]], list[tuple[str, str]]]


def element(group: int, number: int, vr: str, value: bytes) -> bytes:
    """One element in Explicit VR Little Endian."""
    head = group.to_bytes(2, "little") + number.to_bytes(2, "little") + vr.encode()
    if vr in LONG:
        return head + bytes(2) + len(value).to_bytes(4, "little") + value
    return head + len(value).to_bytes(2, "little") + value


def dicomdir(*references: bytes, in_use: bytes = b"\xff\xff", preamble: bytes = bytes(128)) -> bytes:
    """A DICOMDIR with a record for each Referenced File ID, and one without."""
    meta = element(2, 1, "OB", b"\0\1") + element(2, 2, "UI", b"1.2.840.10008.1.3.10")
    meta += element(2, 0x10, "UI", b"1.2.840.10008.1.2.1\0")
    records = [element(4, 0x1410, "US", b"\xff\xff") + element(4, 0x1430, "CS", b"PATIENT ")]
    for reference in references:
        value = reference + b" " * (len(reference) % 2)
        records.append(element(4, 0x1410, "US", in_use) + element(4, 0x1500, "CS", value))
    items = b"".join(b"\xfe\xff\x00\xe0" + len(r).to_bytes(4, "little") + r for r in records)
    return preamble + b"DICM" + meta + element(4, 0x1130, "CS", b"") + element(4, 0x1220, "SQ", items)


@pytest.fixture
def disc(tmp_path: Path, instance: bytes) -> Path:
    """A folder IMAGES with two instances, to be given a DICOMDIR."""
    folder = tmp_path / "disc"
    (folder / "IMAGES").mkdir(parents=True)
    for name in ("IM1", "IM2"):
        (folder / "IMAGES" / name).write_bytes(instance)
    return folder


def only(found: Iterable[Found]) -> FoundFile | NotAnInstance:
    """What is found besides the DICOMDIR, which comes first."""
    first, second = found
    assert isinstance(first, NotAnInstance)
    assert first.kind is PassedOver.DICOMDIR
    return second


def test_each_referenced_file_is_found_once_in_the_order_of_the_records(disc: Path, told: Tell) -> None:
    """Records in a row refer to files; one that is referred to twice is judged once; others in the folder are not."""
    (disc / "IMAGES" / "IM3").write_bytes(b"")
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM2", b"IMAGES\\IM1", b"IMAGES\\IM2"))
    assert told(find_files([disc / "DICOMDIR"])) == [
        (f"{disc}/DICOMDIR", "dicomdir"),
        (f"{disc}/IMAGES/IM2", "dicomdir"),
        (f"{disc}/IMAGES/IM1", "dicomdir"),
    ]


def test_a_file_set_that_another_library_wrote_is_followed(tmp_path: Path) -> None:
    """The file-set that pydicom makes of two instances leads to these two."""
    file_set = FileSet()
    source = pydicom.dcmread(samples()[0].path)
    uids = []
    for number in ("1", "2"):
        source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = f"2.25.{number}"
        uids.append(source.SOPInstanceUID)
        file_set.add(source)
    file_set.write(tmp_path)
    found = [one for one in find_files([tmp_path / "DICOMDIR"]) if isinstance(one, FoundFile)]
    assert {one.origin for one in found} == {Origin.DICOMDIR}
    assert sorted(pydicom.dcmread(one.path).SOPInstanceUID for one in found) == uids


@pytest.mark.parametrize("name", ["DICOMDIR", "index.dcm"])
def test_a_dicomdir_in_a_folder_is_named_and_the_folder_is_read_as_one(disc: Path, told: Tell, name: str) -> None:
    """What makes it a DICOMDIR is its Media Storage SOP Class, not its name; references play no part."""
    (disc / name).write_bytes(dicomdir(b"..\\..\\x", b"IMAGES\\GONE"))
    assert told(find_files([disc])) == [
        *[(f"{disc}/{name}", "dicomdir")] * (name == "DICOMDIR"),
        (f"{disc}/IMAGES/IM1", "folder"),
        (f"{disc}/IMAGES/IM2", "folder"),
        *[(f"{disc}/{name}", "dicomdir")] * (name != "DICOMDIR"),
    ]


def test_an_instance_that_mentions_the_class_of_a_dicomdir_is_an_instance(
    tmp_path: Path, instance: bytes, told: Tell
) -> None:
    """The UID counts only as Media Storage SOP Class, as a whole."""
    (tmp_path / "1").write_bytes(b"1.2.840.10008.1.3.10".ljust(128, b"\0") + instance[128:])
    (tmp_path / "2").write_bytes(
        dicomdir().replace(b"UI\x14\x001.2.840.10008.1.3.10", b"UI\x16\x001.2.840.10008.1.3.10.1")
    )
    assert [kind for _, kind in told(find_files([tmp_path]))] == ["folder", "folder"]


HOSTILE = [
    b"..\\..\\x",
    b"..",
    b".",
    b"IMAGES\\..\\..\\secret",
    b"\\IMAGES\\IM1",
    b"\\\\server\\share",
    b"IMAGES\\\\IM1",
    b"/etc/passwd",
    b"IMAGES/../../secret",
    b"IMAGES/IM1",
    b"C:\\IMAGES",
    b"C:IM1",
    b"IMAGES\\IM1:stream",
    b"IMAGES\\.. \\..\\secret",
    b"IMAGES\\...",
    b"a\0b",
    b"a\nb",
    b"A" * 1100,
    b"A\\" * 500 + b"A" * 200,
]


@pytest.mark.parametrize("reference", HOSTILE)
def test_a_reference_that_leads_elsewhere_is_refused(disc: Path, reference: bytes) -> None:
    """Ways up, absolute paths, drive letters, streams, separators of the system and control characters are refused."""
    (disc.parent / "secret").write_bytes(b"x")
    (disc / "DICOMDIR").write_bytes(dicomdir(reference))
    found = only(find_files([disc / "DICOMDIR"]))
    assert isinstance(found, NotAnInstance)
    assert found.kind is PassedOver.REFERENCE_REFUSED
    assert found.shown.startswith(f"{disc}/DICOMDIR!/")
    assert found.shown.isprintable()


@pytest.mark.parametrize("reference", [b"OUT", b"OUTSIDE\\secret", b"IMAGES\\OUT"])
def test_a_reference_through_a_link_out_of_the_folder_is_refused(disc: Path, reference: bytes) -> None:
    """A link to a file or a folder beside the disc, by which a reference would lead out, is not followed."""
    (disc.parent / "disc-2").mkdir()
    (disc.parent / "disc-2" / "secret").write_bytes(b"x")
    (disc / "OUT").symlink_to("../disc-2/secret")
    (disc / "OUTSIDE").symlink_to("../disc-2")
    (disc / "IMAGES" / "OUT").symlink_to(disc.parent / "disc-2" / "secret")
    (disc / "DICOMDIR").write_bytes(dicomdir(reference))
    found = only(find_files([disc / "DICOMDIR"]))
    assert isinstance(found, NotAnInstance)
    assert found.kind is PassedOver.REFERENCE_REFUSED


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (b"IMAGES\\GONE", PassedOver.REFERENCE_MISSING),
        (b"NONE\\IM1", PassedOver.REFERENCE_MISSING),
        (b"IMAGES\\IM1\\IM1", PassedOver.REFERENCE_MISSING),
        (b"BROKEN", PassedOver.REFERENCE_MISSING),
        (b"IMAGES", PassedOver.REFERENCE_REFUSED),
        (b"FIFO", PassedOver.SPECIAL_FILE),
        (b"LOOP", PassedOver.UNREADABLE),
        (b"A" * 300, PassedOver.UNREADABLE),
        (b"DICOMDIR", PassedOver.REPEATED),
        (b"DICOMDIR2", PassedOver.DICOMDIR),
    ],
)
def test_a_reference_to_what_is_no_file_is_reported(disc: Path, reference: bytes, kind: PassedOver) -> None:
    """A missing file is a finding of its own; folders, special files, loops and other DICOMDIRs are named."""
    os.mkfifo(disc / "FIFO")
    (disc / "LOOP").symlink_to("LOOP")
    (disc / "BROKEN").symlink_to("GONE")
    (disc / "DICOMDIR").write_bytes(dicomdir(reference))
    (disc / "DICOMDIR2").write_bytes(dicomdir(b"DICOMDIR"))
    found = only(find_files([disc / "DICOMDIR"]))
    assert isinstance(found, NotAnInstance)
    assert found.kind is kind


@pytest.mark.parametrize("content", [b"", b"text", bytes(500)])
def test_a_referenced_file_is_a_file_to_judge_whatever_it_holds(disc: Path, told: Tell, content: bytes) -> None:
    """What a DICOMDIR names is never "not DICOM"."""
    (disc / "IMAGES" / "IM1").write_bytes(content)
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1"))
    assert told(find_files([disc / "DICOMDIR"]))[1:] == [(f"{disc}/IMAGES/IM1", "dicomdir")]


@pytest.mark.parametrize("name", ["im1.dcm", "\udcff\udce9"])
def test_a_reference_of_unusual_letters_is_followed(disc: Path, instance: bytes, told: Tell, name: str) -> None:
    """Small letters, extensions and bytes beyond ASCII break the rules of media, and the file can be judged."""
    (disc / name).write_bytes(instance)
    (disc / "DICOMDIR").write_bytes(dicomdir(os.fsencode(name) + b" "))
    (found,) = [one for one in find_files([disc / "DICOMDIR"]) if isinstance(one, FoundFile)]
    assert found.path == disc / name


def test_an_inactive_record_is_not_followed(disc: Path, told: Tell) -> None:
    """A record that is no longer in use may refer to a file that is gone (PS3.3 F.3.2.2)."""
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\GONE", in_use=b"\0\0"))
    assert told(find_files([disc / "DICOMDIR"])) == [(f"{disc}/DICOMDIR", "dicomdir")]


@pytest.mark.parametrize("cut", [20, 1])
def test_a_dicomdir_that_cannot_be_read_is_a_file_to_judge(disc: Path, told: Tell, cut: int) -> None:
    """Who opens it reports the byte."""
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1")[:-cut])
    assert told(find_files([disc / "DICOMDIR"])) == [(f"{disc}/DICOMDIR", "argument")]


def test_a_dicomdir_behind_a_link_refers_to_files_beside_itself(disc: Path, told: Tell) -> None:
    """References count from where the DICOMDIR is, not from where the link to it is."""
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1"))
    (disc.parent / "link").symlink_to("disc/DICOMDIR")
    assert told(find_files([disc.parent / "link"]))[1:] == [(f"{disc}/IMAGES/IM1", "dicomdir")]


def test_file_sets_and_folders_together_find_each_file_once(disc: Path, told: Tell) -> None:
    """A DICOMDIR and the folder it lies in, in either order, and an argument among them."""
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM2"))
    for paths in (
        [disc / "DICOMDIR", disc],
        [disc, disc / "DICOMDIR"],
        [disc / "DICOMDIR", disc, disc / "IMAGES" / "IM2"],
        [disc / "IMAGES" / "IM2", disc / "DICOMDIR", disc / "DICOMDIR", disc / "IMAGES"],
    ):
        found = [one for one in find_files(paths) if isinstance(one, FoundFile)]
        assert sorted(one.path.name for one in found) == ["IM1", "IM2"]


def test_a_damaged_dicomdir_is_followed_or_to_judge_and_never_an_error(disc: Path) -> None:
    """Every byte changed in turn: whatever is found lies on the disc."""
    whole = dicomdir(b"IMAGES\\IM1", b"..\\x")
    path = disc / "DICOMDIR"
    for offset in range(132, len(whole)):
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 0x21]) + whole[offset + 1 :])
        for one in find_files([path]):
            if isinstance(one, FoundFile):
                assert one.path.resolve().is_relative_to(disc)


def test_the_preamble_of_a_dicomdir_may_be_anything(disc: Path, told: Tell) -> None:
    """A preamble that begins like an archive or names a DICOMDIR does not hide what the file is."""
    for start in (b"PK\x03\x04", b"II*\0"):
        (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1", preamble=start.ljust(128, b"\0")))
        assert told(find_files([disc / "DICOMDIR"]))[1:] == [(f"{disc}/IMAGES/IM1", "dicomdir")]


@pytest.mark.parametrize("spelling", ["images/im1", "Images/iM1", "images/IM1"])
def test_a_file_copied_in_another_case_is_found(disc: Path, told: Tell, spelling: str) -> None:
    """A DICOMDIR names files in upper case; a copy of the medium may have them in lower case."""
    (disc / "IMAGES").rename(disc / "copied")
    (disc / "copied" / "IM1").rename(disc / "copied" / Path(spelling).name)
    (disc / "copied").rename(disc / Path(spelling).parent)
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1"))
    assert told(find_files([disc / "DICOMDIR"]))[1:] == [(f"{disc}/{spelling}", "dicomdir")]


def test_the_name_as_it_is_spelt_goes_first(disc: Path, told: Tell, instance: bytes) -> None:
    """Beside a file of the very name another in other case is nothing; of two others nobody knows which is meant."""
    for name in ("im1", "im3", "Im3"):
        (disc / "IMAGES" / name).write_bytes(instance)
    (disc / "DICOMDIR").write_bytes(dicomdir(b"IMAGES\\IM1", b"IMAGES\\IM3"))
    found = told(find_files([disc / "DICOMDIR"]))[1:]
    assert found == [(f"{disc}/IMAGES/IM1", "dicomdir"), (f"{disc}/DICOMDIR!/IMAGES\\IM3", "reference-missing")]


def test_another_case_leads_nowhere_else(disc: Path, told: Tell, instance: bytes, tmp_path: Path) -> None:
    """A link to a folder outside is refused in whatever case it is named, and that folder is not looked through."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "im1").write_bytes(instance)
    (disc / "link").symlink_to(outside)
    (disc / "DICOMDIR").write_bytes(dicomdir(b"LINK\\IM1", b"LINK\\IM9", b"LINK"))
    kinds = {kind for _, kind in told(find_files([disc / "DICOMDIR"]))[1:]}
    assert kinds == {"reference-refused"}


def test_many_missing_references_are_looked_up_in_bounded_time(disc: Path) -> None:
    """Each folder is listed once, however many references miss in it."""
    for number in range(2000):
        (disc / "IMAGES" / f"x{number}").touch()
    (disc / "DICOMDIR").write_bytes(dicomdir(*(b"IMAGES\\Y%d" % number for number in range(2000))))
    start = time.monotonic()
    assert len(list(find_files([disc / "DICOMDIR"]))) == 2001
    assert time.monotonic() - start < 5
