"""The instances that a report is about, found again by `private/paths.csv`, for a bundle that is to hold them.

A report keeps no hash of an instance, so what is found is held against the SOP Instance UID in the run log.
"""

import csv
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from dicomsig.conformance.names import quoted
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.reporting.collector import FileKind
from dicomsig.reporting.roles import Role
from dicomsig.reporting.saved import SavedReport, SavedReportError, cases_of
from dicomsig.reporting.text import file_label
from dicomsig.systems.files import find_files
from dicomsig.systems.found import FoundFile, PathError

__all__ = ["SamplesError", "samples_of"]

_MEMBER: Final = "!/"
_JUDGED: Final = (FileKind.SIGNED, FileKind.UNSIGNED, FileKind.UNREADABLE)
_OURS: Final = (Role.VERIFIER, Role.ARCHIVE)
"""Roles of products that are given instances of ours."""

_LABEL: Final = re.compile(r"file-[0-9]{6,12}")
"""What `file_label` writes; a label becomes the name of a file, and the table may come from anybody."""

_MOST_ROWS: Final = 1_000_000
_MOST_SAMPLES: Final = 50_000


class SamplesError(Exception):
    """The instances of a report cannot be had again; the text names one and says what to do."""


@contextmanager
def samples_of(folder: Path, report: SavedReport) -> Iterator[Mapping[str, Path]]:
    """The instances of a report by their label, ``file-000001``; members of archives are there while the context is.

    Raises SamplesError where one is missing, or is another than was judged.
    """
    role = report.document.subject.role
    if role in _OURS:
        what = "was judged by instances that come with dicomsig; the report names them, so leave --samples out"
        raise SamplesError(f"the {role} {what}")
    shown = _judged_paths(folder)
    if not shown:
        raise SamplesError("the report names no file that was judged, so that there is no sample to add")
    with tempfile.TemporaryDirectory(prefix="dicomsig-samples-") as place:
        found = dict(_found(shown, Path(place)))
        for label, path in shown.items():
            if label not in found:
                hint = "run this where the instances were judged, or leave --samples out"
                raise SamplesError(f"{label}, {quoted(path)}, is not there any more; {hint}")
        _check(found, _uids(report))
        yield dict(sorted(found.items()))


def _judged_paths(folder: Path) -> dict[str, str]:
    """The path behind each label, as it was shown when it was judged."""
    file = folder / "private" / "paths.csv"
    found: dict[str, str] = {}
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            for number, row in enumerate(csv.DictReader(opened)):
                if number > _MOST_ROWS:
                    break
                if row.get("file") and row.get("kind") in _JUDGED:
                    if not _LABEL.fullmatch(row["file"]):
                        raise SamplesError(f"private/paths.csv names no file of a report by {quoted(row['file'])}")
                    found[row["file"]] = row.get("path") or ""
    except (OSError, ValueError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "damaged"
        raise SamplesError(f"private/paths.csv, which names the instances, cannot be read: {why}") from None
    if len(found) > _MOST_SAMPLES:
        raise SamplesError(f"{len(found)} instances are more than a bundle takes ({_MOST_SAMPLES})")
    return found


def _found(shown: Mapping[str, str], place: Path) -> Iterator[tuple[str, Path]]:
    archives: dict[Path, dict[str, str]] = {}
    for label, name in shown.items():
        path = _path(name)
        if path is not None:
            yield label, path
        elif _MEMBER in name:
            archive = _path(name.partition(_MEMBER)[0])
            if archive is not None:
                archives.setdefault(archive, {})[name] = label
    for archive, members in archives.items():
        try:
            with closing(find_files([archive])) as search:
                for each in search:
                    label = members.get(each.shown, "") if isinstance(each, FoundFile) else ""
                    if label and isinstance(each, FoundFile):
                        yield label, Path(shutil.copyfile(each.path, place / f"{label}.dcm"))
        except (OSError, PathError):
            continue  # what is not found is named by who asked


def _path(name: str) -> Path | None:
    """The file of this name; an apostrophe may be that of the table, which keeps a spreadsheet from computing."""
    for text in (name, name.removeprefix("'")):
        try:
            if text and Path(text).is_file():
                return Path(text)
        except (OSError, ValueError):
            continue
    return None


def _uids(report: SavedReport) -> dict[str, str]:
    """The SOP Instance UID by label, as far as the report has it."""
    found: dict[str, str] = {}
    subjects = [result.subject for result in report.document.results]
    with suppress(SavedReportError):  # the results alone, then
        subjects += [outcome.subject for outcome in cases_of(report)]
    for subject in subjects:
        if subject.file and subject.sop_instance_uid[:1].isdigit():
            found[file_label(subject.file)] = subject.sop_instance_uid
    return found


def _check(found: Mapping[str, Path], uids: Mapping[str, str]) -> None:
    for label, uid in uids.items():
        if label not in found:
            continue
        try:
            with open_instance(found[label]) as instance:
                other = instance.text(tags.SOP_INSTANCE_UID)
        except (OSError, MalformedError):
            other = ""
        if other != uid:
            raise SamplesError(f"{label} is another instance than the one that was judged; judge again, then bundle")
