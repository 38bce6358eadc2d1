"""Our own Storage SCP, to which an archive sends by C-MOVE and reports on commitment (PS3.4 B, C.4.2, J)."""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Condition
from typing import Final

from dicomsig.systems.dimse.accepting import contexts_of
from dicomsig.systems.dimse.asking import CANNOT_TAKE, NO_SUCH_OPERATION, SUCCESS, keeper
from dicomsig.systems.dimse.association import Association, Context, Message
from dicomsig.systems.dimse.commands import CommandField, CommandSet, answer_to
from dicomsig.systems.dimse.commitment import CommitmentReport, read_report
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.pdu import (
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ExtendedNegotiation,
    UserInformation,
)
from dicomsig.systems.dimse.received import Keeper, Kept, Vault
from dicomsig.systems.dimse.requests_seen import RequestsSeen

__all__ = ["Destination", "Manner"]

_MOST_REPORTS: Final = 16
"""The last ones are kept: one is due for each request, and whoever sends without end fills no memory."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How we meet what is sent to us: the status of each C-STORE, and what answers extended negotiation.

    With a `syntax` nothing is taken in another transfer syntax.
    """

    status: int = SUCCESS
    levels: bytes = b""
    syntax: str = ""


class Destination:
    """Our own Storage SCP, which C-MOVE sends to: it takes what arrives as it is (PS3.4 C.4.2).

    What it refuses, in another `manner` than the usual one, is not kept.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._arrived: list[Kept] = []
        self._reports: deque[CommitmentReport] = deque(maxlen=_MOST_REPORTS)
        self._asked: set[str] = set()
        self._changed = Condition()
        self.requests = RequestsSeen()
        """What those who asked for an association announced."""
        self.manner = Manner()
        self.sent = 0
        """How many instances were sent to us, refused ones too."""
        self.offered = False
        """Somebody asked for extended negotiation."""

    def negotiate(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        """Every context, in the first of its transfer syntaxes or in the one that is wanted."""
        self.requests.take(request)
        self.offered = self.offered or bool(request.user.extended)
        wanted = self.manner.syntax
        answer = {each.id: each.syntaxes[0] for each in request.contexts if each.syntaxes}
        if wanted:
            answer = {each.id: wanted for each in request.contexts if wanted in each.syntaxes}
        levels = self.manner.levels
        extended = tuple(ExtendedNegotiation(each.sop_class, levels) for each in request.user.extended if levels)
        user = UserInformation(1 << 18, roles=request.user.roles, extended=extended)
        return AssociateAccept(request.called, request.calling, contexts_of(request, answer), user)

    def keep(self, command: CommandSet, context: Context) -> Keeper:
        """A private file."""
        return keeper(self._vault, command, context)

    def answer(self, association: Association, message: Message) -> None:
        """Take what is stored, answer an echo."""
        match message.command.field:
            case CommandField.STORE:
                status = CANNOT_TAKE
                if message.kept is not None:
                    status = self._taken_in(message.kept)
                association.send(message.context, answer_to(message.command, status))
            case CommandField.ECHO:
                association.send(message.context, answer_to(message.command, SUCCESS))
            case CommandField.EVENT_REPORT:
                report = read_report(association, message)
                with self._changed:
                    if report is not None:
                        self._reports.append(report)
                    self._changed.notify_all()
            case CommandField.CANCEL:
                pass  # it has no answer (PS3.7 9.3.2.3)
            case _:
                association.send(message.context, answer_to(message.command, NO_SUCH_OPERATION))

    def _taken_in(self, kept: Kept) -> int:
        """The status of an instance that has arrived."""
        status = self.manner.status
        with self._changed:
            self.sent += 1
            if status == SUCCESS:
                self._arrived.append(kept)
            self._changed.notify_all()
        if status != SUCCESS:
            self._vault.release(kept)
        return status

    def ended(self, association: Association, error: NetworkError | None) -> None:
        """Nothing hangs on it."""

    def taken(self, sop_instance: str, seconds: float) -> tuple[Kept, ...]:
        """What arrived since the last call; waits for an instance that has not arrived yet.

        What was asked for in an earlier call and comes too late answers nothing any more: it is let go.
        """
        until = time.monotonic() + seconds
        with self._changed:
            while not any(each.sop_instance == sop_instance for each in self._arrived):
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            arrived, self._arrived = tuple(self._arrived), []
        late = [each for each in arrived if each.sop_instance in self._asked and each.sop_instance != sop_instance]
        self._asked.add(sop_instance)
        self.release(late)
        return tuple(each for each in arrived if each not in late)

    def let_go(self) -> None:
        """Let go of all that arrived since the last call."""
        with self._changed:
            arrived, self._arrived = self._arrived, []
        self.release(arrived)

    def release(self, arrived: Iterable[Kept]) -> None:
        """Nobody needs these any more."""
        for each in arrived:
            self._vault.release(each)

    def report(self, transaction: str, seconds: float) -> CommitmentReport | None:
        """The report on a transaction, which may still be on its way."""
        until = time.monotonic() + seconds
        with self._changed:
            while True:
                found = next((each for each in self._reports if each.transaction == transaction), None)
                left = until - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._changed.wait(left)
