"""A run in one sentence: what its exit code says, with the number that matters."""

from dataclasses import dataclass
from enum import StrEnum

from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.phrases import number_of
from dicomsig.reporting.roles import Role
from dicomsig.reporting.round_trips import did_not_survive

__all__ = ["Headline", "Tone", "headline"]


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
            if document.subject.role in (Role.VERIFIER, Role.ARCHIVE):
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
