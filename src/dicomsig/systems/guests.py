"""Connections to a listener, bounded in number: silence locks nobody out.

Who has not said anything yet makes room for who comes later, so that many idle connections cost no more than a few, and
an honest sender among them is heard (PS3.8 9.1.5 has a timer for the same purpose).
"""

import contextlib
import socket
from threading import Lock

__all__ = ["Guests"]


class Guests:
    """At most so many connections that wait to be understood, and as many that are served."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[int, socket.socket] = {}
        self._served: dict[int, socket.socket] = {}
        self._lock = Lock()

    def come(self, stream: socket.socket) -> None:
        """A connection that has said nothing yet; where too many wait, the one that has waited longest is shut."""
        with self._lock:
            self._waiting[id(stream)] = stream
            oldest = self._waiting.pop(next(iter(self._waiting))) if len(self._waiting) > self._most else None
        if oldest is not None:
            _shut(oldest)

    def serve(self, stream: socket.socket) -> bool:
        """From now on it stays until it leaves; False where too many are served already."""
        with self._lock:
            if len(self._served) >= self._most:
                return False
            self._waiting.pop(id(stream), None)
            self._served[id(stream)] = stream
            return True

    def wait(self, stream: socket.socket) -> None:
        """It was served, and may say something more."""
        with self._lock:
            if self._served.pop(id(stream), None) is None:
                return
        self.come(stream)

    def leave(self, stream: socket.socket) -> None:
        """It is gone; idempotent."""
        with self._lock:
            self._waiting.pop(id(stream), None)
            self._served.pop(id(stream), None)

    def shut(self) -> None:
        """Shut every connection; whoever serves it meets its end."""
        with self._lock:
            everyone = [*self._waiting.values(), *self._served.values()]
        for stream in everyone:
            _shut(stream)

    @property
    def served(self) -> int:
        """How many are served just now."""
        with self._lock:
            return len(self._served)


def _shut(stream: socket.socket) -> None:
    """End a connection that another thread reads; under TLS that thread still holds the state of it."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
