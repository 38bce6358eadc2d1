"""What an archive says when it is asked to commit to instances: noted, since no row hangs on it (PS3.4 J).

A commitment promises nothing of signatures; whether they are kept shows when the instances come back.
"""

from collections.abc import Sequence
from typing import Final

from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.judging.archive_case import ROLE
from dicomsig.judging.archive_probes import Probe
from dicomsig.judging.rows import Tally
from dicomsig.systems.committing import Commitment

__all__ = ["commitment_case"]

_ROW: Final = "ps3.4-j-commitment-silent-on-signatures"


def commitment_case(commitment: Commitment, asked: Sequence[Probe]) -> CaseOutcome:
    """The case of the request: how many instances the archive commits to, or why there is no answer."""
    tally = Tally(f"{ROLE}/commitment", Subject())
    report = commitment.report
    if report is not None:
        uids = {probe.outgoing.sop_instance for probe in asked}
        committed = len(uids & report.committed - report.failed)
        tally.observe("storage-committed", f"the archive commits to {committed} of {len(uids)} instances", _ROW)
    elif commitment.fault is not None:
        message = f"asking for storage commitment: {commitment.fault.message}"
        tally.observe("storage-commitment-not-answered", message, _ROW)
    elif commitment.status != 0:
        message = f"asking for storage commitment is answered with status {commitment.status & 0xFFFF:04X}"
        tally.observe("storage-commitment-not-answered", message, _ROW)
    else:
        message = "asking for storage commitment is answered, and no report came in time"
        tally.observe("storage-commitment-not-answered", message, _ROW)
    return tally.outcome()
