"""The HTML page of a comparison, on the base template of the reports: no script, nothing from the network."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from dicomsig.reporting.compare_groups import (
    HELD_WORDS,
    STANDING_WORDS,
    ChangeList,
    change_lists,
    claim_name,
    headline_of,
    report_name,
    where_of,
)
from dicomsig.reporting.compare_products import worst_of
from dicomsig.reporting.comparison import Change, ComparedReport, Comparison, RequirementRow
from dicomsig.reporting.document import OutcomeCounts
from dicomsig.reporting.groups import summary_of
from dicomsig.reporting.html import LARGEST_PAGE
from dicomsig.reporting.templates import rendered
from dicomsig.reporting.text import safe_text

__all__ = ["comparison_page"]

_SHOWN: Final = ((20, 300), (5, 200), (1, 100))
"""Cases a group and characters a text; a page that would be too large is made again with the next."""

_MOST_GROUPS: Final = 400
_MOST_ROWS: Final = 1500
_CELLS: Final = {
    "": ("\N{EN DASH}", "not judged", ""),
    "failed": ("✗", "fail", "bad"),
    "deviated": ("≈", "accepted fail", "open"),
    "inconclusive": ("?", "inconclusive", "open"),
    "warnings": ("!", "warning", "open"),
    "passed": ("✓", "pass", "good"),
    "not_applicable": ("\N{EN DASH}", "not applicable", ""),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One product in a row: sign, words, tone and the numbers behind them."""

    sign: str
    text: str
    tone: str
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement across the products."""

    row: RequirementRow
    summary: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The whole page."""

    comparison: Comparison
    headline: str
    tone: str
    lists: tuple[ChangeList, ...]
    differing: tuple[Row, ...]
    alike: tuple[Row, ...]
    more_rows: int
    name: Callable[[ComparedReport], str] = report_name
    where: Callable[[Change], str] = where_of
    summary: Callable[[str], str] = summary_of
    most_groups: int = _MOST_GROUPS


def comparison_page(comparison: Comparison) -> str:
    """The page of a comparison, complete in itself and at most about `LARGEST_PAGE` bytes in UTF-8."""
    page = ""
    for shown, longest in _SHOWN:
        page = rendered(
            "comparison.html.j2",
            view=_view(comparison, shown),
            cut=partial(safe_text, longest=longest),
            standing_words=STANDING_WORDS,
            held_words=HELD_WORDS,
            claim_name=claim_name,
        )
        if len(page.encode()) < LARGEST_PAGE:
            break
    return page


def _view(comparison: Comparison, shown: int) -> ComparisonView:
    headline, tone = headline_of(comparison)
    rows = [_row(row) for row in comparison.products.requirements] if comparison.products is not None else []
    return ComparisonView(
        comparison=comparison,
        headline=headline,
        tone=tone,
        lists=change_lists(comparison.runs, shown=shown) if comparison.runs is not None else (),
        differing=tuple(row for row in rows[:_MOST_ROWS] if row.row.differs),
        alike=tuple(row for row in rows[:_MOST_ROWS] if not row.row.differs),
        more_rows=max(0, len(rows) - _MOST_ROWS),
    )


def _row(row: RequirementRow) -> Row:
    return Row(row, summary_of(row.requirement), tuple(_cell(counts) for counts in row.products))


def _cell(counts: OutcomeCounts | None) -> Cell:
    worst = worst_of(counts)
    sign, text, tone = _CELLS[worst]
    return Cell(sign, text, tone, getattr(counts, worst) if worst else 0)
