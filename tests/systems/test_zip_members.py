"""A zip archive is read member by member: names stay names, sizes are bounded, and nothing stays behind."""

import contextlib
import io
import random
import stat
import struct
import tempfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from dicomsig.systems.files import find_files
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PassedOver
from dicomsig.systems.zip_members import ZipLimits

Tell = Callable[[Iterable[Found]], list[tuple[str, str]]]

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, which is empty after every test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of the members, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(name, content, method)
    return buffer.getvalue()


def by_hand(
    name: bytes, content: bytes, *, size: int | None = None, flags: int = 0, method: int = 0, entries: int = 1
) -> bytes:
    """An archive in which all is free: name, flags, method and stated size; entries that overlap in one member."""
    size = len(content) if size is None else size
    crc = zlib.crc32(content)
    stored = content
    if method == zipfile.ZIP_DEFLATED:
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        stored = engine.compress(content) + engine.flush()
    sizes = (crc, len(stored), size)
    local = _LOCAL.pack(b"PK\3\4", 20, flags, method, 0, 0, *sizes, len(name), 0) + name + stored
    entry = _CENTRAL.pack(b"PK\1\2", 20, 20, flags, method, 0, 0, *sizes, len(name), 0, 0, 0, 0, 0, 0) + name
    end = _END.pack(b"PK\5\6", 0, 0, entries & 0xFFFF, entries & 0xFFFF, len(entry) * entries, len(local), 0)
    return local + entry * entries + end


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    return path


def test_members_are_found_in_the_order_of_the_archive(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Instances are found, others named, folders not mentioned; one archive may hold a name twice."""
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(
            ("b/2", instance), ("a/", b""), ("a/1", instance), ("t", b"text"), ("e", b""), ("b/2", instance)
        )
    archive = write(tmp_path, content)
    assert told(find_files([archive])) == [
        (f"{archive}!/b/2", "archive"),
        (f"{archive}!/a/1", "archive"),
        (f"{archive}!/t", "not-dicom"),
        (f"{archive}!/e", "not-dicom"),
        (f"{archive}!/b/2", "archive"),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_a_file_while_it_is_judged(tmp_path: Path, instance: bytes, temporary: Path, method: int) -> None:
    """Each member is extracted to the byte under a name of ours, alone in a private folder, and then removed."""
    contents = [instance, instance + b"\0" * 3_000_000]
    archive = write(tmp_path, zipped(("1", contents[0]), ("2", contents[1]), method=method))
    for found, content in zip(find_files([archive]), contents, strict=True):
        assert isinstance(found, FoundFile)
        assert found.origin is Origin.ARCHIVE
        assert found.path.read_bytes() == content
        assert list(temporary.rglob("*")) == [found.path.parent, found.path]
        assert stat.S_IMODE(found.path.parent.stat().st_mode) == 0o700


def test_a_search_that_ends_early_leaves_no_file(tmp_path: Path, instance: bytes, temporary: Path) -> None:
    """A search that is closed, by hand or by an interrupt, removes its temporary folder at once."""
    archive = write(tmp_path, zipped(("1", instance), ("2", instance)))
    found = find_files([archive])
    next(found)
    assert list(temporary.iterdir())
    found.close()
    assert not list(temporary.iterdir())
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(find_files([archive])) as found:
        next(found)
        raise KeyboardInterrupt
    assert not list(temporary.iterdir())


SLIPS = [
    "../../evil.dcm", "/etc/evil.dcm", "..\\..\\evil.dcm", "C:\\evil.dcm", "a/../../evil.dcm", "", ".", "..", "a//b",
    "CON", "x" * 5000, "~/evil", "evil\x1b[2J\n", "\u202edcm.exe", "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("name", SLIPS, ids=range(len(SLIPS)))
def test_the_name_of_a_member_never_forms_a_path(tmp_path: Path, instance: bytes, temporary: Path, name: str) -> None:
    """Whatever the name, the file lies in the private folder under a number, and the name is shown escaped."""
    archive = write(tmp_path, by_hand(name.encode(), instance, flags=0x800))
    before = sorted(tmp_path.rglob("*"))
    (found,) = [(one.shown, one.path) for one in find_files([archive]) if isinstance(one, FoundFile)]
    assert found[1].name == "member-000001"
    assert found[1].parent.parent == temporary
    assert found[0].startswith(f"{archive}!/")
    assert found[0].isprintable()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_behind_a_null_is_shown(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Nothing of a member's name is hidden."""
    archive = write(tmp_path, by_hand(b"a.dcm\0.txt", instance))
    assert told(find_files([archive])) == [(f"{archive}!/a.dcm\\x00.txt", "archive")]


def one_member(content: bytes, tmp_path: Path, limits: ZipLimits | None = None) -> NotAnInstance:
    """The one thing an archive yields, which is passed over."""
    archive = write(tmp_path, content)
    (found,) = find_files([archive], limits) if limits else find_files([archive])
    assert isinstance(found, NotAnInstance)
    return found


def test_an_archive_within_an_archive_or_a_folder_is_named_and_not_entered(
    tmp_path: Path, instance: bytes, told: Tell
) -> None:
    """Only an archive that is an argument is entered, also when it is empty or begins with a data descriptor."""
    inner = zipped(("1", instance))
    assert one_member(zipped(("inner.zip", inner)), tmp_path).kind is PassedOver.ARCHIVE
    assert told(find_files([tmp_path])) == [(f"{tmp_path}/a.zip", "archive")]


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    """An archive without members yields nothing."""
    assert list(find_files([write(tmp_path, zipped())])) == []


def test_an_archive_is_known_by_its_start_and_not_by_its_name(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """A file named .zip that is none is judged; an archive by another name, with DICM in a member's name, is read."""
    assert told(find_files([write(tmp_path, b"no zip")])) == [(f"{tmp_path}/a.zip", "argument")]
    path = tmp_path / "study"
    path.write_bytes(by_hand(b"n" * 98 + b"DICM" + b"n" * 9, instance))
    assert [kind for _, kind in told(find_files([path]))] == ["archive"]


def test_a_dicomdir_in_an_archive_is_named(tmp_path: Path) -> None:
    """Its references play no part, since the members are read anyway."""
    meta = b"\x02\0\x02\0UI\x14\x001.2.840.10008.1.3.10\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0"
    assert one_member(zipped(("DICOMDIR", bytes(128) + b"DICM" + meta)), tmp_path).kind is PassedOver.DICOMDIR


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_or_special_file_in_an_archive_is_not_made(tmp_path: Path, instance: bytes, mode: int) -> None:
    """What a member is on Unix is believed only to pass it over."""
    member = zipfile.ZipInfo("x")
    member.create_system = 3
    member.external_attr = (mode | 0o777) << 16
    kind = PassedOver.LINK if mode == stat.S_IFLNK else PassedOver.SPECIAL_FILE
    assert one_member(zipped((member, instance)), tmp_path).kind is kind


def test_an_encrypted_member_is_named_as_such(tmp_path: Path, instance: bytes) -> None:
    """No password is asked for."""
    found = one_member(by_hand(b"x", instance, flags=1), tmp_path)
    assert found.kind is PassedOver.MEMBER_UNREADABLE
    assert "encrypted" in found.why


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 93, 0xFFFF])
def test_other_compression_is_not_read(tmp_path: Path, instance: bytes, method: int) -> None:
    """Methods whose memory the input chooses, or that nobody knows, are named by their number."""
    content = zipped(("x", instance), method=method) if method in (12, 14) else by_hand(b"x", instance, method=method)
    found = one_member(content, tmp_path)
    assert found.kind is PassedOver.MEMBER_UNREADABLE
    assert str(method) in found.why


def test_a_damaged_member_is_named_and_the_others_are_found(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """A wrong checksum, found when all is extracted, hides no other member."""
    content = bytearray(zipped(("1", instance), ("2", instance), method=zipfile.ZIP_STORED))
    content[len(instance)] ^= 1
    assert [kind for _, kind in told(find_files([write(tmp_path, bytes(content))]))] == [
        "archive-member-unreadable",
        "archive",
    ]


def test_a_member_shorter_than_stated_is_damaged(tmp_path: Path, instance: bytes) -> None:
    """A deflated member that ends before the size in the directory is not taken for an instance."""
    found = one_member(by_hand(b"x", instance, method=8, size=len(instance) + 1), tmp_path)
    assert found.kind is PassedOver.MEMBER_UNREADABLE
    assert str(len(instance) + 1) in found.why


def test_a_truncated_archive_is_damaged(tmp_path: Path, instance: bytes) -> None:
    """An archive cut anywhere has no directory, and says so."""
    content = zipped(("1", instance))
    for length in (4, 40, len(content) // 2, len(content) - 1):
        assert one_member(content[:length], tmp_path).kind is PassedOver.ARCHIVE_DAMAGED


def test_changed_bytes_never_end_in_a_traceback(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Archives with bytes changed, cut out and doubled yield files or reports, and files lie in the private folder."""
    with pytest.warns(UserWarning, match="Duplicate"):
        whole = zipped(("1", instance[:200]), ("ü", instance[:200]), ("1", b"t"))
    chance = random.Random(2)
    for _ in range(1500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            at, size = chance.randrange(4, len(content)), chance.randint(0, 9)
            content[at : at + size] = chance.choice([chance.randbytes(size), b"", bytes(size), b"\xff" * size])
        told(find_files([write(tmp_path, bytes(content))]))


def test_a_member_beyond_a_limit_is_reported_and_not_extracted(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """One that is too large, and those for which the archive has no room left; smaller ones are still found."""
    archive = write(tmp_path, zipped(("1", instance + bytes(100_000)), ("2", instance), ("3", instance), ("4", b"t")))
    large = [kind for _, kind in told(find_files([archive], ZipLimits(member_size=100_000)))]
    assert large == ["limit", "archive", "archive", "not-dicom"]
    total = [kind for _, kind in told(find_files([archive], ZipLimits(total_size=len(instance) * 2 - 1)))]
    assert total == ["limit", "archive", "limit", "not-dicom"]
    ratio = [kind for _, kind in told(find_files([archive], ZipLimits(ratio=1, ratio_free=len(instance))))]
    assert ratio[0] == "limit"
    assert "archive" in ratio


def test_a_bomb_is_defused(tmp_path: Path) -> None:
    """Members extract to no more than the room of the archive, and a member that turns out damaged uses room too."""
    content = bytes(128) + b"DICM" + bytes(1 << 20)
    checksum = struct.pack("<L", zlib.crc32(content))
    limits = ZipLimits(ratio=1, ratio_free=5 << 20)
    bomb = zipped(*((str(number), content) for number in range(50)))
    for archive, extracted in ((bomb, Origin.ARCHIVE), (bomb.replace(checksum, b"1234"), PassedOver.MEMBER_UNREADABLE)):
        found = list(find_files([write(tmp_path, archive)], limits))
        kinds = [one.kind if isinstance(one, NotAnInstance) else one.origin for one in found]
        assert 3 <= kinds.count(extracted) <= 5
        assert kinds.count(PassedOver.LIMIT) == 50 - kinds.count(extracted)


def test_a_bomb_of_overlapping_members_is_defused(tmp_path: Path) -> None:
    """Many entries that share one member are refused, by newer versions of Python themselves, or have no room."""
    bomb = by_hand(b"x", bytes(128) + b"DICM" + bytes(1 << 20), method=8, entries=200)
    found = list(find_files([write(tmp_path, bomb)], ZipLimits(ratio=1, ratio_free=5 << 20)))
    assert len(found) == 200
    assert sum(isinstance(one, FoundFile) for one in found) <= 5


def test_a_member_never_grows_beyond_the_size_it_states(tmp_path: Path) -> None:
    """A deflated stream that inflates to more than the directory says is cut there and reported."""
    content = bytes(128) + b"DICM" + bytes(50 << 20)
    tracemalloc.start()
    found = one_member(by_hand(b"x", content, method=8, size=2000), tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.kind is PassedOver.MEMBER_UNREADABLE
    assert peak < 55 << 20


def test_a_directory_of_too_many_members_is_not_built(tmp_path: Path) -> None:
    """The members are counted before an object is made for each, whatever the end of the archive states."""
    found = one_member(by_hand(b"", b"", entries=60_000), tmp_path, ZipLimits(members=59_999))
    assert found.kind is PassedOver.LIMIT
    assert "59999 members" in found.why
    many = write(tmp_path, by_hand(b"x", b"text", entries=300))
    assert len(list(find_files([many], ZipLimits(members=300)))) == 300
    tracemalloc.start()
    content = by_hand(b"", b"", entries=400_000)
    write(tmp_path, content)
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    (found,) = find_files([tmp_path / "a.zip"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.shown == str(tmp_path / "a.zip")
    assert peak - before < 2 * len(content)


def test_what_a_member_holds_does_not_count_as_members(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """An instance with the directory of another archive in it is found."""
    archive = write(tmp_path, zipped(("x", instance + b"PK\1\2" * 10), method=zipfile.ZIP_STORED))
    assert told(find_files([archive], ZipLimits(members=1))) == [(f"{archive}!/x", "archive")]


def test_a_directory_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    """Long names count as well."""
    found = one_member(by_hand(b"n" * 60_000, b""), tmp_path, ZipLimits(directory=50_000))
    assert found.kind is PassedOver.LIMIT


def test_a_lack_of_room_is_reported(tmp_path: Path, instance: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk and a temporary folder that cannot be made are reported for what they are."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    content = zipped(("x", instance))
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkdtemp", full)
        found = one_member(content, tmp_path)
    assert found.kind is PassedOver.UNREADABLE
    assert "No space left" in found.why
    archive = write(tmp_path, content)
    search = find_files([archive])
    real = Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *rest: full() if path.name.startswith("member") else real(path, *rest))
        (passed,) = search
    assert isinstance(passed, NotAnInstance)
    assert passed.kind is PassedOver.UNREADABLE
    assert "No space left" in passed.why


def test_no_reason_names_a_member(tmp_path: Path, instance: bytes) -> None:
    """What may go into a report holds neither the name of a member nor of the archive."""
    link = zipfile.ZipInfo("CANARY-link")
    link.create_system, link.external_attr = 3, stat.S_IFLNK << 16
    members: list[tuple[str | zipfile.ZipInfo, bytes]] = [("CANARY.txt", b"CANARY"), ("CANARY.zip", b"PK\3\4CANARY")]
    members += [("CANARY-cut", instance), (link, b"CANARY")]
    folder = tmp_path / "CANARY"
    folder.mkdir()
    found = list(find_files([write(folder, zipped(*members))], ZipLimits(member_size=100)))
    assert len(found) == 4
    found += find_files([write(folder, zipped(*members)[:-9])])
    found += find_files([write(folder, by_hand(b"CANARY", instance, flags=1))])
    found += find_files([write(folder, by_hand(b"CANARY", instance, method=99))])
    whys = [one.why for one in found if isinstance(one, NotAnInstance)]
    assert len(whys) == len(found) == 7
    assert not [why for why in whys if "CANARY" in why or str(tmp_path) in why]
