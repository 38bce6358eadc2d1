"""A report that was saved is read again: `report.json`, and the run log `report.jsonl` where it lies beside it.

Reports come by mail from anybody: sizes are bounded, and every text is escaped as if it had just been found.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from dicomsig.conformance.names import did_you_mean, quoted
from dicomsig.conformance.results import CaseOutcome
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument
from dicomsig.reporting.phrases import product_in_words
from dicomsig.reporting.text import safe_text
from dicomsig.systems.found import error_text

__all__ = ["SavedReport", "SavedReportError", "cases_of", "decoded_document", "product_name", "read_saved"]

_DOCUMENT: Final = "report.json"
_LARGEST: Final = 1 << 28
_LARGEST_LOG: Final = 1 << 32
_LONGEST_LINE: Final = 1 << 26
_MOST_SIBLINGS: Final = 2000
_LONGEST_TEXT: Final = 8192
_ESCAPE: Final = re.compile(r"\\[bfnrtu]")
_MADE_FROM_IT: Final = {".html": "the page", ".xml": "the JUnit file", ".jsonl": "the run log", ".csv": "a table",
                        ".pdf": "the printed page"}  # fmt: skip


class SavedReportError(Exception):
    """A report cannot be read; the text says why, and what may have been meant."""


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report as it was saved.

    `sha256` is that of `report.json`, in hexadecimal. `log` is the run log of the same run, None where there is none.
    `remarks` say what the reader should know first.
    """

    path: Path
    document: ResultDocument
    sha256: str
    log: Path | None = None
    remarks: tuple[str, ...] = ()


class _Head(msgspec.Struct):
    schema_version: str


def read_saved(path: Path) -> SavedReport:
    """The report in a folder or a `report.json`; raises `SavedReportError`."""
    file = _document_in(path)
    data = _read(file)
    try:
        version = msgspec.json.decode(data, type=_Head).schema_version
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise SavedReportError(_no_report(file)) from None
    try:
        document = decoded_document(data)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        if version != SCHEMA_VERSION:
            message = f"it has schema version {quoted(version)}, and this dicomsig reads {SCHEMA_VERSION}"
            raise SavedReportError(message) from None
        raise SavedReportError(f"it is no report.json of dicomsig: {safe_text(str(error), 200)}") from None
    remarks = []
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        remarks.append(f"its schema version is {quoted(version)}, this dicomsig writes {SCHEMA_VERSION}")
    log, why = _log_of(file, document)
    if why:
        remarks.append(why)
    return SavedReport(path, document, hashlib.sha256(data).hexdigest(), log, tuple(remarks))


def cases_of(report: SavedReport) -> Iterator[CaseOutcome]:
    """Every case of the run log, one at a time; none without a log. Raises `SavedReportError` at a damaged line."""
    if report.log is None:
        return
    decoder = msgspec.json.Decoder(CaseOutcome)
    try:
        with report.log.open("rb") as file:
            file.readline(_LONGEST_LINE)
            number = 1
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if line.startswith(b'{"end":'):
                    return
                yield decoder.decode(line)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise SavedReportError(f"line {number} of {quoted(report.log.name)} is damaged") from None
    except OSError as error:
        raise SavedReportError(f"{quoted(report.log.name)}: {error.strerror or 'cannot be read'}") from None
    raise SavedReportError(f"{quoted(report.log.name)} stops before the end of the run")


def product_name(document: ResultDocument) -> str:
    """The product with its version and vendor, as far as the report names them; empty where it names none."""
    subject = document.subject
    return product_in_words(subject.product, subject.version, subject.vendor)


def _document_in(path: Path) -> Path:
    name = quoted(str(path))
    try:
        if path.is_file():
            return path
        if not path.is_dir():
            near = did_you_mean(path.name, _siblings(path.parent if str(path.parent) else Path()))
            raise SavedReportError(f"there is no file or folder {name}.{near}")
        if (path / _DOCUMENT).is_file():
            return path / _DOCUMENT
        if (path / "report.jsonl").is_file():
            message = "holds report.jsonl and no report.json: the run did not come to its end"
            raise SavedReportError(f"{name} {message}")
        inside = [each for each in _siblings(path) if (path / each / _DOCUMENT).is_file()]
    except (OSError, ValueError) as error:
        raise SavedReportError(f"{name}: {error_text(error)}") from None
    hint = f" Did you mean {quoted(str(path / inside[0]))}?" if inside else ""
    raise SavedReportError(f"{name} is no report folder: it holds no report.json.{hint}")


def _siblings(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    names = (each.name for _, each in zip(range(_MOST_SIBLINGS), folder.iterdir(), strict=False))
    return sorted(names)


def _read(file: Path) -> bytes:
    if file.name.endswith(".jsonl") and (file.parent / _DOCUMENT).is_file():
        raise SavedReportError(_no_report(file))
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise SavedReportError(f"{quoted(str(file))}: {error_text(error)}") from None
    if len(data) > _LARGEST:
        raise SavedReportError(f"{quoted(str(file))} has more than {_LARGEST >> 20} MiB")
    return data


def _no_report(file: Path) -> str:
    message = f"{quoted(file.name)} is no report.json of dicomsig"
    what = _MADE_FROM_IT.get(file.suffix.lower())
    if what is not None and (file.parent / _DOCUMENT).is_file():
        return f"{message}, but {what} of a report. Name {quoted(str(file.parent / _DOCUMENT))}"
    if file.suffix.lower() == ".zip":
        return f"{message}. A bundle is unpacked first; the report is in its folder report"
    return message


def decoded_document(data: bytes) -> ResultDocument:
    """The document in the bytes of a `report.json`, escaped; raises ValueError and msgspec's errors."""
    text = data.decode("utf-8")
    if text.replace("\n", "").isprintable() and not _ESCAPE.search(text):
        return msgspec.json.decode(data, type=ResultDocument)
    return msgspec.convert(_cleaned(msgspec.json.decode(data)), type=ResultDocument)


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return safe_text(value, _LONGEST_TEXT)
        case list():
            return [_cleaned(each) for each in value]
        case dict():
            return {safe_text(key): _cleaned(each) for key, each in value.items()}
        case _:
            return value


def _log_of(file: Path, document: ResultDocument) -> tuple[Path | None, str]:
    """The run log beside a document, if it is of the same run; else why it is not used."""
    log = file.with_suffix(".jsonl")
    try:
        if not log.is_file():
            return None, ""
        if log.stat().st_size > _LARGEST_LOG:
            return None, f"{quoted(log.name)} beside it has more than {_LARGEST_LOG >> 30} GiB and is not read"
        with log.open("rb") as opened:
            start = msgspec.json.decode(opened.readline(_LONGEST_LINE))["dicomsig_report"]["run"]["id"]
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError, LookupError, TypeError):
        return None, f"{quoted(log.name)} beside it cannot be read and is not used"
    if start != document.run.id:
        return None, f"{quoted(log.name)} beside it is of another run and is not used"
    return log, ""
