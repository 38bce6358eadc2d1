"""Options that the judging commands share: against what is judged, what is accepted, what is written of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import click

from dicomsig.cli.options import SIGNING, Command, trust_options
from dicomsig.conformance.names import quoted

__all__ = [
    "CheckOptions",
    "JudgingOptions",
    "check_options",
    "edition_options",
    "only_option",
    "profile_option",
    "report_options",
]


@dataclass(frozen=True, kw_only=True)
class JudgingOptions:
    """What was asked of a judging command, as it was given."""

    only: tuple[str, ...] = ()
    edition_label: str | None = None
    claims_file: Path | None = None
    deviations_file: Path | None = None
    report: Path | None = None
    as_json: bool = False
    today: date | None = None
    with_values: bool = False
    with_paths: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckOptions(JudgingOptions):
    """What was asked of a command that judges instances as ``check`` does."""

    profiles: tuple[str, ...] = ()
    trust: tuple[Path, ...] = ()
    at: str = SIGNING


def _day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """The day that ``--today`` names, None where it is not given; raises click.UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--today {quoted(text)} is no day; write 2026-06-30") from None


profile_option: Final = click.option(
    "--profile", "profiles", multiple=True, metavar="NAME", help="A profile that is due; may be repeated."
)
only_option: Final = click.option(
    "--only", multiple=True, metavar="ID", help="Judge this requirement alone; may be repeated."
)
_FILE: Final = click.Path(path_type=Path)
_AGAINST: Final = (
    click.option(
        "--edition", "edition_label", metavar="E", help="Edition of the standard; default: 2023b, or the claims'."
    ),
    click.option("--claims", "claims_file", type=_FILE, metavar="FILE", help="What the product claims."),
)
_WRITTEN: Final = (
    click.option("--deviations", "deviations_file", type=_FILE, metavar="FILE", help="Known, accepted fails."),
    click.option("--report", type=_FILE, metavar="DIR", help="Write a report for people and machines."),
    click.option("--json", "as_json", is_flag=True, help="Write the result document to stdout."),
    click.option(
        "--today",
        metavar="YYYY-MM-DD",
        callback=_day,
        help="The day on which deviations expire or not; default: today (UTC).",
    ),
)
_PRIVATE: Final = (
    click.option("--with-values", is_flag=True, help="Let the report hold values of the instances."),
    click.option("--with-paths", is_flag=True, help="Let the report hold paths of the files."),
)


def edition_options(function: Command) -> Command:
    """``--edition`` and ``--claims``."""
    return _all(_AGAINST, function)


def report_options(function: Command) -> Command:
    """``--deviations``, ``--report``, ``--json`` and ``--today``."""
    return _all(_WRITTEN, function)


def check_options(function: Command) -> Command:
    """All options of a command that judges instances as ``check`` does."""
    of_check = (profile_option, edition_options, trust_options, only_option, report_options)
    return _all((*of_check, *_PRIVATE), function)


def _all(options: tuple[Callable[[Command], Command], ...], function: Command) -> Command:
    for option in reversed(options):
        function = option(function)
    return function
