"""An answer to a drawn case is judged, once construction and our own verifier agree on what is right."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from dicomsig.conformance.results import CaseOutcome, Observation, Outcome, Result, Subject
from dicomsig.judging.expectation import Abilities, compare
from dicomsig.judging.fuzz_question import Question
from dicomsig.judging.fuzz_reference import Opinion, opinion_of
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_case import ALL_AXES, VerifierCase, case_name
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.systems.adapters import Verified
from dicomsig.systems.faults import AdapterFault
from dicomsig.systems.protocol import FileVerdict, Signatures, VerdictOfFile
from dicomsig.vectors.strategies.change import Kind
from dicomsig.vectors.vector import ANY, NOT_VALID, Expected

__all__ = ["FuzzJudge", "Judged"]

_EVERYTHING: Final = Abilities(ALL_AXES, trust=True, at=True)
_FAULTS: Final = frozenset(AdapterFault)
_OURS: Final = "dicomsig's own verifier"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one question came to. ``disagreement`` is a fault of ours: construction and reference are not at one."""

    question: Question
    outcome: CaseOutcome
    accepted: bool
    """Nothing differs from what was expected."""
    disagreement: str = ""

    @property
    def finding(self) -> Result | None:
        """The first result that is worth a counterexample: a fail, or no answer at all."""
        return next(filter(_is_finding, self.outcome.results), None)

    @property
    def difference(self) -> Observation | None:
        """The first remark that the answer is not that of the reference."""
        return next(
            (each for each in self.outcome.observations if each.code == VerifierReason.DIFFERS_FROM_REFERENCE), None
        )


def _is_finding(result: Result) -> bool:
    return result.result is Outcome.FAIL or (result.result is Outcome.INCONCLUSIVE and result.reason in _FAULTS)


@dataclass(frozen=True, slots=True)
class FuzzJudge:
    """Judges answers by the terms of a run; ``own`` where the system is our own verifier, which is not asked again."""

    terms: Terms
    abilities: Abilities
    own: bool = False

    def judge(self, question: Question, answer: Verified, *, twin_accepted: bool = True) -> Judged:
        """What an answer comes to. A changed instance whose twin is not accepted shows nothing."""
        if question.kind is Kind.DAMAGE:
            return self._damage(question, answer, twin_accepted)
        reference: Opinion | Verified = answer if self.own else opinion_of(question.data)
        disagreement = _disagreement(question, reference)
        vector = question.vector
        case = VerifierCase(
            vector, self.terms, self.abilities, frozenset() if twin_accepted else ALL_AXES, disputed=bool(disagreement)
        )
        outcome, broken = case.judge(answer)
        return Judged(question, outcome, not broken, disagreement)

    def _damage(self, question: Question, answer: Verified, twin_accepted: bool) -> Judged:
        """After damage a crash is a finding, and so is `valid` where the MAC over the bytes is another."""
        vector = question.vector
        if not isinstance(answer, Signatures | VerdictOfFile):
            outcome, broken = VerifierCase(vector, self.terms, self.abilities).judge(answer)
            return Judged(question, outcome, not broken)
        empty = CaseOutcome(case_name(vector), Subject(vector=vector.id))
        if self.own:
            return Judged(question, empty, accepted=True)
        opinion = opinion_of(question.data, question.twin)
        if opinion.fault:
            return Judged(question, empty, accepted=True, disagreement=f"{_OURS}: {opinion.fault}")
        if twin_accepted and _accepts(answer, opinion.definite):
            known = {*opinion.definite, *_keys(answer), *_keys(opinion.answer)}
            expected = tuple(
                Expected(place, number, NOT_VALID if (place, number) in opinion.definite else ANY, ANY, ANY, ANY)
                for place, number in sorted(known)
            )
            convicting = replace(vector, expected=expected)
            outcome, broken = VerifierCase(convicting, self.terms, self.abilities).judge(answer)
            return Judged(question, outcome, not broken)
        text = _difference(answer, opinion.answer) if twin_accepted else ""
        if not text:
            return Judged(question, empty, accepted=True)
        observation = Observation(empty.case, VerifierReason.DIFFERS_FROM_REFERENCE, text, empty.subject)
        return Judged(question, replace_observations(empty, observation), accepted=True)


def replace_observations(outcome: CaseOutcome, *observations: Observation) -> CaseOutcome:
    """The outcome with other observations."""
    return CaseOutcome(
        outcome.case, outcome.subject, outcome.passed, outcome.results, observations, outcome.not_applicable
    )


def _disagreement(question: Question, reference: Opinion | Verified) -> str:
    """How our own verifier departs from the construction; empty where they agree."""
    if isinstance(reference, Opinion):
        if reference.fault:
            return f"{_OURS}: {reference.fault}"
        reference = reference.answer
    if not isinstance(reference, Signatures | VerdictOfFile):
        return f"{_OURS} gave no verdict"
    differences = compare(question.vector, reference, _EVERYTHING).differences
    return "; ".join(f"expected {each.expected}, {_OURS} says {each.found}" for each in differences[:3])


def _keys(answer: Signatures | VerdictOfFile) -> Iterator[tuple[str, int]]:
    if isinstance(answer, Signatures):
        for each in answer.signatures:
            yield each.place, each.number or 0


def _accepts(answer: Signatures | VerdictOfFile, definite: frozenset[tuple[str, int]]) -> bool:
    """Whether something is called valid that certainly is not."""
    if isinstance(answer, VerdictOfFile):
        return bool(definite) and answer.verdict is FileVerdict.ACCEPT
    return any(each.integrity == "valid" and (each.place, each.number) in definite for each in answer.signatures)


def _difference(answer: Signatures | VerdictOfFile, reference: Signatures | VerdictOfFile) -> str:
    """How two answers differ in what they accept; a file that one refuses to read is no signature that holds."""
    said, known = _accepted(answer), _accepted(reference)
    if isinstance(answer, VerdictOfFile):
        everything = bool(known) and isinstance(reference, Signatures) and len(known) == len(reference.signatures)
        if (answer.verdict is FileVerdict.ACCEPT) == everything:
            return ""
        return f"after damage it says {answer.verdict}, {_OURS} calls {_count(known)} valid"
    if said == known:
        return ""
    return f"after damage it calls {_count(said)} valid, {_OURS} {_count(known)}"


def _accepted(answer: Signatures | VerdictOfFile) -> frozenset[tuple[str, int]]:
    if isinstance(answer, VerdictOfFile):
        return frozenset()
    return frozenset((each.place, each.number or 0) for each in answer.signatures if each.integrity == "valid")


def _count(names: frozenset[tuple[str, int]]) -> str:
    return f"{len(names)} signature{'s' * (len(names) != 1)}"
