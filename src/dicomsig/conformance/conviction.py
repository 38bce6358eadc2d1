"""From a finding to a result: what a breach counts, by its strength and the edition of the run."""

from dicomsig.conformance.editions import Edition
from dicomsig.conformance.finding import Answer, Finding
from dicomsig.conformance.register import Requirement, Strength
from dicomsig.conformance.results import Outcome, Result, Subject

__all__ = ["conviction", "outcome_of", "result_of"]


def conviction(requirement: Requirement, edition: Edition) -> Outcome | None:
    """What a breach of a requirement counts; None for a permission, whose use is an observation.

    In an edition outside those that were read everything is assumed, and nothing assumed convicts.
    """
    if not requirement.strength.can_fail:
        return Outcome.WARNING if requirement.strength is Strength.SHOULD else None
    return Outcome.FAIL if edition.was_read else Outcome.INCONCLUSIVE


def outcome_of(finding: Finding, requirement: Requirement, edition: Edition) -> Outcome | None:
    """How a requirement came out by a finding; None for a permission that was not kept to, which is an observation."""
    match finding.answer:
        case Answer.HOLDS:
            return Outcome.PASS
        case Answer.BROKEN:
            return conviction(requirement, edition)
        case Answer.DOUBTFUL:
            return Outcome.WARNING
        case Answer.UNKNOWN:
            return Outcome.INCONCLUSIVE


def result_of(finding: Finding, requirement: Requirement, case: str, subject: Subject, outcome: Outcome) -> Result:
    """The result that a finding which is no pass gives in a case."""
    return Result(
        requirement=requirement.id,
        clause=requirement.clause,
        case=case,
        subject=subject,
        result=outcome,
        reason=finding.reason,
        message=finding.message,
        expected=finding.expected,
        found=finding.found,
        values=finding.values,
    )
