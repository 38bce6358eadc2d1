"""The output of a child process is read by threads that keep a bounded part of it and never wait for the reader."""

import os
import sys
from abc import ABC, abstractmethod
from threading import Condition, Thread
from typing import IO, Final

__all__ = ["LineReader", "PipeReader", "TailReader"]

_CHUNK: Final = 1 << 16
_TICK: Final = 0.1
"""Seconds after which a reading thread looks whether it is still wanted."""


class PipeReader(ABC):
    """A thread reads one pipe to its end; ``changed`` is notified whenever there is news.

    Everything but `start` and `stop` is looked at with ``changed`` held. The thread closes the pipe, and ends within a
    moment after `stop` even where a stranger keeps the other end open (on Windows it stays until then).
    """

    def __init__(self, pipe: IO[bytes], changed: Condition) -> None:
        self.changed = changed
        self.ended = False
        """Everything was read, or the reading was stopped."""
        self.count = 0
        """Bytes that were read."""
        self._stopped = False
        self._pipe = pipe
        self._thread = Thread(target=self._run, name="dicomsig-pipe", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self, wait: float) -> None:
        """Read for as many seconds at most, if there is room, and no more."""
        with self.changed:
            self._stopped = not self.has_room()
            self.changed.notify_all()
        self._thread.join(wait)
        with self.changed:
            self._stopped = True
            self.changed.notify_all()
        self._thread.join(2 * _TICK)

    @abstractmethod
    def has_room(self) -> bool:
        """The reading goes on; while it does not, who writes to the pipe waits."""

    @abstractmethod
    def take(self, chunk: bytes) -> None:
        """Keep what is to be kept."""

    def _run(self) -> None:
        try:
            while chunk := self._next():
                with self.changed:
                    self.count += len(chunk)
                    self.take(chunk)
                    self.changed.notify_all()
        except OSError:
            pass  # the other end is gone
        finally:
            self._pipe.close()
            with self.changed:
                self.ended = True
                self.changed.notify_all()

    def _next(self) -> bytes:
        with self.changed:
            while not self._stopped and not self.has_room():
                self.changed.wait(_TICK)
        if sys.platform != "win32":
            import select

            poll = select.poll()
            poll.register(self._pipe, select.POLLIN | select.POLLHUP)
            while not self._stopped and not poll.poll(1000 * _TICK):
                pass
        return b"" if self._stopped else os.read(self._pipe.fileno(), _CHUNK)


class LineReader(PipeReader):
    """Keeps no more than a line of ``longest`` bytes and a chunk."""

    def __init__(self, pipe: IO[bytes], changed: Condition, longest: int) -> None:
        super().__init__(pipe, changed)
        self.buffer = bytearray()
        """Bytes that were read and not taken."""
        self._longest = longest

    def has_room(self) -> bool:
        """The buffer is not longer than a line may be."""
        return len(self.buffer) <= self._longest

    def take(self, chunk: bytes) -> None:
        """Keep everything: `has_room` is the bound."""
        self.buffer += chunk

    def line(self) -> bytes | None:
        """The first whole line without its end, LF or CRLF, which is then taken out; None if there is none."""
        end = self.buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self.buffer[:end]).removesuffix(b"\r")
        del self.buffer[: end + 1]
        self.changed.notify_all()
        return line

    @property
    def too_long(self) -> bool:
        """The first line is longer than it may be, its end included."""
        end = self.buffer.find(b"\n")
        return (end + 1 if end >= 0 else len(self.buffer)) > self._longest


class TailReader(PipeReader):
    """Keeps the last ``keep`` bytes; reads hardly more than ``most`` before `forgive` is called again."""

    def __init__(self, pipe: IO[bytes], changed: Condition, keep: int, most: int) -> None:
        super().__init__(pipe, changed)
        self._kept = bytearray()
        self._keep, self._most, self._forgiven = keep, most, 0

    @property
    def tail(self) -> bytes:
        """The last bytes."""
        return bytes(self._kept[-self._keep :])

    @property
    def flooded(self) -> bool:
        """More came than ``most`` bytes."""
        return self.count - self._forgiven > self._most

    def forgive(self) -> None:
        """Count anew: what was written until now is fine."""
        self._forgiven = self.count

    def has_room(self) -> bool:
        """There is no flood."""
        return not self.flooded

    def take(self, chunk: bytes) -> None:
        """Keep the tail, cut in big steps."""
        self._kept += chunk
        if len(self._kept) > 2 * self._keep:
            del self._kept[: -self._keep]
