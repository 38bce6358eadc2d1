"""A name that nobody knows is an error with a hint, and is written so that it cannot disturb a terminal or a report."""

import difflib
import unicodedata
from collections.abc import Iterable

__all__ = ["ConformanceInputError", "UnknownName", "did_you_mean", "printable", "quoted"]

_LONGEST_SHOWN = 120
_LONGEST_COMPARED = 200
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class ConformanceInputError(ValueError):
    """What a person handed in (a name, an edition, a claims or deviations file) cannot be used; the text says why."""


class UnknownName(ConformanceInputError):  # noqa: N818 - the name reads as what happened
    """A name is not among those known; the text names the nearest one where there is one."""


def printable(text: str) -> str:
    r"""The text without control, formatting or undecodable characters: each is written as `\xNN` (or `\uNNNN`).

    A backslash stays as it is. Text beyond 120 characters is cut and ends in an ellipsis.
    """
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(_escaped(character) for character in shown)


def quoted(text: str) -> str:
    """The printable form of the text between single quotes."""
    return f"'{printable(text)}'"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint ` Did you mean 'NAME'?` for the known name that is nearest, or an empty string when none is near.

    Case does not matter. Names beyond 200 characters are near to nothing: the comparison is quadratic.
    """
    if not name or len(name) > _LONGEST_COMPARED:
        return ""
    folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean {quoted(folded[near[0]])}?" if near else ""


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte, as surrogateescape keeps it
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
