"""What we ask of a peer over an association: verification, storage, query, retrieval (PS3.4 A, B, C; PS3.7 9.1)."""

import struct
import time
from dataclasses import dataclass
from typing import Final

from dicomsig.systems.dimse.association import Association, Context, Message, sop_uids
from dicomsig.systems.dimse.commands import ANSWER, CommandField, CommandSet, CommandTag, answer_to, command
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.received import Keeper, Kept, Vault

__all__ = [
    "CANNOT_TAKE",
    "FIND",
    "GET",
    "MOVE",
    "NO_SUCH_OPERATION",
    "PENDING",
    "SUCCESS",
    "VERIFICATION",
    "Identifier",
    "Retrieved",
    "answer_of",
    "echo",
    "get",
    "move",
    "store",
]

VERIFICATION: Final = "1.2.840.10008.1.1"
FIND: Final = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE: Final = "1.2.840.10008.5.1.4.1.2.2.2"
GET: Final = "1.2.840.10008.5.1.4.1.2.2.3"
"""Study Root Query/Retrieve (PS3.4 C.6.2)."""

SUCCESS: Final = 0x0000
CANNOT_TAKE: Final = 0xA700
NO_SUCH_OPERATION: Final = 0x0211
PENDING: Final = frozenset((0xFF00, 0xFF01))
_MEDIUM: Final = 0


@dataclass(frozen=True, slots=True)
class Identifier:
    """Which instance is meant (PS3.4 C.6.2.2): its UIDs down to its level."""

    study: str
    series: str
    instance: str

    def encode(self) -> bytes:
        """The data set in Implicit VR Little Endian, level IMAGE."""
        return b"".join(
            (
                _implicit(0x0008, 0x0018, self.instance),
                _implicit(0x0008, 0x0052, "IMAGE"),
                _implicit(0x0020, 0x000D, self.study),
                _implicit(0x0020, 0x000E, self.series),
            )
        )


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a retrieval came to: its last status, what arrived, sub-operations that failed."""

    status: int
    kept: tuple[Kept, ...]
    failed: int = 0


def echo(association: Association) -> int:
    """The status of a C-ECHO (PS3.7 9.1.5)."""
    context = association.context_for(VERIFICATION)
    number = association.message_id()
    asked = command(CommandField.ECHO, {CommandTag.AFFECTED_SOP_CLASS: VERIFICATION, CommandTag.MESSAGE_ID: number})
    association.send(context, asked)
    return answer_of(association, number, CommandField.ECHO, _until(association)).command.status


def store(
    association: Association,
    context: Context,
    sop_instance: str,
    data: bytes | memoryview,
    originator: tuple[str, int] | None = None,
) -> int:
    """The status of a C-STORE of a data set, whose bytes go as they are (PS3.7 9.1.1)."""
    until = _until(association, len(data))
    number = association.message_id()
    fields: dict[CommandTag, int | str] = {
        CommandTag.AFFECTED_SOP_CLASS: context.abstract,
        CommandTag.AFFECTED_SOP_INSTANCE: sop_instance,
        CommandTag.MESSAGE_ID: number,
        CommandTag.PRIORITY: _MEDIUM,
    }
    if originator is not None:
        fields[CommandTag.MOVE_ORIGINATOR_TITLE], fields[CommandTag.MOVE_ORIGINATOR_MESSAGE] = originator
    association.send(context, command(CommandField.STORE, fields, data_set=True), data, until)
    return answer_of(association, number, CommandField.STORE, until).command.status


def get(association: Association, wanted: Identifier, vault: Vault, expected: int = 0) -> Retrieved:
    """What a C-GET brings over the same association (PS3.7 9.1.3, PS3.4 C.4.3), about so many bytes."""
    context = association.context_for(GET)
    until = _until(association, expected)
    number = association.message_id()
    association.send(context, _retrieve(CommandField.GET, GET, number), wanted.encode(), until)
    kept: list[Kept] = []
    try:
        for _ in range(association.limits.messages):
            message = association.receive(until, lambda asked, over: keeper(vault, asked, over))
            if message.command.field == CommandField.STORE:
                if message.kept is not None:
                    kept.append(message.kept)
                status = SUCCESS if message.kept is not None else CANNOT_TAKE
                association.send(message.context, answer_to(message.command, status), deadline=until)
            elif _is_last(association, message, number, CommandField.GET):
                return Retrieved(message.command.status, tuple(kept), message.command.number(CommandTag.FAILED, 0))
        association.abort()
        raise NetworkError(NetworkFault.FLOOD, f"more than {association.limits.messages} messages answer one C-GET")
    except BaseException:
        for each in kept:  # else whoever sends without end fills the disk
            vault.release(each)
        raise


def move(association: Association, wanted: Identifier, destination: str, expected: int = 0) -> Retrieved:
    """What a C-MOVE of about so many bytes comes to; what it sends arrives there (PS3.7 9.1.4, PS3.4 C.4.2)."""
    context = association.context_for(MOVE)
    until = _until(association, expected)
    number = association.message_id()
    asked = _retrieve(CommandField.MOVE, MOVE, number, destination)
    association.send(context, asked, wanted.encode(), until)
    for _ in range(association.limits.messages):
        message = association.receive(until)
        if _is_last(association, message, number, CommandField.MOVE):
            return Retrieved(message.command.status, (), message.command.number(CommandTag.FAILED, 0))
    association.abort()
    raise NetworkError(NetworkFault.FLOOD, f"more than {association.limits.messages} messages answer one C-MOVE")


def keeper(vault: Vault, asked: CommandSet, over: Context) -> Keeper:
    """The file for the data set of a C-STORE request."""
    sop_class, sop_instance = sop_uids(asked)
    return vault.open(sop_class, sop_instance, over.syntax)


def _retrieve(field: CommandField, model: str, number: int, destination: str = "") -> CommandSet:
    fields: dict[CommandTag, int | str] = {
        CommandTag.AFFECTED_SOP_CLASS: model,
        CommandTag.MESSAGE_ID: number,
        CommandTag.PRIORITY: _MEDIUM,
    }
    if destination:
        fields[CommandTag.MOVE_DESTINATION] = destination
    return command(field, fields, data_set=True)


def answer_of(association: Association, number: int, field: CommandField, until: float) -> Message:
    """The answer to a request; a stale one of an earlier request ends the association, since order is kept.

    Raises NetworkError.
    """
    message = association.receive(until)
    _check_answer(association, message, number, field)
    return message


def _is_last(association: Association, message: Message, number: int, field: CommandField) -> bool:
    """Whether a message ends a retrieval; one that has no place in it ends the association, with NetworkError."""
    _check_answer(association, message, number, field)
    return message.command.status not in PENDING


def _check_answer(association: Association, message: Message, number: int, field: CommandField) -> None:
    answers = message.command
    if answers.field != field | ANSWER or answers.number(CommandTag.MESSAGE_ID_ANSWERED) != number:
        association.abort()
        raise NetworkError(NetworkFault.PROTOCOL, "a message came that does not answer the request")


def _until(association: Association, length: int = 0) -> float:
    return time.monotonic() + association.limits.operation_with(length)


def _implicit(group: int, element: int, text: str) -> bytes:
    value = text.encode("ascii", "replace")
    value += (b" " if element == 0x0052 else b"\0") * (len(value) % 2)
    return struct.pack("<HHL", group, element, len(value)) + value
