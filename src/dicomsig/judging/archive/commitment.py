"""What an archive says when it is asked to commit to instances: noted, since no row hangs on it (PS3.4 J).

A commitment promises nothing of signatures; whether they are kept shows when the instances come back. It promises that
an instance is kept: who commits to what he was never given commits to nothing.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.judging.archive.case import ROLE
from dicomsig.judging.archive.probes import Probe
from dicomsig.judging.rows import Tally
from dicomsig.systems.committing import Commitment, OddRequest
from dicomsig.systems.dimse.commitment import CLASS_CONFLICT, NO_SUCH_OBJECT, CommitmentReport, EventType

__all__ = ["CommitmentNote", "commitment_case"]

_ROW: Final = "ps3.4-j-commitment-silent-on-signatures"
_MEANS: Final = {
    0x0110: "processing failure",
    NO_SUCH_OBJECT: "no such instance",
    CLASS_CONFLICT: "another SOP Class",
    0x0122: "SOP Class not supported",
    0x0131: "transaction known already",
    0x0213: "out of resources",
}
"""The failure reasons of storage commitment (PS3.3 C.14)."""


class CommitmentNote(StrEnum):
    """What is noted of a commitment."""

    COMMITTED = "storage-committed"
    NOT_ANSWERED = "storage-commitment-not-answered"
    REFUSED = "storage-commitment-refused"
    """Of what was taken with Success."""
    SILENT = "storage-commitment-silent-on-some"
    NOT_ASKED = "storage-commitment-to-what-was-not-asked"
    BOTH = "storage-commitment-contradicts-itself"
    EVENT = "storage-commitment-event-type"
    ABSENT = "storage-commitment-to-the-absent"
    ABSENT_TOLD = "storage-commitment-tells-the-absent"
    OTHER_CLASS = "storage-commitment-to-another-class"
    REASON = "storage-commitment-failure-reason"


def commitment_case(commitment: Commitment, asked: Sequence[Probe]) -> CaseOutcome:
    """The case of the request: how many instances the archive commits to, or why there is no answer."""
    tally = Tally(f"{ROLE}/commitment", Subject())
    uids = frozenset(probe.outgoing.sop_instance for probe in asked)
    report = commitment.report
    if report is None:
        _not_answered(tally, "asking for storage commitment", commitment)
        return tally.outcome()
    committed = uids & report.committed - report.failed.keys()
    _note(tally, CommitmentNote.COMMITTED, f"the archive commits to {len(committed)} of {len(uids)} instances")
    refused = Counter(_reason(number) for uid, number in report.failed.items() if uid in uids)
    if refused:
        told = ", ".join(f"{count} with {reason}" for reason, count in refused.items())
        message = f"of instances that the archive took, its commitment refuses {told}"
        _note(tally, CommitmentNote.REFUSED, message)
    _well_formed(tally, report, uids)
    if commitment.odd is not None and commitment.of_odd is not None:
        _of_odd(tally, commitment.odd, commitment.of_odd)
    return tally.outcome()


def _of_odd(tally: Tally, odd: OddRequest, commitment: Commitment) -> None:
    """What became of the request for what is there, what is not, and what is of another SOP Class."""
    report = commitment.report
    if report is None:
        _not_answered(tally, "asking for storage commitment to an instance that is not there", commitment)
        return
    _well_formed(tally, report, frozenset(each.sop_instance for each in odd.references))
    absent = odd.absent.sop_instance
    if absent in report.committed:
        message = "the archive commits to an instance that it was never given"
        _note(tally, CommitmentNote.ABSENT, message)
    elif absent in report.failed:
        number = report.failed[absent]
        message = "asked to commit to an instance that it was never given, the archive says no"
        _note(tally, CommitmentNote.ABSENT_TOLD, message)
        _right_reason(tally, number, NO_SUCH_OBJECT, "an instance that is not there")
    if odd.present.sop_instance in report.failed:
        number = report.failed[odd.present.sop_instance]
        message = f"beside an instance that is not there the archive refuses one that is, with {_reason(number)}"
        _note(tally, CommitmentNote.REFUSED, message)
    if odd.other_class is None:
        return
    other = odd.other_class.sop_instance
    if other in report.committed:
        message = "the archive commits to an instance under a SOP Class that is not its own"
        _note(tally, CommitmentNote.OTHER_CLASS, message)
    elif other in report.failed:
        _right_reason(tally, report.failed[other], CLASS_CONFLICT, "an instance of another SOP Class")


def _well_formed(tally: Tally, report: CommitmentReport, asked: Collection[str]) -> None:
    """A report names each instance of its request once, and its event type says whether any failed (PS3.4 J.3.3)."""
    told = report.committed | report.failed.keys()
    silent = len([uid for uid in asked if uid not in told])
    if silent:
        _note(tally, CommitmentNote.SILENT, f"the report says nothing of {silent} of {len(asked)} instances asked for")
    more = len([uid for uid in told if uid not in asked])
    if more:
        _note(tally, CommitmentNote.NOT_ASKED, f"the report names {more} instances that were not asked for")
    both = len(report.committed & report.failed.keys())
    if both:
        _note(tally, CommitmentNote.BOTH, f"the report commits to {both} instances and refuses them too")
    expected = EventType.SOME if report.failed else EventType.ALL
    if report.event != expected:
        message = f"the report is of event type {report.event}, and of {len(report.failed)} instances it says that "
        _note(tally, CommitmentNote.EVENT, message + f"they failed: expected event type {expected.value}")


def _right_reason(tally: Tally, number: int, expected: int, what: str) -> None:
    if number != expected:
        message = f"of {what} the report says {_reason(number)}: expected {_reason(expected)}"
        _note(tally, CommitmentNote.REASON, message)


def _not_answered(tally: Tally, doing: str, commitment: Commitment) -> None:
    if commitment.fault is not None:
        message = f"{doing}: {commitment.fault.message}"
    elif commitment.status != 0:
        message = f"{doing} is answered with status {commitment.status & 0xFFFF:04X}"
    else:
        message = f"{doing} is answered, and no report came in time"
    _note(tally, CommitmentNote.NOT_ANSWERED, message)


def _note(tally: Tally, code: CommitmentNote, message: str) -> None:
    tally.observe(code, message, _ROW)


def _reason(number: int) -> str:
    """A failure reason as the standard writes it, and what it means."""
    if number < 0:
        return "no failure reason"
    means = _MEANS.get(number, "no reason that the standard knows here")
    return f"failure reason {number:04X} ({means})"
