"""Impostors that hash items and fragments otherwise than the standard says (PS3.3 C.12.1.1.3.1.2, PS3.5 7.5, A.4)."""

from collections.abc import Iterable, Iterator, Sequence

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Fragment, Item
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.write import encode_tag
from dicomsig.impostors.retold import RetoldMac
from dicomsig.signatures.stream import Buffer

_STREAM = "ps3.3-c.12.1.1.3.1.2-"


class GluesItems(RetoldMac):
    """Leaves item tags out of the MAC: where an item ends cannot be seen."""

    convicted_by = _STREAM + "item-tag-without-length"

    def sequence(self, instance: Instance, element: Element) -> Iterator[Buffer]:
        """Opening, contents, delimiter."""
        yield self.opening(element)
        for item in element.items or ():
            yield from self.elements(instance, self.inner(item))
        yield encode_tag(tags.SEQUENCE_DELIMITER)


class LeavesEmptySequencesOut(RetoldMac):
    """Leaves sequences without items out of the MAC."""

    convicted_by = _STREAM + "empty-sequence"

    def sequence(self, instance: Instance, element: Element) -> Iterator[Buffer]:
        """Nothing of an empty one."""
        return super().sequence(instance, element) if element.items else iter(())


class LeavesEmptyItemsOut(RetoldMac):
    """Leaves items without elements out of the MAC."""

    convicted_by = _STREAM + "empty-item"

    def item_order(self, items: Sequence[Item]) -> Iterable[Item]:
        """Those that hold something."""
        return (item for item in items if item.elements)


class HashesTheFirstItemOnly(RetoldMac):
    """Hashes the first item of each sequence."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def item_order(self, items: Sequence[Item]) -> Iterable[Item]:
        """The first."""
        return items[:1]


class GoesOneLevelDown(RetoldMac):
    """Hashes sequences of items, and nothing of sequences within them."""

    convicted_by = _STREAM + "item-content-recursive"

    def inner(self, item: Item) -> Iterable[Element]:
        """What is no sequence."""
        return (element for element in super().inner(item) if element.items is None)


class GluesFragments(RetoldMac):
    """Hashes fragments in one piece: where one ends cannot be seen."""

    convicted_by = _STREAM + "fragment-tag-without-length"

    def encapsulated(self, instance: Instance, element: Element) -> Iterator[Buffer]:
        """Opening, one item tag, all bytes, delimiter."""
        yield self.opening(element) + encode_tag(tags.ITEM)
        for fragment in element.fragments or ():
            yield self.fragment(instance, fragment)
        yield encode_tag(tags.SEQUENCE_DELIMITER)


class TrimsFragments(RetoldMac):
    """Trims the null bytes at the end of fragments."""

    convicted_by = _STREAM + "fragment-tag-without-length"

    def fragment(self, instance: Instance, fragment: Fragment) -> bytes:
        """The bytes up to the last that is not null."""
        return super().fragment(instance, fragment).rstrip(b"\0")
