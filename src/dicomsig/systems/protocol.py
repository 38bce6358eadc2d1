"""Requests and answers of the adapter protocol, version 1: one JSON object a line."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

__all__ = [
    "LONGEST_LINE",
    "VERSION",
    "Answer",
    "Declined",
    "DescribeRequest",
    "Description",
    "FileVerdict",
    "MacInputRequest",
    "MacInputWritten",
    "Operation",
    "Problem",
    "ProtocolError",
    "Request",
    "SignRequest",
    "SignatureRow",
    "Signatures",
    "SignedWritten",
    "UnknownRequest",
    "VerdictOfFile",
    "VerifyRequest",
    "WrongIdError",
    "decode_answer",
    "encode_request",
]

VERSION: Final = 1
LONGEST_LINE: Final = 1 << 20
"""Bytes of a line, its end included."""

AxisName: TypeAlias = Literal["integrity", "structure", "trust", "time"]
HonouredInput: TypeAlias = Literal["trust", "at"]
AxisStatus: TypeAlias = Literal["valid", "invalid", "indeterminate"]
TimeStatus: TypeAlias = Literal["valid", "invalid", "indeterminate", "absent"]
Place: TypeAlias = Annotated[str, Meta(pattern=r"^/([0-9a-f]{8}\[[0-9]{1,9}\]/)*$(?!\n)", max_length=2000)]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=0xFFFFFFFF)]
NonEmpty: TypeAlias = Annotated[str, Meta(min_length=1)]


class Operation(StrEnum):
    """What an adapter can be asked for, besides to describe itself."""

    VERIFY = "verify"
    SIGN = "sign"
    MAC_INPUT = "mac-input"


class FileVerdict(StrEnum):
    """The one answer that a product has for a file when it does not speak of each signature."""

    ACCEPT = "accept"
    REJECT = "reject"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


class DescribeRequest(Struct, frozen=True, tag_field="op", tag="describe"):
    """What is the product, and what can it be asked for?"""

    id: int
    protocol: int = VERSION


class VerifyRequest(Struct, frozen=True, omit_defaults=True, tag_field="op", tag="verify"):
    """Do the signatures of this file hold? `trust` are files of anchors, `at` an ISO 8601 time with its offset.

    Without `at` certificates are judged at the time that the signature claims.
    """

    id: int
    path: str
    trust: list[str]
    at: str | None = None


class SignRequest(Struct, frozen=True, omit_defaults=True, tag_field="op", tag="sign"):
    """Sign the file and write the result to `output`; without `profile` everything that can be signed."""

    id: int
    path: str
    output: str
    key: str
    certificate: str
    mac: str
    profile: str | None = None


class MacInputRequest(Struct, frozen=True, tag_field="op", tag="mac-input"):
    """Which bytes are hashed for one signature of the file?"""

    id: int
    path: str
    place: str
    number: int


class UnknownRequest(Struct, frozen=True):
    """A request for an operation that the protocol does not know, which an adapter declines."""

    id: int
    op: str


Request: TypeAlias = DescribeRequest | VerifyRequest | SignRequest | MacInputRequest


class Description(Struct, frozen=True):
    """What a product is and can be asked for; `mac_algorithms` empty means that it did not say."""

    protocol: Literal[1] = 1
    name: str = ""
    version: str = ""
    operations: tuple[Operation, ...] = (Operation.VERIFY,)
    axes: tuple[AxisName, ...] = ("integrity",)
    honours: tuple[HonouredInput, ...] = ()
    mac_algorithms: tuple[str, ...] = ()


class SignatureRow(Struct, frozen=True, omit_defaults=True):
    """The verdict on one signature; an axis that the product does not judge is None.

    `number` counts the signatures of a place from 0. In a decoded answer it is always there: a row without it has the
    number of rows of its place before it.
    """

    place: Place
    integrity: AxisStatus
    number: Number | None = None
    uid: str | None = None
    structure: AxisStatus | None = None
    trust: AxisStatus | None = None
    time: TimeStatus | None = None
    profiles: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"


class Signatures(Struct, frozen=True):
    """The verdicts on all signatures of a file; none of an unsigned one."""

    signatures: tuple[SignatureRow, ...]


class VerdictOfFile(Struct, frozen=True):
    """One verdict for the whole file."""

    verdict: FileVerdict


class SignedWritten(Struct, frozen=True):
    """The signed file is written."""

    output: NonEmpty


class MacInputWritten(Struct, frozen=True):
    """A file holds the bytes that are hashed."""

    path: NonEmpty


class Declined(Struct, frozen=True):
    """The product does not do this."""

    unsupported: str


class Problem(Struct, frozen=True):
    """The product could not do this here; no verdict."""

    error: str


Answer: TypeAlias = Description | Signatures | VerdictOfFile | SignedWritten | MacInputWritten | Declined | Problem


class ProtocolError(ValueError):
    """A line is no answer of the protocol; the message names the fault and holds nothing of the line."""


class WrongIdError(ProtocolError):
    """An answer bears another id than the request."""


class _Head(Struct, frozen=True):
    id: int
    unsupported: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    signatures: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    verdict: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_T = TypeVar("_T")

_ANSWERS: Final[dict[type[Struct], type[Description | SignedWritten | MacInputWritten]]] = {
    DescribeRequest: Description,
    SignRequest: SignedWritten,
    MacInputRequest: MacInputWritten,
}
_REPEATS_THE_LINE: Final = "Invalid enum value"
"""The one message of the decoder that holds text of the line."""


def encode_request(request: Request | UnknownRequest) -> bytes:
    """One line with its end; raises ValueError above 1 MiB."""
    line = msgspec.json.encode(request) + b"\n"
    if len(line) > LONGEST_LINE:
        raise ValueError(f"a request of {len(line)} bytes is longer than {LONGEST_LINE}")
    return line


def decode_answer(line: bytes, request: Request | UnknownRequest) -> Answer:
    """The answer to a request.

    Raises ProtocolError, whose message names the fault, and WrongIdError for an answer to something else.
    """
    head = _decoded(line, _Head)
    if head.id != request.id:
        raise WrongIdError(f"the answer does not bear the id {request.id} of the request")
    if head.unsupported is not msgspec.UNSET:
        return _decoded(line, Declined)
    if head.error is not msgspec.UNSET:
        return _decoded(line, Problem)
    if isinstance(request, UnknownRequest):
        raise ProtocolError("an operation that the protocol does not know was answered, not declined")
    if isinstance(request, VerifyRequest):
        return _verification(line, head)
    return _decoded(line, _ANSWERS[type(request)])


def _verification(line: bytes, head: _Head) -> Signatures | VerdictOfFile:
    if (head.signatures is msgspec.UNSET) == (head.verdict is msgspec.UNSET):
        count = "neither" if head.signatures is msgspec.UNSET else "both"
        raise ProtocolError(f"of `signatures` and `verdict` one is due in the answer, which has {count}")
    if head.signatures is msgspec.UNSET:
        return _decoded(line, VerdictOfFile)
    answer = _decoded(line, Signatures)
    return Signatures(_numbered(answer.signatures))


def _numbered(rows: Sequence[SignatureRow]) -> tuple[SignatureRow, ...]:
    counts: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    numbered = []
    for index, row in enumerate(rows):
        number = counts.get(row.place, 0) if row.number is None else row.number
        if (row.place, number) in seen:
            raise ProtocolError(f"$.signatures[{index}] speaks of the same signature as a row before it")
        counts[row.place] = counts.get(row.place, 0) + 1
        seen.add((row.place, number))
        numbered.append(msgspec.structs.replace(row, number=number))
    return tuple(numbered)


def _decoded(line: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(line.decode("utf-8"), type=kind)  # bytes of unknown fields would pass undecoded
    except RecursionError:
        raise ProtocolError("the line is nested too deeply") from None
    except UnicodeDecodeError:
        raise ProtocolError("the line is not UTF-8") from None
    except msgspec.ValidationError as error:
        message = str(error)
        if message.startswith(_REPEATS_THE_LINE):
            message = f"{_REPEATS_THE_LINE} - at {message.rpartition(' - at ')[2]}"
        raise ProtocolError(message) from None
    except msgspec.DecodeError:
        why = "begins with a byte order mark" if line.startswith(b"\xef\xbb\xbf") else "is not JSON"
        raise ProtocolError(f"the line {why}") from None
