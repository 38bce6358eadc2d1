"""The MAC stream told anew element by element, so that one thing in it can be told wrongly (PS3.3 C.12.1.1.3.1.2)."""

from collections.abc import Iterable, Iterator, Sequence

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Fragment, Item
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import swapped
from dicomsig.encoding.write import encode_header, encode_tag
from dicomsig.impostors.honest import OwnMac
from dicomsig.signatures.attributes import NOT_HASHED
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.stream import Buffer

__all__ = ["RetoldMac"]


class RetoldMac(OwnMac):
    """Hashes as the standard says, by way of its own encoder, each step of which can be overridden."""

    def stream(self, instance: Instance, signature: Signature) -> Iterator[Buffer]:
        """The covered elements, then those of the signature item."""
        covered = self.covered(instance, signature)
        listed = [e for e in signature.data_set if e.tag in covered and exclusion(e.tag) is None]
        yield from self.elements(instance, self.main_order(listed, signature))
        yield from self.elements(instance, self.appended(signature))

    def main_order(self, elements: list[Element], signature: Signature) -> Iterable[Element]:
        """The covered elements in the order in which they are hashed."""
        return elements

    def appended(self, signature: Signature) -> Iterable[Element]:
        """What is hashed of the signature item."""
        return [e for e in signature.item.elements if e.tag not in NOT_HASHED and exclusion(e.tag) is None]

    def inner(self, item: Item) -> Iterable[Element]:
        """What is hashed of an item of a sequence."""
        return [element for element in item.elements if exclusion(element.tag) is None]

    def elements(self, instance: Instance, elements: Iterable[Element]) -> Iterator[Buffer]:
        """Elements one by one."""
        for element in elements:
            if element.items is not None:
                yield from self.sequence(instance, element)
            elif element.fragments is not None:
                yield from self.encapsulated(instance, element)
            else:
                yield self.plain(instance, element)

    def plain(self, instance: Instance, element: Element) -> bytes:
        """An ordinary element: header and value."""
        value = instance.source.read(element.value, element.length)
        if not instance.syntax.little_endian:
            value = self.turned(element, value)
        value = self.told(element, value)
        return self.header(element, len(value)) + value

    def turned(self, element: Element, value: bytes) -> bytes:
        """A big endian value in little endian."""
        return swapped(element.vr, value)

    def told(self, element: Element, value: bytes) -> bytes:
        """The value as it is hashed."""
        return value

    def header(self, element: Element, length: int) -> bytes:
        """Tag, VR letters, reserved bytes and length."""
        return encode_header(element.tag, element.vr, length)

    def opening(self, element: Element) -> bytes:
        """Tag, VR letters and reserved bytes of what has no length."""
        return encode_header(element.tag, element.vr, 0)[:-4]

    def sequence(self, instance: Instance, element: Element) -> Iterator[Buffer]:
        """A sequence: opening, items, delimiter."""
        yield self.opening(element)
        for item in self.item_order(element.items or ()):
            yield encode_tag(tags.ITEM)
            yield from self.elements(instance, self.inner(item))
        yield encode_tag(tags.SEQUENCE_DELIMITER)

    def item_order(self, items: Sequence[Item]) -> Iterable[Item]:
        """The items in the order in which they are hashed."""
        return items

    def encapsulated(self, instance: Instance, element: Element) -> Iterator[Buffer]:
        """Encapsulated pixels: opening, fragments, delimiter."""
        yield self.opening(element)
        for fragment in element.fragments or ():
            yield encode_tag(tags.ITEM)
            yield self.fragment(instance, fragment)
        yield encode_tag(tags.SEQUENCE_DELIMITER)

    def fragment(self, instance: Instance, fragment: Fragment) -> bytes:
        """The bytes of one fragment."""
        return instance.source.read(fragment.value, fragment.length)
