"""`dicomsig archive --tamper` and `--at-rest`: somebody in between, or at the store, and who notices."""

import http.server
import threading

import pytest

from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.embedded_archive import HonestArchive

SPLICED = (
    "tampering splice in flight: 4 altered, noticed by the signature 4, by the archive 0, by nobody 0; "
    "4 untouched, of which 0 look altered"
)


@pytest.mark.slow
def test_what_came_of_it_is_said_and_stands_in_the_document(dicomsig):
    """A line for each kind; the numbers and each instance are observations, and what was stored is listed."""
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--tamper", "splice", "--json")
        assert (ran.code, ran.document["results"]) == (0, [])
        assert f"keeps {len(server.archive.stored)} instances" in ran.err
    assert SPLICED in ran.err.partition("judged ")[2].partition("exit 0")[0]
    assert ran.err.count("tampering ") == 1
    codes = {each["code"]: each for each in ran.document["observations"]}
    assert codes["tampering-counted"]["message"] in SPLICED
    assert codes["tampering-noticed"]["count"] == codes["untouched"]["count"] == 4
    assert codes["tampering-noticed"]["first_cases"][0] == "archive/ct.sha256.base.in-flight-splice/get"
    assert "tampering-not-noticed" not in codes
    assert "--tamper splice" in ran.document["run"]["rerun"]


@pytest.mark.slow
def test_who_signs_what_lies_there_is_convicted_at_rest_alone(dicomsig):
    """Without somebody at its store nothing shows that it is wrong."""
    name = "impostor:signs-what-lies-there"
    ran = dicomsig("archive", name, "--at-rest", "here", "--only", "ps3.15-a.2-guards-stored-objects", "--json")
    assert ran.code == 1
    assert {each["requirement"] for each in ran.document["results"]} == {"ps3.15-a.2-guards-stored-objects"}
    assert "--at-rest here" in ran.document["run"]["rerun"]
    assert ran.err.count("tampering ") == 6
    assert dicomsig("archive", name, "--json").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["127.0.0.1:1", "--at-rest", "here"], "--at-rest here is for an archive of dicomsig"),
        (["--at-rest", "http://127.0.0.1:1"], "--at-rest here"),
        (["127.0.0.1:1", "--at-rest", "nowhere"], "--at-rest"),
        (["127.0.0.1:1", "--at-rest", "http://user:secret@127.0.0.1:1"], "--at-rest"),
        (["--tamper", "everything"], "--tamper"),
    ],
)
def test_mistaken_options_are_told(words, said, dicomsig):
    """They cost no connection, and nothing is altered anywhere."""
    ran = dicomsig("archive", *words)
    assert ran.code == 2
    assert said in ran.err


def test_a_store_that_does_not_answer_is_told_before_anything_is_stored(dicomsig, tmp_path):
    """Nobody at the address, or no Orthanc: input that cannot be opened, and an earlier report stays."""
    report = tmp_path / "report"
    assert dicomsig("archive", "--only", "ps3.15-a.3-values-bit-identical", "--report", report).code == 0
    before = (report / "report.json").read_bytes()
    with ArchiveServer() as server, WebServer(HonestArchive()) as web:
        at = f"127.0.0.1:{server.peer.port}"
        ran = dicomsig("archive", at, "--at-rest", "http://127.0.0.1:1", "--report", report)
        assert ran.code == 2
        assert "--at-rest 'http://127.0.0.1:1': nothing listens there" in ran.err
        ran = dicomsig("archive", at, "--at-rest", web.url, "--report", report)
        assert ran.code == 2
        assert f"--at-rest '{web.url}': " in ran.err
        assert not server.archive.stored
    assert (report / "report.json").read_bytes() == before


@pytest.mark.slow
def test_a_store_that_fails_later_is_no_pass(dicomsig):
    """It answers at first and nothing can be altered then: what was asked for is inconclusive, claimed or not."""

    class Failing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'{"ApiVersion": 18}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(500)

        def log_message(self, *_):
            pass

    with ArchiveServer() as server, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing) as rest:
        threading.Thread(target=rest.serve_forever, daemon=True).start()
        at = f"127.0.0.1:{server.peer.port}"
        ran = dicomsig("archive", at, "--at-rest", f"http://127.0.0.1:{rest.server_port}", "--json")
        rest.shutdown()
    assert ran.code == 5
    (result,) = ran.document["results"]
    assert (result["requirement"], result["reason"]) == ("ps3.15-a.2-guards-stored-objects", "not-altered")
    assert "tampering not done: POST of tools is answered 500" in ran.err
