"""`dicomsig listen` as a process: after each trick a good instance is stored, judged and passes."""

import contextlib
import http.client
import queue
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.multipart import join
from dicomsig.systems.dimse.asking import VERIFICATION, echo, store
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import AssociateRequest, ProposedContext, encode_request
from dicomsig.systems.dimse.pdu_reading import decode_accept
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.vectors.pki import Credential, other_trust_path, trust_path
from dicomsig.vectors.samples import dcmtk_folder

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=5.0, answer=10.0, operation=20.0)
SAMPLE = (dcmtk_folder() / "ct-creator-sha256.dcm").read_bytes()
START = instance_of(SAMPLE).file_start
SOP_INSTANCE = instance_of(SAMPLE).text(0x00080018)
NUMBERS = count(1)
INVALID_INSTANCE = 0x0117
CANNOT_TAKE = 0xA700
STUDIES = "/dicom-web/studies"
MIB = 1 << 20
MOST_MIB = 8


@dataclass
class Listening:
    """A listener that runs, and what it says."""

    process: "subprocess.Popen[str]"
    around: Path
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)
    port: int = 0
    web: int = 0

    @property
    def folder(self) -> Path:
        """Where it keeps what arrives."""
        return self.around / "in"

    def read(self) -> None:
        """Find out where it listens, and go on reading what it says."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"(?:listening at|STOW-RS at).*:([0-9]+)", line):
                self.port, self.web = self.port or int(found[1]), int(found[1])
            if "STOW-RS" in line:
                break
        assert self.web, self.said
        for stream, told in ((self.process.stdout, self.lines.put), (self.process.stderr, self.said.append)):
            threading.Thread(target=lambda s=stream, t=told: [t(line) for line in s], daemon=True).start()

    def associated(self, calling: str = "US", tls: ssl.SSLContext | None = None):
        """An association for CT images and C-ECHO."""
        peer = Peer("127.0.0.1", self.port, "DICOMSIG", calling, tls)
        return associate(peer, [Proposal(CT, EXPLICIT), Proposal(VERIFICATION, EXPLICIT)], LIMITS)

    def still_serves(self, tls: ssl.SSLContext | None = None) -> None:
        """A good instance is taken, judged and kept as it is, and nothing lies outside the folder."""
        calling = f"GOOD{next(NUMBERS)}"
        association = self.associated(calling, tls)
        assert store(association, association.context_for(CT), SOP_INSTANCE, SAMPLE[START:]) == 0
        association.release()
        while f"from {calling} " not in (line := self.lines.get(timeout=20)):
            pass
        assert line.startswith("PASS")
        assert (self.around / line.split()[1]).read_bytes().endswith(SAMPLE[START:])
        assert [each.name for each in self.around.iterdir()] == ["in"]
        assert all(re.fullmatch(r"received-[0-9]{6,}\.dcm", each.name) for each in self.folder.iterdir())
        assert not [each for each in self.said if "Traceback" in each or "Exception" in each]

    def status(self, name: str) -> int:
        """A number that the system counts of the process."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{name}:\s+([0-9]+)", text, re.MULTILINE)[1])

    def send(self, data: bytes, port: int = 0) -> bytes:
        """Send raw bytes and nothing more; what comes back until it closes."""
        back = bytearray()
        with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port or self.port), 5) as s:
            s.settimeout(5)
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while part := s.recv(4096):
                back += part
        return bytes(back)

    def post(self, body: bytes, kind: str, tls: ssl.SSLContext | None = None) -> int:
        """The HTTP status of a STOW-RS request."""
        if tls is not None:
            connection = http.client.HTTPSConnection("127.0.0.1", self.web, timeout=20, context=tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=20)
        with contextlib.closing(connection):
            connection.request("POST", STUDIES, body, {"Content-Type": kind})
            return connection.getresponse().status


@contextlib.contextmanager
def listening(around: Path, *options: str):
    """A listener in a process of its own; it ends by Ctrl-C, with exit code 0 or 1."""
    command = [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"]
    command[-1] += "from dicomsig.cli import main; main()"
    command += ["listen", "--port", "0", "--web-port", "0", "--into", "in", "--most-mib", str(MOST_MIB), *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=around, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        one = Listening(process, around)
        try:
            one.read()
            yield one
            process.send_signal(signal.SIGINT)
            assert process.wait(30) in (0, 1)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def listener(tmp_path_factory):
    """One listener for all that is tried on it, one after the other; its memory stays bounded."""
    with listening(tmp_path_factory.mktemp("around")) as one:
        one.still_serves()
        yield one
        assert one.status("VmHWM") < 300 << 10


UIDS = ["../../x", "/tmp/x", "1.2\0/../x", "1." * 5000, "", "1.2.é", "1.2.3/", "..\\..\\x", "1.2\n"]


@pytest.mark.parametrize("uid", UIDS, ids=range(len(UIDS)))
def test_a_uid_that_is_none_is_refused(uid, listener):
    """Whatever else stands for a UID is answered with 0117H, and nothing of it is kept (PS3.7 C.4)."""
    before = sorted(listener.folder.iterdir())
    association = listener.associated()
    assert store(association, association.context_for(CT), uid, SAMPLE[START:]) == INVALID_INSTANCE
    assert echo(association) == 0
    association.release()
    assert sorted(listener.folder.iterdir()) == before
    listener.still_serves()


REQUEST = AssociateRequest("A", "B", (ProposedContext(1, CT, (EXPLICIT,)),))


def requested(*more: bytes) -> bytes:
    """A request for an association with further sub-items of the user."""
    whole = encode_request(REQUEST)
    at = whole.rindex(b"\x50\0")  # user information comes last
    inner = whole[at + 4 :] + b"".join(more)
    body = whole[6:at] + b"\x50\0" + len(inner).to_bytes(2, "big") + inner
    return whole[:2] + len(body).to_bytes(4, "big") + body


def accepted(back: bytes) -> list[int]:
    """The presentation contexts that the first PDU accepts."""
    whole = decode_accept(back[6 : 6 + int.from_bytes(back[2:6], "big")])
    return [each.id for each in whole.contexts if each.result == 0]


def sub_item(kind: int, content: bytes) -> bytes:
    return bytes((kind, 0)) + len(content).to_bytes(2, "big") + content


def test_a_large_user_identity_is_passed_over(listener):
    """Sub-items that we do not know cost nothing (PS3.7 D.3.3.7)."""
    back = listener.send(requested(sub_item(0x58, b"\1\0" + (65000).to_bytes(2, "big") + b"U" * 65000 + b"\0\0")))
    assert accepted(back) == [1]
    listener.still_serves()


TOO_MUCH = {
    "a title of 64 KB": b"\1\0\0\1\0\0" + b"A" * 65536,
    "a class of 60 KB": encode_request(
        AssociateRequest("A", "B", (ProposedContext(1, "1." + "9" * 60000, (EXPLICIT,)),))
    ),
    "sub-items by thousands": requested(*[sub_item(0x56, b"\0\0")] * 10_000),
    "roles by thousands": requested(*[sub_item(0x54, b"\0\0\1\1")] * 8_000),
    "contexts by thousands": encode_request(
        AssociateRequest("A", "B", tuple(ProposedContext(1, CT, (EXPLICIT,)) for _ in range(9_000)))
    ),
    "a length of 4 GB": b"\1\0\xff\xff\xff\xff",
    "data before anything": b"\4\0\0\0\0\6\0\0\0\2\1\3",
    "a type that is none": b"\x63\0\0\0\0\0",
    "nothing": b"",
    "the web": b"GET / HTTP/1.1\r\n\r\n",
    "TLS": b"\x16\3\1\2\0\1\0\1\xfc\3\3" + bytes(500),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_no_request_gets_no_association(name, listener):
    """It is refused or broken off, and does no harm (PS3.8 9.2, 9.3.2)."""
    back = listener.send(TOO_MUCH[name])
    assert back[:1] in (b"", b"\3", b"\7") or not accepted(back)
    listener.still_serves()


def test_silence_locks_nobody_out(listener):
    """Hundreds of connections that say nothing or little cost few threads and descriptors, and a sender is heard."""
    idle = [
        socket.create_connection(("127.0.0.1", port), 5) for _ in range(150) for port in (listener.port, listener.web)
    ]
    for number, stream in enumerate(idle):
        with contextlib.suppress(OSError):
            stream.sendall((b"", b"\1\0\0\0", b"POST ")[number % 3])
    started = time.monotonic()
    listener.still_serves()
    kind, body = join(SAMPLE)
    assert listener.post(body, kind) == 200
    assert time.monotonic() - started < 10
    assert listener.status("Threads") < 200
    assert len(list(Path(f"/proc/{listener.process.pid}/fd").iterdir())) < 200
    for stream in idle:
        stream.close()


def test_more_than_there_is_room_for_is_refused(listener):
    """What goes beyond --most-mib is broken off or answered, and what fits is taken afterwards."""
    kind, body = join(SAMPLE + bytes(MOST_MIB * MIB))
    association = listener.associated()
    with pytest.raises(NetworkError):
        store(association, association.context_for(CT), SOP_INSTANCE, bytes((MOST_MIB + 1) * MIB))
    listener.still_serves()
    assert listener.post(body, kind) == 409
    listener.still_serves()


def test_one_uid_from_many_at_once(listener):
    """Each is kept in a file of its own and judged, whoever came first."""
    before = len(list(listener.folder.iterdir()))
    many = 6
    barrier = threading.Barrier(many)
    statuses = []

    def act() -> None:
        association = listener.associated("SAME")
        barrier.wait(10)
        statuses.append(store(association, association.context_for(CT), SOP_INSTANCE, SAMPLE[START:]))
        association.release()

    threads = [threading.Thread(target=act) for _ in range(many)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert statuses == [0] * many
    lines = [listener.lines.get(timeout=20) for _ in range(many)]
    assert all(line.startswith("PASS") and "from SAME " in line for line in lines)
    assert len({line.split()[1] for line in lines}) == many
    assert len(list(listener.folder.iterdir())) == before + many
    listener.still_serves()


def posted(*headers: str, body: bytes = b"", path: str = STUDIES) -> bytes:
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", *headers, "", "")).encode("latin-1") + body


KIND, BODY = join(SAMPLE)
RENAMED = SAMPLE.replace(SOP_INSTANCE.encode(), b"../../x".ljust(len(SOP_INSTANCE), b"y"))
WEB = {
    "no length": (posted("Content-Type: application/dicom", body=SAMPLE), 411),
    "chunks and a length": (
        posted("Transfer-Encoding: chunked", "Content-Length: 5", body=b"5\r\nabcde\r\n0\r\n\r\n"),
        400,
    ),
    "chunks within chunks": (posted("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"), 501),
    "chunks that are compressed": (posted("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), 501),
    "a chunk below nothing": (posted("Transfer-Encoding: chunked", body=b"-5\r\nabcde\r\n0\r\n\r\n"), 400),
    "a chunk of many digits": (posted("Transfer-Encoding: chunked", body=b"f" * 5000 + b"\r\n"), 400),
    "a large chunk": (posted("Transfer-Encoding: chunked", body=b"f" * 15 + b"\r\nabc"), 400),
    "a chunk cut short": (posted("Transfer-Encoding: chunked", body=b"5\r\nab"), 400),
    "chunks that go on": (posted("Transfer-Encoding: chunked", body=b"5\r\nabcdefg\r\n0\r\n\r\n"), 400),
    "trailers without end": (posted("Transfer-Encoding: chunked", body=b"0\r\n" + b"A: b\r\n" * 5000), 400),
    "a coding of the content": (posted("Content-Encoding: gzip", "Content-Length: 3", body=b"abc"), 415),
    "two lengths": (posted("Content-Length: 3", "Content-Length: 4", body=b"abcd"), 400),
    "a length below nothing": (posted("Content-Length: -1"), 400),
    "a length of many digits": (posted("Content-Length: " + "9" * 5000), 413),
    "a length of other digits": (posted("Content-Length: \xb2"), 400),
    "more announced": (
        posted("Content-Type: application/dicom", f"Content-Length: {len(SAMPLE) + 9}", body=SAMPLE),
        400,
    ),
    "another path": (posted("Content-Length: 0", path="/dicom-web/../../etc/passwd"), 404),
    "no boundary": (posted("Content-Type: multipart/related", "Content-Length: 3", body=b"abc"), 400),
    "no end": (posted(f"Content-Type: {KIND}", f"Content-Length: {len(BODY) - 9}", body=BODY[:-9]), 400),
    "no part": (posted("Content-Type: multipart/related; boundary=x", "Content-Length: 5", body=b"--x--"), 400),
    "no instance": (posted("Content-Length: 3", body=b"abc"), 409),
    "a flood of lines": (posted(*["A: b"] * 500), 431),
    "a long line": (posted("A: " + "b" * 70_000), 431),
    "no request": (b"\0" * 9 + b"\r\n\r\n", 400),
    "a uid that is a path": (posted(f"Content-Length: {len(RENAMED)}", body=RENAMED), 409),
}


@pytest.mark.parametrize("name", WEB)
def test_what_is_no_post_is_answered_and_kept_nowhere(name, listener):
    """Each has an HTTP status of its own, and leaves nothing behind (PS3.18 10.5)."""
    sent, status = WEB[name]
    before = sorted(listener.folder.iterdir())
    back = listener.send(sent, listener.web)
    assert re.match(rb"HTTP/1\.1 %d |(?s:.)*Error code: %d" % (status, status), back), back[:99]
    assert sorted(listener.folder.iterdir()) == before
    listener.still_serves()


def test_a_client_that_breaks_off_leaves_nothing(listener):
    """A reset in the middle of a body or of an instance is not worth a traceback."""
    before = sorted(listener.folder.iterdir())
    linger = b"\1\0\0\0\0\0\0\0"  # close with a reset
    half = posted(f"Content-Length: {len(SAMPLE)}", body=SAMPLE[:100])
    for port, data in ((listener.web, half), (listener.port, requested() + b"\4\0\0\1\0\0")):
        with socket.create_connection(("127.0.0.1", port), 5) as stream:
            stream.sendall(data)
            time.sleep(0.05)
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    listener.still_serves()
    assert len(list(listener.folder.iterdir())) == len(before) + 1


def client_side(credential: Credential | None, trusted: Path) -> ssl.SSLContext:
    """TLS as a client has it; without a credential it shows none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(trusted)
    if credential is not None:
        context.load_cert_chain(credential.certificate_path, credential.key_path)
    return context


def test_over_tls_only_whoever_shows_a_known_certificate_is_heard(tmp_path):
    """No certificate, one of strangers, an expired one, no TLS: refused on both ports, and a good one is served."""
    ours = Credential.RSA_2048
    options = ("--tls-certificate", ours.certificate_path, "--tls-key", ours.key_path, "--tls-ca", trust_path())
    with listening(tmp_path, *map(str, options)) as listener:
        kind, body = join(SAMPLE)
        for shown in (None, Credential.OTHER_AUTHORITY, Credential.SELF_SIGNED, Credential.EXPIRED):
            tls = client_side(shown, trust_path())
            with pytest.raises(NetworkError):
                listener.associated(tls=tls)
            with pytest.raises((ssl.SSLError, ConnectionError)):
                listener.post(body, kind, tls)
        with pytest.raises(NetworkError):
            listener.associated()
        with pytest.raises(NetworkError) as caught:
            listener.associated(tls=client_side(Credential.RSA_3072, other_trust_path()))
        assert caught.value.fault is NetworkFault.TLS
        assert not list(listener.folder.iterdir())
        assert listener.post(body, kind) == 400
        tls = client_side(Credential.RSA_3072, trust_path())
        assert listener.post(body, kind, tls) == 200
        listener.still_serves(tls)
        why = "TLS does not come about: what the peer sends is HTTP without TLS"
        until = time.monotonic() + 10
        while f"refused  connection  from 127.0.0.1  {why}\n" not in listener.said:
            assert time.monotonic() < until, listener.said
            time.sleep(0.05)
