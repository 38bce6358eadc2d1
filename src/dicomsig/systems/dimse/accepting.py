"""Being asked: a listener with a thread an association, that nothing a requester sends can end (PS3.8 7.1, 9.2)."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Final, Protocol, Self

from dicomsig.systems.dimse.association import Association, Context, Evidence, Message, ReleasedError
from dicomsig.systems.dimse.commands import CommandSet
from dicomsig.systems.dimse.connection import Connection
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.dimse.pdu import (
    Abort,
    AcceptedContext,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    PduError,
    PduType,
    encode_abort,
    encode_accept,
    encode_reject,
)
from dicomsig.systems.dimse.pdu_reading import decode_request
from dicomsig.systems.dimse.received import Keeper
from dicomsig.systems.dimse.tls_faults import is_silent, tls_fault
from dicomsig.systems.guests import Guests

__all__ = ["ACCEPTED", "BUSY", "Listener", "Service", "contexts_of"]

ACCEPTED: Final = 0
REFUSED_ABSTRACT: Final = 3
"""Results of PS3.8 9.3.3.2."""

BUSY: Final = AssociateReject(2, 3, 2)
"""Rejected for now: a local limit is exceeded (PS3.8 9.3.4)."""

_INVALID: Final = Abort(2, 6)
"""From the service provider: an invalid parameter of a PDU (PS3.8 9.3.8)."""

_MALFORMED: Final = NetworkFault.MALFORMED
_ENDED: Final = NetworkError(NetworkFault.CLOSED, "the listening ended")
_STOPPING: Final = 2.0
_NAP: Final = 0.02


class Service(Protocol):
    """What a listener does for those who ask; its methods are called from several threads."""

    def negotiate(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        """The answer to a request for an association."""

    def keep(self, command: CommandSet, context: Context) -> Keeper:
        """Where the data set of a C-STORE request goes; raises NetworkError where none is taken."""

    def answer(self, association: Association, message: Message) -> None:
        """Do what a request asks for, and answer it."""

    def ended(self, association: Association, error: NetworkError | None) -> None:
        """An association is over, in good order or not."""


def contexts_of(request: AssociateRequest, answer: dict[int, str]) -> tuple[AcceptedContext, ...]:
    """The answers to all contexts of a request: accepted in the transfer syntax given for the id, else refused."""
    return tuple(
        AcceptedContext(each.id, ACCEPTED, answer[each.id])
        if each.id in answer
        else AcceptedContext(each.id, REFUSED_ABSTRACT, each.syntaxes[0] if each.syntaxes else "")
        for each in request.contexts
    )


def unheard(who: str, why: str) -> None:
    """Nobody is told who was turned away."""


@dataclass
class Listener:
    """A service on a port; with port 0 on one that is free, which `port` names once it is started.

    Raises OSError from `start` where the port cannot be had.
    """

    service: Service
    host: str = "127.0.0.1"
    port: int = 0
    limits: NetworkLimits = DEFAULT_NETWORK_LIMITS
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    most: int = 64
    """Associations at one time; who asks for one then is rejected for now. As many connections may wait to ask."""
    busy: Callable[[str, str], None] = unheard
    """Told who was rejected for now, by AE title, and why; who is rejected for good is known to the service."""
    turned_away: Callable[[str, str], None] = unheard
    """Told who could not ask for an association, by address, and why."""
    _socket: socket.socket | None = None
    _stopping: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _guests: Guests = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._guests = Guests(self.most)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Take the port and serve."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.create_server((self.host, self.port), family=family, backlog=64)
        self.port = self._socket.getsockname()[1]
        self._stopping.clear()
        self._start(Thread(target=self._accept, name="dicomsig-listener", daemon=True))

    def stop(self) -> None:
        """Close the port and every connection; idempotent."""
        self._stopping.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
        self._guests.shut()
        with self._lock:
            threads = list(self._threads)
        until = time.monotonic() + _STOPPING
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def drain(self, seconds: float) -> None:
        """Let those who are being served come to their end."""
        until = time.monotonic() + seconds
        while self._guests.served and time.monotonic() < until:
            time.sleep(_NAP)

    def _start(self, thread: Thread) -> None:
        thread.start()
        with self._lock:
            self._threads = [*(each for each in self._threads if each.is_alive()), thread]

    def _accept(self) -> None:
        listening = self._socket
        while listening is not None and not self._stopping.is_set():
            try:
                stream, address = listening.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                time.sleep(0.05)  # out of descriptors: others may be given back
                continue
            try:
                if self.tls is not None:
                    stream = self.tls.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)
                self._guests.come(stream)
                self._start(
                    Thread(target=self._serve, args=(stream, address[0]), name="dicomsig-association", daemon=True)
                )
            except (OSError, RuntimeError):  # it is gone already, or there is no thread to be had
                self._guests.leave(stream)
                stream.close()

    def _serve(self, stream: socket.socket, address: str) -> None:
        connection = Connection(stream, self.limits)
        try:
            if isinstance(stream, ssl.SSLSocket):
                stream.settimeout(self.limits.connect)
                stream.do_handshake()
            association = self._associated(connection, stream)
            if association is not None:
                self._converse(association)
        except Exception as error:  # whoever does not speak DICOM disturbs nobody else
            self._say_why(error, address)
            if isinstance(error, PduError) or (isinstance(error, NetworkError) and error.fault is _MALFORMED):
                with contextlib.suppress(NetworkError):
                    connection.send(encode_abort(_INVALID), time.monotonic() + 1.0)
        finally:
            self._guests.leave(stream)
            connection.close()

    def _associated(self, connection: Connection, stream: socket.socket) -> Association | None:
        until = time.monotonic() + self.limits.answer
        kind, body = connection.read(until)
        if kind != PduType.ASSOCIATE_RQ:
            return None
        request = decode_request(body)
        served = self._guests.serve(stream)
        answer = self.service.negotiate(request) if served else BUSY
        if isinstance(answer, AssociateReject):
            if not served:
                self.busy(request.calling, f"{self.most} associations are there already")
            connection.send(encode_reject(answer), until)
            connection.wait_closed(1.0)
            return None
        accept_bytes = encode_accept(answer)
        connection.send(accept_bytes, until)
        abstract = {each.id: each.abstract for each in request.contexts}
        contexts = {
            each.id: Context(each.id, abstract[each.id], each.syntax)
            for each in answer.contexts
            if each.result == ACCEPTED and each.id in abstract
        }
        evidence = Evidence(request, answer, body, accept_bytes)
        return Association(connection, contexts, self.limits, evidence, request.user.max_length)

    def _say_why(self, error: Exception, address: str) -> None:
        why = ""
        if isinstance(error, PduError) or (isinstance(error, NetworkError) and error.fault is _MALFORMED):
            why = f"no request for an association: {error}"
        elif isinstance(error, ssl.SSLError) and not is_silent(error):
            why = tls_fault(error)
        if why:
            self.turned_away(address, why)

    def _converse(self, association: Association) -> None:
        error: NetworkError | None = None
        released = False
        try:
            while not self._stopping.is_set() and not association.over:
                message = association.receive(time.monotonic() + self.limits.operation, self.service.keep)
                self.service.answer(association, message)
        except ReleasedError:
            released = True
        except NetworkError as caught:
            error = caught
        except Exception as caught:  # a fault of the service ends its association, never the listener
            error = NetworkError(NetworkFault.PROTOCOL, f"{type(caught).__name__} while answering")
        finally:
            closed = error is None or error.fault is NetworkFault.CLOSED
            if self._stopping.is_set() and not released and closed:  # by us
                error = _ENDED
            association.abort()
            self.service.ended(association, error)
