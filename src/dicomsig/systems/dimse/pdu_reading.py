"""What the bytes of a PDU say; whatever is wrong with them is a PduError (PS3.8 9.3, PS3.7 D.3.3)."""

from collections.abc import Iterator
from typing import Final

from dicomsig.systems.dimse.pdu import (
    AcceptedContext,
    AssociateAccept,
    AssociateRequest,
    ExtendedNegotiation,
    PduError,
    ProposedContext,
    Role,
    UserInformation,
)

__all__ = ["decode_accept", "decode_request", "named_part", "values"]

_FIXED: Final = 68
"""Bytes of an A-ASSOCIATE PDU before its variable items (PS3.8 9.3.2)."""

_MOST_CONTEXTS: Final = 128
"""Odd numbers that fit in a byte (PS3.8 9.3.2.2)."""
_MOST_SUB_ITEMS: Final = 512
_EXTENDED: Final = 0x56
_KNOWN: Final = range(0x51, 0x5A)
"""Sub-items of user information (PS3.8 D.1, PS3.7 D.3.3)."""


def values(body: bytes) -> Iterator[tuple[int, int, memoryview]]:
    """The presentation data values of a P-DATA-TF PDU: context id, message control header, fragment (PS3.8 9.3.5.1)."""
    view = memoryview(body)
    position = 0
    while position < len(view):
        if len(view) - position < 6:
            raise PduError("a presentation data value is cut short")
        length = int.from_bytes(view[position : position + 4], "big")
        if length < 2 or position + 4 + length > len(view):
            raise PduError("the length of a presentation data value does not fit its PDU")
        yield view[position + 4], view[position + 5], view[position + 6 : position + 4 + length]
        position += 4 + length


def decode_request(body: bytes) -> AssociateRequest:
    """What an A-ASSOCIATE-RQ says; raises PduError."""
    called, calling = _titles(body)
    contexts = []
    numbers: set[int] = set()
    user = UserInformation(0, "", "")
    for kind, content in _items(body[_FIXED:]):
        if kind == 0x20:
            if len(content) < 4:
                raise PduError("a presentation context is cut short")
            inner = list(_items(content[4:]))
            abstract = next((_text(value) for inner_kind, value in inner if inner_kind == 0x30), "")
            syntaxes = tuple(_text(value) for inner_kind, value in inner if inner_kind == 0x40)
            contexts.append(ProposedContext(content[0], abstract, syntaxes))
            if len(contexts) > _MOST_CONTEXTS:
                raise PduError("there are more presentation contexts than there are numbers for them")
            if content[0] in numbers:  # of what comes over it nobody could say what it is (PS3.8 9.3.2.2)
                raise PduError(f"two presentation contexts have the number {content[0]}")
            numbers.add(content[0])
        elif kind == 0x50:
            user = _user(content)
    return AssociateRequest(called, calling, tuple(contexts), user)


def decode_accept(body: bytes) -> AssociateAccept:
    """What an A-ASSOCIATE-AC says; raises PduError."""
    called, calling = _titles(body)
    contexts = []
    user = UserInformation(0, "", "")
    for kind, content in _items(body[_FIXED:]):
        if kind == 0x21:
            if len(content) < 4:
                raise PduError("the answer to a presentation context is cut short")
            syntax = next((_text(value) for inner, value in _items(content[4:]) if inner == 0x40), "")
            contexts.append(AcceptedContext(content[0], content[2], syntax))
        elif kind == 0x50:
            user = _user(content)
    return AssociateAccept(called, calling, tuple(contexts), user)


def _user(content: bytes) -> UserInformation:
    length, implementation, version = 0, "", ""
    roles, extended, unread = [], [], []
    for kind, value, raw in _whole_items(content, passed_over=_EXTENDED):
        match kind:
            case 0x51 if len(value) == 4:
                length = int.from_bytes(value, "big")
            case 0x52:
                implementation = _text(value)
            case 0x55:
                version = _text(value)
            case 0x54:
                name, rest = named_part(value)
                if len(rest) < 2:
                    raise PduError("a role selection is cut short")
                roles.append(Role(name, bool(rest[0]), bool(rest[1])))
            case 0x56:
                name, rest = named_part(value)
                if name:
                    extended.append(ExtendedNegotiation(name, rest, raw[1], raw))
                else:
                    unread.append(raw)
            case _ if kind not in _KNOWN:
                unread.append(raw)
        if len(roles) + len(extended) + len(unread) > _MOST_SUB_ITEMS:
            raise PduError("there are more sub-items than presentation contexts have SOP Classes")
    return UserInformation(length, implementation, version, tuple(roles), tuple(extended), tuple(unread))


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((kind, content) for kind, content, _ in _whole_items(data))


def _whole_items(data: bytes, passed_over: int = -1) -> Iterator[tuple[int, bytes, bytes]]:
    """Items as kind, content and all of their bytes.

    One of the kind that is passed over ends them where it goes beyond what there is: it has no content.
    """
    position = 0
    while position < len(data):
        if len(data) - position < 4:
            raise PduError("an item is cut short")
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if position + 4 + length > len(data):
            if data[position] == passed_over:
                yield passed_over, b"", data[position:]
                return
            raise PduError("the length of an item does not fit")
        whole = data[position : position + 4 + length]
        yield whole[0], whole[4:], whole
        position += 4 + length


def named_part(value: bytes) -> tuple[str, bytes]:
    """The UID that a sub-item begins with behind its length, and the rest; nothing where the length does not fit."""
    length = int.from_bytes(value[:2], "big")
    if len(value) < 2 + length:
        return "", b""
    return _text(value[2 : 2 + length]), value[2 + length :]


def _titles(body: bytes) -> tuple[str, str]:
    if len(body) < _FIXED:
        raise PduError("an association PDU is cut short")
    return _text(body[4:20]), _text(body[20:36])


def _text(value: bytes) -> str:
    """Latin-1, so that nothing is lost; at most what a UID or a title may be, and a little more for a report."""
    return value[:128].decode("latin-1").strip(" \0")
