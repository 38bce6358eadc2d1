"""An HTTP server that no client can hang or fill: connections, seconds and bytes are bounded (PS3.18 8)."""

import contextlib
import io
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final, cast

from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.guests import Guests

__all__ = ["BodyRefusedError", "BoundedHandler", "BoundedServer"]

_BLOCK: Final = 1 << 16
_NO_DATA: Final = b""


class BodyRefusedError(Exception):
    """A body is not taken; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a body is answered with {status}")
        self.status = status


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
    ) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.limits = limits
        self.guests = Guests(most)
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
        self.rfile = io.BufferedReader(self._patience, _BLOCK)

    def handle_one_request(self) -> None:
        """One request; between two the connection waits."""
        limits = self._bounded.limits
        self._patience.until = time.monotonic() + limits.answer
        self._bounded.guests.wait(self.connection)
        try:
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
        self._patience.until = time.monotonic() + self._bounded.limits.operation
        return True

    @contextlib.contextmanager
    def body(self) -> Iterator[bytes]:
        """The body of a request, to its end, and room for it; raises BodyRefusedError."""
        announced = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (announced.isascii() and announced.isdecimal()):
            raise BodyRefusedError(411)
        if len(announced) > 18 or int(announced) > self.most_body:
            raise BodyRefusedError(413)
        length = int(announced)
        collected = bytearray()
        try:
            while len(collected) < length:
                part = self.rfile.read(min(_BLOCK, length - len(collected)))
                if not part:
                    raise BodyRefusedError(400)
                if not self._bounded.take(len(part)):
                    raise BodyRefusedError(503)
                collected += part
            yield bytes(collected)
        finally:
            self._bounded.take(-len(collected))

    def answer(self, status: int, kind: str = "", body: bytes = _NO_DATA) -> None:
        """Send an answer; whoever is gone misses it."""
        with contextlib.suppress(OSError):
            self.connection.settimeout(self._bounded.limits.answer)
            self.send_response(status)
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
    """What a socket gives before a moment of `time.monotonic`."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._stream.settimeout(left)
        return self._stream.recv_into(buffer)
