"""What a profile of PS3.15 Annex C wants covered depends on edition, SOP Class and what is present in the instance.

Element rules follow the IOD of the SOP Class (A-35): an element is due when a listed module that the IOD includes
holds it. Only then can its absence from the signature be a failure; every other ground is a warning or inconclusive.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from dicomsig.conformance.editions import Edition
from dicomsig.conformance.module_tables import Member, iod_includes, iod_of, members
from dicomsig.conformance.profile_lists import CLAUSES, ListItem, list_items, standing

__all__ = ["Certainty", "Due", "due_attributes"]

_ALWAYS_PRESENT: Final = frozenset({"SOPClassUID", "SOPInstanceUID"})  # Type 1 in every instance (PS3.3 C.12.1)
_WITHOUT_IOD: Final = frozenset({"Curve"})  # retired in 2004: no IOD of today includes it, the lists still name it
_FOR_ANY_SOP_CLASS: Final = frozenset({"General Equipment"})
_BY_EDITION: Final = {  # the register rows of the attributes that left General Image (PS3.15 C.2)
    "General Acquisition": "ps3.15-c.2-acquisition-attributes-by-edition",
    "General Reference": "ps3.15-c.2-reference-attributes-by-edition",
}
_NEVER_WARNED: Final = {"authorization": "General Equipment"}  # ps3.15-c.3-equipment-not-required
_SHARED: Final = "ps3.15-c.2-element-shared-by-modules"


class Certainty(StrEnum):
    """How far the absence of an element from the signature counts; `due` alone can be a failure.

    `uncertain` is inconclusive: the editions seen leave it open. `outside-iod` and `unknown-sop-class` are warnings:
    only a listed module that the IOD does not include holds the element, or the IOD is not known (A-35).
    """

    DUE = "due"
    UNCERTAIN = "uncertain"
    OUTSIDE_IOD = "outside-iod"
    UNKNOWN_SOP_CLASS = "unknown-sop-class"


_WARNING: Final = 2
_RANK: Final = {
    Certainty.DUE: 0,
    Certainty.UNCERTAIN: 1,
    Certainty.OUTSIDE_IOD: _WARNING,
    Certainty.UNKNOWN_SOP_CLASS: _WARNING,
}


@dataclass(frozen=True, slots=True)
class Due:
    """An element that a profile wants signed, by which register row, how certainly and why.

    `tag` is group and element as one number; `module` is empty for an attribute that PS3.15 C.4 names by itself.
    """

    tag: int
    keyword: str
    module: str
    requirement: str
    certainty: Certainty
    why: str


def due_attributes(
    profile: str, edition: Edition, sop_class_uid: str, present: Collection[int], *, verified: bool = False
) -> tuple[Due, ...]:
    """The elements that a signature of this profile has to cover in this instance, by ascending tag.

    `present` holds the tags of the main data set. SOP Class UID and SOP Instance UID are due where the list names them
    even if they are missing there; everything else is due only if present (PS3.15 C.2, C.3; A-21 for C.4). `verified`
    asks for the signature of a verified report (PS3.15 C.4). The base profile wants no element (PS3.15 C.1).
    Whether an element can be signed at all (PS3.3 C.12.1.1.3.1.1) is not looked at. Raises `UnknownName` for an unknown
    profile.
    """
    table = _table(profile, edition.label, iod_of(sop_class_uid), verified)
    found = {tag: table[tag] for tag in present if tag in table}
    found |= {tag: table[tag] for tag in _always(profile, verified)}
    return tuple(found[tag] for tag in sorted(found))


@lru_cache(maxsize=64)
def _always(profile: str, verified: bool) -> tuple[int, ...]:
    return tuple(
        item.tag
        for item in list_items(profile)
        if item.tag is not None and item.keyword in _ALWAYS_PRESENT and (verified or not item.verified)
    )


@lru_cache(maxsize=128)  # a table is about 0.2 MB
def _table(profile: str, label: str, iod: str | None, verified: bool) -> dict[int, Due]:
    """Every element that the list can want in an instance of this IOD; the most certain ground of each wins."""
    table: dict[int, Due] = {}
    unwanted = {member.tag for member in members(_NEVER_WARNED[profile], label)} if profile in _NEVER_WARNED else set()
    for item in list_items(profile):
        doubt = standing(item, label)
        if doubt is None or (item.verified and not verified):
            continue
        for due in _grounds(item, doubt, label, iod):
            if due.tag in unwanted and _RANK[due.certainty] == _WARNING:
                continue
            known = table.get(due.tag)
            if known is None or _RANK[due.certainty] < _RANK[known.certainty]:
                table[due.tag] = due
    return table


def _grounds(item: ListItem, doubt: str, label: str, iod: str | None) -> Iterator[Due]:
    """What one item of the list wants; `doubt` says why it may not stand in this edition."""
    listed = f"PS3.15 {CLAUSES[item.profile]} item {item.number} names "
    if item.tag is not None:
        certainty, why = Certainty.DUE, f"{listed}this attribute"
        if iod is None and not item.keyword.endswith("UID"):
            certainty, why = Certainty.UNKNOWN_SOP_CLASS, "the SOP Class is private or not known"
        elif doubt:
            certainty, why = Certainty.UNCERTAIN, doubt
        yield Due(item.tag, item.keyword, item.module, item.requirement, certainty, why)
        return
    for module in item.modules:
        yield from _module_grounds(item, module, doubt, label, iod)


def _module_grounds(item: ListItem, module: str, doubt: str, label: str, iod: str | None) -> Iterator[Due]:
    included = iod is None or module in _WITHOUT_IOD or iod_includes(iod, module, label)
    if iod is None and module not in _FOR_ANY_SOP_CLASS:
        why = f"in the {module} Module; the SOP Class is private or not known"
        yield from _warned(item.requirement, module, label, Certainty.UNKNOWN_SOP_CLASS, why)
    elif included is False:
        requirement = _SHARED if item.profile == "creator" else item.requirement
        why = f"no listed module of the IOD {iod} holds it, only others such as the {module} Module"
        yield from _warned(requirement, module, label, Certainty.OUTSIDE_IOD, why)
    else:
        due = f"PS3.15 {CLAUSES[item.profile]} item {item.number} names the {module} Module"
        if included is None:
            doubt = doubt or f"whether the IOD {iod} includes the {module} Module in edition {label} was not seen"
        for member in members(module, label):
            certainty, why, requirement = Certainty.DUE, due, item.requirement
            if member.move is not None and item.profile == "creator" and member.move.source == module:
                requirement = _BY_EDITION.get(member.move.target, requirement)
            if doubt or not member.certain:
                certainty, why = Certainty.UNCERTAIN, doubt or _why_open(member, module, label)
            yield Due(member.tag, member.keyword, module, requirement, certainty, why)


def _warned(requirement: str, module: str, label: str, certainty: Certainty, why: str) -> Iterator[Due]:
    for member in members(module, label):
        yield Due(member.tag, member.keyword, module, requirement, certainty, why)


def _why_open(member: Member, module: str, label: str) -> str:
    if member.move is None:
        return f"whether the {module} Module holds it in edition {label} was not seen"
    move = member.move
    return (
        f"it went from the {move.source} Module to the {move.target} Module after {move.last_in_source} "
        f"and by {move.first_in_target}"
    )
