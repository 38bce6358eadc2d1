"""Command lines that people give are split first and filled then, and never pass a shell."""

import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dicomsig.conformance.names import did_you_mean, quoted

__all__ = ["CommandLineError", "CommandTemplate", "split_command"]

_FIELDS: Final = ("file", "trust", "at")
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


class CommandLineError(ValueError):
    """A command line cannot be split, names no program, or has a field that there is not."""


def split_command(text: str, start: Path | None = None) -> tuple[str, ...]:
    """The program and its arguments; no shell is asked, only quotes and backslashes have a meaning.

    Systems run in an empty folder. So the program, and arguments with a slash or a dot that name an existing file,
    are found from ``start`` (the current folder) and made absolute. Raises CommandLineError.
    """
    start = Path.cwd() if start is None else start
    try:
        words = shlex.split(text) if os.name == "posix" else [_bare(word) for word in shlex.split(text, posix=False)]
    except ValueError as error:
        raise CommandLineError(f"the command line cannot be split: {str(error).lower()}") from None
    if not words:
        raise CommandLineError("the command line is empty")
    return (_program(words[0], start), *(_argument(word, start) for word in words[1:]))


@dataclass(frozen=True, slots=True)
class CommandTemplate:
    """A command line with the fields ``{file}``, ``{trust}`` and ``{at}``; ``{file}`` is due."""

    words: tuple[str, ...]

    @classmethod
    def read(cls, text: str, start: Path | None = None) -> "CommandTemplate":
        """The template as `split_command` gives it; raises CommandLineError."""
        template = cls(split_command(text, start))
        for field in template.fields:
            if field not in _FIELDS:
                names = ", ".join(f"{{{name}}}" for name in _FIELDS)
                hint = did_you_mean(field, _FIELDS)
                raise CommandLineError(f"{quoted('{' + field + '}')} is none of {names}.{hint}")
        if "file" not in template.fields:
            raise CommandLineError("the command line does not say where the file goes; write {file}")
        return template

    @property
    def fields(self) -> frozenset[str]:
        """The names in braces."""
        return frozenset(name for word in self.words for name in _FIELD.findall(word))

    def filled(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The words with their fields replaced once; whatever a value holds, it stays in its word."""
        return tuple(_FIELD.sub(lambda match: values[match[1]], word) for word in self.words)


def _bare(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word


def _program(word: str, start: Path) -> str:
    if "/" in word or os.sep in word:
        return str((start / word).absolute())
    return shutil.which(word) or word


def _argument(word: str, start: Path) -> str:
    if any(mark in word for mark in (".", "/", os.sep)):
        try:
            path = start / word
            if path.is_file():
                return str(path.absolute())
        except (OSError, ValueError):
            pass  # too long for a path, then it is none
    return word
