"""Whatever bytes are sent, a listener goes on and its readers raise errors of their own alone (PS3.8 9.2, 9.3)."""

import contextlib
import socket
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import VERIFICATION, echo
from dicomsig.systems.dimse.commands import CommandError, CommandField, CommandTag, command, decode_command
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AcceptedContext,
    AssociateAccept,
    AssociateRequest,
    ExtendedNegotiation,
    PduError,
    ProposedContext,
    Role,
    UserInformation,
    data_pdus,
    encode_accept,
    encode_release_request,
    encode_request,
)
from dicomsig.systems.dimse.pdu_reading import decode_accept, decode_request, values
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=2.0, operation=4.0)
REQUEST = AssociateRequest(
    "A",
    "B",
    (ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, VERIFICATION, (EXPLICIT,))),
    UserInformation(
        16384, roles=(Role(CT, scu=True, scp=True),), extended=(ExtendedNegotiation(CT, bytes((3, 0, 0, 0, 2, 0))),)
    ),
)
ASKED = encode_request(REQUEST)
GRANTED = encode_accept(AssociateAccept("A", "B", (AcceptedContext(1, 0, EXPLICIT),), REQUEST.user))
FIELDS = {CommandTag.AFFECTED_SOP_CLASS: CT, CommandTag.AFFECTED_SOP_INSTANCE: "1.2.3", CommandTag.MESSAGE_ID: 1}
STORE = command(CommandField.STORE, FIELDS, data_set=True).encode()
TOLD = b"".join(
    (
        *data_pdus(1, STORE, command=True, longest=64),
        *data_pdus(1, bytes(200), command=False, longest=64),
        *data_pdus(3, command(CommandField.ECHO, FIELDS).encode(), command=True, longest=16384),
        encode_release_request(),
    )
)


@st.composite
def changed(draw, whole: bytes) -> bytes:
    """The bytes with a few of them replaced, left out, doubled or made large: lengths lie, contexts are unknown."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(0, 8))
        data[at : at + size] = draw(
            st.one_of(st.binary(max_size=8), st.just(b"\xff" * size), st.just(bytes(size)), st.just(data[at : at + 40]))
        )
    return bytes(data)


PIECES = (*data_pdus(1, STORE, command=True, longest=64), *data_pdus(1, bytes(99), command=False, longest=64))
SENT = st.one_of(
    st.binary(max_size=300),
    changed(ASKED),
    changed(TOLD).map(lambda told: ASKED + told),
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: ASKED + b"".join(pieces)),
)


class Watched(Arrivals):
    """Knows which associations ended by a fault of its own."""

    def __init__(self, vault: Vault) -> None:
        super().__init__(vault)
        self.faults: list[str] = []

    def ended(self, association, error) -> None:
        if error is not None and error.message.endswith("while answering"):
            self.faults.append(error.message)


@pytest.fixture(scope="module")
def listening(tmp_path_factory):
    """A listener, its service and the folder that it writes."""
    folder = tmp_path_factory.mktemp("in")
    service = Watched(Vault(folder=folder, most_bytes=1 << 20))
    with Listener(service, limits=LIMITS) as listener:
        yield listener, service, folder


@given(SENT)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_leave_a_listener_serving(listening, data):
    """It ends each connection by itself, fails at nothing, keeps files under names of its own, and has few threads."""
    listener, service, folder = listening
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", listener.port), 5) as stream:
        stream.settimeout(5)
        stream.sendall(data)
        stream.shutdown(socket.SHUT_WR)
        while stream.recv(4096):
            pass
    assert service.faults == []
    assert all(each.name.startswith("received-") for each in folder.iterdir())
    assert threading.active_count() < 40
    while not service.waiting.empty():
        service._vault.release(service.waiting.get().kept)


def test_an_honest_sender_is_served_after_all_of_it(listening):
    """Nothing that was sent before is in its way."""
    listener, _, _ = listening
    association = associate(Peer("127.0.0.1", listener.port), [Proposal(VERIFICATION, EXPLICIT)], LIMITS)
    assert echo(association) == 0
    association.release()


@given(st.one_of(st.binary(max_size=300), changed(ASKED[6:]), changed(GRANTED[6:]), changed(TOLD[6:]), changed(STORE)))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    """What is read of an association, of values and of commands raises PduError or CommandError, nothing else."""
    for read in (decode_request, decode_accept, decode_command, lambda body: list(values(body))):
        with contextlib.suppress(PduError, CommandError):
            read(data)
