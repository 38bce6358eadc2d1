"""Each requirement that a report names is explained on a page beside it."""

import re

import pytest

from dicomsig.conformance.register import register
from dicomsig.conformance.results import Outcome
from dicomsig.reporting.requirement_entries import entry
from dicomsig.reporting.requirement_page import link_to, requirements_page

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
PAD = "ps3.5-6.2-signature-pad-stripped"


def test_the_page_explains_what_the_run_named(document_of, case, result):
    """It holds the requirements of the run and no other: what each asks, why, clause, and how it came out."""
    document = document_of(case(result(), passed=("ps3.15-c.1-mac-algorithm",)), case(result(Outcome.WARNING, 2)))
    page = requirements_page(document)
    assert re.findall(r'<h2 id="([^"]*)"', page) == [ORDER, "ps3.15-c.1-mac-algorithm"]
    for text in (register()[ORDER].summary, entry(register()[ORDER]).why, "PS3.3 C.12.1.1.3.1.1, seen in the standard"):
        assert text in page
    assert "1 fail, 1 warning." in page


def test_the_page_needs_nothing_else(document_of, case):
    """No script and no address but that of the report; whatever stands in the register is escaped."""
    document = document_of(case(passed=tuple(register())))
    page = requirements_page(document)
    assert not re.search(r"<script|https?:|url\(| on\w+=| src=", page)
    assert set(re.findall(r'href="([^"#]*)', page)) == {"", "report.html"}
    assert len(page.encode()) < 3_000_000


def test_a_name_that_the_register_lacks_has_no_page(document_of, case, result):
    """A requirement of another dicomsig is left out, and nothing leads to it."""
    page = requirements_page(document_of(case(result(requirement="<b>gone</b>"))))
    assert "gone" not in page
    assert link_to("<b>gone</b>") == ""
    assert link_to(ORDER) == f"requirements.html#{ORDER}"


def test_an_entry_names_what_breaks_it():
    """Wrong signers, impostors and vectors that show a breach are named, and so is what the standard leaves open."""
    pad = entry(register()[PAD])
    assert "impostor:keeps-the-pad-byte" in [each.name for each in pad.impostors]
    assert "key-rsa-1032.ripemd160" in [each.name for each in pad.vectors]
    assert [each.id for each in pad.points] == ["A-14"]
    kept = entry(register()["ps3.15-a.3-item-order-kept"])
    assert [each.name for each in kept.archives] == ["impostor:reorders-items"]
    order = entry(register()[ORDER])
    assert order.wrong_signers
    assert "tag-list-unordered" in [each.code for each in order.reasons]


def test_the_page_says_how_to_see_it_broken(document_of, case):
    """Verifiers and archives that break a requirement stand under the command that judges them."""
    page = requirements_page(document_of(case(passed=("ps3.15-a.3-item-order-kept", PAD))))
    assert "<code>dicomsig archive impostor:reorders-items</code>" in page
    assert "<code>dicomsig verifier impostor:keeps-the-pad-byte</code>" in page


@pytest.mark.parametrize("name", ["ps3.15-c.1-key-size-free", "ps3.4-b.4.1.4-signature-level-3-preserves"])
def test_whom_a_requirement_binds_is_said_in_words(name):
    """Nothing of an entry that a reader needs is empty."""
    found = entry(register()[name])
    assert all((found.weight, found.actor, found.profile, found.editions, found.why))
