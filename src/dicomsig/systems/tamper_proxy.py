"""Somebody between a requester and a peer: what is stored is sent on altered, and everything else as it is (PS3.8 9.3).

The data set of each C-STORE request is put together, altered, and split anew, so that all lengths are right.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from dicomsig.systems.dimse.commands import CommandError, CommandField, CommandSet, decode_command
from dicomsig.systems.dimse.connection import Connection, connect
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import PduError, PduType, data_pdus
from dicomsig.systems.dimse.pdu_reading import decode_accept, decode_request, values
from dicomsig.systems.tampering import Tampering

__all__ = ["TamperProxy"]

_LONGEST_PDU: Final = 16384
_LIMITS: Final = NetworkLimits(answer=60.0, operation=600.0, association_pdu=1 << 24)
_COMMAND, _LAST = 1, 2


@dataclass
class _Talk:
    """What both directions of one connection have to know."""

    syntaxes: dict[int, str] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    """What each side takes in a PDU, by the name of the side that sends to it."""


class TamperProxy:
    """A port of 127.0.0.1 that leads to a peer, started and stopped as a context manager.

    `tampering` alters what goes to the peer, and with `on_the_way_back` what comes from it; every `each`-th data set is
    altered, beginning with the first. `altered` counts those that were.
    """

    def __init__(
        self, host: str, port: int, tampering: Tampering, *, on_the_way_back: bool = False, each: int = 1
    ) -> None:
        self._target = (host, port)
        self._tampering = tampering
        self._direction = "back" if on_the_way_back else "there"
        self._each = each
        self._seen = 0
        self.altered = 0
        self._listening: socket.socket | None = None
        self._open: list[Connection] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, name="dicomsig-proxy", daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    @property
    def port(self) -> int:
        """The port to connect to in place of the peer's."""
        assert self._listening is not None
        port: int = self._listening.getsockname()[1]
        return port

    def _accept(self) -> None:
        listening = self._listening
        while listening is not None and self._listening is not None:
            try:
                stream, _ = listening.accept()
            except OSError:
                return
            near = Connection(stream, _LIMITS)
            try:
                far = connect(*self._target, _LIMITS)
            except NetworkError:
                near.close()
                continue
            with self._lock:
                self._open += (near, far)
            talk = _Talk()
            for pump in ((near, far, "there", talk), (far, near, "back", talk)):
                threading.Thread(target=self._pump, args=pump, name="dicomsig-proxy", daemon=True).start()

    def _pump(self, source: Connection, target: Connection, direction: str, talk: _Talk) -> None:
        messages = _Messages()
        try:
            while True:
                until = time.monotonic() + _LIMITS.operation
                kind, body = source.read(until)
                for pdu in self._passed(kind, body, direction, talk, messages):
                    target.send(pdu, until)
        except (NetworkError, PduError, CommandError):
            source.close()
            target.close()

    def _passed(self, kind: int, body: bytes, direction: str, talk: _Talk, messages: "_Messages") -> Iterable[bytes]:
        whole = bytes((kind, 0)) + len(body).to_bytes(4, "big") + body
        if kind == PduType.ASSOCIATE_RQ:
            talk.longest["back"] = decode_request(body).user.max_length
        elif kind == PduType.ASSOCIATE_AC:
            accept = decode_accept(body)
            talk.syntaxes |= {each.id: each.syntax for each in accept.contexts if each.result == 0}
            talk.longest["there"] = accept.user.max_length
        if kind != PduType.DATA or direction != self._direction:
            return (whole,)
        longest = talk.longest.get(direction, 0) or _LONGEST_PDU
        sent: list[bytes] = []
        for context, control, part in values(body):
            done = messages.take(context, control, bytes(part))
            if done is not None:
                command, data = done
                sent += data_pdus(context, command.encode(), command=True, longest=longest)
                if command.has_data_set:
                    if command.field == CommandField.STORE:
                        data = self._tampered(data, talk.syntaxes.get(context, ""))
                    sent += data_pdus(context, data, command=False, longest=longest)
        return sent

    def _tampered(self, data: bytes, syntax: str) -> bytes:
        with self._lock:
            number, self._seen = self._seen, self._seen + 1
            if number % self._each:
                return data
            changed = self._tampering(data, syntax)
            self.altered += changed != data
        return changed


class _Messages:
    """The message that is under way in one direction."""

    def __init__(self) -> None:
        self._command = bytearray()
        self._data = bytearray()
        self._known: CommandSet | None = None

    def take(self, context: int, control: int, part: bytes) -> tuple[CommandSet, bytes] | None:
        """Add a fragment; the message when it is whole."""
        if control & _COMMAND:
            self._command += part
            if not control & _LAST:
                return None
            self._known = decode_command(bytes(self._command))
            self._command.clear()
            if self._known.has_data_set:
                return None
        else:
            self._data += part
            if not control & _LAST:
                return None
        known, data = self._known, bytes(self._data)
        self._known = None
        self._data.clear()
        if known is None:
            raise PduError("a data set came without its command")
        return known, data
