"""A verifier that is a plain command line: its exit code is its one answer for a file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Final

from dicomsig.systems.adapters import Described, MadeMacInput, Signed, SigningJob, Verified, time_text
from dicomsig.systems.command_line import CommandLineError, CommandTemplate
from dicomsig.systems.faults import Fault
from dicomsig.systems.input_folder import InputFolder
from dicomsig.systems.limits import DEFAULT_PROCESS_LIMITS, ProcessLimits
from dicomsig.systems.one_run import Runner
from dicomsig.systems.protocol import Declined, Description, FileVerdict, HonouredInput, Problem, VerdictOfFile

__all__ = ["CommandAdapter", "ExitCodes"]

_GREATEST: Final = 0xFFFFFFFF
_NOT_DONE: Final = Declined("a command line only verifies")


@dataclass(frozen=True, slots=True)
class ExitCodes:
    """What the exit codes of a command line mean; a code that has no meaning is an error, not a rejection."""

    verdicts: Mapping[int, FileVerdict]
    errors: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        accept: Collection[int],
        reject: Collection[int],
        indeterminate: Collection[int] = (),
        unsigned: Collection[int] = (),
        error: Collection[int] = (),
    ) -> "ExitCodes":
        """The meanings by name; raises CommandLineError for a code that has two, and without accept and reject."""
        verdicts: dict[int, FileVerdict] = {}
        named = {
            FileVerdict.ACCEPT: accept,
            FileVerdict.REJECT: reject,
            FileVerdict.INDETERMINATE: indeterminate,
            FileVerdict.UNSIGNED: unsigned,
        }
        for verdict, codes in named.items():
            for code in codes:
                if not 0 <= code <= _GREATEST:
                    raise CommandLineError(f"{code} is no exit code")
                if code in verdicts or code in error:
                    raise CommandLineError(f"exit code {code} has two meanings")
                verdicts[code] = verdict
        if not accept or not reject:
            raise CommandLineError("the exit codes for accept and for reject are due")
        return cls(verdicts, frozenset(error))

    def answer(self, code: int) -> VerdictOfFile | Problem:
        """What an exit code says."""
        if code in self.verdicts:
            return VerdictOfFile(self.verdicts[code])
        return Problem(f"exit code {code} {'is an error' if code in self.errors else 'has no meaning here'}")


class CommandAdapter:
    """Runs a command line anew for each file, in an empty folder."""

    def __init__(
        self, template: CommandTemplate, codes: ExitCodes, limits: ProcessLimits = DEFAULT_PROCESS_LIMITS
    ) -> None:
        self._template, self._codes = template, codes
        self._runner = Runner(limits)

    def describe(self) -> Described:
        """What follows from the template: the program is not asked."""
        honours: list[HonouredInput] = []
        if "trust" in self._template.fields:
            honours.append("trust")
        if "at" in self._template.fields:
            honours.append("at")
        return Description(name=PurePath(self._template.words[0]).name, axes=(), honours=tuple(honours))

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """The verdict that the exit code stands for; all anchors are in one file."""
        for field, given in (("trust", bool(trust)), ("at", at is not None)):
            if field in self._template.fields and not given:
                return Declined(f"the command line has {{{field}}}, for which nothing is given here")
        with InputFolder() as inputs, InputFolder() as working:
            values = {"file": str(inputs.copy("object.dcm", [path]))}
            if trust:
                values["trust"] = str(inputs.copy("trust.pem", trust))
            if at is not None:
                values["at"] = time_text(at)
            finished = self._runner.run(self._template.filled(values), working.path)
            if isinstance(finished, Fault):
                return finished
            return inputs.changed() or self._codes.answer(finished.exit_code)

    def sign(self, job: SigningJob, target: Path) -> Signed:
        """It does not sign."""
        return _NOT_DONE

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> MadeMacInput:
        """It does not show what it hashes."""
        return _NOT_DONE

    def unknown(self, operation: str) -> Declined:
        """It cannot be asked."""
        return _NOT_DONE

    def close(self) -> None:
        """End what runs."""
        self._runner.close()
