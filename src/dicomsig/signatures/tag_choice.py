"""Which elements of a data set can be signed, and what hinders the others (PS3.3 C.12.1.1.3.1.1)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element
from dicomsig.encoding.vr import KNOWN, SHORT
from dicomsig.signatures.signable import exclusion, unknown_within

_LONGEST_SHORT_VALUE: Final = 0xFFFF
_UNORDERED: Final = "the tag occurs twice or stands out of order, so that two readers would hash different bytes"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What hinders the signing of an element: its tag path, or a place, and why."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path} {self.why}"


def signable_tags(elements: Sequence[Element], place: str = tags.MAIN_PLACE) -> tuple[tags.Tag, ...]:
    """The tags of all elements of one data set that can be signed, ascending."""
    unordered = _unordered(elements)
    return tuple(e.tag for e in elements if e.tag not in unordered and _obstacle(e, place) is None)


def obstacles(
    elements: Sequence[Element], listed: Iterable[tags.Tag], place: str = tags.MAIN_PLACE
) -> Iterator[Obstacle]:
    """What hinders the signing of the tags listed, at most one obstacle each, ascending by tag."""
    present: dict[tags.Tag, Element] = {}
    for element in elements:
        present.setdefault(element.tag, element)
    unordered = _unordered(elements)
    for tag in sorted(set(listed)):
        path = place + tags.format_tag(tag)
        excluded = exclusion(tag)
        if excluded is not None:
            yield Obstacle(path, f"cannot be signed: {excluded}")
        elif tag not in present:
            yield Obstacle(path, "is not in the data set")
        elif tag in unordered:
            yield Obstacle(path, f"cannot be signed: {_UNORDERED}")
        else:
            found = _obstacle(present[tag], place)
            if found is not None:
                yield found


def _obstacle(element: Element, place: str) -> Obstacle | None:
    """What hinders the signing of one element, by its tag, by itself or by what is inside."""
    excluded = exclusion(element.tag)
    if excluded is not None:
        return Obstacle(place + tags.format_tag(element.tag), f"cannot be signed: {excluded}")
    unknown = unknown_within(element, place)
    if unknown is not None:
        return Obstacle(unknown, "cannot be signed: elements with VR UN and sequences that hold one never are")
    return _hidden_obstacle(element, place)


def _hidden_obstacle(element: Element, place: str) -> Obstacle | None:
    """What would make the MAC stream of an element depend on who reads it; nothing here is excluded by its tag."""
    path = place + tags.format_tag(element.tag)
    if element.vr not in KNOWN:
        return Obstacle(path, f"cannot be signed: VR {element.vr} is not one of PS3.5 6.2")
    if element.fragments is not None and element.vr != "OB":
        return Obstacle(path, f"cannot be signed: it is in fragments and its VR is {element.vr}, not OB (A-04)")
    if element.items is None:
        if element.vr in SHORT and element.length > _LONGEST_SHORT_VALUE:
            return Obstacle(path, f"cannot be signed: {element.length} bytes are too many for {element.vr}")
        return None
    for index, item in enumerate(element.items):
        step = place + tags.format_step(element.tag, index)
        unordered = _unordered(item.elements)
        for inner in item.elements:
            if exclusion(inner.tag) is not None:
                continue
            if inner.tag in unordered:
                return Obstacle(step + tags.format_tag(inner.tag), f"cannot be signed: {_UNORDERED}")
            found = _hidden_obstacle(inner, step)
            if found is not None:
                return found
    return None


def _unordered(elements: Sequence[Element]) -> frozenset[tags.Tag]:
    """The tags that are not above all tags before them (PS3.5 7.1)."""
    highest, found = -1, []
    for element in elements:
        if element.tag <= highest:
            found.append(element.tag)
        else:
            highest = element.tag
    return frozenset(found)
