"""One run of ``check``: from the options to the report, the terminal and the exit code."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

from dicomsig.cli.inputs import found_files, is_temporary
from dicomsig.cli.internal import note_internal_error
from dicomsig.cli.options import trust_of
from dicomsig.cli.progress import Progress
from dicomsig.conformance.claims import CLAIMABLE_PROFILES, Claims
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.names import ConformanceInputError, did_you_mean, quoted
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import register
from dicomsig.crypto.certificates import CertificateError
from dicomsig.judging.in_order import in_order
from dicomsig.judging.signer import ROLE, FileJudgement, FileState, ProfileStanding, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.folder import ReportFolder, ReportFolderError, document_bytes
from dicomsig.reporting.start import start_run
from dicomsig.reporting.terminal import group_lines, summary_lines
from dicomsig.systems.found import FoundFile, NotAnInstance

_MOST_PASSED_OVER = 10


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
        if profile not in CLAIMABLE_PROFILES:
            hint = did_you_mean(profile, CLAIMABLE_PROFILES) or f" Known are {', '.join(CLAIMABLE_PROFILES)}."
            raise click.UsageError(f"--profile {quoted(profile)} is not a profile.{hint}")
    try:
        claims = Claims.load(claims_file) if claims_file is not None else None
        for requirement in only:
            register().get(requirement)
        if edition_label is not None or claims is None:
            chosen = edition(edition_label or DEFAULT)
        else:
            chosen = claims.edition
        terms = Terms(chosen, claims, tuple(profiles), trust_of(trust, at), frozenset(only))
        _ = terms.own_certificates
    except (ConformanceInputError, CertificateError, OSError) as error:
        raise click.UsageError(str(error)) from None
    return terms


@dataclass
class CheckRun:
    """What one run was asked for, and the running of it."""

    paths: Sequence[Path]
    terms: Terms
    rerun: str = ""
    deviations_file: Path | None = None
    today: date | None = None
    report: Path | None = None
    as_json: bool = False
    with_values: bool = False
    with_paths: bool = False
    _shown: dict[int, str] = field(default_factory=dict)
    _passed_over: list[NotAnInstance] = field(default_factory=list)

    def run(self) -> int:
        """Judge everything, write what was asked for, and say what it came to."""
        start = start_run(
            ROLE, self.terms.edition, claims=self.terms.claims, profiles=self.terms.profiles, rerun=self.rerun
        )
        try:
            deviations = DeviationBook.load(self.deviations_file) if self.deviations_file is not None else None
            opened: AbstractContextManager[ReportFolder | None] = (
                ReportFolder(self.report, start) if self.report is not None else nullcontext()
            )
        except (ConformanceInputError, ReportFolderError) as error:
            raise click.UsageError(str(error)) from None
        with opened as folder:
            collector = Collector(
                start,
                log=folder,
                deviations=deviations,
                today=self.today,
                with_values=self.with_values,
                with_paths=self.with_paths,
            )
            document = self._judged(collector)
            if folder is not None:
                folder.finish(document)
        self._say(document)
        return document.summary.exit_code

    def _judged(self, collector: Collector) -> ResultDocument:
        facts = RunFacts()
        interrupted = False
        judged = 0
        try:
            with Progress("judged", beside_output=True) as progress:
                for number, found, judgement in self._judgements(collector):
                    self._take(number, found, judgement, collector, facts)
                    judged += judgement.state in (FileState.SIGNED, FileState.UNREADABLE)
                    progress.step()
        except KeyboardInterrupt:
            interrupted = True
        outcome, errors = judge_run(self.terms, facts)
        if judged and not interrupted:
            collector.case(outcome)
        for error in errors:
            self._internal(error, collector)
        return collector.document(interrupted=interrupted, nothing_to_judge=not judged, known_reasons=reason_table())

    def _judgements(self, collector: Collector) -> Iterator[tuple[int, FoundFile, FileJudgement]]:
        def passed_over(what: NotAnInstance) -> None:
            collector.passed_over(what.kind, what.shown)
            if len(self._passed_over) < _MOST_PASSED_OVER:
                self._passed_over.append(what)

        numbered = enumerate(found_files(self.paths, passed_over), start=1)
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
            click.echo(f"{found.shown}: {judgement.problem}", err=True)

    def _internal(self, what: str, collector: Collector) -> None:
        collector.internal_error(what)
        note_internal_error(what)

    def _say(self, document: ResultDocument) -> None:
        """Results and summary for people: on stdout, or on stderr when stdout takes the document."""
        if self.as_json:
            sys.stdout.buffer.write(document_bytes(document))
            sys.stdout.flush()
        stream = sys.stderr if self.as_json else sys.stdout
        colour = stream.isatty()
        for what in self._passed_over:
            click.echo(f"passed over: {what.shown}: {what.why}", err=True)
        if not self.as_json:
            for line in group_lines(document, paths=lambda number: self._shown.get(number, ""), colour=colour):
                click.echo(line)
        for line in summary_lines(document, colour=colour):
            click.echo(line, file=stream)
        if self.report is not None:
            click.echo(f"report    {self.report / 'report.html'}", file=stream)
