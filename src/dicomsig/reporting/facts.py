"""A run in numbers: how much was judged, and what became of the requirements."""

from collections import Counter
from dataclasses import dataclass

from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.groups import Standing
from dicomsig.reporting.phrases import grouped_digits
from dicomsig.reporting.roles import Role

__all__ = ["Fact", "facts", "parts", "worst_of"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that says how much was judged."""

    label: str
    number: str
    sign: str = ""
    """``=`` or ``+`` where the number is a part of the first; else empty."""


def facts(document: ResultDocument) -> tuple[Fact, ...]:
    """How many instances and signatures there were."""
    summary = document.summary
    verifier, archive = document.subject.role == Role.VERIFIER, document.subject.role == Role.ARCHIVE
    whole = ("round trip", "round trips") if archive else ("instance", "instances")
    numbers = (
        (*whole, summary.files if verifier else summary.instances, True),
        ("signed", "signed", 0 if archive else summary.signed, not archive),
        ("unsigned", "unsigned", summary.unsigned, False),
        ("malformed", "malformed", summary.unreadable, False),
        ("signature", "signatures", summary.signatures, not verifier),
    )
    return tuple(
        Fact(one if number == 1 else many, grouped_digits(number))
        for one, many, number, always in numbers
        if number or always
    )


def parts(document: ResultDocument) -> tuple[Fact, ...]:
    """What became of the requirements that were judged: each counts once, by the worst of its results."""
    counts = Counter(worst_of(tally) for tally in document.requirements)
    labels = (
        ("", "holds", "hold"),
        (Standing.FAILED, "fails", "fail"),
        (Standing.DEVIATED, "fails, accepted", "fail, accepted"),
        (Standing.INCONCLUSIVE, "not decided", "not decided"),
        (Standing.WARNING, "with warnings", "with warnings"),
    )
    found = [
        (one if counts[key] == 1 else many, grouped_digits(counts[key]))
        for key, one, many in labels
        if counts[key] or key in ("", Standing.FAILED)
    ]
    judged = document.summary.coverage.requirements_judged
    whole = Fact("requirement judged" if judged == 1 else "requirements judged", grouped_digits(judged))
    return (whole, *(Fact(label, number, "+" if at else "=") for at, (label, number) in enumerate(found)))


def worst_of(tally: RequirementTally) -> Standing | str:
    """How a requirement counts: by the worst of its results; empty where it holds, wherever it was judged."""
    for standing, number in (
        (Standing.FAILED, tally.failed),
        (Standing.DEVIATED, tally.deviated),
        (Standing.INCONCLUSIVE, tally.inconclusive),
        (Standing.WARNING, tally.warnings),
    ):
        if number:
            return standing
    return "" if tally.passed else Standing.NOT_APPLICABLE
