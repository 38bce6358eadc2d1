"""The HTML page of a run: no script, nothing from the network, every text escaped.

The template and its style are in the content directory `reports`.
"""

from typing import Final

from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.page import page_view
from dicomsig.reporting.templates import rendered

__all__ = ["LARGEST_PAGE", "html_page"]

LARGEST_PAGE: Final = 5_000_000
"""Bytes; a page that would be larger shows fewer cases a group, then shorter texts."""

_SHOWN: Final = ((20, 300), (5, 200), (1, 100))


def html_page(document: ResultDocument, *, digest: str = "") -> str:
    """The page of a document, complete in itself and at most about `LARGEST_PAGE` bytes in UTF-8.

    `digest` is the SHA-256 of `report.json`, which the page names.
    """
    page = ""
    for shown, longest in _SHOWN:
        page = rendered("report.html.j2", page=page_view(document, shown=shown, longest=longest, digest=digest))
        if len(page.encode()) < LARGEST_PAGE:
            break
    return page
