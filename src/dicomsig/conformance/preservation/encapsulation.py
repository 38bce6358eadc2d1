"""Pixel data in fragments: the same bytes, the same division, the same offset table (PS3.5 A.4, A-05)."""

from dicomsig.conformance.preservation.differences import Differences, Kind, Steps
from dicomsig.conformance.preservation.spans import chunks, first_difference, fragment_chunks
from dicomsig.encoding.elements import Element, Fragment
from dicomsig.encoding.instance import Instance


def compare_fragments(
    found: Differences, before: Instance, first: Element, after: Instance, second: Element, steps: Steps
) -> None:
    """Note what became of an element that is in fragments on one side at least."""
    tag = first.tag
    if first.fragments is None or second.fragments is None:
        detail = "in fragments before, plain now" if first.fragments is not None else "plain before, in fragments now"
        found.note(Kind.PIXELS_RECODED, steps, tag, first.value, second.value, detail)
        return
    if not first.fragments or not second.fragments:
        if bool(first.fragments) != bool(second.fragments):
            found.note(Kind.CHANGED, steps, tag, first.value, second.value, "no fragments on one side")
        return
    table, other_table = first.fragments[0], second.fragments[0]
    offset = first_difference(
        chunks(before.source, table.value, table.length), chunks(after.source, other_table.value, other_table.length)
    )
    if offset is not None:
        detail = f"{table.length} bytes became {other_table.length}"
        found.note(Kind.OFFSET_TABLE, steps, tag, table.value + offset, other_table.value + offset, detail)
    ours, theirs = first.fragments[1:], second.fragments[1:]
    offset = first_difference(fragment_chunks(before.source, ours), fragment_chunks(after.source, theirs))
    if offset is not None:
        kind = Kind.CHANGED if before.syntax.uid == after.syntax.uid else Kind.PIXELS_RECODED
        detail = f"{sum(each.length for each in ours)} bytes became {sum(each.length for each in theirs)}"
        found.note(kind, steps, tag, _place(ours, offset, first), _place(theirs, offset, second), detail)
        return
    for one, other in zip(ours, theirs, strict=False):
        if one.length != other.length:
            detail = f"{len(ours)} fragments became {len(theirs)}"
            found.note(Kind.FRAGMENTS, steps, tag, one.start, other.start, detail)
            return
    if len(ours) != len(theirs):  # one of no bytes at the end
        detail = f"{len(ours)} fragments became {len(theirs)}"
        found.note(Kind.FRAGMENTS, steps, tag, first.value + first.length, second.value + second.length, detail)


def _place(fragments: tuple[Fragment, ...], offset: int, element: Element) -> int:
    """Where in the data set the byte of this number is, counted through the fragments."""
    for fragment in fragments:
        if offset < fragment.length:
            return fragment.value + offset
        offset -= fragment.length
    return element.value + element.length
