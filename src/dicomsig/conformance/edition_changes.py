"""What a profile wants signed changes from edition to edition; for one SOP Class, every change with its edition.

Between the last edition seen with one state and the first seen with another the state is open: nothing open convicts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, Final

from dicomsig.conformance.editions import edition, profile_data
from dicomsig.conformance.module_tables import boundaries, known_tags
from dicomsig.conformance.modules import Certainty, Due, due_attributes
from dicomsig.conformance.profile_lists import CLAUSES, list_items, standing

__all__ = ["Changed", "Moment", "State", "element_changes", "list_changes", "moments"]


class State(StrEnum):
    """Whether an element or a module belongs to the minimum of a profile."""

    DUE = "due"
    OPEN = "open"
    NOT_DUE = "not due"


@dataclass(frozen=True, slots=True)
class Moment:
    """An edition, or the time after it and before the next boundary that was seen."""

    label: str
    after: bool = False

    def __str__(self) -> str:
        return f"after {self.label}" if self.after else self.label

    @property
    def edition(self) -> str:
        """A label that lies in this moment."""
        return _following(self.label) if self.after else self.label


@dataclass(frozen=True, slots=True)
class Changed:
    """From this moment on something is in another state; `tag` is None where a whole item of a list is meant."""

    moment: Moment
    state: State
    name: str
    module: str
    why: str
    tag: int | None = None
    named_alone: bool = False
    """The list names this element, not its module."""


_STATES: Final = {Certainty.DUE: State.DUE, Certainty.UNCERTAIN: State.OPEN}


@cache
def moments() -> tuple[Moment, ...]:
    """Every edition at which something may change, and the times between them, from the oldest read to the newest."""
    read: list[str] = profile_data()["editions"]
    labels = sorted({*read, *_list_boundaries(), *boundaries()})
    found: list[Moment] = []
    for label, following in pairwise(label for label in labels if read[0] <= label <= read[-1]):
        found.append(Moment(label))
        if _following(label) < following:
            found.append(Moment(label, after=True))
    return (*found, Moment(read[-1]))


def element_changes(profile: str, sop_class_uid: str, *, verified: bool = False) -> Iterator[Changed]:
    """Every element that enters or leaves the minimum of a profile for a SOP Class, by moment and tag.

    The first moment gives all that was due then. Elements of modules outside the IOD never fail and are left out.
    """
    alone = {item.tag for item in list_items(profile) if item.tag is not None}
    known: dict[int, tuple[State, Due]] = {}
    for moment in moments():
        due = due_attributes(profile, edition(moment.edition), sop_class_uid, known_tags(), verified=verified)
        now = {each.tag: (_STATES[each.certainty], each) for each in due if each.certainty in _STATES}
        for tag in sorted(now.keys() | known.keys()):
            state, each = now.get(tag) or (State.NOT_DUE, known[tag][1])
            if tag not in known or known[tag][0] is not state:
                why = _in_words(each.why, moment) if state is State.OPEN else ""
                yield Changed(moment, state, each.keyword, each.module, why, tag, tag in alone)
        known = now


def list_changes(profile: str) -> Iterator[Changed]:
    """Every item that enters the list of a profile, or becomes open in it, by moment and number."""
    known: dict[tuple[int, str], State] = {}
    for moment in moments():
        for item in list_items(profile):
            name = item.keyword or f"{item.module} Module"
            doubt = standing(item, moment.edition)
            state = State.NOT_DUE if doubt is None else State.OPEN if doubt else State.DUE
            if known.get((item.number, name), State.NOT_DUE) is not state:
                yield Changed(
                    moment, state, name, item.module, _in_words(doubt or "", moment), item.tag, item.tag is not None
                )
            known[item.number, name] = state


def _in_words(why: str, moment: Moment) -> str:
    """A reason as it reads for a time between editions, which has no label of its own."""
    if not moment.after:
        return why
    later = f"the editions after {moment.label}"
    return why.replace(f"edition {moment.edition} or a later one", later).replace(f"edition {moment.edition}", later)


def _list_boundaries() -> Iterator[str]:
    data: dict[str, Any] = profile_data()
    for profile in CLAUSES:
        for item in list_items(profile):
            yield from filter(None, (item.since, item.until, item.last_without))
    yield from data["editions"]


def _following(label: str) -> str:
    """The smallest label behind one: 2008 is followed by 2008a, 2016c by 2016d."""
    if len(label) == len("2008"):
        return f"{label}a"
    return f"{int(label[:4]) + 1}" if label[4] == "z" else label[:4] + chr(ord(label[4]) + 1)
