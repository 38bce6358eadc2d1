"""Reports that a command takes: a folder written by --report, or the report.json in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError

if TYPE_CHECKING:
    from dicomsig.reporting.saved import SavedReport

__all__ = ["saved_report"]


def saved_report(path: Path, option: str = "") -> "SavedReport":
    """The report there; raises InputError, which names the option, where there is none that can be read."""
    from dicomsig.reporting.saved import SavedReportError, read_saved

    try:
        return read_saved(path)
    except SavedReportError as error:
        raise InputError(f"{option} {shown(path)}: {error}".lstrip()) from None
