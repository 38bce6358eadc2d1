"""What a user sees when dicomsig itself fails: one line, where to look, exit code 70."""

import os
import traceback

import click

INTERNAL_ERROR = 70


def note_internal_error(what: str) -> None:
    """Say that one file or check could not be judged through our own fault; the run goes on."""
    click.echo(f"dicomsig: internal error in {what}; the run goes on and ends with {INTERNAL_ERROR}", err=True)


def report_internal_error(error: BaseException) -> int:
    """Say that the fault is ours; the traceback, which may hold paths, only with DICOMSIG_TRACEBACK set."""
    click.echo(f"dicomsig: internal error: {type(error).__name__}. This is a fault of dicomsig, no verdict.", err=True)
    if os.environ.get("DICOMSIG_TRACEBACK"):
        traceback.print_exception(error)
    else:
        click.echo("Set DICOMSIG_TRACEBACK=1 to see where it happened, and please report it.", err=True)
    return INTERNAL_ERROR
