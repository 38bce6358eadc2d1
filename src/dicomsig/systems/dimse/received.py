"""What a peer sends is kept as it came, in a private folder, under names of our own.

Each data set becomes a file with the File Meta Information that PS3.10 7.1 asks for; no byte of the data set changes.
"""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import BinaryIO, Final, Self

from dicomsig.encoding import tags, write
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault

__all__ = ["Keeper", "Kept", "Vault", "file_start"]

_LONGEST_UID: Final = 64
_UID_LETTERS: Final = frozenset("0123456789.")


@dataclass(frozen=True, slots=True)
class Kept:
    """One instance that arrived: its file, and what the command set said that it is."""

    path: Path
    sop_class: str
    sop_instance: str
    syntax: str
    length: int
    """Bytes of the data set."""
    ours: bool = True
    """The file is ours, and goes when it is no longer needed."""


def file_start(sop_class: str, sop_instance: str, syntax: str) -> bytes:
    """Preamble, prefix and File Meta Information (PS3.10 7.1); UIDs are cut to what a UID may be."""
    parts = [write.encode_element(0x00020001, "OB", b"\0\1")]
    for tag, uid in ((0x00020002, sop_class), (0x00020003, sop_instance), (0x00020010, syntax)):
        parts.append(write.encode_element(tag, "UI", _uid(uid)))
    parts.append(write.encode_element(0x00020012, "UI", b"2.25.7357.1"))
    return write.encode_file(b"".join(parts), b"")


class Keeper:
    """The file of one instance while it arrives."""

    def __init__(self, vault: "Vault", path: Path, out: BinaryIO, most: int, uids: tuple[str, str, str]) -> None:
        self._vault, self._path, self._out, self._most, self._uids = vault, path, out, most, uids
        self._length = 0
        self._dropped = False

    def write(self, part: bytes | memoryview) -> None:
        """Add a fragment; raises NetworkError where there is more than is taken, or no room."""
        if self._length + len(part) > self._most or not self._vault.take(len(part)):
            self.drop()
            raise _too_much()
        self._length += len(part)
        try:
            self._out.write(part)
        except OSError as error:
            self.drop()
            raise _no_room(error) from None

    def close(self) -> Kept:
        """The instance is there to its end."""
        try:
            self._out.close()
        except OSError as error:
            self.drop()
            raise _no_room(error) from None
        return Kept(self._path, *self._uids, self._length)

    def drop(self) -> None:
        """What arrived so far is of no use; idempotent, and nothing is raised on a full disk."""
        if self._dropped:
            return
        self._dropped = True
        with contextlib.suppress(OSError):  # what is still held back finds no room either
            self._out.close()
        self._vault.remove(self._path, self._length)


@dataclass
class Vault:
    """A private folder for what arrives, bounded in bytes and in files; a folder that it made goes when it is closed.

    `most_bytes` bounds everything together, `most_instance` each instance.
    """

    most_bytes: int = 2 << 30
    most_files: int = 100_000
    most_instance: int = 1 << 30
    folder: Path | None = None
    _made: Path | None = None
    _bytes: int = 0
    _files: int = 0
    _named: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def open(self, sop_class: str, sop_instance: str, syntax: str) -> Keeper:
        """A new file, with everything before the data set; raises NetworkError where there are too many."""
        try:
            path, out = self._new()
        except OSError as error:
            raise _no_room(error) from None
        out.write(file_start(sop_class, sop_instance, syntax))  # held back: it reaches no disk yet
        return Keeper(self, path, out, self.most_instance, (sop_class, sop_instance, syntax))

    def keep_file(self, data: bytes | memoryview, syntax: str) -> Kept:
        """Keep a whole file as it came; what it says that it is stands in its data set."""
        try:
            path, out = self._new()
        except OSError as error:
            raise _no_room(error) from None
        keeper = Keeper(self, path, out, self.most_instance, ("", "", syntax))
        keeper.write(data)
        return replace(keeper.close(), sop_instance=sop_instance_in(path))

    def take(self, length: int) -> bool:
        """Whether so many bytes more may arrive, which then count."""
        with self._lock:
            if self._bytes + length > self.most_bytes:
                return False
            self._bytes += length
            return True

    def release(self, kept: Kept) -> None:
        """A file is no longer needed; its bytes count no more."""
        if kept.ours:
            self.remove(kept.path, kept.length)

    def remove(self, path: Path, length: int) -> None:
        """A file of so many bytes goes."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        with self._lock:
            self._bytes -= length
            self._files -= 1

    def close(self) -> None:
        """The folder goes, unless it was given."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None

    def _new(self) -> tuple[Path, BinaryIO]:
        """A file that was not there; raises NetworkError where there are too many."""
        place = self._place()
        with self._lock:
            if self._files >= self.most_files:
                raise NetworkError(NetworkFault.FLOOD, f"more than {self.most_files} instances arrive")
            self._files += 1
        try:
            while True:
                with self._lock:
                    self._named += 1
                    path = place / f"received-{self._named:06d}.dcm"
                with contextlib.suppress(FileExistsError):
                    return path, path.open("xb")
        except OSError:
            with self._lock:
                self._files -= 1
            raise

    def _place(self) -> Path:
        if self.folder is not None:
            return self.folder
        with self._lock:
            if self._made is None:
                self._made = Path(tempfile.mkdtemp(prefix="dicomsig-received-"))
            return self._made


def _too_much() -> NetworkError:
    return NetworkError(NetworkFault.FLOOD, "more arrives than is taken")


def _no_room(error: OSError) -> NetworkError:
    return NetworkError(NetworkFault.NO_ROOM, f"what arrives cannot be kept: {error.strerror or type(error).__name__}")


def sop_instance_in(path: Path) -> str:
    """SOP Instance UID (0008,0018) of a file; empty where it cannot be read."""
    try:
        with open_instance(path) as instance:
            return instance.text(tags.SOP_INSTANCE_UID)
    except (MalformedError, OSError):
        return ""


def _uid(text: str) -> bytes:
    return "".join(letter for letter in text if letter in _UID_LETTERS)[:_LONGEST_UID].encode()
