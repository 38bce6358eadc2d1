"""The commands as a user meets them: run in this process where output suffices, as a process where signals matter."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dicomsig.cli import main
from dicomsig.vectors.forge import forge
from dicomsig.vectors.wrong_signers import wrong_signers
from dicomsig.vectors.wrong_signers.twins import ct

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to; ``code`` is its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """What it wrote to stdout, as JSON."""
        return json.loads(self.out)

    def outcomes(self, result):
        """The requirements with results of one kind in the document."""
        return [each["requirement"] for each in self.document["results"] if each["result"] == result]


@pytest.fixture
def dicomsig(capsys) -> Callable[..., Ran]:
    """Run a command in this process."""

    def run(*arguments) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def start() -> Callable[..., "subprocess.Popen[bytes]"]:
    """Start a command as a process; with ``before``, statements that run first in it."""

    def begin(*arguments, before: str = "", **options) -> "subprocess.Popen[bytes]":
        # A shell starts what runs in the background deaf to interrupts, and its children inherit that.
        hears = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
        program = f"import sys\n{hears}\n{before}\nfrom dicomsig.cli import main\nmain(sys.argv[1:])"
        command = [sys.executable, "-c", program, *map(os.fsencode, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    return begin


@pytest.fixture
def process(start) -> Callable[..., Ran]:
    """Run a command as a process, to its end."""

    def run(*arguments, before: str = "", **options) -> Ran:
        with start(*arguments, before=before, **options) as running:
            try:
                out, err = running.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()
                raise
        return Ran(running.returncode, out.decode(), err.decode())

    return run


@pytest.fixture(scope="session")
def right() -> bytes:
    """A CT image with one signature that meets everything, Creator included."""
    return forge(ct())


@pytest.fixture(scope="session")
def wrong() -> bytes:
    """A CT image whose Data Elements Signed (0400,0020) is in descending order, against PS3.3 C.12.1.1.3.1.1."""
    return wrong_signers()["list-reversed"].build()


@pytest.fixture
def put(tmp_path) -> Callable[[str, bytes | str], Path]:
    """Write a file below the test's own folder and say where it is."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
