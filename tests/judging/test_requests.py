"""What a product announces when it asks for an association: each row has a sender that breaks it (PS3.4 B.3.1.1)."""

import socket
import time
from contextlib import ExitStack

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.preservation.judge import ArchiveTerms
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.judging.requests import requests_case, rows_on_any_requester
from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.destination import Destination
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import AssociateRequest, ProposedContext, UserInformation, encode_request
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.vectors.pki import Credential, private_key

CT = "1.2.840.10008.5.1.4.1.1.2"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"
EXPLICIT = "1.2.840.10008.1.2.1"
LIMITS = NetworkLimits(connect=2.0, answer=2.0, operation=5.0)
TERMS = ArchiveTerms(edition())
SCU = bytes((3, 0, 0, 0, 2, 0))


def sub_item(information: bytes = SCU, *, sop_class: str = CT, kind: int = 0x56, more: int = 0, uid_more: int = 0):
    """The bytes of SOP Class Extended Negotiation, with another type or with lengths that are wrong by so much."""
    uid = sop_class.encode()
    content = (len(uid) + uid_more).to_bytes(2, "big") + uid + information
    return bytes((kind, 0)) + (len(content) + more).to_bytes(2, "big") + content


def asks(*items: bytes) -> bytes:
    """A request for an association with these sub-items at the end of what the user says."""
    whole = encode_request(AssociateRequest("DICOMSIG", "SENDER", (ProposedContext(1, CT, (EXPLICIT,)),)))
    at = whole.rindex(b"\x50\0")
    inner = whole[at + 4 :] + b"".join(items)
    body = whole[6:at] + b"\x50\0" + len(inner).to_bytes(2, "big") + inner
    return whole[:2] + len(body).to_bytes(4, "big") + body


REQUEST, ITEM = "ps3.4-b.3.1.1-", "ps3.7-d.3.3.5"
WRONG = {
    "seven bytes": (asks(sub_item(bytes((3, 0, 0, 0, 2, 0, 0)))), REQUEST + "six-bytes"),
    "no byte": (asks(sub_item(b"")), REQUEST + "six-bytes"),
    "storage level 5": (asks(sub_item(bytes((5, 0, 0, 0, 2, 0)))), REQUEST + "storage-level-byte"),
    "signature level 9": (asks(sub_item(bytes((2, 0, 9, 0, 2, 0)))), REQUEST + "signature-level-byte"),
    "coercion 3": (asks(sub_item(bytes((3, 0, 0, 0, 3, 0)))), REQUEST + "coercion-byte"),
    "a reserved byte": (asks(sub_item(bytes((3, 0, 0, 1, 2, 0)))), REQUEST + "reserved-bytes-zero"),
    "a class twice": (asks(sub_item(), sub_item()), ITEM + "-one-sub-item-per-class"),
    "another type": (asks(sub_item(kind=0x6A)), ITEM + ".1-item-type"),
    "a UID that is longer": (asks(sub_item(uid_more=99)), ITEM + ".1-lengths"),
    "an item that is longer": (asks(sub_item(more=99)), ITEM + ".1-lengths"),
}
RIGHT = {
    "a sender": asks(sub_item()),
    "an archive that also sends": asks(sub_item(bytes((2, 0, 3, 0, 0, 0)))),
    "a level 1 archive": asks(sub_item(bytes((1, 0, 0, 0, 1, 0)))),
    "two classes": asks(sub_item(), sub_item(sop_class="1.2.840.10008.5.1.4.1.1.4")),
    "a query beside": asks(sub_item(), sub_item(b"\1\1\0", sop_class=FIND)),
    "an item of a vendor": asks(sub_item(), sub_item(kind=0x6A, sop_class="1.2.3")),
    "items of other types": asks(sub_item(), b"\x53\0\0\4\0\1\0\1", b"\x58\0\0\6\1\0\0\2me", b"\x6b\0\0\3abc"),
}


@pytest.fixture(scope="module")
def listening():
    """Where arrivals are waited for; whatever asks for an association is remembered."""
    with Vault() as vault:

        def service(kind):
            made = kind(vault)
            return made, Listener(made, limits=LIMITS)

        yield service


@pytest.fixture
def announced(listening):
    """Send a request to a listener of ours; what is judged of it."""

    def send(data, kind=Arrivals, terms=TERMS):
        made, listener = listening(kind)
        with listener, socket.create_connection(("127.0.0.1", listener.port), 5) as stream:
            stream.settimeout(5)
            stream.sendall(data)
            assert stream.recv(1) == b"\2"
        return requests_case(made.requests.all(), "case", terms)

    return send


def failed(case):
    return [each.requirement for each in case.results if each.result == "fail"]


@pytest.mark.parametrize("kind", [Arrivals, Destination])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_convicted_by_its_row_alone(name, kind, announced):
    """Over the wire, as a sender to `listen` and as an archive that sends or reports, each breaks exactly one row."""
    data, row = WRONG[name]
    case = announced(data, kind)
    assert failed(case) == [row]
    assert case.results[0].found


@pytest.mark.parametrize("name", RIGHT)
def test_a_lawful_request_is_acquitted(name, announced):
    """Whoever says what the standard allows fails nothing, and the bytes that he sent are told."""
    case = announced(RIGHT[name])
    assert case.results == ()
    assert {row for _, row in WRONG.values()} <= {*case.passed, *case.not_applicable}
    assert REQUEST + "six-bytes" in case.passed
    assert any("announce" in each.message for each in case.observations)


def test_every_row_on_requests_has_its_impostor():
    """No check of what a requester writes is without a sender that breaks it."""
    rows = {
        name for name in archive_checks() if name.startswith(REQUEST) and archive_checks()[name].evidence != "twins"
    }
    rows |= {ITEM + "-one-sub-item-per-class", ITEM + ".1-item-type", ITEM + ".1-lengths"}
    assert {row for _, row in WRONG.values()} == rows
    assert rows <= rows_on_any_requester()


@pytest.mark.parametrize("data", [asks(), asks(sub_item(b"\1\1\1", sop_class=FIND)), asks(b"\x6b\0\0\3abc")])
def test_who_announces_no_levels_is_not_judged(data, announced):
    """Extended negotiation is optional (PS3.4 B.3.1), and that of a query is another one."""
    case = announced(data)
    assert case is None or not case.results
    assert case is None or not [each for each in case.passed if each.startswith(REQUEST)]


def test_many_requests_are_one_case(listening):
    """A row passes where it holds in each request, and fails by the first that breaks it; alike ones count once."""
    arrivals, listener = listening(Arrivals)
    with listener:
        for information in (SCU, bytes(7), SCU, bytes(8)):
            associate(
                Peer("127.0.0.1", listener.port), [Proposal(CT, EXPLICIT)], LIMITS, extended={CT: information}
            ).release()
    assert len(arrivals.requests.all()) == 3
    case = requests_case(arrivals.requests.all(), "case", TERMS)
    assert failed(case) == [REQUEST + "six-bytes"]
    assert REQUEST + "six-bytes" not in case.passed
    assert REQUEST + "storage-level-byte" in case.passed


def test_a_claimed_level_binds_the_requests_too(announced):
    """A level that is neither the one claimed nor that of a mere sender fails (PS3.4 B.3.1.1)."""
    claiming = ArchiveTerms(edition(), Claims(storage_level=2, signature_level=3))
    assert failed(announced(asks(sub_item(bytes((1, 0, 0, 0, 0, 0)))), terms=claiming)) == [
        REQUEST + "storage-level-byte"
    ]
    assert failed(announced(asks(sub_item()), terms=claiming)) == []


@pytest.fixture(scope="module")
def made():
    """Two probes."""
    every = probes(ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der))
    return [next(every) for _ in range(2)]


@pytest.mark.parametrize(
    ("information", "rows"),
    [(None, None), (SCU, []), (bytes(7), [REQUEST + "six-bytes"])],
    ids=["none", "right", "wrong"],
)
def test_an_archive_that_sends_is_judged_by_what_it_announces(information, rows, made):
    """As the sender of a C-MOVE it asks us; without negotiation there is no such case (PS3.4 C.4.2)."""

    class Offering(HonestArchive):
        def offers(self, sop_class):
            return information

    place = ArchivePlace(way=Way.MOVE, archive=Offering, limits=LIMITS)
    with ExitStack() as stack:
        assert place.start(stack) is None
        trial = place.trial(made, ArchiveRunTerms.of(edition(), place.own_claims), stack)
        stack.callback(trial.close)
        cases = [journey.outcome for _, journey in trial.outcomes()]
    found = [failed(each) for each in cases if each.case == "archive/opened-by-the-archive"]
    assert found == ([] if rows is None else [rows])
    assert not [row for each in cases if each.case != "archive/opened-by-the-archive" for row in failed(each)]


def test_a_stranger_at_the_port_is_not_the_archive():
    """Who calls another title than ours is not judged as the archive that we asked."""
    place = ArchivePlace(way=Way.MOVE, archive=HonestArchive, limits=LIMITS)
    with ExitStack() as stack:
        assert place.start(stack) is None
        trial = place.trial([], ArchiveRunTerms.of(edition()), stack)
        stack.callback(trial.close)
        port = place._server.destinations["DICOMSIG"][1]
        for called, expected in (("STRANGE", 0), ("DICOMSIG", 1)):
            associate(
                Peer("127.0.0.1", port, called), [Proposal(CT, EXPLICIT)], LIMITS, extended={CT: bytes(7)}
            ).release()
            assert len(list(trial.after())) == expected


def test_requests_are_bounded(listening):
    """However many kinds of request come, a hundred are remembered."""
    arrivals, _ = listening(Arrivals)
    started = time.monotonic()
    for number in range(1000):
        user = UserInformation(unread=(b"\x56\0\0\1" + bytes((number % 256,)),))
        arrivals.negotiate(AssociateRequest("A", f"B{number}", (), user))
    assert len(arrivals.requests.all()) == 100
    assert time.monotonic() - started < 5
