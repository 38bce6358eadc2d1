"""The HTML page of a run: no script, nothing from the network, every text escaped.

The template and its style are in the content directory `reports`.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from dicomsig import resources
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.page import page_view
from dicomsig.reporting.text import safe_text
from dicomsig.reporting.wording import number_of

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["LARGEST_PAGE", "html_page"]

LARGEST_PAGE: Final = 5_000_000
"""Bytes; a page that would be larger shows fewer cases a group, then shorter texts."""

_SHOWN: Final = ((20, 300), (5, 200), (1, 100))
_TEMPLATE: Final = "report.html.j2"


def html_page(document: ResultDocument) -> str:
    """The page of a document, complete in itself and at most about `LARGEST_PAGE` bytes in UTF-8."""
    page = ""
    for shown, longest in _SHOWN:
        page = _template().render(page=page_view(document, shown=shown, longest=longest))
        if len(page.encode()) < LARGEST_PAGE:
            break
    return page


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resources.content("reports") / "templates"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["of"] = number_of
    return environment.get_template(_TEMPLATE)


def _plain(value: object) -> object:
    r"""Text with its control characters as ``\xNN``; what a macro has made already stays markup."""
    return safe_text(value) if type(value) is str else value
