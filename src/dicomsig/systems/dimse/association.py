"""An association that stands: messages are sent and received over its presentation contexts (PS3.7 6.3, PS3.8 9.2)."""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dicomsig.systems.dimse.commands import CommandError, CommandField, CommandSet, CommandTag, decode_command
from dicomsig.systems.dimse.connection import Connection
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import (
    Abort,
    AssociateAccept,
    AssociateRequest,
    PduError,
    PduType,
    data_pdus,
    encode_abort,
    encode_release_answer,
    encode_release_request,
)
from dicomsig.systems.dimse.pdu_reading import values
from dicomsig.systems.dimse.received import Keeper, Kept

__all__ = ["Association", "Context", "Evidence", "Message", "ReleasedError"]

_COMMAND: Final = 1
_LAST: Final = 2
_LONGEST_PDU: Final = 1 << 18
"""Bytes of a P-DATA-TF PDU that we send at most, to a peer without a limit."""
_FAREWELL: Final = 5.0
"""Seconds for a peer to agree to a release."""
_LAST_WORD: Final = 0.5
"""Seconds for a peer to take an abort."""


class ReleasedError(NetworkError):
    """The peer ended the association in good order; a fault only where an answer was due."""

    def __init__(self) -> None:
        super().__init__(NetworkFault.PROTOCOL, "the peer released the association instead of answering")


@dataclass(frozen=True, slots=True)
class Context:
    """A presentation context that both sides agreed on."""

    id: int
    abstract: str
    syntax: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The PDUs by which an association was asked for and granted, as raw bytes and as what they say."""

    request: AssociateRequest
    accept: AssociateAccept
    request_bytes: bytes
    accept_bytes: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A command with what came with it: a kept instance, or the bytes of another data set."""

    context: Context
    command: CommandSet
    data: bytes = b""
    kept: Kept | None = None


@dataclass
class Association:
    """Messages over one connection; every method raises NetworkError, after which the association is of no use."""

    connection: Connection
    contexts: Mapping[int, Context]
    limits: NetworkLimits
    evidence: Evidence
    longest_pdu: int
    """What the peer takes in a P-DATA-TF PDU; 0 is no limit."""
    over: bool = False
    _message_id: int = field(default=0)

    def context_for(self, abstract: str, syntax: str = "") -> Context:
        """The accepted context of a SOP Class, in a transfer syntax where one is named; raises NetworkError."""
        for context in self.contexts.values():
            if context.abstract == abstract and (not syntax or context.syntax == syntax):
                return context
        raise NetworkError(NetworkFault.CONTEXT_REFUSED, "the peer accepts no presentation context for it")

    def message_id(self) -> int:
        """A number that no open message bears."""
        self._message_id = self._message_id % 0xFFFF + 1
        return self._message_id

    def send(
        self, context: Context, command: CommandSet, data: bytes | memoryview = b"", deadline: float | None = None
    ) -> None:
        """A command, and a data set where the command says that there is one."""
        until = deadline if deadline is not None else time.monotonic() + self.limits.operation
        longest = min(self.longest_pdu or _LONGEST_PDU, _LONGEST_PDU)
        for pdu in data_pdus(context.id, command.encode(), command=True, longest=longest):
            self._put(pdu, until)
        if command.has_data_set:
            for pdu in data_pdus(context.id, data, command=False, longest=longest):
                self._put(pdu, until)

    def receive(self, deadline: float, keep: Callable[[CommandSet, Context], Keeper] | None = None) -> Message:
        """The next whole message before a moment of `time.monotonic`.

        The data set of a C-STORE request goes to what `keep` opens. Raises ReleasedError when the peer releases.
        """
        collected = _Collected(self.contexts, self.limits, keep)
        try:
            while True:
                pieces = self._next(deadline)
                for context_id, control, part in values(pieces):
                    message = collected.take(context_id, control, part)
                    if message is not None:
                        return message
        except (PduError, CommandError) as error:
            collected.drop()
            self.abort()
            raise NetworkError(NetworkFault.MALFORMED, str(error)) from None
        except BaseException:  # an interrupt too: nobody waits for the rest of the message
            collected.drop()
            self.abort()
            raise

    def release(self) -> None:
        """End in good order; a peer that does not answer is left (PS3.8 7.2)."""
        if self.over:
            return
        self.over = True
        until = time.monotonic() + min(_FAREWELL, self.limits.answer)
        try:
            with contextlib.suppress(NetworkError):
                self.connection.send(encode_release_request(), until)
                while self.connection.read(until)[0] == PduType.DATA:
                    pass
        finally:
            self.connection.close()

    def abort(self) -> None:
        """End at once (PS3.8 7.3)."""
        if self.over:
            return
        self.over = True
        try:
            with contextlib.suppress(NetworkError):
                self.connection.send(encode_abort(Abort()), time.monotonic() + _LAST_WORD)
        finally:
            self.connection.close()

    def _put(self, pdu: bytes, until: float) -> None:
        if self.over:
            raise NetworkError(NetworkFault.CLOSED, "the association is over")
        now = time.monotonic()
        try:
            if now >= until:  # a peer that takes two bytes a PDU
                raise NetworkError(NetworkFault.SILENT, "the peer does not take all that is sent in time")
            self.connection.send(pdu, min(until, now + self.limits.answer))
        except NetworkError:
            self.abort()
            raise
        except BaseException:  # interrupted within a PDU, of which an abort would be read as a part
            self.over = True
            self.connection.close()
            raise

    def _next(self, deadline: float) -> bytes:
        if self.over:
            raise NetworkError(NetworkFault.CLOSED, "the association is over")
        now = time.monotonic()
        if now >= deadline:
            raise NetworkError(NetworkFault.SILENT, "the answer did not come to its end in time")
        kind, body = self.connection.read(min(deadline, now + self.limits.answer))
        if kind == PduType.DATA:
            return body
        self_over, self.over = self.over, True
        if kind == PduType.RELEASE_RQ and not self_over:
            self.connection.send(encode_release_answer(), time.monotonic() + 1.0)
            self.connection.wait_closed(1.0)
            self.connection.close()
            raise ReleasedError
        self.connection.close()
        if kind == PduType.ABORT:
            raise NetworkError(NetworkFault.ABORTED, "the peer aborted the association")
        raise NetworkError(NetworkFault.PROTOCOL, f"a PDU of type {kind} came where data was due")


class _Collected:
    """The fragments of one message, in any split (PS3.7 6.3.1, PS3.8 E.2)."""

    def __init__(
        self,
        contexts: Mapping[int, Context],
        limits: NetworkLimits,
        keep: Callable[[CommandSet, Context], Keeper] | None,
    ) -> None:
        self._contexts, self._limits, self._keep = contexts, limits, keep
        self._command = bytearray()
        self._data = bytearray()
        self._known: tuple[Context, CommandSet] | None = None
        self._keeper: Keeper | None = None

    def take(self, context_id: int, control: int, part: memoryview) -> Message | None:
        """Add one presentation data value; the message when it is whole."""
        context = self._contexts.get(context_id)
        if context is None:
            raise PduError("data came over a presentation context that was not agreed on")
        if control & _COMMAND:
            return self._take_command(context, control, part)
        if self._known is None or self._known[0] is not context:
            raise PduError("a data set came without its command")
        if self._keeper is not None:
            self._keeper.write(part)
        else:
            self._data += part
            if len(self._data) > self._limits.message:
                raise NetworkError(NetworkFault.FLOOD, "a data set that is no instance is larger than is taken")
        if not control & _LAST:
            return None
        return self._whole()

    def drop(self) -> None:
        """The message will not come to its end."""
        if self._keeper is not None:
            self._keeper.drop()
            self._keeper = None

    def _take_command(self, context: Context, control: int, part: memoryview) -> Message | None:
        if self._known is not None:
            raise PduError("a command came where a data set was due")
        self._command += part
        if len(self._command) > self._limits.message:
            raise NetworkError(NetworkFault.FLOOD, "a command is larger than is taken")
        if not control & _LAST:
            return None
        command = decode_command(bytes(self._command))
        self._known = (context, command)
        if not command.has_data_set:
            return self._whole()
        if command.field == CommandField.STORE and self._keep is not None:
            self._keeper = self._keep(command, context)
        return None

    def _whole(self) -> Message:
        assert self._known is not None
        context, command = self._known
        if self._keeper is None:
            return Message(context, command, bytes(self._data))
        keeper, self._keeper = self._keeper, None
        return Message(context, command, kept=keeper.close())


def sop_uids(command: CommandSet) -> tuple[str, str]:
    """The SOP Class and the SOP Instance that a command is about."""
    return command.text(CommandTag.AFFECTED_SOP_CLASS), command.text(CommandTag.AFFECTED_SOP_INSTANCE)
