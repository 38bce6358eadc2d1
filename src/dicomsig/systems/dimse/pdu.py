"""The PDUs that make, use and end an association, as bytes and as what they say (PS3.8 9.3, PS3.7 D.3.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

__all__ = [
    "IMPLEMENTATION_UID",
    "Abort",
    "AcceptedContext",
    "AssociateAccept",
    "AssociateReject",
    "AssociateRequest",
    "ExtendedNegotiation",
    "PduError",
    "PduType",
    "ProposedContext",
    "Role",
    "UserInformation",
    "data_pdus",
    "encode_abort",
    "encode_accept",
    "encode_reject",
    "encode_release_answer",
    "encode_release_request",
    "encode_request",
]

IMPLEMENTATION_UID: Final = "2.25.180412673950226458914630273954827041963"
_VERSION_NAME: Final = "DICOMSIG"
_APPLICATION_CONTEXT: Final = "1.2.840.10008.3.1.1.1"


class PduType(IntEnum):
    """The types of PS3.8 9.3.1."""

    ASSOCIATE_RQ = 1
    ASSOCIATE_AC = 2
    ASSOCIATE_RJ = 3
    DATA = 4
    RELEASE_RQ = 5
    RELEASE_RP = 6
    ABORT = 7


class PduError(ValueError):
    """Bytes are no PDU as PS3.8 has them; the message holds nothing of them."""


@dataclass(frozen=True, slots=True)
class ProposedContext:
    """A presentation context that is asked for: an odd id, an abstract syntax, transfer syntaxes (PS3.8 9.3.2.2)."""

    id: int
    abstract: str
    syntaxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcceptedContext:
    """The answer to a presentation context; only result 0 is acceptance (PS3.8 9.3.3.2)."""

    id: int
    result: int
    syntax: str


@dataclass(frozen=True, slots=True)
class Role:
    """SCP/SCU Role Selection for a SOP Class (PS3.7 D.3.3.4)."""

    sop_class: str
    scu: bool
    scp: bool


@dataclass(frozen=True, slots=True)
class ExtendedNegotiation:
    """SOP Class Extended Negotiation: the application information is the raw bytes (PS3.7 D.3.3.5)."""

    sop_class: str
    information: bytes
    reserved: int = 0
    """The second byte of the sub-item, which nobody examines (PS3.7 D.3.3.5.1)."""
    raw: bytes = field(default=b"", compare=False, repr=False)
    """The whole sub-item, where it was read."""


@dataclass(frozen=True, slots=True)
class UserInformation:
    """What both sides say of themselves (PS3.8 D, PS3.7 D.3.3); a ``max_length`` of 0 is no limit."""

    max_length: int = 0
    implementation_uid: str = IMPLEMENTATION_UID
    version: str = _VERSION_NAME
    roles: tuple[Role, ...] = ()
    extended: tuple[ExtendedNegotiation, ...] = ()
    unread: tuple[bytes, ...] = field(default=(), compare=False, repr=False)
    """Whole sub-items that were passed over: extended negotiation with wrong lengths, and types that nobody knows."""


@dataclass(frozen=True, slots=True)
class AssociateRequest:
    """A-ASSOCIATE-RQ (PS3.8 9.3.2)."""

    called: str
    calling: str
    contexts: tuple[ProposedContext, ...]
    user: UserInformation = field(default_factory=UserInformation)


@dataclass(frozen=True, slots=True)
class AssociateAccept:
    """A-ASSOCIATE-AC (PS3.8 9.3.3)."""

    called: str
    calling: str
    contexts: tuple[AcceptedContext, ...]
    user: UserInformation = field(default_factory=UserInformation)


@dataclass(frozen=True, slots=True)
class AssociateReject:
    """A-ASSOCIATE-RJ: result, source and reason (PS3.8 9.3.4)."""

    result: int = 1
    source: int = 1
    reason: int = 1

    def __str__(self) -> str:
        return f"result {self.result}, source {self.source}, reason {self.reason}"


@dataclass(frozen=True, slots=True)
class Abort:
    """A-ABORT: source and reason (PS3.8 9.3.8)."""

    source: int = 0
    reason: int = 0


def encode_request(request: AssociateRequest) -> bytes:
    """The whole PDU."""
    items = [_item(0x10, _APPLICATION_CONTEXT.encode())]
    for context in request.contexts:
        inner = _item(0x30, _uid(context.abstract)) + b"".join(_item(0x40, _uid(each)) for each in context.syntaxes)
        items.append(_item(0x20, bytes((context.id, 0, 0, 0)) + inner))
    return _associate(PduType.ASSOCIATE_RQ, request.called, request.calling, items, request.user)


def encode_accept(accept: AssociateAccept) -> bytes:
    """The whole PDU."""
    items = [_item(0x10, _APPLICATION_CONTEXT.encode())]
    for context in accept.contexts:
        items.append(_item(0x21, bytes((context.id, 0, context.result, 0)) + _item(0x40, _uid(context.syntax))))
    return _associate(PduType.ASSOCIATE_AC, accept.called, accept.calling, items, accept.user)


def encode_reject(reject: AssociateReject) -> bytes:
    """The whole PDU."""
    return _pdu(PduType.ASSOCIATE_RJ, bytes((0, reject.result, reject.source, reject.reason)))


def encode_release_request() -> bytes:
    """The whole PDU."""
    return _pdu(PduType.RELEASE_RQ, bytes(4))


def encode_release_answer() -> bytes:
    """The whole PDU."""
    return _pdu(PduType.RELEASE_RP, bytes(4))


def encode_abort(abort: Abort) -> bytes:
    """The whole PDU."""
    return _pdu(PduType.ABORT, bytes((0, 0, abort.source, abort.reason)))


def data_pdus(context_id: int, data: bytes | memoryview, *, command: bool, longest: int) -> Iterator[bytes]:
    """P-DATA-TF PDUs of one value each over all of the data, none longer than the peer takes (PS3.8 9.3.5, E.2)."""
    room = max(longest - 6, 2) & ~1
    view = memoryview(data)
    for start in range(0, len(view) or 1, room):
        part = view[start : start + room]
        control = command | 2 * (start + room >= len(view))
        head = struct.pack(">BxLLBB", PduType.DATA, len(part) + 6, len(part) + 2, context_id, control)
        yield head + part


def _associate(kind: PduType, called: str, calling: str, items: list[bytes], user: UserInformation) -> bytes:
    head = struct.pack(">Hxx16s16s32x", 1, _title(called), _title(calling))
    return _pdu(kind, b"".join((head, *items, _item(0x50, _user_items(user)))))


def _user_items(user: UserInformation) -> bytes:
    parts = [_item(0x51, struct.pack(">L", user.max_length)), _item(0x52, _uid(user.implementation_uid))]
    parts += [_item(0x54, _named(role.sop_class) + bytes((role.scu, role.scp))) for role in user.roles]
    parts.append(_item(0x55, user.version.encode("ascii", "replace")[:16]))
    parts += [_item(0x56, _named(each.sop_class) + each.information, each.reserved) for each in user.extended]
    return b"".join(parts)


def _title(text: str) -> bytes:
    return text.encode("ascii", "replace")[:16].ljust(16)


def _uid(uid: str) -> bytes:
    return uid.encode("ascii", "replace")


def _named(uid: str) -> bytes:
    return struct.pack(">H", len(uid)) + _uid(uid)


def _item(kind: int, content: bytes, reserved: int = 0) -> bytes:
    return struct.pack(">BBH", kind, reserved, len(content)) + content


def _pdu(kind: PduType, content: bytes) -> bytes:
    return struct.pack(">BxL", kind, len(content)) + content
