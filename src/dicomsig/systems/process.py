"""A child process that may do anything: no shell, a session of its own, killed with all that it started."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Final

__all__ = ["ChildProcess", "NotStartedError"]

_GRACE: Final = 0.5
"""Seconds between the request to end and the end."""
_SHORTEST_NAP: Final = 0.001
_LONGEST_NAP: Final = 0.02
_WAITID: Final = getattr(os, "waitid", None)
"""Sees a dead process without reaping it; macOS has it since Python 3.13."""


class NotStartedError(Exception):
    """The operating system does not start the program; the message says why, without its name."""


class ChildProcess:
    """A running program; without ``stdin`` its standard input is empty. Raises NotStartedError.

    It runs in ``folder``, as leader of a session (on Windows: of a process group), in the C locale with UTF-8, in UTC.
    Who makes it reads ``stdout`` and ``stderr``.
    """

    def __init__(self, command: Sequence[str], folder: Path, *, stdin: bool) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TZ": "UTC"}
        windows = sys.platform == "win32"
        try:
            self._popen = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=folder,
                env=environment,
                close_fds=True,
                start_new_session=not windows,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "it is not the name of a program"
            raise NotStartedError(why) from None
        assert self._popen.stdout is not None
        assert self._popen.stderr is not None
        self.stdout: IO[bytes] = self._popen.stdout
        self.stderr: IO[bytes] = self._popen.stderr

    def exited(self) -> bool:
        """The program has ended; what it started may go on."""
        if self._popen.returncode is not None:
            return True
        if _WAITID is None:
            return self._popen.poll() is not None
        # It is left unreaped, so that the number of its process group cannot become that of a stranger.
        return _WAITID(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def wait(self, seconds: float) -> bool:
        """Whether the program ended within the time."""
        deadline = time.monotonic() + seconds
        nap = _SHORTEST_NAP
        while not self.exited():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(nap, left))
            nap = min(2 * nap, _LONGEST_NAP)
        return True

    def write(self, line: bytes, seconds: float) -> bool:
        """Whether the bytes were taken in time; not by a program that has ended or does not read."""
        pipe = self._popen.stdin
        if pipe is None or pipe.closed:
            return False
        if sys.platform != "win32":
            return _write_soon(pipe, line, time.monotonic() + seconds)
        else:
            writer = Thread(target=_write_all, args=(pipe, line), daemon=True)
            writer.start()
            writer.join(seconds)
            return not writer.is_alive()

    def close_stdin(self) -> None:
        """The program reads the end of its input."""
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):  # it has ended, and what it did not read is lost
                self._popen.stdin.close()

    def kill(self) -> None:
        """The program and its process group get the signal to end at once; who waits for it will see that."""
        self._signal(force=True)

    def end(self) -> int | None:
        """End the program and all of its process group; its exit code, negative for a signal, None if it is immortal.

        An exit code that the program had before it was ended is kept.
        """
        self.close_stdin()
        if not self.exited():
            self._signal(force=False)
            self.wait(_GRACE)
        self._signal(force=True)
        self.wait(_GRACE)
        return self._popen.poll()

    def _signal(self, *, force: bool) -> None:
        if self._popen.returncode is not None and (sys.platform == "win32" or _WAITID is not None):
            return  # reaped after its group was ended
        try:
            if sys.platform == "win32":
                self._popen.kill()
            else:
                os.killpg(self._popen.pid, signal.SIGKILL if force else signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left; macOS calls a group of dead processes forbidden


def _write_all(pipe: IO[bytes], line: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):  # who reads its output will see that it has ended
        pipe.write(line)


def _write_soon(pipe: IO[bytes], line: bytes, deadline: float) -> bool:
    import select

    assert sys.platform != "win32"
    descriptor = pipe.fileno()
    os.set_blocking(descriptor, False)
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT | select.POLLERR | select.POLLHUP)
    view = memoryview(line)
    while view:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(1000 * left):
            return False
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            continue
        except OSError:
            return False
    return True
