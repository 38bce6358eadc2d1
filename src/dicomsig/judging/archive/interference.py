"""Somebody between us and an archive, or at its store: what the archive has is then not what we sent (PS3.15 A.2)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.archive.probes import Probe

if TYPE_CHECKING:
    from dicomsig.judging.archive.case import Journey

__all__ = ["Interference"]


class Interference:
    """Nobody interferes: what was sent is what arrived and what lies there. Whoever does interfere overrides a step."""

    def stored(self, probes: Sequence[Probe]) -> None:
        """Called when these were stored and none was asked for yet."""

    def reached(self, probe: Probe) -> Probe:
        """A probe as the archive has it, by which the archive is judged."""
        return probe

    def watch(self, journey: "Journey") -> None:
        """Called for each journey, while what came back is there."""

    def cases(self) -> Iterable[CaseOutcome]:
        """What came of the interference, when everything was judged."""
        return ()
