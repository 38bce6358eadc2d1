"""The first screen of a report in plain words: what was judged, what holds, what does not, what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.reporting.archive_words import binding_profiles, claimed_levels, not_judged
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.groups import Group, Standing
from dicomsig.reporting.round_trips import ARCHIVE, did_not_survive, round_trips_sentence

__all__ = [
    "Fact", "Headline", "Step", "Tone", "facts", "grouped_digits", "headline", "judged_sentence", "limits",
    "next_steps", "number_of", "parts", "sentence", "worst_of",
]  # fmt: skip


_VERIFIER: Final = "verifier"
"""The role of a product that is fed with instances of ours, none of its own."""

_SIGNER: Final = "signer"

_TO_JUDGE: Final = {
    _VERIFIER: "Make the product, or the adapter for it, answer the first plain questions, and run it again.",
    ARCHIVE: "See that the archive answers, stores and gives back, and run it again.",
}
"""What to do where there was nothing to judge, by role; else files are wanting."""

_NAME_SIGNED: Final = (
    "Name files or folders that hold signed instances, or, where dicomsig listened, let the product send some."
)

_NARROWED: Final = "Leave out what narrowed the run, or add what shows it: nothing of what was asked for was judged."

_RULES_OF_ARCHIVES: Final = {"storage-level-1": "the rules for every archive", "negotiation": "extended negotiation"}
"""What else binds every archive; other products it is the base profile."""

_DUE_UNCLAIMED: Final = "the rules for every signature, the base profile and the profiles asked for"
_DUE_OF_ARCHIVES: Final = "what every archive has to do, and the levels that it announces on the network,"


class Tone(StrEnum):
    """How a headline is meant."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Headline:
    """The run in one sentence."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next; `anchor` is the place in the page that it speaks of, or empty."""

    text: str
    anchor: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that says how much was judged."""

    label: str
    number: str
    sign: str = ""
    """``=`` or ``+`` where the number is a part of the first; else empty."""


def number_of(number: int, word: str, plural: str = "") -> str:
    """A number with its noun: ``1 signature``, ``2 signatures``, ``12 345 files`` with thin spaces."""
    return f"{grouped_digits(number)} {word if number == 1 else plural or word + 's'}"


def grouped_digits(number: int) -> str:
    """A number with thin spaces between its thousands: ``12 345``."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def sentence(text: str) -> str:
    """The text with a capital at its start and a stop at its end."""
    return text if not text else text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def headline(document: ResultDocument) -> Headline:
    """What the exit code says, in words and with the number that matters."""
    summary = document.summary
    failed = sum(1 for tally in document.requirements if tally.failed)
    undecided = sum(1 for tally in document.requirements if tally.inconclusive)
    stale = sum(1 for use in document.deviations if use.stale)
    judged = summary.coverage.requirements_judged
    deviated = sum(1 for tally in document.requirements if tally.deviated)
    accepted = f"{number_of(deviated, 'requirement')} whose failure is accepted" if deviated else ""
    nothing_fails = f"Nothing fails but {accepted}; " if accepted else "Nothing fails, but "
    lost = f"; {text}" if (text := did_not_survive(document)) else ""
    does_not = f"{number_of(failed, f'of {judged} requirements does', f'of {judged} requirements do')} not hold"
    match summary.exit_code:
        case ExitCode.PASSED:
            if document.run.only:
                return Headline(Tone.OPEN, f"All of the part that was judged holds{lost}")
            if accepted:
                return Headline(Tone.OPEN, f"Everything that was judged holds but {accepted}{lost}")
            return Headline(Tone.OPEN if lost else Tone.GOOD, f"Everything that was judged holds{lost}")
        case ExitCode.FAILED:
            return Headline(Tone.BAD, does_not)
        case ExitCode.UNREADABLE_INPUT:
            also = f"; of the rest, {does_not[0].lower()}{does_not[1:]}" if failed else ""
            return Headline(Tone.BAD if failed else Tone.OPEN, f"Some of the input could not be opened{also}")
        case ExitCode.NOTHING_TO_JUDGE:
            if document.subject.role in _TO_JUDGE:
                return Headline(Tone.OPEN, "The product could not be exercised, so it was not judged")
            return Headline(Tone.OPEN, "There was no signed instance to judge")
        case ExitCode.STALE_DEVIATIONS:
            are_stale = f"{number_of(stale, 'deviation is', 'deviations are')} stale"
            return Headline(Tone.OPEN, f"{nothing_fails}{are_stale}")
        case ExitCode.INCONCLUSIVE:
            cases = number_of(sum(tally.inconclusive for tally in document.requirements), "case")
            open_ones = f"{number_of(undecided, 'requirement')} could not be decided in {cases}"
            return Headline(Tone.OPEN, f"{nothing_fails}{open_ones}{lost}")
        case ExitCode.INTERRUPTED:
            return Headline(Tone.OPEN, "The run was interrupted; this is what it had")
        case _:
            return Headline(Tone.OPEN, "dicomsig itself failed, so this is no verdict on the product")


def facts(document: ResultDocument) -> tuple[Fact, ...]:
    """How many instances and signatures there were."""
    summary = document.summary
    verifier, archive = document.subject.role == _VERIFIER, document.subject.role == ARCHIVE
    whole = ("round trip", "round trips") if archive else ("instance", "instances")
    numbers = (
        (*whole, summary.files if verifier else summary.instances, True),
        ("signed", "signed", 0 if archive else summary.signed, not archive),
        ("unsigned", "unsigned", summary.unsigned, False),
        ("malformed", "malformed", summary.unreadable, False),
        ("signature", "signatures", summary.signatures, not verifier),
    )
    return tuple(
        Fact(one if number == 1 else many, grouped_digits(number))
        for one, many, number, always in numbers
        if number or always
    )


def parts(document: ResultDocument) -> tuple[Fact, ...]:
    """What became of the requirements that were judged: each counts once, by the worst of its results."""
    counts = Counter(worst_of(tally) for tally in document.requirements)
    labels = (
        ("", "holds", "hold"),
        (Standing.FAILED, "fails", "fail"),
        (Standing.DEVIATED, "fails, accepted", "fail, accepted"),
        (Standing.INCONCLUSIVE, "not decided", "not decided"),
        (Standing.WARNING, "with warnings", "with warnings"),
    )
    found = [
        (one if counts[key] == 1 else many, grouped_digits(counts[key]))
        for key, one, many in labels
        if counts[key] or key in ("", Standing.FAILED)
    ]
    judged = document.summary.coverage.requirements_judged
    whole = Fact("requirement judged" if judged == 1 else "requirements judged", grouped_digits(judged))
    return (whole, *(Fact(label, number, "+" if at else "=") for at, (label, number) in enumerate(found)))


def worst_of(tally: RequirementTally) -> Standing | str:
    """How a requirement counts: by the worst of its results; empty where it holds, wherever it was judged."""
    for standing, number in (
        (Standing.FAILED, tally.failed),
        (Standing.DEVIATED, tally.deviated),
        (Standing.INCONCLUSIVE, tally.inconclusive),
        (Standing.WARNING, tally.warnings),
    ):
        if number:
            return standing
    return "" if tally.passed else Standing.NOT_APPLICABLE


def judged_sentence(document: ResultDocument) -> str:
    """What was judged, how much of it, and against what."""
    summary, subject = document.summary, document.subject
    product = " ".join(filter(None, (subject.product, subject.version)))
    if subject.vendor:
        product = f"{product} by {subject.vendor}" if product else f"a product of {subject.vendor}"
    signatures, signed = number_of(summary.signatures, "signature"), number_of(summary.signed, "signed instance")
    profiles = [f"the {profile} profile" for profile in document.run.profiles]
    beyond = ["the base profile"]
    if subject.role == ARCHIVE:
        beyond = [_RULES_OF_ARCHIVES[name] for name in binding_profiles(document)]
    against = ", ".join(["the rules for every signature", *beyond, *profiles, *claimed_levels(document)])
    part = f" Only a part was asked for: {', '.join(document.run.only)}." if document.run.only else ""
    if document.subject.role == _VERIFIER:
        put = number_of(summary.files, "instance with known verdicts", "instances with known verdicts")
        whom = product or "the product"
        edition = document.suite.edition
        asked = f"dicomsig put {put} to {whom}, as a verifier, and judged the answers against edition {edition} of the"
        return f"{asked} standard: {against}.{part}"
    if subject.role == ARCHIVE:
        edition = f"edition {document.suite.edition} of the standard"
        return f"{round_trips_sentence(document, product, f'{edition}: {against}')}{part}"
    files = number_of(summary.files, "file was", "files were")
    whose, role = f" of {product}" if product else "", "" if subject.role == _SIGNER else f"as {subject.role}, "
    return (
        f"dicomsig judged {signatures} in {signed}{whose}, {role}"
        f"against edition {document.suite.edition} of the standard: {against}. {files} looked at.{part}"
    )


def limits(document: ResultDocument) -> tuple[str, ...]:
    """What could not be judged, beyond the requirements that stayed open."""
    summary = document.summary
    note = (summary.coverage.note,) if summary.coverage.note else ()
    if document.subject.role == _VERIFIER:  # the instances are ours
        return note
    passed_over = sum(each.files for each in summary.passed_over)
    lines = (
        (summary.unsigned, number_of(summary.unsigned, "instance bears", "instances bear") + " no signature"),
        (summary.unreadable, number_of(summary.unreadable, "instance is", "instances are") + " malformed"),
        (summary.not_opened, number_of(summary.not_opened, "file") + " could not be opened"),
        (summary.not_dicom, number_of(summary.not_dicom, "file is", "files are") + " not DICOM"),
        (passed_over, number_of(passed_over, "file was", "files were") + " passed over: " + _kinds(document)),
    )
    stayed = note or not_judged(document) if document.subject.role == ARCHIVE else ()
    return (*(text for number, text in lines if number), *stayed)


def next_steps(document: ResultDocument, groups: Sequence[tuple[str, Group]]) -> tuple[Step, ...]:
    """What to do next, the most pressing first; `groups` are those of the page with their anchors."""
    return tuple(_steps(document, groups))


def _steps(document: ResultDocument, groups: Sequence[tuple[str, Group]]) -> Iterator[Step]:
    summary = document.summary
    if summary.exit_code == ExitCode.INTERNAL_ERROR:
        anchor = "internal" if document.internal_errors else ""
        yield Step("Report to the makers of dicomsig what went", anchor, "wrong inside it")
    if document.run.interrupted:
        yield Step("Run it again to its end: what was not reached is in no count of this report.")
    if summary.not_opened:
        yield Step("Make readable the files that could not be opened; private/paths.csv in the report names them.")
    verifier = document.subject.role == _VERIFIER
    if summary.exit_code == ExitCode.NOTHING_TO_JUDGE:
        answered = summary.signed if verifier else summary.signatures
        narrowed = bool(document.run.only and answered)
        yield Step(_NARROWED if narrowed else _TO_JUDGE.get(document.subject.role, _NAME_SIGNED))
    failed = [(anchor, group) for anchor, group in groups if group.standing is Standing.FAILED]
    if failed:
        anchor, group = failed[0]
        cases = number_of(group.count, "case")
        if any(each.count < group.count for _, each in failed):
            begin = f"Begin with the failure that has {cases}, the most of all:"
        elif len(failed) > 1:
            begin = f"Begin with the first of {len(failed)} failures that have {cases} each:"
        else:
            begin = f"Begin with the failure that has {cases}:"
        yield Step(begin, anchor, group.requirement)
        signer = document.subject.role == _SIGNER
        mend = "Change what it names, write the instance again" if signer else "Mend what it names"
        yield Step(f"{mend}, and run the command given with it.")
    if any(use.stale for use in document.deviations):
        yield Step("Remove or renew the deviations that are", "deviations", "stale")
    undecided = [(anchor, group) for anchor, group in groups if group.standing is Standing.INCONCLUSIVE]
    if undecided:
        anchor, group = undecided[0]
        yield Step("See what was missing where dicomsig could not decide:", anchor, group.requirement)
    if document.subject.claims is None and summary.signed and not verifier:
        due = _DUE_OF_ARCHIVES if document.subject.role == ARCHIVE else _DUE_UNCLAIMED
        yield Step(
            f"Write down what the product claims and judge it with --claims: without claims, only {due} can fail."
        )
    if summary.exit_code == ExitCode.PASSED:
        yield Step("Keep this report with the version of the product, and judge again after each change.")


def _kinds(document: ResultDocument) -> str:
    return ", ".join(f"{each.files} {each.kind}" for each in document.summary.passed_over)
