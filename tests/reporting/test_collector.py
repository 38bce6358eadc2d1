"""The collector makes the result document in one pass."""

import tracemalloc
from datetime import date

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.editions import edition
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Observation, Outcome
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.start import start_run

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
OTHER = "ps3.15-c.1-mac-algorithm"


def deviation(*, cases=("signer/*",), reason="tag-list-unordered", expires=date(2027, 1, 1)):
    return Deviation(ORDER, reason, cases, "ticket 4711", expires)


def only(document, requirement=ORDER):
    return next(tally for tally in document.requirements if tally.requirement == requirement)


def test_every_result_that_is_no_pass_is_in_the_document(document_of, case, result):
    """Fails, warnings, inconclusive results and those not applicable are listed in order; passes are counted."""
    kinds = [Outcome.FAIL, Outcome.PASS, Outcome.WARNING, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE]
    document = document_of(*(case(result(kind, number)) for number, kind in enumerate(kinds, 1)))
    assert [each.result for each in document.results] == [kind for kind in kinds if kind is not Outcome.PASS]
    tally = only(document)
    assert (tally.passed, tally.failed, tally.warnings, tally.inconclusive, tally.not_applicable) == (1, 1, 1, 1, 1)
    assert tally.first_case == "signer/file-000002/#0"


def test_passes_are_counted_with_their_first_case(document_of, case):
    """A requirement that passes twice and does not apply once says so, with its clause from the register."""
    last = case(number=3, not_applicable=(ORDER,))
    document = document_of(case(passed=(ORDER, OTHER)), case(passed=(ORDER,), number=2), last)
    tally = only(document)
    assert (tally.passed, tally.not_applicable, tally.first_case) == (2, 1, "signer/file-000001/#0")
    assert tally.clause == register()[ORDER].clause
    assert document.summary.results.passed == 3
    assert document.summary.coverage.requirements_judged == 2
    assert document.summary.exit_code == 0


def test_passes_are_counted_whatever_their_sets(start, case):
    """Thousands of cases with different sets of passes give the same numbers as one after the other."""
    collector = Collector(start)
    names = tuple(register())[:12]
    sets = [tuple(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(3000)]
    for number, passed in enumerate(sets):
        collector.case(case(passed=passed, number=number, not_applicable=tuple(set(names) - set(passed))))
    document = collector.document()
    for name in names:
        tally = only(document, name)
        assert tally.passed == sum(name in passed for passed in sets)
        assert tally.not_applicable == len(sets) - tally.passed
        first = next(number for number, passed in enumerate(sets) if name in passed)
        assert tally.first_case == f"signer/file-{first:06d}/#0"


def test_requirements_come_in_the_order_of_the_register(document_of, case):
    """The table of requirements does not depend on the order of the files; unknown ids come last."""
    known = list(register())[:5]
    document = document_of(case(passed=("zz-unknown", *reversed(known))))
    assert [tally.requirement for tally in document.requirements] == [*known, "zz-unknown"]


def test_a_deviation_accepts_a_fail(document_of, case, result):
    """An accepted fail keeps its result, names why it is accepted, and is no fail for the exit code."""
    document = document_of(case(result()), case(result(number=2)), deviations=DeviationBook([deviation()]))
    assert [each.deviation for each in document.results] == ["ticket 4711"] * 2
    assert (only(document).failed, only(document).deviated) == (0, 2)
    assert [(use.matched, use.stale) for use in document.deviations] == [(2, "")]
    assert document.summary.exit_code == 0


@pytest.mark.parametrize(
    ("book", "stale", "code"),
    [
        (deviation(cases=("signer/file-000002*",)), "", 1),
        (deviation(expires=date(2025, 12, 31)), "expired on 2025-12-31", 1),
        (deviation(reason="tag-list-repeated"), "no longer happens", 1),
    ],
)
def test_a_deviation_that_does_not_match_accepts_nothing(document_of, case, result, book, stale, code):
    """A deviation for other cases, one that has expired and one for another reason leave the fail a fail."""
    document = document_of(case(result()), deviations=DeviationBook([book]))
    (use,) = document.deviations
    assert (use.matched, document.summary.exit_code) == (0, code)
    assert use.stale.startswith(stale)
    assert bool(use.stale) == bool(stale)


def test_a_stale_deviation_has_an_exit_code(document_of, case):
    """A deviation that no longer happens gives exit code 4 when nothing fails."""
    document = document_of(case(passed=(ORDER,)), deviations=DeviationBook([deviation()]))
    assert document.summary.exit_code == 4


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.FAIL, 1), (Outcome.INCONCLUSIVE, 5), (Outcome.WARNING, 0), (Outcome.NOT_APPLICABLE, 0)],
)
def test_the_exit_code_follows_the_results(document_of, case, result, outcome, code):
    """A fail gives 1, an inconclusive result 5; a warning or what does not apply changes nothing."""
    assert document_of(case(result(outcome))).summary.exit_code == code


def test_the_exit_code_follows_the_run(document_of, case, result):
    """Nothing signed gives 3 even with a fail, an interrupt 130; what a caller knows better it says."""
    assert document_of(case(result()), files=False).summary.exit_code == 3
    assert document_of(case(result()), files=False, document={"nothing_to_judge": False}).summary.exit_code == 1
    assert document_of(case(result()), document={"unreadable_input": True}).summary.exit_code == 2
    interrupted = document_of(case(result()), document={"interrupted": True})
    assert (interrupted.summary.exit_code, interrupted.run.interrupted) == (130, True)


def test_files_are_counted_by_what_became_of_them(start):
    """Each kind of file has its count, and instances are those that could be read."""
    collector = Collector(start)
    for number, kind in enumerate(["signed", "signed", "unsigned", "unreadable"], 1):
        collector.file(number, kind)
    for kind in ("not-dicom", "not-dicom", "link"):
        collector.passed_over(kind)
    summary = collector.document().summary
    assert (summary.files, summary.instances, summary.signed, summary.unsigned) == (7, 3, 2, 1)
    assert (summary.unreadable, summary.not_opened, summary.not_dicom) == (1, 0, 2)
    assert [(each.kind, each.files) for each in summary.passed_over] == [("link", 1)]


@pytest.mark.parametrize(("kind", "code"), [("not-opened", 2), ("internal-error", 70)])
def test_some_files_decide_the_exit_code(start, kind, code):
    """A file that the system does not give is unreadable input; one at which dicomsig failed is an internal error."""
    collector = Collector(start)
    collector.file(1, "signed")
    collector.file(2, kind)
    assert collector.document().summary.exit_code == code


def test_an_unknown_kind_of_file_is_refused(start):
    """A kind that nobody defined is a programming error, not a count."""
    with pytest.raises(ValueError, match="colourful"):
        Collector(start).file(1, "colourful")


def test_profiles_and_algorithms_are_counted(start):
    """Profiles that are due come first even with no instance; MAC algorithms that are no defined term are one."""
    collector = Collector(start)
    terms = ("SHA256", "SHA256", "PATIENT^NAME", "")
    collector.file(1, "signed", mac_algorithms=terms, profiles_met=("authorization",), profiles_not_met=("creator",))
    collector.file(2, "signed", mac_algorithms=("MD5",), profiles_not_told=("creator",))
    summary = collector.document().summary
    rows = [(each.profile, each.due, each.met, each.not_met, each.not_told) for each in summary.profiles]
    assert rows == [("creator", True, 0, 1, 1), ("authorization", False, 1, 0, 0)]
    assert {each.mac_algorithm: each.signatures for each in summary.mac_algorithms} == {
        "SHA256": 2,
        "other": 2,
        "MD5": 1,
    }
    assert summary.signatures == 5


def test_internal_errors_are_kept_and_bounded(start, case, result):
    """Our own failure decides the exit code, keeps the results of the run, and never fills a report."""
    collector = Collector(start)
    collector.file(1, "signed")
    collector.case(case(result()))
    for number in range(500):
        collector.internal_error(f"rules.check in case {number}: KeyError\n")
    document = collector.document()
    assert document.summary.exit_code == 70
    assert len(document.internal_errors) == 100
    assert document.internal_errors[0].endswith(r"KeyError\x0a")
    assert len(document.results) == 1


def test_observations_are_counted_by_what_they_say(document_of, case):
    """Equal observations are one entry with its number and first cases; messages without end become one by code."""
    seen = [Observation(f"case-{number}", "profile-met", "met") for number in range(50)]
    many = [Observation("case", "size", f"{number} bytes") for number in range(3000)]
    document = document_of(case(observations=seen), case(observations=many, number=2))
    assert len(document.observations) <= 1001
    first = document.observations[0]
    assert (first.code, first.count, len(first.first_cases), first.first_cases[0]) == ("profile-met", 50, 20, "case-0")
    assert sum(each.count for each in document.observations) == 3050


def test_memory_does_not_grow_with_passes(start, case):
    """Ten times as many cases that pass need no more memory."""

    def peak(cases):
        collector = Collector(start)
        passed = tuple(register())[:100]
        tracemalloc.start()
        for number in range(cases):
            collector.case(case(passed=passed, number=number))
            collector.file(number, "signed", f"/data/{number}", mac_algorithms=("SHA256",))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < peak(200) + 50_000


def test_the_start_names_the_product_and_its_claims(start):
    """The head of a document holds what the claims say, and no path of a certificate."""
    subject = start.subject
    assert (subject.role, subject.vendor, subject.product, subject.version) == (
        "signer", "Example Imaging", "Example CT", "5.1",
    )  # fmt: skip
    assert subject.claims is not None
    assert subject.claims.profiles == ("base", "creator")
    assert start.run.started == "2026-01-01T00:00:00Z"
    assert start_run("signer", edition()).subject.claims is None
    seen = start_run("signer", edition(), claims=Claims(approver_sees=(0x00100010, 0x7FE00010))).subject.claims
    assert seen is not None
    assert seen.approver_sees == ("(0010,0010)", "(7fe0,0010)")
