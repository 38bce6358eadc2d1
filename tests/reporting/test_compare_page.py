"""The page of a comparison is bounded, complete in itself and safe against what a report holds."""

import msgspec
import pytest

from dicomsig.conformance.results import Outcome
from dicomsig.reporting.compare import compare
from dicomsig.reporting.compare_groups import headline_of
from dicomsig.reporting.compare_page import comparison_page
from dicomsig.reporting.compare_text import comparison_lines
from dicomsig.reporting.comparison import Comparison, ComparisonKind, comparison_bytes
from dicomsig.reporting.folder import document_bytes
from dicomsig.reporting.html import LARGEST_PAGE
from dicomsig.reporting.saved import read_saved

HOSTILE = "<script>alert(1)</script>\"'&\x1b[2J\u202e" + "x" * 2500


@pytest.fixture
def saved(tmp_path):
    """A document, saved and read again."""

    def make(document, name="a"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "report.json").write_bytes(document_bytes(document))
        return read_saved(folder)

    return make


@pytest.mark.slow
@pytest.mark.parametrize("kind", ComparisonKind)
def test_a_page_of_hostile_reports_is_bounded_and_inert(saved, document_of, case, result, kind):
    """Hundreds of groups with long hostile texts in every field make a page of a few megabytes, without a script."""
    clean = document_of(case(passed=("ps3.15-c.1-mac-algorithm",)))
    one = result(message=HOSTILE, expected=HOSTILE, found=HOSTILE, deviation="")
    results = tuple(
        msgspec.structs.replace(
            one, requirement=f"row-{number}{HOSTILE}", reason=f"{number}", case=f"{number}{HOSTILE}"
        )
        for number in range(420)
    )
    tallies = tuple(msgspec.structs.replace(clean.requirements[0], requirement=each.requirement, passed=0, failed=1)
                    for each in results)  # fmt: skip
    hostile = msgspec.structs.replace(clean, results=results, requirements=tallies)
    found = compare([saved(clean), saved(hostile, "b")], kind)
    page = comparison_page(found)
    assert len(page.encode()) < LARGEST_PAGE
    lines = "\n".join(comparison_lines(found, paths={}))
    for text in (page, lines):
        assert not any(character in text for character in "\x1b\u202e")
    assert "<script" not in page
    assert page.rstrip().endswith("</html>")
    assert len(lines) < 2_000_000


@pytest.mark.parametrize("kind", ComparisonKind)
def test_the_json_reads_back_as_it_was(saved, document_of, case, result, kind):
    """What `--json` writes is the comparison, whole."""
    before = saved(document_of(case(result(Outcome.INCONCLUSIVE))))
    after = saved(document_of(case(result())), "b")
    found = compare([before, after], kind)
    assert msgspec.json.decode(comparison_bytes(found), type=Comparison) == found


def test_every_kind_of_change_has_its_place_on_the_page(saved, document_of, case, result):
    """New, mended, inconclusive and decided: each has a heading, and its words name what was before."""
    others = ("ps3.3-c.12.1.1.3-mac-id-unique", "ps3.15-c.1-mac-algorithm", "ps3.3-c.12.1.1.3-mac-id-in-signature")
    was = (Outcome.INCONCLUSIVE, Outcome.FAIL, Outcome.WARNING, Outcome.FAIL)
    now = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, Outcome.WARNING)
    rows = ("ps3.3-c.12.1.1.3.1.1-tags-in-order", *others)
    before, after = (
        document_of(case(*(result(outcome, requirement=row) for row, outcome in zip(rows, each, strict=True))))
        for each in (was, now)
    )
    page = comparison_page(compare([saved(before), saved(after, "b")], ComparisonKind.RUNS))
    for heading in ("New failures (1)", "Newly inconclusive (2)", "Mended (1)"):
        assert heading in page
    assert "<dd>inconclusive</dd>" in page


def test_a_run_that_judges_less_has_no_green_headline(saved, document_of, case, result):
    """What failed before and was not judged again mends nothing: the headline counts it, and is open."""
    both = [case(result(number=number), number=number) for number in (1, 2)]
    less = compare([saved(document_of(*both)), saved(document_of(both[0]), "b")], ComparisonKind.RUNS)
    assert headline_of(less) == ("No new failure; 1 failure not judged again", "open")
    alike = compare([saved(document_of(*both), "c"), saved(document_of(*both), "d")], ComparisonKind.RUNS)
    assert headline_of(alike) == ("No new failure", "good")
    assert "before <code>signer/file-000002" not in comparison_page(less)
