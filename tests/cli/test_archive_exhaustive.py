"""`dicomsig archive --exhaustive` says how much it will do, does it, and says what it left out."""

import pytest

from dicomsig.judging.archive import parts as archive_parts
from dicomsig.judging.archive.axes import complete
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.embedded_archive import HonestArchive

MORE, PART = 6, 3


@pytest.fixture(autouse=True)
def shortened(monkeypatch):
    """Six instances beyond the covering set, in two parts."""
    chosen = [each for each in complete() if each.fixture == "ct-big-endian"][-MORE:]
    monkeypatch.setattr(archive_parts, "rest_of", lambda made: chosen)
    monkeypatch.setattr(archive_parts, "_PART", PART)


@pytest.mark.slow
def test_it_stores_what_it_announced(dicomsig):
    """How many instances and how many requests is said beforehand; then each is there, listed at the end."""
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--exhaustive", "--json")
        stored = len(server.archive.stored)
    assert ran.code == 0
    assert ran.err.startswith(f"{stored} instances are stored and asked for ")
    assert "Ctrl-C keeps what was judged" in ran.err
    assert f"keeps {stored} instances" in ran.err
    assert ran.document["summary"]["signatures"] >= stored
    assert "not judged" not in ran.err
    assert ran.document["summary"]["coverage"]["note"] == ""


class Filling(HonestArchive):
    """Takes what the covering set holds, and then no more."""

    def status_of(self, data):
        return 0 if len(self.stored) < self.room else 0xA700

    room = 10


def test_what_was_left_out_is_said(dicomsig):
    """An archive from which nothing comes back any more is not given the rest; terminal and report say how many."""
    with ArchiveServer(Filling()) as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--exhaustive", "--json")
    said = f"{MORE - PART} of "
    assert f"not judged: {said}" in ran.err
    assert ran.document["summary"]["coverage"]["note"].startswith(said)
