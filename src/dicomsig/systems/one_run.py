"""A program that is run once a request: what it says and how it ends, within bounds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import Final

from dicomsig.systems.faults import AdapterFault, Fault, sut_text
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.pipes import TailReader
from dicomsig.systems.process import ChildProcess, NotStartedError

__all__ = ["Finished", "Runner"]

_KEPT: Final = 1 << 20
_TICK: Final = 0.01
_LAST_WORDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that ended by itself: its exit code, and the end of what it wrote to standard output and standard error.

    ``complete`` is False when standard error had more than the mebibyte that is kept.
    """

    exit_code: int
    output: bytes
    words: bytes
    complete: bool

    @property
    def log(self) -> str:
        """The end of its words, escaped."""
        return sut_text(self.words, end=True)


class Runner:
    """Runs programs one after the other; `close`, from any thread, ends the one that runs."""

    def __init__(self, limits: ProcessLimits) -> None:
        self._limits = limits
        self._closed = False
        self._child: ChildProcess | None = None

    def close(self) -> None:
        """Nothing is run any more."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()

    def run(self, command: Sequence[str], folder: Path) -> Finished | Fault:
        """Run a program in a folder to its end."""
        try:
            child = self._child = ChildProcess(command, folder, stdin=False)
        except NotStartedError as error:
            return Fault(AdapterFault.REFUSED_START, f"it cannot be started: {error}")
        changed = Condition()
        stdout = TailReader(child.stdout, changed, self._limits.log_tail, self._limits.log)
        stderr = TailReader(child.stderr, changed, _KEPT, self._limits.log)
        for reader in (stdout, stderr):
            reader.start()
        if self._closed:
            child.kill()
        why = self._watch(child, changed, stdout, stderr)
        exit_code = child.end()
        for reader in (stdout, stderr):
            reader.stop(_LAST_WORDS)
        self._child = None
        with changed:
            words = stderr.tail
            log = sut_text(words, end=True)
            if why is None and (stdout.flooded or stderr.flooded):
                why = AdapterFault.FLOOD
            if why is AdapterFault.FLOOD:
                return Fault(why, f"it wrote more than {self._limits.log} bytes", log=log)
            if why is AdapterFault.TIMEOUT:
                return Fault(why, f"it did not end within {self._limits.call:g} s", log=log)
            if self._closed:
                return Fault(AdapterFault.GIVEN_UP, "it is closed")
            if exit_code is None or exit_code < 0:
                return Fault(AdapterFault.CRASH, f"signal {-(exit_code or 0)} ended it", log=log)
            return Finished(exit_code, stdout.tail, words, stderr.count == len(words))

    def _watch(
        self, child: ChildProcess, changed: Condition, stdout: TailReader, stderr: TailReader
    ) -> AdapterFault | None:
        """Wait for the end of the program; what it is to be ended for, if it does not end by itself."""
        deadline = time.monotonic() + self._limits.call
        while True:
            with changed:
                if stdout.flooded or stderr.flooded:
                    return AdapterFault.FLOOD
                silent = stdout.ended and stderr.ended
                if not silent:
                    changed.wait(_TICK)
            # Who closes both its outputs is about to end.
            if child.wait(_TICK) if silent else child.exited():
                return None
            if time.monotonic() >= deadline:
                return AdapterFault.TIMEOUT
