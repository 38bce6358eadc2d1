"""What shows a requirement broken is stored, and what is stored is current."""

from dicomsig.reporting.breaches import breaches_path, gathered_text


def test_the_stored_breaches_are_those_that_there_are():
    """The file is what vectors, wrong signers and impostors say; `python -m dicomsig.reporting.breaches` writes it."""
    assert breaches_path().read_text(encoding="utf-8") == gathered_text()
