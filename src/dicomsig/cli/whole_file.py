"""A file that a command writes stands there whole or not at all, and never over another unless that was asked for."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError

__all__ = ["check_target", "whole_file"]


def check_target(target: Path, option: str = "", *, force: bool) -> None:
    """Find out before the work is done that it cannot be kept; raises click.UsageError, which names the option."""
    named = _named(target, option)
    if target.is_dir():
        raise click.UsageError(f"{named} is a folder; name the file to write")
    if not target.parent.is_dir():
        raise click.UsageError(f"{named} cannot be written: there is no folder {shown(target.parent)}")
    if not os.path.lexists(target):
        return
    if target.exists() and not target.is_file():
        raise click.UsageError(f"{named} is no file but a device or a pipe; nothing is put in its place")
    if not force:
        raise click.UsageError(f"{named} exists; --force overwrites it")


@contextmanager
def whole_file(target: Path, option: str = "", *, force: bool) -> Iterator[BinaryIO]:
    """A file beside the target, to be written and read back, that takes its name when all went well.

    Raises InputError, which names the option, where the target cannot be written or came to stand there meanwhile.
    """
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".dicomsig-", dir=target.parent)
        part = Path(name)
        with os.fdopen(handle, "w+b") as out:
            yield out
        part.chmod(_mode(target))
        if force:
            part.replace(target)
        else:
            _put(part, target, option)
    except OSError as error:
        raise InputError(
            f"{_named(target, option)} cannot be written: {error.strerror or 'error of the system'}"
        ) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _put(part: Path, target: Path, option: str) -> None:
    """Give the file its name; what came to stand there in the meantime stays."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise InputError(f"{_named(target, option)} exists by now; --force overwrites it") from None
    except OSError:  # a file system without links
        part.replace(target)


def _mode(target: Path) -> int:
    """The permissions of the file that is overwritten, else those that any new file gets."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _named(target: Path, option: str) -> str:
    return f"{option} {shown(target)}".lstrip()
