"""What a breach of a requirement counts, by its strength and the edition that is judged by (DESIGN section 3)."""

from dicomsig.conformance.editions import Edition
from dicomsig.conformance.register import Requirement, Strength
from dicomsig.conformance.results import Outcome

__all__ = ["conviction"]


def conviction(requirement: Requirement, edition: Edition) -> Outcome | None:
    """What a breach of a requirement counts; None for a permission, whose use is an observation.

    In an edition outside those that were read everything is assumed, and nothing assumed convicts.
    """
    if not requirement.strength.can_fail:
        return Outcome.WARNING if requirement.strength is Strength.SHOULD else None
    return Outcome.FAIL if edition.was_read else Outcome.INCONCLUSIVE
