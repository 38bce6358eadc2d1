"""Speed and memory as ratios from one run: ``tox -e bench`` (needs openssl; dcmsign and storescp for one row each).

Every figure is the best of several passes over the same files, taken in turn, so that the ratios hold on a noisy
machine. Whole processes are measured by the operating system's own accounting.
"""

import argparse
import hashlib
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from objects import ct_objects, large_object

from dicomsig.vectors.pki import trust_path

_MIB = 1 << 20
_SENT = 200
"""Objects that are stored over the network."""


def main() -> int:
    """Make the objects, measure, print a table; exit code 1 when a bar is missed and ``--strict`` was given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "dicomsig-bench")
    parser.add_argument("--size", type=int, default=500, help="MiB of the large object")
    parser.add_argument("--count", type=int, default=1000, help="CT objects")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a bar is missed")
    parser.add_argument("--linear", action="store_true", help="also check ten times as many objects")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(f"objects in {asked.folder}", file=sys.stderr)
    large = large_object(asked.folder / f"large-{asked.size}.dcm", asked.size * _MIB)
    objects = ct_objects(asked.folder / "ct", asked.count)
    table = _Table()
    _large(table, large, objects[0], asked.passes)
    _many(table, objects, asked.passes)
    if asked.linear:
        _linear(table, asked.folder, objects)
    _network(table, objects[:_SENT], asked.passes)  # last: a process that starts from a large one counts its memory
    print(table.text())
    return 1 if asked.strict and table.missed else 0


class _Table:
    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str]] = []
        self.missed = False

    def add(self, what: str, figure: float, bar: str, holds: bool, detail: str) -> None:
        self.missed |= not holds
        self._rows.append((what, f"{figure:.2f}", f"{bar}{'' if holds else '  MISSED'}", detail))

    def text(self) -> str:
        rows = [("measure", "figure", "bar", "detail"), *self._rows]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _program() -> list[str]:
    return [sys.executable, "-m", "dicomsig"]


def _process(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one whole process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def _best(passes: int, *commands: Sequence[str]) -> list[tuple[float, float]]:
    """The quickest of several passes for each command, taken in turn."""
    found = [[_process(command) for command in commands] for _ in range(passes)]
    return [min(each[n] for each in found) for n in range(len(commands))]


def _large(table: _Table, large: Path, small: Path, passes: int) -> None:
    (ours, memory), (openssl, _), (start_up, _) = _best(
        passes,
        [*_program(), "verify", str(large)],
        ["openssl", "dgst", "-sha256", str(large)],
        [*_program(), "verify", str(small)],
    )
    size = large.stat().st_size / _MIB
    figure = (ours - start_up) / openssl
    detail = f"{size:.0f} MiB: verify {ours:.2f} s, start-up {start_up:.2f} s, openssl dgst {openssl:.2f} s"
    table.add("verify a large object, times openssl dgst", figure, "<= 1.3", figure <= 1.3, detail)
    table.add("peak memory of it, MiB", memory, "<= 100", memory <= 100, "whole process")


def _many(table: _Table, objects: list[Path], passes: int) -> None:
    from dicomsig.judging.in_order import in_order
    from dicomsig.judging.verifying import verify_file
    from dicomsig.signatures.verify import NO_TRUST

    def read_and_hash() -> None:
        for path in objects:
            with path.open("rb") as file:
                hashlib.sha256(file.read()).digest()

    def verify() -> None:
        for _, verified in in_order(objects, lambda path: verify_file(path, NO_TRUST)):
            assert verified.is_good(trusted=False)

    timed = [[_seconds(read_and_hash), _seconds(verify)] for _ in range(passes)]
    alone, ours = (min(each[n] for each in timed) for n in range(2))
    count = len(objects)
    figure = alone / ours
    detail = f"{count} CT: read and hash {count / alone:.0f}/s, verify {count / ours:.0f}/s"
    table.add("rate of verify, of reading and hashing alone", figure, ">= 0.6", figure >= 0.6, detail)
    if shutil.which("dcmsign"):
        sample = objects[:50]
        trust = str(trust_path())
        theirs = _seconds(lambda: [_process(["dcmsign", "--verify", "+rg", "+cf", trust, str(p)]) for p in sample])
        figure = (theirs / len(sample)) / (ours / count)
        detail = f"dcmsign {1000 * theirs / len(sample):.1f} ms a file, verify {1000 * ours / count:.2f} ms"
        table.add("rate of verify, of one dcmsign process each", figure, ">= 20", figure >= 20, detail)
    folder = str(objects[0].parent)
    with tempfile.TemporaryDirectory() as report:
        (checked, memory), (verified, _) = _best(
            max(2, passes - 2), _check(folder, report), [*_program(), "verify", folder]
        )
    detail = f"{count} CT, whole processes: check {checked:.2f} s ({memory:.0f} MiB), verify {verified:.2f} s"
    table.add("check with all reports, times verify", checked / verified, "<= 3", checked / verified <= 3, detail)


def _network(table: _Table, objects: list[Path], passes: int) -> None:
    """Through storescp, where it and pynetdicom are there."""
    if shutil.which("storescp") is None or importlib.util.find_spec("pynetdicom") is None:
        print("storing is not measured: that needs storescp and pynetdicom", file=sys.stderr)
        return
    from network import throughput

    ours, theirs = throughput(objects, max(2, passes - 2))
    count = len(objects)
    detail = f"{count} CT through storescp: verified {count / ours:.0f}/s, pynetdicom alone {count / theirs:.0f}/s"
    table.add("storing, getting back and judging, of pynetdicom", theirs / ours, ">= 0.8", theirs / ours >= 0.8, detail)


def _linear(table: _Table, folder: Path, objects: list[Path]) -> None:
    """Ten times the objects, as copies: hard links would count as one file."""
    many = folder / "ct-tenfold"
    many.mkdir(exist_ok=True)
    for path in objects:
        for copy in range(10):
            target = many / f"{copy}-{path.name}"
            if not target.exists():
                shutil.copyfile(path, target)
    with tempfile.TemporaryDirectory() as report:
        (one, one_memory), (ten, ten_memory) = _best(
            2, _check(str(objects[0].parent), report), _check(str(many), report)
        )
    detail = f"{one:.1f} s and {one_memory:.0f} MiB; tenfold {ten:.1f} s and {ten_memory:.0f} MiB"
    table.add("check of ten times as many, times the cost", ten / one, "<= 12", ten / one <= 12, detail)


def _check(folder: str, report: str) -> list[str]:
    return [*_program(), "check", folder, "--profile", "creator", "--report", str(Path(report) / "report")]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
