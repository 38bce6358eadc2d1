"""Every testable requirement has a check or a written reason why none, and the file that says so is current."""

import csv
import re

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.register import Scope, Strength, Testable, register

JUDGED_PROFILES = ("macro", "base", "creator", "authorization", "structured-report", "basic-sr")
PARTLY_JUDGED = "online-storage"
SIGNERS = ("signer", "report-creator", "any")
SCOPES_OF = {  # a row of several documents is judged over the run
    Scope.SIGNATURE: {Scope.SIGNATURE},
    Scope.INSTANCE: {Scope.INSTANCE},
    Scope.PRODUCT: {Scope.PRODUCT},
    Scope.DOCUMENT_SET: {Scope.PRODUCT},
}


def rows():
    path = resources.content("profiles") / "coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_testable_requirement_has_one_row_in_the_order_of_the_register():
    """The file names the testable rows of the register, all of them and no others."""
    testable = [row.id for row in register().values() if row.testable is not Testable.NO]
    assert [row["requirement"] for row in rows()] == testable


def test_a_row_has_a_check_or_a_reason_and_not_both():
    """Either something judges a requirement, or it is written why nothing does."""
    wrong = [row["requirement"] for row in rows() if bool(row["check"]) == bool(row["reason"])]
    assert wrong == []


def test_the_checks_of_the_file_are_those_of_the_code():
    """Each bound function stands beside its requirement, and none is named that is not bound."""
    named = {row["requirement"]: row["check"] for row in rows() if row["check"]}
    bound = {requirement: check.name for requirement, check in registered().items()}
    assert named == bound


def test_companions_are_bound_rows_and_never_the_row_itself():
    """What lawfully fails together with a row is judged too."""
    checks = registered()
    for row in rows():
        companions = row["companions"].split()
        assert len(companions) == len(set(companions))
        assert row["requirement"] not in companions
        assert all(companion in checks for companion in companions), row["requirement"]
        assert row["check"] or not companions


def test_companions_are_in_force_together_in_some_edition():
    """What never holds in one edition cannot fail together: such a companion would excuse a wrong conviction."""
    for row in rows():
        own = register()[row["requirement"]]
        for other in map(register().get, row["companions"].split()):
            both = max(own.since, other.since)
            assert own.holds_in(both), other.id
            assert other.holds_in(both), other.id


def test_reasons_are_sentences_that_name_a_cause():
    """A reason is longer than a shrug."""
    assert all(len(row["reason"]) > 30 for row in rows() if row["reason"])


def test_bound_requirements_are_of_signers_in_the_judged_profiles():
    """The checks look at what a signer wrote; other roles have judges of their own."""
    for requirement in registered():
        row = register()[requirement]
        assert row.actor in SIGNERS, requirement
        assert row.profile in (*JUDGED_PROFILES, PARTLY_JUDGED), requirement


def test_only_permissions_and_other_roles_are_without_check():
    """Of the rows of signers in the judged profiles few have no check, and these are known."""
    open_rows = {
        row.id
        for row in register().values()
        if row.testable is not Testable.NO
        and row.profile in JUDGED_PROFILES
        and row.actor in SIGNERS
        and row.id not in registered()
    }
    shall = {row for row in open_rows if register()[row].strength is Strength.SHALL}
    assert shall == {
        "ps3.15-c.1-certificate-identity",
        "ps3.15-c.3-signatory-identified",
        "ps3.15-c.4-signatory-identified",
        "ps3.15-a.4-signing-conditions-declared",
        "ps3.15-e.1-signatures-removed",
    }
    assert len(open_rows) == 23


def judged_elsewhere(name, column):
    """The rows that another coverage file binds, and all that it names."""
    path = resources.content("profiles") / name
    with path.open(encoding="utf-8", newline="") as file:
        others = list(csv.DictReader(file, strict=True))
    return {row["requirement"] for row in others if row[column]}, {row["requirement"] for row in others}


PUT_OFF = re.compile(r"\b(not yet|later|until|to come|planned|soon|future|todo)\b", re.IGNORECASE)
WAITING = ("reference", "media")
"""Of what these profiles ask, nothing is judged yet."""


def test_only_what_nothing_judges_is_put_off():
    """A reason says that the judging comes later only where no coverage file binds the row, of two profiles alone."""
    by_vectors, _ = judged_elsewhere("vector_coverage.csv", "positive")
    by_hops, _ = judged_elsewhere("archive_coverage.csv", "check")
    put_off = {row["requirement"] for row in rows() if PUT_OFF.search(row["reason"])}
    assert not put_off & (by_vectors | by_hops)
    assert {register()[each].profile for each in put_off} == set(WAITING)


@pytest.mark.parametrize("name", ["vector_coverage.csv", "archive_coverage.csv"])
def test_no_other_coverage_file_puts_off(name):
    """What vectors and archives are asked is bound, or it is written why it never can be."""
    path = resources.content("profiles") / name
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["requirement"] for row in csv.DictReader(file) if PUT_OFF.search(row["reason"])] == []


@pytest.mark.parametrize("name", ["vector_coverage.csv", "archive_coverage.csv"])
def test_a_reason_that_sends_the_reader_elsewhere_is_right(name):
    """Where a reason names another coverage file, that file has the row."""
    _, named = judged_elsewhere(name, "requirement")
    sent = {row["requirement"] for row in rows() if name in row["reason"]}
    assert len(sent) > 50
    assert sent <= named


@pytest.mark.parametrize(("name", "column"), [("vector_coverage.csv", "positive"), ("archive_coverage.csv", "check")])
def test_what_is_bound_elsewhere_says_so(name, column):
    """A row that vectors or hops judge has a check of its own here, or its reason names the file that binds it."""
    bound, _ = judged_elsewhere(name, column)
    silent = {row["requirement"] for row in rows() if not row["check"] and name not in row["reason"]}
    assert not silent & bound


@pytest.mark.parametrize("requirement", sorted(registered()))
def test_a_check_looks_at_what_its_requirement_is_about(requirement):
    """The scope of a check is that of its row, and its docstring cites a clause."""
    check = registered()[requirement]
    assert check.scope in SCOPES_OF[register()[requirement].scope]
    assert "PS3." in (check.function.__doc__ or "") or "A-" in (check.function.__doc__ or "")
