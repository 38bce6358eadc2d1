"""``dicomsig statement``: the part of a conformance statement that reports prove."""

from pathlib import Path

import click

from dicomsig.cli.output import InputError, note, say
from dicomsig.cli.saved_reports import saved_report
from dicomsig.cli.whole_file import check_target, whole_file


@click.command("statement")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT...")
@click.option("--html", "as_html", is_flag=True, help="An HTML fragment; default: Markdown.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there; default: to stdout.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def command(reports: tuple[Path, ...], output: Path | None, *, as_html: bool, force: bool) -> int:
    """Write the conformance statement fragment on digital signatures (PS3.2 A.7.1, PS3.4 B.4.3).

    REPORT is a report folder or its report.json; give one of each role in which the product was judged. What was not
    proved is marked, and what no test shows is left for the vendor to write.

    Exit code: 0 written, whatever was proved; 2 usage, or a report that cannot be read.
    """
    from dicomsig.reporting.statement import StatementError, statement_of
    from dicomsig.reporting.statement_text import statement_html, statement_markdown

    if output is not None:
        check_target(output, "--output", force=force)
    documents = [saved_report(path).document for path in reports]
    try:
        statement = statement_of(documents)
    except StatementError as error:
        raise InputError(str(error)) from None
    text = statement_html(statement) if as_html else statement_markdown(statement)
    if output is None:
        say(text.rstrip("\n"))
    else:
        with whole_file(output, "--output", force=force) as out:
            out.write(text.encode())
    if statement.disproved:
        note(f"{statement.disproved} of {len(statement.claims)} claims were disproved; they are marked")
    if statement.not_proved:
        note(f"{statement.not_proved} of {len(statement.claims)} claims were not proved; they are marked")
    return 0
