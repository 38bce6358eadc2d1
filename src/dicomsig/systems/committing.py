"""Asking an archive to commit to what it was given, and waiting for its report, over whichever association it comes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.systems.dimse.commitment import COMMITMENT, CommitmentReport, Reference, ask, wait_for_report
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.dimse_archive import Destination
from dicomsig.systems.outgoing import Outgoing

__all__ = ["Commitment", "commitment"]

_HERE: Final = 1.0
"""Seconds that a report may take over the association of the request, before others are looked at."""
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Commitment:
    """What asking for commitment came to: the status of the request, and the report where one came."""

    status: int = -1
    report: CommitmentReport | None = None
    fault: NetworkError | None = None


def commitment(
    peer: Peer, every: Sequence[Outgoing], limits: NetworkLimits, there: Destination | None = None
) -> Commitment:
    """Ask for commitment to some instances; `there` is where the archive may report to instead."""
    transaction = f"2.25.{uuid.uuid4().int}"
    status = -1
    try:
        association = associate(peer, [Proposal(COMMITMENT, IMPLICIT_LITTLE_ENDIAN_UID)], limits)
        try:
            status = ask(association, transaction, [Reference(each.sop_class, each.sop_instance) for each in every])
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
