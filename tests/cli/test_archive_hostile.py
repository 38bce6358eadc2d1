"""`dicomsig archive` against an archive that fails in the middle of a run: it ends in time, and keeps what it judged.

Each run ends with exit code 5, or with 3 where nothing came back, or with a finding; never with a traceback.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress

import pytest

from dicomsig.cli import archiving
from dicomsig.judging.archive.more_probes import NO_MORE
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.asking import CANNOT_TAKE, GET
from dicomsig.systems.dimse.commands import CommandField, CommandTag, answer_to, command
from dicomsig.systems.dimse.pdu import data_pdus
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.peers.storage_peer import free_port

PROBES = 8
TIMEOUT = 5.0
SHORT, SHORTER = 0.5, 0.3
"""Seconds for an answer where none comes, and where an operation goes on three times as long."""
SOON = 30.0
STORING, RETRIEVING, MOVING = CommandField.STORE, CommandField.GET, CommandField.MOVE


@pytest.fixture
def few(monkeypatch):
    """A run of a few instances, one after the other."""
    every = archiving.probes
    monkeypatch.setattr(archiving, "probes", lambda *given, **named: list(every(*given, **named))[:PROBES])
    monkeypatch.setattr(archiving, "more_probes", lambda *given, **named: NO_MORE)


@pytest.fixture
def judged(few, dicomsig, tmp_path):
    """Judge an archive from the command line, with a report; what it came to and the document."""

    def run(*options, timeout=TIMEOUT):
        started = time.monotonic()
        ran = dicomsig("archive", *options, "--timeout", timeout, "--report", tmp_path / "report")
        assert time.monotonic() - started < SOON
        assert "Traceback" not in ran.err + ran.out
        document = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
        assert (document["summary"]["exit_code"], document["internal_errors"]) == (ran.code, [])
        assert (tmp_path / "report" / "report.jsonl").stat().st_size
        return ran, document

    return run


def codes(document):
    """The reason codes of what was observed."""
    return {each["code"] for each in document["observations"]}


class Failing(HonestArchive):
    """Answers three requests of one kind as it should, and then does something with the connection instead."""

    def __init__(self, phase, doing):
        super().__init__()
        self.phase, self.doing, self.asked = phase, doing, 0

    def answering(self, association, message):
        if message.command.field == self.phase:
            self.asked += 1
            if self.asked > 3:
                stream = association.connection._stream
                stream.settimeout(60)
                with suppress(OSError):
                    self.doing(stream, association)
                association.abort()


def until_closed(stream):
    while stream.recv(4096):
        pass


def says_nothing(stream, association):
    until_closed(stream)


def half_a_pdu(stream, association):
    stream.sendall(b"\4\0\0\0\1\0\0\0")
    until_closed(stream)


def drips(stream, association):
    for byte in b"\4\0\0\1\0\0" + bytes(1000):
        stream.sendall(bytes((byte,)))
        time.sleep(0.05)


def floods_with_heads(stream, association):
    while True:
        stream.sendall(b"\4\0\0\0\0\0" * 100)
        time.sleep(0.001)


def floods_with_commands(stream, association):
    context = next(iter(association.contexts))
    for _ in range(1000):
        for pdu in data_pdus(context, bytes(1 << 16), command=True, longest=16384):
            stream.sendall(pdu[:11] + b"\1" + pdu[12:])  # none is the last


def aborts(stream, association):
    association.abort()


def closes(stream, association):
    stream.close()


def releases(stream, association):
    stream.sendall(b"\5\0\0\0\0\4\0\0\0\0")
    until_closed(stream)


def talks_rubbish(stream, association):
    stream.sendall(b"\x63" * 999)
    until_closed(stream)


FAILURES: dict[Callable[..., None], str] = {
    says_nothing: "peer-silent",
    half_a_pdu: "peer-silent",
    drips: "peer-silent",
    floods_with_heads: "peer-silent",
    floods_with_commands: "peer-floods",
    aborts: "association-aborted",
    closes: "connection-closed",
    releases: "protocol-broken",
    talks_rubbish: "pdu-malformed",
}


QUICK = [(half_a_pdu, STORING), (aborts, RETRIEVING)]
OTHERS = [
    (closes, STORING),
    (says_nothing, RETRIEVING),
    (says_nothing, STORING),
    (aborts, STORING),
    (releases, STORING),
    (half_a_pdu, RETRIEVING),
]
OTHERS += [(says_nothing, MOVING), (closes, MOVING)]
OTHERS += [(each, RETRIEVING) for each in (drips, floods_with_heads, floods_with_commands, closes, talks_rubbish)]
assert {doing for doing, _ in (*QUICK, *OTHERS)} == set(FAILURES)
IDS = [f"{doing.__name__}-{phase.name}".lower() for doing, phase in (*QUICK, *OTHERS)]


@pytest.mark.parametrize(
    ("doing", "phase"), [*QUICK, *(pytest.param(*each, marks=pytest.mark.slow) for each in OTHERS)], ids=IDS
)
def test_an_archive_that_fails_in_the_middle_convicts_nobody(doing, phase, judged, tmp_path):
    """What was stored before is fetched and judged, the rest is inconclusive, and what is left behind is listed."""
    port = free_port()
    timeout = {"peer-silent": SHORT}.get(FAILURES[doing], TIMEOUT) if doing is not floods_with_heads else SHORTER
    moving = ("--retrieve", "move", "--move-port", port) if phase is MOVING else ()
    with ArchiveServer(Failing(phase, doing)) as server:
        server.destinations["DICOMSIG"] = ("127.0.0.1", port)
        ran, document = judged(f"127.0.0.1:{server.peer.port}", *moving, timeout=timeout)
        with (tmp_path / "report" / "private" / "left-behind.csv").open(encoding="utf-8") as left:
            assert set(server.archive.stored) <= {line.split(",")[2] for line in left}
    assert ran.code == 5
    assert {each["result"] for each in document["results"]} == {"inconclusive"}
    assert document["summary"]["results"]["passed"] > 20
    assert {FAILURES[doing], "peer-given-up"} <= codes(document)


def answers_that_it_is_busy(stream, association):
    context = next(each for each in association.contexts.values() if each.abstract == GET)
    pending = answer_to(command(CommandField.GET, {CommandTag.MESSAGE_ID: association.number}), 0xFF00)
    (pdu,) = data_pdus(context.id, pending.encode(), command=True, longest=16384)
    while True:
        stream.sendall(pdu)
        time.sleep(0.1)


@pytest.mark.slow
def test_one_request_that_never_ends_is_waited_for_three_times_as_long_as_an_answer(judged):
    """Each PDU is in time, and the operation is not: it is left, and the run goes on with the next instance."""
    seconds = []

    class BusyOnce(HonestArchive):
        busy = False

        def answering(self, association, message):
            if message.command.field == RETRIEVING and not self.busy:
                self.busy = True
                association.number = message.command.number(CommandTag.MESSAGE_ID)
                started = time.monotonic()
                with suppress(OSError):
                    answers_that_it_is_busy(association.connection._stream, association)
                seconds.append(time.monotonic() - started)
                association.abort()

    with ArchiveServer(BusyOnce()) as server:
        ran, document = judged(f"127.0.0.1:{server.peer.port}", timeout=SHORT)
    assert 2.9 * SHORT < seconds[0] < 6 * SHORT
    assert ran.code == 5
    assert len({each["case"] for each in document["results"]}) == 1
    assert document["summary"]["signed"] >= PROBES
    assert "peer-silent" in codes(document)
    assert "peer-given-up" not in codes(document)


DYING = """
import os, signal, sys, threading, time
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.commands import CommandField
from dicomsig.systems.dimse.pdu import data_pdus
from dicomsig.systems.embedded_archive import HonestArchive

class Dying(HonestArchive):
    asked = 0

    def answering(self, association, message):
        self.asked += message.command.field == CommandField[sys.argv[1]]
        if self.asked > 3:
            if sys.argv[1] == "GET":
                association.connection._stream.sendall(bytes((4, 0, 0, 0, 1, 0, 0, 0, 0)))
            os.kill(os.getpid(), signal.SIGKILL)

with ArchiveServer(Dying()) as server:
    print(server.peer.port, flush=True)
    time.sleep(60)
"""


@contextmanager
def started(program, *arguments):
    """A program of Python that prints the port at which it listens."""
    with subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running, int(running.stdout.readline())
        finally:
            running.kill()


@pytest.mark.parametrize(("phase", "code"), [pytest.param("STORE", 3, marks=pytest.mark.slow), ("GET", 5)])
def test_an_archive_whose_process_is_killed(phase, code, judged):
    """SIGKILL in the middle of storing leaves nothing to judge, in the middle of retrieving what came back before."""
    with started(DYING, phase) as (running, port):
        ran, document = judged(f"127.0.0.1:{port}")
        assert running.wait(10) == -signal.SIGKILL
    assert ran.code == code
    assert document["summary"]["results"]["failed"] == 0
    assert (document["summary"]["results"]["passed"] > 20) is (code == 5)
    assert {"connection-closed", "connection-refused"} <= codes(document)
    # whoever dies may still have taken a connection: an instance or two more may be there
    assert re.search(r"the archive keeps [4-6] " if phase == "STORE" else f"the archive keeps {PROBES} ", ran.err)


@pytest.mark.parametrize("phase", [STORING, RETRIEVING], ids=["storing", "retrieving"])
def test_an_archive_whose_port_closes(phase, judged):
    """The associations that stand end with the port, and no new one comes about."""

    def stop(stream, association):
        threading.Thread(target=server.__exit__, args=(None,)).start()
        until_closed(stream)

    with ArchiveServer(Failing(phase, stop)) as server:
        ran, document = judged(f"127.0.0.1:{server.peer.port}")
    assert ran.code == (3 if phase is STORING else 5)
    assert document["summary"]["results"]["failed"] == 0
    assert "connection-refused" in codes(document)


def test_an_archive_that_is_full_in_the_middle_of_a_run(judged):
    """From A700 on nothing was promised: what was taken before is judged, and nothing fails (PS3.4 B.2.3)."""

    class Full(HonestArchive):
        def status_of(self, data):
            return CANNOT_TAKE if len(self.stored) > 3 else 0

    with ArchiveServer(Full()) as server:
        ran, document = judged(f"127.0.0.1:{server.peer.port}")
    assert ran.code in (0, 5)
    assert document["summary"]["results"]["failed"] == 0
    assert document["summary"]["results"]["passed"] > 20
    assert "store-refused" in codes(document)
    assert "the archive keeps 4 instances" in ran.err


def full(most):
    """What a process of ours does first, so that no file of it grows beyond so many bytes; its run is short."""
    return f"""
import resource
from dicomsig.cli import archiving
from dicomsig.judging.archive.more_probes import NO_MORE
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
every = archiving.probes
archiving.probes = lambda *given, **named: list(every(*given, **named))[:{PROBES}]
archiving.more_probes = lambda *given, **named: NO_MORE
"""


@pytest.mark.slow
@pytest.mark.parametrize(("most", "code"), [(100, 3), (20_000, 5)])
def test_our_own_disk_is_full(most, code, process, tmp_path):
    """What arrives and cannot be written is told as ours: no fail, and no traceback."""
    with ArchiveServer() as server:
        ran = process("archive", f"127.0.0.1:{server.peer.port}", "--json", before=full(most))
    assert (ran.code, "Traceback" in ran.err) == (code, False)
    assert ran.document["summary"]["results"]["failed"] == 0
    assert "cannot-be-kept" in codes(ran.document)
    assert "the archive keeps" in ran.err


@pytest.mark.slow
def test_the_report_cannot_be_written(process, tmp_path):
    """A report for which there is no room ends the run with exit code 2, and what was left behind is listed."""
    with ArchiveServer() as server:
        at = f"127.0.0.1:{server.peer.port}"
        ran = process("archive", at, "--report", tmp_path / "report", before=full(30_000))
    assert (ran.code, "Traceback" in ran.err) == (2, False)
    assert "the report cannot be written" in ran.err
    assert "the archive keeps" in ran.err


@pytest.mark.slow
def test_one_silent_request_is_waited_for_once(judged, monkeypatch):
    """With time for answers, one silent request costs that time once, and its own instance alone."""

    class SilentOnce(Failing):
        def answering(self, association, message):
            if self.asked < 4:
                super().answering(association, message)

    monkeypatch.setattr(sys.modules[__name__], "SOON", 60.0)
    with ArchiveServer(SilentOnce(RETRIEVING, says_nothing)) as server:
        started = time.monotonic()
        ran, document = judged(f"127.0.0.1:{server.peer.port}", timeout=10.0)
    assert 9.5 < time.monotonic() - started < 19.5
    assert ran.code == 5
    assert document["summary"]["signed"] >= PROBES
    assert len({each["case"] for each in document["results"]}) == 1
    assert "peer-silent" in codes(document)
    assert "peer-given-up" not in codes(document)


@pytest.fixture
def through():
    """A relay before a web archive: after so many connections it does something else with each."""
    listening = socket.create_server(("127.0.0.1", 0))

    def start(url, honest, doing):
        host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
        count = 0

        def serve():
            nonlocal count
            while True:
                try:
                    stream, _ = listening.accept()
                except OSError:
                    return
                count += 1
                with stream, suppress(OSError):
                    stream.settimeout(5)
                    if count > honest:
                        stream.recv(1 << 16)
                        doing(stream)
                    else:
                        pass_on(stream, (host, int(port)))

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/dicom-web"

    yield start
    with suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def pass_on(stream, address):
    """Hand bytes on in both ways, until one side closes."""
    with socket.create_connection(address, 5) as other:
        there = threading.Thread(target=copy, args=(stream, other), daemon=True)
        there.start()
        copy(other, stream)
        there.join(5)


def copy(source, target):
    with suppress(OSError):
        while part := source.recv(1 << 16):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def answers(*parts, then=None):
    """An answer over HTTP, and then something over and over."""

    def doing(stream):
        for part in parts:
            stream.sendall(part)
        while then is not None:
            stream.sendall(then)
            time.sleep(0.02)

    return doing


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=x\r\n"
WEB = {
    "closes": (answers(), "connection-closed"),
    "closes within": (answers(HEAD + b"Content-Length: 999\r\n\r\n--x"), "connection-closed"),
    "drips": (answers(HEAD + b"Connection: close\r\n\r\n", then=b"a"), "peer-silent"),
    "chunks without end": (answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", then=b"1\r\na\r\n"), "peer-silent"),
    "no end": (answers(HEAD + b"Content-Length: 3\r\n\r\n--x"), "pdu-malformed"),
    "compressed": (answers(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"), "protocol-broken"),
    "unauthorized": (answers(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), "retrieval-refused"),
    "redirects": (
        answers(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"),
        "retrieval-refused",
    ),
    "fails": (answers(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), "retrieval-refused"),
}
QUICK_WEB = ("closes within", "redirects")


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in QUICK_WEB else pytest.mark.slow) for each in WEB]
)
def test_a_web_archive_that_fails_in_the_middle_convicts_nobody(name, judged, through):
    """What it gave back before is judged, the rest is inconclusive, and nothing else is asked."""
    doing, code = WEB[name]
    with WebServer(HonestArchive()) as server:
        timeout = SHORTER if code == "peer-silent" else TIMEOUT
        ran, document = judged("--dicomweb", through(server.url, 1 + PROBES + 3, doing), timeout=timeout)
    assert ran.code == 5
    assert {each["result"] for each in document["results"]} == {"inconclusive"}
    assert document["summary"]["results"]["passed"] > 20
    assert code in codes(document)
    assert f"the archive keeps {PROBES} instances" in ran.err


@pytest.mark.parametrize("status", [pytest.param(401, marks=pytest.mark.slow), 404])
def test_a_web_archive_that_takes_nothing_is_not_judged(status, judged, through):
    """Whatever answers every POST with a refusal has nothing that could be asked for."""
    doing = answers(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
    ran, document = judged("--dicomweb", through("http://127.0.0.1:1/", 0, doing))
    assert ran.code == 3
    assert document["summary"]["results"]["failed"] == 0
    assert "the archive keeps" not in ran.err
