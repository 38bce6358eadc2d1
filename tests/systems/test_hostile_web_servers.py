"""Whatever a web server answers, STOW-RS and WADO-RS end in time and ask nobody else (PS3.18 10.4, 10.5)."""

import contextlib
import gzip
import socket
import ssl
import threading
import time

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.client import WebAddress, WebArchive
from dicomsig.systems.dicomweb.multipart import join
from dicomsig.systems.dimse.faults import NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.outgoing import Outgoing
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential, trust_path

LIMITS = NetworkLimits(connect=1.0, answer=0.4, operation=0.8, instance=1 << 20)
SOON = 3.0
RECIPE = instances()["ct"]
DATA = RECIPE.build()
WHOLE = instance_of(DATA)
UIDS = RECIPE.sop_class_uid, RECIPE.sop_instance_uid, WHOLE.text(0x0020000D), WHOLE.text(0x0020000E)
ONE = Outgoing(*UIDS, RECIPE.transfer_syntax_uid, DATA, WHOLE.file_start)
KIND, BODY = join(DATA)


def head(status="200 OK", kind=KIND, **more):
    """The head of an answer; an underscore in a name is a hyphen."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *(f"{n.replace('_', '-')}: {v}" for n, v in more.items())]
    return "\r\n".join((*lines, "", "")).encode()


@pytest.fixture
def server():
    """A server that does one thing with each connection, once the head of a request is there."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    asked = []

    def start(answer, read=True):
        def serve():
            while not ended.is_set():
                try:
                    stream, _ = listening.accept()
                except OSError:
                    return
                with stream, contextlib.suppress(OSError):
                    stream.settimeout(5)
                    asked.append(stream.recv(1 << 16) if read else b"")
                    answer(stream)
                    stream.shutdown(socket.SHUT_WR)
                    while stream.recv(1 << 16):  # closed with a request unread, the answer could be lost on the way
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        return WebAddress.read(f"http://127.0.0.1:{listening.getsockname()[1]}"), asked

    yield start
    ended.set()
    with contextlib.suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def sends(*parts, then=None):
    """An answer of some bytes; then something, over and over, until the other side has enough."""

    def answer(stream):
        for part in parts:
            stream.sendall(part)
        while then is not None:
            stream.sendall(then)
            time.sleep(0.01)

    return answer


def drips(start):
    """An answer that goes on a byte at a time, more often than any single read would give up."""

    def answer(stream):
        stream.sendall(start)
        while True:
            stream.sendall(b"a")
            time.sleep(0.02)

    return answer


LENGTH = str(len(BODY))
CHUNK = b"10000\r\n" + bytes(1 << 16) + b"\r\n"
ANSWERS = {
    "whole": (sends(head(Content_Length=LENGTH), BODY), None),
    "closed within": (sends(head(Content_Length=LENGTH), BODY[:-9]), NetworkFault.CLOSED),
    "silent within": (sends(head(Content_Length=LENGTH), BODY[:99], then=b""), NetworkFault.SILENT),
    "less announced": (sends(head(Content_Length="999"), BODY), NetworkFault.MALFORMED),
    "more than there is": (sends(head(Content_Length=str(10**18)), BODY), NetworkFault.FLOOD),
    "below nothing": (sends(head(Content_Length="-5"), BODY), None),
    "a drip": (drips(head(Content_Length=LENGTH)), NetworkFault.SILENT),
    "a drip to be closed": (drips(head(Connection="close")), NetworkFault.SILENT),
    "a drip in a chunk": (drips(head(Transfer_Encoding="chunked") + b"fffff\r\n"), NetworkFault.SILENT),
    "chunks without end": (sends(head(Transfer_Encoding="chunked"), *[CHUNK] * 20), NetworkFault.FLOOD),
    "small chunks": (sends(head(Transfer_Encoding="chunked"), then=b"1\r\na\r\n"), NetworkFault.SILENT),
    "a chunk cut short": (sends(head(Transfer_Encoding="chunked"), b"ff\r\nabc"), NetworkFault.MALFORMED),
    "no chunk": (sends(head(Transfer_Encoding="chunked"), b"zz\r\nabc"), NetworkFault.MALFORMED),
    "trailers without end": (sends(head(Transfer_Encoding="chunked"), b"0\r\n", then=b"A: b\r\n"), NetworkFault.SILENT),
    "a flood of lines": (sends(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 500), NetworkFault.MALFORMED),
    "a long line": (sends(b"HTTP/1.1 200 OK\r\nA: ", bytes(1 << 17)), NetworkFault.MALFORMED),
    "not yet": (sends(then=b"HTTP/1.1 100 Continue\r\n\r\n"), NetworkFault.SILENT),
    "another protocol": (sends(b"SSH-2.0-x\r\n\r\n"), NetworkFault.MALFORMED),
    "no end boundary": (sends(head(Content_Length=str(len(BODY) - 40)), BODY[:-40]), NetworkFault.MALFORMED),
    "no boundary": (sends(head(kind="multipart/related", Content_Length="3"), b"abc"), NetworkFault.MALFORMED),
    "many parts": (
        sends(head(kind="multipart/related; boundary=x"), b"--x\r\n\r\n\r\n" * 9999),
        NetworkFault.MALFORMED,
    ),
    "compressed": (sends(head(Content_Encoding="gzip"), gzip.compress(BODY)), NetworkFault.PROTOCOL),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_is_a_fault_with_a_name(name, server, tmp_path):
    """It ends in time, and leaves no file behind but the instance of a whole answer."""
    answer, fault = ANSWERS[name]
    address, _ = server(answer)
    vault = Vault(folder=tmp_path)
    started = time.monotonic()
    returned = WebArchive(address, LIMITS, vault).retrieve(ONE)
    assert time.monotonic() - started < SOON
    assert (returned.fault.fault if returned.fault else None) is fault
    assert [each.read_bytes() for each in tmp_path.iterdir()] == ([DATA] if fault is None else [])


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirection_is_followed_nowhere(status, server, tmp_path):
    """What was meant for one host goes to no other: it is a failure of the one that was asked."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.1)
        place = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        address, asked = server(sends(head(status, Location=place, Content_Length="0")))
        web = WebArchive(address, LIMITS, Vault(folder=tmp_path))
        assert not web.store(ONE).stored
        returned = web.retrieve(ONE)
        assert (returned.kept, returned.failed) == ((), 1)
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    assert len(asked) == 2


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "409 Conflict", "500 Internal", "503 Busy"])
def test_a_refusal_is_no_lost_instance(status, server, tmp_path):
    """Nothing was stored, or it cannot be had now: neither is a 404."""
    address, _ = server(sends(head(status, Content_Length="0")))
    web = WebArchive(address, LIMITS, Vault(folder=tmp_path))
    sent = web.store(ONE)
    assert (sent.stored, sent.fault) == (False, None)
    returned = web.retrieve(ONE)
    assert (returned.status >> 12, returned.failed, returned.fault) == (0xC, 1, None)


@pytest.mark.parametrize(
    "body",
    [b"{", b"[" * 100_000, b'{"00081198": 3}', b'[{"00081198":{"Value":[{"00081197":{"Value":["x"]}}]}}]', b"9" * 9999],
)
def test_whatever_stands_in_the_answer_to_a_post(body, server, tmp_path):
    """An answer that is no response module says no more than its status (PS3.18 10.5.3)."""
    address, _ = server(sends(head("200 OK", "application/dicom+json", Content_Length=str(len(body))), body))
    sent = WebArchive(address, LIMITS, Vault(folder=tmp_path)).store(ONE)
    assert (sent.status, sent.fault) == (0, None)


def test_a_drip_over_tls_ends_in_time(server, tmp_path):
    """The deadline holds under TLS too."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(Credential.RSA_2048.certificate_path, Credential.RSA_2048.key_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname = False
    theirs.load_verify_locations(trust_path())
    drip = drips(head(Connection="close"))

    def answer(stream):
        with ours.wrap_socket(stream, server_side=True) as secure:
            secure.recv(1 << 16)
            drip(secure)

    address, _ = server(answer, read=False)
    secure = WebAddress.read(f"https://127.0.0.1:{address.port}", theirs)
    started = time.monotonic()
    returned = WebArchive(secure, LIMITS, Vault(folder=tmp_path)).retrieve(ONE)
    assert returned.fault is not None
    assert returned.fault.fault is NetworkFault.SILENT
    assert time.monotonic() - started < SOON


def test_whoever_takes_nothing_is_left(server, tmp_path):
    """A server that reads no body of a POST ends the storing in time."""
    address, _ = server(lambda stream: time.sleep(1.0))
    large = Outgoing(*UIDS, RECIPE.transfer_syntax_uid, bytes(32 << 20), 0)
    started = time.monotonic()
    sent = WebArchive(address, LIMITS, Vault(folder=tmp_path)).store(large)
    assert sent.fault is not None
    assert sent.fault.fault is NetworkFault.SILENT
    assert time.monotonic() - started < SOON


def test_whoever_answers_before_the_end_of_a_body_is_heard(server, tmp_path):
    """A refusal that comes while the body is sent is read, though the connection breaks."""

    def refuse(stream):
        stream.sendall(head("413 Too Large", Content_Length="0", Connection="close"))
        time.sleep(0.05)  # what is closed with a body unread is reset

    address, _ = server(refuse)
    large = Outgoing(*UIDS, RECIPE.transfer_syntax_uid, bytes(32 << 20), 0)
    sent = WebArchive(address, LIMITS, Vault(folder=tmp_path)).store(large)
    assert (sent.stored, sent.fault) == (False, None)


def test_no_room_for_what_comes_over_the_web_is_told(server, tmp_path):
    """What cannot be kept is no fault of the server."""
    address, _ = server(sends(head(Content_Length=LENGTH), BODY))
    returned = WebArchive(address, LIMITS, Vault(folder=tmp_path / "gone")).retrieve(ONE)
    assert returned.fault is not None
    assert returned.fault.fault is NetworkFault.NO_ROOM
