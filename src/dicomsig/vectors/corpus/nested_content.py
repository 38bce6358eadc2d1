"""Signed sequences of which one thing changed, at any depth (PS3.3 C.12.1.1.3.1.1, PS3.5 7.5)."""

from collections.abc import Callable
from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.tags import Tag
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.edits import Edit, at, dropped, emptied, get, in_items, in_vr, put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import DataSet, Leaf, Sequence, data_set
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.writing import SOME, Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import of

_MISMATCH: Final = "mac-mismatch"
_CONTENT: Final = LIST + "sequence-content-implied"
_ITEMS: Final = LIST + "item-tags-implied"
_RECURSIVE: Final = STREAM + "item-content-recursive"
_BOUNDARIES: Final = STREAM + "item-boundaries-covered"
_ORDER: Final = STREAM + "item-order-covered"
_CONTEXT: Final = tag_of("AcquisitionContextSequence")
_ANATOMY: Final = tag_of("AnatomicRegionSequence")
_REQUESTS: Final = tag_of("RequestAttributesSequence")
_IMAGES: Final = tag_of("ReferencedImageSequence")
_TEXT: Final = tag_of("TextValue")
_DEEPEST: Final = "/00400555[0]/0040a730[0]/0040a730[0]/0040a730[0]/0040a730[0]/"

Items = tuple[DataSet, ...]


def _items(tag: Tag, change: Callable[[Items], Items]) -> Edit:
    return in_items(tag, change)


def _meaning_moved(items: Items) -> Items:
    """Code Meaning moves from the last item into the empty one before it."""
    meaning = get(items[2], 0x00080104)
    return (items[0], (meaning,), dropped(0x00080104)(items[2]))


def _delimiter_exchanged(content: DataSet) -> DataSet:
    """An element that followed a nested sequence stands inside its last item now."""
    text = get(content, _TEXT)
    return at("/0040a043[0]/", put(text))(dropped(_TEXT)(content))


_CHANGES: tuple[tuple[str, str, tuple[str, ...], Edit], ...] = (
    (
        "nested-value-changed",
        "A text in an item was changed",
        (_CONTENT,),
        at("/00400555[0]/", put(element("TextValue", "depth 6"))),
    ),
    (
        "nested-value-of-last-item-changed",
        "A text in the last item was changed",
        (_CONTENT,),
        at("/00400555[1]/", put(element("TextValue", "depth 2"))),
    ),
    (
        "deepest-value-changed",
        "A text five levels down differs by one letter",
        (_RECURSIVE, _CONTENT),
        at(_DEEPEST, revalued(_TEXT, b"depth 2 ")),
    ),
    (
        "deepest-pad-byte-changed",
        "The pad byte of a text five levels down is another",
        (_RECURSIVE, STREAM + "padding-covered"),
        at(_DEEPEST, revalued(_TEXT, b"depth 1\0")),
    ),
    (
        "deepest-vr-changed",
        "A text five levels down says ST over the same bytes",
        (_RECURSIVE, STREAM + "vr-letters-covered"),
        at(_DEEPEST, in_vr(_TEXT, "UR")),
    ),
    (
        "nested-element-added",
        "An element joined an item of a signed sequence",
        (_CONTENT, LIST + "unlisted-addition-ignored"),
        at("/00400555[1]/", put(element("ObservationDateTime", "20240102"))),
    ),
    (
        "nested-private-element-added",
        "A private element joined an item of a signed sequence",
        (_CONTENT,),
        at("/00400555[1]/", put(Leaf(0x00990010, "LO", b"TEST"))),
    ),
    (
        "nested-element-dropped",
        "An element left an item of a signed sequence",
        (_CONTENT,),
        at("/00400555[1]/", dropped(_TEXT)),
    ),
    (
        "nested-element-emptied",
        "An element of an item lost its value",
        (_CONTENT,),
        at("/00400555[1]/", emptied(_TEXT)),
    ),
    (
        "item-added",
        "An item was added behind the others",
        (_ITEMS, _CONTENT),
        _items(_ANATOMY, lambda items: (*items, items[0])),
    ),
    (
        "empty-item-added",
        "An empty item was added behind the others",
        (_ITEMS, STREAM + "empty-item"),
        _items(_ANATOMY, lambda items: (*items, ())),
    ),
    ("item-dropped", "The last item was dropped", (_ITEMS, _CONTENT), _items(_ANATOMY, lambda items: items[:-1])),
    (
        "empty-item-dropped",
        "The empty item between two others was dropped; its tag is hashed",
        (_ITEMS, STREAM + "empty-item"),
        _items(_ANATOMY, lambda items: (items[0], items[2])),
    ),
    (
        "only-empty-item-dropped",
        "The only item, an empty one, was dropped",
        (STREAM + "empty-item", STREAM + "empty-sequence"),
        _items(_REQUESTS, lambda _: ()),
    ),
    (
        "item-added-to-empty-sequence",
        "An empty item joined an empty sequence",
        (STREAM + "empty-sequence", STREAM + "empty-item"),
        _items(_IMAGES, lambda _: ((),)),
    ),
    (
        "empty-sequence-removed",
        "A signed sequence without items is gone",
        (STREAM + "empty-sequence", LIST + "listed-removal-detected"),
        dropped(_IMAGES),
    ),
    ("items-exchanged", "Two items exchanged their places", (_ORDER,), _items(_ANATOMY, lambda items: items[::-1])),
    (
        "item-moved-to-the-end",
        "The first of three items became the last",
        (_ORDER,),
        _items(_ANATOMY, lambda items: (*items[1:], items[0])),
    ),
    (
        "nested-items-exchanged",
        "Two items four levels down exchanged their places",
        (_ORDER, _RECURSIVE),
        at("/00400555[0]/0040a730[0]/0040a730[0]/", _items(0x0040A730, lambda items: items[::-1])),
    ),
    (
        "item-element-moved-to-neighbour",
        "An element moved into the item before",
        (_BOUNDARIES,),
        _items(_ANATOMY, _meaning_moved),
    ),
    (
        "element-moved-into-nested-sequence",
        "An element behind a nested sequence moved into its item",
        (STREAM + "sequence-delimiter-always", _BOUNDARIES),
        at("/00400555[1]/", _delimiter_exchanged),
    ),
    (
        "item-content-emptied",
        "An item lost all its elements",
        (_CONTENT, STREAM + "empty-item"),
        at("/00400555[1]/", lambda _: ()),
    ),
    (
        "sequence-emptied",
        "A signed sequence lost all its items",
        (_CONTENT, STREAM + "empty-sequence"),
        emptied(_CONTEXT),
    ),
    ("sequence-removed", "A signed sequence is gone", (LIST + "listed-removal-detected",), dropped(_CONTEXT)),
    (
        "nested-sequence-removed",
        "A sequence in an item of a signed sequence is gone",
        (_RECURSIVE,),
        at("/00400555[0]/", dropped(0x0040A730)),
    ),
)

for _name, _title, _requirements, _edit in _CHANGES:
    vector(
        _name,
        "whole-nested",
        reason="tag-absent" if _name in ("sequence-removed", "empty-sequence-removed") else _MISMATCH,
        requirements=_requirements,
        algorithms=SOME,
        title=_title,
        family="nested-content",
    )(partial(lambda edit, twin: twin.edited(edit), _edit))

_FORMS: tuple[str, ...] = (
    "implicit",
    "big-endian",
    "deflated",
    "undefined-lengths",
    "mixed-lengths",
    "group-lengths",
    "trailing-padding",
)

for _name in _FORMS:
    vector(
        f"deepest-value-changed-in.{_name}",
        f"whole-nested-{_name}",
        reason=_MISMATCH,
        requirements=(_RECURSIVE, "ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms"),
        title=f"A text five levels down was changed, {_name.replace('-', ' ')}",
        family="nested-content",
    )(lambda twin: twin.edited(at(_DEEPEST, put(element("TextValue", "depth 2")))))


@vector("report-text-changed", "report-sr", reason=_MISMATCH, requirements=[_CONTENT], algorithms=SOME)
def report_text_changed(twin: Signed) -> bytes:
    """A finding of the report reads otherwise."""
    return twin.edited(at("/0040a730[1]/", at("/0040a730[0]/", put(element("TextValue", "Something to see")))))


@vector("report-finding-moved", "report-sr", reason=_MISMATCH, requirements=[_ORDER], algorithms=SOME)
def report_finding_moved(twin: Signed) -> bytes:
    """Two parts of the report exchanged their places."""
    return twin.edited(_items(0x0040A730, lambda items: (items[0], items[2], items[1], items[3])))


@vector("report-unverified-again", "report-sr-verified", reason=_MISMATCH, algorithms=SOME)
def report_unverified_again(twin: Signed) -> bytes:
    """Verification Flag (0040,A493) of a verified report says UNVERIFIED."""
    return twin.edited(put(element("VerificationFlag", "UNVERIFIED")))


@vector("report-other-verifier", "report-sr-verified", reason=_MISMATCH, requirements=[_CONTENT], algorithms=SOME)
def report_other_verifier(twin: Signed) -> bytes:
    """The verifying observer in its sequence is another person (A-20)."""
    return twin.edited(at("/0040a073[0]/", put(element("VerifyingObserverName", "OTHER^ONE"))))


@vector(
    "verified-report-renamed",
    "report-sr-verified",
    reason=_MISMATCH,
    requirements=["ps3.15-c.4-unverified-instance-uid-free"],
    algorithms=SOME,
)
def verified_report_renamed(twin: Signed) -> bytes:
    """SOP Instance UID (0008,0018) of a verified report, which is signed, is another."""
    return twin.edited(put(element("SOPInstanceUID", "2.25.735799")))


@vector("evidence-changed", "report-sr", reason=_MISMATCH, requirements=[_CONTENT])
def evidence_changed(twin: Signed) -> bytes:
    """The report refers to another image as evidence."""
    return twin.edited(
        at(
            "/0040a375[0]/",
            at("/00081115[0]/", at("/00081199[0]/", put(element("ReferencedSOPInstanceUID", "2.25.7")))),
        )
    )


@vector("functional-group-changed", "creator-enhanced-ct", reason=_MISMATCH, requirements=[_CONTENT], algorithms=SOME)
def functional_group_changed(twin: Signed) -> bytes:
    """A shared functional group of an enhanced image was changed."""
    return twin.edited(at("/52009229[0]/", at("/00289145[0]/", put(element("RescaleIntercept", 0)))))


@vector("frames-exchanged", "creator-enhanced-ct", reason=_MISMATCH, requirements=[_ORDER], algorithms=SOME)
def frames_exchanged(twin: Signed) -> bytes:
    """The functional groups of two frames exchanged their places."""
    return twin.edited(_items(0x52009230, lambda items: (items[1], items[0], *items[2:])))


@positive("unlike-items", [_ITEMS, _BOUNDARIES])
def unlike_items(_: MacAlgorithm) -> Forgery:
    """A signed sequence has two items that share no element."""
    items = (data_set(element("CodeValue", "72696002")), data_set(element("CodeMeaning", "Knee")))
    return of("nested").on(put(Sequence(_ANATOMY, items)))


@vector("items-merged", "unlike-items", reason=_MISMATCH, requirements=[_ITEMS, _BOUNDARIES])
def items_merged(twin: Signed) -> bytes:
    """Two items were merged into one; the elements in a row are the same."""
    return twin.edited(_items(_ANATOMY, lambda items: (data_set(*items),)))


@vector("item-split", "whole-nested", reason=_MISMATCH, requirements=[_ITEMS, _BOUNDARIES], algorithms=SOME)
def item_split(twin: Signed) -> bytes:
    """An item was split in two; the elements in a row are the same."""
    return twin.edited(_items(_ANATOMY, lambda items: (items[0][:1], items[0][1:], *items[1:])))
