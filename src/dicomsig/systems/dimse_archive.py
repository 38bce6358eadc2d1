"""An archive reached over DIMSE: C-STORE there, C-GET or C-MOVE back (PS3.4 B and C).

One transfer syntax a presentation context, so that it is ours to say which is used; an association that broke is asked
for anew with the next instance.
"""

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from threading import Condition
from typing import Final

from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.systems.dimse.accepting import Listener, contexts_of
from dicomsig.systems.dimse.asking import (
    CANNOT_TAKE,
    GET,
    MOVE,
    NO_SUCH_OPERATION,
    SUCCESS,
    VERIFICATION,
    Identifier,
    echo,
    get,
    keeper,
    move,
    store,
)
from dicomsig.systems.dimse.association import Association, Context, Evidence, Message
from dicomsig.systems.dimse.commands import CommandField, CommandSet, answer_to
from dicomsig.systems.dimse.commitment import CommitmentReport, read_report
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import AssociateAccept, AssociateReject, AssociateRequest, UserInformation
from dicomsig.systems.dimse.received import Keeper, Kept, Vault
from dicomsig.systems.dimse.requesting import MOST_CONTEXTS, Peer, Proposal, associate, split
from dicomsig.systems.dimse.requests_seen import RequestsSeen
from dicomsig.systems.outgoing import Outgoing, Returned, Sent

__all__ = ["SCU_ONLY", "Destination", "DimseStoring", "Getting", "Moving", "reach"]

SCU_ONLY: Final = bytes((3, 0, 0, 0, 2, 0))
"""What a requester that only stores says of its levels (PS3.4 B.3.1.1)."""

_ARRIVING: Final = 2.0
"""Seconds that an instance may arrive after the C-MOVE has ended."""


def reach(peer: Peer, limits: NetworkLimits) -> int:
    """The status of a C-ECHO, -1 where the peer takes the association and no verification; raises NetworkError."""
    association = associate(peer, [Proposal(VERIFICATION, IMPLICIT_LITTLE_ENDIAN_UID)], limits)
    try:
        return echo(association) if association.contexts else -1
    finally:
        association.release()


class _Line:
    """An association that is made when it is needed, and made anew after a fault."""

    def __init__(
        self,
        peer: Peer,
        proposals: Sequence[Proposal],
        limits: NetworkLimits,
        receive: Iterable[str] = (),
        extended: Mapping[str, bytes] | None = None,
    ) -> None:
        self._peer, self._proposals, self._limits = peer, proposals, limits
        self._receive, self._extended = tuple(receive), extended
        self._association: Association | None = None
        self.evidence: Evidence | None = None

    def association(self) -> Association:
        if self._association is None or self._association.over:
            self._association = associate(
                self._peer, self._proposals, self._limits, receive=self._receive, extended=self._extended
            )
            self.evidence = self._association.evidence
        return self._association

    def close(self) -> None:
        if self._association is not None:
            self._association.release()
            self._association = None


class DimseStoring:
    """C-STORE of instances that are known beforehand, over as few associations as 128 contexts allow.

    `offer` is the application information of SOP Class Extended Negotiation for each SOP Class; None offers nothing.
    """

    def __init__(
        self, peer: Peer, every: Iterable[Outgoing], limits: NetworkLimits, offer: bytes | None = SCU_ONLY
    ) -> None:
        self._lines: dict[Proposal, _Line] = {}
        for part in split([Proposal(each.sop_class, each.syntax) for each in every]):
            extended = {each.abstract: offer for each in part} if offer is not None else None
            line = _Line(peer, part, limits, extended=extended)
            self._lines |= dict.fromkeys(part, line)

    def store(self, outgoing: Outgoing) -> Sent:
        """Store one instance, its data set as it is."""
        try:
            association = self._lines[Proposal(outgoing.sop_class, outgoing.syntax)].association()
            context = association.context_for(outgoing.sop_class, outgoing.syntax)
            return Sent(store(association, context, outgoing.sop_instance, outgoing.data_set))
        except NetworkError as error:
            return Sent(fault=error)

    def announced(self, sop_class: str) -> bytes:
        """What the peer answered to the offer."""
        for line in self._lines.values():
            for each in line.evidence.accept.user.extended if line.evidence is not None else ():
                if each.sop_class == sop_class:
                    return each.information
        return b""

    def close(self) -> None:
        """End the associations."""
        for line in {id(line): line for line in self._lines.values()}.values():
            line.close()


class Getting:
    """C-GET of instances, one association a transfer syntax (PS3.4 C.5.3).

    `syntax` None asks for each in the transfer syntax that it was stored in.
    """

    def __init__(
        self, peer: Peer, every: Iterable[Outgoing], limits: NetworkLimits, vault: Vault, syntax: str | None = None
    ) -> None:
        self._vault, self._syntax = vault, syntax
        self._last: _Line | None = None
        wanted: dict[str, dict[str, None]] = {}
        for each in every:
            wanted.setdefault(syntax or each.syntax, {})[each.sop_class] = None
        self._lines: dict[tuple[str, str], _Line] = {}
        for named, classes in wanted.items():
            for part in split([Proposal(each, named) for each in classes], MOST_CONTEXTS - 1):
                names = [each.abstract for each in part]
                proposals = [Proposal(GET, IMPLICIT_LITTLE_ENDIAN_UID), *part]
                line = _Line(peer, proposals, limits, receive=names)
                self._lines |= {(each, named): line for each in names}

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance."""
        syntax = self._syntax or outgoing.syntax
        wanted = Identifier(outgoing.study, outgoing.series, outgoing.sop_instance)
        line = self._lines[outgoing.sop_class, syntax]
        if self._last is not None and self._last is not line:
            self._last.close()  # a peer may serve one association after the other
        self._last = line
        try:
            association = line.association()
            association.context_for(outgoing.sop_class, syntax)
            found = get(association, wanted, self._vault)
            return Returned(found.kept, found.status, found.failed, syntax)
        except NetworkError as error:
            return Returned(syntax=syntax, fault=error)

    def close(self) -> None:
        """End the associations."""
        for line in {id(line): line for line in self._lines.values()}.values():
            line.close()


class Destination:
    """Our own Storage SCP, which C-MOVE sends to: it takes what arrives as it is (PS3.4 C.4.2)."""

    def __init__(self, vault: Vault, syntax: str | None = None) -> None:
        self._vault, self._syntax = vault, syntax
        self._arrived: list[Kept] = []
        self._reports: list[CommitmentReport] = []
        self._changed = Condition()
        self.requests = RequestsSeen()
        """What those who asked for an association announced."""

    def negotiate(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        """Every context, in the transfer syntax that is wanted where it is offered, else in the first."""
        self.requests.take(request)
        answer: dict[int, str] = {}
        for each in request.contexts:
            if self._syntax is not None and self._syntax in each.syntaxes:
                answer[each.id] = self._syntax
            elif each.syntaxes:
                answer[each.id] = each.syntaxes[0]
        user = UserInformation(1 << 18, roles=request.user.roles)
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
                    status = SUCCESS
                    with self._changed:
                        self._arrived.append(message.kept)
                        self._changed.notify_all()
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

    def ended(self, association: Association, error: NetworkError | None) -> None:
        """Nothing hangs on it."""

    def taken(self, sop_instance: str, seconds: float) -> tuple[Kept, ...]:
        """What arrived since the last call; waits for an instance that has not arrived yet."""
        until = time.monotonic() + seconds
        with self._changed:
            while not any(each.sop_instance == sop_instance for each in self._arrived):
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            arrived, self._arrived = tuple(self._arrived), []
        return arrived

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


class Moving:
    """C-MOVE of instances to a destination of ours, under a title that the peer knows."""

    def __init__(self, peer: Peer, limits: NetworkLimits, title: str, listener: Listener, there: Destination) -> None:
        self._title, self._listener, self._there = title, listener, there
        self._line = _Line(peer, [Proposal(MOVE, IMPLICIT_LITTLE_ENDIAN_UID)], limits)

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance."""
        wanted = Identifier(outgoing.study, outgoing.series, outgoing.sop_instance)
        try:
            found = move(self._line.association(), wanted, self._title)
        except NetworkError as error:
            return Returned(self._there.taken(outgoing.sop_instance, 0.0), syntax=outgoing.syntax, fault=error)
        waiting = _ARRIVING if found.status == SUCCESS else 0.0
        arrived = self._there.taken(outgoing.sop_instance, waiting)
        return Returned(arrived, found.status, found.failed, outgoing.syntax)

    def close(self) -> None:
        """End the association and the listener."""
        with contextlib.suppress(NetworkError):
            self._line.close()
        self._listener.stop()
