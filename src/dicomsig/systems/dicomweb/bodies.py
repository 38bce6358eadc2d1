"""The body of a request, of an announced length or in chunks, piece by piece (RFC 9112 6 and 7.1)."""

import re
from collections.abc import Iterator
from email.message import Message
from io import BufferedIOBase
from typing import Final

__all__ = ["BodyRefusedError", "body_length", "has_body", "pieces"]

_BLOCK: Final = 1 << 16
_MOST_DIGITS: Final = 18
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LONGEST_LINE: Final = 4096
_MOST_TRAILERS: Final = 100
_LINE_ENDS: Final = (b"\r\n", b"\n")
_LENGTH: Final = "Content-Length"
_CODING: Final = "Transfer-Encoding"


class BodyRefusedError(Exception):
    """A body is not taken; `status` is the HTTP status that says so, and the message says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def has_body(headers: Message) -> bool:
    """Something follows the head of a request."""
    return _CODING in headers or headers.get(_LENGTH, "0").strip() != "0"


def body_length(headers: Message) -> int | None:
    """How many bytes a body has, None for one in chunks; raises BodyRefusedError."""
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise BodyRefusedError(415, "a body with a content coding")
    lengths = {each.strip() for each in headers.get_all(_LENGTH, [])}
    codings = headers.get_all(_CODING, [])
    if codings:
        if lengths:
            raise BodyRefusedError(400, "a body in chunks that has a length too")
        if [each.strip().lower() for each in codings] != ["chunked"]:
            raise BodyRefusedError(501, "a body with another transfer coding than chunks")
        return None
    if not lengths:
        raise BodyRefusedError(411, "a body without a length")
    (announced, *others) = lengths
    if others or not (announced.isascii() and announced.isdecimal()):
        raise BodyRefusedError(400, "a length that is no number")
    if len(announced) > _MOST_DIGITS:
        raise BodyRefusedError(413, "a body that is larger than is taken")
    return int(announced)


def pieces(stream: BufferedIOBase, length: int | None) -> Iterator[bytes]:
    """The bytes of a body, to its end; raises BodyRefusedError where they end before or are no chunks."""
    if length is not None:
        yield from _exactly(stream, length)
        return
    while size := _chunk_size(stream):
        yield from _exactly(stream, size)
        _line_end(stream)
    for _ in range(_MOST_TRAILERS):
        line = stream.readline(_LONGEST_LINE)
        if line in _LINE_ENDS:
            return
        if not line.endswith(b"\n"):
            break
    raise _no_chunks()


def _exactly(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    left = length
    while left:
        part = stream.read(min(_BLOCK, left))
        if not part:
            raise BodyRefusedError(400, "a body that ends before its end")
        left -= len(part)
        yield part


def _chunk_size(stream: BufferedIOBase) -> int:
    found = _CHUNK.fullmatch(stream.readline(_LONGEST_LINE))
    if found is None:
        raise _no_chunks()
    return int(found[1], 16)


def _line_end(stream: BufferedIOBase) -> None:
    if stream.readline(2) not in _LINE_ENDS:
        raise _no_chunks()


def _no_chunks() -> BodyRefusedError:
    return BodyRefusedError(400, "a body that is not in chunks as it says")
