"""A conformance statement fragment as Markdown and as an HTML fragment, to be pasted into the vendor's document."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from dicomsig.reporting.statement import Mark, Statement
from dicomsig.reporting.templates import rendered
from dicomsig.reporting.text import safe_text

__all__ = ["statement_html", "statement_markdown"]

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#!|~])")
_NO_CLAIMS: Final = (
    "No claims file was given to the runs, so that only profiles asked for by name are listed; what the product claims "
    "is for its vendor to say."
)
_CLAIMS_NOTHING: Final = "The product claims no security profile and no level."


def statement_html(statement: Statement) -> str:
    """One `section` element without style or script; every text is escaped."""
    nothing = _CLAIMS_NOTHING if statement.claimed else _NO_CLAIMS
    return rendered("statement.html.j2", statement=statement, no_claims=nothing, proved=Mark.PROVED)


def statement_markdown(statement: Statement) -> str:
    """Markdown with tables, as most programs read it; no text can become markup."""
    return "\n".join(_lines(statement)) + "\n"


def _lines(statement: Statement) -> Iterator[str]:
    yield f"## Security: digital signatures{f' of {_text(statement.product)}' if statement.product else ''}"
    yield ""
    yield "What is marked *proved* was shown by a run of dicomsig; what was not is marked **NOT PROVED**, "
    yield "and what a run showed not to hold **DISPROVED**."
    yield ""
    yield "### Security profiles (PS3.2 A.7.1, PS3.15 6)"
    yield ""
    if statement.claims:
        rows = [(line.title, line.clause, _mark(line.mark), line.how) for line in statement.claims]
        yield from _table(("Profile or level", "Clause", "Shown", "How"), rows, marked=2)
    if not statement.claimed or not statement.claims:
        yield _CLAIMS_NOTHING if statement.claimed else _NO_CLAIMS
        yield ""
    if statement.algorithms:
        yield "### MAC algorithms (PS3.15 C.1)"
        yield ""
        lines = [
            (each.term, each.created or "not shown", each.verified or "not shown") for each in statement.algorithms
        ]
        yield from _table(("MAC Algorithm (0400,0015)", "Created", "Verified"), lines)
    if statement.elements:
        yield "### Optional elements (PS3.4 B.4.3.1)"
        yield ""
        yield _text(statement.elements)
        yield ""
    if statement.deviations:
        yield "### Known deviations"
        yield ""
        yield from (f"- {_text(each)}" for each in statement.deviations)
        yield ""
    yield "### To be stated by the vendor"
    yield ""
    yield "The standard asks for these as well, and no test shows them."
    yield ""
    for point in statement.points:
        yield f"- **{_text(point.clause)}**: {_text(point.summary)} *\\[to be written\\]* (`{point.requirement}`)"
    yield ""
    yield "### What this rests on"
    yield ""
    runs = [
        (each.role, each.when, each.what, f"dicomsig {each.suite}, edition {each.edition}", each.run)
        for each in statement.basis
    ]
    yield from _table(("Role", "Run ended", "Judged", "By", "Run"), runs)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], marked: int = -1) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        cells = (cell if place == marked else _text(cell) for place, cell in enumerate(row))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _mark(mark: Mark) -> str:
    return f"*{mark}*" if mark is Mark.PROVED else f"**{mark}**"


def _text(text: str) -> str:
    """Text that neither Markdown nor HTML takes for markup, on one line."""
    plain = html.escape(" ".join(safe_text(text).split()), quote=False)
    return _SPECIAL.sub(r"\\\1", plain)
