"""The first screen answers an evaluator: which claims hold, what was found for whom, what to ask the vendor."""

from datetime import date
from html import unescape

import msgspec
import pytest

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.editions import edition
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Observation, Outcome
from dicomsig.conformance.unprotected import CODE, Meaning
from dicomsig.conformance.why import why_it_matters
from dicomsig.reporting.causes import causes
from dicomsig.reporting.claim_rows import ClaimWord, claim_rows
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import Run
from dicomsig.reporting.groups import grouped
from dicomsig.reporting.headline import headline
from dicomsig.reporting.html import html_page
from dicomsig.reporting.matrix_view import matrix_view
from dicomsig.reporting.page import page_view
from dicomsig.reporting.start import start_run
from dicomsig.reporting.terminal import summary_lines
from dicomsig.reporting.what_was_judged import limits

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
BASE = "ps3.15-c.1-mac-algorithm"
CREATOR = "ps3.15-c.2-sop-class-uid"


@pytest.fixture
def claimed():
    """A collector of a run in a role over a product that claims much."""

    def make(role="signer", book=None, only=()):
        claims = Claims(
            Product("", "Example CT"),
            profiles=("base", "creator", "bit-preserving"),
            mac_algorithms=("SHA256", "SHA512"),
            storage_level=2,
            signature_level=3,
        )
        start = start_run(role, edition(), claims=claims, profiles=("creator",), only=only)
        collector = Collector(start, deviations=book, today=date(2026, 1, 1))
        collector.file(1, "signed")
        return collector

    return make


def by(algorithm, outcome):
    return msgspec.structs.replace(outcome, subject=msgspec.structs.replace(outcome.subject, mac_algorithm=algorithm))


def standings(collector):
    return {row.name: row.standing for row in claim_rows(collector.document())}


def test_each_claim_has_its_standing(claimed, case, result):
    """What fails, what holds and what nothing showed are told apart, MAC algorithms and levels included."""
    collector = claimed()
    collector.case(by("SHA256", case(result(), passed=(BASE, CREATOR))))
    collector.case(by("SHA512", case(passed=(BASE, CREATOR), number=2)))
    assert standings(collector) == {
        "Rules for every signature": ClaimWord.FAILS,
        "Base profile": ClaimWord.HOLDS,
        "Creator profile": ClaimWord.HOLDS,
        "Bit-Preserving Digital Signatures": ClaimWord.OPEN,
        "MAC algorithm SHA256": ClaimWord.FAILS,
        "MAC algorithm SHA512": ClaimWord.HOLDS,
        "Signature level 3": ClaimWord.OPEN,
        "Storage level 2": ClaimWord.OPEN,
    }


def test_what_is_open_or_accepted_never_holds(claimed, case, result):
    """An inconclusive result leaves a claim open; an accepted fail does not make it hold."""
    book = DeviationBook([Deviation(ORDER, "tag-list-unordered", ("*",), "ticket 4711", date(2027, 1, 1))])
    collector = claimed(book=book)
    collector.case(case(result(), result(Outcome.INCONCLUSIVE, requirement=BASE)))
    found = standings(collector)
    assert found["Rules for every signature"] is ClaimWord.ACCEPTED
    assert found["Base profile"] is ClaimWord.OPEN
    assert found["Creator profile"] is ClaimWord.OPEN


@pytest.mark.parametrize("options", [{"only": ("--only x",)}, {}])
def test_a_part_of_a_run_proves_no_claim(claimed, case, options):
    """A run that judged a part alone, or did not come to its end, leaves open what passed in it."""
    collector = claimed(**options)
    collector.case(case(passed=(BASE,)))
    document = collector.document(interrupted=not options)
    assert {row.standing for row in claim_rows(document)} == {ClaimWord.OPEN}


def test_a_role_of_tomorrow_has_its_claims(claimed, case, result):
    """An archive's requirements make rows of their own, its claimed levels among them; macro and Base make none."""
    collector = claimed("archive")
    collector.case(
        case(result(requirement="ps3.4-b.4.1.4-signature-level-3-preserves"), passed=("ps3.15-a.3-vr-kept",))
    )
    found = standings(collector)
    assert found["Signature level 3"] is ClaimWord.FAILS
    assert found["Bit-Preserving Digital Signatures"] is ClaimWord.HOLDS
    assert "Rules for every signature" not in found
    assert page_view(collector.document()).coverage


def test_requirements_that_break_together_are_one_cause(document_of, case, result):
    """Same cases, same reason, same finding: told once, with the other requirements named; else told apart."""
    both = [case(result(number=number), result(number=number, requirement=BASE)) for number in (1, 2)]
    found = causes(grouped(document_of(*both)))
    assert [(cause.main.requirement, [g.requirement for g in cause.others]) for cause in found] == [(ORDER, [BASE])]
    both.append(case(result(number=3)))
    assert len(causes(grouped(document_of(*both)))) == 2
    apart = [case(result()), case(result(number=2, requirement=BASE))]
    assert len(causes(grouped(document_of(*apart), shown=1))) == 2


def test_the_matrix_has_sign_and_words(document_of, case, result):
    """Each cell says in words what its colour says; the six algorithms are always there, others when they occur."""
    cases = [by("SHA256", case(result(), passed=(BASE,))), by("SHA256", case(passed=(BASE,), number=2))]
    view = matrix_view(document_of(*cases, by("other", case(result(Outcome.INCONCLUSIVE, 3)))))
    assert view.columns == ("RIPEMD160", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "not defined")
    cells = {row.profile: [(cell.sign, cell.words) for cell in row.cells if cell.words] for row in view.rows}
    assert cells == {"macro": [("✗", "1 fail"), ("?", "1 open")], "base": [("✓", "2 hold")]}


def test_questions_follow_from_what_was_found(claimed, case, result):
    """The vendor is asked about failures, claims that nothing showed, and content that no signature protects."""
    collector = claimed()
    meaning = next(iter(Meaning))
    observed = Observation("case", CODE, f"{meaning}: (7fe0,0010)")
    collector.case(case(result(), observations=[observed]))
    view = page_view(collector.document())
    text = " ".join(step.text for step in view.questions)
    assert register()[ORDER].summary in text
    assert "The product claims Base profile, Creator profile, " in text
    assert "nothing that we have shows it" in text
    if view.unprotected.meanings:
        assert "today can change unnoticed" in text
    assert "Which profiles" not in text


def test_without_claims_the_vendor_is_asked_for_them(start, case, result):
    """Nobody can be held to what was not said."""
    collector = Collector(msgspec.structs.replace(start, subject=msgspec.structs.replace(start.subject, claims=None)))
    collector.case(case(result()))
    assert page_view(collector.document()).questions[-1].text.startswith("Which profiles and MAC algorithms")


def test_the_numbers_of_requirements_close(start, case, result):
    """Each requirement that was judged counts once, by the worst of its results; the parts add up to the whole."""
    names = list(register())[:6]
    outcomes = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARNING, Outcome.NOT_APPLICABLE)
    collector = Collector(start)
    found = [result(outcome, requirement=name) for outcome, name in zip(outcomes, names, strict=False)]
    collector.case(case(*found, result(Outcome.WARNING, requirement=names[0]), passed=names))
    parts = page_view(collector.document()).parts
    assert [(each.sign, each.number, each.label) for each in parts] == [
        ("", "6", "requirements judged"), ("=", "3", "hold"), ("+", "1", "fails"), ("+", "1", "not decided"),
        ("+", "1", "with warnings"),
    ]  # fmt: skip
    assert len(page_view(collector.document()).holding) == 3


@pytest.mark.parametrize(
    ("integrity", "trust", "says"),
    [
        ((), (), ""),
        (("valid",), (), "The one signature verified: what is signed is unchanged. No trust anchor was given, so who"),
        (("valid", "valid", "invalid", "indeterminate"), (), "2 of 4 signatures verified, 1 did not, 1 could not be"),
        (
            ("valid", "valid", "valid"),
            ("valid", "invalid", "indeterminate"),
            "All 3 signatures verified: what is signed is unchanged. The given trust anchors vouch for the signers of "
            "1 of 3 signatures, not for 1, of 1 it could not be decided.",
        ),
    ],
)
def test_validity_and_trust_are_told_apart(start, integrity, trust, says):
    """Whether signatures verified is one number, whether anybody checked who signed is another."""
    collector = Collector(start)
    collector.file(1, "signed", mac_algorithms=["SHA256"] * len(integrity), integrity=integrity, trust=trust)
    sentence = page_view(collector.document()).validity
    assert sentence.startswith(says)
    assert bool(sentence) is bool(says)


def test_what_only_dicomsig_leaves_open_is_not_asked_of_the_vendor(claimed, case, result):
    """A limit of whoever runs dicomsig is no question; one cause that leaves several rules open is one question."""
    collector = claimed()
    open_ones = [
        result(Outcome.INCONCLUSIVE, requirement=BASE, reason="timestamp-not-judged"),
        result(Outcome.INCONCLUSIVE, requirement=CREATOR, reason="unheard-of", found="nested"),
        result(Outcome.INCONCLUSIVE, requirement=ORDER, reason="unheard-of", found="nested"),
    ]
    collector.case(case(*open_ones))
    text = " ".join(step.text for step in page_view(collector.document()).questions)
    assert register()[BASE].summary not in text
    assert text.count("other evidence of this") == 1
    assert "does not settle it: Nested. The same leaves 1 more rule open." in text


def test_each_failure_says_why_it_matters(document_of, case, result):
    """A failure names what goes wrong by it, where the register of reasons to care knows."""
    page = html_page(document_of(case(result())))
    first = unescape(page[: page.index("These requirements failed")])
    assert f"Why it matters:</span> <span>{why_it_matters(ORDER)}</span>" in first


def test_warnings_are_named_on_the_first_screen(document_of, case, result):
    """A warning is told by what was found, before any detail."""
    page = html_page(document_of(case(result(Outcome.WARNING, reason="md5-used", found="MD5 in 1 of 25 signatures"))))
    assert "MD5 in 1 of 25 signatures. <a" in page[: page.index("Parts of this report")]


def test_of_an_archive_the_first_screen_has_its_own_rules_and_what_did_not_survive(start, case):
    """An archive is bound by the rules of archives; what it broke without a claim is shown, and called no failure."""
    subject = msgspec.structs.replace(start.subject, role="archive", claims=None)
    collector = Collector(msgspec.structs.replace(start, subject=subject, run=Run("1", "", profiles=())))
    lost = Observation("archive/ct/get", "signature-broken-on-the-way", "/#0; (0008,0080): padding removed\x1b")
    seen = [Observation(f"archive/{code}/get", code, f"said {code}") for code in ("context-refused", "hop-open")]
    others = [Observation(f"archive/{number}/get", "store-refused", f"status {number}") for number in range(3)]
    passed = ("ps3.4-b.4.1.1-storage-level-1", "ps3.4-b.3.1-optional")
    collector.case(case(observations=[lost, *seen, seen[0], *others], passed=passed))
    document = collector.document()
    page = html_page(document)
    assert "the rules for every archive, extended negotiation." in page
    assert "the base profile" not in page
    assert "Signatures that did not survive" in page
    assert "archive/ct/get: /#0; (0008,0080): padding removed\\x1b" in page
    assert "Requirements that bind an archive" in page
    assert "Every file was judged" not in page
    assert "<li>2 instances: said context-refused</li>" in page
    assert "<li>2 more instances for other reasons; the observations name them</li>" in page
    assert "against   2023b, macro, storage-level-1, negotiation" in summary_lines(document)
    away = Collector(msgspec.structs.replace(start, subject=subject))
    nothing = away.document(nothing_to_judge=True, coverage_note="The archive was not judged: nothing listens.")
    assert limits(nothing) == ("The archive was not judged: nothing listens.",)
    assert headline(nothing).text == "The product could not be exercised, so it was not judged"


@pytest.mark.parametrize(
    ("role", "evidence", "name"),
    [
        ("signer", "signed test objects or other evidence of this", "Rules for every archive"),
        ("verifier", "Can you send evidence of this", "Signatures over what an archive may change"),
    ],
)
def test_a_vendor_is_asked_for_what_the_role_can_show(start, case, result, role, evidence, name):
    """Whoever makes a verifier has no signed objects to send, and is no archive."""
    row = "ps3.4-b.4.1.3-coercion-breaks-profile-signatures"
    collector = Collector(msgspec.structs.replace(start, subject=msgspec.structs.replace(start.subject, role=role)))
    collector.case(case(result(Outcome.INCONCLUSIVE, reason="crash"), passed=(row,)))
    page = page_view(collector.document())
    assert evidence in " ".join(step.text for step in page.questions)
    assert name in [claim.name for claim in page.claims]
