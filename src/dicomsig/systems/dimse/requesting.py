"""Asking a peer for an association: one transfer syntax a presentation context, 128 contexts at most (PS3.8 7.1)."""

import ssl
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from dicomsig.systems.dimse.association import Association, Context, Evidence
from dicomsig.systems.dimse.connection import Connection, connect
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ExtendedNegotiation,
    PduError,
    PduType,
    ProposedContext,
    Role,
    UserInformation,
    encode_request,
)
from dicomsig.systems.dimse.pdu_reading import decode_accept

__all__ = ["MOST_CONTEXTS", "Peer", "Proposal", "associate", "split"]

MOST_CONTEXTS: Final = 128
"""Odd numbers that fit in a byte (PS3.8 9.3.2.2)."""

_REASONS: Final = {
    (1, 1): "no reason given",
    (1, 2): "the application context is not supported",
    (1, 3): "the calling AE title is not known there",
    (1, 7): "the called AE title is not known there",
    (2, 1): "no reason given",
    (2, 2): "the protocol version is not supported",
    (3, 1): "too busy at present",
    (3, 2): "a local limit is exceeded",
}
"""Source and reason of PS3.8 9.3.4."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer listens, what it is called and what we call ourselves; `tls` holds keys and is never shown."""

    host: str
    port: int
    called: str = "ANY-SCP"
    calling: str = "DICOMSIG"
    tls: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A SOP Class in one transfer syntax."""

    abstract: str
    syntax: str


def split(proposals: Collection[Proposal], room: int = MOST_CONTEXTS) -> Iterator[tuple[Proposal, ...]]:
    """The proposals, each once, in parts that fit an association."""
    rest = iter(dict.fromkeys(proposals))
    while part := tuple(islice(rest, room)):
        yield part


def associate(
    peer: Peer,
    proposals: Sequence[Proposal],
    limits: NetworkLimits = DEFAULT_NETWORK_LIMITS,
    *,
    receive: Collection[str] = (),
    extended: Mapping[str, bytes] | None = None,
    reserved: int = 0,
) -> Association:
    """An association with these contexts.

    For the SOP Classes in `receive` we take the SCP role, as C-GET needs it (PS3.4 C.5.3); `extended` holds the
    application information of SOP Class Extended Negotiation to be offered, whose sub-items have `reserved` in the byte
    that nobody examines. Raises NetworkError, ValueError for more
    than 128 proposals.
    """
    if len(proposals) > MOST_CONTEXTS:
        raise ValueError(f"{len(proposals)} presentation contexts do not fit one association")
    contexts = tuple(ProposedContext(2 * i + 1, each.abstract, (each.syntax,)) for i, each in enumerate(proposals))
    user = UserInformation(
        max_length=limits.pdu,
        roles=tuple(Role(sop_class, scu=False, scp=True) for sop_class in dict.fromkeys(receive)),
        extended=tuple(ExtendedNegotiation(name, said, reserved) for name, said in (extended or {}).items()),
    )
    request = AssociateRequest(peer.called, peer.calling, contexts, user)
    request_bytes = encode_request(request)
    connection = connect(peer.host, peer.port, limits, peer.tls)
    try:
        accept, accept_bytes = _answer(connection, request_bytes, limits)
    except BaseException:
        connection.close()
        raise
    return Association(
        connection=connection,
        contexts=_agreed(request, accept),
        limits=limits,
        evidence=Evidence(request, accept, request_bytes, accept_bytes),
        longest_pdu=accept.user.max_length,
    )


def _answer(connection: Connection, request: bytes, limits: NetworkLimits) -> tuple[AssociateAccept, bytes]:
    until = time.monotonic() + limits.answer
    connection.send(request, until)
    kind, body = connection.read(until)
    match kind:
        case PduType.ASSOCIATE_AC:
            try:
                return decode_accept(body), body
            except PduError as error:
                raise NetworkError(NetworkFault.MALFORMED, str(error)) from None
        case PduType.ASSOCIATE_RJ:
            reject = AssociateReject(*body[1:4]) if len(body) >= 4 else AssociateReject(0, 0, 0)
            why = _REASONS.get((reject.source, reject.reason), str(reject))
            raise NetworkError(NetworkFault.REJECTED, f"the peer rejects the association: {why}")
        case PduType.ABORT:
            raise NetworkError(NetworkFault.ABORTED, "the peer aborts instead of answering")
        case _:
            raise NetworkError(NetworkFault.PROTOCOL, f"a PDU of type {kind} answers the request for an association")


def _agreed(request: AssociateRequest, accept: AssociateAccept) -> dict[int, Context]:
    """The contexts that were accepted in a transfer syntax that was proposed; any other answer is none."""
    asked = {context.id: context for context in request.contexts}
    agreed = {}
    for answer in accept.contexts:
        context = asked.get(answer.id)
        if context is not None and answer.result == 0 and answer.syntax in context.syntaxes:
            agreed[answer.id] = Context(answer.id, context.abstract, answer.syntax)
    return agreed
