"""`dicomsig pdf` makes a PDF of a report; it needs the extra pdf, which this environment installs."""

import pytest

from dicomsig.reporting.pdf import pdf_bytes
from dicomsig.reporting.saved import read_saved

pytestmark = pytest.mark.browser


def test_a_report_becomes_a_pdf(reports):
    """It holds the report and what it did not find met, with a title, and asks for nothing."""
    report = read_saved(reports["signer"])
    made = pdf_bytes(report.document, digest=report.sha256)
    assert made.startswith(b"%PDF-")
    assert 20_000 < len(made) < 5_000_000
    assert b"/URI" not in made
