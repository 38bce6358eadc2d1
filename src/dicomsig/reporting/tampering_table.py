"""What was altered on its way or in the store, and who noticed, as a table: a run's counts read back (PS3.15 A.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["TamperingRow", "tampering_rows"]

_COUNT: Final = re.compile(
    r"(?P<kind>[a-z-]+) (?P<where>in flight|at rest): (?P<altered>\d{1,9}) altered, "
    r"noticed by the signature (?P<by_signature>\d{1,9}), by the archive (?P<by_archive>\d{1,9}), "
    r"by nobody (?P<by_nobody>\d{1,9}); (?P<untouched>\d{1,9}) untouched, of which (?P<falsely>\d{1,9}) look altered"
    r"(?:; (?P<left>\d{1,9}) not taken or not altered)?(?: \((?P<note>[^()]*)\))?"
)
_NUMBERS: Final = ("altered", "by_signature", "by_archive", "by_nobody", "untouched", "falsely", "left")
_DONE: Final = {
    "bit": "One bit changed",
    "blob": "Some bytes changed",
    "strip": "The signature cut out",
    "splice": "The signature of another instance put in its place",
    "element": "An element given another value",
    "strip-bit": "One bit changed and the signature cut out",
}
_WHERE: Final = {"in flight": "on the way to the archive", "at rest": "in its store"}


@dataclass(frozen=True, slots=True)
class TamperingRow:
    """One kind of alteration in words, how many instances it was done to, and how many of them were noticed by whom.

    `falsely` of the `untouched` look altered when they come back; `left` were not taken or could not be altered.
    """

    done: str
    kind: str
    where: str
    note: str
    altered: int
    by_signature: int
    by_archive: int
    by_nobody: int
    untouched: int
    falsely: int
    left: int


def tampering_rows(lines: Iterable[str]) -> tuple[tuple[TamperingRow, ...], tuple[str, ...]]:
    """The rows of the lines that count, and the other lines as they are."""
    rows: list[TamperingRow] = []
    others: list[str] = []
    for line in lines:
        found = _COUNT.fullmatch(line)
        if found is None:
            others.append(line)
            continue
        kind, count = found["kind"], {name: int(found[name] or 0) for name in _NUMBERS}
        where, note = _WHERE[found["where"]], found["note"] or ""
        rows.append(TamperingRow(_DONE.get(kind, kind), kind, where, note, **count))
    return tuple(rows), tuple(others)
