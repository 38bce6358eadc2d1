"""What one check finds in one case, before strength, claims and deviations decide what it counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Answer(StrEnum):
    """The answer of a check. ``doubtful`` breaks no rule for certain and gives a warning (A-35 and others)."""

    HOLDS = "holds"
    BROKEN = "broken"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of a check with reason code, message, what was expected and what was found.

    ``expected``, ``found`` and ``message`` hold no value of the instance; ``values`` may, and is shown only on demand.
    """

    answer: Answer
    reason: str = ""
    message: str = ""
    expected: str = ""
    found: str = ""
    values: str = ""

    @classmethod
    def broken(cls, reason: str, *, expected: str, found: str, message: str = "", values: str = "") -> Self:
        """The requirement is not met, and there is evidence for it."""
        return cls(Answer.BROKEN, reason, message or found, expected, found, values)

    @classmethod
    def doubtful(cls, reason: str, *, expected: str, found: str) -> Self:
        """Something deserves a warning, though it is no certain breach."""
        return cls(Answer.DOUBTFUL, reason, found, expected, found)

    @classmethod
    def unknown(cls, reason: str, message: str, *, expected: str = "", found: str = "") -> Self:
        """It was tried and cannot be told."""
        return cls(Answer.UNKNOWN, reason, message, expected, found)

    @classmethod
    def of(
        cls, holds: bool, reason: str, *, expected: object, found: object, message: str = "", values: str = ""
    ) -> "Finding":
        """The requirement is met, or it is not: then with reason, expected and found."""
        return (
            HOLDS
            if holds
            else cls.broken(reason, expected=str(expected), found=str(found), message=message, values=values)
        )


HOLDS = Finding(Answer.HOLDS)
"""The requirement is met."""
