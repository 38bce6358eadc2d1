"""STOW-RS and WADO-RS: what is stored comes back as it is, and no server can hang us or fill the memory."""

import contextlib
import socket
import threading
import time

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.client import WebAddress, WebAddressError, WebArchive
from dicomsig.systems.dicomweb.multipart import MultipartError, boundary_of, join, parts
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.faults import NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.outgoing import Outgoing
from dicomsig.vectors.instances import instances

LIMITS = NetworkLimits(connect=1.0, answer=0.4, operation=0.8, instance=1 << 20)


def outgoing(name: str) -> Outgoing:
    """A fixture as it is sent."""
    recipe = instances()[name]
    data = recipe.build()
    whole = instance_of(data)
    uids = recipe.sop_class_uid, recipe.sop_instance_uid, whole.text(0x0020000D), whole.text(0x0020000E)
    return Outgoing(*uids, recipe.transfer_syntax_uid, data, whole.file_start)


def test_what_is_stored_comes_back_byte_for_byte():
    """The whole file is the same after STOW-RS and WADO-RS, whatever its transfer syntax."""
    with WebServer(HonestArchive()) as server, Vault() as vault:
        web = WebArchive(WebAddress.read(server.url), LIMITS, vault)
        for name in ("ct", "ct-implicit", "ct-deflated", "multi-frame-rle", "jpeg-2000-fragments"):
            one = outgoing(name)
            assert web.store(one).status == 0
            (kept,) = web.retrieve(one).kept
            assert kept.path.read_bytes() == one.data
            assert kept.sop_instance == one.sop_instance


def test_what_is_not_there_is_told_apart_from_a_refusal():
    """404 is an orderly answer: there is no such instance."""
    with WebServer(HonestArchive()) as server, Vault() as vault:
        returned = WebArchive(WebAddress.read(server.url), LIMITS, vault).retrieve(outgoing("ct"))
        assert (returned.kept, returned.failed, returned.fault) == ((), 0, None)


@pytest.mark.parametrize("status", [0xB000, 0xA700, 0xC123])
def test_reasons_are_read_as_statuses(status):
    """Failure Reason and Warning Reason of the answer are what a C-STORE status would be (PS3.18 10.5.3)."""

    class Saying(HonestArchive):
        def status_of(self, data):
            return status

    with WebServer(Saying()) as server, Vault() as vault:
        sent = WebArchive(WebAddress.read(server.url), LIMITS, vault).store(outgoing("ct"))
        assert (sent.status, sent.stored) == (status, status == 0xB000)


def test_a_body_of_one_part_is_read_back():
    """What was joined is found again; a boundary in the data does no harm."""
    kind, body = join(b"abc\r\n--x\r\n")
    (part,) = parts(body, boundary_of(kind))
    assert (part.kind, bytes(part.data)) == ("application/dicom", b"abc\r\n--x\r\n")


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nA: b\r\n\r\ndata", b"--x\r\ndata\r\n--x--", b"--x\r\n" * 3])
def test_a_body_without_end_is_an_error(body):
    """Parts have a head and an end."""
    with pytest.raises(MultipartError):
        list(parts(body, "x"))


@pytest.mark.parametrize("url", ["", "ftp://a/b", "http://", "http://u:p@h/", "http://h:99999/", "http://h/?q", "/x"])
def test_a_url_that_is_none_is_refused(url):
    """Nothing is asked of an address that means nothing, or that holds a password."""
    with pytest.raises(WebAddressError):
        WebAddress.read(url)


def flood(stream: socket.socket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom\r\n\r\n")
    for _ in range(64):
        stream.sendall(bytes(1 << 16))


def dribble(stream: socket.socket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    for _ in range(100):
        stream.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (lambda stream: time.sleep(0.8), NetworkFault.SILENT),
        (lambda stream: stream.sendall(b"\4\0\0\0\0\0"), NetworkFault.MALFORMED),
        (lambda stream: None, NetworkFault.CLOSED),
        (flood, NetworkFault.FLOOD),
        (dribble, NetworkFault.SILENT),
        (lambda stream: stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), NetworkFault.CLOSED),
        (
            lambda stream: stream.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=x\r\nContent-Length: 3\r\n\r\n--x"
            ),
            NetworkFault.MALFORMED,
        ),
    ],
)
def test_whatever_a_server_does_is_a_fault_with_a_name(answer, fault):
    """Silence, rubbish, floods and dribbling end in time."""
    with socket.create_server(("127.0.0.1", 0)) as listening, Vault() as vault:

        def serve() -> None:
            stream, _ = listening.accept()
            with stream:
                stream.settimeout(5)
                stream.recv(65536)
                with contextlib.suppress(OSError):
                    answer(stream)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = WebAddress.read(f"http://127.0.0.1:{listening.getsockname()[1]}")
        started = time.monotonic()
        returned = WebArchive(address, LIMITS, vault).retrieve(outgoing("ct"))
        assert returned.fault is not None
        assert returned.fault.fault is fault
        assert time.monotonic() - started < 4
        thread.join(10)


def test_nobody_listens():
    """A closed port is told at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with Vault() as vault:
        sent = WebArchive(WebAddress.read(f"http://127.0.0.1:{port}/dicom-web"), LIMITS, vault).store(outgoing("ct"))
        assert sent.fault is not None
        assert sent.fault.fault is NetworkFault.REFUSED
