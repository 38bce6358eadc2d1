"""`dicomsig archive`: an archive judged from the command line (DESIGN section 4)."""

import json
import signal
import socket
import ssl
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest

from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.commands import CommandField
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.vectors.pki import Credential, other_trust_path, trust_path


def test_without_arguments_the_embedded_archive_is_judged_and_passes(dicomsig):
    """Every signature comes back as it was, by C-GET, by C-MOVE and over the web."""
    for way in ("get", "move", "wado"):
        ran = dicomsig("archive", "--retrieve", way, "--json")
        assert (ran.code, ran.document["results"]) == (0, [])
        assert ran.document["summary"]["signatures"] >= 25
        assert ran.document["subject"]["role"] == "archive"


def test_a_peer_is_judged_and_what_it_keeps_is_listed(dicomsig):
    """What was stored in somebody's archive is named at the end."""
    with ArchiveServer() as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--json")
        assert ran.code == 0
        stored = server.archive.stored
        assert stored
        assert all(uid in ran.err for uid in stored)
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
def test_an_interrupt_says_what_is_left_behind(start):
    """Ctrl-C in the middle ends with 130, and names what the archive has by then."""

    class Slow(HonestArchive):
        def answering(self, association, message):
            time.sleep(0.05)

    with ArchiveServer(Slow()) as server:
        process = start("archive", f"127.0.0.1:{server.peer.port}")
        until = time.monotonic() + 30
        while len(server.archive.stored) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130, err.decode()
        assert all(uid.encode() in err for uid in list(server.archive.stored)[:3])


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


def test_keys_for_tls_that_are_none_are_told(dicomsig, tmp_path):
    """Files that hold no certificate or key cost no connection."""
    (tmp_path / "none.pem").write_text("none", encoding="utf-8")
    for option in ("--tls-ca", "--tls-certificate"):
        for file in (tmp_path / "none.pem", tmp_path / "missing.pem"):
            assert dicomsig("archive", "127.0.0.1:1", option, file).code == 2


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
