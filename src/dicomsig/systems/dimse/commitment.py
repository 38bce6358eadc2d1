"""Storage commitment, push model: a request, and a report that says of each instance whether it is kept (PS3.4 J.3)."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of, plain_text
from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN
from dicomsig.systems.dimse.asking import SUCCESS, answer_of
from dicomsig.systems.dimse.association import Association, Context, Message
from dicomsig.systems.dimse.commands import CommandField, CommandTag, answer_to, command
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.vectors.nodes import DataSet, Form, Leaf, data_set, encode
from dicomsig.vectors.nodes import Sequence as Items

__all__ = [
    "CLASS_CONFLICT",
    "COMMITMENT",
    "NO_SUCH_OBJECT",
    "CommitmentReport",
    "EventType",
    "Reference",
    "ask",
    "read_report",
    "read_request",
    "report",
    "wait_for_report",
]

COMMITMENT: Final = "1.2.840.10008.1.20.1"
_WELL_KNOWN: Final = "1.2.840.10008.1.20.1.1"
_TRANSACTION: Final = 0x00081195
_FAILED: Final = 0x00081198
_REFERENCED: Final = 0x00081199
_REASON: Final = 0x00081197
_CLASS: Final = 0x00081150
_INSTANCE: Final = 0x00081155
_REQUEST: Final = 1
NO_SUCH_OBJECT: Final = 0x0112
"""The failure reason for an instance that is not there (PS3.4 J.3.3.1)."""
CLASS_CONFLICT: Final = 0x0119
"""The one for an instance that is of another SOP Class."""
_FORM: Final = Form(IMPLICIT_LITTLE_ENDIAN, file_meta=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """An instance by its SOP Class and UID."""

    sop_class: str
    sop_instance: str


class EventType(IntEnum):
    """What a report begins with: whether all is committed to, or some of it is not (PS3.4 J.3.3.1)."""

    ALL = 1
    SOME = 2


@dataclass(frozen=True, slots=True)
class CommitmentReport:
    """What a report says: the transaction, the instances that are committed to, and those that are not.

    ``failed`` gives the failure reason, -1 where there is none; ``event`` is the number of the event type as it came.
    """

    transaction: str
    committed: frozenset[str]
    failed: Mapping[str, int]
    event: int = EventType.ALL


def ask(association: Association, transaction: str, references: Sequence[Reference]) -> int:
    """The status of the N-ACTION that asks for commitment (PS3.4 J.3.2)."""
    context = association.context_for(COMMITMENT)
    number = association.message_id()
    until = time.monotonic() + association.limits.operation
    asked = command(
        CommandField.ACTION,
        {
            CommandTag.REQUESTED_SOP_CLASS: COMMITMENT,
            CommandTag.REQUESTED_SOP_INSTANCE: _WELL_KNOWN,
            CommandTag.MESSAGE_ID: number,
            CommandTag.ACTION_TYPE: _REQUEST,
        },
        data_set=True,
    )
    content = data_set(_uid(_TRANSACTION, transaction), Items(_REFERENCED, tuple(_item(each) for each in references)))
    association.send(context, asked, encode(content, _FORM), until)
    return answer_of(association, number, CommandField.ACTION, until).command.status


def wait_for_report(association: Association, seconds: float) -> CommitmentReport | None:
    """The report that comes over the same association, answered; None where none comes in time."""
    try:
        message = association.receive(time.monotonic() + seconds)
    except NetworkError:
        return None
    return read_report(association, message)


def read_report(association: Association, message: Message) -> CommitmentReport | None:
    """What an N-EVENT-REPORT says, which is answered; None for another message, or one that cannot be read."""
    if message.command.field != CommandField.EVENT_REPORT:
        return None
    event = message.command.number(CommandTag.EVENT_TYPE, EventType.ALL)
    told = {CommandTag.EVENT_TYPE: event}
    association.send(message.context, answer_to(message.command, SUCCESS, told))
    instance = _read(message.data)
    if instance is None:
        return None
    return CommitmentReport(
        instance.text(_TRANSACTION),
        frozenset(each.sop_instance for each, _ in _references(instance, _REFERENCED)),
        {each.sop_instance: reason for each, reason in _references(instance, _FAILED)},
        event,
    )


def read_request(message: Message) -> tuple[str, tuple[Reference, ...]] | None:
    """The transaction and the instances of a request; None where it cannot be read."""
    instance = _read(message.data)
    if instance is None or not instance.text(_TRANSACTION):
        return None
    return instance.text(_TRANSACTION), tuple(each for each, _ in _references(instance, _REFERENCED))


def report(
    association: Association,
    context: Context,
    transaction: str,
    committed: Sequence[Reference],
    failed: Sequence[tuple[Reference, int]],
) -> None:
    """Send an N-EVENT-REPORT, each failed instance with its reason, and wait until it is answered (PS3.4 J.3.3)."""
    told = command(
        CommandField.EVENT_REPORT,
        {
            CommandTag.AFFECTED_SOP_CLASS: COMMITMENT,
            CommandTag.AFFECTED_SOP_INSTANCE: _WELL_KNOWN,
            CommandTag.MESSAGE_ID: association.message_id(),
            CommandTag.EVENT_TYPE: EventType.SOME if failed else EventType.ALL,
        },
        data_set=True,
    )
    nodes = [Items(_REFERENCED, tuple(_item(each) for each in committed))]
    if failed:
        refused = (data_set(_item(each), _reason(number)) for each, number in failed)
        nodes.append(Items(_FAILED, tuple(refused)))
    association.send(context, told, encode(data_set(_uid(_TRANSACTION, transaction), nodes), _FORM))
    association.receive(time.monotonic() + association.limits.operation)


def _item(reference: Reference) -> DataSet:
    return data_set(_uid(_CLASS, reference.sop_class), _uid(_INSTANCE, reference.sop_instance))


def _reason(number: int) -> Leaf:
    return Leaf(_REASON, "US", number.to_bytes(2, "little"))


def _uid(tag: tags.Tag, uid: str) -> Leaf:
    return Leaf(tag, "UI", uid.encode("ascii", "replace"))


def _read(data: bytes) -> Instance | None:
    try:
        return instance_of(data)
    except MalformedError:
        return None


def _references(instance: Instance, tag: tags.Tag) -> Iterable[tuple[Reference, int]]:
    """Each item of a sequence: the instance that it names, and the failure reason, -1 where it has none."""
    sequence = find(instance.elements, tag)
    for item in (sequence.items or ()) if sequence is not None else ():
        uids = [find(item.elements, each) for each in (_CLASS, _INSTANCE)]
        texts = ["" if each is None else plain_text(instance.value(each, 64)) for each in uids]
        reason = find(item.elements, _REASON)
        number = instance.value(reason, 2) if reason is not None else b""
        yield Reference(*texts), int.from_bytes(number, "little") if len(number) == 2 else -1
