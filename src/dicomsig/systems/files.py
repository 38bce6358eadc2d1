"""From the paths that a person gives to the files that are judged: files, folders, DICOMDIR and zip archives."""

import os
import stat
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dicomsig.conformance.names import did_you_mean
from dicomsig.systems.file_sets import referenced_files
from dicomsig.systems.folders import Identity, Seen, files_below, identity, repeated, special_file
from dicomsig.systems.found import Found, FoundFile, Origin, PathError, error_text, shown_name
from dicomsig.systems.heads import Content, content_of, read_head
from dicomsig.systems.zip_members import DEFAULT_ZIP_LIMITS, ZipLimits, members

__all__ = ["find_files"]

_MOST_NEIGHBOURS = 2000


@dataclass(frozen=True, slots=True)
class _Argument:
    path: Path
    status: os.stat_result


def find_files(paths: Sequence[Path], limits: ZipLimits = DEFAULT_ZIP_LIMITS) -> Generator[Found, None, None]:
    """The files behind the paths, in the order given and within a folder in the order of the bytes of names.

    Each is found once, whatever paths lead to it. A file is yielded before the next is looked for; close the generator
    (``contextlib.closing``) to remove temporary files at once when it is not run to its end. Raises PathError, before
    anything is yielded, for a path that leads to nothing.
    """
    return _found([_Argument(path, _status(path)) for path in paths], limits)


def _found(arguments: Sequence[_Argument], limits: ZipLimits) -> Generator[Found, None, None]:
    files = frozenset(identity(argument.status) for argument in arguments if stat.S_ISREG(argument.status.st_mode))
    seen = Seen(named=files)
    done: set[Identity] = set()
    for argument in arguments:
        path, status = argument.path, argument.status
        if stat.S_ISDIR(status.st_mode):
            if seen.enter(status):
                yield from files_below(path, seen)
            else:
                yield repeated(path, "the folder is read already")
        elif not stat.S_ISREG(status.st_mode):
            yield special_file(path)
        elif identity(status) in done:
            yield repeated(path, "the file is judged already")
        else:
            done.add(identity(status))
            yield from _behind(path, seen, limits)


def _behind(path: Path, seen: Seen, limits: ZipLimits) -> Generator[Found, None, None]:
    """What one file that is an argument stands for: the members of an archive, a file-set, or itself."""
    try:
        content = content_of(read_head(path))
    except OSError:
        content = Content.OTHER  # who opens it will say why it cannot be read
    if content is Content.ARCHIVE:
        yield from members(path, limits)
    elif content is Content.DICOMDIR:
        yield from referenced_files(path, seen)
    else:
        yield FoundFile(shown_name(str(path)), path, Origin.ARGUMENT)


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise PathError(_missing(path)) from None
    except (OSError, ValueError) as error:
        raise PathError(f"'{shown_name(str(path))}' cannot be read: {error_text(error)}.") from None


def _missing(path: Path) -> str:
    """Where the path ends, and what there is instead."""
    if path.is_symlink():
        return f"'{shown_name(str(path))}' is a link that leads nowhere."
    there, missing = path.parent, path.name
    while there != there.parent and not os.path.lexists(there):
        there, missing = there.parent, there.name
    try:
        with os.scandir(there) as entries:
            neighbours = [entry.name for entry in islice(entries, _MOST_NEIGHBOURS)]
    except OSError:
        neighbours = []
    return f"'{shown_name(str(path))}' does not exist.{did_you_mean(missing, neighbours)}"
