"""A SOP Class by its UID, its name in PS3.6, its keyword or the name of its IOD."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from dicomsig.conformance.module_tables import iod_of, known_sop_classes
from dicomsig.conformance.names import UnknownName, did_you_mean, quoted
from dicomsig.encoding.naming import listed

__all__ = ["SopClass", "sop_class"]

_LONGEST_UID: Final = 64
_LONGEST_NAME: Final = 200
_MOST_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class SopClass:
    """A SOP Class: its UID, its name in PS3.6 and the name of its IOD; what is not known is empty."""

    uid: str
    name: str = ""
    iod: str = ""


def sop_class(text: str) -> SopClass:
    """The SOP Class that a UID or a name means; a UID need not be known, it may be private.

    A name may be cut or reduced to some of its words where one SOP Class alone is meant. Raises `UnknownName`, with the
    names that have these words or else the nearest one, for a name that nobody knows.
    """
    uid = text if _is_uid(text) else _by_name().get(_folded(text))
    if uid is None:
        having = _having_words_of(text)
        beginning = [each for each in having if _folded(_names()[each][0]).startswith(_folded(text))]
        having = beginning if len(beginning) == 1 else having
        if len(having) != 1:
            known = [found for found, _ in _names().values()]
            hint = _some_of(having) if having else did_you_mean(text, known)
            raise UnknownName(f"no SOP Class is named {quoted(text)}.{hint}")
        (uid,) = having
    name, _ = _names().get(uid, ("", ""))
    return SopClass(uid, name, iod_of(uid) or "")


def _having_words_of(text: str) -> list[str]:
    """The UIDs of the SOP Classes whose names have every word of a text, those with the shortest names first."""
    words = _words(text[:_LONGEST_NAME])
    found = [(len(name), uid) for uid, (name, _) in _names().items() if words and words <= _words(name)]
    return [uid for _, uid in sorted(found)]


def _words(text: str) -> frozenset[str]:
    return frozenset("".join(each if each.isalnum() else " " for each in text.casefold()).split())


def _some_of(uids: Sequence[str]) -> str:
    return f" Those with these words are {listed(uids, lambda uid: _names()[uid][0], most=_MOST_SHOWN)}."


def _is_uid(text: str) -> bool:
    return len(text) <= _LONGEST_UID and all(part.isascii() and part.isdigit() for part in text.split("."))


def _folded(name: str) -> str:
    """Names are compared without case, spaces and hyphens; ``Storage`` at the end may be left out."""
    return "".join(each for each in name.casefold() if each.isalnum()).removesuffix("storage")


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for uid, iod in known_sop_classes().items():
        found.setdefault(_folded(iod), uid)
    for uid, (name, keyword) in _names().items():
        found[_folded(name)] = found[_folded(keyword)] = uid
    return found


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Name and keyword of each known SOP Class that PS3.6 lists."""
    from pydicom._uid_dict import UID_dictionary

    return {
        uid: (UID_dictionary[uid][0], UID_dictionary[uid][4]) for uid in known_sop_classes() if uid in UID_dictionary
    }
