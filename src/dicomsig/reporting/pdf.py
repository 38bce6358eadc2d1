"""The report as PDF, for those who file or print it: the same page, made by WeasyPrint, the extra ``pdf``."""

import logging
from typing import Any, Final, NoReturn

from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.page import page_view
from dicomsig.reporting.requirement_page import requirements_page
from dicomsig.reporting.templates import rendered

__all__ = ["INSTALL", "PDF_NAME", "PdfMissingError", "pdf_bytes"]

PDF_NAME: Final = "report.pdf"
INSTALL: Final = "pip install 'dicomsig[pdf]'"

_SHOWN: Final = 5
_LONGEST: Final = 300


class PdfMissingError(Exception):
    """WeasyPrint, or a library of the system that it needs, is missing; the text says how to get it."""


def pdf_bytes(document: ResultDocument, *, digest: str = "") -> bytes:
    """The report, and the explanation of each requirement that did not pass, as one PDF; raises `PdfMissingError`.

    It shows fewer cases of a kind than the page. Nothing is fetched: neither page has an address of anything.
    """
    try:
        import weasyprint
    except ImportError:
        raise PdfMissingError(f"a PDF needs WeasyPrint: {INSTALL}") from None
    except OSError as error:  # it is there, and Pango is not
        why = str(error).partition("\n")[0]
        message = f"WeasyPrint finds no Pango, a library of the system: apt install libpango-1.0-0, or alike ({why})"
        raise PdfMissingError(message) from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    page = page_view(document, shown=_SHOWN, longest=_LONGEST, digest=digest, linked=False)
    made = [
        weasyprint.HTML(string=html, url_fetcher=_refuse).render(presentational_hints=False)
        for html in (rendered("report.html.j2", page=page), requirements_page(document, printed=True))
    ]
    whole = made[0].copy([sheet for part in made for sheet in part.pages])
    pdf: bytes = whole.write_pdf()
    return pdf


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is fetched for a report: {url!r}")
