"""Whoever answers little, late or without end is left in time, and a full disk is told for what it is (PS3.8 9.1)."""

import contextlib
import resource
import socket
import threading
import time
from dataclasses import replace

import pytest

from dicomsig.systems.dimse import asking
from dicomsig.systems.dimse.commands import CommandField, answer_to, decode_command
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AcceptedContext,
    AssociateAccept,
    UserInformation,
    data_pdus,
    encode_accept,
    encode_release_request,
)
from dicomsig.systems.dimse.pdu_reading import decode_request, values
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=0.4, operation=0.9, pace=1 << 24, instance=1 << 20)
SOON = 4.0
WANTED = asking.Identifier("1.2.3", "1.2.3.4", "1.2.3.4.5")
PDU = b"\4\0\0\0\0\x0a\0\0\0\6\1\2data"


def pdu_of(stream):
    """The content of the next PDU."""
    head = stream.recv(6, socket.MSG_WAITALL)
    return stream.recv(int.from_bytes(head[2:], "big"), socket.MSG_WAITALL)


def command_of(stream):
    """The next command; what follows it is read too."""
    while True:
        for _, control, part in values(pdu_of(stream)):
            if control == 3:
                return decode_command(bytes(part))


@pytest.fixture
def peer():
    """A peer that accepts an association and then does one thing; it takes so many bytes a PDU."""
    threads = []

    def start(doing, longest=16384):
        listening = socket.create_server(("127.0.0.1", 0))

        def serve():
            with listening:
                stream, _ = listening.accept()
            with stream, contextlib.suppress(OSError):
                stream.settimeout(10)
                request = decode_request(pdu_of(stream))
                contexts = tuple(AcceptedContext(each.id, 0, each.syntaxes[0]) for each in request.contexts)
                stream.sendall(encode_accept(AssociateAccept("P", "U", contexts, UserInformation(longest))))
                doing(stream)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return Peer("127.0.0.1", listening.getsockname()[1])

    yield start
    for each in threads:
        each.join(15)
        assert not each.is_alive()


def associated(where, limits=LIMITS):
    proposals = [Proposal(asking.GET, EXPLICIT), Proposal(CT, EXPLICIT), Proposal(asking.VERIFICATION, EXPLICIT)]
    return associate(where, proposals, limits, receive=[CT])


def until_closed(stream):
    while stream.recv(1 << 16):
        pass


def half_a_pdu(stream):
    stream.sendall(PDU[:9])
    until_closed(stream)


def a_slow_drip(stream):
    for byte in b"\4\0\0\1\0\0" + bytes(1000):
        stream.sendall(bytes((byte,)))
        time.sleep(0.05)


def a_fast_drip(stream):
    stream.sendall(b"\4\0\0\x1f\0\0")
    while True:  # faster than the shortest time that a socket waits
        stream.sendall(b"\0")
        time.sleep(0.0002)


def nothing_but_heads(stream):
    while True:
        stream.sendall(b"\4\0\0\0\0\0" * 100)


def a_command_without_end(stream):
    for pdu in data_pdus(5, bytes(1 << 22), command=True, longest=16384):
        stream.sendall(pdu)


def a_release(stream):
    stream.sendall(encode_release_request())
    until_closed(stream)


@pytest.mark.parametrize(
    ("doing", "fault"),
    [
        (until_closed, NetworkFault.SILENT),
        (half_a_pdu, NetworkFault.SILENT),
        (a_slow_drip, NetworkFault.SILENT),
        (a_fast_drip, NetworkFault.SILENT),
        (nothing_but_heads, NetworkFault.SILENT),
        (a_command_without_end, NetworkFault.FLOOD),
        (a_release, NetworkFault.PROTOCOL),
    ],
)
def test_what_never_comes_to_an_answer_ends_in_time(doing, fault, peer):
    """Each ends within the deadline of an answer or of the operation, as a fault with its name."""
    association = associated(peer(doing))
    started = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        asking.echo(association)
    assert caught.value.fault is fault
    assert time.monotonic() - started < SOON


def test_a_release_ends_although_data_never_does(peer):
    """A peer that goes on sending data when it should agree to the release is left."""

    def endless(stream):
        while True:
            stream.sendall(PDU * 1000)

    association = associated(peer(endless))
    started = time.monotonic()
    association.release()
    assert time.monotonic() - started < SOON


def test_a_peer_that_takes_two_bytes_a_pdu_is_left(peer):
    """The deadline of an operation ends the sending, although each small PDU is taken at once."""
    association = associated(peer(until_closed, longest=1))
    started = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        asking.store(association, association.context_for(CT), "1.2.3", bytes(1 << 20))
    assert caught.value.fault is NetworkFault.SILENT
    assert time.monotonic() - started < SOON


def stores_without_end(stream):
    command_of(stream)
    asked = asking.command(
        CommandField.STORE,
        {asking.CommandTag.AFFECTED_SOP_CLASS: CT, asking.CommandTag.AFFECTED_SOP_INSTANCE: "1.2.3"},
        data_set=True,
    )
    while True:
        for pdu in data_pdus(3, asked.encode(), command=True, longest=16384):
            stream.sendall(pdu)
        for pdu in data_pdus(3, bytes(20000), command=False, longest=16384):
            stream.sendall(pdu)
        pdu_of(stream)


def test_what_a_retrieval_brought_that_never_ended_is_not_kept(peer, tmp_path):
    """Instances of a C-GET that comes to no end go, and their room is free again."""
    vault = Vault(folder=tmp_path, most_bytes=1 << 30)
    association = associated(peer(stores_without_end))
    with pytest.raises(NetworkError) as caught:
        asking.get(association, WANTED, vault)
    assert caught.value.fault is NetworkFault.SILENT
    assert list(tmp_path.iterdir()) == []
    assert vault.take(1 << 30)


@contextlib.contextmanager
def a_full_disk(most):
    """No file can grow beyond so many bytes, whoever writes it in this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("length", [1000, 9000, 300_000])
def test_no_room_for_what_arrives_is_told(length, tmp_path):
    """Wherever the writing meets the end of the disk, nothing but NetworkError comes, and nothing stays behind."""
    vault = Vault(folder=tmp_path, most_bytes=1 << 20)

    def arrives():
        keeper = vault.open(CT, "1.2.3", EXPLICIT)
        for _ in range(0, length, 1000):
            keeper.write(bytes(1000))
        keeper.close()

    with a_full_disk(512):
        with pytest.raises(NetworkError) as caught:
            arrives()
        assert caught.value.fault is NetworkFault.NO_ROOM
        with pytest.raises(NetworkError):
            vault.keep_file(bytes(length), EXPLICIT)
    assert list(tmp_path.iterdir()) == []
    assert vault.take(1 << 20)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """A folder that went meanwhile is no room either."""
    vault = Vault(folder=tmp_path / "gone")
    for keep in (lambda: vault.open(CT, "1.2.3", EXPLICIT), lambda: vault.keep_file(b"1", EXPLICIT)):
        with pytest.raises(NetworkError) as caught:
            keep()
        assert caught.value.fault is NetworkFault.NO_ROOM


def test_what_is_refused_takes_no_room(tmp_path):
    """After something too large, what fits is taken; the bound on files is one on those that are there."""
    vault = Vault(folder=tmp_path, most_bytes=1000, most_files=2)
    for _ in range(3):
        with pytest.raises(NetworkError):
            vault.keep_file(bytes(1001), EXPLICIT)
        keeper = vault.open(CT, "1.2.3", EXPLICIT)
        keeper.write(bytes(900))
        with pytest.raises(NetworkError):
            keeper.write(bytes(101))
        keeper.drop()
    kept = [vault.keep_file(bytes(500), EXPLICIT) for _ in range(2)]
    with pytest.raises(NetworkError):
        vault.keep_file(b"", EXPLICIT)
    vault.release(kept[0])
    assert vault.keep_file(bytes(500), EXPLICIT).path.exists()


def test_an_answer_is_still_an_answer(peer):
    """The lawful twin of these peers: it answers, and is released."""

    def lawful(stream):
        for pdu in data_pdus(5, answer_to(command_of(stream), 0).encode(), command=True, longest=16384):
            stream.sendall(pdu)
        until_closed(stream)

    association = associated(peer(lawful))
    assert asking.echo(association) == 0
    association.release()


def test_an_operation_has_three_times_an_answer_and_time_for_its_bytes():
    """What --timeout says governs both; a large instance over a slow line is no drip."""
    limits = NetworkLimits().with_timeout(20.0)
    assert (limits.connect, limits.answer, limits.operation) == (10.0, 20.0, 60.0)
    assert limits.operation_with(0) == 60.0
    assert limits.operation_with(200 << 20) == 60.0 + 800


def test_many_bytes_may_take_longer_than_few(peer):
    """A peer that takes a large instance slowly is not left at the end of what a small one may take."""

    def takes_slowly(stream):
        asked = command_of(stream)
        while not any(control & 2 for _, control, _ in values(pdu_of(stream))):
            time.sleep(0.02)
        for pdu in data_pdus(3, answer_to(asked, 0).encode(), command=True, longest=16384):
            stream.sendall(pdu)
        until_closed(stream)

    association = associated(peer(takes_slowly, longest=1024), replace(LIMITS, answer=3.0, pace=1 << 15))
    started = time.monotonic()
    assert asking.store(association, association.context_for(CT), "1.2.3", bytes(1 << 16)) == 0
    assert time.monotonic() - started > LIMITS.operation
    association.release()
