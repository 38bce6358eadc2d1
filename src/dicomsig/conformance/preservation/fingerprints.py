"""Items of two sequences find each other by their content, whatever their place and the form of their lengths.

A fingerprint covers tags and values in Little Endian, VR letters and lengths aside (PS3.5 7.5), and the order of the
items within: what is moved at two levels is moved, not changed. Each byte is hashed once, whatever the nesting.
"""

import hashlib
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from dicomsig.conformance.preservation.spans import chunks
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item, find
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import swapped

Fingerprint = bytes


class Fingerprints:
    """The fingerprints of the items of one instance, each computed once."""

    def __init__(self, instance: Instance) -> None:
        self._source = instance.source
        self._little_endian = instance.syntax.little_endian
        self._known: dict[int, Fingerprint] = {}

    def of(self, item: Item) -> Fingerprint:
        """The fingerprint of an item."""
        found = self._known.get(item.start)
        if found is None:
            digest = hashlib.blake2b(digest_size=16)
            for element in item.elements:
                if not neutral(element.tag):
                    self._element(digest, element)
            found = self._known[item.start] = digest.digest()
        return found

    def value(self, item: Item, tag: tags.Tag) -> bytes:
        """The value of a short element of the item in Little Endian; empty when it is absent."""
        element = find(item.elements, tag)
        if element is None:
            return b""
        value = self._source.read(element.value, min(element.length, 64))
        return value if self._little_endian else swapped(element.vr, value)

    def _element(self, digest: "hashlib.blake2b", element: Element) -> None:
        digest.update(element.tag.to_bytes(4, "big"))
        if element.items is not None:
            for each in sorted(map(self.of, element.items)):
                digest.update(b"I" + each)
        elif element.fragments is not None:
            for fragment in element.fragments:
                digest.update(b"F" + fragment.length.to_bytes(8, "big"))
                for part in chunks(self._source, fragment.value, fragment.length):
                    digest.update(part)
        else:
            digest.update(b"V" + element.length.to_bytes(8, "big"))
            for part in chunks(
                self._source, element.value, element.length, element.vr, little_endian=self._little_endian
            ):
                digest.update(part)


def neutral(tag: tags.Tag) -> bool:
    """Group lengths and trailing padding may come and go (PS3.3 C.12.1.1.3.1.1)."""
    return tags.is_group_length(tag) or tag == tags.TRAILING_PADDING


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which item became which: pairs of indices, those of the first without partner, those of the second.

    ``equal`` are the pairs of equal items, ``pairs`` these and the ones that stand in the same gap between them.
    """

    pairs: tuple[tuple[int, int], ...]
    equal: tuple[tuple[int, int], ...]
    lost: tuple[int, ...]
    new: tuple[int, ...]

    @property
    def reordered(self) -> tuple[int, int] | None:
        """The first of the equal pairs that is overtaken by one behind it; None when the order is kept."""
        latest = -1
        for before, after in self.equal:
            if after < latest:
                return before, after
            latest = after
        return None


def aligned(before: Sequence[bytes], after: Sequence[bytes]) -> Alignment:
    """Equal items find each other, in order where several are equal; of what is left, neighbours are paired.

    The items are given by their fingerprints or by another key. Time grows with their number alone.
    """
    where: defaultdict[bytes, deque[int]] = defaultdict(deque)
    for index, key in enumerate(after):
        where[key].append(index)
    equal = tuple((index, where[key].popleft()) for index, key in enumerate(before) if where[key])
    free = _by_gap(len(after), {other for _, other in equal})
    pairs, lost = list(equal), []
    for gap, indices in _by_gap(len(before), {one for one, _ in equal}).items():
        there = free.get(gap, deque())
        for index in indices:
            if there:
                pairs.append((index, there.popleft()))
            else:
                lost.append(index)
    new = sorted(index for indices in free.values() for index in indices)
    return Alignment(tuple(sorted(pairs)), equal, tuple(lost), tuple(new))


def _by_gap(count: int, taken: set[int]) -> dict[int, deque[int]]:
    """The indices that are not taken, by the number of taken ones before them."""
    found: dict[int, deque[int]] = {}
    gap = 0
    for index in range(count):
        if index in taken:
            gap += 1
        else:
            found.setdefault(gap, deque()).append(index)
    return found
