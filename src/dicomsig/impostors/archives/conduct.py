"""Archives that misbehave on the wire: silent, slow, breaking off, talking without end. What they keep is right."""

import time
from typing import ClassVar, Final

from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.systems.dimse.association import Association, Message
from dicomsig.systems.dimse.commands import CommandField, answer_to
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault

_PENDING: Final = 0xFF00
_ENDLESS: Final = 1 << 20


class _Misbehaves(ClaimingArchive):
    """Behaves for some requests of a kind, and then otherwise."""

    at: ClassVar[tuple[CommandField, ...]] = (CommandField.STORE,)
    """The requests that count."""
    after: ClassVar[int] = 3
    """How many of them it answers as it should."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    def answering(self, association: Association, message: Message) -> None:
        """Count, and misbehave at the end."""
        if message.command.field in self.at:
            self._asked += 1
            if self._asked > self.after:
                self.misbehave(association, message)

    def misbehave(self, association: Association, message: Message) -> None:
        """What it does in place of an answer, or before it."""


class HangsInMidAssociation(_Misbehaves):
    """Stops answering after a few instances."""

    fault = NetworkFault.SILENT
    pause: ClassVar[float] = 60.0
    """Seconds of silence, in steps: the association may end before."""

    def misbehave(self, association: Association, message: Message) -> None:
        """Nothing, for long."""
        until = time.monotonic() + self.pause
        while time.monotonic() < until and not association.over:
            time.sleep(0.05)


class AbortsInMidAssociation(_Misbehaves):
    """Aborts the association after a few instances."""

    fault = NetworkFault.ABORTED

    def misbehave(self, association: Association, message: Message) -> None:
        """Abort."""
        association.abort()


class AnswersSlowly(_Misbehaves):
    """Honest: takes its time with every answer."""

    after = 0
    pause: ClassVar[float] = 0.05
    """Seconds."""

    def misbehave(self, association: Association, message: Message) -> None:
        """Wait, and go on."""
        time.sleep(self.pause)


class FloodsWithAnswers(_Misbehaves):
    """Sends pending answers without end when it is asked for instances."""

    at = (CommandField.GET, CommandField.MOVE)
    fault = NetworkFault.FLOOD

    def misbehave(self, association: Association, message: Message) -> None:
        """Answer after answer."""
        for _ in range(_ENDLESS):
            try:
                association.send(message.context, answer_to(message.command, _PENDING))
            except NetworkError:
                return
