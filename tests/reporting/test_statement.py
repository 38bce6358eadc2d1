"""A statement says what was proved, marks what was not, and makes nothing up."""

import msgspec
import pytest

from dicomsig.conformance.register import register
from dicomsig.conformance.results import Outcome
from dicomsig.reporting.document import ClaimsMade, RequirementTally
from dicomsig.reporting.statement import Mark, StatementError, statement_of
from dicomsig.reporting.statement_text import statement_html, statement_markdown

CREATOR = next(row.id for row in register().values() if row.profile == "creator")
ROW = next(row.id for row in register().values() if row.profile == "base")


@pytest.fixture
def claimed(document_of, case):
    """A run over a signer with claims; the cases can be given."""

    def make(*cases, claims=None, **changes):
        document = document_of(*(cases or [case(passed=(ROW, CREATOR))]))
        made = claims or ClaimsMade("2023b", ("base", "creator", "bit-preserving"), ("SHA256", "MD5"), 2, 3)
        subject = msgspec.structs.replace(document.subject, claims=made, **changes)
        return msgspec.structs.replace(document, subject=subject)

    return make


def marks(statement):
    return {line.title: line.mark for line in statement.claims}


def test_what_was_proved_is_stated_and_the_rest_marked(claimed):
    """A claim that no test showed is marked, beside those that were proved."""
    statement = statement_of([claimed()])
    assert marks(statement) == {
        "Base RSA Digital Signature Secure Profile": Mark.PROVED,
        "Creator RSA Digital Signature Secure Profile": Mark.PROVED,
        "Bit-Preserving Digital Signatures Secure Use Profile": Mark.NOT_PROVED,
        "Storage level 2": Mark.NOT_PROVED,
        "Digital signature level 3": Mark.NOT_PROVED,
    }
    assert statement.not_proved == 3
    assert statement_markdown(statement).count("**NOT PROVED**") == 4
    assert "NOT PROVED: no signature of this run names it" in statement_html(statement)


@pytest.mark.parametrize(
    ("outcome", "deviation", "mark"),
    [
        (Outcome.FAIL, "", Mark.DISPROVED),
        (Outcome.FAIL, "known", Mark.DISPROVED),
        (Outcome.INCONCLUSIVE, "", Mark.NOT_PROVED),
    ],
)
def test_a_failure_disproves_and_an_open_question_proves_nothing(claimed, case, result, outcome, deviation, mark):
    """One failing case disproves the claim, accepted or not; one that could not be decided leaves it not proved."""
    statement = statement_of(
        [claimed(case(passed=(ROW, CREATOR)), case(result(outcome, 2, requirement=ROW, deviation=deviation), number=2))]
    )
    assert marks(statement)["Base RSA Digital Signature Secure Profile"] is mark
    assert statement.disproved == (mark is Mark.DISPROVED)
    assert f"**{mark}** |" in statement_markdown(statement)
    assert f"<td><strong>{mark}</strong></td>" in statement_html(statement)


def test_a_product_that_claims_nothing_has_no_empty_heading(claimed):
    """A claims file without claims is a statement too: no profile and no level."""
    statement = statement_of([claimed(claims=ClaimsMade("2023b"))])
    for text in (statement_markdown(statement), statement_html(statement)):
        assert "The product claims no security profile and no level." in text
        assert "No claims file" not in text


def test_nothing_is_claimed_that_the_vendor_did_not(claimed):
    """Without claims no profile is stated, though the run met some; the statement says why."""
    document = claimed()
    subject = msgspec.structs.replace(document.subject, claims=None)
    run = msgspec.structs.replace(document.run, profiles=())
    statement = statement_of([msgspec.structs.replace(document, subject=subject, run=run)])
    assert statement.claims == ()
    assert "No claims file" in statement_markdown(statement)
    assert "No claims file" in statement_html(statement)


def test_a_run_that_left_something_out_proves_nothing(claimed):
    """`--only` and an interrupted run mark every claim."""
    document = claimed()
    for change in ({"only": ("--only x",)}, {"interrupted": True}):
        run = msgspec.structs.replace(document.run, **change)
        assert set(marks(statement_of([msgspec.structs.replace(document, run=run)])).values()) == {Mark.NOT_PROVED}


def test_the_roles_of_one_product_make_one_statement(claimed):
    """A verifier's report adds the algorithms that it verified, and the points that a verifier declares."""
    signer = claimed()
    verifies = RequirementTally("ps3.15-c.1-verifies-sha1", "PS3.15 C.1", passed=8)
    fails = RequirementTally("ps3.15-c.1-verifies-md5", "PS3.15 C.1", passed=7, failed=1)
    subject = msgspec.structs.replace(signer.subject, role="verifier", claims=None)
    verifier = msgspec.structs.replace(signer, subject=subject, requirements=(verifies, fails))
    statement = statement_of([signer, verifier])
    told = {line.term: (line.created, line.verified) for line in statement.algorithms}
    assert told["SHA1"] == ("", "proved by 8 cases")
    assert told["MD5"] == ("NOT PROVED: no signature of this run names it", "DISPROVED: 1 case fails")
    points = {point.requirement for point in statement.points}
    assert {"ps3.2-a.7.1-verification-declared", "ps3.4-b.4.3.1-sender-negotiation-declared"} <= points
    assert "ps3.4-b.4.3.2-coercion-declared" not in points
    assert "ps3.2-a.7.1-verification-declared" not in {point.requirement for point in statement_of([signer]).points}


def test_what_the_fragment_says_is_not_left_to_the_vendor(claimed):
    """Profiles, levels and elements that it states are no open points; a missing claim leaves its point open."""
    stated = {
        "ps3.2-a.7.1-security-profiles-declared",
        "ps3.4-b.4.3.2-storage-level-declared",
        "ps3.4-b.4.3.2-signature-level-declared",
        "ps3.4-b.4.1.1-storage-level-0-declared",
    }
    document = claimed(role="archive")
    points = {point.requirement for point in statement_of([document]).points}
    assert not points & stated
    assert "ps3.4-b.4.3.2-coercion-declared" in points
    silent = claimed(role="archive", claims=ClaimsMade("2023b"))
    assert stated <= {point.requirement for point in statement_of([silent]).points}
    assert all(name in register() for name in stated)


def test_two_products_have_no_one_statement(claimed):
    """Reports of two versions are refused, and both are named."""
    with pytest.raises(StatementError, match=r"5\.1.*5\.2"):
        statement_of([claimed(), claimed(version="5.2")])


def test_no_text_of_a_report_becomes_markup(claimed):
    """Names with HTML, Markdown or control characters are text in both forms."""
    statement = statement_of([claimed(product='<script>|[x](y)`*"', vendor="a\n# b\x1b")])
    markdown, page = statement_markdown(statement), statement_html(statement)
    assert "&lt;script&gt;\\|\\[x\\]\\(y\\)\\`\\*" in markdown
    assert "<script" not in page + markdown
    assert "\x1b" not in page + markdown
    assert not [line for line in markdown.splitlines() if line.startswith("# b")]
