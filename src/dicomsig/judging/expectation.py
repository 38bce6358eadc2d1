"""One answer of a verifier is compared with what may be said of the vector, axis by axis."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from dicomsig.conformance.reason_table import reason_table
from dicomsig.encoding.naming import listed
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.signatures.verdict import Axis, Status
from dicomsig.systems.protocol import Description, FileVerdict, SignatureRow, Signatures, VerdictOfFile
from dicomsig.vectors.vector import Expected, Flag, Outcome, Statuses, Vector

__all__ = ["Abilities", "Comparison", "Difference", "asked_axes", "compare", "need_not_take", "other_reasons"]

Verdicts: TypeAlias = Signatures | VerdictOfFile

_NEED_NOT_TAKE: Final = frozenset((Flag.WEAK_CERTIFICATE, Flag.RETIRED_SYNTAX, Flag.RECENT_SYNTAX, Flag.DEFLATED))
"""What a product may leave open although it holds: key sizes are a local matter, and no transfer syntax is due."""

_OF_ANSWERS: Final = ("answer", "adapter")
"""Axes of the codes that speak of what a product answered, not of an instance."""

_MOST_NAMES: Final = 4

_HOLDS: Final = frozenset((Status.VALID, Status.ABSENT))

_OF_STATUS: Final = {
    Status.VALID: VerifierReason.CALLED_VALID,
    Status.INVALID: VerifierReason.CALLED_INVALID,
    Status.INDETERMINATE: VerifierReason.CALLED_INDETERMINATE,
    Status.ABSENT: VerifierReason.CALLED_ABSENT,
}
_OF_VERDICT: Final = {
    FileVerdict.ACCEPT: VerifierReason.CALLED_VALID,
    FileVerdict.REJECT: VerifierReason.CALLED_INVALID,
    FileVerdict.INDETERMINATE: VerifierReason.CALLED_INDETERMINATE,
    FileVerdict.UNSIGNED: VerifierReason.CALLED_UNSIGNED,
    FileVerdict.UNREADABLE: VerifierReason.CALLED_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a system says that it judges: axes, and which inputs have an effect; integrity is always judged."""

    axes: frozenset[Axis]
    trust: bool
    at: bool

    @classmethod
    def of(cls, description: Description) -> "Abilities":
        """The abilities that a description declares."""
        axes = frozenset((Axis.INTEGRITY, *map(Axis, description.axes)))
        return cls(axes, "trust" in description.honours, "at" in description.honours)

    def judges(self, axis: Axis, vector: Vector) -> bool:
        """Whether what it says on an axis of a vector counts: trust only where it was told whom to trust, and when."""
        if axis is Axis.TRUST and not (self.trust and (self.at or not vector.at)):
            return False
        return axis in self.axes


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which an answer is not what a conforming verifier may say.

    ``lenient`` means that nothing obliges a product to give the answer that is expected.
    """

    axis: Axis
    reason: str
    expected: str
    found: str
    place: str = ""
    number: int = -1
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing gave: the axes that were looked at, the differences, and remarks that convict nobody."""

    axes: frozenset[Axis]
    differences: tuple[Difference, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def broken(self) -> frozenset[Axis]:
        """The axes on which something differs."""
        return frozenset(each.axis for each in self.differences)


def asked_axes(vector: Vector) -> frozenset[Axis]:
    """The axes on which a vector asks for something else than `valid`: what it is there to show."""
    asked = frozenset(
        axis
        for each in vector.expected
        for axis in Axis
        if (allowed := _allowed(each, axis)) and not _HOLDS & set(allowed)
    )
    return asked or frozenset((Axis.INTEGRITY,))


def compare(vector: Vector, answer: Verdicts, abilities: Abilities) -> Comparison:
    """Compare an answer with what the vector allows."""
    if isinstance(answer, VerdictOfFile):
        difference = _of_file(vector, answer.verdict)
        return Comparison(_axes_of_file(vector, abilities), () if difference is None else (difference,))
    rows = {(row.place, row.number): row for row in answer.signatures}
    axes: set[Axis] = set()
    found: list[Difference] = []
    remarks: list[tuple[str, str]] = []
    for each in vector.expected:
        row = rows.pop((each.place, each.number), None)
        if row is None:
            missing = _missing(vector, each, answer)
            axes.add(Axis.INTEGRITY)
            if missing is not None:
                found.append(missing)
            elif each.integrity:
                remarks.append((VerifierReason.NOT_LISTED, f"{each.name} has no row; nothing was said to be valid"))
            continue
        for axis in Axis:
            if _allowed(each, axis) and abilities.judges(axis, vector) and _status(row, axis) is not None:
                axes.add(axis)
        found += _of_row(vector, each, row, abilities)
        for profile in each.not_met:
            if profile in row.profiles:
                remarks.append((VerifierReason.PROFILE_WRONGLY_MET, f"{each.name} is said to meet {profile}"))
    wrong = [needless for row in rows.values() if (needless := _needless(vector, row)) is not None]
    found += wrong
    if len(rows) > len(wrong):
        message = f"{len(rows) - len(wrong)} rows are of no signature, and nothing is said to be valid by them"
        remarks.append((VerifierReason.LISTED_NEEDLESSLY, message))
    if not vector.expected:
        axes.add(Axis.INTEGRITY)
    return Comparison(frozenset(axes), tuple(found), tuple(remarks))


def other_reasons(vector: Vector, answer: Verdicts) -> tuple[str, ...]:
    """The known codes that were given for what is wrong, when the reason of the vector is not among them.

    Codes by which answers are judged are none that an answer can give.
    """
    wrong = vector.outcome in (Outcome.INVALID, Outcome.INDETERMINATE)
    if not wrong or not vector.reason or not isinstance(answer, Signatures):
        return ()
    given = dict.fromkeys(code for row in answer.signatures for code in row.reasons if _is_of_instances(code))
    return () if vector.reason in given else tuple(given)


def _is_of_instances(code: str) -> bool:
    known = reason_table().get(code)
    return known is not None and known.axis not in _OF_ANSWERS


def _axes_of_file(vector: Vector, abilities: Abilities) -> frozenset[Axis]:
    """What one answer for a file speaks of: of trust only where it was told whom to trust; nothing where all may be."""
    if vector.may_accept and vector.outcome is Outcome.ACCEPTABLE:
        return frozenset()
    trusts = abilities.trust and (abilities.at or not vector.at)
    return frozenset((Axis.INTEGRITY, Axis.STRUCTURE, *((Axis.TRUST,) if trusts else ())))


def _allowed(expected: Expected, axis: Axis) -> Statuses:
    match axis:
        case Axis.INTEGRITY:
            return expected.integrity
        case Axis.STRUCTURE:
            return expected.structure
        case Axis.TRUST:
            return expected.trust
        case Axis.TIME:
            return expected.time


def _status(row: SignatureRow, axis: Axis) -> Status | None:
    said = {Axis.INTEGRITY: row.integrity, Axis.STRUCTURE: row.structure, Axis.TRUST: row.trust, Axis.TIME: row.time}
    status = said[axis]
    return None if status is None else Status(status)


def _of_row(vector: Vector, each: Expected, row: SignatureRow, abilities: Abilities) -> Iterator[Difference]:
    for axis in Axis:
        allowed = _allowed(each, axis)
        status = _status(row, axis)
        if not allowed or status is None or status in allowed or not abilities.judges(axis, vector):
            continue
        yield Difference(
            axis=axis,
            reason=_OF_STATUS[status],
            expected=f"{each.name} {axis} {_either(allowed)}",
            found=f"{each.name} {axis} {status}",
            place=each.place,
            number=each.number,
            lenient=_leaves_open(vector, status),
        )


def _missing(vector: Vector, each: Expected, answer: Signatures) -> Difference | None:
    """A signature that is left out is said to be nothing: wrong where it holds, and where a change must be noticed."""
    if not each.integrity or Status.INDETERMINATE in each.integrity:
        return None
    names = [row.name for row in answer.signatures]
    others = f", only for {listed(names, most=_MOST_NAMES)}" if names else ""
    return Difference(
        axis=Axis.INTEGRITY,
        reason=VerifierReason.NOT_LISTED,
        expected=f"{each.name} integrity {_either(each.integrity)}",
        found=f"no row for {each.name}{others}",
        place=each.place,
        number=each.number,
        lenient=need_not_take(vector),
    )


def _needless(vector: Vector, row: SignatureRow) -> Difference | None:
    """A row for what is no signature: wrong when it is called valid, or casts doubt on a file that holds."""
    wrong = row.integrity == "valid" or (row.integrity == "invalid" and vector.outcome is Outcome.VALID)
    if not wrong or vector.outcome is Outcome.ACCEPTABLE:
        return None
    return Difference(
        axis=Axis.INTEGRITY,
        reason=VerifierReason.LISTED_NEEDLESSLY,
        expected=f"nothing called valid as {row.name}" if row.integrity == "valid" else f"no signature {row.name}",
        found=f"{row.name} integrity {row.integrity}",
        place=row.place,
        number=-1 if row.number is None else row.number,
    )


def _of_file(vector: Vector, verdict: FileVerdict) -> Difference | None:
    """One answer for a file: a valid one is passed by accept, an invalid one by reject, others by all but accept."""
    accepts = verdict is FileVerdict.ACCEPT
    match vector.outcome:
        case Outcome.VALID:
            wrong, expected = not accepts and not _may_be_refused(vector), "accept"
        case Outcome.INVALID:
            wrong, expected = verdict is not FileVerdict.REJECT, "reject"
        case Outcome.ACCEPTABLE if vector.may_accept:
            return None
        case _:
            wrong, expected = accepts, "anything but accept"
    if not wrong:
        return None
    lenient = vector.outcome is Outcome.VALID and need_not_take(vector)
    return Difference(Axis.INTEGRITY, _OF_VERDICT[verdict], expected, verdict, lenient=lenient)


def _may_be_refused(vector: Vector) -> bool:
    """The bytes hold, and something else of a signature may not: whoever has one answer may refuse it for that."""
    return any(
        not each.trust
        or any(allowed and not _HOLDS & set(allowed) for allowed in (each.structure, each.trust, each.time))
        for each in vector.expected
    )


def _leaves_open(vector: Vector, status: Status) -> bool:
    """A doubt where no product need take what it was given; a timestamp not seen that proves nothing anyhow (A-15)."""
    if status is Status.ABSENT:
        return vector.outcome is Outcome.ACCEPTABLE
    return need_not_take(vector) and status is Status.INDETERMINATE


def need_not_take(vector: Vector) -> bool:
    """Whether a product may leave it open that a vector is valid, for its keys or its transfer syntax."""
    return not _NEED_NOT_TAKE.isdisjoint(vector.flags)


def _either(allowed: Iterable[Status]) -> str:
    return " or ".join(allowed)
