"""Several products side by side: a row a requirement and a row a claim, a column a report."""

from collections.abc import Sequence

from dicomsig.conformance.register import register
from dicomsig.reporting.claim_standings import claim_standings
from dicomsig.reporting.comparison import ClaimRow, ProductComparison, RequirementRow
from dicomsig.reporting.document import OutcomeCounts, RequirementTally, ResultDocument

__all__ = ["compare_products", "worst_of"]


def compare_products(documents: Sequence[ResultDocument]) -> ProductComparison:
    """The claims and requirements of some reports, in the order of the first that names each, the register's first."""
    tallies = [{tally.requirement: tally for tally in document.requirements} for document in documents]
    seen = dict.fromkeys(name for found in tallies for name in found)
    order = [*(name for name in register() if name in seen), *sorted(name for name in seen if name not in register())]
    return ProductComparison(_claim_rows(documents), tuple(_requirement_row(name, tallies) for name in order))


def worst_of(counts: OutcomeCounts | None) -> str:
    """How a requirement came out in a report, by the worst of its results; empty where there is none."""
    if counts is None:
        return ""
    order = ("failed", "deviated", "inconclusive", "warnings", "passed", "not_applicable")
    return next((name for name in order if getattr(counts, name)), "")


def _requirement_row(name: str, tallies: Sequence[dict[str, RequirementTally]]) -> RequirementRow:
    found = [each.get(name) for each in tallies]
    clause = next(tally.clause for tally in found if tally is not None)
    counts = tuple(_counts(tally) for tally in found)
    profile = register()[name].profile if name in register() else ""
    return RequirementRow(name, clause, profile, len({worst_of(each) for each in counts}) > 1, counts)


def _counts(tally: RequirementTally | None) -> OutcomeCounts | None:
    if tally is None:
        return None
    return OutcomeCounts(
        tally.passed, tally.failed, tally.deviated, tally.warnings, tally.inconclusive, tally.not_applicable
    )


def _claim_rows(documents: Sequence[ResultDocument]) -> tuple[ClaimRow, ...]:
    standings = [{(each.kind, each.name): each for each in claim_standings(document)} for document in documents]
    names = dict.fromkeys(name for found in standings for name in found)
    return tuple(
        ClaimRow(*name, tuple(found[name].held if name in found else None for found in standings)) for name in names
    )
