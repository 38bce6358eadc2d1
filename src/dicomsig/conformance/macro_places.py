"""Where an instance holds the sequences of the macro and other elements of the security groups (PS3.3 C.12.1.1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import Instance
from dicomsig.signatures.macro import MacParameters, data_sets, mac_parameters

_SECURITY_GROUPS: Final = frozenset((0x0400, 0x4FFE, 0xFFFA))


@dataclass(frozen=True, slots=True)
class Macro:
    """A data set that holds one of the two sequences of the macro, with its place (PS3.3 C.12.1.1.3)."""

    place: str
    parameters_sequence: Element | None
    parameters: tuple[MacParameters, ...]


def macros(instance: Instance) -> Iterator[Macro]:
    """Every data set with signatures or MAC parameters, the main one first."""
    for place, elements in data_sets(instance.elements):
        parameters = find(elements, tags.MAC_PARAMETERS)
        if parameters is not None or find(elements, tags.DIGITAL_SIGNATURES) is not None:
            yield Macro(place, parameters, tuple(mac_parameters(instance, elements)))


def security_elements(elements: tuple[Element, ...], place: str) -> Iterator[tuple[str, Element]]:
    """Every element of groups 0400, 4FFE and FFFA at any depth, with the place of its data set."""
    for element in elements:
        if element.tag >> 16 in _SECURITY_GROUPS:
            yield place, element
        if element.items:
            for index, item in enumerate(element.items):
                yield from security_elements(item.elements, place + tags.format_step(element.tag, index))
