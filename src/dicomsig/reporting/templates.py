"""HTML from the templates in the content directory `reports`: every text escaped, nothing fetched, no name missing."""

import hashlib
import importlib.metadata
import importlib.util
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from dicomsig import resources
from dicomsig.reporting.marked import marked
from dicomsig.reporting.phrases import number_of, sentence
from dicomsig.reporting.text import safe_text

__all__ = ["rendered"]


def rendered(name: str, **values: object) -> str:
    """The template of a name with some values; pages extend `base.html.j2`, which holds the style and the head."""
    return _environment().get_template(name).render(**values)


class _Compiled(FileSystemBytecodeCache):
    """Templates that were compiled before, kept where and when Python keeps its own compiled modules.

    Compiling takes a fifth of a second, which is most of what a report of few files costs. What cannot be kept, or is
    of another Jinja, is compiled again.
    """

    def get_source_checksum(self, source: str) -> str:
        """A template together with what compiled it."""
        return hashlib.sha256(f"{importlib.metadata.version('jinja2')}\n{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept; what is damaged or cannot be read counts as not there."""
        try:
            super().load_bytecode(bucket)
        except Exception:
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, unless Python is told to keep nothing or the place cannot be written to."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)


@cache
def _environment() -> Environment:
    templates = resources.content("reports") / "templates"
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(templates),
    )
    environment.filters |= {"of": number_of, "sentence": sentence, "marked": marked}
    return environment


def _compiled(templates: Path) -> _Compiled:
    place = Path(importlib.util.cache_from_source(str(templates / "template.py"))).parent
    return _Compiled(str(place), f"%s.{sys.implementation.cache_tag}.pyc")


def _plain(value: object) -> object:
    r"""Text with its control characters as ``\xNN``; what a macro has made already stays markup."""
    return safe_text(value) if type(value) is str else value
