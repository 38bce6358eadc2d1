"""What can differ between an instance as it was stored and as it came back; never a value, only where and how."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.naming import named

Steps = tuple[tuple[tags.Tag, int], ...]
"""The items that lead from the main data set to a data set: sequence and index from 0."""

_CHARACTER_SET: Final = 0x00080005
_MOST_KEPT: Final = 200
"""Differences of one kind that are kept; all are counted."""


class Kind(StrEnum):
    """One way in which what came back is not what was stored."""

    OTHER_INSTANCE = "other-instance"
    SYNTAX = "transfer-syntax-changed"
    DROPPED = "element-dropped"
    EMPTY_DROPPED = "empty-element-dropped"
    PRIVATE_DROPPED = "private-element-dropped"
    CHANGED = "value-changed"
    PADDING_REMOVED = "padding-removed"
    PADDING_ADDED = "padding-added"
    PADDING_CHANGED = "padding-changed"
    NUMBER_RESPELLED = "number-respelled"
    NAME_NORMALISED = "person-name-normalised"
    TEXT_RECODED = "text-recoded"
    VR_CHANGED = "vr-changed"
    VR_UNKNOWN = "vr-became-un"
    ELEMENTS_REORDERED = "elements-reordered"
    BLOCK_MOVED = "private-block-moved"
    ITEMS_REORDERED = "items-reordered"
    ITEM_DROPPED = "item-dropped"
    ITEM_ADDED = "item-added"
    FRAGMENTS = "fragments-redivided"
    OFFSET_TABLE = "offset-table-changed"
    PIXELS_RECODED = "pixels-recoded"
    SIGNATURE_DROPPED = "signature-dropped"
    SIGNATURE_CHANGED = "signature-changed"
    PARAMETERS_DROPPED = "mac-parameters-dropped"
    PARAMETERS_CHANGED = "mac-parameters-changed"
    NOT_COMPARED = "not-compared"
    ADDED = "element-added"
    SIGNATURE_ADDED = "signature-added"
    PARAMETERS_ADDED = "mac-parameters-added"
    LENGTH_FORM = "length-form"
    GROUP_LENGTH = "group-length"
    TRAILING_PADDING = "trailing-padding"
    FILE_META = "file-meta"


NEUTRAL: Final = frozenset(
    (
        Kind.ADDED,
        Kind.SIGNATURE_ADDED,
        Kind.PARAMETERS_ADDED,
        Kind.LENGTH_FORM,
        Kind.GROUP_LENGTH,
        Kind.TRAILING_PADDING,
        Kind.FILE_META,
    )
)
"""What breaks no requirement: additions (PS3.15 A.3) and what no MAC covers (PS3.3 C.12.1.1.3.1.1, A-27)."""

REMOVALS: Final = frozenset((Kind.DROPPED, Kind.EMPTY_DROPPED, Kind.PRIVATE_DROPPED, Kind.ITEM_DROPPED))

RESPELLED: Final = frozenset(
    (
        Kind.PADDING_REMOVED,
        Kind.PADDING_ADDED,
        Kind.PADDING_CHANGED,
        Kind.NUMBER_RESPELLED,
        Kind.NAME_NORMALISED,
        Kind.TEXT_RECODED,
    )
)
"""Other bytes that mean the same."""

VALUES: Final = RESPELLED | {Kind.CHANGED, Kind.OTHER_INSTANCE}

SIGNATURES: Final = frozenset(
    (Kind.SIGNATURE_DROPPED, Kind.SIGNATURE_CHANGED, Kind.PARAMETERS_DROPPED, Kind.PARAMETERS_CHANGED)
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its kind, the element, where its first differing byte is, and the change in words.

    ``steps`` lead to the data set, ``index`` is that of an item of the element, -1 when the element itself differs.
    ``before`` and ``after`` are byte offsets in the data sets as walked (inflated ones where deflated), of the first
    byte that differs, or of the element where it is on one side only; None on the side that lacks it. ``detail`` holds
    lengths and VRs, never a value.
    """

    kind: Kind
    steps: Steps
    tag: tags.Tag
    before: int | None = None
    after: int | None = None
    detail: str = ""
    index: int = -1
    empty: bool = False
    """The element had no value, the item no elements."""
    long_for_vr: bool = False
    """The value is longer than the length field of its VR holds (PS3.5 6.2.2)."""

    @property
    def place(self) -> str:
        """The data set that the element is in: ``/`` or ``/0040a730[2]/``."""
        return tags.format_place(self.steps)

    @property
    def path(self) -> str:
        """The element, or the item of it, as a tag path."""
        if self.index >= 0:
            return self.place + tags.format_step(self.tag, self.index)
        return self.place + tags.format_tag(self.tag)

    @property
    def private(self) -> bool:
        """The element is private, or an element that holds it is (PS3.5 7.8)."""
        return tags.is_private(self.tag) or any(tags.is_private(tag) for tag, _ in self.steps)

    @property
    def top(self) -> tags.Tag:
        """The element of the main data set that is, or holds, the one that differs."""
        return self.steps[0][0] if self.steps else self.tag

    def under(self, place: Steps) -> tags.Tag | None:
        """The element of the data set at a place that is or holds this one; None when it is elsewhere."""
        if self.steps[: len(place)] != place:
            return None
        return self.steps[len(place)][0] if len(self.steps) > len(place) else self.tag

    def __str__(self) -> str:
        path = self.path if self.steps or self.index >= 0 else tags.format_tag(self.tag)
        name = f"{path} {named(self.tag).partition(' ')[2]}".rstrip()
        first, second = self.before, self.after
        where = "" if first is None else f", byte {first}"
        if second is not None and second != first:
            where += f" (byte {second} of what came back)" if where else f", byte {second} of what came back"
        names_set = self.kind is Kind.TEXT_RECODED and self.tag == _CHARACTER_SET
        words = "another character set is named" if names_set else _WORDS[self.kind]
        return f"{name}: {words}{f' ({self.detail})' if self.detail else ''}{where}"


_WORDS: Final = {
    Kind.OTHER_INSTANCE: "another instance came back",
    Kind.SYNTAX: "another transfer syntax",
    Kind.DROPPED: "dropped",
    Kind.EMPTY_DROPPED: "dropped, it was empty",
    Kind.PRIVATE_DROPPED: "dropped, it was private",
    Kind.CHANGED: "value changed",
    Kind.PADDING_REMOVED: "padding removed",
    Kind.PADDING_ADDED: "padding added",
    Kind.PADDING_CHANGED: "padded with other bytes",
    Kind.NUMBER_RESPELLED: "the same number, spelled otherwise",
    Kind.NAME_NORMALISED: "the same name, delimiters left out",
    Kind.TEXT_RECODED: "the same text in another character set",
    Kind.VR_CHANGED: "VR changed",
    Kind.VR_UNKNOWN: "VR became UN",
    Kind.ELEMENTS_REORDERED: "stands elsewhere among the elements",
    Kind.BLOCK_MOVED: "private block moved to another number",
    Kind.ITEMS_REORDERED: "items in another order",
    Kind.ITEM_DROPPED: "item dropped",
    Kind.ITEM_ADDED: "item added",
    Kind.FRAGMENTS: "the same bytes, divided into other fragments",
    Kind.OFFSET_TABLE: "offset table changed",
    Kind.PIXELS_RECODED: "pixels coded otherwise",
    Kind.SIGNATURE_DROPPED: "signature dropped",
    Kind.SIGNATURE_CHANGED: "signature item changed",
    Kind.PARAMETERS_DROPPED: "MAC parameters dropped",
    Kind.PARAMETERS_CHANGED: "MAC parameters changed",
    Kind.NOT_COMPARED: "cannot be compared",
    Kind.ADDED: "added",
    Kind.SIGNATURE_ADDED: "signature added",
    Kind.PARAMETERS_ADDED: "MAC parameters added",
    Kind.LENGTH_FORM: "lengths written in another form",
    Kind.GROUP_LENGTH: "group length added, dropped or changed",
    Kind.TRAILING_PADDING: "trailing padding added, dropped or changed",
    Kind.FILE_META: "File Meta Information changed",
}


@dataclass(frozen=True, slots=True)
class Preservation:
    """All differences between two instances in the order of the first; ``counts`` has also those that were not kept."""

    differences: tuple[Difference, ...] = ()
    counts: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def identical(self) -> bool:
        """The data sets are the same, byte for byte, as far as anything may depend on it."""
        return not any(kind not in NEUTRAL for kind in self.counts)

    def of(self, *kinds: Kind) -> tuple[Difference, ...]:
        """The differences of some kinds."""
        return tuple(each for each in self.differences if each.kind in kinds)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)


class Differences:
    """The differences met so far: a bounded number of each kind, and the count of all."""

    def __init__(self) -> None:
        self._kept: list[Difference] = []
        self._counts: Counter[Kind] = Counter()

    def add(self, difference: Difference) -> None:
        """Keep the difference where there is room for its kind."""
        self._counts[difference.kind] += 1
        if self._counts[difference.kind] <= _MOST_KEPT:
            self._kept.append(difference)

    def note(
        self,
        kind: Kind,
        steps: Steps,
        tag: tags.Tag,
        before: int | None = None,
        after: int | None = None,
        detail: str = "",
    ) -> None:
        """Add a difference of an element."""
        self.add(Difference(kind, steps, tag, before, after, detail))

    def done(self) -> Preservation:
        """Everything that was met."""
        return Preservation(tuple(self._kept), dict(self._counts))
