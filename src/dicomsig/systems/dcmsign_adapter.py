"""DCMTK's dcmsign as a system under test: a peer that signs and verifies, and says so in words."""

import hashlib
import re
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.encoding.tags import MAIN_PLACE, Tag, parse_place
from dicomsig.signatures.macro import signatures
from dicomsig.systems.adapters import Described, MadeMacInput, Signed, SigningJob, Verified
from dicomsig.systems.dcmsign_text import AmbiguousLocationError, DcmsignTextError, Said, place_of, read_words, steps_of
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.input_folder import InputFolder, fresh_folder, remove_folder
from dicomsig.systems.limits import DEFAULT_PROCESS_LIMITS, ProcessLimits
from dicomsig.systems.one_run import Finished, Runner
from dicomsig.systems.protocol import (
    Declined,
    Description,
    FileVerdict,
    MacInputWritten,
    Operation,
    Problem,
    SignatureRow,
    Signatures,
    SignedWritten,
    VerdictOfFile,
)

__all__ = ["DcmsignAdapter"]

_UNSIGNED: Final = 100
_VERIFIED: Final = (0, 101)
_UNREADABLE: Final = range(20, 23)
_MACS: Final = {"RIPEMD160": "+mr", "SHA1": "+ms", "MD5": "+mm", "SHA256": "+m2", "SHA384": "+m3", "SHA512": "+m5"}
_PROFILES: Final = {None: "-pf", "base": "+pb", "creator": "+pc", "authorization": "+pa", "structured-report": "+pr"}
_MOST_STREAMS: Final = 16
_VERSION: Final = re.compile(rb"dcmsign v(\S+)")
_RETIRED: Final = "RETIRED_"


class DcmsignAdapter:
    """Runs dcmsign for each file; it judges integrity, trust and time, each signature for itself.

    What it hashes it shows only while it signs: `mac_input` answers for the last 16 files that it signed here.
    """

    def __init__(self, program: str = "dcmsign", limits: ProcessLimits = DEFAULT_PROCESS_LIMITS) -> None:
        self._program = shutil.which(program) or program
        self._runner = Runner(limits)
        self._description: Description | None = None
        self._streams: OrderedDict[bytes, Path] = OrderedDict()
        self._folder: Path | None = None

    def describe(self) -> Described:
        """The version that is installed."""
        if shutil.which(self._program) is None:
            return Fault(AdapterFault.REFUSED_START, "dcmsign is not installed, or not in PATH; it is part of DCMTK")
        if self._description is None:
            with InputFolder() as folder:
                finished = self._runner.run([self._program, "--version"], folder.path)
            if isinstance(finished, Fault):
                return finished
            found = _VERSION.search(finished.output)
            self._description = Description(
                name="DCMTK dcmsign",
                version=found[1].decode("ascii", "replace") if found else "",
                operations=tuple(Operation),
                axes=("integrity", "trust", "time"),
                honours=("trust",),
                mac_algorithms=tuple(_MACS),
            )
        return self._description

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """What its words say of each signature; it takes no time to judge at."""
        with InputFolder() as inputs, InputFolder() as working:
            file = inputs.copy("object.dcm", [path])
            command = [self._program, "-v", "--verify", "+rg"]
            for index, anchor in enumerate(trust):
                command += ["+cf", str(inputs.copy(f"trust-{index}.pem", [anchor]))]
            finished = self._runner.run([*command, str(file)], working.path)
            if isinstance(finished, Fault):
                return finished
            return inputs.changed() or _verdicts(finished, file, anchors=bool(trust))

    def sign(self, job: SigningJob, target: Path) -> Signed:
        """Sign with one of its profiles."""
        if job.profile not in _PROFILES or job.mac not in _MACS:
            return Declined("dcmsign has no option for this profile or MAC algorithm")
        with InputFolder() as inputs, InputFolder() as working:
            file = inputs.copy("object.dcm", [job.path])
            key, certificate = inputs.copy("key.pem", [job.key]), inputs.copy("certificate.pem", [job.certificate])
            stream, output = working.path / "stream.bin", working.path / "output.dcm"
            command = [self._program, "+s", str(key), str(certificate), _PROFILES[job.profile], _MACS[job.mac]]
            finished = self._runner.run([*command, "+d", str(stream), str(file), str(output)], working.path)
            if isinstance(finished, Fault):
                return finished
            if finished.exit_code != 0:
                return Problem(f"exit code {finished.exit_code}: {finished.log}")
            fault = inputs.changed() or inputs.take(str(output), target) or self._remember(target, stream, inputs)
            return fault or SignedWritten(str(target))

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> MadeMacInput:
        """The bytes that were hashed when the file was signed here."""
        stream = self._streams.get(_digest(path))
        if stream is None or place != MAIN_PLACE or number != _last_number(path):
            return Declined("dcmsign shows what it hashes only while it signs")
        shutil.copyfile(stream, target)
        return MacInputWritten(str(target))

    def unknown(self, operation: str) -> Declined:
        """It cannot be asked."""
        return Declined("dcmsign has no such command")

    def close(self) -> None:
        """End what runs, and forget what was hashed."""
        self._runner.close()
        if self._folder is not None:
            remove_folder(self._folder)

    def _remember(self, signed: Path, stream: Path, inputs: InputFolder) -> Fault | None:
        if self._folder is None:
            self._folder = fresh_folder()
        digest = _digest(signed)
        kept = self._folder / digest.hex()
        fault = inputs.take(str(stream), kept)
        if fault is not None:
            return fault
        self._streams[digest] = kept
        while len(self._streams) > _MOST_STREAMS:
            self._streams.popitem(last=False)[1].unlink()
        return None


def _verdicts(finished: Finished, file: Path, *, anchors: bool) -> Verified:
    if finished.exit_code == _UNSIGNED:
        return Signatures(())
    if finished.exit_code in _UNREADABLE:
        return VerdictOfFile(FileVerdict.UNREADABLE)
    if finished.exit_code not in _VERIFIED:
        return Problem(f"exit code {finished.exit_code}: {finished.log}")
    if not finished.complete:
        return Fault(AdapterFault.OVERSIZED, "its words are too many to be read", log=finished.log)
    try:
        return Signatures(tuple(_rows(read_words(finished.words.decode("latin-1"), anchors=anchors), file)))
    except AmbiguousLocationError:
        return Declined("it does not say in which of several private sequences a signature is")
    except DcmsignTextError as error:
        return Fault(AdapterFault.MALFORMED, f"its words are not understood: {error}", log=finished.log)


def _rows(said: Sequence[Said], file: Path) -> Iterator[SignatureRow]:
    counts: dict[str, int] = {}
    for one in said:
        place = place_of(steps_of(one.location, _tag_of), _places(file))
        number = counts.get(place, 0)
        counts[place] = number + 1
        yield SignatureRow(
            place=place,
            integrity=one.integrity,
            number=number,
            uid=one.uid,
            trust=one.trust,
            time=one.time,
            reasons=one.reasons,
        )


def _tag_of(name: str) -> Tag | None:
    from pydicom.datadict import tag_for_keyword

    return tag_for_keyword(name.removeprefix(_RETIRED))


def _places(file: Path) -> Iterator[tuple[tuple[Tag, int], ...]]:
    """The places of signatures as we read them, for a location whose names are not in the dictionary."""
    try:
        with open_instance(file) as instance:
            for signature in signatures(instance):
                yield parse_place(signature.place)
    except MalformedError:
        return


def _last_number(path: Path) -> int:
    try:
        with open_instance(path) as instance:
            return sum(signature.place == MAIN_PLACE for signature in signatures(instance)) - 1
    except MalformedError:
        return -1


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
