"""The store of an archive, reached from the side: not by the services that it stores and gives back by (PS3.15 A.2)."""

from typing import Final, Protocol

from dicomsig.encoding.elements import find
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.embedded_archive import HonestArchive, Stored
from dicomsig.systems.outgoing import Outgoing

__all__ = ["MODIFIED", "AtRestError", "EmbeddedStore", "OpenStore"]

MODIFIED: Final = 0x0008103E
"""Series Description (0008,103E): the element that is changed by the store's own means; every probe has it."""


class AtRestError(Exception):
    """The store does not let us do it; the message says why."""


class OpenStore(Protocol):
    """Gives and takes whole files; every method raises AtRestError, and touches no instance but the one named."""

    def reach(self) -> None:
        """Find out whether it answers."""

    def file(self, outgoing: Outgoing) -> bytes:
        """What lies there of an instance that we stored."""

    def modified(self, outgoing: Outgoing) -> bytes:
        """The same with another value of one element, made by the store's own means; nothing is put there."""

    def put(self, outgoing: Outgoing, data: bytes) -> None:
        """Put a file in the place of what lies there."""


class EmbeddedStore:
    """The store of an archive in this process."""

    def __init__(self, archive: HonestArchive) -> None:
        self._archive = archive

    def reach(self) -> None:
        """It is here."""

    def file(self, outgoing: Outgoing) -> bytes:
        """What the archive keeps of an instance."""
        return self._stored(outgoing).data

    def modified(self, outgoing: Outgoing) -> bytes:
        """The same with another first letter of the element."""
        data = self.file(outgoing)
        element = find(instance_of(data).elements, MODIFIED)
        if element is None or not element.length:
            raise AtRestError("what lies there has no element that could be changed")
        return data[: element.value] + bytes((data[element.value] ^ 1,)) + data[element.value + 1 :]

    def put(self, outgoing: Outgoing, data: bytes) -> None:
        """From now on the archive keeps this."""
        self._stored(outgoing).data = data

    def _stored(self, outgoing: Outgoing) -> Stored:
        stored = self._archive.stored.get(outgoing.sop_instance)
        if stored is None:
            raise AtRestError("the archive does not have the instance")
        return stored
