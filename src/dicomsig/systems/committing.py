"""Asking an archive to commit to what it was given, and waiting for its report, over whichever association it comes.

Then it is asked again, for what it has, for what it was never given, and for what it has under another SOP Class.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.systems.destination import Destination
from dicomsig.systems.dimse.commitment import COMMITMENT, CommitmentReport, Reference, ask, wait_for_report
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.outgoing import Outgoing

__all__ = ["Commitment", "OddRequest", "commitment"]

_HERE: Final = 1.0
"""Seconds that a report may take over the association of the request, before others are looked at."""
_PATIENCE: Final = 10.0
_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4")
"""CT and MR Image Storage: of the two one is not the class of an instance."""


@dataclass(frozen=True, slots=True)
class OddRequest:
    """What is asked in one transaction: an instance that is there, one that is not, one of another SOP Class."""

    present: Reference
    absent: Reference
    other_class: Reference | None = None

    @classmethod
    def of(cls, every: Sequence[Outgoing]) -> Self:
        """The request beside some instances, at least one, that the archive was given."""
        first, *rest = every
        absent = Reference(first.sop_class, _new_uid())
        other = None
        if rest:
            class_uid = next(each for each in _CLASSES if each != rest[0].sop_class)
            other = Reference(class_uid, rest[0].sop_instance)
        return cls(Reference(first.sop_class, first.sop_instance), absent, other)

    @property
    def references(self) -> tuple[Reference, ...]:
        """All that is asked for."""
        return tuple(each for each in (self.present, self.absent, self.other_class) if each is not None)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What asking for commitment came to: the status of the request, and the report where one came.

    ``odd`` is what was asked for then, ``of_odd`` what that came to.
    """

    status: int = -1
    report: CommitmentReport | None = None
    fault: NetworkError | None = None
    odd: OddRequest | None = None
    of_odd: "Commitment | None" = None


def commitment(
    peer: Peer, every: Sequence[Outgoing], limits: NetworkLimits, there: Destination | None = None
) -> Commitment:
    """Ask for commitment to some instances; `there` is where the archive may report to instead."""
    done = _commitment(peer, [Reference(each.sop_class, each.sop_instance) for each in every], limits, there)
    if done.report is None or not every:
        return done
    odd = OddRequest.of(every)
    return replace(done, odd=odd, of_odd=_commitment(peer, odd.references, limits, there))


def _commitment(
    peer: Peer, references: Sequence[Reference], limits: NetworkLimits, there: Destination | None
) -> Commitment:
    transaction = _new_uid()
    status = -1
    try:
        association = associate(peer, [Proposal(COMMITMENT, IMPLICIT_LITTLE_ENDIAN_UID)], limits)
        try:
            status = ask(association, transaction, references)
            if status != 0:
                return Commitment(status)
            patience = min(limits.answer, _PATIENCE)
            report = wait_for_report(association, patience if there is None else min(patience, _HERE))
        finally:
            association.release()
    except NetworkError as error:
        return Commitment(status, fault=error)
    if report is None and there is not None:
        report = there.report(transaction, patience)
    mine = report if report is not None and report.transaction == transaction else None
    return Commitment(status, mine)


def _new_uid() -> str:
    return f"2.25.{uuid.uuid4().int}"
