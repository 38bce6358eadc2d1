"""The manifest of an evidence bundle: what was judged, by what, how it came out, and the hash of every file."""

import re
from typing import Final

import msgspec

from dicomsig import __version__
from dicomsig.reporting.document import Environment, OutcomeCounts, ResultDocument, Suite

__all__ = [
    "BUNDLE_VERSION", "COMMENTS", "MANIFEST", "README", "REPORT", "SIGNATURE", "BundledFile", "Manifest",
    "is_safe_name", "manifest_bytes", "manifest_of", "member_order",
]  # fmt: skip

BUNDLE_VERSION: Final = "1.0"
README: Final = "README.txt"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.p7s"
COMMENTS: Final = "comments.toml"
REPORT: Final = "report/report.json"

_SAFE: Final = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}(?:/(?!\.)[A-Za-z0-9._-]{1,100}){0,3}")


class BundledFile(msgspec.Struct, frozen=True):
    """One file of the bundle: its length in bytes and its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a bundle is of and what it holds; all but the last four fields are those of its `report/report.json`."""

    dicomsig_bundle: str
    run: str
    started: str
    ended: str
    vendor: str
    product: str
    version: str
    role: str
    suite: Suite
    environment: Environment
    exit_code: int
    exit_meaning: str
    results: OutcomeCounts
    made_by: str
    holds: tuple[str, ...]
    """What the receiver should know is in it: `paths`, `values`, `samples`, `private`."""
    signer: str
    """SHA-256 of the certificate that signs this manifest, in hexadecimal; empty for an unsigned bundle."""
    files: tuple[BundledFile, ...]


def manifest_of(
    document: ResultDocument, files: tuple[BundledFile, ...], *, holds: tuple[str, ...] = (), signer: str = ""
) -> Manifest:
    """The manifest over some files of a bundle around a report."""
    run, subject, summary = document.run, document.subject, document.summary
    return Manifest(
        dicomsig_bundle=BUNDLE_VERSION,
        run=run.id,
        started=run.started,
        ended=run.ended,
        vendor=subject.vendor,
        product=subject.product,
        version=subject.version,
        role=subject.role,
        suite=document.suite,
        environment=document.environment,
        exit_code=summary.exit_code,
        exit_meaning=summary.exit_meaning,
        results=summary.results,
        made_by=f"dicomsig {__version__}",
        holds=holds,
        signer=signer,
        files=files,
    )


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written and signed: JSON, two spaces deep, with a line end."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def is_safe_name(name: str) -> bool:
    """Whether a name can be unpacked anywhere: relative, without a step upwards, of plain characters."""
    return _SAFE.fullmatch(name) is not None


def member_order(paths: list[str], *, signed: bool) -> list[str]:
    """The members of a bundle in their order: what is read first comes first, then all by name."""
    first = [README, MANIFEST, *([SIGNATURE] if signed else [])]
    return [*first, *sorted(path for path in paths if path not in first)]
