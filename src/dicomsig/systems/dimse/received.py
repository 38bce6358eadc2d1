"""What a peer sends is kept as it came, in a private folder, under names of our own (DESIGN section 4, hostile names).

Each data set becomes a file with the File Meta Information that PS3.10 7.1 asks for; no byte of the data set changes.
"""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, field
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

    def write(self, part: bytes | memoryview) -> None:
        """Add a fragment; raises NetworkError where there is more than is taken, or no room."""
        self._length += len(part)
        if not self._vault.take(len(part)) or self._length > self._most:
            self.drop()
            raise NetworkError(NetworkFault.FLOOD, "more arrives than is taken")
        try:
            self._out.write(part)
        except OSError as error:
            self.drop()
            raise NetworkError(NetworkFault.FLOOD, f"what arrives cannot be kept: {error.strerror}") from None

    def close(self) -> Kept:
        """The instance is there to its end."""
        try:
            self._out.close()
        except OSError as error:
            raise NetworkError(NetworkFault.FLOOD, f"what arrives cannot be kept: {error.strerror}") from None
        return Kept(self._path, *self._uids, self._length)

    def drop(self) -> None:
        """What arrived so far is of no use."""
        if not self._out.closed:
            self._vault.give_room(self._length)
        self._out.close()
        self._path.unlink(missing_ok=True)


@dataclass
class Vault:
    """A private folder for what arrives, bounded in bytes and in files; a folder that it made goes when it is closed.

    `most_bytes` bounds everything together, `most_instance` each instance.
    """

    most_bytes: int = 8 << 30
    most_files: int = 100_000
    most_instance: int = 1 << 30
    folder: Path | None = None
    _made: Path | None = None
    _bytes: int = 0
    _files: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def open(self, sop_class: str, sop_instance: str, syntax: str) -> Keeper:
        """A new file, with everything before the data set; raises NetworkError where there are too many."""
        if not self.take(0):
            raise NetworkError(NetworkFault.FLOOD, "more arrives than is taken")
        try:
            path, out = self._new()
            out.write(file_start(sop_class, sop_instance, syntax))
        except OSError as error:
            raise NetworkError(NetworkFault.FLOOD, f"what arrives cannot be kept: {error.strerror}") from None
        return Keeper(self, path, out, self.most_instance, (sop_class, sop_instance, syntax))

    def keep_file(self, data: bytes | memoryview, syntax: str) -> Kept:
        """Keep a whole file as it came; what it says that it is stands in its data set."""
        if len(data) > self.most_instance or not self.take(len(data)):
            raise NetworkError(NetworkFault.FLOOD, "more arrives than is taken")
        try:
            path, out = self._new()
            with out:
                out.write(data)
        except OSError as error:
            raise NetworkError(NetworkFault.FLOOD, f"what arrives cannot be kept: {error.strerror}") from None
        return Kept(path, "", sop_instance_in(path), syntax, len(data))

    def take(self, length: int) -> bool:
        """Whether so many bytes more may arrive."""
        with self._lock:
            self._bytes += length
            return self._bytes <= self.most_bytes

    def release(self, kept: Kept) -> None:
        """A file is no longer needed; its bytes count no more."""
        if not kept.ours:
            return
        kept.path.unlink(missing_ok=True)
        self.give_room(kept.length)

    def give_room(self, length: int) -> None:
        """So many bytes are no longer there."""
        with self._lock:
            self._bytes -= length

    def close(self) -> None:
        """The folder goes, unless it was given."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None

    def _new(self) -> tuple[Path, BinaryIO]:
        """A file that was not there; raises NetworkError where there are too many."""
        place = self._place()
        while True:
            with self._lock:
                self._files += 1
                number = self._files
            if number > self.most_files:
                raise NetworkError(NetworkFault.FLOOD, f"more than {self.most_files} instances arrive")
            path = place / f"received-{number:06d}.dcm"
            with contextlib.suppress(FileExistsError):
                return path, path.open("xb")

    def _place(self) -> Path:
        if self.folder is not None:
            return self.folder
        with self._lock:
            if self._made is None:
                self._made = Path(tempfile.mkdtemp(prefix="dicomsig-received-"))
            return self._made


def sop_instance_in(path: Path) -> str:
    """SOP Instance UID (0008,0018) of a file; empty where it cannot be read."""
    try:
        with open_instance(path) as instance:
            return instance.text(tags.SOP_INSTANCE_UID)
    except (MalformedError, OSError):
        return ""


def _uid(text: str) -> bytes:
    return "".join(letter for letter in text if letter in _UID_LETTERS)[:_LONGEST_UID].encode()
