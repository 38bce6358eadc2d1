"""The files behind PATH arguments, for every command that takes some."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dicomsig.systems.found import FoundFile, NotAnInstance


def found_files(
    paths: Sequence[Path], passed_over: "Callable[[NotAnInstance], None] | None" = None
) -> "Iterator[FoundFile]":
    """Every file to judge; what is passed over goes to the callback. A path that leads to nothing is a usage error."""
    from dicomsig.systems.files import find_files
    from dicomsig.systems.found import FoundFile, PathError

    try:
        with closing(find_files(paths)) as search:
            for found in search:
                if isinstance(found, FoundFile):
                    yield found
                elif passed_over is not None:
                    passed_over(found)
    except PathError as error:
        raise click.UsageError(str(error)) from None


def is_temporary(found: "FoundFile") -> bool:
    """The file goes when the next one is looked for."""
    from dicomsig.systems.found import Origin

    return found.origin is Origin.ARCHIVE
