"""Command sets: group 0000 in Implicit VR Little Endian (PS3.7 6.3.1, 9.3 and E.1)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

__all__ = [
    "ANSWER",
    "CommandError",
    "CommandField",
    "CommandSet",
    "CommandTag",
    "answer_to",
    "command",
    "decode_command",
]


class CommandError(ValueError):
    """Bytes are no command set; the message holds nothing of them."""


class CommandTag(IntEnum):
    """Element numbers of group 0000 (PS3.7 E.1)."""

    AFFECTED_SOP_CLASS = 0x0002
    REQUESTED_SOP_CLASS = 0x0003
    FIELD = 0x0100
    MESSAGE_ID = 0x0110
    MESSAGE_ID_ANSWERED = 0x0120
    MOVE_DESTINATION = 0x0600
    PRIORITY = 0x0700
    DATA_SET_TYPE = 0x0800
    STATUS = 0x0900
    AFFECTED_SOP_INSTANCE = 0x1000
    REQUESTED_SOP_INSTANCE = 0x1001
    EVENT_TYPE = 0x1002
    ACTION_TYPE = 0x1008
    REMAINING = 0x1020
    COMPLETED = 0x1021
    FAILED = 0x1022
    WARNINGS = 0x1023
    MOVE_ORIGINATOR_TITLE = 0x1030
    MOVE_ORIGINATOR_MESSAGE = 0x1031


class CommandField(IntEnum):
    """What is asked for; an answer has the highest bit set (PS3.7 E.1-1)."""

    STORE = 0x0001
    GET = 0x0010
    FIND = 0x0020
    MOVE = 0x0021
    ECHO = 0x0030
    EVENT_REPORT = 0x0100
    ACTION = 0x0130
    CANCEL = 0x0FFF


ANSWER: Final = 0x8000
"""The bit of Command Field by which an answer differs from its request (PS3.7 E.1)."""

NO_DATA_SET: Final = 0x0101
_WITH_DATA_SET: Final = 0x0001
_UIDS: Final = frozenset(
    (
        CommandTag.AFFECTED_SOP_CLASS,
        CommandTag.REQUESTED_SOP_CLASS,
        CommandTag.AFFECTED_SOP_INSTANCE,
        CommandTag.REQUESTED_SOP_INSTANCE,
    )
)
_MOST_ELEMENTS: Final = 64
_GROUP_LENGTH: Final = b"\0\0\0\0\4\0\0\0"


@dataclass(frozen=True, slots=True)
class CommandSet:
    """The elements of a command by element number, as the bytes that were sent."""

    elements: tuple[tuple[int, bytes], ...]

    def number(self, tag: CommandTag, default: int = -1) -> int:
        """A US value; the default where it is absent or malformed."""
        value = self._value(tag)
        return int.from_bytes(value, "little") if len(value) == 2 else default

    def text(self, tag: CommandTag) -> str:
        """A UID or title without its padding, Latin-1; empty where it is absent."""
        return self._value(tag)[:128].decode("latin-1").strip(" \0")

    @property
    def field(self) -> int:
        """Command Field (0000,0100)."""
        return self.number(CommandTag.FIELD)

    @property
    def status(self) -> int:
        """Status (0000,0900), -1 for none."""
        return self.number(CommandTag.STATUS)

    @property
    def has_data_set(self) -> bool:
        """Command Data Set Type (0000,0800) is anything but 0101H."""
        return self.number(CommandTag.DATA_SET_TYPE, NO_DATA_SET) != NO_DATA_SET

    def encode(self) -> bytes:
        """The elements in order behind their group length."""
        body = b"".join(struct.pack("<HHL", 0, tag, len(value)) + value for tag, value in sorted(self.elements))
        return struct.pack("<HHLL", 0, 0, 4, len(body)) + body

    def _value(self, tag: CommandTag) -> bytes:
        return next((value for number, value in self.elements if number == tag), b"")


def command(field: int, given: Mapping[CommandTag, int | str], *, data_set: bool = False) -> CommandSet:
    """A command of this field with numbers as US, UIDs and titles padded to even length (PS3.5 6.2)."""
    kind = _WITH_DATA_SET if data_set else NO_DATA_SET
    every: dict[CommandTag, int | str] = {CommandTag.FIELD: field, CommandTag.DATA_SET_TYPE: kind, **given}
    return CommandSet(tuple(sorted((int(tag), _encoded(tag, value)) for tag, value in every.items())))


def answer_to(
    asked: CommandSet, status: int, given: Mapping[CommandTag, int | str] | None = None, *, data_set: bool = False
) -> CommandSet:
    """The answer to a request: its field, message and SOP Class, and a status (PS3.7 9.3)."""
    fields: dict[CommandTag, int | str] = {
        CommandTag.MESSAGE_ID_ANSWERED: asked.number(CommandTag.MESSAGE_ID, 0),
        CommandTag.STATUS: status,
    }
    for tag in (CommandTag.AFFECTED_SOP_CLASS, CommandTag.AFFECTED_SOP_INSTANCE):
        if asked.text(tag):
            fields[tag] = asked.text(tag)
    return command(asked.field | ANSWER, {**fields, **(given or {})}, data_set=data_set)


def decode_command(data: bytes) -> CommandSet:
    """The elements of a command set; raises CommandError.

    What follows the bytes that its group length counts is passed over: some products add elements of a data set there.
    """
    found: list[tuple[int, bytes]] = []
    position = 0
    if data[:8] == _GROUP_LENGTH and len(data) >= 12:
        data = data[: 12 + int.from_bytes(data[8:12], "little")]
    while position < len(data):
        if len(data) - position < 8:
            raise CommandError("a command element is cut short")
        group, element, length = struct.unpack_from("<HHL", data, position)
        position += 8
        if group or length > len(data) - position:
            raise CommandError("a command element has another group than 0000, or a length that does not fit")
        if element:
            found.append((element, data[position : position + length]))
        position += length
        if len(found) > _MOST_ELEMENTS:
            raise CommandError(f"a command has more than {_MOST_ELEMENTS} elements")
    return CommandSet(tuple(found))


def _encoded(tag: CommandTag, value: int | str) -> bytes:
    if isinstance(value, int):
        return struct.pack("<H", value & 0xFFFF)
    text = value.encode("latin-1", "replace")
    pad = b"\0" if tag in _UIDS else b" "
    return text + pad * (len(text) % 2)
