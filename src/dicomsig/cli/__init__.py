"""The command line: wiring only. Each command lives in a module of its own, imported when it is called."""

import importlib
import sys
from collections.abc import Sequence
from typing import Final

import click

from dicomsig import __version__
from dicomsig.cli.output import ReaderGoneError, discard_output, give_closed_streams_an_end, note

_COMMANDS: Final = {
    "check": "what of the standard signed instances meet, requirement by requirement",
    "verify": "whether signatures hold, a line each",
    "verifier": "judge a verifier by instances whose verdicts the standard fixes",
    "archive": "judge an archive by what it gives back",
    "listen": "judge instances as they arrive over the network",
    "pki": "make keys and certificates of a site",
    "sign": "sign an instance",
    "pdf": "a report as PDF",
    "suite": "the same judging as tests of pytest",
    "requirements": "what the standard asks, why it matters, and what breaks it",
    "editions": "what signatures have to cover, and in which edition that changed",
    "vectors": "list, export and check the instances that verifiers are judged by",
    "compare": "what changed between two runs, or products side by side",
    "bundle": "a report as one file of evidence, signed if asked; check such a file",
    "statement": "the part of a conformance statement that a report proves",
    "demo": "check the embedded samples and write a report",
}


class _LazyGroup(click.Group):
    """Commands are imported when they are called, so that the program starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"dicomsig.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from dicomsig.conformance.names import did_you_mean, quoted

            ctx.fail(f"no command is named {quoted(args[0])}.{did_you_mean(args[0], _COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="dicomsig")
def group() -> None:
    """Judge DICOM digital signatures against the standard (PS3.3 C.12.1.1.3, PS3.15 Annexes A, C and D)."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and end the process with the exit code that docs/commands.md names."""
    give_closed_streams_an_end()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _refuse_empty(sys.argv[1:] if arguments is None else arguments)
        code = group.main(arguments, prog_name="dicomsig", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        _show(error)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        note("interrupted")
        sys.exit(130)
    except ReaderGoneError:  # what was asked for was not done to its end, so that no other code can be trusted
        discard_output()
        sys.exit(130)
    except Exception as error:  # never a traceback on a user: ours, and never a verdict
        from dicomsig.cli.internal import report_internal_error

        sys.exit(report_internal_error(error))
    sys.exit(code if isinstance(code, int) else 0)


def _refuse_empty(arguments: Sequence[str]) -> None:
    """An empty name would be the folder one is in: what comes of a variable that a shell does not know."""
    if "" in arguments and arguments[0] != "suite":  # whose arguments are those of pytest
        raise click.UsageError("an argument is empty; is a variable of the shell not set?")


def _show(error: click.ClickException) -> None:
    """The message on stderr; file names in it may hold anything, so that control characters are escaped."""
    from dicomsig.conformance.names import printable

    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):  # click 8.1 has none
        note(error.format_message())
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        note(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n")
    lines = error.format_message().split("\n")
    note("Error: " + "\n".join("".join(map(printable, line)) for line in lines))
