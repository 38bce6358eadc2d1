"""The matrix as a page shows it: a row a profile, a column a MAC algorithm, in each cell a sign and words."""

from dataclasses import dataclass
from typing import Final

from dicomsig.reporting.document import MatrixCell, ResultDocument
from dicomsig.reporting.profile_words import profile_words

__all__ = ["CellView", "MatrixRow", "MatrixView", "matrix_view"]

_ORDER: Final = ("RIPEMD160", "MD5", "SHA1", "SHA256", "SHA384", "SHA512")
_OTHERS: Final = {"other": "not defined", "": "no one algorithm"}


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: a tone and a sign that the style knows, and the words; all empty where nothing was seen."""

    tone: str = ""
    sign: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One profile, whether its breach counts, and its cells in the order of the columns."""

    name: str
    profile: str
    due: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class MatrixView:
    """The matrix; a column is a MAC algorithm, of the six always all."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix_view(document: ResultDocument) -> MatrixView | None:
    """The matrix of a run; None where nothing was counted."""
    cells = document.summary.matrix
    if not cells:
        return None
    met = {cell.mac_algorithm for cell in cells}
    columns = (*_ORDER, *(name for name in dict.fromkeys((*sorted(met), "other", "")) if name in met - {*_ORDER}))
    rows: dict[tuple[str, bool], dict[str, MatrixCell]] = {}
    for cell in cells:
        rows.setdefault((cell.profile, cell.due), {})[cell.mac_algorithm] = cell
    return MatrixView(
        columns=tuple(_OTHERS.get(name, name) for name in columns),
        rows=tuple(
            MatrixRow(profile_words(profile).name, profile, due, tuple(_cell(found.get(name)) for name in columns))
            for (profile, due), found in rows.items()
        ),
    )


def _cell(cell: MatrixCell | None) -> CellView:
    if cell is None:
        return CellView()
    total = cell.holds + cell.fails + cell.deviated + cell.inconclusive
    if cell.fails:
        tone, word = ("bad", "fail") if cell.due else ("open", "not met")
        return CellView(tone, "✗", _of(cell.fails, total, word))
    if cell.inconclusive:
        return CellView("open", "?", _of(cell.inconclusive, total, "open"))
    if cell.deviated:
        return CellView("open", "≈", _of(cell.deviated, total, "fail, accepted"))
    return CellView("good", "✓", f"{total} hold" if cell.due else f"{total} met")


def _of(number: int, total: int, word: str) -> str:
    return f"{number} {word}" if number == total else f"{number} of {total} {word}"
