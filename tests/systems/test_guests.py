"""Many connections at one time: bounded in number and in time, and silence keeps nobody out (PS3.8 9.1.5, 9.3.4)."""

import contextlib
import socket
import threading
import time

import pytest

from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import VERIFICATION, echo
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.guests import Guests

EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=0.4, operation=1.0)
PATIENT = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)


@pytest.fixture
def pair():
    """Makes connected pairs of sockets."""
    with contextlib.ExitStack() as stack:

        def make():
            both = socket.socketpair()
            for each in both:
                stack.enter_context(each)
                each.settimeout(2)
            return both

        yield make


def test_the_longest_wait_ends_first(pair):
    """One guest too many shuts the one that came first and still says nothing; who is served is not touched."""
    guests = Guests(2)
    (served, served_other), *rest = [pair() for _ in range(4)]
    guests.come(served)
    assert guests.serve(served)
    for mine, _ in rest:
        guests.come(mine)
    assert rest[0][1].recv(1) == b""
    for _, other in ((served, served_other), *rest[1:]):
        other.settimeout(0.05)
        with pytest.raises(TimeoutError):
            other.recv(1)
    guests.shut()
    for _, other in ((served, served_other), *rest[1:]):
        assert other.recv(1) == b""


def test_only_so_many_are_served(pair):
    """A guest beyond the number is not served until another one leaves or waits again."""
    guests = Guests(1)
    (first, _), (second, _) = pair(), pair()
    guests.come(first)
    guests.come(second)  # the number of those who wait is one as well: the first goes
    assert guests.serve(second)
    assert not guests.serve(first)
    guests.wait(second)
    assert guests.served == 0
    assert guests.serve(first)
    guests.leave(first)
    guests.leave(first)
    assert guests.serve(second)


def asks(listener, limits=PATIENT):
    """An association for C-ECHO."""
    return associate(Peer("127.0.0.1", listener.port), [Proposal(VERIFICATION, EXPLICIT)], limits)


@pytest.fixture
def listener(tmp_path):
    """Two associations at one time, and short deadlines."""
    with Listener(Arrivals(Vault(folder=tmp_path)), limits=LIMITS, most=2) as listening:
        yield listening


def test_too_many_associations_are_rejected_for_now(listener):
    """The third is told that a local limit is exceeded; when one ends, the next is taken."""
    both = [asks(listener) for _ in range(2)]
    with pytest.raises(NetworkError) as caught:
        asks(listener)
    assert caught.value.fault is NetworkFault.REJECTED
    assert "local limit" in caught.value.message
    both[0].release()
    listener.drain(0.0)
    until = time.monotonic() + 2
    while listener._guests.served > 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert echo(asks(listener)) == 0


def test_an_idle_association_ends(listener):
    """Who is associated and says nothing more is aborted within the time of an answer, and gives his place back."""
    idle = [asks(listener) for _ in range(2)]
    started = time.monotonic()
    for each in idle:
        with pytest.raises(NetworkError) as caught:
            each.receive(started + 5)
        assert caught.value.fault is NetworkFault.ABORTED
    assert time.monotonic() - started < 2
    assert echo(asks(listener)) == 0


def test_a_connection_that_says_nothing_ends(listener):
    """The time for a request is that of an answer, however a byte now and then tries to stretch it."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", listener.port), 5) as stream:
        stream.settimeout(5)
        with contextlib.suppress(OSError):
            for byte in b"\1\0\0\0\x10\0" + bytes(60):
                stream.sendall(bytes((byte,)))
                time.sleep(0.05)
    assert time.monotonic() - started < 2.5


def test_an_honest_sender_is_heard_among_silent_ones(listener):
    """A hundred connections that say nothing do not keep one out, and few threads serve them."""
    before = threading.active_count()
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(socket.create_connection(("127.0.0.1", listener.port), 5))
        assert echo(asks(listener)) == 0
        assert threading.active_count() < before + 10
