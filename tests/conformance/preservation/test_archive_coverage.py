"""Every testable row on archives has a check or a written reason why none, and the file that says so is current."""

import csv
import inspect

import pytest

from dicomsig import resources
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.register import Scope, Testable, register

PROFILES = (
    "bit-preserving",
    "basic-signatures",
    "online-storage",
    "negotiation",
    "storage-level-1",
    "storage-level-2",
    "storage-level-3",
)
SCOPES = {
    "trip": {Scope.HOP, Scope.INSTANCE},  # an instance as it came back
    "pair": {Scope.HOP},
    "association": {Scope.ASSOCIATION},
    "twins": {Scope.ASSOCIATION},
    "delivery": {Scope.ASSOCIATION},
    "deliveries": {Scope.ASSOCIATION},
    "claims": {Scope.PRODUCT},
}


def rows():
    path = resources.content("profiles") / "archive_coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def on_archives(row):
    return row.actor == "archive" or (row.actor == "any" and row.profile in PROFILES)


def test_every_testable_row_on_archives_is_there_once_in_the_order_of_the_register():
    """The file names the testable rows on archives, all of them and no others."""
    due = [row.id for row in register().values() if row.testable is not Testable.NO and on_archives(row)]
    assert [row["requirement"] for row in rows()] == due


def test_a_row_has_a_check_or_a_reason_and_not_both():
    """Either something judges a requirement, or it is written why nothing does."""
    assert [row["requirement"] for row in rows() if bool(row["check"]) == bool(row["reason"])] == []
    assert all(len(row["reason"]) > 30 for row in rows() if row["reason"])
    assert [row["requirement"] for row in rows() if "not yet" in row["reason"]] == []


def test_the_checks_of_the_file_are_those_of_the_code():
    """Each bound function stands beside its requirement, and none is named that is not bound."""
    named = {row["requirement"]: row["check"] for row in rows() if row["check"]}
    assert named == {requirement: check.name for requirement, check in archive_checks().items()}


def test_companions_are_bound_rows_and_never_the_row_itself():
    """What lawfully fails together with a row is judged too."""
    checks = archive_checks()
    for row in rows():
        companions = row["companions"].split()
        assert len(companions) == len(set(companions))
        assert row["requirement"] not in companions
        assert all(companion in checks for companion in companions), row["requirement"]


@pytest.mark.parametrize("requirement", sorted(archive_checks()))
def test_a_check_looks_at_what_its_requirement_is_about(requirement):
    """The evidence of a check is that of the scope of its row, and its docstring cites a clause."""
    check = archive_checks()[requirement]
    assert register()[requirement].scope in SCOPES[check.evidence]
    assert "PS3." in inspect.getdoc(check.function) or "A." in inspect.getdoc(check.function)
