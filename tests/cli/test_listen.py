"""`dicomsig listen`: each instance is judged as it arrives, and nothing that is sent can end it."""

import _thread
import http.client
import json
import signal
import socket
import threading
import time
from contextlib import suppress

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.multipart import join
from dicomsig.systems.dimse.asking import VERIFICATION, echo, store
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import AssociateRequest, ProposedContext, encode_request
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.embedded_archive import BIT_PRESERVING_ANSWER
from dicomsig.systems.peers.storage_peer import free_port
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.samples import dcmtk_folder

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
SAMPLE = dcmtk_folder() / "ct-creator-sha256.dcm"


def associated(port: int, calling: str = "US", called: str = "DICOMSIG", syntax: str = EXPLICIT):
    """An association with the listener, as soon as it listens."""
    peer = Peer("127.0.0.1", port, called, calling)
    until = time.monotonic() + 20
    while True:
        try:
            offer = {CT: bytes((3, 0, 0, 0, 2, 0))}
            return associate(peer, [Proposal(CT, syntax), Proposal(VERIFICATION, EXPLICIT)], LIMITS, extended=offer)
        except NetworkError as error:
            if error.fault is not NetworkFault.REFUSED or time.monotonic() > until:
                raise
            time.sleep(0.05)


def send(association, data: bytes, sop_instance: str = "") -> int:
    """Store a file, under another UID in the command where one is given."""
    whole = instance_of(data)
    uid = sop_instance or whole.text(0x00080018)
    return store(association, association.context_for(CT), uid, data[whole.file_start :])


def wait_for(port: int) -> None:
    """Wait until something listens: the port of the web is opened after that of DICOM."""
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def while_listening(dicomsig, tmp_path):
    """Run something against a listener that ends after some instances; what the command came to, and what was kept."""

    def run(doing, *options, count=1):
        port = free_port()
        problems = []

        def act():
            try:
                doing(port)
            except BaseException as error:
                problems.append(error)
                _thread.interrupt_main()  # as Ctrl-C, so that the listening ends

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        ran = dicomsig("listen", "--port", port, "--count", count, "--into", tmp_path / "in", "--json", *options)
        thread.join(20)
        assert not problems, problems
        return ran, sorted((tmp_path / "in").iterdir())

    return run


def test_each_instance_is_judged_as_it_arrives_and_kept_as_it_came(while_listening):
    """A good and a tampered instance have a line each; levels are announced, bytes are kept (PS3.4 B.3.1.2)."""
    good = SAMPLE.read_bytes()
    bad = good[:4000] + bytes((good[4000] ^ 1,)) + good[4001:]

    def doing(port):
        association = associated(port)
        (level,) = association.evidence.accept.user.extended
        assert level.information == BIT_PRESERVING_ANSWER
        assert [send(association, data) for data in (good, bad)] == [0, 0]
        association.release()

    ran, kept = while_listening(doing, "--profile", "creator", count=2)
    assert ran.code == 1
    first, second = [line for line in ran.err.splitlines() if "from US" in line]
    assert first.startswith("PASS")
    assert "SHA256 valid" in first
    assert second.startswith("FAIL")
    start = instance_of(good).file_start
    assert [path.read_bytes()[-len(good) + start :] for path in kept] == [good[start:], bad[start:]]


def test_what_a_sender_announces_is_judged(while_listening):
    """A sender whose sub-item has seven bytes has a line of its own and fails by that row; lawful ones do not."""

    def doing(port):
        for calling, information in (("RIGHT", bytes((3, 0, 0, 0, 2, 0))), ("WRONG", bytes(7)), ("SILENT", None)):
            associated(port).release()
            peer = Peer("127.0.0.1", port, "DICOMSIG", calling)
            offer = None if information is None else {CT: information}
            association = associate(peer, [Proposal(CT, EXPLICIT)], LIMITS, extended=offer)
            assert send(association, SAMPLE.read_bytes()) == 0
            association.release()

    row = "ps3.4-b.3.1.1-six-bytes"
    ran, _ = while_listening(doing, count=3)
    assert ran.code == 1
    assert ran.outcomes("fail") == [row]
    assert ran.document["results"][0]["case"] == "signer/opened-by-senders"
    assert [line for line in ran.err.splitlines() if "association  from" in line] == [
        f"FAIL  association  from WRONG  {row}"
    ]


def test_the_report_says_against_what_was_judged(while_listening):
    """The command that judges an instance again names the edition, and a run of a part says so."""

    def doing(port):
        association = associated(port)
        assert send(association, SAMPLE.read_bytes()) == 0
        association.release()

    only = "ps3.15-c.1-mac-algorithm"
    ran, _ = while_listening(doing, "--edition", "2016c", "--only", only)
    assert ran.document["run"]["rerun"] == "dicomsig check {file} --edition 2016c"
    assert ran.document["run"]["only"] == [f"--only {only}"]


def test_unknown_titles_are_refused_when_asked(while_listening):
    """Only the titles that were named get an association (PS3.8 9.3.4)."""

    def doing(port):
        for titles in ({"calling": "STRANGER"}, {"called": "ELSEWHERE"}):
            with pytest.raises(NetworkError) as caught:
                associated(port, **titles)
            assert caught.value.fault is NetworkFault.REJECTED
        association = associated(port)
        send(association, SAMPLE.read_bytes())
        association.release()

    ran, kept = while_listening(doing, "--aet", "DICOMSIG", "--calling", "US")
    assert (ran.code, len(kept)) == (0, 1)
    assert [line for line in ran.err.splitlines() if line.startswith("refused")] == [
        "refused  association  from STRANGER  not US",
        "refused  association  from US  called ELSEWHERE, not DICOMSIG",
    ]


def test_a_plain_sender_to_a_port_of_tls_is_told(while_listening):
    """Both see a connection that closes; the one who listens reads why (PS3.15 B.1)."""

    def doing(port):
        with pytest.raises(NetworkError) as caught:
            associated(port)
        assert caught.value.fault is NetworkFault.CLOSED
        _thread.interrupt_main()

    keys = Credential.RSA_2048
    ran, _ = while_listening(doing, "--tls-certificate", keys.certificate_path, "--tls-key", keys.key_path)
    assert ran.code == 3
    assert "let the product send some" in ran.out + ran.err
    assert "refused  connection  from 127.0.0.1  TLS does not come about: what the peer sends is no TLS" in ran.err


def test_hostile_senders_are_survived_and_leave_nothing_outside(while_listening, tmp_path):
    """Titles of 64 KB, malformed PDUs and a UID that is a path: it goes on, and writes in its folder alone."""

    def doing(port):
        associated(port).release()
        title = encode_request(AssociateRequest("A", "B", (ProposedContext(1, "1." + "9" * 60000, (EXPLICIT,)),)))
        for rubbish in (title, b"\1\0\0\1\0\0" + b"A" * 65536, b"\4\0\0\0\0\6\0\0\0\2\1\3", b"\0" * 1000, b"\xff" * 9):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as stream:
                stream.settimeout(5)
                stream.sendall(rubbish)
                stream.shutdown(socket.SHUT_WR)
                while stream.recv(4096):
                    pass
        association = associated(port)
        assert send(association, SAMPLE.read_bytes(), "../../x") == 0x0117
        assert send(association, SAMPLE.read_bytes()) == 0
        assert echo(association) == 0
        association.release()

    ran, kept = while_listening(doing)
    assert ran.code == 0
    assert [path.name for path in kept] == ["received-000002.dcm"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_what_is_no_instance_is_a_fail_not_an_end(while_listening):
    """A data set that cannot be walked is unreadable, and the next one is judged."""

    def doing(port):
        association = associated(port)
        context = association.context_for(CT)
        assert store(association, context, "1.2.3", b"\x08\0\x05\0CS\xff\xff") == 0
        assert send(association, SAMPLE.read_bytes()) == 0
        association.release()

    ran, _ = while_listening(doing, count=2)
    assert ran.code == 1
    assert ran.document["summary"]["unreadable"] == 1
    assert ran.document["summary"]["signed"] == 1


def test_what_arrives_is_bounded(while_listening):
    """More than --most-mib ends the association that sends it, not the listening."""

    def doing(port):
        association = associated(port)
        with pytest.raises(NetworkError):
            store(association, association.context_for(CT), "1.2.3", bytes(2 << 20))
        association = associated(port)
        assert send(association, SAMPLE.read_bytes()) == 0
        association.release()

    ran, kept = while_listening(doing, "--most-mib", 1)
    assert (ran.code, len(kept)) == (0, 1)
    assert "broken off  association  from US  more arrives than is taken" in ran.err


def test_what_is_posted_is_judged_too(while_listening):
    """STOW-RS takes what C-STORE takes."""
    web = free_port()

    def doing(port):
        associated(port).release()
        kind, body = join(SAMPLE.read_bytes())
        wait_for(web)
        connection = http.client.HTTPConnection("127.0.0.1", web, timeout=10)
        connection.request("POST", "/dicom-web/studies", body, {"Content-Type": kind})
        assert connection.getresponse().status == 200
        connection.close()

    ran, kept = while_listening(doing, "--web-port", web)
    assert ran.code == 0
    assert kept[0].read_bytes() == SAMPLE.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_listening_with_a_report(number, start, tmp_path):
    """Ctrl-C is how listening ends: the report is written, and the exit code is that of what arrived."""
    port = free_port()
    process = start("listen", "--port", str(port), "--into", str(tmp_path / "in"), "--report", str(tmp_path / "report"))
    association = associated(port)
    assert send(association, SAMPLE.read_bytes()) == 0
    association.release()
    assert process.stdout is not None
    assert b"PASS" in process.stdout.readline()
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads((tmp_path / "report" / "report.json").read_bytes())["summary"]["signed"] == 1


def test_a_port_that_is_taken_is_told(dicomsig, tmp_path):
    """Nothing is listened to: exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = dicomsig("listen", "--port", taken.getsockname()[1], "--into", tmp_path / "in")
    assert ran.code == 2
    assert "cannot be had" in ran.err
