"""An honest archive in this process: it keeps every byte and gives every byte back (PS3.15 A.3).

Each step is a method of `HonestArchive`, so that an archive that is wrong in one way overrides one of them. The network
around it is `dicomsig.systems.archive_server`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dimse.association import Association, Message
from dicomsig.systems.dimse.commitment import CLASS_CONFLICT, NO_SUCH_OBJECT

__all__ = ["BIT_PRESERVING_ANSWER", "GivingBack", "HonestArchive", "Stored", "Way"]

BIT_PRESERVING_ANSWER: Final = bytes((2, 0, 3, 0, 0, 0))
"""Storage level 2, signature level 3, no coercion (PS3.4 B.3.1.2)."""

_SUCCESS: Final = 0x0000
_STUDY: Final = 0x0020000D
_SERIES: Final = 0x0020000E


class Way(StrEnum):
    """How an instance is asked for."""

    GET = "get"
    MOVE = "move"
    WADO = "wado"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class GivingBack:
    """One retrieval of one instance: how, in which transfer syntax, and how often it was given back before."""

    way: Way
    syntax: str
    before: int


@dataclass(slots=True)
class Stored:
    """One instance in the archive: a whole file with preamble and File Meta Information."""

    sop_class: str
    sop_instance: str
    syntax: str
    data: bytes
    study: str = ""
    series: str = ""
    given: int = 0


class HonestArchive:
    """Keeps what it gets and gives back what it keeps; instances are whole files as bytes.

    Methods are called from several threads, one for each association.
    """

    name = "embedded"

    def __init__(self) -> None:
        self.stored: dict[str, Stored] = {}

    def accepts(self, abstract: str, syntaxes: Sequence[str]) -> str | None:
        """The transfer syntax in which a SOP Class is taken or given, of those proposed; None refuses it."""
        return syntaxes[0] if syntaxes else None

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """The application information that answers an SOP Class Extended Negotiation; None: no answer."""
        return BIT_PRESERVING_ANSWER

    def answering(self, association: Association, message: Message) -> None:
        """Called before each message is answered; whoever is to hang, to abort or to flood does so here."""

    def status_of(self, data: bytes) -> int:
        """The status of the C-STORE of a file; it is kept unless this is a failure."""
        return _SUCCESS

    def takes(self, status: int) -> bool:
        """Whether a file whose C-STORE is answered so is kept at all (PS3.4 B.2.3)."""
        return _is_taken(status)

    def kept(self, data: bytes) -> bytes | None:
        """What is kept of a file that came; None keeps nothing."""
        return data

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """The file that is given back, its data set in the transfer syntax asked for; None: it cannot be given so."""
        return stored.data if stored.syntax == asked.syntax else None

    def in_order(self, stored: Stored, agreed: Sequence[str]) -> Sequence[str]:
        """The transfer syntaxes that were agreed on for an instance, the one first in which it is given."""
        return sorted(agreed, key=lambda syntax: syntax != stored.syntax)

    def offers_in(self, stored: Stored) -> Sequence[str]:
        """The transfer syntaxes in which a C-MOVE offers an instance, the best one first."""
        return (stored.syntax,)

    def commits(self, sop_instance: str) -> bool:
        """Whether storage of an instance is committed to (PS3.4 J)."""
        return sop_instance in self.stored

    def why_not(self, sop_class: str, sop_instance: str) -> int:
        """The failure reason for an instance that is not committed to, 0 where it is (PS3.4 J)."""
        stored = self.stored.get(sop_instance)
        if stored is not None and stored.sop_class != sop_class:
            return CLASS_CONFLICT
        return 0 if self.commits(sop_instance) else NO_SUCH_OBJECT

    def offers(self, sop_class: str) -> bytes | None:
        """The application information with which it opens an association to send to others; None: it asks nothing."""
        return None

    def goes_on(self, answered: bytes) -> bool:
        """Whether it sends, after such an answer to what it offered."""
        return True

    def delivered(self, status: int) -> bool:
        """Whether what it sent counts as done, by the status that it was answered with."""
        return _is_taken(status)

    def receive(self, sop_class: str, sop_instance: str, syntax: str, data: bytes) -> int:
        """Take a file: the status, and what is kept of it."""
        status = self.status_of(data)
        kept = self.kept(data) if self.takes(status) else None
        if kept is not None:
            study, series = _study_and_series(kept)
            self.stored[sop_instance] = Stored(sop_class, sop_instance, syntax, kept, study, series)
        return status

    def give(self, sop_instance: str, way: Way, syntax: str) -> bytes | None:
        """Give a file back, if there is one."""
        stored = self.stored.get(sop_instance)
        if stored is None:
            return None
        data = self.given_back(stored, GivingBack(way, syntax, stored.given))
        stored.given += 1
        return data


def _is_taken(status: int) -> bool:
    """Success and warnings keep the instance (PS3.4 B.2.3)."""
    return status == _SUCCESS or status >> 12 == 0xB


def _study_and_series(data: bytes) -> tuple[str, str]:
    try:
        instance = instance_of(data)
    except MalformedError:
        return "", ""
    return instance.text(_STUDY), instance.text(_SERIES)
