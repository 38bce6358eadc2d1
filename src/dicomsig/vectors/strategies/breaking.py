"""Changes of what is signed: after each of them a signature that covers it cannot hold (PS3.3 C.12.1.1.3.1.2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from hypothesis.strategies import DrawFn

from dicomsig.encoding import tags
from dicomsig.encoding.vr import padded
from dicomsig.signatures.signable import exclusion
from dicomsig.vectors.edits import Edit, altered, at, dropped, in_items, in_vr, put
from dicomsig.vectors.nodes import Fragments, Leaf, Node, Sequence
from dicomsig.vectors.strategies.breaking_item import ITEM_CHANGES
from dicomsig.vectors.strategies.change import Change, flags_of
from dicomsig.vectors.strategies.draws import chosen, number_below
from dicomsig.vectors.strategies.lawful import TEXT, lawful_value
from dicomsig.vectors.strategies.signed import SignedInstance, covered_nodes
from dicomsig.vectors.values import element

__all__ = ["breaking", "may_move"]

_LIST: Final = "ps3.3-c.12.1.1.3.1.1-"
_STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"
_NESTED: Final = _LIST + "sequence-content-implied"
_CHANGED: Final = _LIST + "listed-change-detected"
_OTHER_VR: Final = {
    "AE": "SH", "CS": "SH", "DS": "LO", "IS": "DS", "LO": "SH", "SH": "LO", "LT": "ST", "ST": "LT", "UT": "UC",
    "UC": "UT", "US": "SS", "SS": "US", "UL": "SL", "SL": "UL", "OB": "OW", "OW": "OB", "FL": "UL", "FD": "FL",
    "PN": "LO",
}  # fmt: skip
"""Another VR with the same header, that takes the same values."""

_LONGEST_SH: Final = 16

Edited = tuple[str, Edit, str, str]
"""Name of the strategy, what is done in the data set of the node, requirement, words."""
Ways = Iterator[tuple[str, Callable[[DrawFn], Edited]]]


def breaking(draw: DrawFn, made: SignedInstance) -> Change:
    """One change, of a covered element in two cases of three, else of the items of the macro and of the RSA step."""
    if number_below(draw, 3) == 2:
        change = ITEM_CHANGES[chosen(draw, tuple(ITEM_CHANGES))](draw, made)
        if change is not None:
            return change
    covered = covered_nodes(made)
    place, node = chosen(draw, covered)
    inside = any(layer.place.startswith(f"{place}{node.tag:08x}[") for layer in made.layers)
    ways = dict(_ways(node, whole=not inside, explicit=made.form.syntax.explicit))
    name, edit, requirement, words = ways[chosen(draw, tuple(ways))](draw)
    broken = frozenset(layer for layer in made.layers if layer.covers(place, node.tag))
    nested = place != tags.MAIN_PLACE
    return Change(
        strategy=f"nested-{name}" if nested else name,
        data=made.encoded(at(place, edit)(made.content)),
        layers=made.layers,
        requirements=(_NESTED,) if nested and requirement == _CHANGED else (requirement,),
        words=f"{words} {tags.format_tag(node.tag)} in {place}",
        broken=broken,
        flags=flags_of(made),
    )


def _ways(node: Node, *, whole: bool, explicit: bool) -> Ways:
    """The ways to change a node; ``whole`` where its items may come, go and change places: no signature is in them."""
    match node:
        case Leaf(tag, vr, value):
            yield "value", _value(node)
            if tag not in (tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID):
                yield "dropped", _dropped(tag)
            if value and vr in TEXT:
                yield "spaces", _spaces(node)
            if value and vr in ("DS", "IS"):
                yield "number", _respelled(node)
            if value and vr in ("OB", "OW", "LO", "SH", "UT", "LT", "ST", "PN", "UC"):
                yield "last-byte", _last_byte(node)
            if explicit and vr in _OTHER_VR and (vr != "LO" or len(value) <= _LONGEST_SH):
                yield "vr", _other_vr(node)
        case Sequence(tag, items) if whole:
            yield "dropped", _dropped(tag)
            yield "item-added", _item_added(tag)
            if items:
                yield "item-dropped", _item_dropped(node)
                yield "element-added", _element_added(node)
            if items != items[::-1]:
                yield "items-turned", _items_turned(tag)
            if len(items) > 1 and may_move(items[0], items[1]):
                yield "item-boundary", _item_boundary(tag)
        case Sequence():
            yield "element-added", _element_added(node)
        case Fragments(tag):
            yield "dropped", _dropped(tag)
            yield "offset-table", _offset_table(node)
            yield "fragment", _fragment(node)
            yield "fragment-boundary", _fragment_boundary(node)
            if len(node.fragments) > 1:
                yield "fragment-dropped", _fragment_dropped(node)


def _value(node: Node) -> Callable[[DrawFn], Edited]:
    def change(draw: DrawFn) -> Edited:
        assert isinstance(node, Leaf)
        value = lawful_value(draw, node.vr, most=1)
        if padded(node.vr, value) == padded(node.vr, node.value):
            value = _another(node.vr) if not node.value else b""
        return _kind_of(node.tag), put(replace(node, value=value)), _CHANGED, "another value in"

    return change


def _another(vr: str) -> bytes:
    """Some value where there was none."""
    return {
        "DA": b"20240102", "AS": b"042Y", "UI": b"1.2\0", "TM": b"03", "DT": b"2024", "UR": b"urn:a ",
    }.get(vr, b"1 " if vr in TEXT else bytes(8))  # fmt: skip


def _kind_of(tag: tags.Tag) -> str:
    if tag == tags.PIXEL_DATA:
        return "pixels"
    return "private-value" if tags.is_private(tag) else "value"


def _dropped(tag: tags.Tag) -> Callable[[DrawFn], Edited]:
    return lambda draw: ("dropped", dropped(tag), _LIST + "listed-removal-detected", "removed")


def _spaces(node: Leaf) -> Callable[[DrawFn], Edited]:
    """Trailing spaces that mean nothing come or go; all are hashed (A-26)."""
    fewest = padded(node.vr, node.value.rstrip(b" "))
    value = fewest if fewest != padded(node.vr, node.value) else fewest + b"  "
    edit = put(replace(node, value=value))
    return lambda draw: ("spaces", edit, _STREAM + "padding-covered", "other trailing spaces in")


def _respelled(node: Leaf) -> Callable[[DrawFn], Edited]:
    """The first number gets a leading zero."""
    text = node.value.decode("ascii")
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    edit = put(replace(node, value=padded(node.vr, f"{sign}0{digits}".rstrip(" ").encode("ascii"))))
    return lambda draw: ("number", edit, _STREAM + "number-format-covered", "the same number spelled otherwise in")


def _last_byte(node: Leaf) -> Callable[[DrawFn], Edited]:
    """The last byte of the value, padding apart, is another."""
    kept = node.value.rstrip(b" ") if node.vr not in ("OB", "OW") else node.value
    if not kept:
        return _spaces(node)
    last = b"B" if kept[-1:] != b"B" else b"C"
    edit = put(replace(node, value=padded(node.vr, kept[:-1] + last)))
    return lambda draw: ("last-byte", edit, _CHANGED, "another last byte in")


def _other_vr(node: Leaf) -> Callable[[DrawFn], Edited]:
    edit = in_vr(node.tag, _OTHER_VR[node.vr])
    return lambda draw: ("vr", edit, _STREAM + "vr-letters-covered", f"VR {_OTHER_VR[node.vr]} in")


def _item_added(tag: tags.Tag) -> Callable[[DrawFn], Edited]:
    def change(draw: DrawFn) -> Edited:
        item = chosen(draw, ((), (element("TextValue", "A"),)))
        words = "an item more in" if item else "an empty item more in"
        requirement = _LIST + "item-tags-implied"
        return "item-added", in_items(tag, lambda old: (*old, item)), requirement, words

    return change


def _item_dropped(node: Sequence) -> Callable[[DrawFn], Edited]:
    def change(draw: DrawFn) -> Edited:
        index = number_below(draw, len(node.items))
        edit = in_items(node.tag, lambda old: (*old[:index], *old[index + 1 :]))
        return "item-dropped", edit, _LIST + "item-tags-implied", f"item {index} removed from"

    return change


def _element_added(node: Sequence) -> Callable[[DrawFn], Edited]:
    def change(draw: DrawFn) -> Edited:
        index = number_below(draw, len(node.items))
        added = put(element("ImageComments", "ADDED"))
        edit = in_items(node.tag, lambda old: (*old[:index], added(old[index]), *old[index + 1 :]))
        return "element-added", edit, _NESTED, f"(0020,4000) added to item {index} of"

    return change


def _items_turned(tag: tags.Tag) -> Callable[[DrawFn], Edited]:
    edit = in_items(tag, lambda old: old[::-1])
    return lambda draw: ("items-turned", edit, _STREAM + "item-order-covered", "items in reverse order in")


def may_move(first: tuple[Node, ...], second: tuple[Node, ...]) -> bool:
    """The last element of one item, a hashed one, can lawfully be the first of the next."""
    return bool(first) and exclusion(first[-1].tag) is None and all(first[-1].tag < node.tag for node in second)


def _item_boundary(tag: tags.Tag) -> Callable[[DrawFn], Edited]:
    edit = in_items(tag, lambda old: (old[0][:-1], (*old[0][-1:], *old[1]), *old[2:]))
    return lambda draw: (
        "item-boundary", edit, _STREAM + "item-boundaries-covered", "an element moved to the next item of"
    )  # fmt: skip


def _offset_table(node: Fragments) -> Callable[[DrawFn], Edited]:
    table = b"" if node.offset_table else bytes(4)
    edit = altered(node.tag, lambda old: replace(node, offset_table=table))
    return lambda draw: ("offset-table", edit, _STREAM + "offset-table-covered", "another Basic Offset Table in")


def _fragment(node: Fragments) -> Callable[[DrawFn], Edited]:
    def change(draw: DrawFn) -> Edited:
        index = number_below(draw, len(node.fragments))
        old = node.fragments[index]
        parts = (*node.fragments[:index], old[:-1] + bytes((old[-1] ^ 1,)), *node.fragments[index + 1 :])
        edit = altered(node.tag, lambda _: replace(node, fragments=parts))
        return "fragment", edit, _CHANGED, f"the last byte of fragment {index} of"

    return change


def _fragment_boundary(node: Fragments) -> Callable[[DrawFn], Edited]:
    """An empty fragment is put in, or two fragments become one: the bytes are the same."""
    parts = node.fragments
    other = (parts[0] + parts[1], *parts[2:]) if len(parts) > 1 else (*parts, b"")
    edit = altered(node.tag, lambda _: replace(node, fragments=other))
    return lambda draw: (
        "fragment-boundary", edit, _STREAM + "fragment-boundaries-covered", "the same bytes in other fragments of"
    )  # fmt: skip


def _fragment_dropped(node: Fragments) -> Callable[[DrawFn], Edited]:
    edit = altered(node.tag, lambda _: replace(node, fragments=node.fragments[:-1]))
    return lambda draw: (
        "fragment-dropped", edit, _LIST + "encapsulated-item-tags-implied", "the last fragment removed from"
    )  # fmt: skip
