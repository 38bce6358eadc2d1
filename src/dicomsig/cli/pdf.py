"""``dicomsig pdf DIR``: the report in a folder as PDF, beside the others; needs the extra ``pdf``."""

from pathlib import Path

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, say
from dicomsig.cli.saved_reports import saved_report
from dicomsig.cli.whole_file import check_target, whole_file


@click.command("pdf")
@click.argument("source", metavar="DIR|report.json", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: report.pdf in DIR.")
def command(source: Path, output: Path | None) -> int:
    """Make a PDF of a report, with its requirements explained: report.pdf beside report.json.

    It needs WeasyPrint: pip install 'dicomsig[pdf]'.

    Exit code: 0; 2 usage, no such report, or WeasyPrint is missing.
    """
    from dicomsig.reporting.pdf import PDF_NAME, PdfMissingError, pdf_bytes

    report = saved_report(source)
    target = output if output is not None else (source if source.is_dir() else source.parent) / PDF_NAME
    check_target(target, force=True)
    try:
        made = pdf_bytes(report.document, digest=report.sha256)
    except PdfMissingError as error:
        raise InputError(str(error)) from None
    with whole_file(target, force=True) as out:
        out.write(made)
    say(f"report    {shown(target)}")
    return 0
