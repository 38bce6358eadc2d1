"""An evidence bundle is checked: every file against the manifest, every byte of the zip, the signature over it all.

Nothing is unpacked. A bundle comes from anybody: what is read is bounded by the size of the file.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import msgspec

from dicomsig.crypto.cms import CmsError, CmsSigner, verify_detached
from dicomsig.reporting.bundle_manifest import (
    BUNDLE_VERSION,
    MANIFEST,
    REPORT,
    SIGNATURE,
    BundledFile,
    Manifest,
    is_safe_name,
    manifest_bytes,
    manifest_of,
    member_order,
)
from dicomsig.reporting.saved import decoded_document
from dicomsig.reporting.stored_zip import Member, StoredZip, ZipFormError

__all__ = ["CheckedBundle", "Problem", "check_bundle"]

_LARGEST_MANIFEST: Final = 1 << 24
_LARGEST_SIGNATURE: Final = 1 << 20
_LARGEST_REPORT: Final = 1 << 28


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a bundle is refused; `name` is the file concerned, empty for the archive as a whole."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """What came out: the bundle holds when there is no problem. `signer` is None for an unsigned one."""

    problems: tuple[Problem, ...]
    manifest: Manifest | None = None
    signer: CmsSigner | None = None


def check_bundle(file: BinaryIO) -> CheckedBundle:
    """Check an open bundle; whether its signer is to be trusted is another question. Raises OSError alone."""
    try:
        archive = StoredZip(file)
    except ZipFormError as error:
        return CheckedBundle((Problem(error.member, str(error)),))
    problems = [Problem(*each) for each in archive.problems]
    problems += [Problem(each.name, "its name leads elsewhere when it is unpacked") for each in archive.members
                 if not is_safe_name(each.name)]  # fmt: skip
    found = {each.name: each for each in archive.members}
    try:
        manifest, content = _manifest(archive, found)
    except ZipFormError as error:
        return CheckedBundle((*problems, Problem(MANIFEST, str(error))))
    problems += _names(manifest, archive)
    problems += _contents(manifest, archive, found, file.seek(0, io.SEEK_END))
    problems += _report(manifest, archive, found)
    signer = None
    if manifest.signer and SIGNATURE in found:
        try:
            signature = archive.read(found[SIGNATURE], _LARGEST_SIGNATURE)
            if zlib.crc32(signature) != found[SIGNATURE].crc:
                problems.append(Problem(SIGNATURE, "its checksum in the zip is another"))
            signer = verify_detached(signature, content)
            if hashlib.sha256(signer.certificate.der).hexdigest() != manifest.signer:
                problems.append(Problem(SIGNATURE, "it is by another certificate than the manifest names"))
        except (ZipFormError, CmsError) as error:
            problems.append(Problem(SIGNATURE, str(error)))
    return CheckedBundle(tuple(dict.fromkeys(problems)), manifest, signer)


def _manifest(archive: StoredZip, found: dict[str, Member]) -> tuple[Manifest, bytes]:
    if MANIFEST not in found:
        raise ZipFormError("it is missing: this is no bundle of dicomsig")
    content = archive.read(found[MANIFEST], _LARGEST_MANIFEST)
    if zlib.crc32(content) != found[MANIFEST].crc:
        raise ZipFormError("its checksum in the zip is another: it was changed")
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise ZipFormError("it is no manifest of dicomsig") from None
    if manifest.dicomsig_bundle.partition(".")[0] != BUNDLE_VERSION.partition(".")[0]:
        raise ZipFormError(f"it is of another version than {BUNDLE_VERSION}, which this dicomsig reads")
    if manifest.dicomsig_bundle == BUNDLE_VERSION and manifest_bytes(manifest) != content:
        raise ZipFormError("it is not as dicomsig writes it")
    return manifest, content


def _names(manifest: Manifest, archive: StoredZip) -> Iterator[Problem]:
    signed = bool(manifest.signer)
    due = member_order([*(each.path for each in manifest.files), MANIFEST], signed=signed)
    there = [each.name for each in archive.members]
    missing, extra = set(due) - set(there), set(there) - set(due)
    yield from (Problem(name, "it is missing; the manifest names it") for name in due if name in missing)
    yield from (Problem(name, "it is not in the manifest") for name in dict.fromkeys(there) if name in extra)
    if len({each.path for each in manifest.files}) != len(manifest.files):
        yield Problem(MANIFEST, "it names a file twice")
    if not missing and not extra and there != due:
        moved = next((name for name, other in zip(there, due, strict=False) if name != other), "")
        yield Problem(moved, "it is not at its place in the order of the files")


def _contents(manifest: Manifest, archive: StoredZip, found: dict[str, Member], length: int) -> Iterator[Problem]:
    """Overlapping members could make a small archive long to read; no more is read than the archive has bytes."""
    rest = length
    for each in manifest.files:
        member = found.get(each.path)
        if member is None:
            continue
        if member.size != each.bytes:
            yield Problem(each.path, f"it has {member.size} bytes, and {each.bytes} by the manifest")
            continue
        rest -= member.size
        if rest < 0:
            yield Problem(each.path, "the files of the archive overlap")
            return
        if why := _differs(each, member, archive):
            yield Problem(each.path, why)


def _differs(each: BundledFile, member: Member, archive: StoredZip) -> str:
    digest, crc, size = hashlib.sha256(), 0, 0
    for block in archive.blocks(member):
        digest.update(block)
        crc, size = zlib.crc32(block, crc), size + len(block)
    if not member.stored:
        return "it was packed again, compressed, and is not read"
    if digest.hexdigest() != each.sha256:
        return "it was changed: its SHA-256 is not that of the manifest"
    return "" if crc == member.crc else "its checksum in the zip is another"


def _report(manifest: Manifest, archive: StoredZip, found: dict[str, Member]) -> Iterator[Problem]:
    """What the manifest says of product, run and result is what the report says, signed or not."""
    if REPORT not in found or REPORT not in {each.path for each in manifest.files}:
        yield Problem(REPORT, "a bundle is around a report, and there is none")
        return
    try:
        document = decoded_document(archive.read(found[REPORT], _LARGEST_REPORT))
    except (ZipFormError, ValueError, msgspec.MsgspecError, RecursionError):
        yield Problem(REPORT, "it cannot be read as a report of dicomsig")
        return
    due = manifest_of(document, manifest.files, holds=manifest.holds, signer=manifest.signer)
    if msgspec.structs.replace(due, made_by=manifest.made_by, dicomsig_bundle=manifest.dicomsig_bundle) != manifest:
        yield Problem(MANIFEST, "it says something else of product, run or result than the report")
