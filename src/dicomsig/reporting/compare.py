"""Saved reports are compared: two runs of one product, or several products side by side."""

from collections.abc import Iterator, Sequence
from typing import Final

from dicomsig.reporting.claim_standings import whole_run
from dicomsig.reporting.compare_products import compare_products
from dicomsig.reporting.compare_runs import compare_runs
from dicomsig.reporting.comparison import COMPARISON_VERSION, ComparedReport, Comparison, ComparisonKind
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument
from dicomsig.reporting.judged_cases import JudgedCases, judged_cases
from dicomsig.reporting.saved import SavedReport

__all__ = ["MOST_REPORTS", "compare", "same_product"]

MOST_REPORTS: Final = 26
_REGRESSION: Final = 1
_NOT_COMPARABLE: Final = 2
_MEANINGS: Final = {
    0: "no failure that the earlier run did not have",
    _REGRESSION: "a failure that the earlier run did not have",
    _NOT_COMPARABLE: "no new failure was seen, but the runs cannot be compared as a whole: see the notes",
}


def same_product(reports: Sequence[SavedReport]) -> bool:
    """Whether these are two runs over one product in one role; its version may differ."""
    named = {
        (each.document.subject.vendor.casefold(), each.document.subject.product.casefold(), each.document.subject.role)
        for each in reports
    }
    return len(reports) == 2 and len(named) == 1


def compare(reports: Sequence[SavedReport], kind: ComparisonKind | None = None) -> Comparison:
    """The comparison of at least two reports, for runs of exactly two, the earlier first; by default by the product."""
    kind = kind or (ComparisonKind.RUNS if same_product(reports) else ComparisonKind.PRODUCTS)
    documents = [each.document for each in reports]
    if kind is ComparisonKind.PRODUCTS:
        known = [each.log is not None for each in reports]
        notes = (*_remarks(reports), *_differences(documents))
        return Comparison(
            COMPARISON_VERSION, kind, _named(reports, known), notes, 0, "products side by side",
            products=compare_products(documents),
        )  # fmt: skip
    return _runs(reports)


def _doubts(earlier: ResultDocument, later: ResultDocument) -> Iterator[str]:
    """What looks like a slip of the person who asks."""
    if later.run.started < earlier.run.started:
        yield "B was started before A: is the earlier run named first?"
    if not (earlier.subject.product or later.subject.product):
        yield "Neither report names a product: they are taken for two runs of one. --products puts them side by side."


def _runs(reports: Sequence[SavedReport]) -> Comparison:
    cases = [judged_cases(each) for each in reports]
    earlier, later = (each.document for each in reports)
    compared, alignment = compare_runs(earlier, cases[0], later, cases[1])
    limits = list(_limits(reports, cases))
    nothing_common = compared.cases.known and not compared.cases.common and bool(cases[0].subjects)
    if nothing_common:
        limits.append("The runs have no case in common.")
    notes = [*limits, *_doubts(earlier, later), *_remarks(reports), *_of_logs(cases), *_differences([earlier, later])]
    if alignment.by_number:
        notes.append("The runs have no instance in common: files were paired by their number, in the order of the run.")
    code = _REGRESSION if compared.new_failures else _NOT_COMPARABLE if limits else 0
    return Comparison(
        COMPARISON_VERSION,
        ComparisonKind.RUNS,
        _named(reports, [each.complete for each in cases]),
        tuple(notes),
        code,
        _MEANINGS[code],
        runs=compared,
    )


def _named(reports: Sequence[SavedReport], known: Sequence[bool]) -> tuple[ComparedReport, ...]:
    return tuple(
        ComparedReport(
            letter=letter_of(number),
            vendor=each.document.subject.vendor,
            product=each.document.subject.product,
            version=each.document.subject.version,
            role=each.document.subject.role,
            run=each.document.run.id,
            started=each.document.run.started,
            suite_version=each.document.suite.version,
            schema_version=each.document.schema_version,
            edition=each.document.suite.edition,
            corpus_digest=each.document.suite.corpus_digest,
            sha256=each.sha256,
            cases_known=known[number],
            exit_code=each.document.summary.exit_code,
            results=each.document.summary.results,
            signatures=each.document.summary.signatures,
            signed=each.document.summary.signed,
        )
        for number, each in enumerate(reports)
    )


def letter_of(number: int) -> str:
    """The letter by which a report is called, from 0."""
    return chr(ord("A") + number)


def _limits(reports: Sequence[SavedReport], cases: Sequence[JudgedCases]) -> Iterator[str]:
    """What keeps two runs from being compared as a whole: then the absence of a new failure shows nothing."""
    for number, each in enumerate(reports):
        why = whole_run(each.document)
        if why and not each.document.run.only:
            yield f"{letter_of(number)} is not whole: {why}."
    earlier, later = (each.document for each in reports)
    if earlier.subject.role != later.subject.role:
        yield f"The roles differ: {earlier.subject.role} and {later.subject.role}."
    if not cases[0].complete and not cases[0].tallies:
        yield "A has no result at all."


def _of_logs(cases: Sequence[JudgedCases]) -> Iterator[str]:
    for number, each in enumerate(cases):
        if each.complete:
            continue
        why = each.remark or "no run log (report.jsonl) lies beside it"
        yield f"{letter_of(number)}: {why}; which cases passed in it is not known, only which did not."


def _remarks(reports: Sequence[SavedReport]) -> Iterator[str]:
    for number, each in enumerate(reports):
        yield from (f"{letter_of(number)}: {remark}." for remark in each.remarks)
        if each.document.run.only:
            yield f"{letter_of(number)} is limited by {', '.join(each.document.run.only)}."


def _differences(documents: Sequence[ResultDocument]) -> Iterator[str]:
    """What the reports were judged by, where it is not the same; a change may come from there, and not from a product.

    Schema versions count by their first part: a later second one only adds fields.
    """
    majors = {each.schema_version.partition(".")[0] for each in documents}
    if len(majors) > 1 or majors != {SCHEMA_VERSION.partition(".")[0]}:
        yield _differ("schema versions of the reports", [each.schema_version for each in documents])
    what = (
        ("editions", [each.suite.edition for each in documents], "what only one of them asks is a change too"),
        ("versions of dicomsig", [each.suite.version for each in documents], "a change may be one of dicomsig"),
        (
            "corpora",
            [each.suite.corpus_digest[:12] or "none" for each in documents],
            "vectors that only one of them has are new or gone cases",
        ),
        ("profiles that were due", [", ".join(each.run.profiles) or "none" for each in documents], ""),
    )
    for name, values, so in what:
        if len(set(values)) > 1:
            yield _differ(name, values, so)


def _differ(name: str, values: Sequence[str], so: str = "") -> str:
    listed = "; ".join(f"{letter_of(number)} {value}" for number, value in enumerate(values))
    return f"The {name} differ: {listed}." + (f" So {so}." if so else "")
