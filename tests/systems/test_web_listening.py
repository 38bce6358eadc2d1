"""The web server of `listen`: each request has its time, all bodies together have a bound (PS3.18 8)."""

import contextlib
import http.client
import socket
import time

import pytest

from dicomsig.systems.dicomweb.multipart import join
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.vectors.instances import instances

KIND, BODY = join(instances()["ct"].build())
LIMITS = NetworkLimits(connect=1.0, answer=0.4, operation=0.8)
STUDIES = "/dicom-web/studies"
SOON = 3.0


@pytest.fixture
def web():
    """A server with short deadlines."""
    with WebServer(HonestArchive(), limits=LIMITS) as server:
        yield server


def port_of(web):
    return int(web.url.partition("://")[2].partition("/")[0].partition(":")[2])


def post(web, body=BODY, kind=KIND):
    """The HTTP status of a STOW-RS request."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port_of(web), timeout=5)) as connection:
        connection.request("POST", STUDIES, body, {"Content-Type": kind})
        return connection.getresponse().status


def seconds_until_closed(web, start, drip):
    """How long a connection lasts that sends something, and then a byte now and then."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port_of(web)), 5) as stream:
        stream.settimeout(0.05)
        with contextlib.suppress(ConnectionError):
            stream.sendall(start)
            while time.monotonic() - started < 2 * SOON:
                stream.sendall(drip)
                with contextlib.suppress(TimeoutError):
                    if not stream.recv(4096):
                        break
    return time.monotonic() - started


HEAD = f"POST {STUDIES} HTTP/1.1\r\nContent-Type: {KIND}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("start", "drip"),
    [(b"", b""), (b"", b"P"), (b"POST / HTTP/1.1\r\n", b"A: b\r\n"), (HEAD, b""), (HEAD, b"-")],
    ids=["nothing", "a letter at a time", "header lines", "no body", "a body that drips"],  # HEAD differs in each run
)
def test_a_request_that_never_ends_is_ended(start, drip, web):
    """Silence, a head that goes on and a body that drips: each connection is over in time, and the next is served."""
    assert seconds_until_closed(web, start, drip) < SOON
    assert post(web) == 200


def test_bodies_together_are_bounded(web):
    """What goes beyond the room for bodies is told to come later, and takes none of it for long."""
    web._server._room = 1 << 20
    for _ in range(3):
        assert post(web, bytes(2 << 20), "application/dicom") == 503
    assert post(web) == 200
    assert web._server._room == 1 << 20


def test_connections_are_bounded(web):
    """More at one time than there are places are told so; the next is served when one has ended."""
    web._server.guests._most = 1
    with socket.create_connection(("127.0.0.1", port_of(web)), 5) as stream:
        stream.sendall(HEAD + BODY[:10])
        time.sleep(0.1)
        assert post(web) == 503
        stream.sendall(BODY[10:])
        assert stream.recv(12) == b"HTTP/1.1 200"
    until = time.monotonic() + 2
    while web._server.guests.served and time.monotonic() < until:
        time.sleep(0.01)
    assert post(web) == 200


def test_one_connection_serves_many_requests(web):
    """A client that keeps its connection is served again over it."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port_of(web), timeout=5)) as connection:
        for _ in range(3):
            connection.request("POST", STUDIES, BODY, {"Content-Type": KIND})
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
