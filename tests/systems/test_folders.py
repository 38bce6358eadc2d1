"""A folder is read to the bottom in the order of bytes, every file once, nothing outside, nothing that may block."""

import os
import random
import socket
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.systems.files import find_files
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, PassedOver

Tell = Callable[[Iterable[Found]], list[tuple[str, str]]]

NAMES = st.binary(min_size=1, max_size=6).filter(lambda name: not set(name) & {0, 0x2F} and name not in (b".", b".."))


def test_files_come_in_the_order_of_the_bytes_of_their_names(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Capitals sort before small letters, a folder where its name stands, letters beyond ASCII last."""
    for name in ("b", "a/2", "a/10", "B", "é", "c/d/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(instance)
    names = [f"{tmp_path}/{name}" for name in ("B", "a/10", "a/2", "b", "c/d/e", "é")]
    assert told(find_files([tmp_path])) == [(name, "folder") for name in names]


@given(names=st.sets(NAMES, min_size=1, max_size=8), seed=st.integers(0, 1000))
def test_the_order_is_that_of_bytes_whatever_the_file_system_answers(
    instance: bytes, names: set[bytes], seed: int
) -> None:
    """Any names, decodable or not, listed in any order, are found in the order of their bytes and shown harmlessly."""
    listdir = os.listdir

    def shuffled(folder: Path) -> list[str]:
        listed = list(map(str, listdir(folder)))
        random.Random(seed).shuffle(listed)
        return listed

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in names:
            Path(folder, os.fsdecode(name)).write_bytes(instance)
        patch.setattr(os, "listdir", shuffled)
        found = list(find_files([Path(folder)]))
    assert [os.fsencode(one.path.name) for one in found if isinstance(one, FoundFile)] == sorted(names)
    assert all(one.shown.isprintable() and one.shown.encode() for one in found)


def test_a_name_that_cannot_be_decoded_or_would_steer_a_terminal_is_found_and_shown_escaped(
    tmp_path: Path, instance: bytes, told: Tell
) -> None:
    r"""Undecodable bytes and control characters are shown as \xNN, turned writing as \uNNNN."""
    for name in (b"\xff.dcm", b"a\x1b[2J\n", "z\u202ed".encode()):
        (tmp_path / os.fsdecode(name)).write_bytes(instance)
    shown = [name.removeprefix(f"{tmp_path}/") for name, _ in told(find_files([tmp_path]))]
    assert shown == ["a\\x1b[2J\\x0a", "z\\u202ed", "\\xff.dcm"]


def test_a_long_path_is_shown_whole(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """A path is not cut where other quoted text is."""
    path = tmp_path / ("d" * 200) / ("f" * 200)
    path.parent.mkdir()
    path.write_bytes(instance)
    assert told(find_files([tmp_path])) == [(str(path), "folder")]


def test_files_are_found_before_later_folders_are_looked_into(tmp_path: Path, instance: bytes) -> None:
    """The search does not run ahead: what is added to a later folder meanwhile is found."""
    for name in ("a/1", "b/1"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(instance)
    found = find_files([tmp_path])
    next(found)
    (tmp_path / "b" / "2").write_bytes(instance)
    assert [one.shown.removeprefix(f"{tmp_path}/") for one in found] == ["b/1", "b/2"]


def test_what_does_not_begin_like_an_instance_is_named(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Text and empty files in a folder are not DICOM; DICM anywhere it is read, and a bare data set, are."""
    (tmp_path / "1").write_bytes(b"text " * 100)
    (tmp_path / "2").write_bytes(b"")
    (tmp_path / "3").write_bytes(bytes(128) + b"DICM")
    (tmp_path / "4").write_bytes(instance[128:])
    (tmp_path / "5").write_bytes(b"\x08\x00\x05\x00CS\x02\x00  ")
    (tmp_path / "6").write_bytes(b"II*\0" + instance[4:])
    assert [kind for _, kind in told(find_files([tmp_path]))] == ["not-dicom", "not-dicom", *["folder"] * 4]


def test_empty_folders_are_silent(tmp_path: Path) -> None:
    """A folder of empty folders yields nothing."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert list(find_files([tmp_path])) == []


def test_a_loop_of_links_ends(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Links to folders above, to themselves and to each other are named, and files are found once."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_bytes(instance)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "x").symlink_to("y")
    (tmp_path / "a" / "y").symlink_to("x")
    kinds = [(name.rpartition("/")[2], kind) for name, kind in told(find_files([tmp_path]))]
    assert kinds == [("f", "folder"), ("self", "link"), ("up", "link"), ("x", "link"), ("y", "link")]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """Links to files and folders elsewhere are named with that reason, those within and broken ones with another."""
    given = tmp_path / "given"
    given.mkdir()
    (tmp_path / "given-not").mkdir()
    (tmp_path / "given-not" / "f").write_bytes(instance)
    (given / "f").write_bytes(instance)
    for name, target in (("1", "../given-not/f"), ("2", "../given-not"), ("3", "f"), ("4", "gone"), ("5", "../gone")):
        (given / name).symlink_to(target)
    found = list(find_files([given]))
    whys = [one.why for one in found if isinstance(one, NotAnInstance) and one.kind is PassedOver.LINK]
    words = ("out of the folder", "out of the folder", "under its own name", "nowhere", "out of the folder")
    assert len(whys) == 5
    assert all(word in why for word, why in zip(words, whys, strict=True))
    assert [one.shown for one in found if isinstance(one, FoundFile)] == [str(given / "f")]


def test_a_link_that_is_an_argument_is_followed(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """A link to a file or to a folder, named as an argument, stands for what it leads to."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "f").write_bytes(instance)
    (tmp_path / "folder").symlink_to("elsewhere")
    (tmp_path / "file").symlink_to("elsewhere/f")
    assert told(find_files([tmp_path / "file"])) == [(f"{tmp_path}/file", "argument")]
    assert told(find_files([tmp_path / "folder"])) == [(f"{tmp_path}/folder/f", "folder")]


@pytest.mark.parametrize("as_argument", [False, True])
def test_a_fifo_or_socket_is_never_opened(
    tmp_path: Path, told: Tell, monkeypatch: pytest.MonkeyPatch, as_argument: bool
) -> None:
    """A FIFO nobody writes to and a socket are named, in a folder and as arguments, without waiting."""
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        paths = [tmp_path / "fifo", tmp_path / "socket"]
        kinds = [kind for _, kind in told(find_files(paths if as_argument else [tmp_path]))]
    assert kinds == ["special-file", "special-file"]


def test_a_file_that_becomes_a_link_is_not_followed(
    tmp_path: Path, instance: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that takes the place of a file between the look and the reading leads nowhere else."""
    folder = tmp_path / "given"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(instance)
    status = (tmp_path / "secret").lstat()
    (folder / "f").symlink_to("../secret")
    monkeypatch.setattr(Path, "lstat", lambda _: status)
    (found,) = find_files([folder])
    assert isinstance(found, NotAnInstance)
    assert found.kind is PassedOver.UNREADABLE


def test_a_file_that_becomes_a_fifo_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FIFO that takes the place of a file between the look and the reading is named without waiting."""
    file = tmp_path / "f"
    file.write_bytes(b"text")
    status = file.lstat()
    file.unlink()
    os.mkfifo(file)
    monkeypatch.setattr(Path, "lstat", lambda _: status)
    (found,) = find_files([tmp_path])
    assert isinstance(found, NotAnInstance)
    assert found.kind is PassedOver.SPECIAL_FILE


def test_what_cannot_be_read_is_named_and_the_rest_is_found(
    tmp_path: Path, instance: bytes, told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder and a file that may not be read are reported with the system's reason; the search goes on."""
    (tmp_path / "a").mkdir()
    for name in ("b", "c"):
        (tmp_path / name).write_bytes(instance)
    opened, listed = os.open, os.listdir

    def refuse(name: str) -> Callable[..., object]:
        def call(path: str | Path, *rest: int) -> object:
            if Path(path).name == name:
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *rest) if rest else listed(path)

        return call

    monkeypatch.setattr(os, "listdir", refuse("a"))
    monkeypatch.setattr(os, "open", refuse("b"))
    found = list(find_files([tmp_path]))
    assert [one.kind if isinstance(one, NotAnInstance) else "found" for one in found] == [
        PassedOver.UNREADABLE,
        PassedOver.UNREADABLE,
        "found",
    ]
    whys = [one.why for one in found if isinstance(one, NotAnInstance)]
    assert all("Permission denied" in why and str(tmp_path) not in why for why in whys)


def test_folders_deeper_than_a_path_can_be_are_reported(tmp_path: Path, told: Tell) -> None:
    """Deep nesting ends in a report and not in a traceback."""
    there = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(40):
            os.mkdir("d" * 200, dir_fd=there)
            deeper = os.open("d" * 200, os.O_RDONLY, dir_fd=there)
            os.close(there)
            there = deeper
    finally:
        os.close(there)
    assert [kind for _, kind in told(find_files([tmp_path]))] == ["unreadable"]
    _remove_deep(tmp_path)


def _remove_deep(folder: Path) -> None:
    """Folders beyond the longest path are moved up before they go."""
    name = "d" * 200
    while (folder / name / name).exists():
        (folder / name).rename(folder / "old")
        (folder / "old" / name).rename(folder / name)
        (folder / "old").rmdir()
    (folder / name).rmdir()
