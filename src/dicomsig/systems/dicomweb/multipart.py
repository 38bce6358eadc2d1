"""Bodies of several parts, as bytes (PS3.18 8.6.1, RFC 2387)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

__all__ = ["MultipartError", "Part", "boundary_of", "join", "parts"]

_INSTANCE: Final = "application/dicom"
_LONGEST_BOUNDARY: Final = 200
_MOST_PARTS: Final = 1000
_LONGEST_HEAD: Final = 16384


class MultipartError(ValueError):
    """A body is not of several parts as its header says; the message holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its media type without parameters, in lower case, and its bytes."""

    kind: str
    data: memoryview


def join(data: bytes) -> tuple[str, bytes]:
    """The Content-Type and the body for one instance as the only part."""
    boundary = f"dicomsig-{uuid.uuid4().hex}"
    head = f"--{boundary}\r\nContent-Type: {_INSTANCE}\r\nContent-Length: {len(data)}\r\n\r\n".encode()
    body = b"".join((head, data, f"\r\n--{boundary}--\r\n".encode()))
    return f'multipart/related; type="{_INSTANCE}"; boundary={boundary}', body


def boundary_of(content_type: str) -> str:
    """The boundary that a Content-Type names, empty where it is of one part."""
    header = Message()
    header["Content-Type"] = content_type
    if header.get_content_maintype() != "multipart":
        return ""
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise MultipartError("a body of several parts names no boundary")
    return boundary


def parts(body: bytes | bytearray, boundary: str) -> Iterator[Part]:
    """The parts of a body, in order; raises MultipartError."""
    mark = b"--" + boundary.encode("ascii")
    view = memoryview(body)
    position = body.find(mark)
    for _ in range(_MOST_PARTS):
        if position < 0:
            raise MultipartError("a body of several parts has no end")
        position += len(mark)
        if body[position : position + 2] == b"--":
            return
        head = body.find(b"\r\n\r\n", position, position + _LONGEST_HEAD)
        following = body.find(b"\r\n" + mark, position)
        if head < 0 or following < 0 or head + 2 > following:
            raise MultipartError("a part has no end")
        yield Part(_kind(bytes(body[position:head])), view[min(head + 4, following) : following])
        position = following + 2
    raise MultipartError(f"a body has more than {_MOST_PARTS} parts")


def _kind(head: bytes) -> str:
    for line in head.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"content-type":
            return value.partition(b";")[0].strip().lower().decode("latin-1")
    return ""
