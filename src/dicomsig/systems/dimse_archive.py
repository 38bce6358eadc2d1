"""An archive reached over DIMSE: C-STORE there, C-GET or C-MOVE back (PS3.4 B and C).

One transfer syntax a presentation context, so that it is ours to say which is used; an association that broke is asked
for anew with the next instance.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.systems.destination import Destination, Manner
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.asking import (
    GET,
    MOVE,
    SUCCESS,
    VERIFICATION,
    Identifier,
    echo,
    get,
    move,
    store,
)
from dicomsig.systems.dimse.association import Association, Evidence
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import MOST_CONTEXTS, Peer, Proposal, associate, split
from dicomsig.systems.outgoing import Outgoing, Returned, Sent

__all__ = ["SCU_ONLY", "Delivered", "DimseStoring", "Getting", "Moving", "MovingIn", "reach"]

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

    def close(self, *, hurried: bool = False) -> None:
        association, self._association = self._association, None
        if association is not None:
            (association.abort if hurried else association.release)()


class DimseStoring:
    """C-STORE of instances that are known beforehand, over as few associations as 128 contexts allow.

    Each SOP Class is offered extended negotiation, as whoever only stores offers it (PS3.4 B.3.1.1).
    """

    def __init__(self, peer: Peer, every: Iterable[Outgoing], limits: NetworkLimits) -> None:
        self._lines: dict[Proposal, _Line] = {}
        for part in split([Proposal(each.sop_class, each.syntax) for each in every]):
            line = _Line(peer, part, limits, extended={each.abstract: SCU_ONLY for each in part})
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

    def close(self, *, hurried: bool = False) -> None:
        """End the associations."""
        for line in {id(line): line for line in self._lines.values()}.values():
            line.close(hurried=hurried)


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
            found = get(association, wanted, self._vault, len(outgoing.data))
            return Returned(found.kept, found.status, found.failed, syntax)
        except NetworkError as error:
            return Returned(syntax=syntax, fault=error)

    def close(self, *, hurried: bool = False) -> None:
        """End the associations."""
        for line in {id(line): line for line in self._lines.values()}.values():
            line.close(hurried=hurried)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One C-MOVE that was met in some manner: whether the instance was sent, how the C-MOVE ended.

    ``offered``: extended negotiation was asked for.
    """

    came: bool
    status: int
    failed: int
    offered: bool


class Moving:
    """C-MOVE of instances to a destination of ours, under a title that the peer knows."""

    def __init__(self, peer: Peer, limits: NetworkLimits, title: str, listener: Listener, there: Destination) -> None:
        self._title, self._listener, self._there = title, listener, there
        self._line = _Line(peer, [Proposal(MOVE, IMPLICIT_LITTLE_ENDIAN_UID)], limits)

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance."""
        wanted = Identifier(outgoing.study, outgoing.series, outgoing.sop_instance)
        syntax = self._there.manner.syntax or outgoing.syntax
        try:
            found = move(self._line.association(), wanted, self._title, len(outgoing.data))
        except NetworkError as error:
            arrived = self._there.taken(outgoing.sop_instance, 0.0)
            kept = tuple(each for each in arrived if each.sop_instance == outgoing.sop_instance)
            self._there.release(each for each in arrived if each not in kept)
            return Returned(kept, syntax=syntax, fault=error)
        waiting = _ARRIVING if found.status == SUCCESS and not found.failed else 0.0
        arrived = self._there.taken(outgoing.sop_instance, waiting)
        return Returned(arrived, found.status, found.failed, syntax)

    def retrieve_in(self, syntax: str, outgoing: Outgoing) -> Returned:
        """Ask for one instance and take it in one transfer syntax alone."""
        self._there.manner = Manner(syntax=syntax)
        try:
            return self.retrieve(outgoing)
        finally:
            self._there.manner = Manner()

    def deliver(self, outgoing: Outgoing, manner: Manner) -> Delivered:
        """Ask for one instance and meet it in a manner; what arrives is let go. Raises NetworkError."""
        there = self._there
        there.manner, there.offered, before = manner, False, there.sent
        try:
            found = move(self._line.association(), Identifier(outgoing.study, outgoing.series, outgoing.sop_instance),
                         self._title)  # fmt: skip
        finally:
            there.manner = Manner()
            there.let_go()
        return Delivered(there.sent > before, found.status, found.failed, there.offered)

    def close(self, *, hurried: bool = False) -> None:
        """End the association and the listener."""
        with contextlib.suppress(NetworkError):
            self._line.close(hurried=hurried)
        self._listener.stop()


class MovingIn:
    """The same over the same association, in one transfer syntax alone."""

    def __init__(self, moving: Moving, syntax: str) -> None:
        self._moving, self._syntax = moving, syntax

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance."""
        return self._moving.retrieve_in(self._syntax, outgoing)

    def close(self, *, hurried: bool = False) -> None:
        """Nothing of its own is open."""
