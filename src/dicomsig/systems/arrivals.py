"""Instances that others send: kept as they come, and handed on one by one (PS3.4 B, PS3.18 10.5)."""

import queue
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.systems.bad_ends import BadEnds
from dicomsig.systems.dimse.accepting import contexts_of
from dicomsig.systems.dimse.asking import CANNOT_TAKE, NO_SUCH_OPERATION, SUCCESS, keeper
from dicomsig.systems.dimse.association import Association, Context, Message, sop_uids
from dicomsig.systems.dimse.commands import CommandField, CommandSet, answer_to
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
from dicomsig.systems.embedded_archive import BIT_PRESERVING_ANSWER, HonestArchive

__all__ = ["Arrival", "Arrivals", "Titles", "WebArrivals"]

_INVALID_INSTANCE: Final = 0x0117
"""The SOP Instance UID is none (PS3.7 C.4)."""
_UID: Final = re.compile(r"[0-9.]{1,64}")
"""What nobody can take for a path; whether it is a UID in every detail is judged, not refused."""
_CALLED_UNKNOWN: Final = AssociateReject(1, 1, 7)
_CALLING_UNKNOWN: Final = AssociateReject(1, 1, 3)
_LONGEST_PDU: Final = 1 << 18
_MOST_WAITING: Final = 10_000
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Titles:
    """The AE titles that are taken; an empty collection takes any."""

    called: Collection[str] = ()
    calling: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One instance that came, and who says to have sent it: a text of a stranger."""

    kept: Kept
    sender: str


class Arrivals:
    """A Storage SCP that takes every SOP Class, announces signature level 3 and keeps every byte.

    `waiting` holds what came and was not looked at yet.
    """

    def __init__(self, vault: Vault, titles: Titles = Titles()) -> None:
        self.waiting: queue.Queue[Arrival] = queue.Queue(_MOST_WAITING)
        self._vault, self._titles = vault, titles
        self.requests = RequestsSeen()
        """What those who asked for an association announced."""
        self.ends = BadEnds()
        """Who was refused, and which associations came to a bad end."""

    def negotiate(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        """Every context, in the first explicit VR transfer syntax where there is one (PS3.15 A.3)."""
        if self._titles.called and request.called not in self._titles.called:
            self.ends.refused(request.calling, f"called {request.called}, not {_one_of(self._titles.called)}")
            return _CALLED_UNKNOWN
        if self._titles.calling and request.calling not in self._titles.calling:
            self.ends.refused(request.calling, f"not {_one_of(self._titles.calling)}")
            return _CALLING_UNKNOWN
        self.requests.take(request)
        named = [each for each in request.contexts if each.syntaxes and _UID.fullmatch(each.abstract)]
        answer = {each.id: _chosen(each.syntaxes) for each in named}
        classes = dict.fromkeys(each.sop_class for each in request.user.extended if each.sop_class)
        extended = tuple(ExtendedNegotiation(each, BIT_PRESERVING_ANSWER) for each in classes)
        user = UserInformation(_LONGEST_PDU, extended=extended)
        return AssociateAccept(request.called, request.calling, contexts_of(request, answer), user)

    def keep(self, command: CommandSet, context: Context) -> Keeper:
        """A file of ours."""
        return keeper(self._vault, command, context)

    def answer(self, association: Association, message: Message) -> None:
        """Take what is stored, answer an echo, decline the rest."""
        match message.command.field:
            case CommandField.ECHO:
                association.send(message.context, answer_to(message.command, SUCCESS))
            case CommandField.STORE:
                status = CANNOT_TAKE
                if message.kept is not None:
                    named = sop_uids(message.command)[1]
                    status = self.take(message.kept, named, association.evidence.request.calling)
                association.send(message.context, answer_to(message.command, status))
            case CommandField.CANCEL:
                pass
            case _:
                association.send(message.context, answer_to(message.command, NO_SUCH_OPERATION))

    def ended(self, association: Association, error: NetworkError | None) -> None:
        """Remember a bad end."""
        if error is not None:
            self.ends.broken_off(association.evidence.request.calling, error.message)

    def take(self, kept: Kept, named: str, sender: str) -> int:
        """Hand an instance on under the UID that it was named with; the status. What is refused is dropped."""
        if _UID.fullmatch(named) is None:
            self._vault.release(kept)
            return _INVALID_INSTANCE
        try:
            self.waiting.put_nowait(Arrival(kept, sender))
        except queue.Full:
            self._vault.release(kept)
            return CANNOT_TAKE
        return SUCCESS


class WebArrivals(HonestArchive):
    """The same over STOW-RS: what is posted is kept and handed on, and nothing is given back."""

    def __init__(self, vault: Vault, arrivals: Arrivals) -> None:
        super().__init__()
        self._vault, self._arrivals = vault, arrivals

    def receive(self, sop_class: str, sop_instance: str, syntax: str, data: bytes) -> int:
        """Keep a file as it came."""
        try:
            kept = self._vault.keep_file(data, syntax)
        except NetworkError:
            return CANNOT_TAKE
        return self._arrivals.take(kept, sop_instance, "STOW-RS")


def _one_of(titles: Collection[str]) -> str:
    named = list(titles)[:_MOST_NAMED]
    return " or ".join(named + (["another"] if len(titles) > len(named) else []))


def _chosen(syntaxes: tuple[str, ...]) -> str:
    return next((each for each in syntaxes if transfer_syntax(each).explicit), syntaxes[0])
