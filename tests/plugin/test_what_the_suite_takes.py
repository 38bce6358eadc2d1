"""Each row that is judged of a role is taken by one test of the suite of that role: none is judged unseen."""

import ast
import csv
from pathlib import Path

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import plugin, resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.register import register

SUITE = resources.content("suite")


def by_vectors():
    """The rows that vectors judge."""
    with (resources.content("profiles") / "vector_coverage.csv").open(encoding="utf-8", newline="") as file:
        return {row["requirement"] for row in csv.DictReader(file) if row["positive"]}


def taken(role):
    """The arguments of the marker of each test of a role, by the name of the test."""
    found = {}
    for file in sorted(Path(SUITE / role).glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                (marker,) = node.decorator_list
                assert isinstance(marker, ast.Call)
                found[f"{file.stem}.{node.name}"] = [ast.literal_eval(each) for each in marker.args]
    assert found
    return found


@pytest.mark.parametrize(
    ("role", "rows"), [("signer", registered()), ("verifier", by_vectors()), ("archive", archive_checks())]
)
def test_each_row_has_one_test(role, rows):
    """Profile and clause of each row are those of exactly one test."""
    tests = taken(role)
    wrong = {}
    for name in rows:
        row = register()[name]
        here = [
            test
            for test, (profile, *clauses) in tests.items()
            if profile == row.profile and plugin._within(row.clause, clauses)
        ]
        if len(here) != 1:
            wrong[name] = here
    assert wrong == {}


@pytest.mark.parametrize(
    ("role", "rows"), [("signer", registered()), ("verifier", by_vectors()), ("archive", archive_checks())]
)
def test_each_test_takes_a_row(role, rows):
    """No test of the suite has a marker by which nothing is judged: it would pass unseen."""
    judged = [register()[name] for name in rows]
    empty = [
        test
        for test, (profile, *clauses) in taken(role).items()
        if not any(row.profile == profile and plugin._within(row.clause, clauses) for row in judged)
    ]
    assert empty == []


@pytest.mark.parametrize("role", ["signer", "verifier", "archive"])
def test_each_test_requires_its_case(role):
    """The body of each test is its docstring and the demand on its one case, which ends it as the judge decided."""
    for file in sorted(Path(SUITE / role).glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                (argument,) = node.args.args
                assert argument.arg in plugin.ROLES
                assert [ast.unparse(each) for each in node.body[1:]] == [f"{argument.arg}.require()"], node.name
