"""One change to a data set of nodes, as a function; forged instances differ from their twin by such a change.

An edit never sorts what it was not asked to sort, so that an edit may leave a data set that no writer should write.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from dicomsig.encoding import tags
from dicomsig.vectors.nodes import DataSet, Encoded, Form, Fragments, Leaf, Node, Sequence, encode, merged, without

__all__ = [
    "Edit",
    "Edits",
    "altered",
    "as_bytes",
    "at",
    "dropped",
    "edited",
    "emptied",
    "get",
    "in_items",
    "in_vr",
    "inserted",
    "moved_before",
    "put",
    "revalued",
    "twice",
]

Edit = Callable[[DataSet], DataSet]
Edits = tuple[Edit, ...]

_AS_IT_LIES = Form()


def edited(content: DataSet, edits: Iterable[Edit]) -> DataSet:
    """The data set after all edits, in their order."""
    for edit in edits:
        content = edit(content)
    return content


def get(content: DataSet, tag: tags.Tag) -> Node:
    """The first node of this tag; raises ValueError when there is none, since an edit of nothing tests nothing."""
    for node in content:
        if node.tag == tag:
            return node
    raise ValueError(f"{tags.format_tag(tag)} is not in the data set")


def put(*nodes: Node) -> Edit:
    """The nodes take the places of those with their tags, or are added where their tags sort."""
    return lambda content: merged(content, *nodes)


def inserted(*nodes: Node) -> Edit:
    """The nodes stand before the first that sorts behind them; nothing else moves or goes."""

    def edit(content: DataSet) -> DataSet:
        for node in nodes:
            position = next((i for i, other in enumerate(content) if other.tag > node.tag), len(content))
            content = (*content[:position], node, *content[position:])
        return content

    return edit


def dropped(*unwanted: tags.Tag) -> Edit:
    """The elements of these tags are not there."""

    def edit(content: DataSet) -> DataSet:
        for tag in unwanted:
            get(content, tag)
        return without(content, *unwanted)

    return edit


def altered(tag: tags.Tag, change: Callable[[Node], Node | tuple[Node, ...]]) -> Edit:
    """The first node of a tag becomes another, or several, where it stands."""

    def edit(content: DataSet) -> DataSet:
        position = content.index(get(content, tag))
        made = change(content[position])
        nodes = made if isinstance(made, tuple) else (made,)
        return (*content[:position], *nodes, *content[position + 1 :])

    return edit


def emptied(tag: tags.Tag) -> Edit:
    """The element has no value, a sequence no items."""

    def change(node: Node) -> Node:
        match node:
            case Sequence(own):
                return Sequence(own)
            case Fragments(own):
                return Fragments(own, b"", ())
            case Leaf(own, vr):
                return Leaf(own, vr)
            case Encoded():
                raise ValueError(f"{tags.format_tag(node.tag)} is bytes; its value is not known")

    return altered(tag, change)


def revalued(tag: tags.Tag, value: bytes | Callable[[bytes], bytes]) -> Edit:
    """The element has another value, given or made from the one it has."""

    def change(node: Node) -> Node:
        return replace(_leaf(node), value=value if isinstance(value, bytes) else value(_value(node)))

    return altered(tag, change)


def in_vr(tag: tags.Tag, vr: str) -> Edit:
    """The element says another VR over the same bytes."""
    return altered(tag, lambda node: Leaf(node.tag, vr, _value(node)))


def twice(tag: tags.Tag, second: bytes | None = None) -> Edit:
    """The element occurs twice in a row, the second time with another value where one is given."""

    def change(node: Node) -> tuple[Node, ...]:
        return node, node if second is None else replace(_leaf(node), value=second)

    return altered(tag, change)


def moved_before(tag: tags.Tag, other: tags.Tag) -> Edit:
    """The element stands before one that it should follow, or follows one that it should precede."""

    def edit(content: DataSet) -> DataSet:
        node = get(content, tag)
        rest = without(content, tag)
        position = rest.index(get(rest, other))
        return (*rest[:position], node, *rest[position:])

    return edit


def as_bytes(tag: tags.Tag, change: Callable[[bytes], bytes]) -> Edit:
    """The element is encoded in Explicit VR Little Endian, and its bytes are changed."""
    return altered(tag, lambda node: Encoded(node.tag, change(encode((node,), _AS_IT_LIES))))


def in_items(tag: tags.Tag, change: Callable[[tuple[DataSet, ...]], tuple[DataSet, ...]]) -> Edit:
    """A sequence has other items."""
    return altered(tag, lambda node: Sequence(node.tag, change(_sequence(node).items)))


def at(place: str, *edits: Edit) -> Edit:
    """The edits are made in the data set at a place such as ``/0040a730[2]/``."""
    edit: Edit = lambda content: edited(content, edits)  # noqa: E731 - the innermost of a chain of edits
    for tag, index in reversed(tags.parse_place(place)):
        edit = _at_step(tag, index, edit)
    return edit


def _at_step(tag: tags.Tag, index: int, inner: Edit) -> Edit:
    def change(items: tuple[DataSet, ...]) -> tuple[DataSet, ...]:
        if index >= len(items):
            raise ValueError(f"{tags.format_tag(tag)} has {len(items)} items, none of number {index}")
        return (*items[:index], inner(items[index]), *items[index + 1 :])

    return in_items(tag, change)


def _leaf(node: Node) -> Leaf:
    if not isinstance(node, Leaf):
        raise ValueError(f"{tags.format_tag(node.tag)} is no element with a value of its own")
    return node


def _value(node: Node) -> bytes:
    return _leaf(node).value


def _sequence(node: Node) -> Sequence:
    if not isinstance(node, Sequence):
        raise ValueError(f"{tags.format_tag(node.tag)} is no sequence")
    return node
