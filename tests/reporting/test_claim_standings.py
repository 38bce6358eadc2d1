"""A claim holds where its tests ran and nothing stayed open, in a comparison as on the page."""

from datetime import date

import msgspec
import pytest

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Outcome
from dicomsig.reporting.claim_rows import ClaimWord as Shown
from dicomsig.reporting.claim_rows import claim_rows
from dicomsig.reporting.claim_standings import Held, claim_standings
from dicomsig.reporting.document import ClaimsMade, OutcomeCounts

CREATOR = next(row.id for row in register().values() if row.profile == "creator")
ROW = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
SAME = {
    Held.HOLDS: Shown.HOLDS,
    Held.FAILS: Shown.FAILS,
    Held.ACCEPTED: Shown.ACCEPTED,
    Held.OPEN: Shown.OPEN,
    Held.NOT_JUDGED: Shown.OPEN,
}


@pytest.fixture
def documents(document_of, case, result):
    """Runs that came out in each way, over a product with claims of every kind."""
    accepted = DeviationBook([Deviation(ROW, "tag-list-unordered", ("*",), "known", date(2030, 1, 1))])
    passed = case(passed=(CREATOR, ROW))
    made = {
        "passed": document_of(passed),
        "failed": document_of(passed, case(result(number=2), number=2)),
        "accepted": document_of(passed, case(result(number=2), number=2), deviations=accepted),
        "open": document_of(passed, case(result(Outcome.INCONCLUSIVE, number=2), number=2)),
        "nothing": document_of(),
        "interrupted": document_of(passed, document={"interrupted": True}),
    }
    claims = ClaimsMade("2023b", ("base", "creator", "bit-preserving"), ("SHA256", "SHA512"), 2, 3)
    for name, document in made.items():
        subject = msgspec.structs.replace(document.subject, claims=claims)
        made[name] = msgspec.structs.replace(document, subject=subject)
    run = msgspec.structs.replace(made["passed"].run, only=("--only x",))
    return made | {"only": msgspec.structs.replace(made["passed"], run=run)}


def held(document):
    return {(each.kind, each.name): each.held for each in claim_standings(document)}


def test_a_claim_holds_by_its_own_tests_alone(documents):
    """What is not shown, or was left out, is not proved; a failure decides, and one that is accepted proves nothing."""
    found = {name: held(document) for name, document in documents.items()}
    assert {name: each["profile", "macro"] for name, each in found.items() if ("profile", "macro") in each} == {
        "passed": Held.HOLDS,
        "failed": Held.FAILS,
        "accepted": Held.ACCEPTED,
        "open": Held.OPEN,
        "interrupted": Held.NOT_JUDGED,
        "only": Held.NOT_JUDGED,
    }
    for each in found.values():
        assert each["profile", "bit-preserving"] is Held.NOT_JUDGED
        assert each["signature-level", "3"] is Held.NOT_JUDGED
    assert found["passed"]["profile", "creator"] is Held.HOLDS
    assert found["nothing"]["profile", "creator"] is Held.NOT_JUDGED


def test_the_page_says_the_same_of_each_claim(documents):
    """The rows of the page and the standings of a comparison agree, claim by claim."""
    for document in documents.values():
        shown = {each.profile: each.standing for each in claim_rows(document) if each.profile}
        told = {each.name: SAME[each.held] for each in claim_standings(document) if each.kind == "profile"}
        assert shown == told
        others = sorted(each.standing for each in claim_rows(document) if not each.profile)
        assert others == sorted(SAME[each.held] for each in claim_standings(document) if each.kind != "profile")


def test_numbers_of_a_claim_are_requirements(documents):
    """A claim says how many requirements were judged, and how many of these fail."""
    [macro] = [each for each in claim_standings(documents["failed"]) if each.name == "macro"]
    assert (macro.judged, macro.failed, macro.inconclusive) == (1, 1, 0)
    assert documents["failed"].summary.results == OutcomeCounts(passed=2, failed=1)
