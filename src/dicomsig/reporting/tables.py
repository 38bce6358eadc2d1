"""The tables of a report for spreadsheets: CSV as RFC 4180 has it, in UTF-8, no value of which a program computes.

A cell that begins like a formula gets an apostrophe before it, so that it is read as text.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.text import file_label, formula_safe, safe_text

__all__ = ["matrix_csv", "results_csv"]

_MATRIX: Final = ("profile", "due", "mac_algorithm", "holds", "fails", "accepted_fails", "inconclusive")
_RESULTS: Final = (
    "result", "requirement", "clause", "case", "file", "sop_instance_uid", "place", "signature", "signature_uid",
    "vector", "mac_algorithm", "reason", "message", "expected", "found", "accepted", "values",
)  # fmt: skip


def matrix_csv(document: ResultDocument) -> bytes:
    """How each profile came out for each MAC algorithm, a row each; an empty algorithm stands for no one in particular.

    The numbers are cases where the profile was due, else signed instances.
    """
    cells = document.summary.matrix
    return _csv(
        _MATRIX,
        (
            (cell.profile, "yes" if cell.due else "no", cell.mac_algorithm, cell.holds, cell.fails, cell.deviated,
             cell.inconclusive)
            for cell in cells
        ),
    )  # fmt: skip


def results_csv(document: ResultDocument) -> bytes:
    """Every result that is no pass, a row each, in the order of `report.json`."""
    return _csv(
        _RESULTS,
        (
            (
                result.result.value,
                result.requirement,
                result.clause,
                result.case,
                file_label(result.subject.file),
                result.subject.sop_instance_uid,
                result.subject.place,
                result.subject.number if result.subject.number >= 0 else "",
                result.subject.signature_uid,
                result.subject.vector,
                result.subject.mac_algorithm,
                result.reason,
                result.message,
                result.expected,
                result.found,
                result.deviation,
                result.values,
            )
            for result in document.results
        ),
    )


def _csv(head: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(tuple(_cell(value) for value in row) for row in rows)
    return text.getvalue().encode("utf-8")


def _cell(value: str | int) -> str | int:
    return formula_safe(safe_text(value)) if isinstance(value, str) else value
