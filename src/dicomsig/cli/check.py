"""``dicomsig check``: signed instances judged requirement by requirement (DESIGN section 4)."""

from pathlib import Path

import click

from dicomsig.cli.judging_options import (
    day,
    edition_options,
    only_option,
    private_options,
    profile_option,
    report_options,
)
from dicomsig.cli.options import path_arguments, trust_options


@click.command("check")
@path_arguments
@profile_option
@edition_options
@trust_options
@only_option
@report_options
@private_options
def command(
    paths: tuple[Path, ...],
    profiles: tuple[str, ...],
    edition_label: str | None,
    claims_file: Path | None,
    trust: tuple[Path, ...],
    at: str,
    deviations_file: Path | None,
    only: tuple[str, ...],
    report: Path | None,
    today: str | None,
    *,
    as_json: bool,
    with_values: bool,
    with_paths: bool,
) -> int:
    """Judge the signed instances behind PATH: files, folders, DICOMDIR or zip.

    Without --profile and --claims only the macro and the Base profile can fail; the other profiles are reported as met
    or not met.

    Exit code: 0 passed; 1 a fail; 2 usage, or input that cannot be opened; 3 nothing to judge; 4 stale deviations; 5
    no fail, but something is inconclusive; 70 internal error; 130 interrupted.
    """
    from dicomsig.cli.checking import CheckRun, rerun_of, terms_of

    run = CheckRun(
        paths=paths,
        terms=terms_of(profiles, edition_label, claims_file, trust, at, only),
        rerun=rerun_of(profiles, edition_label, claims_file, private=True),
        rerun_here=rerun_of(profiles, edition_label, claims_file, private=False),
        deviations_file=deviations_file,
        today=day(today),
        report=report,
        as_json=as_json,
        with_values=with_values,
        with_paths=with_paths,
    )
    return run.run()
