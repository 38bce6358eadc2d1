"""One bundle made, or one checked: from the options to the file, the lines and the exit code."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dicomsig.cli.options import certificates_in, shown, small_file, trust_of
from dicomsig.cli.output import InputError, note, say
from dicomsig.cli.saved_reports import saved_report
from dicomsig.cli.whole_file import check_target, whole_file
from dicomsig.conformance.names import ConformanceInputError
from dicomsig.crypto.cms import CmsError, CmsSigner, load_signing_key
from dicomsig.crypto.path import check_trust
from dicomsig.crypto.trust import TrustStatus, TrustStore
from dicomsig.reporting.bundle import BundleParts, BundleSigner, left_out, write_bundle
from dicomsig.reporting.bundle_check import CheckedBundle, Problem, check_bundle
from dicomsig.reporting.bundle_comments import Comments, comments_toml, failures_of, read_comments
from dicomsig.reporting.bundle_manifest import COMMENTS, SIGNATURE, Manifest
from dicomsig.reporting.bundle_samples import SamplesError, samples_of
from dicomsig.reporting.saved import SavedReport
from dicomsig.reporting.start import utc
from dicomsig.reporting.stored_zip import ZipFormError
from dicomsig.reporting.text import safe_text, shortened
from dicomsig.signatures.verify import Trust
from dicomsig.systems.found import error_text
from dicomsig.systems.heads import SpecialFileError, open_regular

_MOST_NAMED = 20
_LONGEST = 300
_PRIVATE = {
    "samples": "the instances that were judged: they can hold patient data",
    "private": "private/paths.csv: the paths of the files",
    "paths": "paths in the report, since it was made --with-paths",
    "values": "values of instances in the report, since it was made --with-values",
}


@dataclass(frozen=True)
class BundleRun:
    """What one bundle is made of, as the options name it."""

    folder: Path
    output: Path | None
    comments: Path | None
    key: Path | None
    certificate: Path | None
    signed_at: datetime | None
    samples: bool
    private: bool
    force: bool

    def run(self) -> int:
        """Make the bundle, check it, and say what is in it."""
        target = self._target()
        report = self._report()
        signer = self._signer()
        comments = self._comments(report)
        try:
            with self._samples(report) as found, whole_file(target, force=self.force) as file:
                write_bundle(file, self.folder, report, BundleParts(comments.texts, found, self.private), signer)
                checked = check_bundle(file)
                if checked.problems or checked.manifest is None:
                    raise InputError(f"{shown(self.folder)} changed while it was bundled; make the bundle again")
        except OSError as error:
            raise InputError(f"the bundle cannot be made: {error.strerror or 'error of the system'}") from None
        except (ZipFormError, CmsError, SamplesError) as error:
            raise InputError(str(error)) from None
        self._tell(target, checked.manifest, signer is not None)
        return 0

    def _target(self) -> Path:
        folder = self.folder.resolve()
        target = self.output or folder.parent / f"{folder.name}-bundle.zip"
        check_target(target, "--output" if self.output is not None else "", force=self.force)
        return target

    def _report(self) -> SavedReport:
        if self.folder.is_file():
            hint = ". --verify checks a bundle" if self.folder.suffix.lower() == ".zip" else ""
            raise InputError(f"{shown(self.folder)} is a file; name the report folder that holds report.json{hint}")
        report = saved_report(self.folder)
        for name in left_out(self.folder)[:_MOST_NAMED]:
            note(f"left out: {shown(name)}: no part of the report")
        return report

    def _signer(self) -> BundleSigner | None:
        if self.key is None or self.certificate is None:
            return None
        chain = certificates_in("--certificate", self.certificate)
        try:
            key = load_signing_key(small_file("--key", self.key))
        except CmsError as error:
            raise InputError(f"--key {shown(self.key)}: {error}") from None
        return BundleSigner(key, [each.der for each in chain], self.signed_at or datetime.now(UTC))

    def _comments(self, report: SavedReport) -> Comments:
        """The comments in the file; the first time, the file with room for them is written."""
        file = self.comments or self.folder / COMMENTS
        if self.comments is None and not os.path.lexists(file):
            if failures_of(report.document):
                self._make_room(file, report)
            return Comments({})
        try:
            found = read_comments(file, report.document)
        except ConformanceInputError as error:
            raise InputError(f"{shown(file)}: {error}") from None
        for requirement, reason in found.unused:
            note(f"left out: the comment on {safe_text(requirement)} {safe_text(reason)}: no failure of this report")
        return found

    def _make_room(self, file: Path, report: SavedReport) -> None:
        try:
            file.write_bytes(comments_toml(report.document, {}))
        except OSError as error:
            note(f"no room for comments was made in {shown(file)}: {error.strerror}")
        else:
            note(f"room for a comment on each failure: fill in {shown(file)} and make the bundle again")

    @contextmanager
    def _samples(self, report: SavedReport) -> Iterator[Mapping[str, Path]]:
        if not self.samples:
            yield {}
            return
        with samples_of(self.folder, report) as found:
            yield found

    def _tell(self, target: Path, manifest: Manifest, signed: bool) -> None:
        for what in manifest.holds:
            note(f"it holds {_PRIVATE[what]}")
        size = sum(each.bytes for each in manifest.files)
        say(f"bundle    {shown(target)}")
        say(f"holds     {len(manifest.files)} files, {size} bytes")
        say("signed    " + ("yes" if signed else "no; --key and --certificate sign it"))


def check_run(file: Path, trust: tuple[Path, ...], at: str) -> int:
    """Check a bundle and say what came out: 0 when it holds, 1 when it is refused."""
    asked = trust_of(trust, at)
    try:
        with open_regular(file) as opened:
            checked = check_bundle(opened)
    except SpecialFileError:
        raise InputError(f"{shown(file)} is no file; folders, pipes and devices hold no bundle") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{shown(file)}: {error_text(error)}") from None
    problems = [*checked.problems]
    if trust and not problems:
        problems += _distrust(checked, asked)
    for each in problems[:_MOST_NAMED]:
        say(f"REFUSED   {safe_text(each.name) or 'the archive'}: {each.why}")
    if len(problems) > _MOST_NAMED:
        say(f"REFUSED   and {len(problems) - _MOST_NAMED} more")
    if not problems and checked.manifest is not None:
        _tell_of(checked.manifest, checked.signer, bool(trust))
    return 1 if problems else 0


def _distrust(checked: CheckedBundle, asked: Trust) -> Iterator[Problem]:
    """Why the signer is not trusted: there is none, or no path leads from it to an anchor."""
    signer = checked.signer
    if signer is None:
        yield Problem("", "it is not signed, and --trust asks who signed it")
        return
    store = TrustStore(asked.store.anchors, signer.others)
    outcome = check_trust(signer.certificate, store, asked.at or signer.signed_at, now=asked.now)
    if outcome.status is not TrustStatus.VALID:
        why = next((each.message for each in outcome.reasons if each.status is not TrustStatus.VALID), "")
        yield Problem(SIGNATURE, f"its signer {shortened(signer.certificate.subject, _LONGEST)} is not trusted: {why}")


def _tell_of(manifest: Manifest, signer: CmsSigner | None, trusted: bool) -> None:
    product = " ".join(filter(None, (manifest.vendor, manifest.product, manifest.version))) or "not named"
    say(f"product   {safe_text(product)}, {safe_text(manifest.role)}")
    run = f"{manifest.run}, {manifest.started}, dicomsig {manifest.suite.version}"
    say(f"run       {safe_text(run)}")
    say(f"result    exit code {manifest.exit_code}: {safe_text(manifest.exit_meaning)}")
    if signer is None:
        say("signed    no: the hashes show accidents, and not who made the bundle")
    else:
        when = utc(signer.signed_at) if signer.signed_at is not None else "at an unknown time"
        word = "trusted" if trusted else "not asked whether to trust it: give --trust"
        say(f"signed    by {shortened(signer.certificate.subject, _LONGEST)}, {when} by its own word; {word}")
    say(f"HOLDS     {len(manifest.files)} files are as the manifest says")
