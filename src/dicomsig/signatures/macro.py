"""The macro as it is found: where signatures are and what their items say (PS3.3 C.12.1.1.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item, find
from dicomsig.encoding.instance import Instance, plain_text
from dicomsig.signatures import attributes
from dicomsig.signatures.signable import exclusion

_NOT_LIVE = frozenset((tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS, tags.ORIGINAL_ATTRIBUTES))
"""Sequences whose items are no place: what Original Attributes Sequence keeps is history (PS3.3 C.12.1)."""

LONGEST_TAG_LIST = 0xFFFE
"""Bytes of Data Elements Signed (0400,0020) at most: more do not fit AT in explicit VR (PS3.5 7.1.2)."""

_MOST_PARAMETERS = 8
"""MAC Parameters items of one number that are looked at: two are too many already (A-18)."""

_LONGEST_TEXT = 1024
_LONGEST_VALUE = 1 << 20
_LONGEST = {
    attributes.MAC_ID_NUMBER: 4,
    attributes.MAC_TRANSFER_SYNTAX: _LONGEST_TEXT,
    attributes.MAC_ALGORITHM: _LONGEST_TEXT,
    attributes.DATA_ELEMENTS_SIGNED: LONGEST_TAG_LIST + 1,
    attributes.SIGNATURE_UID: _LONGEST_TEXT,
    attributes.SIGNATURE_DATETIME: _LONGEST_TEXT,
    attributes.CERTIFICATE_TYPE: _LONGEST_TEXT,
    attributes.CERTIFICATE: _LONGEST_VALUE,
    attributes.SIGNATURE: _LONGEST_VALUE,
}
"""The values that are read, and how much of each: an item is as long as its maker wants, memory is not."""


@dataclass(frozen=True, slots=True)
class TagList:
    """Data Elements Signed (0400,0020): its tags as listed, and what can be said of the list alone."""

    listed: tuple[tags.Tag, ...]
    distinct: frozenset[tags.Tag]
    in_order: bool
    """Ascending, repetitions aside."""
    unsignable: tuple[tags.Tag, ...]
    signable: frozenset[tags.Tag]
    """Those that may be signed: what the MAC is computed over, where present."""

    @property
    def repeated(self) -> bool:
        """A tag stands in the list more than once."""
        return len(self.distinct) < len(self.listed)


@dataclass(frozen=True, slots=True)
class MacParameters:
    """One item of MAC Parameters Sequence (4FFE,0001); what is absent or unreadable is None, empty text or list."""

    item: Item
    mac_id: int | None
    syntax_uid: str
    algorithm: str
    tag_list: TagList


@dataclass(frozen=True, slots=True)
class Signature:
    """One item of Digital Signatures Sequence (FFFA,FFFA) with the data set that holds it.

    ``parameters`` are the MAC Parameters items of the same data set that bear its MAC ID Number, the first eight: one,
    if all is well. Texts are empty when the element is absent.
    """

    place: str
    number: int
    data_set: tuple[Element, ...]
    item: Item
    mac_id: int | None
    parameters: tuple[MacParameters, ...]
    uid: str
    datetime_text: str
    certificate_type: str
    certificate_value: bytes
    signature_value: bytes
    present: frozenset[tags.Tag]
    """The tags of its data set, collected once for all signatures there."""
    ordinal: int = 0
    """Its position among all signatures of the instance, from 0."""

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"

    def element(self, tag: tags.Tag) -> Element | None:
        """An element of the signature item, or None."""
        return find(self.item.elements, tag)


def data_sets(elements: tuple[Element, ...], place: str = tags.MAIN_PLACE) -> Iterator[tuple[str, tuple[Element, ...]]]:
    """Every data set in which a signature would be a live one, with its place; the main one first, then as met."""
    for found, inner, _ in _places(place, elements):
        yield found, inner


def _places(place: str, elements: tuple[Element, ...]) -> Iterator[tuple[str, tuple[Element, ...], list[Element]]]:
    """The same, each with its sequences that have items."""
    sequences = [element for element in elements if element.items and element.vr == "SQ"]
    yield place, elements, sequences
    for element in sequences:
        if element.tag not in _NOT_LIVE:
            for index, item in enumerate(element.items or ()):
                yield from _places(place + tags.format_step(element.tag, index), item.elements)


def signatures(instance: Instance) -> Iterator[Signature]:
    """Every signature of an instance, the main data set's first (PS3.3 C.12.1.1.3).

    Where a data set holds the sequence twice, which PS3.5 7.1 forbids, none of its items is passed over.
    """
    ordinal = 0
    for place, elements, sequences in _places(tags.MAIN_PLACE, instance.elements):
        found = [item for each in sequences if each.tag == tags.DIGITAL_SIGNATURES for item in each.items or ()]
        if not found:
            continue
        present = frozenset([element.tag for element in elements])
        by_number: dict[int, list[Item]] = {}
        parameters = find(sequences, tags.MAC_PARAMETERS)
        for item in (parameters.items or ()) if parameters is not None else ():
            mac_id = _mac_id(instance, item)
            if mac_id is not None and len(same := by_number.setdefault(mac_id, [])) < _MOST_PARAMETERS:
                same.append(item)
        for number, item in enumerate(found):
            mac_id = _mac_id(instance, item)
            mine = by_number.get(mac_id, []) if mac_id is not None else []
            of_mine = tuple(_parameters(instance, i) for i in mine)
            yield _signature(instance, place, number, elements, present, item, of_mine, ordinal)
            ordinal += 1


def mac_parameters(instance: Instance, elements: tuple[Element, ...]) -> Iterator[MacParameters]:
    """The MAC parameters that one data set holds."""
    for item in _parameters_items(elements):
        yield _parameters(instance, item)


def _parameters_items(elements: tuple[Element, ...]) -> tuple[Item, ...]:
    sequence = find(elements, tags.MAC_PARAMETERS)
    return sequence.items or () if sequence is not None and sequence.vr == "SQ" else ()


def _parameters(instance: Instance, item: Item) -> MacParameters:
    values = _values(instance, item)
    little_endian = instance.syntax.little_endian
    listed = values.get(attributes.DATA_ELEMENTS_SIGNED, b"")
    return MacParameters(
        item=item,
        mac_id=read_number(values.get(attributes.MAC_ID_NUMBER, b""), little_endian),
        syntax_uid=plain_text(values.get(attributes.MAC_TRANSFER_SYNTAX, b"")),
        algorithm=plain_text(values.get(attributes.MAC_ALGORITHM, b"")),
        tag_list=read_tag_list(listed if len(listed) <= LONGEST_TAG_LIST else b"", little_endian),
    )


def _mac_id(instance: Instance, item: Item) -> int | None:
    element = find(item.elements, attributes.MAC_ID_NUMBER)
    return None if element is None else read_number(instance.value(element, 4), instance.syntax.little_endian)


def _signature(
    instance: Instance,
    place: str,
    number: int,
    elements: tuple[Element, ...],
    present: frozenset[tags.Tag],
    item: Item,
    parameters: tuple[MacParameters, ...],
    ordinal: int,
) -> Signature:
    values = _values(instance, item)
    return Signature(
        place=place,
        number=number,
        data_set=elements,
        item=item,
        mac_id=read_number(values.get(attributes.MAC_ID_NUMBER, b""), instance.syntax.little_endian),
        parameters=parameters,
        uid=plain_text(values.get(attributes.SIGNATURE_UID, b"")),
        datetime_text=plain_text(values.get(attributes.SIGNATURE_DATETIME, b"")),
        certificate_type=plain_text(values.get(attributes.CERTIFICATE_TYPE, b"")),
        certificate_value=values.get(attributes.CERTIFICATE, b""),
        signature_value=values.get(attributes.SIGNATURE, b""),
        present=present,
        ordinal=ordinal,
    )


def _values(instance: Instance, item: Item) -> dict[tags.Tag, bytes]:
    """The values of the macro in one item by tag, the first where a tag repeats, none longer than its bound."""
    found: dict[tags.Tag, bytes] = {}
    for element in item.elements:
        longest = _LONGEST.get(element.tag)
        if longest and element.items is None and element.fragments is None and element.tag not in found:
            found[element.tag] = instance.value(element, longest)
    return found


def read_number(value: bytes, little_endian: bool) -> int | None:
    """The one value of a US element; None when it has not exactly one."""
    if len(value) != 2:
        return None
    return int.from_bytes(value, "little" if little_endian else "big")


@lru_cache(maxsize=32)
def read_tag_list(value: bytes, little_endian: bool) -> TagList:
    """The tags of an AT value, incomplete ones at the end left out. Thousands of files share a list: it is kept."""
    count = len(value) // 4
    numbers = struct.unpack(f"{'<' if little_endian else '>'}{2 * count}H", value[: 4 * count])
    listed = tuple(group << 16 | element for group, element in zip(numbers[::2], numbers[1::2], strict=True))
    unsignable = tuple(tag for tag in listed if exclusion(tag) is not None)
    return TagList(
        listed=listed,
        distinct=frozenset(listed),
        in_order=all(first <= second for first, second in pairwise(listed)),
        unsignable=unsignable,
        signable=frozenset(listed).difference(unsignable),
    )
