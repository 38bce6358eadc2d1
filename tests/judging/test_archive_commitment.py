"""What an archive says of commitment is told as it is, and nobody is convicted by it (PS3.4 J)."""

from types import SimpleNamespace

import pytest

from dicomsig.judging.archive.commitment import CommitmentNote, commitment_case
from dicomsig.systems.committing import Commitment, OddRequest
from dicomsig.systems.dimse.commitment import CommitmentReport, Reference
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.outgoing import Outgoing

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
ODD = OddRequest(Reference(CT, "1"), Reference(CT, "9"), Reference(MR, "2"))
ALL = CommitmentReport("t", frozenset("12"), {}, 1)
RIGHT = CommitmentReport("t", frozenset("1"), {"9": 0x0112, "2": 0x0119}, 2)
NOTE = CommitmentNote


def case(first=ALL, odd=RIGHT, **facts):
    asked = [SimpleNamespace(outgoing=Outgoing(CT, uid, "", "", "", b"")) for uid in "12"]
    return commitment_case(Commitment(0, first, None, ODD, Commitment(0, odd), **facts), asked)


def noted(outcome):
    return {each.code: each.message for each in outcome.observations}


def test_who_commits_rightly_has_nothing_held_against_him():
    """All of what is there, nothing of what is not, each with its reason (PS3.4 J.3.3, PS3.3 C.14)."""
    outcome = case()
    assert set(noted(outcome)) == {NOTE.COMMITTED, NOTE.ABSENT_TOLD}
    assert noted(outcome)[NOTE.COMMITTED] == "the archive commits to 2 of 2 instances"
    assert outcome.results == outcome.passed == ()


WRONG = {
    "of its own one is refused": (NOTE.REFUSED, {"first": CommitmentReport("t", frozenset("1"), {"2": 0x0110}, 2)}),
    "one is passed over": (NOTE.SILENT, {"first": CommitmentReport("t", frozenset("1"), {}, 1)}),
    "a third is named": (NOTE.NOT_ASKED, {"first": CommitmentReport("t", frozenset("123"), {}, 1)}),
    "one is on both sides": (NOTE.BOTH, {"first": CommitmentReport("t", frozenset("12"), {"2": 0x0110}, 2)}),
    "all, and event type 2": (NOTE.EVENT, {"first": CommitmentReport("t", frozenset("12"), {}, 2)}),
    "some, and event type 1": (NOTE.EVENT, {"odd": CommitmentReport("t", RIGHT.committed, RIGHT.failed, 1)}),
    "what is not there": (NOTE.ABSENT, {"odd": CommitmentReport("t", frozenset("19"), {"2": 0x0119}, 2)}),
    "another class": (NOTE.OTHER_CLASS, {"odd": CommitmentReport("t", frozenset("12"), {"9": 0x0112}, 2)}),
    "absent, another reason": (NOTE.REASON, {"odd": CommitmentReport("t", frozenset("1"), {"9": 1, "2": 0x0119}, 2)}),
    "absent, no reason": (NOTE.REASON, {"odd": CommitmentReport("t", frozenset("1"), {"9": -1, "2": 0x0119}, 2)}),
    "class, another reason": (NOTE.REASON, {"odd": CommitmentReport("t", frozenset("1"), {"9": 0x112, "2": 0x112}, 2)}),
    "all is refused with it": (
        NOTE.REFUSED,
        {"odd": CommitmentReport("t", frozenset(), {"9": 0x0112, "2": 0x0119, "1": 0x0110}, 2)},
    ),
    "no second report": (NOTE.NOT_ANSWERED, {"odd": None}),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_of_a_report_is_noted_by_its_own_code(name):
    """One fault more than in a right report is one note more, and it is no result."""
    code, changes = WRONG[name]
    right, found = noted(case()), noted(case(**changes))
    assert code in found.keys() - right.keys()
    assert found.keys() - right.keys() <= {code, NOTE.REFUSED}
    assert case(**changes).results == ()


@pytest.mark.parametrize(
    ("commitment", "says"),
    [
        (Commitment(fault=NetworkError(NetworkFault.SILENT, "nothing came")), "nothing came"),
        (Commitment(0x0110), "status 0110"),
        (Commitment(0), "no report came in time"),
    ],
)
def test_no_report_is_told_with_its_cause(commitment, says):
    """A fault, a refusal and silence are told apart."""
    (only,) = commitment_case(commitment, []).observations
    assert only.code == NOTE.NOT_ANSWERED
    assert says in only.message


def test_of_one_instance_alone_no_second_class_is_asked():
    """The request has what is there and what is not; the class that is wrong is never that of the instance."""
    one = OddRequest.of([Outgoing(CT, "1", "", "", "", b"")])
    assert [each.sop_instance == "1" for each in one.references] == [True, False]
    for own in (CT, MR):
        two = OddRequest.of([Outgoing(CT, "1", "", "", "", b""), Outgoing(own, "2", "", "", "", b"")])
        assert two.other_class is not None
        assert (two.other_class.sop_instance, two.other_class.sop_class == own) == ("2", False)
