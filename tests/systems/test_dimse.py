"""Associations and messages over plain sockets: what is sent arrives as it is, and nothing a peer does hangs us."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse import asking
from dicomsig.systems.dimse.commands import CommandError, CommandField, CommandTag, command, decode_command
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AcceptedContext,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ExtendedNegotiation,
    PduError,
    ProposedContext,
    Role,
    UserInformation,
    data_pdus,
    encode_accept,
    encode_reject,
    encode_request,
)
from dicomsig.systems.dimse.pdu_reading import decode_accept, decode_request, values
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate, split
from dicomsig.systems.embedded_archive import BIT_PRESERVING_ANSWER, HonestArchive
from dicomsig.vectors.instances import instances

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
IMPATIENT = NetworkLimits(connect=2.0, answer=0.4, operation=1.2)
OFFER = bytes((3, 0, 0, 0, 2, 0))

REQUEST = AssociateRequest(
    "PEER",
    "US",
    (ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, CT, (IMPLICIT, EXPLICIT))),
    UserInformation(16384, roles=(Role(CT, scu=False, scp=True),), extended=(ExtendedNegotiation(CT, OFFER),)),
)


@contextmanager
def scripted(answer: Callable[[socket.socket], None]):
    """A peer of 127.0.0.1 that does one thing with the first connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            stream, _ = listening.accept()
            with stream:
                stream.settimeout(10)
                answer(stream)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Peer("127.0.0.1", listening.getsockname()[1])
        thread.join(10)
        assert not thread.is_alive()


def until_closed(stream: socket.socket) -> None:
    """Read until the other side has closed."""
    while stream.recv(4096):
        pass


def accepting(*after: bytes):
    """A peer that accepts the request and then sends some bytes."""

    def answer(stream: socket.socket) -> None:
        head = stream.recv(6, socket.MSG_WAITALL)
        request = decode_request(stream.recv(int.from_bytes(head[2:], "big"), socket.MSG_WAITALL))
        contexts = tuple(AcceptedContext(each.id, 0, each.syntaxes[0]) for each in request.contexts)
        stream.sendall(encode_accept(AssociateAccept("PEER", "US", contexts)))
        for each in after:
            stream.sendall(each)
        until_closed(stream)

    return answer


def fault_of(peer: Peer) -> NetworkFault:
    """What ends a C-ECHO; it comes soon."""

    def ask() -> int:
        return asking.echo(associate(peer, [Proposal(asking.VERIFICATION, IMPLICIT)], IMPATIENT))

    started = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        ask()
    assert time.monotonic() - started < 5
    return caught.value.fault


def test_a_request_is_read_back_as_it_was_written():
    """Contexts, roles and extended negotiation survive the PDU (PS3.8 9.3.2, PS3.7 D.3.3)."""
    assert decode_request(encode_request(REQUEST)[6:]) == REQUEST


def test_the_negotiation_item_has_the_bytes_of_the_standard():
    """The sub-item for CT Image Storage, bit-preserving, as PS3.7 D.3.3.5 and PS3.4 B.3.1.2 have it."""
    accept = AssociateAccept("A", "B", (), UserInformation(extended=(ExtendedNegotiation(CT, BIT_PRESERVING_ANSWER),)))
    item = bytes.fromhex("56000021001931 2E322E3834302E31303030382E352E312E342E312E312E32 020003000000")
    assert item in encode_accept(accept)
    assert decode_accept(encode_accept(accept)[6:]) == accept


@pytest.mark.parametrize("cut", [0, 10, 68, 72, 90, 120])
def test_a_request_that_is_cut_short_is_an_error_of_its_own(cut):
    """Nothing but PduError comes of bytes that end early, or a request with less in it."""
    whole = encode_request(REQUEST)[6:]
    if cut >= 68:
        whole = whole[:cut]
        with pytest.raises(PduError):
            decode_request(whole + b"\x20\x00\xff\xff")
    else:
        with pytest.raises(PduError):
            decode_request(whole[:cut])


def test_data_is_split_to_what_the_peer_takes():
    """No PDU is longer than announced, the last value alone is marked, and the bytes are those that were given."""
    data = bytes(range(256)) * 10
    pdus = list(data_pdus(5, data, command=False, longest=128))
    assert all(len(pdu) - 6 <= 128 for pdu in pdus)
    found = [each for pdu in pdus for each in values(pdu[6:])]
    assert b"".join(bytes(part) for _, _, part in found) == data
    assert [control for _, control, _ in found] == [0] * (len(found) - 1) + [2]


@pytest.mark.parametrize("body", [b"\0\0\0\1\1", b"\0\0\0\x10\1\0", b"\0\0\0\0\1\0", b"\0\0"])
def test_values_whose_lengths_do_not_fit_are_an_error(body):
    """A presentation data value lies within its PDU (PS3.8 9.3.5.1)."""
    with pytest.raises(PduError):
        list(values(body))


def test_a_command_is_read_back_as_it_was_written():
    """Numbers, UIDs of odd length and the absence of a data set survive."""
    made = command(CommandField.STORE, {CommandTag.AFFECTED_SOP_INSTANCE: "1.2.3", CommandTag.MESSAGE_ID: 7})
    read = decode_command(made.encode())
    assert read == made
    assert (read.text(CommandTag.AFFECTED_SOP_INSTANCE), read.number(CommandTag.MESSAGE_ID)) == ("1.2.3", 7)
    assert not read.has_data_set
    trailing = b"\x08\0\x58\0\4\0\0\0" + b"1.2\0"  # Orthanc adds the failed instances to a C-GET answer
    assert decode_command(made.encode() + trailing) == made
    for broken in (made.encode()[:-1], b"\x08\0" + made.encode()[2:], made.encode()[:5]):
        with pytest.raises(CommandError):
            decode_command(broken)


def test_proposals_are_split_over_associations():
    """128 presentation contexts fit one association; each proposal is made once (PS3.8 9.3.2.2)."""
    many = [Proposal(f"1.2.{i % 300}", EXPLICIT) for i in range(400)]
    assert [len(part) for part in split(many)] == [128, 128, 44]
    with pytest.raises(ValueError, match="129"):
        associate(Peer("127.0.0.1", 9), many[:129])


def test_what_is_stored_comes_back_byte_for_byte():
    """Every data set, in every transfer syntax of the fixtures, is the same after C-STORE and C-GET."""
    with ArchiveServer() as server, Vault() as vault:
        for name, recipe in instances().items():
            if not recipe.form.file_meta:
                continue
            data = recipe.build()
            whole = instance_of(data)
            sop_class, sop_instance = recipe.sop_class_uid, recipe.sop_instance_uid
            proposals = [Proposal(sop_class, recipe.transfer_syntax_uid), Proposal(asking.GET, IMPLICIT)]
            association = associate(server.peer, proposals, receive=[sop_class], extended={sop_class: OFFER})
            context = association.context_for(sop_class)
            assert asking.store(association, context, sop_instance, data[whole.file_start :]) == 0
            wanted = asking.Identifier(whole.text(0x0020000D), whole.text(0x0020000E), sop_instance)
            (kept,) = asking.get(association, wanted, vault).kept
            back = kept.path.read_bytes()
            assert back[instance_of(back).file_start :] == data[whole.file_start :], name
            assert instance_of(back).syntax == whole.syntax
            (answer,) = association.evidence.accept.user.extended
            assert (answer.sop_class, answer.information) == (sop_class, BIT_PRESERVING_ANSWER)
            association.release()


def test_a_context_that_is_refused_is_no_end_of_the_association():
    """Who takes another SOP Class still answers."""

    class Choosy(HonestArchive):
        def accepts(self, abstract, syntaxes):
            return None if abstract == CT else super().accepts(abstract, syntaxes)

    with ArchiveServer(Choosy()) as server:
        association = associate(server.peer, [Proposal(CT, EXPLICIT), Proposal(asking.VERIFICATION, IMPLICIT)])
        with pytest.raises(NetworkError) as caught:
            association.context_for(CT, EXPLICIT)
        assert caught.value.fault is NetworkFault.CONTEXT_REFUSED
        assert asking.echo(association) == 0
        association.release()


def test_nobody_listens():
    """A closed port is told at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert fault_of(Peer("127.0.0.1", port)) is NetworkFault.REFUSED


def test_a_name_that_is_no_host():
    """An address that leads nowhere is an error of the network, not of ours."""
    assert fault_of(Peer("a..b", 104)) is NetworkFault.UNREACHABLE


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (until_closed, NetworkFault.SILENT),
        (accepting(), NetworkFault.SILENT),
        (accepting(b"\4\0\0\0\0\0" * 3), NetworkFault.SILENT),
        (lambda stream: None, NetworkFault.CLOSED),
        (accepting(b"\7\0\0\0\0\4\0\0\0\0"), NetworkFault.ABORTED),
        (accepting(b"\4\0\xff\xff\xff\xff"), NetworkFault.MALFORMED),
        (accepting(b"GET / HTTP/1.1\r\n"), NetworkFault.MALFORMED),
        (accepting(b"\4\0\0\0\0\7\0\0\0\3\x09\3\0"), NetworkFault.MALFORMED),
        (accepting(b"\2\0\0\0\0\0"), NetworkFault.PROTOCOL),
        (lambda stream: stream.sendall(encode_reject(AssociateReject(1, 1, 7))), NetworkFault.REJECTED),
        (lambda stream: stream.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NetworkFault.MALFORMED),
    ],
)
def test_whatever_a_peer_does_is_a_fault_with_a_name(answer, fault):
    """Silence, an abort, rubbish and rejection are told apart, and end in time."""
    with scripted(answer) as peer:
        assert fault_of(peer) is fault


def test_a_peer_that_dribbles_is_left():
    """Bytes that come one by one do not stretch the time for an answer."""

    def dribble(stream: socket.socket) -> None:
        accepting_head = b"\2\0\0\0\1\0"
        try:
            for byte in accepting_head + bytes(64):
                stream.sendall(bytes((byte,)))
                time.sleep(0.05)
        except OSError:
            pass

    with scripted(dribble) as peer:
        assert fault_of(peer) is NetworkFault.SILENT


def test_what_arrives_is_bounded():
    """An archive that sends more than is taken is left, and its file goes."""
    recipe = instances()["ct"]
    data = recipe.build()
    whole = instance_of(data)
    with ArchiveServer() as server, Vault(most_instance=4096) as vault:
        proposals = [Proposal(CT, EXPLICIT), Proposal(asking.GET, IMPLICIT)]
        association = associate(server.peer, proposals, receive=[CT])
        context = association.context_for(CT)
        asking.store(association, context, recipe.sop_instance_uid, data[whole.file_start :])
        wanted = asking.Identifier(whole.text(0x0020000D), whole.text(0x0020000E), recipe.sop_instance_uid)
        with pytest.raises(NetworkError) as caught:
            asking.get(association, wanted, vault)
        assert caught.value.fault is NetworkFault.FLOOD
        assert vault.folder is None
        made = vault.open("1.2", "1.3", EXPLICIT).close().path
        assert [each.name for each in made.parent.iterdir()] == [made.name]
    assert not made.parent.exists()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0" * 64,
        b"GET / HTTP/1.0\r\n\r\n",
        b"\1\0\xff\xff\xff\xff",
        b"\1\0\0\0\0\4\0\1\0\0",
        encode_request(replace(REQUEST, contexts=())) + b"\4\0\0\0\0\7\0\0\0\3\1\3\0",
        encode_request(REQUEST)[:-4] + b"\xff" * 4,
    ],
)
def test_a_listener_outlives_whatever_it_is_sent(sent):
    """After rubbish the next requester is served (PS3.8 9.2)."""
    with ArchiveServer(limits=NetworkLimits(answer=0.3, operation=1.0)) as server:
        with socket.create_connection((server.peer.host, server.peer.port), 2) as stream:
            stream.sendall(sent)
            stream.shutdown(socket.SHUT_WR)
            until_closed(stream)
        association = associate(server.peer, [Proposal(asking.VERIFICATION, IMPLICIT)])
        assert asking.echo(association) == 0
        association.release()


def test_a_uid_of_a_peer_forms_no_path(tmp_path):
    """Whatever a SOP Instance UID holds, the file has a name of ours and lies in the folder."""
    vault = Vault(folder=tmp_path)
    keeper = vault.open("1.2", "../../x\0/etc", EXPLICIT)
    keeper.write(b"abc")
    kept = keeper.close()
    assert [each.name for each in tmp_path.iterdir()] == ["received-000001.dcm"]
    assert kept.sop_instance == "../../x\0/etc"
    assert b"x" not in kept.path.read_bytes()[132:-3]
