"""VR letters that Implicit VR leaves open: other lawful ones are tried before a content is called changed (A-02).

Pixel, overlay and waveform data have fixed letters there (PS3.5 A.1). LUT Data, elements that are US or SS, and the
retired curve data do not, and of a few elements editions of PS3.6 say different letters: the signer may have hashed
either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product
from math import prod
from typing import Final

import msgspec

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, walk_down
from dicomsig.encoding.implicit import dictionary_vr
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import LONG

_US_OR_SS: Final = "US or SS"
_LUT_DATA: Final = frozenset((0x00283006, 0x00281200))
"""LUT Data are US or OW, in 2008 also SS (PS3.5 A.1); so was the retired gray lookup table."""
_BEFORE_UR: Final = {0x00081190: "UT", 0x00287FE0: "UT", 0x0040E010: "UT", 0x0074100A: "ST"}
"""What elements were before the VR UR came, in 2013 still (PS3.6 6)."""
_TOO_LONG: Final = 1 << 16
"""Bytes of a value for which US, SS and ST have no room in explicit VR (PS3.5 7.1.2)."""
_CURVE_GROUPS: Final = range(0x5000, 0x5100)
_FEWEST_TRIED: Final = 3
_MOST_TRIED: Final = 64
_MOST_BYTES: Final = 1 << 28
"""Bytes hashed for the tries of one signature."""
_MOST_SIGNATURES: Final = 8
"""Signatures of one instance for which other letters are tried."""


@dataclass(frozen=True, slots=True)
class OpenElement:
    """An element whose letters are open, with the other ones that it may have had, the likely first."""

    tag: tags.Tag
    letters: tuple[str, ...]


def open_elements(instance: Instance, covered: Iterable[Element]) -> dict[int, OpenElement]:
    """The elements whose letters are open, by their offsets."""
    if instance.syntax.explicit:
        return {}
    found: dict[int, OpenElement] = {}
    for element in walk_down(tuple(covered)):
        if element.items is None and (others := _others(element)):
            found[element.start] = OpenElement(element.tag, others)
    return found


def _others(element: Element) -> tuple[str, ...]:
    if element.vr in ("US", "SS") and dictionary_vr(element.tag) == _US_OR_SS:
        return ("SS" if element.vr == "US" else "US",)
    if element.vr == "OW" and element.tag in _LUT_DATA:
        return ("US", "SS") if element.length < _TOO_LONG else ()
    if element.vr == "OW" and element.tag >> 16 in _CURVE_GROUPS:
        return ("OB",)
    if element.vr == "UR" and element.tag in _BEFORE_UR:
        before = _BEFORE_UR[element.tag]
        return (before,) if before in LONG or element.length < _TOO_LONG else ()
    return ()


def choices(
    instance: Instance, opened: Mapping[int, OpenElement], ordinal: int
) -> tuple[Iterator[dict[int, str]], bool]:
    """Which letters to try, most likely first, and whether they are all that there are.

    All of them turned, those of one tag alone, each one alone, then every combination, as far as the bounds allow.
    """
    if not opened or ordinal >= _MOST_SIGNATURES:
        return iter(()), not opened
    most = max(_FEWEST_TRIED, min(_MOST_TRIED, _MOST_BYTES // max(instance.source.size, 1)))
    count = prod(len(each.letters) + 1 for each in islice(opened.values(), _MOST_TRIED)) - 1
    return islice(_choices(opened), most), count <= most


def _choices(opened: Mapping[int, OpenElement]) -> Iterator[dict[int, str]]:
    seen: list[dict[int, str]] = [{}]
    first = {start: each.letters[0] for start, each in opened.items()}
    by_tag: dict[tags.Tag, dict[int, str]] = {}
    for start, each in opened.items():
        by_tag.setdefault(each.tag, {})[start] = each.letters[0]
    singles = ({start: letters} for start, letters in first.items())
    turns = product(*(("", *each.letters) for each in opened.values()))
    combinations = (
        {start: letters for start, letters in zip(opened, turn, strict=True) if letters}
        for turn in islice(turns, 2 * _MOST_TRIED)
    )
    for choice in chain((first,), by_tag.values(), singles, combinations):
        if choice not in seen:
            seen.append(choice)
            yield choice


def relettered(elements: Iterable[Element], letters: Mapping[int, str]) -> tuple[Element, ...]:
    """The same elements with other VR letters at the offsets given, at any depth."""
    return tuple(_relettered(element, letters) for element in elements)


def _relettered(element: Element, letters: Mapping[int, str]) -> Element:
    if element.items is not None:
        items = tuple(
            msgspec.structs.replace(item, elements=relettered(item.elements, letters)) for item in element.items
        )
        return msgspec.structs.replace(element, items=items)
    vr = letters.get(element.start)
    return element if vr is None else msgspec.structs.replace(element, vr=vr)
