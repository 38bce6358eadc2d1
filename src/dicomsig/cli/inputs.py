"""The files behind PATH arguments, for every command that takes some."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dicomsig.cli.output import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from dicomsig.systems.found import Found


class Search:
    """Everything that some paths lead to. Raises InputError at once, with a hint, for a path that leads to nothing."""

    def __init__(self, paths: Sequence[Path]) -> None:
        from dicomsig.systems.files import find_files
        from dicomsig.systems.found import PathError, shown_name

        self._arguments = frozenset(shown_name(str(path)) for path in paths)
        try:
            self._found: Generator[Found, None, None] = find_files(paths)
        except PathError as error:
            raise InputError(str(error)) from None

    def __iter__(self) -> "Iterator[Found]":
        """Files to judge and what is passed over, in order; temporary files go when the iteration ends."""
        with closing(self._found) as search:
            yield from search

    def is_lost(self, found: "Found") -> bool:
        """The user asked for something to be judged that could not be opened: a run without it is not complete."""
        from dicomsig.judging.lost_input import is_lost

        return is_lost(found, self._arguments)


def is_temporary(found: "Found") -> bool:
    """The file goes when the next one is looked for."""
    from dicomsig.systems.found import FoundFile, Origin

    return isinstance(found, FoundFile) and found.origin is Origin.ARCHIVE
