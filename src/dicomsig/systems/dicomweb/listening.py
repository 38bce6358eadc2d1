"""An HTTP server that no client can hang or fill: connections, seconds and bytes are bounded (PS3.18 8)."""

import contextlib
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final, cast

from dicomsig.systems.dicomweb.bodies import BodyRefusedError, body_length, has_body, pieces
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.tls_faults import is_plain_http, is_silent, tls_fault
from dicomsig.systems.first_bytes import no_web
from dicomsig.systems.guests import Guests

__all__ = ["BodyRefusedError", "BoundedHandler", "BoundedServer", "unheard"]

_BLOCK: Final = 1 << 16
_LONGEST_HEAD: Final = 1 << 18
_LONGEST_HINT: Final = 16
_LINGERING: Final = 2.0
"""Seconds in which the rest of a body that is not taken may come: closed before that, the answer would be lost."""
_NO_DATA: Final = b""
_TOO_LARGE: Final = "a body that is larger than is taken"
_NO_PLAIN_TEXT: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
    b"This port is for HTTPS.\n"
)


def unheard(who: str, why: str) -> None:
    """Nobody is told who was turned away."""


class BoundedServer(ThreadingHTTPServer):
    """A thread a connection, no more than `most` that wait and `most` that are served, and a bound on all bodies.

    The head of a request has the time of an answer, its body that of an operation. Raises OSError where the port cannot
    be had.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        handler: type["BoundedHandler"],
        limits: NetworkLimits,
        tls: ssl.SSLContext | None = None,
        *,
        most: int = 64,
        most_bytes: int = 1 << 29,
        turned_away: Callable[[str, str], None] = unheard,
    ) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.limits = limits
        self.guests = Guests(most)
        self.turned_away = turned_away
        self._tls, self._room, self._lock = tls, most_bytes, Lock()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection; TLS comes about when its thread reads from it."""
        stream, address = super().get_request()
        if self._tls is not None:
            stream = self._tls.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)
        self.guests.come(stream)
        return stream, address

    def shutdown_request(self, request: Any) -> None:
        """The connection is over."""
        self.guests.leave(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever breaks off is not worth a traceback."""

    def take(self, length: int) -> bool:
        """Whether there is room for so many bytes more in memory, which then count; negative ones give it back."""
        with self._lock:
            if length > self._room:
                return False
            self._room -= length
            return True


class BoundedHandler(BaseHTTPRequestHandler):
    """One connection: each request has its time, and an answer always an end."""

    protocol_version = "HTTP/1.1"
    most_body = 1 << 28
    """Bytes of one body."""

    def setup(self) -> None:
        """Read with a deadline."""
        super().setup()
        self.rfile.close()
        self._patience = _Patience(self.connection)
        self.rfile = self._reader = io.BufferedReader(self._patience, _BLOCK)

    def handle(self) -> None:
        """Requests, one after the other, where they come as this port speaks."""
        if not isinstance(self.connection, ssl.SSLSocket) or self._secured(self.connection):
            super().handle()

    def _secured(self, stream: ssl.SSLSocket) -> bool:
        """Whether TLS comes about; who speaks plain HTTP is told so in plain HTTP."""
        try:
            stream.settimeout(self._bounded.limits.connect)
            stream.do_handshake()
        except (OSError, ValueError) as error:
            if not is_silent(error):
                self.turn_away(tls_fault(cast(ssl.SSLError, error)))
            if is_plain_http(error):
                with contextlib.suppress(OSError):
                    socket.socket.send(stream, _NO_PLAIN_TEXT)
                    socket.socket.shutdown(stream, socket.SHUT_WR)
                    self._linger(lambda: socket.socket.recv(stream, _BLOCK))
            return False
        return True

    def turn_away(self, why: str) -> None:
        """Say on our side that a client is refused."""
        self._bounded.turned_away(str(self.client_address[0]), why)

    def handle_one_request(self) -> None:
        """One request; between two the connection waits."""
        limits = self._bounded.limits
        self._patience.until, self._patience.room = time.monotonic() + limits.answer, _LONGEST_HEAD
        self._bounded.guests.wait(self.connection)
        try:
            other = no_web(self._reader.peek(_LONGEST_HINT)[:_LONGEST_HINT])
            if other:
                self.close_connection = True
                self.turn_away(other)
            else:
                super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True

    def parse_request(self) -> bool:
        """Whoever has sent the head of a request is served, unless too many are."""
        if not super().parse_request():
            return False
        if not self._bounded.guests.serve(self.connection):
            self.answer(503)
            self.close_connection = True
            return False
        self._patience.until, self._patience.room = time.monotonic() + self._bounded.limits.operation, None
        if self.command != "POST" and has_body(self.headers):
            self.close_connection = True  # it is not read, and is no further request
        return True

    @contextlib.contextmanager
    def body(self) -> Iterator[bytearray]:
        """The body of a request, to its end, and room for it; raises BodyRefusedError."""
        length = body_length(self.headers)
        collected = bytearray()
        try:
            if length is not None and length > self.most_body:
                raise BodyRefusedError(413, _TOO_LARGE)
            for part in pieces(self.rfile, length):
                if len(collected) + len(part) > self.most_body:
                    raise BodyRefusedError(413, _TOO_LARGE)
                if not self._bounded.take(len(part)):
                    raise BodyRefusedError(503, "no room for a body just now")
                collected += part
            yield collected
        finally:
            self._bounded.take(-len(collected))

    def refuse(self, refused: BodyRefusedError) -> None:
        """Answer that a body is not taken, and let the rest of it pass, so that the answer is read."""
        self.turn_away(f"STOW-RS: {refused}, answered with {refused.status}")
        self.close_connection = True
        self.answer(refused.status)
        self._patience.until = time.monotonic() + _LINGERING
        self._linger(lambda: self._reader.read1(_BLOCK))

    def _linger(self, read: Callable[[], bytes]) -> None:
        until = time.monotonic() + _LINGERING
        with contextlib.suppress(OSError, ValueError):
            self.connection.settimeout(_LINGERING)
            while time.monotonic() < until and read():
                pass

    def answer(self, status: int, kind: str = "", body: bytes = _NO_DATA) -> None:
        """Send an answer; whoever is gone misses it."""
        with contextlib.suppress(OSError):
            self.connection.settimeout(self._bounded.limits.answer)
            self.send_response(status)
            if self.close_connection:
                self.send_header("Connection", "close")
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    @property
    def _bounded(self) -> BoundedServer:
        return cast(BoundedServer, self.server)


class _Patience(io.RawIOBase):
    """What a socket gives before a moment of `time.monotonic`, and of a head no more than there is room for."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self.until = 0.0
        self.room: int | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.room is not None and self.room <= 0:
            raise OSError("a head without end")
        self._stream.settimeout(left)
        taken = self._stream.recv_into(buffer)
        if self.room is not None:
            self.room -= taken
        return taken
