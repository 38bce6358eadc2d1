"""One run of ``check``: from the options to the report, the terminal and the exit code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from dicomsig.cli.inputs import Search, is_temporary
from dicomsig.cli.judging import JudgingRun, claims_in, edition_of, terms_again
from dicomsig.cli.judging_options import CheckOptions
from dicomsig.cli.options import shown, trust_of
from dicomsig.cli.output import InputError, note
from dicomsig.cli.progress import Progress
from dicomsig.conformance.claims import CLAIMABLE_PROFILES
from dicomsig.conformance.names import ConformanceInputError, did_you_mean, quoted
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome
from dicomsig.crypto.certificates import CertificateError
from dicomsig.judging.in_order import in_order
from dicomsig.judging.profiles import ProfileStanding
from dicomsig.judging.signer import ROLE, FileJudgement, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import JUDGED_BY_FILES, Terms
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.start import start_run
from dicomsig.systems.found import FoundFile, NotAnInstance, Origin

MEMBER = "!/"
"""What stands between an archive and its member in a name that is shown."""

_MOST_NAMED = 10
"""Files that are named on the terminal because they were passed over, of each of two kinds."""


def terms_of(options: CheckOptions) -> Terms:
    """The terms that the options ask for; raises click.UsageError, with a hint, for a name that nobody knows."""
    for profile in options.profiles:
        _check_profile(profile)
    claims = claims_in(options.claims_file)
    chosen = edition_of(options.edition_label, claims)
    terms = Terms(chosen, claims, options.profiles, trust_of(options.trust, options.at), frozenset(options.only))
    for requirement in options.only:
        _check_only(requirement, terms)
    try:
        _ = terms.own_certificates
    except (ConformanceInputError, CertificateError) as error:
        raise InputError(f"--claims {shown(options.claims_file or '')}: {error}") from None
    return terms


def rerun_of(options: CheckOptions, *, private: bool) -> str:
    """The command that judges one file again; a ``private`` one names no path, for a report.

    Trust is not in it, since no requirement of a file hangs on it.
    """
    return " ".join(("dicomsig", "check", "{file}", *terms_again(options, options.profiles, private=private)))


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


@dataclass
class CheckRun(JudgingRun):
    """A run over signed instances."""

    paths: Sequence[Path]
    terms: Terms
    _shown: dict[int, str] = field(default_factory=dict)
    _archives: dict[int, str] = field(default_factory=dict)
    _passed_over: list[NotAnInstance] = field(default_factory=list)
    _lost: list[NotAnInstance] = field(default_factory=list)
    _answered: bool = field(init=False, default=False)
    """Something was passed, failed or left open: of what ``only`` asked for that may be nothing."""

    def run(self) -> int:
        """Judge everything, write what was asked for, and say what it came to."""
        self._search = Search(self.paths)  # first: a path that was misspelt must not cost an earlier report
        return self.carry_out(
            start_run(
                ROLE,
                self.terms.edition,
                claims=self.terms.claims,
                profiles=self.terms.due_profiles,
                rerun=self.rerun,
                only=only_words(self.terms),
            )
        )

    def path_of(self, number: int) -> str:
        """The path behind a file number."""
        return self._shown.get(number, "")

    def argument_of(self, number: int) -> str:
        """The path behind a file number, or that of the archive around it."""
        return self._archives.get(number) or self.path_of(number)

    def say_first(self) -> None:
        """Which files were passed over."""
        _name("passed over", self._passed_over)
        _name("cannot be judged", self._lost)

    def judged(self, collector: Collector) -> ResultDocument:
        """Judge all files, then what they show together."""
        facts = RunFacts()
        interrupted = False
        try:
            with Progress("judged", beside_output=True) as progress:
                for number, found, judgement in self._judgements(self._search, collector):
                    self._take(number, found, judgement, collector, facts)
                    progress.step()
        except KeyboardInterrupt:
            interrupted = True
        outcome, errors = judge_run(self.terms, facts)
        if facts.judged and not interrupted:
            self._count(outcome, collector)
        for error in errors:
            self.internal(error, collector)
        return collector.document(
            interrupted=interrupted,
            unreadable_input=bool(self._lost),
            nothing_to_judge=not facts.judged or not self._answered,
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
        count_file(number, judgement, found.shown, self.terms, collector)
        for case in judgement.cases:
            if self._count(case, collector).results:
                self._shown[number] = found.shown
                if found.origin is Origin.ARCHIVE:
                    self._archives[number] = _archive_of(found.shown)
        for error in judgement.internal_errors:
            self.internal(error, collector)
        if judgement.problem:
            note(f"cannot be judged: {found.shown}: {judgement.problem}")

    def _count(self, case: CaseOutcome, collector: Collector) -> CaseOutcome:
        self._answered = self._answered or bool(case.passed or case.results)
        return collector.case(case)


def only_words(terms: Terms) -> list[str]:
    """The options that leave a part of the requirements out, for the report."""
    return [f"--only {name}" for name in sorted(terms.only)]


def count_file(number: int, judgement: FileJudgement, path: str, terms: Terms, collector: Collector) -> None:
    """Count a judged file in the report; who signed counts as checked only where anchors were given."""
    collector.file(
        number,
        judgement.state,
        path,
        mac_algorithms=[signature.mac_algorithm for signature in judgement.signatures],
        profiles_met=judgement.profiles_with(ProfileStanding.MET),
        profiles_not_met=judgement.profiles_with(ProfileStanding.NOT_MET),
        profiles_not_told=judgement.profiles_with(ProfileStanding.NOT_TOLD),
        integrity=[signature.integrity for signature in judgement.signatures],
        trust=[signature.trust for signature in judgement.signatures if terms.trust.store.anchors],
    )


def _archive_of(shown: str) -> str:
    """The archive in the name of its member, ``a.zip!/member``; names of folders and of members may hold ``!/`` too."""
    parts = shown.split(MEMBER)
    archives = (MEMBER.join(parts[:count]) for count in range(1, len(parts)))
    return next((archive for archive in archives if Path(archive).is_file()), parts[0])


def _name(word: str, files: Sequence[NotAnInstance]) -> None:
    for what in files[:_MOST_NAMED]:
        note(f"{word}: {what.shown}: {what.why}")
    if len(files) > _MOST_NAMED:
        note(f"{word}: {len(files) - _MOST_NAMED} more")
