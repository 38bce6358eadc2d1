"""What a system under test is given lies in a fresh folder, under plain names, and is compared afterwards."""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.heads import open_regular

__all__ = ["InputFolder", "copy_made_file", "fresh_folder"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9 _.:/\\~+-]+")
_BLOCK: Final = 1 << 20
_LARGEST_EXTRA: Final = 64 << 20
"""Bytes by which a file that a system makes may exceed twice its input."""


def fresh_folder() -> Path:
    """A new empty folder whose path is absolute and ASCII, without quotes; raises OSError where there is none."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if _PLAIN.fullmatch(os.path.realpath(parent)) and Path(parent).is_dir():
            return Path(os.path.realpath(tempfile.mkdtemp(prefix="dicomsig-", dir=parent)))
    raise OSError("no folder for temporary files has a plain ASCII path; set TMPDIR to one")


class InputFolder:
    """A fresh folder with copies of inputs; it goes when the context ends. Raises OSError."""

    def __init__(self) -> None:
        self.path = fresh_folder()
        self._digests: dict[Path, bytes] = {}
        self._largest = _LARGEST_EXTRA

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        remove_folder(self.path)

    def copy(self, name: str, sources: Iterable[Path]) -> Path:
        """The path of a new file with the content of the sources, one after the other."""
        digest = hashlib.sha256()
        target = self.path / name
        with target.open("xb") as out:
            for source in sources:
                with source.open("rb") as file:
                    while block := file.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
            self._largest += 2 * out.tell()
        self._digests[target] = digest.digest()
        return target

    def changed(self) -> Fault | None:
        """A fault when an input is gone, is something else or has other content; times and modes do not matter."""
        for path, digest in self._digests.items():
            try:
                with open_regular(path, follow=False) as file:
                    same = hashlib.file_digest(file, "sha256").digest() == digest
            except OSError:
                same = False
            if not same:
                return Fault(AdapterFault.INPUT_CHANGED, f"its input {path.name} is not as it was")
        return None

    def take(self, path: str, target: Path) -> Fault | None:
        """Copy a file that the system made to the target; a fault when there is none, or one of unlikely length."""
        return copy_made_file(path, target, self._largest)


def copy_made_file(path: str, target: Path, largest: int) -> Fault | None:
    """Copy a file that a system names, if it is a regular one of at most ``largest`` bytes; raises OSError of ours."""
    if not Path(path).is_absolute():
        return Fault(AdapterFault.OUTPUT_MISSING, "the path of the file that it made is not absolute")
    try:
        source = open_regular(Path(path), follow=False)
    except (OSError, ValueError):
        return Fault(AdapterFault.OUTPUT_MISSING, "there is no regular file where it says that it made one")
    with source:
        written = 0
        with target.open("wb") as out:
            while block := source.read(min(_BLOCK, largest - written + 1)):
                written += out.write(block)
                if written > largest:  # it still grows
                    return Fault(AdapterFault.OVERSIZED, f"the file that it made has more than {largest} bytes")
    return None


def remove_folder(path: Path) -> None:
    """Remove a folder as far as it lets itself be removed: a system may have taken away the right to."""
    shutil.rmtree(path, ignore_errors=True)
    if not path.exists():
        return
    for folder, _, _ in os.walk(path):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)
