"""A TOML file that a person wrote is read strictly: every key and type that is not expected is an error with its path.

The file is untrusted: size, length of a line and depth of keys are bounded, since the parser is quadratic in some.
"""

import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any, Final

from dicomsig.conformance.names import ConformanceInputError, UnknownName, did_you_mean, printable, quoted

__all__ = ["TomlTable", "read_toml"]

_LARGEST_FILE: Final = 256 * 1024
_LONGEST_LINE: Final = 4096
_MOST_DOTS: Final = 100  # in one line: parts of a key make the parser slow

_TYPE_NAMES: Final = {
    str: "a text", int: "a whole number", list: "a list", dict: "a table", date: "a date such as 2027-06-30",
}  # fmt: skip


class TomlTable:
    """A table with the path that leads to it; each access checks the type, `only` the keys."""

    __slots__ = ("_values", "path")

    def __init__(self, values: dict[str, Any], path: str) -> None:
        self._values = values
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def where(self, key: str) -> str:
        """The path of a key of this table, for messages, with control characters escaped."""
        return f"{self.path}.{printable(key)}" if self.path else printable(key)

    def only(self, known: Collection[str]) -> None:
        """Raise `UnknownName` for the first key that is not known, with the nearest one or all of them."""
        for key in self._values:
            if key not in known:
                hint = did_you_mean(key, known) or f" Keys here: {', '.join(known)}."
                raise UnknownName(f"unknown key {quoted(self.where(key))}.{hint}")

    def table(self, key: str) -> "TomlTable":
        """The table under a key, empty when the key is absent."""
        return TomlTable(self._typed(key, dict) if key in self else {}, self.where(key))

    def tables(self, key: str) -> "tuple[TomlTable, ...]":
        """The array of tables under a key, empty when the key is absent."""
        rows = self._typed(key, list) if key in self else []
        return tuple(
            TomlTable(_checked(row, dict, f"{self.where(key)}[{number}]"), f"{self.where(key)}[{number}]")
            for number, row in enumerate(rows)
        )

    def text(self, key: str, *, required: bool = False) -> str:
        """The text under a key, empty when the key is absent; a required one is never blank."""
        value: str = self._typed(key, str) if required or key in self else ""
        if required and not value.strip():
            raise ConformanceInputError(f"{quoted(self.where(key))} is empty")
        return value

    def number(self, key: str, allowed: Collection[int]) -> int | None:
        """The whole number under a key, one of those allowed, or None when the key is absent."""
        if key not in self:
            return None
        value: int = self._typed(key, int)
        if value not in allowed:
            names = ", ".join(map(str, allowed))
            raise ConformanceInputError(f"{quoted(self.where(key))} is not one of {names}")
        return value

    def day(self, key: str) -> date:
        """The date under a key, which has to be there."""
        value: date = self._typed(key, date)
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """The list of texts under a key, without blanks and repetitions, empty when the key is absent."""
        values = self._typed(key, list) if required or key in self else []
        found: dict[str, None] = {}
        for number, value in enumerate(values):
            where = f"{self.where(key)}[{number}]"
            _checked(value, str, where)
            if not value.strip():
                raise ConformanceInputError(f"{quoted(where)} is empty")
            if value in found:
                raise ConformanceInputError(f"{quoted(where)} repeats {quoted(value)}")
            found[value] = None
        if required and not found:
            raise ConformanceInputError(f"{quoted(self.where(key))} is empty")
        return tuple(found)

    def names(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """The list of known names under a key; raises `UnknownName` for any other."""
        values = self.texts(key)
        for number, value in enumerate(values):
            if value not in known:
                where = quoted(f"{self.where(key)}[{number}]")
                choice = ", ".join(known)
                hint = did_you_mean(value, known)
                raise UnknownName(f"{where} has the unknown name {quoted(value)}, known are {choice}.{hint}")
        return values

    def _typed(self, key: str, wanted: type) -> Any:
        if key not in self._values:
            raise ConformanceInputError(f"{quoted(self.where(key))} is missing")
        return _checked(self._values[key], wanted, self.where(key))


def read_toml(path: Path) -> TomlTable:
    """The root table of a TOML file of at most 256 KiB.

    Raises `ConformanceInputError` when the file cannot be read or is not TOML; the text names the file, not its folder.
    """
    name = quoted(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable file name"
        raise ConformanceInputError(f"{name} cannot be read: {reason}") from error
    if len(content) > _LARGEST_FILE:
        raise ConformanceInputError(f"{name} is larger than {_LARGEST_FILE // 1024} KiB")
    for number, line in enumerate(content.split(b"\n"), 1):
        if len(line) > _LONGEST_LINE or line.count(b".") > _MOST_DOTS:
            raise ConformanceInputError(
                f"{name}, line {number} has more than {_LONGEST_LINE} bytes or {_MOST_DOTS} dots; break it up"
            )
    try:
        return TomlTable(tomllib.loads(content.decode("utf-8-sig")), "")
    except RecursionError as error:
        raise ConformanceInputError(f"{name} is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ConformanceInputError(f"{name} is not UTF-8: byte {error.start} cannot be decoded") from error
    except ValueError as error:
        raise ConformanceInputError(f"{name} is not valid TOML: {printable(str(error))}") from error


def _checked(value: Any, wanted: type, where: str) -> Any:
    if type(value) is not wanted:  # exact: a bool is an int and a datetime is a date to isinstance
        raise ConformanceInputError(f"{quoted(where)} is not {_TYPE_NAMES[wanted]}")
    return value
