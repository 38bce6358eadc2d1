"""What one answer to one vector comes to: passes, results and observations."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import msgspec

from dicomsig.conformance.register import Requirement
from dicomsig.conformance.results import CaseOutcome, Observation, Outcome, Result, Subject
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.judging.expectation import (
    Abilities,
    Comparison,
    Difference,
    asked_axes,
    compare,
    need_not_take,
    other_reasons,
)
from dicomsig.judging.rows import Tally
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_reasons import NOT_ASKED, VerifierReason
from dicomsig.judging.verifier_rows import counts, needs, rows_of, speaks_of
from dicomsig.signatures.verdict import Axis
from dicomsig.systems.adapters import Verified
from dicomsig.systems.faults import Fault
from dicomsig.systems.protocol import Declined, Problem, Signatures, VerdictOfFile
from dicomsig.vectors.vector import Outcome as Asked
from dicomsig.vectors.vector import Vector

__all__ = ["ALL_AXES", "ROLE", "VerifierCase", "case_name", "is_spared"]

ROLE: Final = "verifier"
ALL_AXES: Final = frozenset(Axis)

Broken: TypeAlias = frozenset[Axis]
"""The axes on which an answer to a vector was not right; all of them where there was no verdict."""


def case_name(vector: Vector) -> str:
    """The stable name of the case of a vector."""
    return f"{ROLE}/{vector.id}"


def algorithm_of(vector: Vector) -> str:
    """The MAC algorithm by which a vector of a family is named, ``creator-ct.sha256``; empty where it names none."""
    term = vector.id.rpartition(".")[2].upper()
    return term if term in MacAlgorithm.__members__ else ""


@dataclass(slots=True)
class VerifierCase:
    """One vector as it is judged. ``twin`` says on which axes the answer to its valid twin was wrong.

    ``spared`` means that the twin was not taken and need not be: nobody asks the system for this one either.
    """

    vector: Vector
    terms: Terms
    abilities: Abilities
    twin: Broken = frozenset()
    disputed: bool = False
    spared: bool = False

    def judge(self, answer: Verified) -> tuple[CaseOutcome, Broken]:
        """The outcome, and what a vector that has this one for its twin has to know."""
        tally = Tally(case_name(self.vector), Subject(vector=self.vector.id, mac_algorithm=algorithm_of(self.vector)))
        broken = self._judge(answer, tally)
        return tally.outcome(), broken

    def _judge(self, answer: Verified, tally: Tally) -> Broken:
        rows = tuple(rows_of(self.vector, self.terms))
        match answer:
            case Fault():
                tally.observe(answer.kind, answer.message)
                values = "\n".join(text for text in (answer.output, answer.log) if text)
                found = f"no verdict: {answer.kind}, {answer.message}"
                self._without_verdict(answer.kind, found, values, rows, tally, open_=answer.kind in NOT_ASKED)
                return ALL_AXES
            case Problem():
                found = "no verdict: it says that something went wrong"
                self._without_verdict(VerifierReason.ERROR_ANSWERED, found, answer.error, rows, tally)
                return ALL_AXES
            case Declined():
                found = "no verdict: it says that it does not verify this"
                self._without_verdict(VerifierReason.DECLINED, found, answer.unsupported, rows, tally, open_=True)
                return ALL_AXES
            case _:
                return self._with_verdict(answer, rows, tally)

    def _without_verdict(
        self,
        reason: str,
        found: str,
        values: str,
        rows: Iterable[Requirement],
        tally: Tally,
        *,
        open_: bool = False,
    ) -> None:
        """No verdict is neither accept nor reject: enough for a vector that must only not be accepted."""
        due = self.vector.outcome in (Asked.VALID, Asked.INVALID)
        if not due and reason == VerifierReason.ERROR_ANSWERED:
            tally.passed += [row.id for row in rows if counts(row, self.terms) and not self.twin]
            return
        expected = "a verdict" if not due else "accept" if self.vector.outcome is Asked.VALID else "reject"
        says_no = reason in (VerifierReason.ERROR_ANSWERED, VerifierReason.DECLINED)
        lenient = says_no and self._need_not_take()
        difference = Difference(Axis.INTEGRITY, reason, expected, found, lenient=lenient)
        for row in rows:
            is_open = open_ or lenient or not due or bool(self.twin)
            self._result(row, difference, tally, open_=is_open, values=values)

    def _with_verdict(self, answer: Signatures | VerdictOfFile, rows: tuple[Requirement, ...], tally: Tally) -> Broken:
        compared = compare(self.vector, answer, self.abilities)
        for code, message in compared.remarks:
            tally.observe(code, message)
        if self.vector.outcome is Asked.ACCEPTABLE:
            tally.observe(self.vector.ambiguity.lower(), f"{self.vector.title}: {_said(answer)}")
        others = other_reasons(self.vector, answer)
        if others and not compared.differences:
            message = f"the reason is {self.vector.reason}, and it gives {', '.join(others)}"
            tally.observe(VerifierReason.OTHER_REASON, message)
        told = len(tally.observations)
        for row in rows:
            self._row(row, compared, tally)
        if not tally.results and len(tally.observations) == told:
            for each in compared.differences:
                tally.observe(each.reason, f"expected {each.expected}, found {each.found}")
        return compared.broken

    def _row(self, row: Requirement, compared: Comparison, tally: Tally) -> None:
        asked = asked_axes(self.vector)
        against = asked | speaks_of(row) | {Axis.INTEGRITY, Axis.STRUCTURE}
        wrong = [each for each in compared.differences if each.axis in against]
        if wrong:
            worst = min(wrong, key=lambda each: (each.lenient, each.reason != VerifierReason.CALLED_VALID))
            shared = worst.reason != VerifierReason.CALLED_VALID and worst.axis in self.twin
            if shared and self.spared:
                worst, shared = replace(worst, lenient=True), False
            self._result(row, worst, tally, open_=shared or worst.lenient, shared=shared, more=len(wrong) - 1)
        elif not (asked & compared.axes and needs(row) <= compared.axes):
            tally.not_applicable.append(row.id)
        elif self._earns_nothing(asked):
            expected = f"accept for the valid twin {self.vector.twin}"
            found = "another answer to the twin: nothing is told apart"
            reason = VerifierReason.TWIN_NOT_ACCEPTED
            difference = Difference(Axis.INTEGRITY, reason, expected, found, lenient=self.spared)
            self._result(row, difference, tally, open_=True)
        elif counts(row, self.terms):
            tally.passed.append(row.id)

    def _need_not_take(self) -> bool:
        """Whether a product may decline: a valid vector for its own sake, another along with its twin."""
        plain = self.vector.outcome is Asked.VALID or not self.vector.twin
        return (plain or self.spared) and need_not_take(self.vector)

    def _earns_nothing(self, asked: frozenset[Axis]) -> bool:
        """Whoever rejects everything rejects what is wrong as well."""
        return self.vector.outcome is not Asked.VALID and bool(self.twin & asked)

    def _result(
        self,
        row: Requirement,
        difference: Difference,
        tally: Tally,
        *,
        open_: bool,
        shared: bool = False,
        more: int = 0,
        values: str = "",
    ) -> None:
        outcome = self.terms.conviction(row)
        subject = msgspec.structs.replace(tally.subject, place=difference.place, number=difference.number)
        text = f"expected {difference.expected}, found {difference.found}"
        if outcome is None or self.disputed or not counts(row, self.terms):
            code = difference.reason
            if self.disputed:
                code = VerifierReason.DISPUTED
            elif outcome is not None:
                code = VerifierReason.PROFILE_NOT_CLAIMED
            tally.observations.append(Observation(tally.case, code, text, subject, row.id))
            return
        message = self.vector.title
        if difference.lenient and not shared:
            told = f"{message}: {text}; no product has to take it"
            tally.observations.append(Observation(tally.case, VerifierReason.NEED_NOT_TAKE, told, subject, row.id))
            tally.not_applicable.append(row.id)
            return
        if shared:
            message += f"; its twin {self.vector.twin} is answered no better"
        if more:
            message += f"; and {more} more that differ"
        tally.results.append(
            Result(
                requirement=row.id,
                clause=row.clause,
                case=tally.case,
                subject=subject,
                result=Outcome.INCONCLUSIVE if open_ else outcome,
                reason=difference.reason,
                message=message,
                expected=difference.expected,
                found=difference.found,
                values=values,
            )
        )


def is_spared(outcome: CaseOutcome) -> bool:
    """Whether a vector was not taken and need not be."""
    return not outcome.results and any(each.code == VerifierReason.NEED_NOT_TAKE for each in outcome.observations)


def _said(answer: Signatures | VerdictOfFile) -> str:
    if isinstance(answer, VerdictOfFile):
        return str(answer.verdict)
    return "; ".join(f"{row.name} integrity {row.integrity}" for row in answer.signatures[:4]) or "no signature"
