"""Ctrl-C while an archive says nothing: nobody is waited for, and the report of what was judged is written."""

import json
import signal
import threading
import time
from contextlib import suppress

import pytest

from dicomsig.cli import archiving
from dicomsig.judging.archive.more_probes import NO_MORE
from dicomsig.reporting.folder import ReportFolder
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.commands import CommandField
from dicomsig.systems.dimse.faults import NetworkFault
from dicomsig.systems.embedded_archive import HonestArchive

PROBES = 5
ABORT = 7
SOON = 3.0
"""Less than the 5 s that a peer has for its farewell in a run that nobody interrupts."""


@pytest.fixture(autouse=True)
def _few_and_interruptible(monkeypatch):
    """A run of a few instances, in a process that hears the signal of Ctrl-C wherever it was started."""
    every = archiving.probes
    monkeypatch.setattr(archiving, "probes", lambda *given, **named: list(every(*given, **named))[:PROBES])
    monkeypatch.setattr(archiving, "more_probes", lambda *given, **named: NO_MORE)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt():
    """Press Ctrl-C."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


class FallingSilent(HonestArchive):
    """Answers some requests of a kind; then it has us interrupted, and reads what comes until we are gone."""

    def __init__(self, phase, answered):
        super().__init__()
        self.phase, self.left = phase, answered
        self.heard, self.seconds = b"", 0.0

    def answering(self, association, message):
        if message.command.field != self.phase:
            return
        self.left -= 1
        if self.left < 0:
            stream = association.connection._stream
            stream.settimeout(20)
            started = time.monotonic()
            interrupt()
            with suppress(OSError):
                while part := stream.recv(4096):
                    self.heard += part
            self.seconds = time.monotonic() - started
            association.abort()


PHASES = {
    "reached": (CommandField.ECHO, 0, ()),
    "stored": (CommandField.STORE, 2, ()),
    "asked to commit": (CommandField.ACTION, 0, ("--commitment",)),
    "given back": (CommandField.GET, 2, ()),
    "moved": (CommandField.MOVE, 2, ("--retrieve", "move")),
}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow if PHASES[each][2] else ()) for each in PHASES]
)
def test_a_silent_archive_is_left_at_once(name, dicomsig, tmp_path):
    """It hears an abort or nothing, and is asked for no release; the report has what was judged, and says that."""
    phase, answered, options = PHASES[name]
    archive = FallingSilent(phase, answered)
    with ArchiveServer(archive) as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", *options, "--report", tmp_path / "report")
    assert (ran.code, "Traceback" in ran.err) == (130, False)
    assert archive.heard[:1] in (b"", bytes((ABORT,)))
    assert archive.seconds < SOON
    document = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert document["run"]["interrupted"] is True
    assert document["summary"]["results"]["failed"] == 0
    assert (document["summary"]["signed"] > 0) == (phase in (CommandField.GET, CommandField.MOVE))
    assert (tmp_path / "report" / "report.html").stat().st_size
    assert ("the archive keeps" in ran.err) == (phase is not CommandField.ECHO)


def test_a_second_interrupt_ends_at_once(dicomsig, tmp_path, monkeypatch):
    """Pressed while the report is written it ends the run; the log has what was judged, and what is left is told."""
    monkeypatch.setattr(ReportFolder, "finish", lambda folder, document: signal.raise_signal(signal.SIGINT))
    with ArchiveServer(FallingSilent(CommandField.GET, 2)) as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--report", tmp_path / "report")
    assert (ran.code, "Traceback" in ran.err) == (130, False)
    assert f"the archive keeps {PROBES} instances" in ran.err
    assert not (tmp_path / "report" / "report.json").exists()
    assert len((tmp_path / "report" / "report.jsonl").read_text(encoding="utf-8").splitlines()) > 2


def test_an_archive_that_waits_for_us_is_left_at_once_too(dicomsig, monkeypatch):
    """Interrupted between two requests, we abort the association: a release might be answered late, or never."""
    faults = []
    monkeypatch.setattr(ArchiveServer, "ended", lambda server, association, error: faults.append(error))
    monkeypatch.setattr(archiving.Progress, "step", lambda progress: signal.raise_signal(signal.SIGINT))
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}")
    assert ran.code == 130
    assert [each.fault for each in faults if each is not None] == [NetworkFault.ABORTED]
