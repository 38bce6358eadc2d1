"""Lines on stdout and stderr: a reader that goes away is no error, and a full disk is none of ours."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click


class InputError(click.ClickException):
    """What was given cannot be used, though the command was called as it should be: exit code 2, no usage text."""

    exit_code = 2


class ReaderGoneError(Exception):
    """Whoever read stdout has gone, as ``head`` does; what is left of the output is not wanted."""


def say(text: str) -> None:
    """One line on stdout. Raises ReaderGoneError, and InputError when the line cannot be written for another reason."""
    with _written():
        click.echo(text)


def say_bytes(data: bytes) -> None:
    """Bytes on stdout, with the errors of ``say``."""
    with _written():
        click.echo(data, nl=False)


def note(text: str) -> None:
    """One line on stderr; where nobody reads it, it is lost and the run goes on."""
    with suppress(OSError):
        click.echo(text, err=True)


def is_coloured(stream: TextIO) -> bool:
    """Colours go to a terminal that knows them, unless the user wants none (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def give_closed_streams_an_end() -> None:
    """A program started with stdout or stderr closed has none: what is written there goes nowhere."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def discard_output() -> None:
    """Send what is still in a buffer nowhere, so that the end of the process does not complain about a closed pipe."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL for a closed pipe
            raise ReaderGoneError from None
        discard_output()
        raise InputError(f"stdout cannot be written: {error.strerror}") from None
