"""A sign of life on long runs, on stderr: on a terminal, and in a log where it is known how long it will be."""

import sys
import time
from types import TracebackType
from typing import Final, Self

_PATIENCE: Final = 1.0
"""Seconds before anything is shown."""
_INTERVAL: Final = 0.2
_INTERVAL_IN_LOGS: Final = 30.0
"""Seconds between lines that stay."""


class Progress:
    """Counts what is done and, from the second second on, shows the count on one line of the terminal.

    Where the command itself writes lines to the terminal as it goes, nothing is shown unless ``beside_output``. Of how
    many is shown where so many are ``expected``, and how long that will take; this also where stderr is no terminal, in
    a line of its own now and then.
    """

    def __init__(self, done: str, *, beside_output: bool = False, expected: int = 0, what: str = "files") -> None:
        self._done_word, self._what = done, what
        self._count = 0
        self._expected = expected
        self._in_log = not sys.stderr.isatty()
        self._shows = expected > 0 if self._in_log else beside_output or not sys.stdout.isatty()
        self._next = time.monotonic() + (_INTERVAL_IN_LOGS if self._in_log else _PATIENCE)
        self._start = time.monotonic()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def step(self) -> None:
        """One more is done."""
        self._count += 1
        if self._shows and (now := time.monotonic()) >= self._next:
            rate = self._count / (now - self._start)
            of = f" of {self._expected}" if self._expected else ""
            left = max(0, self._expected - self._count) / rate
            rest = f", about {_duration(left)} left" if left else ""
            line = f"{self._count}{of} {self._what} {self._done_word}, {rate:.0f}/s{rest}"
            if self._in_log:
                print(line, file=sys.stderr, flush=True)
                self._next = now + _INTERVAL_IN_LOGS
                return
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
            self._next, self._shown = now + _INTERVAL, True


def _duration(seconds: float) -> str:
    """A length of time as people say it."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
