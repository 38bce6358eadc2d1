"""The lines of a run on a terminal, as pure functions; a terminal may show paths, and colour only when asked."""

import shlex
from collections.abc import Callable, Iterator
from typing import Final

import click

from dicomsig.conformance.editions import DEFAULT
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.results import Outcome, Result, Subject
from dicomsig.reporting.archive_trials import archive_trials
from dicomsig.reporting.archive_words import binding_profiles, broken_on_the_way, claimed_levels
from dicomsig.reporting.by_hand import by_hand_command
from dicomsig.reporting.document import DeviationUse, ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.groups import Standing, grouped, rerun_command
from dicomsig.reporting.next_steps import next_steps
from dicomsig.reporting.phrases import counted
from dicomsig.reporting.roles import Role
from dicomsig.reporting.text import file_label, safe_text

__all__ = ["coloured", "group_lines", "next_lines", "result_lines", "summary_lines"]

_WORDS: Final = {
    Outcome.PASS: ("PASS", "green"),
    Outcome.FAIL: ("FAIL", "red"),
    Outcome.WARNING: ("WARN", "yellow"),
    Outcome.INCONCLUSIVE: ("OPEN", "magenta"),
    Outcome.NOT_APPLICABLE: ("NONE", "white"),
}
_LONGEST_UID: Final = 24

_SALIENT: Final = {
    "trust-invalid": "signature",
    "trust-indeterminate": "signature",
    "signature-of-another": "signature",
    "no-own-signature": "signed instance",
}
"""Observations that the summary names, since no result does, and what they count."""

_CASES: Final = ("--fuzz", "--replay")
"""Options that put drawn or saved cases to a verifier in place of the vectors."""

_MOST_REASONS: Final = 3
_MOST_FAILS: Final = 10

Paths = Callable[[int], str]
"""The path behind a file number, or an empty string: what the command line knows and a report does not."""


def no_paths(_: int) -> str:
    """No path is known."""
    return ""


def result_lines(
    document: ResultDocument,
    result: Result,
    *,
    paths: Paths = no_paths,
    arguments: Paths | None = None,
    colour: bool = False,
) -> list[str]:
    """One result: what, clause, file and signature; expected, found, rerun.

    `arguments` gives the path that a command takes, where it is no path that is shown: a member of an archive has none.
    """
    word, hue = _WORDS[result.result]
    if result.deviation:
        word, hue = "KNOWN", "cyan"
    path = paths(result.subject.file)
    clause = f"{result.clause} ({document.suite.edition})"
    head = [result.requirement, clause, safe_text(path) or _place_of(result), _signature(result.subject)]
    lines = ["  ".join((coloured(f"{word:4}", hue, colour), *(part for part in head if part)))]
    named = (arguments or paths)(result.subject.file)
    rerun = rerun_command(document, result, _argument(named) if named else "")
    details = [
        ("message", "" if result.message == result.found else result.message),
        ("expected", result.expected),
        ("found", result.found),
        ("reason", _reason(result.reason)),
        ("values", result.values),
        ("accepted", result.deviation),
        ("rerun", rerun),
        ("by hand", by_hand_command(document, result)),
    ]
    return lines + [f"      {label:9} {safe_text(text)}" for label, text in details if text]


def group_lines(
    document: ResultDocument,
    *,
    most: int = 20,
    paths: Paths = no_paths,
    arguments: Paths | None = None,
    colour: bool = False,
) -> Iterator[str]:
    """The first result of each group of fails, of the inconclusive and of warnings, and how many more cases it has."""
    shown = (Standing.FAILED, Standing.DEVIATED, Standing.INCONCLUSIVE, Standing.WARNING)
    groups = [group for group in grouped(document, shown=1) if group.standing in shown]
    for group in groups[:most]:
        yield from result_lines(document, group.first, paths=paths, arguments=arguments, colour=colour)
        if group.more:
            yield f"      and in {counted(group.more, 'more case')}"
        yield ""
    if len(groups) > most:
        yield f"{counted(len(groups) - most, 'more group')} of results; the report has them all."
        yield ""


def summary_lines(document: ResultDocument, *, colour: bool = False) -> list[str]:
    """What the run came to, in a few lines; the last one is the exit code with its meaning."""
    summary = document.summary
    counts = summary.results
    numbers = [
        (counts.passed, "passed", "green"),
        (counts.failed, "failed", "red"),
        (counts.deviated, "accepted", "cyan"),
        (counts.warnings, "warnings", "yellow"),
        (counts.inconclusive, "inconclusive", "magenta"),
    ]
    results = ", ".join(coloured(f"{number} {word}", hue, colour) for number, word, hue in numbers if number)
    bound = ("macro", *(binding_profiles(document) if document.subject.role == Role.ARCHIVE else ("base",)))
    lines = [
        f"judged    {_answers(document) if document.subject.role == Role.VERIFIER else _files(document)}",
        f"against   {document.suite.edition}, {', '.join((*bound, *document.run.profiles, *claimed_levels(document)))}",
        f"results   {results or 'none'}",
    ]
    for profile in summary.profiles:
        told = f", cannot be told on {profile.not_told}" if profile.not_told else ""
        due = "" if profile.due else " (not claimed)"
        lines.append(f"profile   {profile.profile}{due}: met on {profile.met}, not met on {profile.not_met}{told}")
    lines += [f"broken    {text}" for text in broken_on_the_way(document)]
    lines += [f"{trial.name:9} {text}" for trial in archive_trials(document) for text in trial.lines]
    lines += [f"note      {text}" for text in _notes(document)]
    lines += [f"stale     {_stale(use)}" for use in document.deviations if use.stale]
    failed = [tally for tally in document.requirements if tally.failed]
    lines += [
        f"fails     {safe_text(each.requirement)}: {counted(each.failed, 'case')}" for each in failed[:_MOST_FAILS]
    ]
    if len(failed) > _MOST_FAILS:
        lines.append(f"fails     and {counted(len(failed) - _MOST_FAILS, 'more requirement')}")
    lines += [f"error     {safe_text(error)}" for error in document.internal_errors[:5]]
    hue = "green" if summary.exit_code == ExitCode.PASSED else "red"
    word = coloured(f"{f'exit {summary.exit_code}':9}", hue, colour)
    lines.append(f"{word} {summary.exit_meaning}")
    return lines


def next_lines(document: ResultDocument) -> list[str]:
    """What to do next, a line each, in the words of the page."""
    groups = [("", group) for group in grouped(document, shown=1)]
    return [f"next      {safe_text(f'{step.text} {step.link}'.rstrip())}" for step in next_steps(document, groups)]


def _notes(document: ResultDocument) -> Iterator[str]:
    """What must not be missed though nothing failed by it: what the run left out, and the salient observations."""
    summary = document.summary
    if document.suite.edition != DEFAULT and document.suite.edition_note:
        yield safe_text(document.suite.edition_note)
    if summary.unsigned and document.run.profiles and document.subject.role == Role.SIGNER:
        bear = "instance bears" if summary.unsigned == 1 else "instances bear"
        yield f"{summary.unsigned} {bear} no signature and met no profile: should the product have signed them?"
    yield from (safe_text(each.message) for each in document.observations if each.code == "claim-of-another-role")
    for use in document.deviations:
        if not use.matched and not use.stale:
            named = f"{use.requirement} {use.reason}"
            yield safe_text(f"the deviation for {named} names no case that ran, so that it accepts nothing")
    yield from _salient(document)


def _salient(document: ResultDocument) -> Iterator[str]:
    """How often each salient observation was made; of trust also why: the codes, the most frequent first."""
    for code, noun in _SALIENT.items():
        found = [each for each in document.observations if each.code == code]
        if not found:
            continue
        text = f"{code}: {counted(sum(each.count for each in found), noun)}"
        why = [safe_text(each.message) for each in found if each.message] if code.startswith("trust-") else []
        more = f"; and {len(why) - _MOST_REASONS} more" if len(why) > _MOST_REASONS else ""
        yield f"{text}: {'; '.join(why[:_MOST_REASONS])}{more}" if why else text


def _answers(document: ResultDocument) -> str:
    summary = document.summary
    if any(option.startswith(_CASES) for option in document.run.only):
        return f"answers to {counted(summary.files, 'case')}"
    kinds = ((summary.signed, "signed"), (summary.unsigned, "unsigned"), (summary.unreadable, "unreadable"))
    return f"answers to {counted(summary.files, 'vector')}: " + ", ".join(f"{number} {kind}" for number, kind in kinds)


def _files(document: ResultDocument) -> str:
    summary = document.summary
    if document.subject.role == Role.ARCHIVE:
        return f"{counted(summary.signatures, 'signature')} that came back in {counted(summary.signed, 'round trip')}"
    parts = [counted(summary.signatures, "signature"), f"in {counted(summary.signed, 'signed instance')}"]
    rest = [
        (summary.unsigned, "unsigned"),
        (summary.unreadable, "unreadable"),
        (summary.not_opened, "not opened"),
        (summary.not_dicom, "not DICOM"),
        (sum(each.files for each in summary.passed_over), "passed over"),
    ]
    others = ", ".join(f"{number} {word}" for number, word in rest if number)
    return " ".join(parts) + f"; {counted(summary.files, 'file')} in all" + (f": {others}" if others else "")


def _stale(use: DeviationUse) -> str:
    return safe_text(f"{use.requirement} {use.reason}: {use.stale}")


def _reason(code: str) -> str:
    """A reason code with its sentence."""
    row = reason_table().get(code)
    return f"{code}: {row.text}" if row is not None else code


def _argument(path: str) -> str:
    """A path as one argument of a shell command, never an option."""
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def _place_of(result: Result) -> str:
    label = file_label(result.subject.file)
    return label if label and label in result.case else result.subject.vector or result.case


def _signature(subject: Subject) -> str:
    if subject.number < 0:
        return ""
    uid = subject.signature_uid
    short = uid if len(uid) <= _LONGEST_UID else f"{uid[:12]}…{uid[-8:]}"
    return f"{subject.place}#{subject.number}  {short}".rstrip()


def coloured(text: str, hue: str, colour: bool) -> str:
    """The text in bold and in a colour of the terminal, or as it is where no colour is wanted."""
    return click.style(text, fg=hue, bold=True) if colour else text
