"""A path that is given is never passed over without a word, leads to each file once, and a wrong one is an error."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from dicomsig.systems.files import find_files
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PathError

Tell = Callable[[Iterable[Found]], list[tuple[str, str]]]


@pytest.mark.parametrize("content", [b"", b"text", b"<html>" * 100, bytes(200), b"\x89PNG\r\n"])
def test_an_argument_is_a_file_to_judge_whatever_it_holds(tmp_path: Path, told: Tell, content: bytes) -> None:
    """What is named is never "not DICOM": who opens it reports the byte where it cannot be read."""
    (tmp_path / "f").write_bytes(content)
    assert told(find_files([tmp_path / "f"])) == [(f"{tmp_path}/f", "argument")]


def test_an_argument_that_may_not_be_opened_is_a_file_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason comes from who opens it."""
    (tmp_path / "f").write_bytes(b"x")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    path = tmp_path / "f"
    assert list(find_files([path])) == [FoundFile(str(path), path, Origin.ARGUMENT)]


def test_a_path_is_shown_as_it_was_given(tmp_path: Path, instance: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path stays relative."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").write_bytes(instance)
    monkeypatch.chdir(tmp_path)
    assert [one.shown for one in find_files([Path("d")])] == ["d/f"]
    assert [one.shown for one in find_files([Path()])] == ["d/f"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("ct-0042.dmc", "Did you mean 'ct-0042.dcm'?"),
        ("Series1/ct.dcm", "Did you mean 'series1'?"),
        ("zzzzzzzzzzzzzz", "does not exist."),
        ("ct-0042.dcm/x", "does not exist."),
        ("broken", "a link that leads nowhere"),
        ("loop", "cannot be read"),
        ("n" * 300, "cannot be read"),
        ("nul\0", "cannot be read"),
    ],
)
def test_a_path_that_leads_to_nothing_is_an_error_with_a_hint(tmp_path: Path, path: str, hint: str) -> None:
    """The hint names the nearest of what is there, for the part of the path that is wrong."""
    (tmp_path / "ct-0042.dcm").write_bytes(b"")
    (tmp_path / "series1").mkdir()
    (tmp_path / "broken").symlink_to("gone")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(PathError) as error:
        find_files([tmp_path / "series1", tmp_path / path])
    assert hint in str(error.value)


def test_an_error_shows_no_raw_control_character(tmp_path: Path) -> None:
    """Neither the path that is wrong nor the near one may steer the terminal."""
    (tmp_path / "file-\x1b[2J").write_bytes(b"")
    with pytest.raises(PathError) as error:
        find_files([tmp_path / "file-\x1b[2K"])
    assert str(error.value).isprintable()
    assert "Did you mean 'file-\\x1b[2J'?" in str(error.value)


def test_each_file_is_found_once_whatever_paths_lead_to_it(tmp_path: Path, instance: bytes, told: Tell) -> None:
    """The file of an argument is found as that, in whatever order; a folder is entered once; the rest is named."""
    folder = tmp_path / "d"
    (folder / "e").mkdir(parents=True)
    for name in ("1", "e/2"):
        (folder / name).write_bytes(instance)
    (tmp_path / "link").symlink_to("d/1")
    told_kinds = told(find_files([folder / "e", folder, folder / "1", tmp_path / "link", folder, folder / "1"]))
    assert told_kinds == [
        (f"{folder}/e/2", "folder"),
        (f"{folder}/1", "repeated"),
        (f"{folder}/e", "repeated"),
        (f"{folder}/1", "argument"),
        (f"{tmp_path}/link", "repeated"),
        (f"{folder}", "repeated"),
        (f"{folder}/1", "repeated"),
    ]


def test_no_path_is_no_file() -> None:
    """Nothing given, nothing found."""
    assert list(find_files([])) == []


def test_no_reason_names_a_path(tmp_path: Path, instance: bytes) -> None:
    """What may go into a report, the kind and the reason, holds no name of a file, folder or link."""
    folder = tmp_path / "CANARY"
    folder.mkdir()
    (folder / "CANARY.txt").write_bytes(b"CANARY")
    (folder / "CANARY-link").symlink_to("CANARY-nowhere")
    (folder / "CANARY-out").symlink_to("/")
    (folder / "CANARY.zip").write_bytes(b"PK\x03\x04CANARY")
    os.mkfifo(folder / "CANARY.fifo")
    found = list(find_files([folder, folder]))
    whys = [one.why for one in found if isinstance(one, NotAnInstance)]
    assert len(whys) == len(found) == 6
    assert not [why for why in whys if "CANARY" in why or str(tmp_path) in why]
