"""`dicomsig pdf` says what is missing, and refuses what is no report."""

import sys

import pytest


@pytest.fixture
def no_weasyprint(monkeypatch):
    """As where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)


def test_the_command_that_installs_the_extra_is_named(dicomsig, no_weasyprint, put, right, tmp_path):
    """Without WeasyPrint nothing is written, and one line says how to get it."""
    dicomsig("check", put("right.dcm", right), "--report", tmp_path / "report")
    ran = dicomsig("pdf", tmp_path / "report")
    assert ran.code == 2
    assert ran.err.strip() == "Error: a PDF needs WeasyPrint: pip install 'dicomsig[pdf]'"
    assert not list((tmp_path / "report").glob("*.pdf*"))


def test_what_is_no_report_is_refused(dicomsig, put, tmp_path):
    """A file or folder of another kind is named, without a traceback."""
    for source in (put("other.json", "{}"), tmp_path / "nowhere", tmp_path):
        ran = dicomsig("pdf", source)
        assert ran.code == 2
        assert source.name in ran.err


def test_another_run_removes_an_old_pdf(dicomsig, put, right, tmp_path):
    """A PDF of an earlier run must not lie beside the report of a later one."""
    instance = put("right.dcm", right)
    dicomsig("check", instance, "--report", tmp_path / "report")
    (tmp_path / "report" / "report.pdf").write_bytes(b"%PDF-1.7 of yesterday")
    dicomsig("check", instance, "--report", tmp_path / "report")
    assert not (tmp_path / "report" / "report.pdf").exists()
