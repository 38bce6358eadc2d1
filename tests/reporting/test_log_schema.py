"""The schema of the run log describes the lines that dicomsig writes."""

import json

import msgspec
import pytest

from dicomsig import resources
from dicomsig.conformance.results import CaseOutcome
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.log_schema import FILE_NAME, EndLine, StartLine, schema_text


def test_the_stored_schema_of_the_log_is_current():
    """`python -m dicomsig.reporting.log_schema` has been run since the structs changed."""
    assert (resources.content("reports") / FILE_NAME).read_text(encoding="utf-8") == schema_text()


@pytest.fixture
def lines(document_of, case, result, start, tmp_path):
    """The lines of a finished run of two cases."""
    outcomes = (case(result(), passed=("ps3.15-c.1-mac-algorithm",)), case(result(number=2)))
    with ReportFolder(tmp_path / "report", start) as folder:
        for outcome in outcomes:
            folder.log(outcome)
        folder.finish(document_of(*outcomes))
    return (tmp_path / "report" / "report.jsonl").read_bytes().splitlines()


def test_each_line_is_one_of_the_three_kinds(lines):
    """A start, a line a case, an end: each has the properties that the schema names, those that are due among them."""
    kinds = (StartLine, CaseOutcome, CaseOutcome, EndLine)
    definitions = json.loads(schema_text())["$defs"]
    for line, kind in zip(lines, kinds, strict=True):
        assert msgspec.json.encode(msgspec.json.decode(line, type=kind)) == line
        shape = definitions[kind.__name__]
        assert set(shape["required"]) <= set(json.loads(line)) <= set(shape["properties"])


def test_no_line_is_of_two_kinds(lines):
    """What a line has to have tells its kind."""
    required = [
        set(json.loads(schema_text())["$defs"][kind]["required"]) for kind in ("StartLine", "CaseOutcome", "EndLine")
    ]
    for line in lines:
        assert sum(each <= set(json.loads(line)) for each in required) == 1
