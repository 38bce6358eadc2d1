"""One run of ``check``: from the options to the report, the terminal and the exit code."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click
import msgspec

from dicomsig.cli.inputs import Search, is_temporary
from dicomsig.cli.internal import note_internal_error
from dicomsig.cli.options import shown, trust_of
from dicomsig.cli.output import InputError, ReaderGoneError, discard_output, note, say, say_bytes
from dicomsig.cli.progress import Progress
from dicomsig.conformance.claims import CLAIMABLE_PROFILES, Claims
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.names import ConformanceInputError, did_you_mean, quoted
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import register
from dicomsig.crypto.certificates import CertificateError
from dicomsig.judging.in_order import in_order
from dicomsig.judging.profiles import ProfileStanding
from dicomsig.judging.signer import ROLE, FileJudgement, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import JUDGED_BY_FILES, Terms
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument, RunStart
from dicomsig.reporting.folder import ReportFolder, ReportFolderError, document_bytes
from dicomsig.reporting.start import start_run
from dicomsig.reporting.terminal import group_lines, summary_lines
from dicomsig.systems.found import FoundFile, NotAnInstance

_MOST_NAMED = 10
"""Files that are named on the terminal because they were passed over, of each of two kinds."""


def terms_of(
    profiles: Sequence[str],
    edition_label: str | None,
    claims_file: Path | None,
    trust: Sequence[Path],
    at: str,
    only: Sequence[str],
) -> Terms:
    """The terms that the options ask for; raises click.UsageError, with a hint, for a name that nobody knows."""
    for profile in profiles:
        _check_profile(profile)
    claims = _claims(claims_file) if claims_file is not None else None
    try:
        if edition_label is not None or claims is None:
            chosen = edition(edition_label or DEFAULT)
        else:
            chosen = claims.edition
    except ConformanceInputError as error:
        raise click.UsageError(f"--edition {error}") from None
    terms = Terms(chosen, claims, tuple(profiles), trust_of(trust, at), frozenset(only))
    for requirement in only:
        _check_only(requirement, terms)
    try:
        _ = terms.own_certificates
    except (ConformanceInputError, CertificateError) as error:
        raise InputError(f"--claims {shown(claims_file or '')}: {error}") from None
    return terms


def _check_profile(profile: str) -> None:
    """The profile is one that signed instances can be judged by."""
    if profile in JUDGED_BY_FILES:
        return
    known = f" Known are {', '.join(JUDGED_BY_FILES)}."
    if profile in CLAIMABLE_PROFILES:
        message = f"--profile {quoted(profile)} speaks of storing and retrieving; check judges signed files.{known}"
        raise click.UsageError(message)
    raise click.UsageError(
        f"--profile {quoted(profile)} is not a profile.{did_you_mean(profile, JUDGED_BY_FILES)}{known}"
    )


def _check_only(requirement_id: str, terms: Terms) -> None:
    """The requirement exists, and this run judges by it: what is judged by nothing must not look like a pass."""
    try:
        why = terms.why_not_judged(register().get(requirement_id))
    except ConformanceInputError as error:
        raise click.UsageError(f"--only {quoted(requirement_id)}: {error}") from None
    if why:
        raise click.UsageError(f"--only {requirement_id}: {why}")


def _claims(file: Path) -> Claims:
    try:
        return Claims.load(file)
    except ConformanceInputError as error:
        raise InputError(f"--claims {shown(file)}: {error}") from None


@dataclass
class CheckRun:
    """What one run was asked for, and the running of it."""

    paths: Sequence[Path]
    terms: Terms
    rerun: str = ""
    """The command that judges one file again, for the report: without paths."""
    rerun_here: str = ""
    """The same for the terminal, which may show paths; empty where it is no other."""
    deviations_file: Path | None = None
    today: date | None = None
    report: Path | None = None
    as_json: bool = False
    with_values: bool = False
    with_paths: bool = False
    _shown: dict[int, str] = field(default_factory=dict)
    _passed_over: list[NotAnInstance] = field(default_factory=list)
    _lost: list[NotAnInstance] = field(default_factory=list)

    def run(self) -> int:
        """Judge everything, write what was asked for, and say what it came to."""
        search = Search(self.paths)  # first: a path that was misspelt must not cost an earlier report
        start = start_run(
            ROLE, self.terms.edition, claims=self.terms.claims, profiles=self.terms.due_profiles, rerun=self.rerun
        )
        deviations = self._deviations()
        try:
            document = self._reported(search, start, deviations)
        except ReportFolderError as error:
            raise InputError(f"--report: {error}") from None
        try:
            self._say(document)
        except ReaderGoneError:  # the run is complete, and so is the report
            discard_output()
        return document.summary.exit_code

    def _deviations(self) -> DeviationBook | None:
        if self.deviations_file is None:
            return None
        try:
            return DeviationBook.load(self.deviations_file)
        except ConformanceInputError as error:
            raise InputError(f"--deviations {shown(self.deviations_file)}: {error}") from None

    def _reported(self, search: Search, start: RunStart, deviations: DeviationBook | None) -> ResultDocument:
        opened: AbstractContextManager[ReportFolder | None] = (
            ReportFolder(self.report, start) if self.report is not None else nullcontext()
        )
        with opened as folder:
            collector = Collector(
                start,
                log=folder,
                deviations=deviations,
                today=self.today,
                with_values=self.with_values,
                with_paths=self.with_paths,
            )
            document = self._judged(search, collector)
            if folder is not None:
                folder.finish(document)
            return document

    def _judged(self, search: Search, collector: Collector) -> ResultDocument:
        facts = RunFacts()
        interrupted = False
        try:
            with Progress("judged", beside_output=True) as progress:
                for number, found, judgement in self._judgements(search, collector):
                    self._take(number, found, judgement, collector, facts)
                    progress.step()
        except KeyboardInterrupt:
            interrupted = True
        outcome, errors = judge_run(self.terms, facts)
        if facts.judged and not interrupted:
            collector.case(outcome)
        for error in errors:
            self._internal(error, collector)
        return collector.document(
            interrupted=interrupted,
            unreadable_input=bool(self._lost),
            nothing_to_judge=not facts.judged,
            known_reasons=reason_table(),
        )

    def _judgements(self, search: Search, collector: Collector) -> Iterator[tuple[int, FoundFile, FileJudgement]]:
        def files() -> Iterator[FoundFile]:
            for found in search:
                if isinstance(found, FoundFile):
                    yield found
                else:
                    collector.passed_over(found.kind, found.shown)
                    (self._lost if search.is_lost(found) else self._passed_over).append(found)

        numbered = enumerate(files(), start=1)
        for (number, found), judgement in in_order(
            numbered,
            lambda each: judge_file(each[0], each[1].path, self.terms),
            alone=lambda each: is_temporary(each[1]),
        ):
            yield number, found, judgement

    def _take(
        self, number: int, found: FoundFile, judgement: FileJudgement, collector: Collector, facts: RunFacts
    ) -> None:
        facts.take(judgement)
        collector.file(
            number,
            judgement.state,
            found.shown,
            mac_algorithms=[signature.mac_algorithm for signature in judgement.signatures],
            profiles_met=judgement.profiles_with(ProfileStanding.MET),
            profiles_not_met=judgement.profiles_with(ProfileStanding.NOT_MET),
            profiles_not_told=judgement.profiles_with(ProfileStanding.NOT_TOLD),
        )
        for case in judgement.cases:
            if collector.case(case).results:
                self._shown[number] = found.shown
        for error in judgement.internal_errors:
            self._internal(error, collector)
        if judgement.problem:
            note(f"cannot be judged: {found.shown}: {judgement.problem}")

    def _internal(self, what: str, collector: Collector) -> None:
        collector.internal_error(what)
        note_internal_error(what)

    def _say(self, document: ResultDocument) -> None:
        """Results and summary for people: on stdout, or on stderr when stdout takes the document."""
        if self.as_json:
            say_bytes(document_bytes(document))
        tell = note if self.as_json else say
        colour = (sys.stderr if self.as_json else sys.stdout).isatty()
        _name("passed over", self._passed_over)
        _name("cannot be judged", self._lost)
        if not self.as_json:
            run = msgspec.structs.replace(document.run, rerun=self.rerun_here or document.run.rerun)
            here = msgspec.structs.replace(document, run=run)
            for line in group_lines(here, paths=lambda number: self._shown.get(number, ""), colour=colour):
                tell(line)
        for line in summary_lines(document, colour=colour):
            tell(line)
        if self.report is not None:
            tell(f"report    {shown(self.report / 'report.html')}")


def _name(word: str, files: Sequence[NotAnInstance]) -> None:
    for what in files[:_MOST_NAMED]:
        note(f"{word}: {what.shown}: {what.why}")
    if len(files) > _MOST_NAMED:
        note(f"{word}: {len(files) - _MOST_NAMED} more")
