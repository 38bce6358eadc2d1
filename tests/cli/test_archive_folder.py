"""`dicomsig archive --retrieve folder`: what came back lies in a folder that the archive writes to."""

import time
import uuid

import pytest

from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.embedded_archive import HonestArchive


class Writing(HonestArchive):
    """Writes what it takes to a folder."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def kept(self, data):
        (self.folder / f"{uuid.uuid4()}.dcm").write_bytes(data)
        return data


@pytest.fixture
def theirs(tmp_path):
    """The folder that the archive writes to."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder


def test_what_an_archive_writes_is_judged(dicomsig, theirs):
    """Every file that appears in the folder is found and compared."""
    with ArchiveServer(Writing(theirs)) as server:
        at = f"127.0.0.1:{server.peer.port}"
        ran = dicomsig("archive", at, "--retrieve", "folder", "--folder", theirs, "--json")
    assert (ran.code, ran.document["results"]) == (0, [])
    assert ran.document["summary"]["signatures"] >= 25


def test_a_folder_that_is_not_that_of_the_archive_convicts_nobody(dicomsig, theirs, tmp_path):
    """Nothing came: the run soon ends as not judged, without a fail, and says what to check."""
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    with ArchiveServer(Writing(theirs)) as server:
        at = f"127.0.0.1:{server.peer.port}"
        started = time.monotonic()
        ran = dicomsig("archive", at, "--retrieve", "folder", "--folder", wrong, "--timeout", 0.5, "--json")
        assert time.monotonic() - started < 20
    assert ran.code == 3
    assert {each["result"] for each in ran.document["results"]} == {"inconclusive"}
    assert "no file of this run came to the folder (3 times)" in ran.err
    assert f"check     whether {wrong} of --folder is where the archive writes to" in ran.err
