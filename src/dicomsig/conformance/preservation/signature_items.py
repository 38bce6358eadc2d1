"""Signatures and MAC parameters: which came back, which did not, which are new (PS3.3 C.12.1.1.3)."""

from collections.abc import Sequence
from typing import Final

from dicomsig.conformance.preservation.differences import Difference, Differences, Kind, Steps
from dicomsig.conformance.preservation.fingerprints import Fingerprints, aligned
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item

_KINDS: Final = {
    tags.DIGITAL_SIGNATURES: (Kind.SIGNATURE_DROPPED, Kind.SIGNATURE_CHANGED, Kind.SIGNATURE_ADDED),
    tags.MAC_PARAMETERS: (Kind.PARAMETERS_DROPPED, Kind.PARAMETERS_CHANGED, Kind.PARAMETERS_ADDED),
}
_NAMED_BY: Final = {tags.DIGITAL_SIGNATURES: 0x04000100, tags.MAC_PARAMETERS: 0x04000005}
"""What tells one item from another: Digital Signature UID, MAC ID Number."""


def compare_macro_items(
    found: Differences,
    of_before: Fingerprints,
    of_after: Fingerprints,
    before: Element | None,
    after: Element | None,
    steps: Steps,
) -> dict[int, int]:
    """Note what became of the items of one of the two sequences of the macro; either side may lack it.

    Gives the indices of the items that hold the same values on both sides.
    """
    tag = before.tag if before is not None else after.tag if after is not None else 0
    lost_kind, changed_kind, new_kind = _KINDS[tag]
    ours = before.items or () if before is not None else ()
    theirs = after.items or () if after is not None else ()
    if before is not None and after is not None and before.undefined != after.undefined:
        found.note(Kind.LENGTH_FORM, steps, tag, before.start, after.start)
    if before is not None and not ours and after is None:
        found.add(Difference(Kind.EMPTY_DROPPED, steps, tag, before.start, empty=True))
    prints = [of_before.of(item) for item in ours], [of_after.of(item) for item in theirs]
    names = _names(of_before, ours, tag), _names(of_after, theirs, tag)
    same = _equal(prints[0], prints[1])
    taken = set(same.values())
    rest = [i for i in range(len(ours)) if i not in same], [i for i in range(len(theirs)) if i not in taken]
    by_name = _equal([names[0][i] for i in rest[0]], [names[1][i] for i in rest[1]])
    changed = {rest[0][one]: rest[1][other] for one, other in by_name.items()}
    for index, other in changed.items():
        found.add(Difference(changed_kind, steps, tag, ours[index].start, theirs[other].start, index=index))
    for index in rest[0]:
        if index not in changed:
            found.add(Difference(lost_kind, steps, tag, ours[index].start, index=index))
    arrived = set(changed.values())
    for index in rest[1]:
        if index not in arrived:
            found.add(Difference(new_kind, steps, tag, None, theirs[index].start, index=index))
    _order(found, {**same, **changed}, ours, theirs, tag, steps)
    return same


def _equal(before: Sequence[bytes], after: Sequence[bytes]) -> dict[int, int]:
    """Indices of those that are equal, no others."""
    return dict(aligned(before, after).equal)


def _order(
    found: Differences, pairs: dict[int, int], ours: Sequence[Item], theirs: Sequence[Item], tag: int, steps: Steps
) -> None:
    latest = -1
    for one, other in sorted(pairs.items()):
        if other < latest:
            found.note(Kind.ITEMS_REORDERED, steps, tag, ours[one].start, theirs[other].start)
            return
        latest = other


def _names(prints: Fingerprints, items: Sequence[Item], tag: tags.Tag) -> list[bytes]:
    """What names each item; one without its name is named by its content."""
    return [prints.value(item, _NAMED_BY[tag]) or prints.of(item) for item in items]
