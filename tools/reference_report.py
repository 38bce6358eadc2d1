"""Write reports/reference/dcmtk-3.6.7: what dicomsig finds of dcmsign, and what dcmsign says when asked by hand.

Run ``python tools/reference_report.py`` where dcmsign 3.6.7 is installed. A run that finds the same as the report that
is there leaves it as it is, byte for byte; run id and machine are left out, so that only the time can differ.
With ``--redraw`` the pages are made anew from the report.json that is there, without dcmsign.
"""

import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from dicomsig.cli import main as dicomsig  # noqa: E402 - found by the line above
from dicomsig.conformance.results import Outcome, Result  # noqa: E402
from dicomsig.reporting.by_hand import by_hand_command  # noqa: E402
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument, RunStart  # noqa: E402
from dicomsig.reporting.folder import ReportFolder  # noqa: E402

FOLDER = ROOT / "reports" / "reference" / "dcmtk-3.6.7"
REPORT = "report.json"
RUN_ID = "reference"
LEFT_OUT = ("report.jsonl", "private")
"""Files of a report folder that tell of one run alone."""


def judged(folder: Path) -> ResultDocument:
    """The document of a new run, without what tells the run and the machine."""
    arguments = ["verifier", "dcmsign", "--jobs", "2", "--timeout", "60", "--today", "2024-06-30"]
    with suppress(SystemExit):
        dicomsig([*arguments, "--deviations", str(FOLDER / "deviations.toml"), "--report", str(folder)])
    return without_host(msgspec.json.decode((folder / REPORT).read_bytes(), type=ResultDocument))


def without_host(document: ResultDocument) -> ResultDocument:
    """A document that names no run and no machine: system and architecture stay, the release of the system goes."""
    system, *_, machine = document.environment.platform.split()
    return msgspec.structs.replace(
        document,
        run=msgspec.structs.replace(document.run, id=RUN_ID),
        environment=msgspec.structs.replace(document.environment, platform=f"{system} {machine}"),
    )


def found(document: ResultDocument) -> ResultDocument:
    """What was found, without when and by which versions of dicomsig, Python and libraries."""
    run = msgspec.structs.replace(document.run, id=RUN_ID, started="", ended="")
    environment = msgspec.structs.replace(document.environment, python="", platform="", libraries=())
    suite = msgspec.structs.replace(document.suite, version="")
    return msgspec.structs.replace(document, run=run, suite=suite, environment=environment)


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


def write(document: ResultDocument) -> None:
    """The document and all that is made from it."""
    with tempfile.TemporaryDirectory() as folder:
        with ReportFolder(Path(folder) / "report", RunStart(document.run, document.suite, document.subject)) as report:
            report.finish(document)
        for file in report.path.iterdir():
            if file.name not in LEFT_OUT:
                shutil.copyfile(file, FOLDER / file.name)


def stored() -> ResultDocument | None:
    """The report that is there."""
    try:
        return msgspec.json.decode((FOLDER / REPORT).read_bytes(), type=ResultDocument)
    except (OSError, msgspec.MsgspecError):
        return None


def main(*, redraw: bool) -> int:
    """Write what differs; gives 1 where there is nothing to redraw."""
    before = stored()
    if redraw:
        if before is not None:
            write(msgspec.structs.replace(before, schema_version=SCHEMA_VERSION))
        return int(before is None)
    with tempfile.TemporaryDirectory() as folder:
        now = judged(Path(folder) / "report")
    (FOLDER / "by-hand.md").write_text(by_hand(now), encoding="utf-8", newline="\n")
    write(before if before is not None and found(before) == found(now) else now)
    return 0


if __name__ == "__main__":
    sys.exit(main(redraw="--redraw" in sys.argv))
