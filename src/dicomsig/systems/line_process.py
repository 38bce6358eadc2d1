"""One life of an adapter process: a line goes in, a line comes out, or it is a fault."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Condition
from typing import Final

from dicomsig.systems.faults import AdapterFault, Fault, sut_text
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.pipes import LineReader, TailReader
from dicomsig.systems.process import ChildProcess
from dicomsig.systems.protocol import LONGEST_LINE

__all__ = ["LineProcess"]

_TICK: Final = 0.05
_LAST_WORDS: Final = 0.3
"""Seconds for what a process that has ended left in its pipes, where somebody else keeps them open."""


class LineProcess:
    """A running adapter. Raises NotStartedError. After the first fault it is only good for `end`."""

    def __init__(self, command: Sequence[str], folder: Path, limits: ProcessLimits) -> None:
        self._limits = limits
        self._child = ChildProcess(command, folder, stdin=True)
        self._changed = Condition()
        self._stdout = LineReader(self._child.stdout, self._changed, LONGEST_LINE)
        self._stderr = TailReader(self._child.stderr, self._changed, limits.log_tail, limits.log)
        for reader in (self._stdout, self._stderr):
            reader.start()

    def ask(self, line: bytes, seconds: float) -> bytes | Fault:
        """The line that answers a line; a fault when it does not come in time, alone and whole."""
        deadline = time.monotonic() + seconds
        fault = self._unready()
        if fault is not None:
            return fault
        if not self._child.write(line, seconds) and time.monotonic() >= deadline:
            return self._fault(AdapterFault.TIMEOUT, f"it did not read the request within {seconds:g} s")
        return self._answer(deadline, seconds)

    def close(self) -> Fault | None:
        """Close its input and let it end; a fault when it does not, or when it says what nobody asked for."""
        self._child.close_stdin()
        in_time = self._child.wait(self._limits.closing)
        self._stop()
        if not in_time:
            message = f"it was there {self._limits.closing:g} s after the end of its input"
            return self._fault(AdapterFault.IGNORED_END, message)
        with self._changed:
            if self._stdout.buffer:
                return self._unasked()
        return None

    def end(self) -> None:
        """End it at once."""
        self._stop()

    def kill(self) -> None:
        """End it from another thread: the one that asks gets a fault."""
        self._child.kill()

    @property
    def log(self) -> str:
        """The end of its standard error, escaped."""
        with self._changed:
            return sut_text(self._stderr.tail, end=True)

    def _unready(self) -> Fault | None:
        """What stands against asking: it said something, it has ended, it floods its log."""
        ended = self._child.exited()
        with self._changed:
            if self._stdout.buffer:
                return self._unasked()
            if self._stderr.flooded:
                return self._flood()
            self._stderr.forgive()
            ended = ended or self._stdout.ended
        if ended:
            return self._gone(AdapterFault.EARLY_EXIT, "between two requests")
        return None

    def _answer(self, deadline: float, seconds: float) -> bytes | Fault:
        gone_at: float | None = None
        while True:
            with self._changed:
                if self._stdout.too_long:
                    return self._fault(AdapterFault.OVERSIZED, f"a line of more than {LONGEST_LINE} bytes")
                line = self._stdout.line()
                if line is not None:
                    return line
                if self._stderr.flooded:
                    return self._flood()
                now = time.monotonic()
                gone = self._stdout.ended or (gone_at is not None and now > gone_at + _LAST_WORDS)
                if not gone and now >= deadline:
                    return self._fault(AdapterFault.TIMEOUT, f"no answer within {seconds:g} s", self._stdout.buffer)
                if not gone:
                    self._changed.wait(min(_TICK, deadline - now))
            if gone:
                return self._gone(AdapterFault.CRASH, "before it answered")
            if gone_at is None and self._child.exited():
                gone_at = time.monotonic()

    def _gone(self, kind: AdapterFault, when: str) -> Fault:
        in_time = self._child.wait(_LAST_WORDS)
        exit_code = self._stop()
        how = _ending(exit_code) if in_time else "it closed its output"
        with self._changed:
            partial = bytes(self._stdout.buffer)
        rest = ", and its last line has no end" if partial else ""
        return self._fault(kind, f"{how} {when}{rest}", partial)

    def _unasked(self) -> Fault:
        return self._fault(AdapterFault.UNASKED, "a line that no request asked for", self._stdout.buffer)

    def _flood(self) -> Fault:
        return self._fault(AdapterFault.FLOOD, f"more than {self._limits.log} bytes on standard error")

    def _fault(self, kind: AdapterFault, message: str, output: bytes | bytearray = b"") -> Fault:
        return Fault(kind, message, sut_text(bytes(output[:LONGEST_LINE])), self.log)

    def _stop(self) -> int | None:
        exit_code = self._child.end()
        for reader in (self._stdout, self._stderr):
            reader.stop(_LAST_WORDS)
        return exit_code


def _ending(exit_code: int | None) -> str:
    if exit_code is None:
        return "it could not be ended"
    return f"signal {-exit_code} ended it" if exit_code < 0 else f"it ended with exit code {exit_code}"
