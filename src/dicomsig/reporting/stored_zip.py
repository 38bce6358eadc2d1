"""A zip in the one form that dicomsig writes: members stored, in order, one byte sequence for one content.

Nothing is compressed, so an archive unpacks to no more than its own size, and the same members give the same bytes
whatever library made them. The reader takes that form and no other: every byte of the structure is compared with the
one that is due, so that no change between the members stays unseen (APPNOTE 4.3).
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from dicomsig.conformance.names import quoted

__all__ = ["LARGEST_ZIP", "MOST_MEMBERS", "Member", "StoredZip", "ZipFormError", "write_zip"]

LARGEST_ZIP: Final = (1 << 32) - 2
MOST_MEMBERS: Final = 60_000

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_VERSION, _UTF_8, _STORED, _MIDNIGHT, _FIRST_DAY = 10, 0x0800, 0, 0, 0x21
_LONGEST_NAME: Final = 200
_MOST_DIRECTORY: Final = 1 << 24
_BLOCK: Final = 1 << 20


class ZipFormError(Exception):
    """An archive is not in the form that dicomsig writes, or too large for it; `member` is the one concerned."""

    def __init__(self, message: str, member: str = "") -> None:
        super().__init__(message)
        self.member = member


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, the place of its content in the archive, the length in bytes and the CRC-32 stated."""

    name: str
    start: int
    size: int
    crc: int
    stored: bool = True


def write_zip(target: BinaryIO, members: Iterable[tuple[str, BinaryIO]]) -> None:
    """Write the members in their order, names with `/`; raises ZipFormError beyond 4 GiB or 60 000 members.

    `target` must be seekable: the CRC stands before the content and is known after it.
    """
    directory = io.BytesIO()
    count = 0
    for count, (name, content) in enumerate(members, 1):
        start = target.tell()
        target.write(_local(name, 0, 0))
        crc = size = 0
        while block := content.read(_BLOCK):
            crc, size = zlib.crc32(block, crc), size + len(block)
            target.write(block)
            if target.tell() > LARGEST_ZIP:
                raise ZipFormError("the archive would have more than 4 GiB")
        end = target.tell()
        target.seek(start)
        target.write(_local(name, crc, size))
        target.seek(end)
        directory.write(_central(name, crc, size, start))
        if count > MOST_MEMBERS:
            raise ZipFormError(f"more than {MOST_MEMBERS} files")
    start = target.tell()
    target.write(directory.getvalue())
    target.write(_end(count, len(directory.getvalue()), start))


class StoredZip:
    """An archive that is open for reading; `problems` says of which member its structure is another than the one due.

    The members are those of its directory, in that order, whoever packed them; what is compressed is not read. Raises
    ZipFormError where there is no telling what it holds.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problems: list[tuple[str, str]] = []
        self.members = tuple(self._members(*self._directory()))

    def read(self, member: Member, most: int) -> bytes:
        """The content of a member; raises ZipFormError where it has more than `most` bytes, or is cut short."""
        if member.size > most:
            raise ZipFormError(f"it has {member.size} bytes, {most} at most", member.name)
        content = b"".join(self.blocks(member))
        if len(content) != member.size:
            raise ZipFormError("it is cut short or compressed", member.name)
        return content

    def blocks(self, member: Member) -> Iterator[bytes]:
        """The content of a member in blocks of at most 1 MiB, as much as is there."""
        self._file.seek(member.start)
        rest = member.size if member.stored else 0
        while rest and (block := self._file.read(min(_BLOCK, rest))):
            rest -= len(block)
            yield block

    def _directory(self) -> tuple[bytes, int]:
        """The directory and the place where it begins, by the last bytes of the archive."""
        length = self._file.seek(0, io.SEEK_END)
        if length > LARGEST_ZIP or length < _END.size:
            raise ZipFormError("it is no zip archive" if length < _END.size else "it has more than 4 GiB")
        self._file.seek(length - _END.size)
        end = self._file.read(_END.size)
        sign, *_, count, size, start, _ = _END.unpack(end)
        if sign != b"PK\5\6" or end != _end(count, size, start) or start + size + _END.size != length:
            raise ZipFormError("its last 22 bytes are no end of a zip archive as dicomsig writes it")
        if size > _MOST_DIRECTORY:
            raise ZipFormError(f"its directory of files has more than {_MOST_DIRECTORY} bytes")
        self._count = count
        self._file.seek(start)
        return self._file.read(size), start

    def _members(self, directory: bytes, end_of_data: int) -> Iterator[Member]:
        """Each member with its place; members are to follow each other without a gap, each name once."""
        place = expected = count = 0
        seen = set()
        while place < len(directory):
            name, fields, entry = _entry(directory, place)
            crc, packed, size, start = fields[7], fields[8], fields[9], fields[16]
            due = _central(name, crc, size, start) if name.isascii() else b""
            if entry != due or packed != size or not name:
                self.problems.append((name, "its zip entry is not as dicomsig writes it; was it packed again?"))
            elif start != expected or self._header(start, len(due)) != _local(name, crc, size):
                self.problems.append((name, "its zip header is not as dicomsig writes it"))
            if name in seen:
                self.problems.append((name, "it is there twice"))
            seen.add(name)
            place, count = place + len(entry), count + 1
            expected = start + len(_local(name, 0, 0)) + size
            yield Member(name, self._content(start), size, crc, fields[4] == _STORED)
        if count != self._count or expected != end_of_data:
            self.problems.append(("", "there are bytes or entries in the archive that belong to no file"))

    def _header(self, start: int, most: int) -> bytes:
        self._file.seek(start)
        header = self._file.read(_LOCAL.size)
        length = _LOCAL.unpack(header)[9] if len(header) == _LOCAL.size else 0
        return header + self._file.read(min(length, most))

    def _content(self, start: int) -> int:
        """Where the content begins, after the header that is there."""
        self._file.seek(start)
        header = self._file.read(_LOCAL.size)
        return start + len(header) + (sum(_LOCAL.unpack(header)[9:]) if len(header) == _LOCAL.size else 0)


def _entry(directory: bytes, place: int) -> tuple[str, tuple[int, ...], bytes]:
    """The name, the fields and the bytes of one entry of a directory."""
    if place + _CENTRAL.size > len(directory):
        raise ZipFormError("its directory of files is cut short")
    fields = _CENTRAL.unpack_from(directory, place)
    lengths = fields[10:13]
    end = place + _CENTRAL.size + sum(lengths)
    if fields[0] != b"PK\1\2" or end > len(directory) or lengths[0] > _LONGEST_NAME:
        raise ZipFormError("its directory of files is damaged")
    encoded = directory[place + _CENTRAL.size : place + _CENTRAL.size + lengths[0]]
    return encoded.decode("ascii", "backslashreplace"), fields, directory[place:end]


def _local(name: str, crc: int, size: int) -> bytes:
    encoded = _encoded(name)
    fields = (_VERSION, _UTF_8, _STORED, _MIDNIGHT, _FIRST_DAY, crc, size, size, len(encoded), 0)
    return _LOCAL.pack(b"PK\3\4", *fields) + encoded


def _central(name: str, crc: int, size: int, start: int) -> bytes:
    encoded = _encoded(name)
    fields = (_VERSION, _VERSION, _UTF_8, _STORED, _MIDNIGHT, _FIRST_DAY, crc, size, size, len(encoded), 0, 0, 0, 0)
    return _CENTRAL.pack(b"PK\1\2", *fields, 0, start) + encoded


def _end(count: int, size: int, start: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, start, 0)


def _encoded(name: str) -> bytes:
    encoded = name.encode("ascii", "replace")
    if len(encoded) > _LONGEST_NAME:
        raise ZipFormError(f"the name {quoted(name)} is longer than {_LONGEST_NAME} characters", name)
    return encoded
