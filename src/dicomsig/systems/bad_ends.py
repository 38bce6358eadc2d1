"""Who was refused or broken off by a listener, in words and bounded in number (PS3.8 9.3.4)."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final

__all__ = ["BadEnd", "BadEnds", "Ending"]

_MOST: Final = 20


class Ending(StrEnum):
    """How it ended."""

    REFUSED = "refused"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True, slots=True)
class BadEnd:
    """One end: what ended, by whom it was asked for (an AE title or an address) and why; texts of strangers."""

    ending: Ending
    what: str
    who: str
    why: str


class BadEnds:
    """The last ends since somebody looked, and how many more there were; several threads may tell it."""

    def __init__(self, most: int = _MOST) -> None:
        self._kept: deque[BadEnd] = deque(maxlen=most)
        self._told = 0
        self._lock = Lock()

    def take(self, end: BadEnd) -> None:
        """Remember an end; where there are too many the oldest is counted alone."""
        with self._lock:
            self._kept.append(end)
            self._told += 1

    def broken_off(self, who: str, why: str) -> None:
        """An association that stood came to a bad end."""
        self.take(BadEnd(Ending.BROKEN_OFF, "association", who, why))

    def refused(self, who: str, why: str) -> None:
        """An association was asked for and not given."""
        self.take(BadEnd(Ending.REFUSED, "association", who, why))

    def turned_away(self, address: str, why: str) -> None:
        """A connection on which no association could be asked for."""
        self.take(BadEnd(Ending.REFUSED, "connection", address, why))

    def news(self) -> tuple[list[BadEnd], int]:
        """The ends since the last call, and how many more there were."""
        with self._lock:
            kept, more = list(self._kept), self._told - len(self._kept)
            self._kept.clear()
            self._told = 0
        return kept, more
