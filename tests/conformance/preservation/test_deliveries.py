"""An archive that sends is judged by what it makes of our refusals and of our answers (PS3.4 B.2.3, B.3.1.2)."""

from dataclasses import replace

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.preservation.deliveries import DeliverySeen, DeliveryTwins
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.results import Subject

FAILURES, RESERVED = "ps3.4-b.2.3-failure-ranges-recognised", "ps3.4-b.3.1.2-reserved-bytes-ignored"
PLAIN = DeliverySeen(came=True, offered=True, levels=bytes((2, 0, 3, 0, 0, 0)))
ODD = replace(PLAIN, levels=bytes((2, 255, 3, 255, 0, 255)))


def outcome(seen):
    return judged(seen, "archive/delivery", Subject(), ArchiveTerms(edition()))


def of(seen):
    found = outcome(seen)
    assert not found.observations
    return [*found.passed, *(f"{each.requirement} {each.result}" for each in found.results)]


@pytest.mark.parametrize("answered", [0xA700, 0xA7FF, 0xA901, 0xC000, 0xC123, 0xCFFF])
def test_a_failure_that_is_counted_as_done_is_convicted(answered):
    """Status 0000 with no failed sub-operation breaks the row; another status, or one that failed, keeps it."""
    done = DeliverySeen(came=True, answered=answered)
    assert of(done) == [f"{FAILURES} fail"]
    assert f"{answered:04X}" in outcome(done).results[0].expected
    assert of(replace(done, failed=1)) == of(replace(done, status=0xB000)) == [FAILURES]
    assert of(replace(done, status=0xA702)) == [FAILURES]


@pytest.mark.parametrize("answered", [0x0000, 0xB000, 0xB007, 0x0122, 0xA800, 0xD000])
def test_what_is_no_failure_of_the_ranges_is_not_judged(answered):
    """Warnings, and failures that the clause does not name, may be counted as anybody likes."""
    assert of(DeliverySeen(came=True, answered=answered)) == []


def test_what_never_came_was_not_refused():
    """Who sends nothing shows nothing of what it makes of a refusal."""
    assert of(DeliverySeen(came=False, answered=0xA901)) == []


def test_reserved_bytes_of_our_answer_change_nothing():
    """Who sends when they are zero sends when they are not; who offered no negotiation is not judged."""
    assert of(DeliveryTwins(PLAIN, ODD)) == [RESERVED]
    assert of(DeliveryTwins(PLAIN, replace(ODD, came=False))) == [f"{RESERVED} fail"]
    assert of(DeliveryTwins(replace(PLAIN, came=False), replace(ODD, came=False))) == []
    assert of(DeliveryTwins(replace(PLAIN, offered=False), replace(ODD, came=False))) == []
