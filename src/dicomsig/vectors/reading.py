"""An instance that was read, back as nodes, so that it can be encoded in any other form (PS3.5 7 and Annex A)."""

from collections.abc import Sequence as Elements

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Fragment
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import swapped
from dicomsig.vectors.nodes import DataSet, Fragments, Leaf, Node, Sequence, data_set

__all__ = ["nodes_of"]


def nodes_of(instance: Instance) -> DataSet:
    """The data set of an instance as nodes, without group lengths and trailing padding, which a form adds.

    Values are in Little Endian with their pad bytes. A UN of undefined length becomes one of defined length over the
    same bytes. Raises ValueError when a tag occurs twice in one data set, MalformedError when the file changes.
    """
    return _nodes(instance, instance.elements)


def _nodes(instance: Instance, elements: Elements[Element]) -> DataSet:
    kept = [e for e in elements if not tags.is_group_length(e.tag) and e.tag != tags.TRAILING_PADDING]
    return data_set(_node(instance, element) for element in kept)


def _node(instance: Instance, element: Element) -> Node:
    read = instance.source.read
    if element.vr == "SQ":
        return Sequence(element.tag, tuple(_nodes(instance, item.elements) for item in element.items or ()))
    if element.fragments is not None:
        table, *fragments = (read(part.value, part.length) for part in element.fragments or (Fragment(0, 0, 0),))
        return Fragments(element.tag, table, tuple(fragments))
    value = read(element.value, element.length)
    return Leaf(element.tag, element.vr, value if instance.syntax.little_endian else swapped(element.vr, value))
