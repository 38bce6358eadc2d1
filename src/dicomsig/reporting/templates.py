"""HTML from the templates in the content directory `reports`: every text escaped, nothing fetched, no name missing."""

from functools import cache
from typing import TYPE_CHECKING

from dicomsig import resources
from dicomsig.reporting.text import safe_text
from dicomsig.reporting.wording import number_of, sentence

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["rendered"]


def rendered(name: str, **values: object) -> str:
    """The template of a name with some values; pages extend `base.html.j2`, which holds the style and the head."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> "Environment":
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
    environment.filters |= {"of": number_of, "sentence": sentence}
    return environment


def _plain(value: object) -> object:
    r"""Text with its control characters as ``\xNN``; what a macro has made already stays markup."""
    return safe_text(value) if type(value) is str else value
