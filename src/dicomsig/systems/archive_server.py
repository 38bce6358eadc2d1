"""The network around an embedded archive: C-ECHO, C-STORE, C-FIND, C-GET, C-MOVE (PS3.4 A, B, C)."""

import ssl
from types import TracebackType
from typing import Final, Self

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dimse.accepting import Listener, contexts_of
from dicomsig.systems.dimse.asking import (
    CANNOT_TAKE,
    FIND,
    GET,
    MOVE,
    NO_SUCH_OPERATION,
    SUCCESS,
    Identifier,
    keeper,
    store,
)
from dicomsig.systems.dimse.association import Association, Context, Message, sop_uids
from dicomsig.systems.dimse.commands import CommandField, CommandSet, CommandTag, answer_to
from dicomsig.systems.dimse.commitment import COMMITMENT, read_request, report
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.dimse.pdu import (
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ExtendedNegotiation,
    UserInformation,
)
from dicomsig.systems.dimse.received import Keeper, Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.embedded_archive import HonestArchive, Stored, Way

__all__ = ["TITLE", "ArchiveServer"]

TITLE: Final = "EMBEDDED"
"""The AE title of the embedded archive."""

_PENDING: Final = 0xFF00
_NOT_UNDERSTOOD: Final = 0xC000
_UNKNOWN_DESTINATION: Final = 0xA801
_SOME_FAILED: Final = 0xB000
_STUDY: Final = 0x0020000D
_SERIES: Final = 0x0020000E
_INSTANCE: Final = 0x00080018


class ArchiveServer:
    """An archive behind a port of 127.0.0.1, started and stopped as a context manager.

    `destinations` says for C-MOVE where an AE title listens; whoever listens puts himself there.
    """

    def __init__(
        self,
        archive: HonestArchive | None = None,
        *,
        limits: NetworkLimits = DEFAULT_NETWORK_LIMITS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.archive = archive or HonestArchive()
        self.destinations: dict[str, tuple[str, int]] = {}
        self._vault = Vault()
        self._limits = limits
        self._listener = Listener(self, limits=limits, tls=tls)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listener.stop()
        self._vault.close()

    @property
    def peer(self) -> Peer:
        """How to reach it."""
        return Peer("127.0.0.1", self._listener.port, TITLE)

    def negotiate(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        """Every context that the archive accepts, roles as asked for, and its signature level."""
        answer = {
            each.id: syntax
            for each in request.contexts
            if (syntax := self.archive.accepts(each.abstract, each.syntaxes)) is not None
        }
        extended = tuple(
            ExtendedNegotiation(each.sop_class, information)
            for each in request.user.extended
            if (information := self.archive.level_answer(each.sop_class, each.information)) is not None
        )
        user = UserInformation(self._limits.pdu, roles=request.user.roles, extended=extended)
        return AssociateAccept(request.called, request.calling, contexts_of(request, answer), user)

    def keep(self, command: CommandSet, context: Context) -> Keeper:
        """A private file until the archive has taken it."""
        return keeper(self._vault, command, context)

    def answer(self, association: Association, message: Message) -> None:
        """Do what is asked for."""
        self.archive.answering(association, message)
        match message.command.field:
            case CommandField.ECHO:
                association.send(message.context, answer_to(message.command, SUCCESS))
            case CommandField.STORE:
                association.send(message.context, answer_to(message.command, self._take(message)))
            case CommandField.FIND if message.context.abstract == FIND:
                self._find(association, message)
            case CommandField.GET if message.context.abstract == GET:
                self._get(association, message)
            case CommandField.MOVE if message.context.abstract == MOVE:
                self._move(association, message)
            case CommandField.ACTION if message.context.abstract == COMMITMENT:
                self._commit(association, message)
            case CommandField.CANCEL:
                pass
            case _:
                association.send(message.context, answer_to(message.command, NO_SUCH_OPERATION))

    def ended(self, association: Association, error: NetworkError | None) -> None:
        """Nothing hangs on it."""

    def _take(self, message: Message) -> int:
        if message.kept is None:
            return CANNOT_TAKE
        data = message.kept.path.read_bytes()
        self._vault.release(message.kept)
        return self.archive.receive(*sop_uids(message.command), message.context.syntax, data)

    def _meant(self, message: Message) -> list[Stored] | None:
        """The instances that an identifier names, at whatever level; None where it cannot be read."""
        try:
            asked = instance_of(message.data)
        except MalformedError:
            return None
        wanted = [(tag, asked.text(tag)) for tag in (_STUDY, _SERIES, _INSTANCE)]
        return [
            each
            for each in list(self.archive.stored.values())
            if all(
                not text or text == value
                for (_, text), value in zip(wanted, (each.study, each.series, each.sop_instance), strict=True)
            )
        ]

    def _find(self, association: Association, message: Message) -> None:
        found = self._meant(message)
        for each in found or ():
            identifier = Identifier(each.study, each.series, each.sop_instance).encode()
            association.send(message.context, answer_to(message.command, _PENDING, data_set=True), identifier)
        association.send(message.context, answer_to(message.command, _NOT_UNDERSTOOD if found is None else SUCCESS))

    def _get(self, association: Association, message: Message) -> None:
        found = self._meant(message)
        if found is None:
            association.send(message.context, answer_to(message.command, _NOT_UNDERSTOOD))
            return
        failed = sum(not self._send(association, each, Way.GET) for each in found)
        association.send(message.context, _ended(message.command, len(found), failed))

    def _move(self, association: Association, message: Message) -> None:
        found = self._meant(message)
        place = self.destinations.get(message.command.text(CommandTag.MOVE_DESTINATION))
        if found is None or place is None:
            status = _NOT_UNDERSTOOD if found is None else _UNKNOWN_DESTINATION
            association.send(message.context, answer_to(message.command, status))
            return
        calling = association.evidence.request.calling
        originator = (calling, message.command.number(CommandTag.MESSAGE_ID, 0))
        failed = sum(not self._send_anew(place, message.command, each, originator) for each in found)
        association.send(message.context, _ended(message.command, len(found), failed))

    def _commit(self, association: Association, message: Message) -> None:
        asked = read_request(message)
        association.send(message.context, answer_to(message.command, SUCCESS if asked else _NOT_UNDERSTOOD))
        if asked is None:
            return
        transaction, references = asked
        why_not = [(each, self.archive.why_not(each.sop_class, each.sop_instance)) for each in references]
        kept = [each for each, why in why_not if not why]
        report(association, message.context, transaction, kept, [pair for pair in why_not if pair[1]])

    def _send_anew(
        self, place: tuple[str, int], asked: CommandSet, stored: Stored, originator: tuple[str, int]
    ) -> bool:
        peer = Peer(*place, asked.text(CommandTag.MOVE_DESTINATION), TITLE)
        offer = self.archive.offers(stored.sop_class)
        extended = {stored.sop_class: offer} if offer is not None else None
        try:
            proposals = [Proposal(stored.sop_class, syntax) for syntax in self.archive.offers_in(stored)]
            outgoing = associate(peer, proposals, self._limits, extended=extended)
        except NetworkError:
            return False
        answered = (each.information for each in outgoing.evidence.accept.user.extended)
        try:
            return all(map(self.archive.goes_on, answered)) and self._send(outgoing, stored, Way.MOVE, originator)
        finally:
            outgoing.release()

    def _send(
        self, association: Association, stored: Stored, way: Way, originator: tuple[str, int] | None = None
    ) -> bool:
        """One C-STORE sub-operation, in the transfer syntax of the first context that the archive can serve."""
        contexts = association.contexts.values()
        agreed = dict.fromkeys(each.syntax for each in contexts if each.abstract == stored.sop_class)
        for syntax in self.archive.in_order(stored, tuple(agreed)):
            data = self.archive.give(stored.sop_instance, way, syntax)
            if data is None:
                continue
            try:
                context = association.context_for(stored.sop_class, syntax)
                start = instance_of(data).file_start
                content = memoryview(data)[start:]
                return self.archive.delivered(store(association, context, stored.sop_instance, content, originator))
            except (NetworkError, MalformedError):
                return False
        return False


def _ended(asked: CommandSet, number: int, failed: int) -> CommandSet:
    counts: dict[CommandTag, int | str] = {
        CommandTag.COMPLETED: number - failed,
        CommandTag.FAILED: failed,
        CommandTag.WARNINGS: 0,
    }
    return answer_to(asked, _SOME_FAILED if failed else SUCCESS, counts)
