"""What a search for instances yields: a file to judge, or something passed over with the reason."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from dicomsig.conformance.names import printable

_LONGEST_SHOWN = 4096
_PIECE = 100  # what `printable` does not cut


class Origin(StrEnum):
    """How a file came to be found; what an argument or a DICOMDIR names is never "not DICOM"."""

    ARGUMENT = "argument"
    FOLDER = "folder"
    DICOMDIR = "dicomdir"
    ARCHIVE = "archive"


class PassedOver(StrEnum):
    """Why something that was met is not judged."""

    NOT_DICOM = "not-dicom"
    LINK = "link"
    REPEATED = "repeated"
    SPECIAL_FILE = "special-file"
    UNREADABLE = "unreadable"
    DICOMDIR = "dicomdir"
    REFERENCE_REFUSED = "reference-refused"
    REFERENCE_MISSING = "reference-missing"
    ARCHIVE = "archive"
    ARCHIVE_DAMAGED = "archive-damaged"
    MEMBER_UNREADABLE = "archive-member-unreadable"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file to judge.

    ``shown`` is its name for a terminal: the path as given, a member of an archive as ``a.zip!/member``, escaped.
    ``path`` can be opened until the search is asked for the next file: that of an archive's member is then removed.
    """

    shown: str
    path: Path
    origin: Origin


@dataclass(frozen=True, slots=True)
class NotAnInstance:
    """Something that was met and is not judged. ``why`` holds no path, name or value, so that a report may have it."""

    shown: str
    kind: PassedOver
    why: str


Found: TypeAlias = FoundFile | NotAnInstance


class PathError(ValueError):
    """A path that a person gave leads to nothing; the text says where it ends and what is near."""


def shown_name(name: str) -> str:
    r"""The whole name with control, formatting and undecodable characters as ``\xNN``; cut beyond 4096 characters."""
    cut = name if len(name) <= _LONGEST_SHOWN else name[: _LONGEST_SHOWN - 1] + "…"
    return "".join(printable(cut[start : start + _PIECE]) for start in range(0, len(cut), _PIECE))


def error_text(error: Exception) -> str:
    """What the operating system says of an error, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or "not a usable file name"
