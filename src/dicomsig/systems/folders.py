"""The files of a folder and of the folders in it, in the order of the bytes of their names, as they come."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PassedOver, error_text, shown_name
from dicomsig.systems.heads import Content, SpecialFileError, content_of, read_head

Identity: TypeAlias = tuple[int, int]
"""Device and inode: the same for every name of one file or folder."""


@dataclass(slots=True)
class Seen:
    """What one search has found elsewhere or will find: nothing is judged twice, and no folder is entered twice."""

    named: frozenset[Identity] = frozenset()
    """Files that are arguments themselves."""
    referenced: set[Identity] = field(default_factory=set)
    """Files that a DICOMDIR led to."""
    folders: set[Identity] = field(default_factory=set)
    """Folders that were entered."""

    def enter(self, folder: os.stat_result) -> bool:
        """The folder is new; from now on it is not."""
        known = identity(folder) in self.folders
        self.folders.add(identity(folder))
        return not known


def identity(status: os.stat_result) -> Identity:
    """Device and inode of a file or folder."""
    return status.st_dev, status.st_ino


def files_below(folder: Path, seen: Seen) -> Iterator[Found]:
    """Every file at any depth below a folder that ``seen`` knows as entered, depth first.

    Only the names in the folders on the way down are held. Links are named and not followed: what they lead to in the
    folder is found under its own name, and what lies outside was not asked for.
    """
    root = os.path.realpath(folder)
    open_folders: list[tuple[Path, list[str]]] = []
    entering: Path | None = folder
    while True:
        if entering is not None:
            try:
                names = sorted(os.listdir(entering), key=os.fsencode, reverse=True)  # noqa: PTH208 - names alone
                open_folders.append((entering, names))
            except OSError as error:
                why = f"the folder cannot be read: {error_text(error)}"
                yield NotAnInstance(shown_name(str(entering)), PassedOver.UNREADABLE, why)
            entering = None
        if not open_folders:
            return
        here, names = open_folders[-1]
        if not names:
            open_folders.pop()
            continue
        path = here / names.pop()
        try:
            status = path.lstat()
        except (OSError, ValueError) as error:
            yield NotAnInstance(shown_name(str(path)), PassedOver.UNREADABLE, error_text(error))
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield _met(path, status, root, seen)
        elif seen.enter(status):
            entering = path
        else:
            yield repeated(path, "the folder is read already")


def special_file(path: Path) -> NotAnInstance:
    """A FIFO, socket or device is never opened."""
    why = "neither a file nor a folder: FIFOs, sockets and devices are not opened"
    return NotAnInstance(shown_name(str(path)), PassedOver.SPECIAL_FILE, why)


def repeated(path: Path, why: str) -> NotAnInstance:
    """A file or folder that the same search finds by another name is judged once."""
    return NotAnInstance(shown_name(str(path)), PassedOver.REPEATED, why)


def _met(path: Path, status: os.stat_result, root: str, seen: Seen) -> Found:
    shown = shown_name(str(path))
    if stat.S_ISLNK(status.st_mode):
        return NotAnInstance(shown, PassedOver.LINK, _where_to(path, root))
    if not stat.S_ISREG(status.st_mode):
        return special_file(path)
    if identity(status) in seen.named:
        return repeated(path, "the file is judged as an argument of its own")
    if identity(status) in seen.referenced:
        return repeated(path, "the file is judged by its reference in a DICOMDIR")
    try:
        head = read_head(path, follow=False)
    except SpecialFileError:
        return special_file(path)
    except OSError as error:
        return NotAnInstance(shown, PassedOver.UNREADABLE, f"the file cannot be read: {error_text(error)}")
    return instance_or_not(shown, head) or FoundFile(shown, path, Origin.FOLDER)


def instance_or_not(shown: str, head: bytes) -> NotAnInstance | None:
    """None for what begins like an instance, else what stands in a folder or an archive instead."""
    match content_of(head):
        case Content.INSTANCE:
            return None
        case Content.DICOMDIR:
            why = "the directory of a file-set holds no signature; name it as an argument to follow its references"
            return NotAnInstance(shown, PassedOver.DICOMDIR, why)
        case Content.ARCHIVE:
            why = "an archive within a folder or an archive is not entered; name it as an argument"
            return NotAnInstance(shown, PassedOver.ARCHIVE, why)
        case Content.OTHER:
            why = "no DICM prefix and no data set at the start" if head else "the file is empty"
            return NotAnInstance(shown, PassedOver.NOT_DICOM, why)


def _where_to(link: Path, root: str) -> str:
    target = Path(os.path.realpath(link))
    if not target.is_relative_to(root):
        return "the link leads out of the folder and is not followed"
    if not os.path.lexists(target) or target.is_symlink():
        return "the link leads nowhere"
    return "the link leads to what is found under its own name"
