"""A file is opened by one owner, which closes it once whatever comes in between."""

import os

import pytest

from dicomsig.encoding.source import FileSource
from dicomsig.systems import heads
from dicomsig.systems.heads import SpecialFileError, open_regular


def test_an_interrupt_while_a_file_is_opened_stays_one_and_leaves_nothing_open(tmp_path, monkeypatch):
    """An interrupt comes through as such, and the descriptor is free again."""
    path = tmp_path / "file"
    path.write_bytes(b"1")
    free = os.open(path, os.O_RDONLY)
    os.close(free)

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(heads.stat, "S_ISREG", interrupt)
    with pytest.raises(KeyboardInterrupt):
        open_regular(path)
    monkeypatch.undo()
    with open_regular(path) as again:
        assert again.fileno() == free


def test_a_source_closed_twice_leaves_the_file_of_another_alone(tmp_path):
    """The second close of a source does not close the file that got its descriptor since."""
    path = tmp_path / "file"
    path.write_bytes(b"1")
    source = FileSource(path)
    source.close()
    with path.open("rb") as other:
        source.close()
        assert other.read() == b"1"


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    """A folder and a pipe are special files: nothing waits for a writer."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(SpecialFileError):
            open_regular(path)
