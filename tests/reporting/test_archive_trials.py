"""What was asked for beside storing, commitment and tampering, stands in the verdict and on the first screen."""

import msgspec
import pytest

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.editions import edition
from dicomsig.conformance.results import Observation
from dicomsig.judging.archive.noticing import Noticed
from dicomsig.judging.archive.tampering import AT_REST, IN_FLIGHT
from dicomsig.reporting.archive_trials import archive_trials
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.html import html_page
from dicomsig.reporting.start import start_run
from dicomsig.reporting.tampering_table import tampering_rows
from dicomsig.reporting.terminal import summary_lines
from dicomsig.reporting.what_was_judged import judged_sentence

COMMITTED = ("storage-committed", "the archive commits to 68 of 68 instances")
TOLD = ("storage-commitment-tells-the-absent", "asked for one that it was never given, the archive says no")
ABSENT = ("storage-commitment-to-the-absent", "the archive commits to an instance\x1b that it was never given")
COUNTED = ("tampering-counted", "bit in flight: 4 altered")
NOTICED, MISSED = ("tampering-noticed", "bit"), ("tampering-not-noticed", "bit")
UNTOUCHED, UNDONE = ("untouched-looks-altered", "bit"), ("not-altered", "nothing was altered at rest: nobody there")


@pytest.fixture
def ran(case):
    """The document of a run through an archive that claims levels, in which something was noted."""

    def make(*notes, role="archive"):
        claims = Claims(Product(), profiles=("bit-preserving",), storage_level=2, signature_level=3)
        collector = Collector(start_run(role, edition(), claims=claims, profiles=claims.profiles))
        collector.file(1, "signed")
        seen = [Observation("archive/commitment", code, message) for code, message in notes]
        collector.case(case(observations=seen, passed=("ps3.4-b.4.1.1-storage-level-1",)))
        return collector.document()

    return make


@pytest.mark.parametrize(
    ("notes", "line"),
    [
        (
            (TOLD, COMMITTED),
            "commitment 68 of 68 instances; asked for one that it was never given, the archive says no",
        ),
        ((COMMITTED, ABSENT), r"commitment 68 of 68 instances; commits to an instance\x1b that it was never given"),
        ((COUNTED, NOTICED), "tampering bit in flight: 4 altered"),
        ((UNDONE,), "tampering nothing was altered at rest: nobody there"),
    ],
)
def test_a_line_of_the_verdict_says_what_came_of_it(ran, notes, line):
    """The numbers come first, then what was said of instances that are not there; nothing that a terminal obeys."""
    lines = summary_lines(ran(*notes))
    assert line in lines
    assert lines[-1].startswith("exit ")


@pytest.mark.parametrize(
    ("notes", "odd"),
    [
        ((COMMITTED, TOLD), False),
        ((COMMITTED, ABSENT), True),
        ((COUNTED, NOTICED), False),
        ((COUNTED,), True),
        ((COUNTED, NOTICED, MISSED), True),
        ((COUNTED, NOTICED, UNTOUCHED), True),
        ((COUNTED, NOTICED, UNDONE), True),
    ],
)
def test_the_card_is_green_only_where_all_went_right(ran, notes, odd):
    """A commitment to what was never given, tampering that nobody noticed or that was not done deserve a look."""
    document = ran(*notes)
    (trial,) = archive_trials(document)
    assert trial.odd is odd
    page = html_page(document)
    assert f'<section class="card whole {"open" if odd else "good"}" aria-labelledby="card-trials">' in page
    assert f"Asked for besides: {trial.name}" in page
    assert page.index("card-trials") < page.index('<h2 id="observations">')


def test_who_asked_for_nothing_sees_nothing_of_it(ran):
    """No line, no card."""
    document = ran(("store-refused", "status A700"))
    assert archive_trials(document) == ()
    assert "card-trials" not in html_page(document)
    assert not any(line.startswith(("commitment", "tampering")) for line in summary_lines(document))


def test_claimed_levels_stand_with_the_profiles(ran):
    """What an archive is judged against names the levels of PS3.4 B.4.1 that it claims; they bind nobody else."""
    document = ran()
    assert "bit-preserving, storage level 2, signature level 3" in summary_lines(document)[1]
    assert "the bit-preserving profile, storage level 2, signature level 3." in judged_sentence(document)
    unclaimed = msgspec.structs.replace(document, subject=msgspec.structs.replace(document.subject, claims=None))
    assert "level 3" not in summary_lines(unclaimed)[1]
    assert "level 3" not in summary_lines(ran(role="signer"))[1]


def test_what_was_altered_is_a_table(ran):
    """Each count of a run is a row in words, with what nobody noticed marked; any other line stays a line."""
    bit = Noticed("bit", IN_FLIGHT, 5, by_signature=3, by_archive=1, by_nobody=1, untouched=4, falsely=2, not_altered=6)
    strip, none = Noticed("strip", AT_REST, 7, untouched=8), Noticed("blob", IN_FLIGHT, not_altered=9)
    rows, others = tampering_rows([str(bit), str(strip), str(none)])
    assert [(row.done, row.where, row.altered) for row in rows] == [
        ("One bit changed", "on the way to the archive", 5),
        ("The signature cut out", "in its store", 7),
    ]
    first = rows[0]
    assert (first.by_signature, first.by_archive, first.by_nobody, first.untouched, first.falsely, first.left) == (
        (3, 1, 1, 4, 2, 6)
    )
    assert rows[1].note in str(strip)
    assert rows[1].note
    assert others == (str(none),)
    page = html_page(ran(*(("tampering-counted", str(each)) for each in (bit, none))))
    assert '<span aria-hidden="true">!</span> 1</span></td>' in page
    assert f"<li>Tampering: {none}</li>" in page
