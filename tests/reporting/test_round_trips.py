"""What a page says of an archive counts round trips, and hides no signature that did not survive behind green."""

from html import unescape

import msgspec
import pytest

from dicomsig.conformance.results import Observation, Outcome
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ClaimsMade, Run
from dicomsig.reporting.headline import Tone
from dicomsig.reporting.html import html_page
from dicomsig.reporting.page import page_view
from dicomsig.reporting.terminal import summary_lines

LEVEL = "ps3.4-b.4.1.1-storage-level-1"
OTHER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
BROKEN = "signature-broken-on-the-way"


@pytest.fixture
def archive(start):
    """A run through an archive with four round trips, three of which show a profile; claims can be given."""

    def make(*cases, claims=None, signatures=1, **document):
        subject = msgspec.structs.replace(
            start.subject, role="archive", vendor="", product="", version="", claims=claims
        )
        collector = Collector(msgspec.structs.replace(start, subject=subject, run=Run("1", "", profiles=())))
        met = ("bit-preserving",)
        for number in range(1, 5):
            lost = number == 1
            shown = {"profiles_not_met": met} if lost else {"profiles_met": met} if number < 4 else {}
            collector.file(number, "signed", mac_algorithms=["SHA256"] * signatures, **shown)
        for each in cases:
            collector.case(each)
        return collector.document(**document)

    return make


def first_screen(document):
    page = html_page(document)
    return " ".join(unescape(page[: page.index("Parts of this report")]).split())


def test_a_broken_signature_is_in_the_headline_and_is_asked_about(archive, case):
    """Without a claim nothing fails, and the page is not green: the headline says what was lost."""
    lost = Observation("archive/ct/get", BROKEN, "/#0; padding removed")
    page = page_view(archive(case(observations=[lost], passed=(LEVEL,))))
    assert (page.headline.tone, page.headline.text) == (
        Tone.OPEN,
        "Everything that was judged holds; in 1 case signatures did not survive",
    )
    asked = [step.text for step in page.questions]
    assert "bit preservation, PS3.15 A.3" in asked[0]
    assert "In 1 case signatures did not survive." in asked[0]
    assert "levels (PS3.4 B.4.1) and profiles" in asked[-1]
    sound = page_view(archive(case(passed=(LEVEL,))))
    assert (sound.headline.tone, sound.headline.text) == (Tone.GOOD, "Everything that was judged holds")


def test_an_archive_is_asked_what_it_claims_only_where_it_claims_nothing(archive, case):
    """A claims file without claims leaves the question; a level, or that nothing came back, does not."""
    passed = case(passed=(LEVEL,))
    silent, level = (page_view(archive(passed, claims=ClaimsMade("2023b", (), (), each))) for each in (None, 2))
    assert ["Which storage" in step.text for step in silent.questions] == [True]
    assert not any("Which storage" in step.text for step in level.questions)
    assert page_view(archive(signatures=0, nothing_to_judge=True)).questions == ()


def test_round_trips_are_called_so(archive, case):
    """What is asked for again counts again, so nobody reads the number as one of instances."""
    document = archive(case(passed=(LEVEL,)))
    text = first_screen(document)
    assert "tried 4 round trips of signed instances through an archive that nobody named" in text
    assert "judged the 4 signatures that came back" in text
    assert "<strong>4</strong> round trips" in text
    assert "profile, though nobody claimed it, on 2 of 3 round trips that show it; 1 more does not show it" in text
    assert "signed instances</li>" not in text
    assert summary_lines(document)[0] == "judged    4 signatures that came back in 4 round trips"


def test_where_nothing_came_back_nothing_is_called_judged(archive):
    """No signature is said to have come back, and no card is green for want of a failure."""
    document = archive(signatures=0, nothing_to_judge=True, coverage_note="Nothing listens.")
    text = first_screen(document)
    assert "no signature came back that it could judge" in text
    assert '<section class="card open" aria-labelledby="card-fails">' in text
    assert "</span> What does not hold</h2> <p>Nothing was judged.</p>" in text
    assert "✓" not in text


def test_a_run_without_failures_has_no_heading_that_speaks_of_them(document_of, case):
    """The green card says that nothing fails."""
    text = first_screen(document_of(case(passed=(LEVEL,))))
    assert "</span> Nothing fails</h2>" in text
    assert "What does not hold" not in text


def test_requirements_that_break_with_another_are_counted_beside_it(document_of, case, result):
    """The headline counts requirements, the card causes: it says how many more a cause breaks, and so do questions."""
    document = document_of(*(case(result(number=n), result(number=n, requirement=LEVEL)) for n in (1, 2)))
    text = first_screen(document)
    assert "2 of 2 requirements do not hold" in text
    assert "and 1 more requirement that breaks in the same cases" in text
    assert "” 1 more requirement breaks with it. It does not in" in text
    assert "Does not hold (1 cause)" in html_page(document)


def test_a_text_that_is_cut_says_where_the_rest_is(document_of, case, result):
    """The page cuts what is long, says so, and names the files that have it whole."""
    whole = html_page(document_of(case(result(found="f" * 300))))
    assert "cut here" not in whole
    cut = html_page(document_of(case(result(found="f" * 301))))
    assert f'{"f" * 299}… <span class="soft">(cut here; results.csv and report.json have the rest)</span>' in cut
    also = html_page(document_of(case(result(Outcome.INCONCLUSIVE, expected="e" * 301))))
    assert "cut here" in also
