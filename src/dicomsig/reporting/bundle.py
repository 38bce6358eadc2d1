"""An evidence bundle is made of a report folder: one zip, the same bytes for the same input, signed on request.

The private part of a report goes into it only when asked for, and so do the instances.
"""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from dicomsig.crypto.cms import SigningKey, sign_detached
from dicomsig.reporting.bundle_comments import Key, comments_toml
from dicomsig.reporting.bundle_manifest import (
    COMMENTS,
    MANIFEST,
    README,
    SIGNATURE,
    BundledFile,
    is_safe_name,
    manifest_bytes,
    manifest_of,
    member_order,
)
from dicomsig.reporting.bundle_readme import readme
from dicomsig.reporting.saved import SavedReport
from dicomsig.reporting.stored_zip import write_zip

__all__ = ["BundleParts", "BundleSigner", "left_out", "report_files", "write_bundle"]

_PARTS: Final = frozenset((
    "report.json", "report.jsonl", "report.html", "report.pdf", "requirements.html", "junit.xml", "matrix.csv",
    "results.csv",
))  # fmt: skip
_FOLDERS: Final = ("fuzz",)
"""Folders of a report that hold evidence of their own: counterexamples, made of instances of ours."""

_NOT_MISSED: Final = frozenset((COMMENTS, "private"))
_PATHS: Final = "private/paths.csv"
_BLOCK: Final = 1 << 20

Source: TypeAlias = Path | bytes


@dataclass(frozen=True, slots=True)
class BundleSigner:
    """Who signs: the key, its certificate and those beside it in DER, and the time of signing (aware)."""

    key: SigningKey
    certificates: Sequence[bytes]
    at: datetime


@dataclass(frozen=True, slots=True)
class BundleParts:
    """What goes into a bundle beyond the report: comments by failure, instances by file label, the private part."""

    comments: Mapping[Key, str] = field(default_factory=dict)
    samples: Mapping[str, Path] = field(default_factory=dict)
    private: bool = False


def report_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """What of a report folder belongs to the report, by its name in the bundle; links are not followed."""
    for path in sorted(folder.iterdir()):
        if path.name in _PARTS and path.is_file() and not path.is_symlink():
            yield f"report/{path.name}", path
    for name in _FOLDERS:
        if (folder / name).is_symlink():
            continue
        for inside, _, files in os.walk(folder / name):
            for path in (Path(inside) / file for file in sorted(files)):
                member = f"report/{path.relative_to(folder).as_posix()}"
                if is_safe_name(member) and path.is_file() and not path.is_symlink():
                    yield member, path


def left_out(folder: Path) -> list[str]:
    """What lies in a report folder and is no part of the report: it stays out of the bundle."""
    return sorted(path.name for path in folder.iterdir() if path.name not in _PARTS | _NOT_MISSED | set(_FOLDERS))


def write_bundle(
    target: BinaryIO, folder: Path, report: SavedReport, parts: BundleParts, signer: BundleSigner | None = None
) -> None:
    """Write the bundle of a report folder; raises OSError, `ZipFormError` and `CmsError`.

    The same input gives the same bytes; a signature with an elliptic curve key is another each time.
    """
    document = report.document
    sources: dict[str, Source] = dict(report_files(folder))
    sources[COMMENTS] = comments_toml(document, parts.comments)
    sources |= {f"samples/{label}.dcm": path for label, path in parts.samples.items()}
    if parts.private:
        sources[_PATHS] = folder / _PATHS
    sources[README] = readme(report, parts.comments, [*sources, MANIFEST, *([SIGNATURE] if signer else [])],
                             signed=signer is not None)  # fmt: skip
    files = tuple(_bundled(path, sources[path]) for path in sorted(sources))
    certificate = hashlib.sha256(signer.certificates[0]).hexdigest() if signer else ""
    manifest = manifest_bytes(manifest_of(document, files, holds=_holds(report, parts), signer=certificate))
    sources[MANIFEST] = manifest
    if signer is not None:
        sources[SIGNATURE] = sign_detached(manifest, signer.key, signer.certificates, signer.at)
    write_zip(target, _members(sources, member_order(list(sources), signed=signer is not None)))


def _members(sources: Mapping[str, Source], order: Sequence[str]) -> Iterator[tuple[str, BinaryIO]]:
    for name in order:
        with ExitStack() as stack:
            yield name, stack.enter_context(_open(sources[name]))


def _bundled(path: str, source: Source) -> BundledFile:
    digest, size = hashlib.sha256(), 0
    with _open(source) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return BundledFile(path, size, digest.hexdigest())


def _open(source: Source) -> BinaryIO:
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def _holds(report: SavedReport, parts: BundleParts) -> tuple[str, ...]:
    document = report.document
    what = (
        ("paths", bool(document.files)),
        ("values", any(result.values for result in document.results)),
        ("samples", bool(parts.samples)),
        ("private", parts.private),
    )
    return tuple(name for name, there in what if there)
