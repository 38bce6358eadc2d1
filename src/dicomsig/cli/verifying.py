"""One run of ``verifier``: from the options to the system, its answers and the report."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from dicomsig.cli.corpus import built_corpus
from dicomsig.cli.judging import JudgingRun, claims_in, edition_of, terms_again
from dicomsig.cli.judging_options import JudgingOptions
from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, note
from dicomsig.cli.progress import Progress
from dicomsig.cli.saved_reports import saved_report
from dicomsig.conformance.claims import CLAIMABLE_PROFILES, Product
from dicomsig.conformance.names import UnknownName, did_you_mean, quoted
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.choice import Choice, chosen_vectors, read_only
from dicomsig.judging.named_systems import by_hand, named_verifier
from dicomsig.judging.smoke import Smoke
from dicomsig.judging.terms import Terms
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.judging.verifier_case import ROLE
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.judging.verifier_rows import verifier_rows, why_not_judged
from dicomsig.judging.verifier_run import VerifierTrial
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument, RunStart
from dicomsig.reporting.start import start_run
from dicomsig.signatures.verdict import Axis
from dicomsig.systems.adapters import Adapter
from dicomsig.systems.command_adapter import CommandAdapter, ExitCodes
from dicomsig.systems.command_line import CommandLineError, CommandTemplate, split_command
from dicomsig.systems.limits import DEFAULT_PROCESS_LIMITS, ProcessLimits
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.vectors.index import VectorError, digest_of, index
from dicomsig.vectors.vector import Outcome, Vector

T = TypeVar("T")

_KINDS = {Outcome.UNSIGNED: "unsigned", Outcome.UNREADABLE: "unreadable"}


@dataclass(frozen=True, kw_only=True)
class VerifierOptions(JudgingOptions):
    """The options as they were given."""

    name: str | None = None
    adapter: str | None = None
    template: str | None = None
    accept: tuple[int, ...] = ()
    reject: tuple[int, ...] = ()
    indeterminate: tuple[int, ...] = ()
    unsigned: tuple[int, ...] = ()
    error: tuple[int, ...] = ()
    family: tuple[str, ...] = ()
    failed: Path | None = None
    jobs: int = 1
    timeout: float = 10.0
    profiles: tuple[str, ...] = ()

    @property
    def codes(self) -> Mapping[str, tuple[int, ...]]:
        """The exit codes by the option that names them."""
        return {
            "accept": self.accept,
            "reject": self.reject,
            "indeterminate": self.indeterminate,
            "unsigned": self.unsigned,
            "error": self.error,
        }

    @property
    def left_out(self) -> tuple[str, ...]:
        """The options that leave a part of the vectors or requirements out, for the report."""
        named = [f"--{option} {name}" for option in ("only", "family") for name in getattr(self, option)]
        return (*named, *(["--failed"] if self.failed is not None else []))


def run_of(options: VerifierOptions) -> "VerifierRun":
    """The run that the options ask for; raises click.UsageError and InputError with a hint."""
    for profile in options.profiles:
        if profile not in CLAIMABLE_PROFILES:
            hint = did_you_mean(profile, CLAIMABLE_PROFILES)
            raise click.UsageError(f"--profile {quoted(profile)} is not a profile.{hint}")
    make = _system(options)
    claims = claims_in(options.claims_file)
    edition = edition_of(options.edition_label, claims)
    try:
        vectors = {name: entry.vector for name, entry in index().items()}
        every = Terms(edition, claims, options.profiles)
        for name in options.only:
            if name not in vectors and name in register():
                _due([name], every, vectors, name)
        chosen, rows = _named("--only", lambda: read_only(options.only, vectors, verifier_rows(every)))
        rows = _due(rows, every, vectors, " ".join(options.only))
        if options.failed is not None:
            again = _not_passed(options.failed) & vectors.keys()
            chosen = chosen & again if chosen else again
            if not chosen:
                raise InputError(f"--failed {shown(options.failed)}: nothing in it did not pass")
        terms = Terms(edition, claims, options.profiles, only=frozenset(rows))
        choice = Choice(frozenset(chosen), frozenset(options.family))
        wanted = _named("--family", lambda: chosen_vectors(vectors, terms, choice))
    except VectorError as error:
        raise InputError(str(error)) from None
    if not wanted:
        raise click.UsageError("no vector is all that was asked for by --only, --family and --failed")
    return VerifierRun(
        options=options,
        make=make,
        terms=terms,
        wanted=wanted,
        only=options.left_out,
        rerun=_rerun(options, private=True),
        rerun_here=_rerun(options, private=False),
        by_hand=by_hand(options.name or ""),
        by_hand_here=_by_hand(options),
    )


@dataclass(kw_only=True)
class VerifierRun(JudgingRun):
    """A run of vectors through a verifier."""

    options: VerifierOptions
    make: Callable[[], Adapter]
    terms: Terms
    wanted: list[str]
    only: tuple[str, ...] = ()
    by_hand: str = ""
    _trial: VerifierTrial = field(init=False)
    _smoke: Smoke = field(init=False)
    _shown: bool = field(init=False, default=False)
    """Something was judged; where of what was asked for nothing was, that is no pass."""
    _unseen: str = field(init=False, default="")

    def run(self) -> int:
        """Ask for a few plain things first, then for everything."""
        try:
            with VectorFiles(built_corpus()) as files:
                self._trial = VerifierTrial(self.make, index(), files)
                self._smoke = self._trial.first()
                return self.carry_out(self._start())
        except VectorError as error:
            raise InputError(str(error)) from None

    def _start(self) -> RunStart:
        described = self._smoke.description
        claimed = self.terms.claims.product if self.terms.claims is not None else Product()
        product = Product(claimed.vendor, claimed.name or described.name, claimed.version or described.version)
        return start_run(
            ROLE,
            self.terms.edition,
            claims=self.terms.claims,
            profiles=self.terms.named_profiles,
            product=product,
            rerun=self.rerun,
            by_hand=self.by_hand,
            corpus_digest=digest_of(index()),
            only=self.only,
        )

    def say_first(self) -> None:
        """Why the product could not be exercised, or what it does not declare."""
        if self._smoke.problem:
            note(f"not judged: {self._smoke.problem}")
            if self._smoke.log:
                note(f"it says: {self._smoke.log}")
            return
        if self._unseen:
            note(f"not judged: {self._unseen}")
        if missing := not_declared(self._smoke):
            note(missing)

    def judged(self, collector: Collector) -> ResultDocument:
        """Feed the vectors, in their order."""
        if self._smoke.problem:
            return self._document(collector, note=f"The product was not judged: {self._smoke.problem}.")
        interrupted = False
        outcomes = self._trial.outcomes(self._smoke, self.terms, self.wanted, self.options.jobs)
        with closing(outcomes), Progress("judged", beside_output=True) as progress:
            try:
                for number, (vector, outcome) in enumerate(outcomes, start=1):
                    if vector is not None:
                        collector.file(number, _KINDS.get(vector.outcome, "signed"))
                    self._take(outcome, collector)
                    progress.step()
            except KeyboardInterrupt:
                interrupted = True
        return self._document(collector, interrupted=interrupted, note=not_declared(self._smoke))

    def _take(self, outcome: CaseOutcome, collector: Collector) -> None:
        collector.case(outcome)
        self._shown = self._shown or _shows(outcome)

    def _document(self, collector: Collector, *, note: str, interrupted: bool = False) -> ResultDocument:
        if not self._smoke.problem and not interrupted and self.only and not self._shown:
            self._unseen = f"nothing in this run shows what {' '.join(self.only)} asks for"
            note = f"The product was not judged: {self._unseen}. {note}".rstrip()
        return collector.document(
            interrupted=interrupted,
            nothing_to_judge=bool(self._smoke.problem or self._unseen),
            coverage_note=note,
            known_reasons=reason_table(),
        )


def _shows(outcome: CaseOutcome) -> bool:
    """A case says something of a requirement by which the product is judged."""
    noted = (each for each in outcome.observations if each.code != VerifierReason.PROFILE_NOT_CLAIMED)
    return bool(outcome.passed or outcome.results) or any(each.requirement for each in noted)


def not_declared(first: Smoke) -> str:
    """What is not judged because the product does not declare it."""
    declared = first.description
    if not declared.axes:
        return "The product has one answer for a file: what a signature lacks besides is not told apart."
    axes = [axis.value for axis in Axis if axis is not Axis.INTEGRITY and axis.value not in declared.axes]
    inputs = [name for name in ("trust", "at") if name not in declared.honours]
    parts = [f"axes {', '.join(axes)}"] * bool(axes) + [f"inputs {', '.join(inputs)}"] * bool(inputs)
    return f"The product does not declare {' and '.join(parts)}: what needs them is not judged." if parts else ""


def _system(options: VerifierOptions) -> Callable[[], Adapter]:
    given = [text for text in (options.name, options.adapter, options.template) if text is not None]
    if len(given) != 1:
        raise click.UsageError("name a verifier, or give --adapter or --command: one of the three")
    if options.template is None and any(options.codes.values()):
        raise click.UsageError("--accept, --reject and the like say what exit codes of --command mean")
    limits = ProcessLimits(start=max(DEFAULT_PROCESS_LIMITS.start, options.timeout), call=options.timeout)
    if options.name is not None:
        name = options.name
        return _named("NAME", lambda: named_verifier(name, limits))
    option = "--adapter" if options.adapter is not None else "--command"
    try:
        if options.adapter is not None:
            words = split_command(options.adapter)
            return lambda: ProcessAdapter(words, limits)
        template = CommandTemplate.read(options.template or "")
        codes = ExitCodes.of(**options.codes)
        return lambda: CommandAdapter(template, codes, limits)
    except CommandLineError as error:
        raise click.UsageError(f"{option}: {error}") from None


def _named(option: str, what: Callable[[], T]) -> T:
    try:
        return what()
    except UnknownName as error:
        raise click.UsageError(f"{option}: {error}") from None


def _due(rows: Iterable[str], terms: Terms, vectors: Mapping[str, Vector], asked: str) -> set[str]:
    """Of some requirements those that this run judges by; where it is none of them, why, as a click.UsageError."""
    why = {name: why_not_judged(register()[name], terms, vectors) for name in sorted(rows)}
    due = {name for name in why if not why[name]}
    if why and not due:
        first, told = next(iter(why.items()))
        raise click.UsageError(f"--only {asked}: {told if asked == first else f'{first}: {told}'}")
    return due


def _not_passed(file: Path) -> set[str]:
    """The vectors of a report, a folder or its `report.json`, that have a result other than a pass."""
    document = saved_report(file, "--failed").document
    return {result.subject.vector for result in document.results if result.subject.vector}


def _by_hand(options: VerifierOptions) -> str:
    """What a person types to ask the product; a moment that a command line asks for is not known beforehand."""
    if options.adapter is not None:
        here = "'\"$PWD\"'"  # out of the single quotes, into the folder of the shell, and back
        request = '{"op":"verify","id":1,"path":"' + here + '/{file}","trust":["' + here + '/{trust}"]}'
        return f"printf '%s\\n' '{request}' | {options.adapter}"
    return options.template if options.template and "{at}" not in options.template else ""


def _rerun(options: VerifierOptions, *, private: bool) -> str:
    """The command that judges one vector again; a report holds no command line of somebody else."""
    words = ["dicomsig", "verifier"]
    if options.name is not None:
        words.append(options.name)
    elif options.adapter is not None:
        words += ["--adapter", "ADAPTER" if private else shlex.quote(options.adapter)]
    else:
        words += ["--command", "TEMPLATE" if private else shlex.quote(options.template or "")]
        words += [f"--{name} {code}" for name, codes in options.codes.items() for code in codes]
    return " ".join((*words, *terms_again(options, options.profiles, private=private), "--only {vector}"))
