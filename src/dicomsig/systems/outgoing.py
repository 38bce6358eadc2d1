"""An instance on its way to an archive and back: what is sent, what became of it, what came back."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, Protocol

from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.received import Kept

__all__ = ["ANY_FAILURE", "Closing", "Outgoing", "Retrieving", "Returned", "Sent", "Storing", "closing"]

ANY_FAILURE: Final = 0xC000
"""The status that stands for a failure over the web which gives no reason (PS3.4 B.2.3)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A whole file, and the UIDs under which it is stored and asked for."""

    sop_class: str
    sop_instance: str
    study: str
    series: str
    syntax: str
    data: bytes = field(repr=False)
    start: int = 0
    """Offset of the data set in the file."""

    @property
    def data_set(self) -> memoryview:
        """What a C-STORE sends."""
        return memoryview(self.data)[self.start :]


@dataclass(frozen=True, slots=True)
class Sent:
    """What storing came to: the status of the answer, -1 for none, and then why there is none.

    ``http`` is the status of HTTP where it went over the web, else 0.
    """

    status: int = -1
    fault: NetworkError | None = None
    http: int = 0

    @property
    def stored(self) -> bool:
        """The peer says that it has the instance: success or a warning (PS3.4 B.2.3)."""
        return self.status == 0 or self.status >> 12 == 0xB


@dataclass(frozen=True, slots=True)
class Returned:
    """What asking for an instance came to; `syntax` is the transfer syntax that was asked for.

    ``http`` is the status of HTTP where it went over the web, else 0.
    """

    kept: tuple[Kept, ...] = ()
    status: int = -1
    failed: int = 0
    syntax: str = ""
    fault: NetworkError | None = None
    http: int = 0


class Storing(Protocol):
    """A way to store."""

    def store(self, outgoing: Outgoing) -> Sent:
        """Store one instance; nothing is raised for what the peer does."""

    def announced(self, sop_class: str) -> bytes:
        """What the peer announced of its levels for a SOP Class, as application information; empty for nothing."""

    def close(self, *, hurried: bool = False) -> None:
        """Nothing more will be stored; hurried, the peer is not waited for."""


class Retrieving(Protocol):
    """A way to get back."""

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance; nothing is raised for what the peer does."""

    def close(self, *, hurried: bool = False) -> None:
        """Nothing more will be asked for; hurried, the peer is not waited for."""


class Closing(Protocol):
    """The end of what is open; hurried, the peer is not waited for."""

    def __call__(self, *, hurried: bool = False) -> None:
        """End it."""


def closing(stack: ExitStack, close: Closing) -> None:
    """Close when a block is left; where it is left by an interrupt the peer is not waited for."""

    def leave(kind: type[BaseException] | None, *_: object) -> None:
        close(hurried=kind is not None and not issubclass(kind, Exception))

    stack.push(leave)
