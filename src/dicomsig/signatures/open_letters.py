"""VR letters that Implicit VR leaves open: other lawful ones are tried before a content is called changed (A-02).

Pixel, overlay, waveform and LUT data have fixed letters there (PS3.5 A.1). Elements that are US or SS, and the retired
curve data, do not: the signer may have hashed either.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Final

import msgspec

from dicomsig.encoding.elements import Element, walk_down
from dicomsig.encoding.implicit import dictionary_vr
from dicomsig.encoding.instance import Instance

_US_OR_SS: Final = "US or SS"
_CURVE_GROUPS: Final = range(0x5000, 0x5100)
_FEWEST_TRIED: Final = 3
_MOST_TRIED: Final = 64
_MOST_BYTES: Final = 1 << 28
"""Bytes hashed for the tries of one signature."""
_MOST_SIGNATURES: Final = 8
"""Signatures of one instance for which other letters are tried."""


def open_elements(instance: Instance, covered: Iterable[Element]) -> dict[int, str]:
    """The offsets of the elements whose letters are open, each with the other letters it may have had."""
    if instance.syntax.explicit:
        return {}
    found: dict[int, str] = {}
    for element in walk_down(tuple(covered)):
        if element.items is None and (other := _other(element)):
            found[element.start] = other
    return found


def _other(element: Element) -> str:
    if element.vr in ("US", "SS") and dictionary_vr(element.tag) == _US_OR_SS:
        return "SS" if element.vr == "US" else "US"
    if element.tag >> 16 in _CURVE_GROUPS and element.vr == "OW":
        return "OB"
    return ""


def choices(instance: Instance, opened: Mapping[int, str], ordinal: int) -> tuple[Iterator[dict[int, str]], bool]:
    """Which letters to try, most likely first, and whether they are all that there are.

    All of them turned, each one alone, then every combination, as far as the bounds allow.
    """
    if not opened or ordinal >= _MOST_SIGNATURES:
        return iter(()), not opened
    most = max(_FEWEST_TRIED, min(_MOST_TRIED, _MOST_BYTES // max(instance.source.size, 1)))
    return islice(_choices(opened), most), 2 ** min(len(opened), 30) - 1 <= most


def _choices(opened: Mapping[int, str]) -> Iterator[dict[int, str]]:
    seen: list[dict[int, str]] = [{}]
    starts = tuple(opened)
    likely = [dict(opened), *({start: opened[start]} for start in starts)]
    combinations = (
        {start: opened[start] for start, turned in zip(starts, turns, strict=True) if turned}
        for turns in product((False, True), repeat=len(starts))
    )
    for choice in (*likely, *islice(combinations, 2 * _MOST_TRIED)):
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
