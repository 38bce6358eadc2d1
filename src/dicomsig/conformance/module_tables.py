"""A module of PS3.3 holds other attributes in other editions, and an IOD includes some modules and not others.

The content files `modules.json` and `iods.json` say which. Only top-level attributes count: whatever lies in the items
of a sequence is signed with the sequence (PS3.3 C.12.1.1.3.1.1).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from dicomsig import resources

__all__ = [
    "Member",
    "Move",
    "boundaries",
    "iod_includes",
    "iod_modules",
    "iod_of",
    "keyword_of",
    "known_sop_classes",
    "known_tags",
    "members",
    "tags",
]

_TAG: Final = re.compile(r"\(([0-9A-F]{2})([0-9A-F]{2}|xx),([0-9A-F]{4})\)")
_IN_EACH: Final = frozenset({"General Equipment", "SR Document General", "SR Document Content"})
"""Modules that every IOD, or every one of reports, has had since there were such IODs."""
_REPEATING_GROUPS: Final = range(0x00, 0x20, 2)  # 6000 to 601E and 5000 to 501E; odd groups are private (PS3.5 7.6)


@dataclass(frozen=True, slots=True)
class Move:
    """An attribute changed its module: last seen in `source` in one edition, first seen in `target` in a later one."""

    source: str
    target: str
    last_in_source: str
    first_in_target: str


@dataclass(frozen=True, slots=True)
class Member:
    """A top-level attribute of a module in an edition; `certain` is false where the editions seen leave it open.

    `tag` is group and element as one number; `move` is the move that took the attribute out of this module or into it.
    """

    tag: int
    keyword: str
    certain: bool
    move: Move | None = None


def tags(text: str) -> Iterator[int]:
    """The tags that `(gggg,eeee)` stands for: one, or sixteen for the repeating groups 50xx and 60xx (PS3.5 7.6)."""
    match = _TAG.fullmatch(text)
    if match is None:
        raise ValueError(f"not a tag: {text!r}")
    high, low, element = match.groups()
    for part in _REPEATING_GROUPS if low == "xx" else (int(low, 16),):
        yield int(high, 16) << 24 | part << 16 | int(element, 16)


@lru_cache(maxsize=4096)
def members(module: str, label: str) -> tuple[Member, ...]:
    """The attributes of a module in the edition of this label, certain and uncertain ones.

    Of a module whose table was first read in a later edition every attribute is uncertain.
    Raises `KeyError` for a module that `modules.json` does not hold.
    """
    keywords = {row["tag"]: row["keyword"] for row in _modules()["modules"][module]}
    changes = [row for row in _modules()["changed"] if row["module"] == module]
    moves = {tag: move for tag, move, _ in _moves() if module in (move.source, move.target)}
    keywords |= {row["tag"]: row["keyword"] for row in changes}
    keywords |= {tag: keyword for tag, move, keyword in _moves() if module == move.source}

    was_read = label >= _modules()["first_read"].get(module, "")
    found: list[Member] = []
    for tag, keyword in keywords.items():
        states = [_state(row, label) for row in changes if row["tag"] == tag]
        move = moves.get(tag)
        if move is not None:
            states.append(_state_of_move(move, module, label))
        if False not in states:
            certain = was_read and None not in states
            found += (Member(number, keyword, certain, move) for number in tags(tag))
    return tuple(found)


@cache
def keyword_of(tag: int) -> str:
    """The keyword of an attribute that some module holds; raises `KeyError` for any other tag."""
    return _keywords()[tag]


@cache
def known_tags() -> frozenset[int]:
    """The tags of every attribute that any module holds or held."""
    changed = {tag for row in _modules()["changed"] for tag in tags(row["tag"])}
    return frozenset(_keywords()) | changed


@cache
def boundaries() -> frozenset[str]:
    """The labels of all editions at which an attribute or a module was last seen in one state or first in another."""
    found: set[str] = {*_modules()["first_read"].values(), *_iods()["first_read"].values()}
    for row in (*_modules()["changed"], *_iods()["changed"]):
        found |= {row[key] for key in ("last_without", "first_with", "last_with", "first_without") if key in row}
    for _, move, _ in _moves():
        found |= {move.last_in_source, move.first_in_target}
    return frozenset(found)


def known_sop_classes() -> dict[str, str]:
    """Every SOP Class UID that the data know, with the name of its IOD."""
    return dict(_iods()["sop_classes"])


def iod_of(sop_class_uid: str) -> str | None:
    """The name of the IOD of a SOP Class, or None for one that is private or newer than the data."""
    iod: str | None = _iods()["sop_classes"].get(sop_class_uid.rstrip("\0 "))
    return iod


@cache
def iod_modules(iod: str) -> frozenset[str]:
    """The modules that an IOD of today includes, whatever their usage (mandatory, conditional or user option)."""
    return frozenset(_iods()["iods"][iod])


def iod_includes(iod: str, module: str, label: str) -> bool | None:
    """Whether an IOD includes a module in an edition; None where the editions seen do not say.

    Of an IOD whose table was first read in a later edition that is so for every module but those that all have.
    """
    if label < _iods()["first_read"].get(iod, "") and module not in _IN_EACH:
        return None if module in iod_modules(iod) else False
    for row in _iods()["changed"]:
        if (row["iod"], row["module"]) == (iod, module):
            return _state(row, label)
    return module in iod_modules(iod)


def _state(change: dict[str, str], label: str) -> bool | None:
    """Whether what entered or left is a member in an edition; None where the editions seen do not say."""
    if change["change"] == "added":
        return _between(label, change["last_without"], change["first_with"], before=False)
    return _between(label, change["last_with"], change["first_without"], before=True)


def _state_of_move(move: Move, module: str, label: str) -> bool | None:
    return _between(label, move.last_in_source, move.first_in_target, before=module == move.source)


def _between(label: str, last_before: str, first_after: str, *, before: bool) -> bool | None:
    if label <= last_before:
        return before
    return not before if label >= first_after else None


@cache
def _moves() -> tuple[tuple[str, Move, str], ...]:
    """Each moved attribute: its tag as text, its move, its keyword."""
    return tuple(
        (tag, Move(row["from"], row["to"], row["last_in_from"], row["first_in_to"]), keyword)
        for row in _modules()["moved"]
        for tag, _, keyword in (attribute.partition(" ") for attribute in row["attributes"])
    )


@cache
def _keywords() -> dict[int, str]:
    return {tag: row["keyword"] for rows in _modules()["modules"].values() for row in rows for tag in tags(row["tag"])}


@cache
def _modules() -> Any:
    return json.loads((resources.content("profiles") / "modules.json").read_text(encoding="utf-8"))


@cache
def _iods() -> Any:
    return json.loads((resources.content("profiles") / "iods.json").read_text(encoding="utf-8"))
