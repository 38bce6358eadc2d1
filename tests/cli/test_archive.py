"""`dicomsig archive`: an archive judged from the command line."""

import csv
import http.server
import json
import re
import shlex
import signal
import socket
import ssl
import stat
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from dicomsig.cli.archive_advice import why_not_reached
from dicomsig.cli.archive_left import left_behind_lines, left_behind_rows
from dicomsig.cli.archiving import ArchiveOptions, run_of
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.registry import archive_named
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import Probe
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.commands import CommandField
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.outgoing import Outgoing
from dicomsig.systems.peers.storage_peer import free_port
from dicomsig.vectors.pki import Credential, other_trust_path, trust_path

STUDY = 0x0020000D


def test_without_arguments_the_embedded_archive_is_judged_and_passes(dicomsig):
    """Every signature comes back as it was, by C-GET, by C-MOVE and over the web."""
    for way in ("get", "move", "wado"):
        ran = dicomsig("archive", "--retrieve", way, "--json")
        assert (ran.code, ran.document["results"]) == (0, [])
        assert ran.document["summary"]["signatures"] >= 25
        assert ran.document["subject"]["role"] == "archive"


def test_a_peer_is_judged_and_what_it_keeps_is_listed(dicomsig):
    """What was stored in somebody's archive is named at the end, by its studies."""
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--json")
        assert ran.code == 0
        stored = server.archive.stored
        assert stored
        said = [line.split()[1:3] for line in ran.err.splitlines() if line.startswith("  study ")]
        assert {study for study, _ in said} == {instance_of(each.data).text(STUDY) for each in stored.values()}
        assert sum(int(count) for _, count in said) == len(stored)
        assert "patient DICOMSIG-TEST" in ran.err


def test_a_closed_port_is_not_judged(dicomsig, tmp_path):
    """Nothing was exercised: exit code 3, and a report that says why."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    ran = dicomsig("archive", f"127.0.0.1:{port}", "--report", tmp_path / "report")
    assert ran.code == 3
    assert "nothing listens" in ran.err
    document = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert "not judged" in document["summary"]["coverage"]["note"]


def test_an_archive_that_refuses_everything_is_not_judged(dicomsig):
    """Whoever takes no instance was not exercised."""

    class Refusing(HonestArchive):
        def status_of(self, data):
            return 0xA700

    with ArchiveServer(Refusing()) as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}")
    assert ran.code == 3
    assert "no instance came back" in ran.err


def test_what_to_check_is_said(dicomsig):
    """Whoever is turned away reads which option or setting is the likely cause (PS3.8 9.3.4, PS3.4 C.4.2)."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    told = dicomsig("archive", f"127.0.0.1:{port}", "--aet", "PACS")
    assert "check     whether the archive runs" in told.err
    assert "Name files or folders" not in told.out
    told = dicomsig("archive", "--dicomweb", f"http://127.0.0.1:{port}/dicom-web")
    assert "check     the URL" in told.err
    with ArchiveServer() as server:
        at = f"127.0.0.1:{server.peer.port}"
        told = dicomsig("archive", at, "--retrieve", "move", "--move-aet", "NOBODY")
    assert told.code == 3
    assert "no instance came back that could be judged: C-MOVE ended with status" in told.err
    assert "whether the archive has NOBODY among its destinations" in told.err
    assert "--move-port" in told.err


def test_over_the_web_the_status_of_http_is_told(dicomsig):
    """Whoever names the wrong path, or may not store, reads the number that the server said."""
    uploads = []

    class Forbidding(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            uploads.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(403)

        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forbidding) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = dicomsig("archive", "--dicomweb", f"http://127.0.0.1:{server.server_port}/here")
        server.shutdown()
    assert told.code == 3
    assert "the storing was answered with HTTP status 403" in told.err
    assert len(uploads) == 3  # what holds for us, or for the address, holds for every instance
    assert "check     the URL" in told.err


@pytest.mark.parametrize(
    ("fault", "message", "check"),
    [
        (
            "association-rejected",
            "the called AE title is not known there",
            "--aet, which is PACS now, for the AE title of the archive$",
        ),
        (
            "association-rejected",
            "the calling AE title is not known there",
            "whether the archive knows the AE title US of this machine",
        ),
        (
            "association-rejected",
            "no reason given",
            "--aet, which is PACS now; whether .* US .*; and what the archive logs$",
        ),
        ("pdu-malformed", "a PDU has the type 0x48", ".* no web port"),
        ("peer-unreachable", "no route", ".* firewall"),
    ],
)
def test_each_way_to_be_turned_away_has_its_advice(fault, message, check):
    """The fault of the first contact says what to look at first."""
    place = ArchivePlace(peer=Peer("127.0.0.1", 104, "PACS", "US"), calling="US")
    assert re.match(check, why_not_reached(NetworkError(NetworkFault(fault), message), place))


@pytest.mark.slow
def test_the_command_that_judges_again_has_every_option(dicomsig, tmp_path):
    """What stands behind "rerun" works as it is on this machine; in the report it names no machine and no path."""
    folder, report = tmp_path / "their files", tmp_path / "report"
    folder.mkdir()
    with ArchiveServer(archive_named("impostor:trims-padding")()) as server:
        at = f"127.0.0.1:{server.peer.port}"
        options = ("--aet", "PEER", "--retrieve", "move", "--move-aet", "DICOMSIG", "--timeout", "5")
        server.destinations["DICOMSIG"] = ("127.0.0.1", port := free_port())
        claims = tmp_path / "claims.toml"
        claims.write_text('[claims]\nprofiles = ["bit-preserving"]\n', encoding="utf-8")
        options = (*options, "--move-port", port, "--claims", claims)
        ran = dicomsig("archive", at, *options, "--report", report)
        assert ran.code == 1
        rerun = shlex.split(ran.out.partition("rerun")[2].splitlines()[0])
        assert rerun[:3] == ["dicomsig", "archive", at]
        assert dicomsig(*rerun[1:]).code == 1
    in_report = json.loads((report / "report.json").read_text(encoding="utf-8"))["run"]["rerun"]
    assert in_report == (
        "dicomsig archive PEER --aet AET --retrieve move --move-port PORT --move-aet AET --timeout 5.0 --claims CLAIMS"
    )
    again = run_of(ArchiveOptions(address=at, retrieve="folder", folder=folder, use_test_pki=True, commitment=True))
    assert shlex.split(again.rerun_here)[2:] == [
        at, "--retrieve", "folder", "--folder", str(folder), "--commitment", "--use-test-pki"
    ]  # fmt: skip


def test_a_part_of_the_requirements_proves_no_claim(dicomsig):
    """A run with --only says so in its document."""
    row = "ps3.15-a.3-values-bit-identical"
    document = dicomsig("archive", "--only", row, "--json").document
    assert document["run"]["only"] == [f"--only {row}"]


def test_the_verdict_stands_below_what_was_left_behind():
    """A line each study, however many instances it holds; a file of the report names each, where there is one."""
    outgoing = [Outgoing("1.2", f"1.3.{number}", f"1.4.{number % 2}", "1.5", "1.6", b"", 0) for number in range(203)]
    left = [Probe(f"ct.{each.sop_instance}", each, "SHA256") for each in outgoing]
    head, *studies = left_behind_lines(left)
    assert "keeps 203 instances" in head
    assert "in 2 studies" in head
    assert studies == ["  study 1.4.0  102 instances", "  study 1.4.1  101 instances"]
    *_, last = left_behind_lines(left, Path("here"))
    assert last == f"  each instance is named in {Path('here', 'private', 'left-behind.csv')}"
    assert list(left_behind_rows(left))[202] == ("1.4.0", "1.5", "1.3.202", "ct.1.3.202")
    (first, _) = left_behind_lines(left[:1])
    assert "keeps 1 instance of this run, patient DICOMSIG-TEST or TEST-ONLY, in 1 study" in first


def named_in(report):
    """The SOP Instance UIDs in the list of what a run left behind."""
    with (report / "private" / "left-behind.csv").open(encoding="utf-8", newline="") as file:
        return {row["sop_instance_uid"] for row in csv.DictReader(file)}


@pytest.mark.slow
def test_a_report_names_each_instance_that_was_left_behind(dicomsig, tmp_path):
    """In a private file of its own, which goes when another run takes the folder."""
    report = tmp_path / "report"
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--report", report)
        assert named_in(report) == set(server.archive.stored)
    assert str(report / "private" / "left-behind.csv") in ran.err
    assert stat.S_IMODE((report / "private" / "left-behind.csv").stat().st_mode) == 0o600
    ran = dicomsig("archive", "--report", report)
    assert "left-behind" not in ran.err
    assert not (report / "private" / "left-behind.csv").exists()


def test_the_published_key_stays_on_this_machine(dicomsig):
    """For another machine a key has to be given, or the published one allowed."""
    ran = dicomsig("archive", "pacs.invalid:104")
    assert ran.code == 2
    assert "--use-test-pki" in ran.err


def test_mistaken_options_are_told(dicomsig):
    """An address, a title or a requirement that is none costs no connection."""
    for words in (["nowhere"], ["a:0"], ["h:104", "--aet", "x" * 17], ["--only", "ps3"], ["--key", "k.pem"]):
        assert dicomsig("archive", *words).code == 2, words


@pytest.mark.slow
def test_an_archive_that_dies_in_the_middle_leaves_what_was_judged(dicomsig, tmp_path):
    """No hang, no conviction: what came back before is in the report, the rest is inconclusive."""

    class Dying(HonestArchive):
        asked = 0

        def answering(self, association, message):
            self.asked += message.command.field == CommandField.GET
            if self.asked > 5:
                threading.Thread(target=server.__exit__, args=(None,)).start()
                time.sleep(0.3)

    with ArchiveServer(Dying()) as server:
        at = f"127.0.0.1:{server.peer.port}"
        ran = dicomsig("archive", at, "--timeout", 3, "--report", tmp_path / "report")
    assert ran.code == 5
    document = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert {each["result"] for each in document["results"]} == {"inconclusive"}
    assert document["summary"]["results"]["passed"] > 20
    assert any(each["code"] == "peer-given-up" for each in document["observations"])


@pytest.mark.slow
def test_an_interrupt_says_what_is_left_behind(start, tmp_path):
    """Ctrl-C while instances are stored ends with 130, and names what the archive has by then, judged or not."""

    class Slow(HonestArchive):
        def answering(self, association, message):
            time.sleep(0.05)

    with ArchiveServer(Slow()) as server:
        process = start("archive", f"127.0.0.1:{server.peer.port}", "--report", str(tmp_path / "report"))
        until = time.monotonic() + 30
        while len(server.archive.stored) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130, err.decode()
        assert set(server.archive.stored) <= named_in(tmp_path / "report")
        assert b"left-behind.csv" in err


def server_side(credential):
    """TLS as a server has it, with a certificate of the test PKI, asking the client for one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(credential.certificate_path, credential.key_path)
    context.load_verify_locations(trust_path())
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_over_tls_both_sides_show_certificates(dicomsig):
    """With a certificate that the other trusts everything goes as without; without one nothing is judged."""
    ours = Credential.RSA_3072
    trusting = ("--tls-ca", trust_path())
    showing = ("--tls-certificate", ours.certificate_path, "--tls-key", ours.key_path)
    with ArchiveServer(tls=server_side(Credential.RSA_2048)) as server:
        at = f"127.0.0.1:{server.peer.port}"
        assert dicomsig("archive", at, *trusting, *showing, "--json").code == 0
        assert dicomsig("archive", at, *trusting, "--timeout", 2).code == 3
        assert dicomsig("archive", at, "--tls-ca", other_trust_path(), *showing, "--timeout", 2).code == 3
        assert dicomsig("archive", at, "--timeout", 2).code == 3


@pytest.mark.slow
def test_both_doors_judge_alike(dicomsig, process, tmp_path):
    """The suite gives the requirements, cases and results of the command, for an archive that is convicted."""
    name = "impostor:trims-padding"
    assert dicomsig("archive", name, "--report", tmp_path / "report").code == 1
    lines = (tmp_path / "report" / "report.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    cases = [each for each in told if "case" in each]
    said = {(row, each["case"], "pass") for each in cases for row in each.get("passed", ())}
    said |= {(one["requirement"], one["case"], one["result"]) for each in cases for one in each.get("results", ())}
    assert process("suite", "archive", "--archive", name, "--junit", str(tmp_path / "junit.xml"), "-q").code == 1
    judged = set()
    for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase"):
        found = {each.get("name"): each.get("value") for each in case.iter("property")}
        if "requirement" in found:  # a profile that nothing is judged by has one test without a case
            judged.add((found["requirement"], found["case"], found["result"]))
    assert judged == said
