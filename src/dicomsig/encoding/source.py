"""Bytes are read where they lie, through a bounded window, and never all at once."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from dicomsig.encoding.findings import EncodingReason, MalformedError

WINDOW: Final = 1 << 20
"""Bytes that are held at once."""

MARGIN: Final = 16
"""Bytes that a window holds beyond the offset it was asked for: more than any element header."""

BLOCK: Final = 1 << 18
"""Bytes of one buffer handed to a digest: small enough for the processor's cache."""


class ByteSource(Protocol):
    """Bytes with a known size that can be read anywhere."""

    @property
    def size(self) -> int:
        """Number of bytes."""

    def window(self, start: int) -> tuple[int, bytes]:
        """Held bytes with the offset of their first: at least MARGIN of them from ``start``, if so many are left."""

    def read(self, start: int, length: int) -> bytes:
        """Exactly ``length`` bytes; raises MalformedError (file-changed) when they are no longer there."""

    def blocks(self, start: int, end: int) -> Iterator[bytes | memoryview]:
        """The bytes from ``start`` to ``end`` in buffers; each is good until the next is asked for."""


class BytesSource:
    """A byte string as a source."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def window(self, start: int) -> tuple[int, bytes]:
        """The whole string."""
        return 0, self._data

    def read(self, start: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``start``."""
        return self._data[start : start + length]

    def blocks(self, start: int, end: int) -> Iterator[bytes | memoryview]:
        """One view of the bytes from ``start`` to ``end``."""
        yield memoryview(self._data)[start:end]


class FileSource:
    """A file as a source: pread through one window, so that memory stays bounded and the file stays unlocked.

    A file of up to WINDOW bytes is read once. Raises OSError when the file cannot be opened.
    """

    def __init__(self, path: Path | str) -> None:
        self._buffer: bytearray | None = None
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(self._file)
            self.size = status.st_size
            self._stamp = (status.st_size, status.st_mtime_ns)
            self._start = 0
            self._held = self._pread(min(WINDOW, self.size), 0) if self.size else b""
        except BaseException:
            FileSource.close(self)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """The file is closed, once; the source is no longer usable, and holds no bytes however long it is kept."""
        self._held, self._buffer = b"", None
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def window(self, start: int) -> tuple[int, bytes]:
        """Held bytes and the offset of their first; read anew where fewer than MARGIN are left from ``start``."""
        stop = self._start + len(self._held)
        if not self._start <= start <= stop - MARGIN and not (self._start <= start and stop == self.size):
            self._held = self._pread(max(min(WINDOW, self.size - start), 0), start)
            self._start = start
        return self._start, self._held

    def read(self, start: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``start``; raises MalformedError (file-changed) when they are gone."""
        offset = start - self._start
        if offset >= 0 and offset + length <= len(self._held):
            return self._held[offset : offset + length]
        parts = []
        while length:
            part = self._pread(min(length, WINDOW), start)
            if not part:
                raise self._changed(start)
            parts.append(part)
            start += len(part)
            length -= len(part)
        return b"".join(parts)

    def blocks(self, start: int, end: int) -> Iterator[bytes | memoryview]:
        """The bytes from ``start`` to ``end``; a buffer is reused for the next one."""
        offset = start - self._start
        if offset >= 0 and end - self._start <= len(self._held):
            yield memoryview(self._held)[offset : offset + end - start]
            return
        if self._buffer is None:
            self._buffer = bytearray(BLOCK)
        view = memoryview(self._buffer)
        while start < end:
            got = self._pread_into(view[: min(BLOCK, end - start)], start)
            if not got:
                raise self._changed(start)
            yield view[:got]
            start += got

    def check_unchanged(self) -> None:
        """The file is as it was when it was opened; else MalformedError (file-changed)."""
        status = os.fstat(self._file)
        if (status.st_size, status.st_mtime_ns) != self._stamp:
            raise self._changed(0)

    def _changed(self, offset: int) -> MalformedError:
        return MalformedError.at(EncodingReason.FILE_CHANGED, "the file changed while it was read", offset=offset)

    if hasattr(os, "pread"):

        def _pread(self, length: int, start: int) -> bytes:
            return os.pread(self._file, length, start)

        def _pread_into(self, view: memoryview, start: int) -> int:
            return os.preadv(self._file, [view], start)

    else:  # Windows has neither

        def _pread(self, length: int, start: int) -> bytes:
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, length)

        def _pread_into(self, view: memoryview, start: int) -> int:
            part = self._pread(len(view), start)
            view[: len(part)] = part
            return len(part)
