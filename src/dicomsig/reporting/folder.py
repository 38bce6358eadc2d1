"""A report is a folder: the run log grows as the run goes, the documents made from it come at the end.

It never takes a folder that is not a report of ours, and a killed run keeps what it had: each line goes to the
operating system when it is written.
"""

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from dicomsig.conformance.names import quoted
from dicomsig.conformance.results import CaseOutcome
from dicomsig.reporting.document import ResultDocument, RunStart
from dicomsig.reporting.log_schema import EndLine, StartLine
from dicomsig.reporting.text import file_label, formula_safe, safe_text

__all__ = ["ReportFolder", "ReportFolderError", "document_bytes"]

_LOG: Final = "report.jsonl"
_DOCUMENT: Final = "report.json"
_PAGE: Final = "report.html"
_JUNIT: Final = "junit.xml"
_REQUIREMENTS: Final = "requirements.html"
_PDF: Final = "report.pdf"
_MATRIX: Final = "matrix.csv"
_RESULTS: Final = "results.csv"
_DERIVED: Final = (_PAGE, _REQUIREMENTS, _JUNIT, _MATRIX, _RESULTS, _PDF)
"""What is made from `report.json`, and is removed with it when another run takes the folder."""

_PRIVATE: Final = "private"
_PATHS: Final = "paths.csv"
_LEFT: Final = "left-behind.csv"
_PART: Final = ".part"
_MARK: Final = "dicomsig_report"
_LONGEST_START: Final = 1 << 20
_LONGEST_PATH: Final = 8192
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


class ReportFolderError(Exception):
    """The report cannot be written where it was asked for; the text says why and what to do."""


class ReportFolder:
    """The folder of one report, open while the run goes.

    `log` and `path` are written at once; `finish` adds `report.json`, `report.html` and `junit.xml`. An earlier report
    in the folder is removed when this one starts; files that dicomsig did not write stay. Raises `ReportFolderError`
    for a place that cannot be used, or that holds something else than a report.
    """

    def __init__(self, path: Path, start: RunStart) -> None:
        self.path = path
        self._encoder = msgspec.json.Encoder()
        try:
            _make_room(path)
            (path / _PRIVATE).mkdir(mode=0o700, exist_ok=True)
            self._log: io.FileIO | None = _create(path / _LOG, 0o666)
            self._paths: io.FileIO | None = _create(path / _PRIVATE / _PATHS, 0o600)
        except FileExistsError as error:
            raise ReportFolderError(_taken(path)) from error
        except OSError as error:
            raise ReportFolderError(_cannot(path, error)) from error
        self._write(self._log, self._encoder.encode(StartLine(start)) + b"\n")
        self._write(self._paths, b"file,path,kind\r\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def page(self) -> Path:
        """The HTML page, there after `finish`."""
        return self.path / _PAGE

    def log(self, outcome: CaseOutcome) -> None:
        """Add the line of one case to `report.jsonl`."""
        self._write(self._log, self._encoder.encode(outcome) + b"\n")

    def map_path(self, number: int, path: str, kind: str) -> None:
        """Add the path behind a file number to `private/paths.csv`, escaped, and safe to open in a spreadsheet."""
        line = io.StringIO()
        csv.writer(line).writerow((file_label(number), formula_safe(safe_text(path, _LONGEST_PATH)), kind))
        self._write(self._paths, line.getvalue().encode("utf-8"))

    def left_behind(self, instances: Iterable[tuple[str, str, str, str]]) -> None:
        """Write `private/left-behind.csv`: study, series and SOP Instance UID of each instance, and what it is."""
        table = io.StringIO()
        rows = csv.writer(table)
        rows.writerow(("study_instance_uid", "series_instance_uid", "sop_instance_uid", "instance"))
        rows.writerows([formula_safe(safe_text(cell)) for cell in row] for row in instances)
        self._replace(f"{_PRIVATE}/{_LEFT}", table.getvalue().encode("utf-8"), 0o600)

    def finish(self, document: ResultDocument) -> None:
        """Close the log and write the documents, each whole or not at all; `report.json` comes first."""
        self._check_ours()
        end = EndLine(document.run.ended, document.run.interrupted, document.summary)
        self._write(self._log, self._encoder.encode(end) + b"\n")
        self.close()
        content = document_bytes(document)
        self._replace(_DOCUMENT, content)
        for name, derived in _derived(document, content):
            self._replace(name, derived)

    def close(self) -> None:
        """Close the log; what was written stays."""
        for file in (self._log, self._paths):
            if file is not None:
                file.close()
        self._log = self._paths = None

    def _check_ours(self) -> None:
        """The log in the folder is still that of this run, and not of one that started there meanwhile."""
        if self._log is None:
            return
        try:
            ours = os.path.samestat(os.fstat(self._log.fileno()), (self.path / _LOG).lstat())
        except OSError as error:
            raise ReportFolderError(_cannot(self.path, error)) from error
        if not ours:
            raise ReportFolderError(_taken(self.path))

    def _write(self, file: io.FileIO | None, data: bytes) -> None:
        if file is None:
            raise ReportFolderError(f"the report in {quoted(str(self.path))} is finished")
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[file.write(rest) or 0 :]
        except OSError as error:
            raise ReportFolderError(_cannot(self.path, error)) from error

    def _replace(self, name: str, data: bytes, mode: int = 0o666) -> None:
        part = self.path / (name + _PART)
        try:
            part.unlink(missing_ok=True)
            with _create(part, mode) as file:
                self._write(file, data)
            part.replace(self.path / name)
        except OSError as error:
            raise ReportFolderError(_cannot(self.path, error)) from error


def _derived(document: ResultDocument, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file that is made from the document, by its name in `_DERIVED`."""
    from dicomsig.reporting.html import html_page
    from dicomsig.reporting.junit import junit_xml
    from dicomsig.reporting.requirement_page import requirements_page
    from dicomsig.reporting.tables import matrix_csv, results_csv

    yield _JUNIT, junit_xml(document)
    yield _MATRIX, matrix_csv(document)
    yield _RESULTS, results_csv(document)
    yield _REQUIREMENTS, requirements_page(document).encode("utf-8")
    yield _PAGE, html_page(document, digest=hashlib.sha256(content).hexdigest()).encode("utf-8")


def document_bytes(document: ResultDocument) -> bytes:
    """The document as `report.json` holds it: JSON, two spaces deep, with a line end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _create(path: Path, mode: int) -> io.FileIO:
    """A new file, unbuffered: what is written to it survives this process."""
    return io.FileIO(os.open(path, _NEW, mode), "wb")


def _make_room(path: Path) -> None:
    """Make the folder, or remove the earlier report in it."""
    if not path.exists() and not path.is_symlink():
        path.mkdir(parents=True)
        return
    name = quoted(str(path))
    if not path.is_dir():
        raise ReportFolderError(f"{name} is no folder; name a folder for the report, new or empty")
    if not any(path.iterdir()):
        return
    if not _is_report(path):
        message = "holds files and no report of dicomsig; nothing was changed. Name a folder that is new or empty"
        raise ReportFolderError(f"{name} {message}")
    if (path / _PRIVATE).is_symlink():
        raise ReportFolderError(f"{quoted(str(path / _PRIVATE))} is a link; remove it, or name another folder")
    names = (_DOCUMENT, *_DERIVED, f"{_PRIVATE}/{_PATHS}", f"{_PRIVATE}/{_LEFT}")
    for old in (*names, *(name + _PART for name in names), _LOG):  # the log last: it is what marks the folder as ours
        (path / old).unlink(missing_ok=True)


def _is_report(path: Path) -> bool:
    """Whether the folder holds a run log of ours, finished or not."""
    log = path / _LOG
    if log.is_symlink() or not log.is_file():
        return False
    with log.open("rb") as file:
        first = file.readline(_LONGEST_START)
    try:
        start = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(start, dict) and _MARK in start


def _taken(path: Path) -> str:
    return f"another run has begun to write its report to {quoted(str(path))}; name a folder for each run"


def _cannot(path: Path, error: OSError) -> str:
    why = error.strerror or type(error).__name__
    return f"the report cannot be written to {quoted(str(path))}: {why}; name another folder or make room"
