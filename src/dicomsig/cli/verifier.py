"""``dicomsig verifier``: a verifier judged by vectors whose verdicts the standard fixes."""

from pathlib import Path

import click

from dicomsig.cli.judging_options import edition_options, profile_option, report_options


@click.command("verifier")
@click.argument("name", required=False)
@click.option("--adapter", metavar="'CMD …'", help="A program that speaks the adapter protocol (docs/adapters.md).")
@click.option(
    "--command", "template", metavar="'TEMPLATE'", help="A command line with {file}, and perhaps {trust} and {at}."
)
@click.option("--accept", multiple=True, type=int, metavar="N", help="Exit code of --command: all signatures hold.")
@click.option("--reject", multiple=True, type=int, metavar="N", help="Exit code: a signature does not hold.")
@click.option("--indeterminate", multiple=True, type=int, metavar="N", help="Exit code: it cannot be told.")
@click.option("--unsigned", multiple=True, type=int, metavar="N", help="Exit code: there is no signature.")
@click.option("--error", multiple=True, type=int, metavar="N", help="Exit code: no verdict; all that are not named.")
@click.option("--only", multiple=True, metavar="ID", help="Only this vector, these (key-*) or this requirement.")
@click.option("--family", multiple=True, metavar="NAME", help="Only the vectors of this family; may be repeated.")
@click.option(
    "--failed", type=click.Path(path_type=Path), metavar="REPORT", help="Only what did not pass in an earlier report."
)
@click.option(
    "--fuzz", type=click.IntRange(1, 10_000_000), metavar="N", help="Put N drawn instances in place of the vectors."
)
@click.option("--seed", type=click.IntRange(0), metavar="S", help="Which instances --fuzz draws; default: 0.")
@click.option(
    "--replay", type=click.Path(path_type=Path), metavar="DIR", help="Put a counterexample that --fuzz saved again."
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Adapters that work at once.")
@click.option(
    "--timeout", default=10.0, show_default=True, type=click.FloatRange(0.05, 3600), help="Seconds for an answer."
)
@profile_option
@edition_options
@report_options
@click.option("--with-values", is_flag=True, help="Let the report hold what the product wrote.")
@click.option("--list", "list_names", is_flag=True, help="List the verifiers that have a name, impostors included.")
def command(*, list_names: bool, **options: object) -> int:
    """Judge a verifier. NAME is reference, dcmsign or impostor:NAME; or give --adapter or --command.

    A valid vector is passed by acceptance alone, an invalid one by rejection alone; a crash is neither.

    Exit code: 0 passed; 1 a fail; 2 usage; 3 the product could not be exercised; 4 stale deviations; 5 no fail, but
    something is inconclusive; 70 internal error; 130 interrupted.
    """
    if list_names:
        from dicomsig.judging.named_systems import described_verifiers

        for name, words in described_verifiers():
            click.echo(f"{name}\t{words}")
        return 0
    from dicomsig.cli.verifying import VerifierOptions, run_of

    number, seed, replay = (options.pop(name) for name in ("fuzz", "seed", "replay"))
    given = VerifierOptions(**options)  # type: ignore[arg-type]
    if number is None and replay is None:
        if seed is not None:
            raise click.UsageError("--seed says which instances --fuzz draws; give --fuzz as well")
        return run_of(given).run()
    from dicomsig.cli.fuzzing import Fuzzing, fuzz_run_of

    return fuzz_run_of(given, Fuzzing(number, seed or 0, replay)).run()  # type: ignore[arg-type]
