"""What a user sees when dicomsig itself fails: one line, where to look, exit code 70."""

import os
import traceback

from dicomsig.cli.output import note

INTERNAL_ERROR = 70


def note_internal_error(what: str) -> None:
    """Say that one file or check could not be judged through our own fault; the run goes on."""
    note(f"dicomsig: internal error in {what}; the run goes on and ends with {INTERNAL_ERROR}")


def report_internal_error(error: BaseException) -> int:
    """Say that the fault is ours; the traceback, which may hold paths, only with DICOMSIG_TRACEBACK set."""
    note(f"dicomsig: internal error: {type(error).__name__}. This is a fault of dicomsig, no verdict.")
    if os.environ.get("DICOMSIG_TRACEBACK"):
        traceback.print_exception(error)
    else:
        note("Set DICOMSIG_TRACEBACK=1 to see where it happened, and please report it.")
    return INTERNAL_ERROR
