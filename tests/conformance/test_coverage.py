"""Every testable requirement has a check or a written reason why none, and the file that says so is current."""

import csv

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


def test_no_reason_of_a_signer_is_put_off():
    """Where a row of a signer has no check, the reason says why none can be, and not that it comes later."""
    put_off = [
        row["requirement"]
        for row in rows()
        if "not yet" in row["reason"]
        and register()[row["requirement"]].profile in (*JUDGED_PROFILES, PARTLY_JUDGED, "statement")
        and register()[row["requirement"]].actor in SIGNERS
    ]
    assert not put_off


def test_what_vectors_judge_is_not_put_off():
    """A row that vectors judge says so."""
    path = resources.content("profiles") / "vector_coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        by_vectors = {row["requirement"] for row in csv.DictReader(file) if row["positive"]}
    assert not [row["requirement"] for row in rows() if row["requirement"] in by_vectors and "not yet" in row["reason"]]


@pytest.mark.parametrize("requirement", sorted(registered()))
def test_a_check_looks_at_what_its_requirement_is_about(requirement):
    """The scope of a check is that of its row, and its docstring cites a clause."""
    check = registered()[requirement]
    assert check.scope in SCOPES_OF[register()[requirement].scope]
    assert "PS3." in (check.function.__doc__ or "") or "A-" in (check.function.__doc__ or "")
