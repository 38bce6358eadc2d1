"""The reference report of dcmsign: what is known of it is all there is, and all of it still happens."""

import runpy
from pathlib import Path

import pytest

pytestmark = [pytest.mark.dcmtk, pytest.mark.slow]

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "reference_report.py"))


def test_dcmsign_is_as_its_reference_report_says(dcmsign, tmp_path, capsys):
    """A new run finds what the report has: no fail beyond the deviations, none of them stale, what is open is known."""
    now = TOOL["judged"](tmp_path / "report")
    assert "exit 5" in capsys.readouterr().out
    assert now.subject.version == "3.6.7"
    assert [each for each in now.results if each.result == "fail" and not each.deviation] == []
    assert [each for each in now.deviations if each.stale] == []
    assert {each.reason for each in now.results if each.result == "inconclusive"} == {
        "crash",
        "twin-not-accepted",
        "called-invalid",
    }
    assert TOOL["found"](now) == TOOL["found"](TOOL["stored"](TOOL["FOLDER"]))


def test_each_failure_is_there_by_hand(dcmsign):
    """Each vector that fails is listed with the two commands that a person types."""
    text = (TOOL["FOLDER"] / "by-hand.md").read_text(encoding="utf-8")
    failed = {each.subject.vector for each in TOOL["fails"](TOOL["stored"](TOOL["FOLDER"]))}
    assert {line[3:] for line in text.splitlines() if line.startswith("## ")} == failed
    assert text.count("$ dcmsign -v --verify +rg") == text.count("$ dicomsig vectors export") == len(failed)
