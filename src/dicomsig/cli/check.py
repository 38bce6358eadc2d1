"""``dicomsig check``: signed instances judged requirement by requirement."""

from pathlib import Path

import click

from dicomsig.cli.judging_options import CheckOptions, check_options
from dicomsig.cli.options import path_arguments


@click.command("check")
@path_arguments
@check_options
def command(paths: tuple[Path, ...], **options: object) -> int:
    """Judge the signed instances behind PATH: files, folders, DICOMDIR or zip.

    Without --profile and --claims only the macro and the Base profile can fail; the other profiles are reported as met
    or not met.

    Exit code: 0 passed; 1 a fail; 2 usage, or input that cannot be opened; 3 nothing to judge; 4 stale deviations; 5
    no fail, but something is inconclusive; 70 internal error; 130 interrupted.
    """
    from dicomsig.cli.checking import CheckRun, rerun_of, terms_of

    given = CheckOptions(**options)  # type: ignore[arg-type]
    run = CheckRun(
        paths=paths,
        options=given,
        terms=terms_of(given),
        rerun=rerun_of(given, private=True),
        rerun_here=rerun_of(given, private=False),
    )
    return run.run()
