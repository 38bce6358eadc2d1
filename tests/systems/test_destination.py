"""What C-MOVE sends to us is given to the request that it answers, and to no later one (PS3.4 C.4.2)."""

import threading
import time

import pytest

from dicomsig.systems.destination import Destination
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import store
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.dimse_archive import Moving
from dicomsig.systems.outgoing import Outgoing

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=1.0, answer=0.3, operation=0.6)


@pytest.fixture
def there(tmp_path):
    """A destination that listens, and a way to send to it."""
    vault = Vault(folder=tmp_path)
    destination = Destination(vault)
    with Listener(destination, limits=LIMITS) as listener:

        def send(uid):
            association = associate(Peer("127.0.0.1", listener.port), [Proposal(CT, EXPLICIT)], LIMITS)
            assert store(association, association.context_for(CT), uid, b"data") == 0
            association.release()

        yield destination, send, listener


def taken(destination, uid, seconds=0.0):
    return [each.sop_instance for each in destination.taken(uid, seconds)]


def test_what_comes_while_it_is_waited_for_is_taken(there):
    """An instance may arrive after its C-MOVE has ended; others that come with it are shown too."""
    destination, send, _ = there
    sending = threading.Timer(0.1, lambda: [send(uid) for uid in ("1.9", "1.1")])
    sending.start()
    assert taken(destination, "1.1", 3.0) == ["1.9", "1.1"]
    assert taken(destination, "1.1") == []
    sending.join()


def test_what_comes_too_late_answers_no_other_request(there, tmp_path):
    """An instance of an earlier request is let go; asked for again it is taken."""
    destination, send, _ = there
    assert taken(destination, "1.1") == []
    send("1.1")
    assert taken(destination, "1.2") == []
    assert list(tmp_path.iterdir()) == []
    send("1.1")
    assert taken(destination, "1.1") == ["1.1"]


def test_what_strangers_send_is_no_answer_of_a_silent_archive(there):
    """Where no answer to the C-MOVE comes, only the instance itself shows that it was sent."""
    destination, send, listener = there
    silent = Peer("127.0.0.1", 1)
    moving = Moving(silent, LIMITS, "US", listener, destination)
    for uid, expected in (("1.7", []), ("1.1", ["1.1"])):
        send(uid)
        returned = moving.retrieve(Outgoing(CT, "1.1", "1", "1", EXPLICIT, b""))
        assert returned.fault is not None
        assert returned.fault.fault is NetworkFault.REFUSED
        assert [each.sop_instance for each in returned.kept] == expected


def test_an_instance_that_breaks_off_is_not_taken(there, tmp_path):
    """Half an instance is no instance, and leaves no file."""
    destination, _, listener = there
    association = associate(Peer("127.0.0.1", listener.port), [Proposal(CT, EXPLICIT)], LIMITS)
    threading.Timer(0.1, association.connection.close).start()
    with pytest.raises(NetworkError):
        store(association, association.context_for(CT), "1.1", bytes(1 << 26))
    until = time.monotonic() + 3
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert taken(destination, "1.1") == []
    assert list(tmp_path.iterdir()) == []
