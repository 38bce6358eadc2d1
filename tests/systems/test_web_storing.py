"""What STOW-RS takes, at which paths and in which framing, and what it says in plain words (PS3.18 10.5)."""

import contextlib
import http.client
import json
import socket
import ssl
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.listening import BoundedServer
from dicomsig.systems.dicomweb.multipart import join
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential

DATA = instances()["ct"].build()
WHOLE = instance_of(DATA)
SOP_CLASS, SOP_INSTANCE, STUDY = (WHOLE.text(tag) for tag in (0x00080016, 0x00080018, 0x0020000D))
KIND, BODY = join(DATA)
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
STUDIES = "/dicom-web/studies"


class Served:
    """A server, what it keeps and whom it turned away."""

    def __init__(self, stack, tls=None):
        self.archive, self.told = HonestArchive(), []
        server = WebServer(self.archive, limits=LIMITS, tls=tls, turned_away=lambda who, why: self.told.append(why))
        self.port = int(stack.enter_context(server).url.partition("://")[2].partition("/")[0].partition(":")[2])

    def post(self, path=STUDIES, body=BODY, **headers):
        """The status and the body of the answer."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            named = {"Content-Type": KIND} | {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST", path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def says(self, data, *, last=False):
        """What comes back to raw bytes, until it closes; with nothing more to say where these are the last."""
        back = bytearray()
        with socket.create_connection(("127.0.0.1", self.port), 5) as stream, contextlib.suppress(ConnectionError):
            stream.settimeout(5)
            stream.sendall(data)
            if last:
                stream.shutdown(socket.SHUT_WR)
            while part := stream.recv(4096):
                back += part
        return bytes(back)


@pytest.fixture
def serve():
    """Starts servers that end with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **given: Served(stack, **given)


@pytest.mark.parametrize(
    "path", [STUDIES, f"{STUDIES}/{STUDY}", f"http://archive.example{STUDIES}/{STUDY}", f"{STUDIES}?a=b"]
)
def test_instances_are_stored_at_either_path(path, serve):
    """With or without the study they are kept as they came, and the answer names them (PS3.18 10.5.1, I.1)."""
    web = serve()
    status, body = web.post(path)
    assert (status, web.told) == (200, [])
    (item,) = json.loads(body)["00081199"]["Value"]
    assert [item[tag]["Value"] for tag in ("00081150", "00081155")] == [[SOP_CLASS], [SOP_INSTANCE]]
    assert [each.data for each in web.archive.stored.values()] == [DATA]


def test_an_instance_of_another_study_is_refused(serve):
    """A path names the study of what is stored there: another one is a conflict (PS3.18 10.5.3.1)."""
    web = serve()
    status, body = web.post(f"{STUDIES}/{STUDY}.1")
    assert status == 409
    (item,) = json.loads(body)["00081198"]["Value"]
    assert item["00081197"]["Value"] == [0x0110]
    assert web.archive.stored == {}
    assert web.told == ["STOW-RS: 1 of 1 instances are of another study than that of the path"]


@pytest.mark.parametrize("size", [1, 7, 4096, len(BODY)])
@pytest.mark.parametrize("trailer", ["", "X-Sum: 1\r\n"], ids=["plain", "trailer"])
def test_a_body_in_chunks_is_taken(size, trailer, serve):
    """Of whatever size they are, with extensions and trailers: who sends as it reads knows no length (RFC 9112 7.1)."""
    web = serve()
    chunks = (BODY[at : at + size] for at in range(0, len(BODY), size))
    sent = b"".join(b"%X;a=b\r\n%b\r\n" % (len(each), each) for each in chunks) + f"0\r\n{trailer}\r\n".encode()
    head = f"POST {STUDIES} HTTP/1.1\r\nContent-Type: {KIND}\r\nTransfer-Encoding: Chunked\r\n\r\n"
    again = f"GET {STUDIES}?limit=1 HTTP/1.1\r\nConnection: close\r\n\r\n"
    back = web.says(head.encode() + sent + again.encode())
    assert back.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 204 " in back  # the next request began where the chunks ended
    assert [each.data for each in web.archive.stored.values()] == [DATA]


def test_chunks_without_end_are_no_more_than_any_body(serve, monkeypatch):
    """The bound on a body is one on chunks too."""
    web = serve()
    monkeypatch.setattr("dicomsig.systems.dicomweb.listening.BoundedHandler.most_body", 1 << 20)
    status, _ = web.post(body=iter([bytes(1 << 16)] * 40))  # with no length it goes in chunks
    assert status == 413
    assert web.post()[0] == 200


@pytest.mark.parametrize(
    ("path", "more", "status"), [("/studies", {}, 404), (STUDIES, {"Content_Encoding": "gzip"}, 415)]
)
def test_a_refusal_is_read_although_a_body_is_on_its_way(path, more, status, serve):
    """The rest of a body is let pass for a moment: closed at once, the connection would break before the answer."""
    web = serve()
    assert web.post(path, bytes(8 << 20), **more)[0] == status
    assert len(web.told) == 1
    assert web.told[0].startswith("STOW-RS: a ")


def secured():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Credential.RSA_2048.certificate_path, Credential.RSA_2048.key_path)
    return tls


def test_plain_http_at_a_port_of_tls_is_told_to_both(serve):
    """The client hears in plain HTTP that the port is for HTTPS, and on our side it is said who came so."""
    web = serve(tls=secured())
    status, body = web.post()
    assert (status, body) == (400, b"This port is for HTTPS.\n")
    assert web.told == ["TLS does not come about: what the peer sends is HTTP without TLS"]


def hello():
    """What a client of TLS says first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secure = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="archive.example")
    with pytest.raises(ssl.SSLWantReadError):
        secure.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (hello(), "what comes is TLS, and this connection is without it"),
        (b"\1\0\0\0\0\xcd\0\1\0\0", "what comes is DICOM, not HTTP"),
    ],
    ids=["TLS", "DICOM"],
)
def test_what_is_no_http_is_told_at_once(data, why, serve):
    """It is not waited for until a line would be complete."""
    web = serve()
    started = time.monotonic()
    assert web.says(data) == b""
    assert time.monotonic() - started < 3
    assert web.told == [why]


def test_a_head_without_end_is_no_more_than_a_quarter_of_a_megabyte(serve):
    """A hundred lines of 64 KiB would be lawful each, and fill the memory together."""
    web = serve()
    started = time.monotonic()
    assert web.says(f"POST {STUDIES} HTTP/1.1\r\n".encode() + (b"A: " + bytes(60_000) + b"\r\n") * 90) == b""
    assert time.monotonic() - started < 3
    assert web.post()[0] == 200


def test_what_follows_a_get_is_no_second_request(serve):
    """A body that belongs to no POST is not read as a request of its own."""
    web = serve()
    inner = f"POST {STUDIES} HTTP/1.1\r\nContent-Type: {KIND}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    web.says(f"GET {STUDIES}?a HTTP/1.1\r\nContent-Length: {len(inner)}\r\n\r\n".encode() + inner)
    assert web.archive.stored == {}


def test_a_body_of_too_many_parts_is_told_for_what_it_is(serve):
    """Nothing of it is kept, and both sides hear why."""
    web = serve()
    many = b"--x\r\n\r\n" + b"a\r\n--x\r\n\r\n" * 1001 + b"a\r\n--x--"
    assert web.post(body=many, Content_Type="multipart/related; boundary=x")[0] == 400
    assert web.told == ["STOW-RS: a body has more than 1000 parts, answered with 400"]


HEADS = (
    f"Content-Type: {KIND}",
    "Content-Type: multipart/related; boundary*=utf-8''%41",
    "Content-Type: multipart/related; boundary*=none''%ff",
    "Content-Type: multipart/related; boundary*0=a; boundary*1=b",
    "Content-Type: \xff",
    f"Content-Length: {len(BODY)}",
    "Content-Length: +1",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "Connection: close",
    "A: b\r\n folded",
    "none",
)
TARGETS = (STUDIES, f"{STUDIES}/{STUDY}", "http://[::1", "*", "/dicom-web/studies/1/series/2/instances/3", "\xe9")


@st.composite
def requests(draw):
    """A request of heads in any combination, some bytes of which are others."""
    method, target = draw(st.sampled_from(("POST", "GET", "PRI"))), draw(st.sampled_from(TARGETS))
    version = draw(st.sampled_from(("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "")))
    heads = draw(st.lists(st.sampled_from(HEADS), max_size=4))
    body = draw(st.sampled_from((BODY, b"", b"3\r\nabc\r\n0\r\n\r\n")))
    whole = bytearray("\r\n".join((f"{method} {target} {version}", *heads, "", "")).encode("latin-1") + body)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, min(len(whole), 400) - 1))
        whole[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=5))
    return bytes(whole)


@pytest.fixture(scope="module")
def fuzzed():
    """A server for many requests, and the errors that were caught at the outermost."""
    errors = []
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setattr(BoundedServer, "handle_error", lambda server, *_: errors.append(sys.exc_info()[1]))
        yield Served(stack), errors


@given(st.lists(requests(), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_requests_leave_the_server_serving(fuzzed, sent):
    """Each is answered or closed in time, and none ends in an error that nobody expected."""
    web, errors = fuzzed
    started = time.monotonic()
    with contextlib.suppress(OSError):
        web.says(b"".join(sent), last=True)
    assert time.monotonic() - started < 4
    assert errors == []
    assert web.post()[0] == 200
