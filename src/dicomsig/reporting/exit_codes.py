"""The exit code of a judging command says what the run came to; scripts hang on it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

__all__ = ["ExitCode", "ExitFacts", "exit_code", "meaning"]


class ExitCode(IntEnum):
    """The exit codes of the judging commands."""

    PASSED = 0
    FAILED = 1
    UNREADABLE_INPUT = 2
    NOTHING_TO_JUDGE = 3
    STALE_DEVIATIONS = 4
    INCONCLUSIVE = 5
    INTERNAL_ERROR = 70
    INTERRUPTED = 130


_MEANINGS: Final = {
    ExitCode.PASSED: "everything that was due and could be judged passed",
    ExitCode.FAILED: "a requirement failed, and no accepted deviation covers it",
    ExitCode.UNREADABLE_INPUT: "wrong usage, or input that could not be opened",
    ExitCode.NOTHING_TO_JUDGE: "nothing to judge: no signed instance, or the product could not be exercised",
    ExitCode.STALE_DEVIATIONS: "a deviation is stale: expired, unknown, or it no longer happens",
    ExitCode.INCONCLUSIVE: "nothing failed, but something that was due could not be decided",
    ExitCode.INTERNAL_ERROR: "internal error in dicomsig; never a verdict on the product",
    ExitCode.INTERRUPTED: "interrupted; the report so far is kept",
}


@dataclass(frozen=True, slots=True)
class ExitFacts:
    """What the exit code hangs on.

    `unreadable_input` is input that could not be opened at all. An instance that was opened and is malformed is a
    `fail` of its own and counts under `failed`, which holds the fails that no deviation accepts.
    """

    internal_error: bool = False
    interrupted: bool = False
    unreadable_input: bool = False
    nothing_to_judge: bool = False
    failed: int = 0
    stale_deviations: int = 0
    inconclusive: int = 0


def exit_code(facts: ExitFacts) -> ExitCode:
    """The first code that applies, in the order 70, 130, 2, 3, 1, 4, 5, 0.

    A run that was interrupted has not judged all, so no code below 130 can be trusted; our own error stands above it.
    """
    order = (
        (facts.internal_error, ExitCode.INTERNAL_ERROR),
        (facts.interrupted, ExitCode.INTERRUPTED),
        (facts.unreadable_input, ExitCode.UNREADABLE_INPUT),
        (facts.nothing_to_judge, ExitCode.NOTHING_TO_JUDGE),
        (facts.failed > 0, ExitCode.FAILED),
        (facts.stale_deviations > 0, ExitCode.STALE_DEVIATIONS),
        (facts.inconclusive > 0, ExitCode.INCONCLUSIVE),
    )
    return next((code for applies, code in order if applies), ExitCode.PASSED)


def meaning(code: int) -> str:
    """What an exit code says, in one line; empty for a number that is no exit code of ours."""
    return next((text for known, text in _MEANINGS.items() if known == code), "")
