"""A run in small: its start, cases as a judge gives them, and a collector that takes them."""

from datetime import UTC, date, datetime

import pytest

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.editions import edition
from dicomsig.conformance.results import CaseOutcome, Outcome, Result, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.start import start_run

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def start():
    """The start of a run over a product that claims the Creator profile."""
    claims = Claims(Product("Example Imaging", "Example CT", "5.1"), profiles=("base", "creator"))
    rerun = "dicomsig check {file} --profile creator"
    return start_run("signer", edition(), claims=claims, profiles=("creator",), rerun=rerun, now=MIDNIGHT)


@pytest.fixture
def result():
    """A result of the requirement on the order of tags; any field can be given."""

    def make(outcome=Outcome.FAIL, number=1, **fields):
        subject = Subject(number, f"1.2.840.{number}", "/", 0, f"2.25.{number}")
        defaults = {
            "requirement": ORDER,
            "clause": "PS3.3 C.12.1.1.3.1.1",
            "case": f"signer/file-{number:06d}/#0",
            "subject": subject,
            "result": outcome,
            "reason": "tag-list-unordered",
            "expected": "tags in ascending order",
            "found": "(0008,0018) after (0010,0010)",
        }
        return Result(**(defaults | fields))

    return make


@pytest.fixture
def case():
    """The outcome of the case that some results are of; requirements that passed can be given."""

    def make(*results, passed=(), number=1, observations=(), not_applicable=()):
        name = results[0].case if results else f"signer/file-{number:06d}/#0"
        subject = results[0].subject if results else Subject(number, f"1.2.840.{number}", "/", 0, f"2.25.{number}")
        return CaseOutcome(name, subject, tuple(passed), results, tuple(observations), tuple(not_applicable))

    return make


@pytest.fixture
def document_of(start):
    """The document of some cases, each in a signed file of its own."""

    def make(*cases, log=None, document=None, files=True, **options):
        collector = Collector(start, log=log, today=date(2026, 1, 1), **options)
        for number, outcome in enumerate(cases, 1):
            if files:
                collector.file(number, "signed", f"/data/{number}.dcm", mac_algorithms=("SHA256",))
            collector.case(outcome)
        return collector.document(ended=MIDNIGHT, **(document or {}))

    return make
