"""A folder that an archive writes its files to: what it stored is found there by its UID, whatever it is called."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.received import Kept
from dicomsig.systems.outgoing import Outgoing, Returned

__all__ = ["Collecting"]

_NAP: Final = 0.05
_PATIENCE: Final = 2.0
"""Seconds that one file is waited for at most, where others are there."""
_STUDY: Final = 0x0020000D
_MOST_FILES: Final = 100_000
_NO_INSTANCE: Final = (EncodingReason.NOT_DICOM, EncodingReason.EMPTY)


class Collecting:
    """Finds instances among files that appear while the run goes; the files are read where they lie.

    The first file of the run is waited for `timeout` seconds in all, each one after it 2 seconds at most. As long as
    none is there nobody can tell an archive that writes nothing from one that writes elsewhere.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self._folder, self._timeout = folder, timeout
        self._known: dict[Path, tuple[int, int]] = {}
        self._found: dict[str, Kept] = {}
        self._unreadable: dict[Path, tuple[int, int]] = {}
        self._expected: set[str] = set()
        self._came = False
        self._first_until: float | None = None
        self._look()
        self._known |= self._unreadable  # what lay there before is none of this run, as long as it stays as it is
        self._unreadable.clear()

    def expect(self, every: Iterable[Outgoing]) -> None:
        """Files of these instances are those of the run, and files of their studies: UIDs may be coerced."""
        for each in every:
            self._expected |= {each.sop_instance, each.study}

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """The file of one instance, as soon as it is there; a fault where no file of the run is."""
        now = time.monotonic()
        until = now + min(_PATIENCE, self._timeout)
        if self._first_until is None:
            self._first_until = now + self._timeout
        there = self._found.get(outgoing.sop_instance)
        if there is not None and not there.path.is_file():  # moved since: it lies elsewhere, or is gone
            del self._found[outgoing.sop_instance]
            self._known.pop(there.path, None)
        while outgoing.sop_instance not in self._found:
            self._look()
            last = until if self._came or self._unreadable else max(until, self._first_until)
            if outgoing.sop_instance in self._found or time.monotonic() >= last:
                break
            time.sleep(_NAP)
        kept = self._found.get(outgoing.sop_instance)
        if kept is None and self._unreadable:  # nothing says which it is, but what is missing must be among them
            path, _ = self._unreadable.popitem()
            kept = Kept(path, "", "", outgoing.syntax, 0, ours=False)
        if kept is None and not self._came:
            fault = NetworkError(NetworkFault.SILENT, "no file of this run came to the folder")
            return Returned(syntax=outgoing.syntax, fault=fault)
        return Returned(() if kept is None else (kept,), 0, 0, outgoing.syntax)

    def close(self, *, hurried: bool = False) -> None:
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
                    study, syntax = instance.text(_STUDY), instance.syntax.uid
            except MalformedError as error:  # perhaps not yet to its end
                if error.finding.reason not in _NO_INSTANCE:
                    self._unreadable[path] = stamp
                continue
            except OSError:
                continue
            self._unreadable.pop(path, None)
            self._known[path] = stamp
            self._came = self._came or not self._expected.isdisjoint((named, study))
            self._found[named] = Kept(path, "", named, syntax, stamp[0], ours=False)
