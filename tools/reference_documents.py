"""What the tools that write reports/reference share: documents without run and machine, and what is made from them."""

import sys
import tempfile
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument, RunStart  # noqa: E402 - found by the line above
from dicomsig.reporting.folder import ReportFolder  # noqa: E402

REFERENCE = ROOT / "reports" / "reference"
REPORT = "report.json"
RUN_ID = "reference"
LEFT_OUT = ("report.jsonl", "private")
"""Files of a report folder that tell of one run alone."""


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


def read(file: Path) -> ResultDocument:
    """The document in a file."""
    return msgspec.json.decode(file.read_bytes(), type=ResultDocument)


def stored(folder: Path) -> ResultDocument | None:
    """The report that is there."""
    try:
        return read(folder / REPORT)
    except (OSError, msgspec.MsgspecError):
        return None


def newest(before: ResultDocument | None, now: ResultDocument) -> ResultDocument:
    """The report that is there where it finds the same, so that nothing changes without a reason; else the new one."""
    return before if before is not None and found(before) == found(now) else now


def of_today(document: ResultDocument) -> ResultDocument:
    """The document with the number of today's schema."""
    return msgspec.structs.replace(document, schema_version=SCHEMA_VERSION)


def made_from(document: ResultDocument) -> dict[str, bytes]:
    """The document and every file that is made from it, by name."""
    with tempfile.TemporaryDirectory() as folder:
        with ReportFolder(Path(folder) / "report", RunStart(document.run, document.suite, document.subject)) as report:
            report.finish(document)
        return {each.name: each.read_bytes() for each in sorted(report.path.iterdir()) if each.name not in LEFT_OUT}


def write(files: dict[str, bytes], folder: Path) -> None:
    """Put files in a folder; others stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
