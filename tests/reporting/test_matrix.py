"""The matrix counts each case once for a profile and a MAC algorithm, by the worst that was found."""

from datetime import date

import msgspec
import pytest

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.results import Outcome, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import MatrixCell

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
BASE = "ps3.15-c.1-mac-algorithm"


@pytest.fixture
def by(case):
    """A case of a signature by some MAC algorithm."""

    def make(algorithm, *results, **options):
        outcome = case(*results, **options)
        subject = msgspec.structs.replace(outcome.subject, mac_algorithm=algorithm)
        return msgspec.structs.replace(outcome, subject=subject)

    return make


def test_a_case_counts_by_its_worst_result(document_of, by, result):
    """One fail among passes makes the case a fail of that profile, and of no other."""
    cases = [
        by("SHA256", result(), result(Outcome.INCONCLUSIVE), passed=(BASE, ORDER)),
        by("SHA256", result(Outcome.INCONCLUSIVE, 2), passed=(BASE,)),
        by("SHA256", result(Outcome.WARNING, 3), number=3),
        by("MD5", result(Outcome.NOT_APPLICABLE, 4), passed=(BASE,)),
        by("", result(number=5)),
    ]
    assert document_of(*cases).summary.matrix == (
        MatrixCell("macro", "SHA256", holds=1, fails=1, inconclusive=1),
        MatrixCell("macro", "", fails=1),
        MatrixCell("base", "MD5", holds=1),
        MatrixCell("base", "SHA256", holds=2),
    )


def test_an_accepted_fail_stands_apart(document_of, by, result):
    """A case whose every fail is accepted counts as such; one more fail makes it a fail."""
    book = DeviationBook([Deviation(ORDER, "tag-list-unordered", ("*",), "ticket 4711", date(2027, 1, 1))])
    cases = [by("SHA1", result()), by("SHA1", result(number=2), result(number=2, reason="another"))]
    (cell,) = document_of(*cases, deviations=book).summary.matrix
    assert (cell.deviated, cell.fails) == (1, 1)


def test_a_profile_that_nobody_claimed_counts_instances(start, case):
    """It has no results; an instance signed by two algorithms belongs to neither column."""
    collector = Collector(start)
    collector.file(1, "signed", mac_algorithms=["SHA256"], profiles_met=["structured-report", "creator"])
    collector.file(2, "signed", mac_algorithms=["SHA256", "SHA256"], profiles_not_met=["structured-report"])
    collector.file(3, "signed", mac_algorithms=["SHA256", "MD5"], profiles_not_told=["structured-report"])
    assert collector.document().summary.matrix == (
        MatrixCell("structured-report", "SHA256", due=False, holds=1, fails=1),
        MatrixCell("structured-report", "", due=False, inconclusive=1),
    )


def test_a_term_that_is_not_defined_is_never_told(document_of, by, result):
    """What an instance writes in the place of a MAC algorithm is a value: the report calls it other."""
    hostile = Subject(1, "1.2.840.1", "/", 0, "2.25.1", mac_algorithm="<secret>")
    document = document_of(by("<secret>", result(subject=hostile)))
    assert [cell.mac_algorithm for cell in document.summary.matrix] == ["other"]
    assert document.results[0].subject.mac_algorithm == "other"
    assert b"secret" not in msgspec.json.encode(document)
