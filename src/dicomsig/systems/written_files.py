"""A folder that an archive writes its files to: what it stored is found there by its UID, whatever it is called."""

import time
from pathlib import Path
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.systems.dimse.received import Kept
from dicomsig.systems.outgoing import Outgoing, Returned

__all__ = ["Collecting"]

_NAP: Final = 0.05
_MOST_FILES: Final = 100_000
_NO_INSTANCE: Final = (EncodingReason.NOT_DICOM, EncodingReason.EMPTY)


class Collecting:
    """Finds instances among files that appear while the run goes; the files are read where they lie."""

    def __init__(self, folder: Path, patience: float = 2.0) -> None:
        self._folder, self._patience = folder, patience
        self._known: dict[Path, tuple[int, int]] = {}
        self._found: dict[str, Kept] = {}
        self._unreadable: set[Path] = set()

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """The file of one instance, as soon as it is there."""
        until = time.monotonic() + self._patience
        there = self._found.get(outgoing.sop_instance)
        if there is not None and not there.path.is_file():  # moved since: it lies elsewhere, or is gone
            del self._found[outgoing.sop_instance]
            self._known.pop(there.path, None)
        while outgoing.sop_instance not in self._found:
            self._look()
            if outgoing.sop_instance in self._found or time.monotonic() >= until:
                break
            time.sleep(_NAP)
        kept = self._found.get(outgoing.sop_instance)
        if kept is None and self._unreadable:  # nothing says which it is, but what is missing must be among them
            path = self._unreadable.pop()
            kept = Kept(path, "", "", outgoing.syntax, 0, ours=False)
        return Returned(() if kept is None else (kept,), 0, 0, outgoing.syntax)

    def close(self) -> None:
        """Nothing is open."""

    def _look(self) -> None:
        try:
            paths = sorted(self._folder.rglob("*"))
        except OSError:  # a folder that went meanwhile
            return
        for number, path in enumerate(paths):
            if number >= _MOST_FILES:
                return
            try:
                status = path.stat()
                stamp = (status.st_size, status.st_mtime_ns)
                if not path.is_file() or path.is_symlink() or self._known.get(path) == stamp:
                    continue
                with open_instance(path) as instance:
                    named = instance.text(tags.SOP_INSTANCE_UID)
                    syntax = instance.syntax.uid
            except MalformedError as error:  # perhaps not yet to its end
                if error.finding.reason not in _NO_INSTANCE:
                    self._unreadable.add(path)
                continue
            except OSError:
                continue
            self._unreadable.discard(path)
            self._known[path] = stamp
            self._found[named] = Kept(path, "", named, syntax, stamp[0], ours=False)
