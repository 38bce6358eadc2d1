"""The document of a comparison: what changed between two runs of one product, or several products side by side.

`reports/comparison.schema.json` is made from these structs; `python -m dicomsig.reporting.comparison` writes it.
"""

from enum import StrEnum

import msgspec

from dicomsig import resources
from dicomsig.conformance.results import Subject
from dicomsig.reporting.claim_standings import Held
from dicomsig.reporting.document import OutcomeCounts
from dicomsig.reporting.judged_cases import CaseStanding
from dicomsig.systems.stable_schema import stable_text

__all__ = [
    "COMPARISON_VERSION", "SCHEMA_FILE", "CaseChanges", "Change", "ClaimChange", "ClaimRow", "ComparedReport",
    "Comparison", "ComparisonKind", "LostPasses", "ProductComparison", "ProfileChange", "RequirementRow",
    "RunComparison", "StaleDeviation", "comparison_bytes", "comparison_schema",
]  # fmt: skip

COMPARISON_VERSION = "1.0"
SCHEMA_FILE = "comparison.schema.json"


class ComparisonKind(StrEnum):
    """What is compared."""

    RUNS = "runs"
    PRODUCTS = "products"


class ComparedReport(msgspec.Struct, frozen=True):
    """One of the reports, by a letter in the order in which they were named; no path."""

    letter: str
    vendor: str
    product: str
    version: str
    role: str
    run: str
    started: str
    suite_version: str
    schema_version: str
    edition: str
    corpus_digest: str
    sha256: str
    """Of its `report.json`."""
    cases_known: bool
    """Whether its run log, which names every case that passed, was there and whole."""
    exit_code: int
    results: OutcomeCounts
    signatures: int = 0
    signed: int = 0


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One requirement in one case that stands otherwise than before; texts are those of the later result, or earlier.

    `case` is its name in the later run, `case_before` in the earlier one where that is another.
    """

    requirement: str
    clause: str
    case: str
    before: CaseStanding
    after: CaseStanding
    subject: Subject
    case_before: str = ""
    reason: str = ""
    reason_before: str = ""
    message: str = ""
    expected: str = ""
    found: str = ""
    deviation: str = ""


class LostPasses(msgspec.Struct, frozen=True):
    """A requirement that passed in the earlier run and is not judged any more in cases that both runs have."""

    requirement: str
    cases: int
    first_case: str


class CaseChanges(msgspec.Struct, frozen=True):
    """Which cases only one run has; `known` is false when a run log is missing, and then nothing is listed."""

    known: bool
    common: int = 0
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class StaleDeviation(msgspec.Struct, frozen=True):
    """A deviation that is stale in the later run; `new` when it was not in the earlier one."""

    requirement: str
    reason: str
    cases: tuple[str, ...]
    stale: str
    new: bool


class ProfileChange(msgspec.Struct, frozen=True):
    """On how many signed instances a profile was met and is met, not met, or cannot be told."""

    profile: str
    due: bool
    met: tuple[int, int]
    not_met: tuple[int, int]
    not_told: tuple[int, int]


class ClaimChange(msgspec.Struct, frozen=True):
    """A claim that came out otherwise; null where a run has no such claim."""

    claim: str
    name: str
    before: Held | None
    after: Held | None


class RunComparison(msgspec.Struct, frozen=True):
    """What changed from the earlier run to the later; each failure that the earlier did not have is new."""

    new_failures: tuple[Change, ...] = ()
    mended: tuple[Change, ...] = ()
    still_failing: int = 0
    other_reason: tuple[Change, ...] = ()
    """Still failing, for another reason."""
    accepted: tuple[Change, ...] = ()
    """Fails that a deviation accepts, and did not before."""
    no_longer_judged: tuple[Change, ...] = ()
    """Fails of the earlier run in what the later did not judge: they are not mended."""
    inconclusive: tuple[Change, ...] = ()
    decided: tuple[Change, ...] = ()
    """No longer inconclusive, and no failure."""
    warnings: tuple[Change, ...] = ()
    lost_passes: tuple[LostPasses, ...] = ()
    cases: CaseChanges = CaseChanges(False)
    stale: tuple[StaleDeviation, ...] = ()
    profiles: tuple[ProfileChange, ...] = ()
    claims: tuple[ClaimChange, ...] = ()


class RequirementRow(msgspec.Struct, frozen=True):
    """One requirement across the products; null where a report has no result of it. `differs` ignores numbers."""

    requirement: str
    clause: str
    profile: str
    differs: bool
    products: tuple[OutcomeCounts | None, ...]


class ClaimRow(msgspec.Struct, frozen=True):
    """One claim across the products, null where a product does not make it and was not judged by it."""

    claim: str
    name: str
    products: tuple[Held | None, ...]


class ProductComparison(msgspec.Struct, frozen=True):
    """Products side by side; each row has one entry a report, in their order."""

    claims: tuple[ClaimRow, ...] = ()
    requirements: tuple[RequirementRow, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """Two runs or several products, with what limits the comparison said first; one of the two parts is null."""

    schema_version: str
    kind: ComparisonKind
    reports: tuple[ComparedReport, ...]
    notes: tuple[str, ...]
    exit_code: int
    exit_meaning: str
    runs: RunComparison | None = None
    products: ProductComparison | None = None


def comparison_bytes(comparison: Comparison) -> bytes:
    """The comparison as JSON, two spaces deep, with a line end."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n"


def comparison_schema() -> str:
    """The schema as it is stored: JSON Schema 2020-12."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig comparison, version {COMPARISON_VERSION}",
    }
    return stable_text(head | msgspec.json.schema(Comparison))


def main() -> None:
    """Write the schema to the content directory `reports`."""
    path = resources.content("reports") / SCHEMA_FILE
    path.write_text(comparison_schema(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
