"""What verifiers said of a vector, and whether that is what is expected of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.verdict import Status, Verdict
from dicomsig.signatures.verify import Trust, verify
from dicomsig.vectors.vector import Outcome, Vector

__all__ = ["Opinion", "agrees", "departures", "reference_verdicts"]

_UNREADABLE = "unreadable"
_UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Opinion:
    """The integrity of each signature by its name, ``/#0``; None for a file that could not be read.

    As text: ``unreadable``, ``unsigned`` or ``/#0 valid, /#1 invalid``.
    """

    signatures: Mapping[str, str] | None

    def __str__(self) -> str:
        if self.signatures is None:
            return _UNREADABLE
        return ", ".join(f"{name} {self.signatures[name]}" for name in sorted(self.signatures)) or _UNSIGNED

    @classmethod
    def of(cls, verdicts: Iterable[Verdict] | None) -> Self:
        """The opinion that verdicts of ours express; None stands for a file that could not be read."""
        return cls(None if verdicts is None else {verdict.name: verdict.integrity.value for verdict in verdicts})

    @classmethod
    def parse(cls, text: str) -> Self:
        """The opinion back from its text."""
        if text == _UNREADABLE:
            return cls(None)
        if text == _UNSIGNED:
            return cls({})
        return cls(dict(part.rsplit(" ", 1) for part in text.split(", ")))


def agrees(vector: Vector, opinion: Opinion) -> bool:
    """Whether an opinion is one that is expected of the vector, as far as integrity goes."""
    said = opinion.signatures
    match vector.outcome:
        case Outcome.UNREADABLE:
            return said is None or all(integrity != Status.VALID for integrity in said.values())
        case Outcome.UNSIGNED:
            return said == {}
        case Outcome.ACCEPTABLE if not vector.expected:
            return True
    if said is None:
        return vector.outcome in (Outcome.INDETERMINATE, Outcome.ACCEPTABLE)
    by_name = {each.name: each for each in vector.expected}
    return said.keys() == by_name.keys() and all(
        not by_name[name].integrity or integrity in by_name[name].integrity for name, integrity in said.items()
    )


def departures(vector: Vector, verdicts: tuple[Verdict, ...] | None) -> list[str]:
    """In what the verdicts of a verifier with four axes and reasons depart from what is expected; empty for nothing.

    None stands for a file that could not be read.
    """
    opinion = Opinion.of(verdicts)
    if not agrees(vector, opinion):
        return [f"{vector.id}: {opinion}, expected {_shown(vector)}"]
    if verdicts is None or vector.outcome is Outcome.UNREADABLE:
        return []
    return [
        f"{vector.id}: {axis} of {verdict.name} is {getattr(verdict, axis)}, expected {getattr(expected, axis)}"
        for expected in vector.expected
        for verdict in verdicts
        if verdict.name == expected.name
        for axis in ("structure", "trust", "time")
        if getattr(expected, axis) and getattr(verdict, axis) not in getattr(expected, axis)
    ]


def _shown(vector: Vector) -> str:
    return ", ".join(f"{each.name} {'|'.join(each.integrity) or 'any'}" for each in vector.expected) or vector.outcome


def reference_verdicts(data: bytes, trust: Trust) -> tuple[Verdict, ...] | None:
    """The verdicts of our own verifier; None for a file that it cannot read."""
    try:
        return tuple(verify(instance_of(data), trust))
    except MalformedError:
        return None
