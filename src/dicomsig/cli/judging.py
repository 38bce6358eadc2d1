"""What every judging command does around the judging: deviations, the report folder, what is said at the end."""

import shlex
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from dicomsig.cli.internal import note_internal_error
from dicomsig.cli.judging_options import JudgingOptions
from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, ReaderGoneError, discard_output, is_coloured, note, say, say_bytes
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.editions import DEFAULT, Edition, edition
from dicomsig.conformance.names import ConformanceInputError
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument, RunStart
from dicomsig.reporting.folder import ReportFolder, ReportFolderError, document_bytes
from dicomsig.reporting.terminal import group_lines, next_lines, summary_lines

__all__ = ["JudgingRun", "claims_in", "edition_of", "terms_again"]


def claims_in(file: Path | None) -> Claims | None:
    """The claims in a file, if one is given; raises InputError."""
    if file is None:
        return None
    try:
        return Claims.load(file)
    except ConformanceInputError as error:
        raise InputError(f"--claims {shown(file)}: {error}") from None


def edition_of(label: str | None, claims: Claims | None) -> Edition:
    """The edition asked for, else that of the claims, else the default; raises click.UsageError."""
    if label is None and claims is not None:
        return claims.edition
    try:
        return edition(label or DEFAULT)
    except ConformanceInputError as error:
        raise click.UsageError(f"--edition {error}") from None


def terms_again(options: JudgingOptions, profiles: Sequence[str], *, private: bool) -> list[str]:
    """The options that give a command that judges again the same terms; of a ``private`` one they name no path."""
    words = [f"--profile {profile}" for profile in profiles]
    if options.edition_label is not None:
        words.append(f"--edition {options.edition_label}")
    if options.claims_file is not None:
        words.append("--claims " + ("CLAIMS" if private else shlex.quote(shown(options.claims_file))))
    return words


@dataclass(kw_only=True)
class JudgingRun(ABC):
    """What one run was asked for, and the running of it; a command says how the judging goes."""

    options: JudgingOptions
    rerun: str = ""
    """The command that judges again, for the report: without paths."""
    rerun_here: str = ""
    """The same for the terminal, which may show paths; empty where it is no other."""
    by_hand_here: str = ""
    """The product's own command for one vector, for the terminal; empty where it is that of the report."""

    @abstractmethod
    def judged(self, collector: Collector) -> ResultDocument:
        """Judge, and give all that comes out to the collector."""

    def path_of(self, number: int) -> str:
        """The path behind a file number as the terminal may show it; empty where there is none."""
        return ""

    def argument_of(self, number: int) -> str:
        """The path by which a command judges a file again: that of its archive where it is a member of one."""
        return self.path_of(number)

    def say_first(self) -> None:
        """Lines on stderr before the results; none unless a command has some."""
        return

    def set_down(self, folder: ReportFolder) -> None:
        """Write to the report what is there however the run ended; nothing unless a command has something."""
        return

    def carry_out(self, start: RunStart) -> int:
        """Judge everything, write what was asked for, and say what it came to."""
        deviations = self._deviations()
        try:
            document = self._reported(start, deviations)
        except ReportFolderError as error:
            raise InputError(f"--report: {error}") from None
        try:
            self._say(document)
        except ReaderGoneError:  # the run is complete, and so is the report
            discard_output()
        return document.summary.exit_code

    def internal(self, what: str, collector: Collector) -> None:
        """Note that dicomsig itself failed somewhere."""
        collector.internal_error(what)
        note_internal_error(what)

    def _deviations(self) -> DeviationBook | None:
        if self.options.deviations_file is None:
            return None
        try:
            return DeviationBook.load(self.options.deviations_file)
        except ConformanceInputError as error:
            raise InputError(f"--deviations {shown(self.options.deviations_file)}: {error}") from None

    def _reported(self, start: RunStart, deviations: DeviationBook | None) -> ResultDocument:
        opened: AbstractContextManager[ReportFolder | None] = (
            ReportFolder(self.options.report, start) if self.options.report is not None else nullcontext()
        )
        with opened as folder:
            collector = Collector(
                start,
                log=folder,
                deviations=deviations,
                today=self.options.today,
                with_values=self.options.with_values,
                with_paths=self.options.with_paths,
            )
            try:
                document = self.judged(collector)
            finally:
                if folder is not None:
                    self.set_down(folder)
            if folder is not None:
                folder.finish(document)
            return document

    def _say(self, document: ResultDocument) -> None:
        """Results and summary for people: on stdout, or on stderr when stdout takes the document."""
        if self.options.as_json:
            say_bytes(document_bytes(document))
        tell = note if self.options.as_json else say
        colour = is_coloured(sys.stderr if self.options.as_json else sys.stdout)
        self.say_first()
        if not self.options.as_json:
            run = msgspec.structs.replace(
                document.run,
                rerun=self.rerun_here or document.run.rerun,
                by_hand=self.by_hand_here or document.run.by_hand,
            )
            here = msgspec.structs.replace(document, run=run)
            for line in group_lines(here, paths=self.path_of, arguments=self.argument_of, colour=colour):
                tell(line)
        for line in (*summary_lines(document, colour=colour), *next_lines(document)):
            tell(line)
        if self.options.report is not None:
            tell(f"report    {shown(self.options.report / 'report.html')}")
