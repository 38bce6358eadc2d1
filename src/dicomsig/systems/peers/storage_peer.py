"""A program that stores: started on a free port in an empty folder, ready when it answers C-ECHO, always stopped."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.dimse_archive import reach

__all__ = ["PeerNotStartedError", "StoragePeer", "free_port"]

_READY: Final = 30.0
_STOPPING: Final = 8.0
_NAP: Final = 0.05
_WAITING: Final = NetworkLimits(connect=1.0, answer=2.0, operation=4.0)
_TITLE: Final = "PEER"
_LAST_WORDS: Final = 2000


class PeerNotStartedError(Exception):
    """The program is not there, or does not come to answer; the message says which and holds the end of its log."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


class StoragePeer(ABC):
    """One run of a program as a context manager; it raises PeerNotStartedError.

    `calling` is what we call ourselves there, and `destination` the port that its C-MOVE sends to.
    """

    program: ClassVar[str]

    def __init__(self, folder: Path, *, calling: str = "DICOMSIG", destination: int = 0) -> None:
        self.folder = folder
        self.calling = calling
        self.destination = destination or free_port()
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    @property
    def peer(self) -> Peer:
        """How to reach it over DIMSE."""
        return Peer("127.0.0.1", self.port, _TITLE, self.calling)

    @property
    def title(self) -> str:
        """Its AE title."""
        return _TITLE

    @property
    def log(self) -> str:
        """What it has said so far."""
        with contextlib.suppress(OSError):
            return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        return ""

    @classmethod
    def find(cls) -> str:
        """The path of the program; raises PeerNotStartedError where it is not installed."""
        found = shutil.which(cls.program)
        if found is None:
            raise PeerNotStartedError(f"{cls.program} is not installed")
        return found

    @abstractmethod
    def command(self) -> list[str]:
        """What is run; the folder is there, and what the program needs in it is written here."""

    def start(self) -> None:
        """Start the program, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self.command()
        with (self.folder / "log.txt").open("wb") as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "TZ": "UTC"},
                    start_new_session=True,
                )
            except OSError as error:
                raise PeerNotStartedError(f"{self.program} does not start: {error.strerror}") from None
        self._wait()

    def stop(self) -> None:
        """Ask the program to end; then end it, with all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOPPING)
        _signal(process, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOPPING)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            _signal(self._process, signal.SIGKILL)
            self._process.wait(_STOPPING)

    def _wait(self) -> None:
        until = time.monotonic() + _READY
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise PeerNotStartedError(f"{self.program} has ended: {self.log[-_LAST_WORDS:]}")
            with contextlib.suppress(NetworkError):
                reach(self.peer, _WAITING)
                return
            time.sleep(_NAP)
        raise PeerNotStartedError(f"{self.program} does not answer: {self.log[-_LAST_WORDS:]}")


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
