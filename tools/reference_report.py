"""Write reports/reference/dcmtk-3.6.7: what dicomsig finds of dcmsign, and what dcmsign says when asked by hand.

Run ``python tools/reference_report.py`` where dcmsign 3.6.7 is installed. A run that finds the same as the report that
is there leaves it as it is, byte for byte; run id and machine are left out, so that only the time can differ.
With ``--redraw`` the pages are made anew from the report.json that is there, without dcmsign.
"""

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reference_documents import (
    REFERENCE,
    REPORT,
    found,
    made_from,
    newest,
    of_today,
    read,
    stored,
    without_host,
    write,
)

from dicomsig.cli import main as dicomsig
from dicomsig.conformance.results import Outcome, Result
from dicomsig.reporting.by_hand import by_hand_command
from dicomsig.reporting.document import ResultDocument

__all__ = ["FOLDER", "fails", "found", "judged", "stored"]

FOLDER = REFERENCE / "dcmtk-3.6.7"


def judged(folder: Path) -> ResultDocument:
    """The document of a new run, without what tells the run and the machine."""
    arguments = ["verifier", "dcmsign", "--jobs", "2", "--timeout", "60", "--today", "2024-06-30"]
    with suppress(SystemExit):
        dicomsig([*arguments, "--deviations", str(FOLDER / "deviations.toml"), "--report", str(folder)])
    return without_host(read(folder / REPORT))


def fails(document: ResultDocument) -> Iterator[Result]:
    """The first fail of each vector, accepted ones included."""
    met: set[str] = set()
    for result in document.results:
        if result.result is Outcome.FAIL and result.subject.vector not in met:
            met.add(result.subject.vector)
            yield result


def by_hand(document: ResultDocument) -> str:
    """Each fail with the command that a person types, and what dcmsign says to it."""
    lines = [
        "# Each failure by hand",
        "",
        "The two commands of each entry, and what dcmsign 3.6.7 said to the second.",
        "",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for result in fails(document):
            export, command = by_hand_command(document, result).split(" && ")
            with suppress(SystemExit):
                dicomsig([word if word != "vectors" or place < 2 else f"{folder}/vectors"
                          for place, word in enumerate(shlex.split(export)[1:])])  # fmt: skip
            done = subprocess.run(
                shlex.split(command), cwd=folder, capture_output=True, text=True, timeout=60, check=False
            )
            said = [line for line in (done.stdout + done.stderr).splitlines() if tells(line)]
            lines += [f"## {result.subject.vector}", "", f"{result.message}.", "", f"Expected {result.expected}.", ""]
            lines += [f"    {line}" for line in (f"$ {export}", f"$ {command}", *said, f"exit code {done.returncode}")]
            lines.append("")
    return "\n".join(lines)


def tells(line: str) -> bool:
    """Whether a line of dcmsign's log is a warning, an error or a verdict."""
    return bool(line.strip()) and (not line.startswith("I:") or "Verification" in line)


def main(*, redraw: bool) -> int:
    """Write what differs; gives 1 where there is nothing to redraw."""
    before = stored(FOLDER)
    if redraw:
        if before is not None:
            write(made_from(of_today(before)), FOLDER)
        return int(before is None)
    with tempfile.TemporaryDirectory() as folder:
        now = judged(Path(folder) / "report")
    (FOLDER / "by-hand.md").write_text(by_hand(now), encoding="utf-8", newline="\n")
    write(made_from(newest(before, now)), FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main(redraw="--redraw" in sys.argv))
