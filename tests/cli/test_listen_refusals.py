"""Whoever `listen` refuses is named, in few lines, whatever strangers do (PS3.8 9.3.4)."""

import socket
import ssl
import time
from contextlib import suppress

import pytest

from dicomsig.cli import listening_requests
from dicomsig.cli.listening_requests import SendersRequests
from dicomsig.conformance.editions import edition
from dicomsig.judging.terms import Terms
from dicomsig.systems.arrivals import Arrivals, Titles
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import VERIFICATION
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import AssociateReject, AssociateRequest, ProposedContext, encode_request
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.vectors.pki import Credential

EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
REQUEST = encode_request(AssociateRequest("A", "B", (ProposedContext(1, VERIFICATION, (EXPLICIT,)),)))


@pytest.fixture
def arrivals(tmp_path):
    """What arrives for one title alone."""
    return Arrivals(Vault(folder=tmp_path), Titles(called=("JUDGE",)))


def listening(arrivals, **options):
    """A listener that tells what it refuses."""
    ends = arrivals.ends
    return Listener(arrivals, limits=LIMITS, busy=ends.refused, turned_away=ends.turned_away, **options)


def says(port, data):
    """Connect, say something and wait for the end."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as stream:
        stream.sendall(data)
        stream.shutdown(socket.SHUT_WR)
        while stream.recv(4096):
            pass


def lines(arrivals):
    """What is told at the end."""
    return list(SendersRequests(arrivals, Terms(edition())).ends(last=True))


def lines_soon(arrivals):
    """What is told as soon as there is something."""
    until = time.monotonic() + 5
    while not (told := lines(arrivals)) and time.monotonic() < until:
        time.sleep(0.02)
    return told


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (REQUEST, "what the peer sends is no TLS"),
        (b"GET / HTTP/1.1\r\n\r\n", "what the peer sends is HTTP without TLS"),
        (b"", ""),
    ],
)
def test_who_speaks_no_tls_is_told_and_who_says_nothing_is_not(arrivals, data, why):
    """A plain sender to a port of TLS sees a connection that closes; here it is said why."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Credential.RSA_2048.certificate_path, Credential.RSA_2048.key_path)
    with listening(arrivals, tls=tls) as listener:
        says(listener.port, data)
        told = lines_soon(arrivals) if why else lines(arrivals)
    assert told == ([f"refused  connection  from 127.0.0.1  TLS does not come about: {why}"] if why else [])


def test_who_trusts_our_certificate_not_is_told(arrivals):
    """The alert of a sender is named."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Credential.RSA_2048.certificate_path, Credential.RSA_2048.key_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname = False
    with listening(arrivals, tls=tls) as listener, pytest.raises(NetworkError) as caught:
        associate(Peer("127.0.0.1", listener.port, tls=theirs), [Proposal(VERIFICATION, EXPLICIT)], LIMITS)
    assert caught.value.fault is NetworkFault.TLS
    (line,) = lines_soon(arrivals)
    assert "unknown ca" in line


def test_what_is_no_request_is_told(arrivals):
    """A PDU that PS3.8 does not have."""
    with listening(arrivals) as listener:
        says(listener.port, b"\x63\0\0\0\0\0")
        (line,) = lines_soon(arrivals)
    assert line.startswith("refused  connection  from 127.0.0.1  no request for an association: a PDU has the type")


def test_who_finds_no_room_is_told(arrivals):
    """More associations at one time than there may be."""
    proposal = [Proposal(VERIFICATION, EXPLICIT)]
    with listening(arrivals, most=1) as listener:
        first = associate(Peer("127.0.0.1", listener.port, "JUDGE", "FIRST"), proposal, LIMITS)
        with pytest.raises(NetworkError):
            associate(Peer("127.0.0.1", listener.port, "JUDGE", "SECOND"), proposal, LIMITS)
        first.release()
        assert lines_soon(arrivals)[0] == "refused  association  from SECOND  1 associations are there already"


def test_titles_of_strangers_move_no_cursor(arrivals):
    """Control characters of an AE title are escaped."""
    answer = arrivals.negotiate(AssociateRequest("WRONG\r\x1b[2J", "A\nPASS", ()))
    assert isinstance(answer, AssociateReject)
    assert lines(arrivals) == [r"refused  association  from A\x0aPASS  called WRONG\x0d\x1b[2J, not JUDGE"]


def test_strangers_fill_no_screen(arrivals, monkeypatch):
    """In a minute there are 20 lines, and the rest is counted: in the next minute, and at the end."""
    clock = [1000.0]
    monkeypatch.setattr(listening_requests.time, "monotonic", lambda: clock[0])
    senders = SendersRequests(arrivals, Terms(edition()))

    def told(*, last=False):
        for _ in range(15):
            arrivals.negotiate(AssociateRequest("WRONG", "STRANGER", ()))
        return list(senders.ends(last=last))

    assert [len(told()) for _ in range(3)] == [15, 5, 0]
    clock[0] += 61
    assert told()[0] == "and 25 more were refused or broken off"
    assert told(last=True)[-1] == "and 10 more were refused or broken off"
    assert list(senders.ends(last=True)) == []


def test_a_flood_between_two_looks_is_counted(arrivals):
    """Of thousands the last ones are kept, and no more memory is taken."""
    for number in range(5000):
        arrivals.negotiate(AssociateRequest("WRONG", f"S{number}", ()))
    told = lines(arrivals)
    assert told[-2].startswith("refused  association  from S4999 ")
    assert told[-1].replace("\N{NARROW NO-BREAK SPACE}", "") == "and 4980 more were refused or broken off"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x16\3\1\2\0\1\0\1\xfc\3\3" + bytes(500), "TLS, and this connection is without it"),
        (b"POST /dicom-web/studies HTTP/1.1\r\n\r\n", "HTTP, not DICOM"),
    ],
    ids=["TLS", "HTTP"],
)
def test_what_is_no_dicom_is_told_by_its_name(arrivals, data, what):
    """Who takes a port of DICOM for one of TLS or of the web is told so in plain words."""
    with listening(arrivals) as listener:
        says(listener.port, data)
        (line,) = lines_soon(arrivals)
    assert line == f"refused  connection  from 127.0.0.1  no request for an association: what comes is {what}"


def test_who_is_associated_at_the_end_is_broken_off_by_us(arrivals):
    """It is not said of a sender that it closed a connection which we closed."""
    with listening(arrivals) as listener:
        peer = Peer("127.0.0.1", listener.port, "JUDGE", "SENDER")
        association = associate(peer, [Proposal(VERIFICATION, EXPLICIT)], LIMITS)
    assert lines_soon(arrivals) == ["broken off  association  from SENDER  the listening ended"]
    association.abort()
