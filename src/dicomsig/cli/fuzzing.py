"""One run of ``verifier --fuzz`` or ``--replay``: drawn or saved instances in place of the vectors."""

import shlex
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, note
from dicomsig.cli.progress import Progress
from dicomsig.cli.verifying import VerifierOptions, VerifierRun, not_declared, run_of
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.fuzz_files import CounterexampleError, clear, load, save
from dicomsig.judging.fuzz_question import Question
from dicomsig.judging.fuzz_run import Counterexample, FuzzTrial
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.phrases import counted

__all__ = ["FuzzRun", "Fuzzing", "fuzz_run_of"]

_FOLDER = "fuzz"
_ENDING = " --only {vector}"


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """What is put to the verifier: so many cases of a seed, or the counterexamples in a folder."""

    number: int | None = None
    seed: int = 0
    replay: Path | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The options, for the report, which names no folder."""
        return ("--replay",) if self.replay is not None else (f"--fuzz {self.number}", f"--seed {self.seed}")


def fuzz_run_of(options: VerifierOptions, fuzzing: Fuzzing) -> "FuzzRun":
    """The run that the options ask for; raises click.UsageError and InputError with a hint."""
    if fuzzing.number is not None and fuzzing.replay is not None:
        raise click.UsageError("--fuzz draws instances and --replay takes saved ones: give one of the two")
    if options.family or options.failed is not None or any(name not in register() for name in options.only):
        raise click.UsageError("--fuzz and --replay put no vectors: of --only they take requirements, and no --family")
    base = run_of(options)
    again = base.rerun.removesuffix(_ENDING)
    here = base.rerun_here.removesuffix(_ENDING)
    if fuzzing.replay is not None:
        base = replace_texts(base, f"{again} --replay {{vector}}", f"{here} --replay {_quoted(fuzzing.replay)}")
    elif options.report is not None:
        base = replace_texts(
            base, f"{again} --replay {{vector}}", f"{here} --replay {_quoted(options.report)}/{{vector}}"
        )
    else:
        text = " ".join(("", *fuzzing.words))
        base = replace_texts(base, again + text, here + text)
    try:
        saved = tuple(load(fuzzing.replay)) if fuzzing.replay is not None else ()
    except CounterexampleError as error:
        raise InputError(f"--replay {shown(fuzzing.replay or '')}: {error}") from None
    given = {each.name: getattr(base, each.name) for each in fields(base) if each.init}
    given |= {"only": (*fuzzing.words, *base.only), "by_hand": "", "by_hand_here": ""}
    return FuzzRun(**given, fuzzing=fuzzing, saved=saved)


def replace_texts(run: VerifierRun, rerun: str, here: str) -> VerifierRun:
    """The run with other commands that judge again."""
    run.rerun, run.rerun_here = rerun, here
    return run


def _quoted(path: Path) -> str:
    return shlex.quote(shown(path))


@dataclass(kw_only=True)
class FuzzRun(VerifierRun):
    """A run of drawn or saved instances through a verifier."""

    fuzzing: Fuzzing
    saved: tuple[tuple[Question, Question | None], ...] = ()
    _told: str = field(init=False, default="")
    _rate: str = field(init=False, default="")

    def say_first(self) -> None:
        """Why the product could not be exercised, or what it does not declare; what was put to it, and how fast."""
        super().say_first()
        if self._told:
            note(f"{self._told}{self._rate}")

    def judged(self, collector: Collector) -> ResultDocument:
        """Put the instances, then make a counterexample of each finding."""
        if self._smoke.problem:
            return super().judged(collector)
        trial = FuzzTrial(self.make, self._smoke, self.terms, self.fuzzing.seed, self.options.jobs)
        started = time.monotonic()
        interrupted = self._put(trial, collector)
        self._rate = f"; {sum(trial.counts.values()) / max(time.monotonic() - started, 0.001):.0f} cases/s"
        for what in trial.disagreements:
            self.internal(what, collector)
        if self.fuzzing.replay is None:
            interrupted = self._keep(trial, interrupted)
        self._told = _told(trial, self.fuzzing)
        missing = not_declared(self._smoke)
        return self._document(collector, interrupted=interrupted, note=f"{self._told}. {missing}".rstrip())

    def _put(self, trial: FuzzTrial, collector: Collector) -> bool:
        outcomes: Generator[CaseOutcome, None, None] = (
            trial.replayed(self.saved) if self.fuzzing.replay is not None else trial.outcomes(self.fuzzing.number or 0)
        )
        with closing(outcomes), Progress("judged", beside_output=True) as progress:
            try:
                for number, outcome in enumerate(outcomes, start=1):
                    if outcome.subject.vector:
                        collector.file(number, "signed")
                    self._take(outcome, collector)
                    progress.step()
            except KeyboardInterrupt:
                return True
        return False

    def _keep(self, trial: FuzzTrial, interrupted: bool) -> bool:
        """Make the findings smaller and save them; whether it was interrupted. What is left is saved as it was met."""
        kept: set[str] = set()
        found = self._smaller(trial) if not interrupted else iter(())
        folder = None if self.options.report is None else self.options.report / _FOLDER
        try:
            if folder is not None:
                clear(folder)
            try:
                for made in found:
                    kept.add(made.name)
                    self._save(made, folder)
            except KeyboardInterrupt:
                interrupted = True
            for finding in trial.findings.values():
                made = trial.unshrunk(finding)
                if made.name not in kept:
                    self._save(made, folder)
        except OSError as error:
            raise InputError(f"--report: a counterexample cannot be written: {error.strerror}") from None
        return interrupted

    def _smaller(self, trial: FuzzTrial) -> Iterator[Counterexample]:
        with Progress("made smaller", beside_output=True) as progress:
            for made in trial.counterexamples():
                yield made
                progress.step()

    def _save(self, made: Counterexample, folder: Path | None) -> None:
        if folder is not None:
            save(folder, made, self.fuzzing.seed)


def _told(trial: FuzzTrial, fuzzing: Fuzzing) -> str:
    """What was put to the product, in one line that is the same for the same seed."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(trial.counts.items()))
    source = "replayed" if fuzzing.replay is not None else f"fuzzed with seed {fuzzing.seed}"
    findings = counted(len(trial.findings), "finding")
    stopped = "; stopped early, since the product does not answer any more" if trial.stopped else ""
    return f"{source}: {counted(sum(trial.counts.values()), 'case')} ({kinds}), {findings}{stopped}"
