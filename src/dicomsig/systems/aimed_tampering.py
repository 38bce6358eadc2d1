"""Tampering with some instances and not with others, told apart by their UIDs; what was sent on is remembered."""

from collections.abc import Mapping
from dataclasses import replace

from dicomsig.encoding import tags
from dicomsig.systems.outgoing import Outgoing, Sent, Storing
from dicomsig.systems.tampering import Tampering, read_data_set

__all__ = ["AimedTampering", "StoringAltered"]


class AimedTampering:
    """Alters the instances that it is aimed at; every other one goes as it is.

    `aims` holds what is done to each, by SOP Instance UID. `sent` holds each data set that went on altered.
    """

    def __init__(self, aims: Mapping[str, Tampering]) -> None:
        self._aims = dict(aims)
        self.sent: dict[str, bytes] = {}

    def __call__(self, data: bytes, syntax: str) -> bytes:
        """What is sent on in place of a data set."""
        read = read_data_set(data, syntax)
        uid = read[0].text(tags.SOP_INSTANCE_UID) if read is not None else ""
        if uid not in self._aims:
            return data
        changed = self._aims[uid](data, syntax)
        if changed != data:
            self.sent[uid] = changed
        return changed


class StoringAltered:
    """A way to store that alters what it is given, for want of a place between us and the peer: the web, and TLS."""

    def __init__(self, storing: Storing, tampering: Tampering) -> None:
        self._storing, self._tampering = storing, tampering

    def store(self, outgoing: Outgoing) -> Sent:
        """Store what becomes of an instance."""
        altered = self._tampering(bytes(outgoing.data_set), outgoing.syntax)
        return self._storing.store(replace(outgoing, data=outgoing.data[: outgoing.start] + altered))

    def announced(self, sop_class: str) -> bytes:
        """What the peer announced."""
        return self._storing.announced(sop_class)

    def close(self, *, hurried: bool = False) -> None:
        """End what is open."""
        self._storing.close(hurried=hurried)
