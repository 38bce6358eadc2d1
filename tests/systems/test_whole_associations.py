"""Whole associations that no toolkit would open: as the side that is asked, and as the side that asks (PS3.8 9)."""

import contextlib
import socket
import struct
import threading
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.destination import Destination
from dicomsig.systems.dimse import asking
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import GET, MOVE, VERIFICATION, Identifier
from dicomsig.systems.dimse.association import Association
from dicomsig.systems.dimse.commands import CommandField, CommandTag, answer_to, command
from dicomsig.systems.dimse.commitment import CommitmentReport
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AcceptedContext,
    AssociateAccept,
    AssociateRequest,
    ProposedContext,
    UserInformation,
    data_pdus,
    encode_accept,
    encode_release_request,
    encode_request,
)
from dicomsig.systems.dimse.pdu_reading import decode_accept, decode_request
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=1.0, operation=2.0)
FIELDS = {CommandTag.AFFECTED_SOP_CLASS: CT, CommandTag.AFFECTED_SOP_INSTANCE: "1.2.3", CommandTag.MESSAGE_ID: 7}
STORE = command(CommandField.STORE, FIELDS, data_set=True)


def request(*numbers, abstract=CT):
    """A request for associations with presentation contexts of these numbers."""
    return encode_request(AssociateRequest("A", "B", tuple(ProposedContext(n, abstract, (EXPLICIT,)) for n in numbers)))


def fragments(context, data, *, of_command, size, a_pdu=1):
    """P-DATA-TF PDUs in whose values so many bytes are, so many values each."""
    parts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    last = len(parts) - 1
    every = [
        struct.pack(">LBB", len(part) + 2, context, of_command | 2 * (number == last)) + part
        for number, part in enumerate(parts)
    ]
    groups = [b"".join(every[at : at + a_pdu]) for at in range(0, len(every), a_pdu)]
    return b"".join(struct.pack(">BxL", 4, len(group)) + group for group in groups)


class Service(Arrivals):
    """Knows which associations came to an end by a fault of its own."""

    def __init__(self, vault):
        super().__init__(vault)
        self.faults = []

    def ended(self, association, error):
        if error is not None:
            self.faults.append(error.message)


@pytest.fixture(scope="module")
def listening(tmp_path_factory):
    """A listener and its service."""
    service = Service(Vault(folder=tmp_path_factory.mktemp("in"), most_bytes=1 << 22))
    with Listener(service, limits=LIMITS, turned_away=service.ends.turned_away) as listener:
        yield listener, service


def said(listener, data):
    """What comes back to raw bytes, until it closes."""
    back = bytearray()
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", listener.port), 5) as stream:
        stream.settimeout(8)
        stream.sendall(data)
        with contextlib.suppress(OSError):
            stream.shutdown(socket.SHUT_WR)
        while part := stream.recv(1 << 16):
            back += part
    return bytes(back)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("a_pdu", [1, 500])
def test_an_instance_is_put_together_from_any_fragments(size, a_pdu, listening):
    """One byte a fragment, hundreds of fragments a PDU, empty PDUs between: it is kept as it was (PS3.8 E.2)."""
    listener, service = listening
    data = bytes(range(256)) * 4
    parts = [fragments(255, STORE.encode(), of_command=1, size=size, a_pdu=a_pdu), b"\4\0\0\0\0\0"]
    parts += [fragments(255, data, of_command=0, size=size, a_pdu=a_pdu), encode_release_request()]
    back = said(listener, request(255) + b"".join(parts))
    assert back[:1] == b"\2"
    arrival = service.waiting.get(timeout=5)
    assert arrival.kept.path.read_bytes().endswith(data)
    assert (arrival.kept.length, arrival.kept.syntax) == (len(data), EXPLICIT)
    service._vault.release(arrival.kept)


def test_a_number_twice_is_no_request(listening):
    """Of what comes over it nobody could say what it is; it is refused, and told (PS3.8 9.3.2.2)."""
    listener, service = listening
    service.ends.news()
    assert said(listener, request(1, 3, 1))[:1] == b"\7"
    (end,), _ = service.ends.news()
    assert end.why == "no request for an association: two presentation contexts have the number 1"


def test_every_number_at_one_time(listening):
    """All the numbers that there are, and one that is even, are taken."""
    back = said(listening[0], request(*range(1, 256, 2)))
    accepted = decode_accept(back[6 : 6 + int.from_bytes(back[2:6], "big")])
    assert [each.result for each in accepted.contexts] == [0] * 128


def without(tag):
    return type(STORE)(tuple(each for each in STORE.elements if each[0] != tag))


@pytest.mark.parametrize(
    "broken",
    [
        *(without(tag).encode() for tag in (CommandTag.FIELD, CommandTag.DATA_SET_TYPE, CommandTag.AFFECTED_SOP_CLASS)),
        type(STORE)(STORE.elements * 2).encode(),
        type(STORE)(STORE.elements * 9).encode(),
        STORE.encode()[12:],
        STORE.encode()[:-3],
        STORE.encode()[12:] + b"\0\0\0",
        b"",
    ],
    ids=[
        "no-field",
        "no-data-set-type",
        "no-class",
        "all-twice",
        "too-many",
        "no-group-length",
        "cut",
        "more",
        "nothing",
    ],
)
def test_a_command_that_is_not_whole_ends_no_more_than_its_association(broken, listening):
    """Elements that are missing or doubled: answered, or broken off; the service fails at none of them."""
    listener, service = listening
    service.faults.clear()
    started = time.monotonic()
    data = fragments(1, bytes(300), of_command=0, size=100)
    said(listener, request(1) + fragments(1, broken, of_command=1, size=5000) + data + encode_release_request())
    assert time.monotonic() - started < 5
    assert not [each for each in service.faults if each.endswith("while answering")]
    while not service.waiting.empty():
        service._vault.release(service.waiting.get().kept)
    association = associate(Peer("127.0.0.1", listener.port), [Proposal(VERIFICATION, EXPLICIT)], LIMITS)
    assert asking.echo(association) == 0
    association.release()


def test_reports_without_end_fill_no_memory(tmp_path):
    """Of what is reported to us the last ones are kept."""
    there = Destination(Vault(folder=tmp_path))
    for number in range(100):
        there._reports.append(CommitmentReport(f"1.{number}", frozenset(), {}))
    assert len(there._reports) < 50
    assert there.report("1.99", 0.0) is not None


ANSWER = answer_to(command(CommandField.GET, {CommandTag.MESSAGE_ID: 1}), 0)
WHOLE = fragments(3, STORE.encode(), of_command=1, size=99) + fragments(3, bytes(99), of_command=0, size=99)
PIECES = (
    *(fragments(number, ANSWER.encode(), of_command=1, size=16384) for number in (1, 3, 5, 99)),
    *(fragments(3, STORE.encode(), of_command=1, size=size) for size in (9, 16384)),
    fragments(3, bytes(999), of_command=0, size=500),
    fragments(3, b"", of_command=0, size=1),
    WHOLE,
    fragments(1, ANSWER.encode()[12:] + b"\0\0\0", of_command=1, size=16384),
    fragments(1, answer_to(STORE, 0xFF00).encode(), of_command=1, size=16384),
    b"\4\0\0\0\0\0",
    b"\5\0\0\0\0\4\0\0\0\0",
    b"\7\0\0\0\0\4\0\0\0\0",
    b"\x15\3\1\0\2\2\x46",
)


@pytest.fixture(scope="module")
def liar():
    """A peer that accepts, and then says what it was told to say, whatever it is asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    saying = {"accept": lambda whole: whole, "then": b""}

    def serve():
        while True:
            try:
                stream, _ = listening.accept()
            except OSError:
                return
            with stream, contextlib.suppress(OSError):
                stream.settimeout(5)
                head = stream.recv(6, socket.MSG_WAITALL)
                asked = decode_request(stream.recv(int.from_bytes(head[2:], "big"), socket.MSG_WAITALL))
                contexts = tuple(AcceptedContext(each.id, 0, each.syntaxes[0]) for each in asked.contexts)
                granted = encode_accept(AssociateAccept("A", "B", contexts, UserInformation(16384)))
                stream.sendall(saying["accept"](granted) + saying["then"])
                stream.shutdown(socket.SHUT_WR)
                while stream.recv(1 << 16):
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield Peer("127.0.0.1", listening.getsockname()[1]), saying
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


@st.composite
def lies(draw):
    """Pieces in any order, some bytes of which are others; and what is changed in the answer to the request."""
    told = bytearray(b"".join(draw(st.lists(st.sampled_from(PIECES), max_size=6))))
    for _ in range(draw(st.integers(0, 2)) if told else 0):
        at = draw(st.integers(0, len(told) - 1))
        told[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=6))
    return bytes(told), draw(st.one_of(st.none(), st.tuples(st.integers(2, 300), st.binary(max_size=6))))


@given(lies(), st.sampled_from(["echo", "store", "get", "move"]))
@example((WHOLE, None), "get")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_liar_is_a_fault_with_a_name(liar, told, operation):
    """Whatever answers us, nothing but NetworkError comes of it, and nothing of what was sent stays behind."""
    peer, saying = liar
    saying["then"], change = told
    saying["accept"] = lambda whole: whole if change is None else whole[: change[0]] + change[1] + whole[change[0] :]
    proposals = [
        Proposal(GET, EXPLICIT),
        Proposal(CT, EXPLICIT),
        Proposal(MOVE, EXPLICIT),
        Proposal(VERIFICATION, EXPLICIT),
    ]
    started = time.monotonic()
    with Vault() as vault, contextlib.suppress(NetworkError):
        association = associate(peer, proposals, LIMITS, receive=[CT])
        try:
            acts(association, operation, vault)
        finally:
            association.abort()
    assert time.monotonic() - started < 5
    assert (vault._bytes, vault._files) == (0, 0)


def acts(association: Association, operation: str, vault: Vault) -> None:
    """Ask for something."""
    match operation:
        case "echo":
            asking.echo(association)
        case "store":
            asking.store(association, association.context_for(CT), "1.2.3", bytes(3000))
        case "get":
            for kept in asking.get(association, Identifier("1", "2", "3"), vault).kept:
                vault.release(kept)
        case _:
            asking.move(association, Identifier("1", "2", "3"), "US")


def test_the_liar_can_be_honest(liar):
    """What it says when it tells the truth is understood."""
    peer, saying = liar
    saying["accept"], saying["then"] = lambda whole: whole, b""
    answer = answer_to(command(CommandField.ECHO, {CommandTag.MESSAGE_ID: 1}), 0)
    saying["then"] = b"".join(data_pdus(1, answer.encode(), command=True, longest=16384))
    association = associate(peer, [Proposal(VERIFICATION, EXPLICIT)], LIMITS)
    assert asking.echo(association) == 0
    association.abort()
