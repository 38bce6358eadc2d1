"""The first bytes of a file tell an instance, a DICOMDIR and an archive from all else (PS3.10 7.1, 8.6)."""

import os
import stat
import struct
from enum import Enum, auto
from io import BufferedReader
from pathlib import Path
from typing import Final

from dicomsig.encoding.instance import looks_like_dicom
from dicomsig.encoding.vr import LONG

HEAD: Final = 1024
"""Bytes that decide: preamble, prefix and the first elements of the File Meta Information."""

DICOMDIR_CLASS: Final = b"1.2.840.10008.1.3.10"

_ARCHIVE_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_LONG: Final = frozenset(vr.encode() for vr in LONG)
_HEADER: Final = struct.Struct("<HH2sH")


class Content(Enum):
    """What the first bytes promise."""

    INSTANCE = auto()
    DICOMDIR = auto()
    ARCHIVE = auto()
    OTHER = auto()


class SpecialFileError(OSError):
    """Neither a regular file nor a folder: it is not read, since reading may block or change something."""


def open_regular(path: Path, *, follow: bool = True) -> BufferedReader:
    """A regular file, opened without ever waiting for a writer; raises SpecialFileError for others, and OSError.

    Whatever comes in between, an interrupt too, the file has one owner that closes it: a descriptor closed twice would
    be another thread's file.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        file = open(path, "rb", opener=lambda name, _: os.open(name, flags))  # noqa: SIM115
    except IsADirectoryError:
        raise SpecialFileError from None
    try:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise SpecialFileError
    except BaseException:
        file.close()
        raise
    return file


def read_head(path: Path, *, follow: bool = True) -> bytes:
    """The first bytes of a regular file, HEAD of them if there are so many; raises what ``open_regular`` raises."""
    with open_regular(path, follow=follow) as file:
        return file.read(HEAD)


def content_of(head: bytes) -> Content:
    """What a file is, by its first bytes (HEAD of them when it has so many).

    The preamble of an instance may be the start of another format (PS3.10 7.1), so the prefix decides; behind the
    start of an archive it has to be followed by File Meta Information, since it may be part of a member's name.
    """
    if head.startswith(_ARCHIVE_STARTS) and head[128:134] != b"DICM\x02\x00":
        return Content.ARCHIVE
    if not (looks_like_dicom(head) or head.startswith(b"DICM")):
        return Content.OTHER
    if DICOMDIR_CLASS in head and _media_storage_class(head) == DICOMDIR_CLASS:
        return Content.DICOMDIR
    return Content.INSTANCE


def _media_storage_class(head: bytes) -> bytes:
    """The value of Media Storage SOP Class UID (0002,0002); empty when it is not within the head (PS3.10 7.1)."""
    position = 132 if head[128:132] == b"DICM" else 4 if head.startswith(b"DICM") else 0
    while position + 12 <= len(head):
        group, number, vr, length = _HEADER.unpack_from(head, position)
        value = position + 8
        if vr in _LONG:
            value, length = position + 12, int.from_bytes(head[position + 8 : position + 12], "little")
        if group != 2:
            break
        if number == 2:
            return head[value : value + length].rstrip(b"\0 ")
        position = value + length
    return b""
