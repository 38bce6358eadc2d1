"""The members of a zip archive, one at a time in a private temporary folder; a member's name never forms a path."""

import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from dicomsig.systems.folders import instance_or_not
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PassedOver, error_text, shown_name
from dicomsig.systems.heads import HEAD, open_regular

_BLOCK: Final = 1 << 18
_CENTRAL_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1 | 0x40
_UNIX: Final = (3, 19)
"""Systems whose external attributes tell the kind of a file: Unix and Darwin."""

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others need memory that hostile input chooses."""

_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError,
)  # fmt: skip
"""What zipfile raises for archives that are damaged, encrypted or of a kind it does not know."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much a zip archive may hold; what goes beyond is reported and not extracted."""

    members: int = 100_000
    directory: int = 1 << 25
    """Bytes of the central directory, which is held in memory."""
    member_size: int = 1 << 32
    """Bytes of one extracted member."""
    total_size: int = 1 << 36
    """Bytes of all extracted members together; they are never there at once."""
    ratio: int = 100
    """Extracted bytes together for each byte of the archive, beyond ``ratio_free`` bytes."""
    ratio_free: int = 1 << 30
    """A series of blank images is lawful and shrinks to a thousandth."""


DEFAULT_ZIP_LIMITS: Final = ZipLimits()


class _LimitError(Exception):
    """The central directory goes beyond a limit."""


class _PassedError(Exception):
    """A member is not judged."""

    def __init__(self, kind: PassedOver, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


class _BoundedFile:
    """A file that refuses to hand out a central directory beyond the limits.

    zipfile reads the directory at once and makes an object for each entry, before it can be asked how many there are.
    """

    def __init__(self, file: BinaryIO, limits: ZipLimits) -> None:
        self._file = file
        self._limits = limits
        self.opened = False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if self.opened:
            return self._file.read(size)
        most = self._limits.directory
        data = self._file.read(min(size, most + 1) if size >= 0 else most + 1)
        if len(data) > most:
            raise _LimitError(f"its directory has more than {most} bytes")
        if data.count(_CENTRAL_ENTRY) > self._limits.members:
            raise _LimitError(f"it has more than {self._limits.members} members")
        return data


def members(archive: Path, limits: ZipLimits = DEFAULT_ZIP_LIMITS) -> Iterator[Found]:
    """Every member of a zip archive in the order of its directory; folders in it are not mentioned.

    The file of a member is removed when the next is asked for; the temporary folder when the iterator ends or closes.
    """
    shown = shown_name(str(archive))
    try:
        file = open_regular(archive)
    except OSError as error:
        yield NotAnInstance(shown, PassedOver.UNREADABLE, f"the archive cannot be read: {error_text(error)}")
        return
    with file:
        bounded = _BoundedFile(file, limits)
        try:
            opened = zipfile.ZipFile(cast("IO[bytes]", bounded))
        except _LimitError as error:
            yield NotAnInstance(shown, PassedOver.LIMIT, f"the archive is not read: {error}")
            return
        except _DAMAGE:
            why = "the archive is damaged: its directory cannot be read"
            yield NotAnInstance(shown, PassedOver.ARCHIVE_DAMAGED, why)
            return
        bounded.opened = True
        try:
            folder = tempfile.TemporaryDirectory(prefix="dicomsig-", ignore_cleanup_errors=True)
        except OSError as error:
            why = f"no temporary folder can be made for the members: {error_text(error)}"
            yield NotAnInstance(shown, PassedOver.UNREADABLE, why)
            return
        with folder as name:
            room = min(limits.total_size, max(limits.ratio_free, limits.ratio * os.fstat(file.fileno()).st_size))
            yield from _Extraction(opened, shown, Path(name), limits, room).members()


class _Extraction:
    """One pass over the members of one archive, with what room is left."""

    def __init__(self, archive: zipfile.ZipFile, shown: str, folder: Path, limits: ZipLimits, room: int) -> None:
        self._archive = archive
        self._shown = shown
        self._folder = folder
        self._limits = limits
        self._room = room

    def members(self) -> Iterator[Found]:
        for number, member in enumerate(self._archive.infolist(), 1):
            if member.filename.endswith("/") and not member.file_size:
                continue
            shown = f"{self._shown}!/{shown_name(member.orig_filename)}"
            path = self._folder / f"member-{number:06d}"
            try:
                passed = self._extract(member, path, shown)
                yield passed if passed is not None else FoundFile(shown, path, Origin.ARCHIVE)
            except _PassedError as error:
                yield NotAnInstance(shown, error.kind, error.why)
            finally:
                _remove(path)

    def _extract(self, member: zipfile.ZipInfo, path: Path, shown: str) -> NotAnInstance | None:
        """Write the member when it begins like an instance; None when that is done, else what it is."""
        self._check_kind(member)
        try:
            stream = self._archive.open(member)
        except _DAMAGE:
            raise _PassedError(PassedOver.MEMBER_UNREADABLE, "the header of the member is damaged") from None
        with stream:
            head = _read(stream, HEAD)
            if (passed := instance_or_not(shown, head)) is not None:
                return passed
            if member.file_size > min(self._limits.member_size, self._room):
                raise _PassedError(PassedOver.LIMIT, self._beyond(member.file_size))
            self._room -= member.file_size  # damage found on the way has cost as much
            written = _write(head, stream, path)
        if written != member.file_size:
            why = f"the member has {written} bytes, the directory of the archive states {member.file_size}"
            raise _PassedError(PassedOver.MEMBER_UNREADABLE, why)
        return None

    def _check_kind(self, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & _ENCRYPTED:
            raise _PassedError(PassedOver.MEMBER_UNREADABLE, "the member is encrypted")
        if member.compress_type not in _METHODS:
            why = f"the compression method {member.compress_type} is not read, only 0 (stored) and 8 (deflated)"
            raise _PassedError(PassedOver.MEMBER_UNREADABLE, why)
        kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system in _UNIX else 0
        if kind == stat.S_IFLNK:
            raise _PassedError(PassedOver.LINK, "the member is a link and is not followed")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _PassedError(PassedOver.SPECIAL_FILE, "the member is neither a file nor a folder")

    def _beyond(self, size: int) -> str:
        if size > self._limits.member_size:
            return f"the member has {size} bytes, the limit is {self._limits.member_size}"
        return f"the member has {size} bytes, and {self._room} are left of what this archive may be extracted to"


def _write(head: bytes, stream: IO[bytes], path: Path) -> int:
    """Write head and rest of a member to a new file; the number of bytes."""
    written = 0
    try:
        with path.open("xb") as out:
            block = head
            while block:
                out.write(block)
                written += len(block)
                block = _read(stream, _BLOCK)
    except OSError as error:
        raise _PassedError(PassedOver.UNREADABLE, f"the member cannot be extracted: {error_text(error)}") from None
    return written


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except _DAMAGE:
        raise _PassedError(PassedOver.MEMBER_UNREADABLE, "the data of the member are damaged") from None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # still open where open files cannot be removed: it goes with the folder
