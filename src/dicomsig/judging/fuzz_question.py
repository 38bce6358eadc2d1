"""A drawn case as questions: bytes with a vector that says what may be answered."""

from dataclasses import dataclass, field
from typing import Final

from dicomsig.vectors.strategies.cases import DrawnCase
from dicomsig.vectors.strategies.change import Change, Kind
from dicomsig.vectors.vector import Outcome, Vector

__all__ = ["Question", "changed_question", "strategy_of", "untouched_question"]

_FAMILY: Final = "fuzz"
_DAMAGE_ROW: Final = "ps3.3-c.12.1.1.3.1.1-listed-change-detected"


@dataclass(frozen=True, slots=True)
class Question:
    """One instance that is put to a system. ``words`` say what was drawn.

    After damage nothing is known of the outcome beforehand; ``twin`` is the undamaged file then.
    """

    kind: Kind
    strategy: str
    vector: Vector
    data: bytes = field(repr=False)
    twin: bytes = field(default=b"", repr=False)
    words: tuple[str, ...] = ()
    elements: int = 0

    @property
    def name(self) -> str:
        """The name of its folder beside a report: kind, strategy and number."""
        return self.vector.id.rpartition("/")[2]


def untouched_question(case: DrawnCase, number: int) -> Question:
    """The twin, which has to be accepted."""
    return _question(Kind.UNTOUCHED, case, case.untouched, number)


def changed_question(case: DrawnCase, number: int) -> Question:
    """What became of it."""
    return _question(case.kind, case, case.change, number)


def _question(kind: Kind, case: DrawnCase, change: Change, number: int) -> Question:
    untouched = kind is Kind.UNTOUCHED
    twin = "" if untouched else _identity(Kind.UNTOUCHED, case.untouched.strategy, number)
    damaged = kind is Kind.DAMAGE
    vector = Vector(
        id=_identity(kind, change.strategy, number),
        recipe=f"{kind}-{change.strategy}",
        title=change.words if not untouched else f"a signed instance, {change.words}: {change.strategy}",
        family=_FAMILY,
        outcome=Outcome.INDETERMINATE if damaged else change.outcome,
        requirements=(_DAMAGE_ROW,) if damaged else change.requirements,
        expected=() if damaged else change.expected,
        twin=twin,
        flags=change.flags,
    )
    return Question(
        kind=kind,
        strategy=change.strategy,
        vector=vector,
        data=change.data,
        twin=b"" if untouched else case.twin,
        words=(*case.made.words, *((change.words,) if not untouched else ())),
        elements=case.elements,
    )


def _identity(kind: Kind, strategy: str, number: int) -> str:
    return f"{_FAMILY}/{kind}-{strategy}-{number:06d}"


def strategy_of(case: DrawnCase, kind: Kind) -> str:
    """The strategy by which the question of a kind that a case gives is known; empty where it gives none."""
    if kind is Kind.UNTOUCHED:
        return case.untouched.strategy
    return case.change.strategy if case.kind is kind else ""
