"""``dicomsig compare``: what changed between two runs, or several products side by side."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import is_coloured, note, say, say_bytes
from dicomsig.cli.saved_reports import saved_report
from dicomsig.cli.whole_file import check_target, whole_file

if TYPE_CHECKING:
    from dicomsig.reporting.comparison import Comparison


@click.command("compare")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT REPORT...")
@click.option("--runs", "kind", flag_value="runs", help="Two runs of one product, the earlier first.")
@click.option("--products", "kind", flag_value="products", help="Several products side by side.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the comparison as a page.")
@click.option("--json", "as_json", is_flag=True, help="Write the comparison as JSON to stdout.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def command(reports: tuple[Path, ...], kind: str | None, html: Path | None, *, as_json: bool, force: bool) -> int:
    """Compare reports: each REPORT is a folder written by --report, or its report.json.

    Two reports of one product are compared as runs, the earlier first; any others stand side by side. With report.jsonl
    beside report.json, cases that passed are compared one by one.

    Exit code: 1 a failure that the earlier run did not have; 2 usage, a report that cannot be read, or runs that cannot
    be compared as a whole; 0 otherwise.
    """
    from dicomsig.reporting.compare import MOST_REPORTS, compare
    from dicomsig.reporting.comparison import ComparisonKind, comparison_bytes

    if not 2 <= len(reports) <= MOST_REPORTS:
        raise click.UsageError(f"name two reports or more, {MOST_REPORTS} at most; {len(reports)} given")
    wanted = ComparisonKind(kind) if kind is not None else None
    if wanted is ComparisonKind.RUNS and len(reports) != 2:
        raise click.UsageError(f"--runs compares two reports, the earlier first; {len(reports)} given")
    if html is not None:
        check_target(html, "--html", force=force)
    found = compare([saved_report(path) for path in reports], wanted)
    if html is not None:
        from dicomsig.reporting.compare_page import comparison_page

        with whole_file(html, "--html", force=force) as out:
            out.write(comparison_page(found).encode())
    if as_json:
        say_bytes(comparison_bytes(found))
    _tell(found, reports, html, beside_output=as_json)
    return found.exit_code


def _tell(comparison: "Comparison", paths: tuple[Path, ...], html: Path | None, *, beside_output: bool) -> None:
    from dicomsig.reporting.compare_text import comparison_lines

    tell = note if beside_output else say
    colour = is_coloured(sys.stderr if beside_output else sys.stdout)
    named = {each.letter: shown(path) for each, path in zip(comparison.reports, paths, strict=True)}
    for line in comparison_lines(comparison, paths=named, colour=colour):
        tell(line)
    if html is not None:
        tell(f"page      {shown(html)}")
