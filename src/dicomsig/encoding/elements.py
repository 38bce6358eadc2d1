"""Spans over the original bytes: elements, items, fragments (PS3.5 7).

They are msgspec structs, not dataclasses: a walk makes one for each element, and these cost an eighth.
"""

from collections.abc import Iterator, Sequence

import msgspec

from dicomsig.encoding.tags import Tag


class Fragment(msgspec.Struct, frozen=True, gc=False):
    """One item of encapsulated pixel data: offset of its tag, offset and length of its bytes (PS3.5 A.4)."""

    start: int
    value: int
    length: int


class Element(msgspec.Struct, frozen=True, gc=False):
    """One data element: where its header and its value lie (PS3.5 7.1).

    ``length`` counts the bytes of the value as they are in the data, without a sequence delimiter; ``end`` is the
    offset after element and delimiter. ``items`` are those of a sequence, ``fragments`` those of encapsulated data,
    offset table first.
    """

    tag: Tag
    vr: str
    start: int
    value: int
    length: int
    items: "tuple[Item, ...] | None" = None
    fragments: tuple[Fragment, ...] | None = None
    undefined: bool = False

    @property
    def end(self) -> int:
        """The offset of the first byte after the element."""
        return self.value + self.length + (8 if self.undefined else 0)


class Item(msgspec.Struct, frozen=True, gc=False):
    """One sequence item: a data set of its own (PS3.5 7.5.1). ``end`` is the offset after item and delimiter."""

    start: int
    value: int
    length: int
    undefined: bool
    elements: tuple[Element, ...]

    @property
    def end(self) -> int:
        """The offset of the first byte after the item."""
        return self.value + self.length + (8 if self.undefined else 0)


def find(elements: Sequence[Element], tag: Tag) -> Element | None:
    """The first element with this tag in one data set, or None."""
    for element in elements:
        if element.tag == tag:
            return element
    return None


def walk_down(elements: Sequence[Element]) -> Iterator[Element]:
    """Every element of a data set and of all its items, depth first."""
    stack = [iter(elements)]
    while stack:
        for element in stack[-1]:
            yield element
            if element.items:
                stack.append(iter([inner for item in element.items for inner in item.elements]))
                break
        else:
            stack.pop()
