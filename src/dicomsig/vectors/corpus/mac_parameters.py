"""MAC parameters that are missing, repeated, mismatched or malformed; they are not hashed (A-12, A-18)."""

from functools import partial
from typing import Final

from dicomsig.encoding import tags
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import Edit, at, dropped, emptied, in_items, in_vr, put, revalued
from dicomsig.vectors.nodes import DataSet
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.vector import ANY, Outcome
from dicomsig.vectors.writing import SOME, Signed, vector

_ITEM: Final = "/fffafffa[0]/"
_PARAMETERS: Final = "/4ffe0001[0]/"
_MISSING: Final = MACRO + "mandatory-parameter-missing"
_RESOLVES: Final = MACRO + "mac-id-resolves"
_UNPROTECTED: Final = STREAM + "mac-parameters-not-protected"


def _changed(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(at(_PARAMETERS, edit))


def _whole(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(edit)


_GONE: tuple[tuple[str, str, str, tuple[str, ...], Edit], ...] = (
    (
        "parameters-sequence-removed",
        "MAC Parameters Sequence (4FFE,0001) was removed",
        "mac-parameters-missing",
        (MACRO + "signature-without-mac-parameters", _RESOLVES),
        dropped(tags.MAC_PARAMETERS),
    ),
    (
        "parameters-sequence-emptied",
        "MAC Parameters Sequence (4FFE,0001) has no item",
        "mac-parameters-missing",
        (MACRO + "signature-without-mac-parameters", _RESOLVES),
        emptied(tags.MAC_PARAMETERS),
    ),
    (
        "parameters-item-emptied",
        "The item of MAC parameters is empty",
        "mac-parameters-missing",
        (_MISSING, _RESOLVES),
        in_items(tags.MAC_PARAMETERS, lambda _: ((),)),
    ),
    (
        "mac-id-unresolved",
        "MAC ID Number (0400,0005) of the parameters is another than that of the signature",
        "mac-parameters-missing",
        (_RESOLVES,),
        at(_PARAMETERS, put(element("MACIDNumber", 2))),
    ),
    (
        "mac-id-of-signature-unresolved",
        "MAC ID Number (0400,0005) of the signature is another than that of the parameters",
        "mac-parameters-missing",
        (_RESOLVES, STREAM + "mac-id-covered"),
        at(_ITEM, put(element("MACIDNumber", 2))),
    ),
)

for _name, _title, _reason, _requirements, _edit in _GONE:
    vector(
        _name,
        "creator-ct",
        Outcome.INDETERMINATE,
        _reason,
        _requirements,
        structure=(Status.INVALID,),
        algorithms=SOME,
        title=_title,
        family="mac-parameters",
    )(partial(_whole, _edit))

_ATTRIBUTES: tuple[tuple[str, int, str], ...] = (
    ("parameters-mac-id", attributes.MAC_ID_NUMBER, "MAC ID Number (0400,0005)"),
    ("mac-transfer-syntax", attributes.MAC_TRANSFER_SYNTAX, "MAC Calculation Transfer Syntax UID (0400,0010)"),
    ("mac-algorithm", attributes.MAC_ALGORITHM, "MAC Algorithm (0400,0015)"),
    ("elements-signed", attributes.DATA_ELEMENTS_SIGNED, "Data Elements Signed (0400,0020)"),
)

for _name, _tag, _what in _ATTRIBUTES:
    for _way, _edit in (("missing", dropped(_tag)), ("empty", emptied(_tag))):
        vector(
            f"{_name}-{_way}",
            "creator-ct",
            Outcome.INDETERMINATE,
            "mac-parameters-missing" if _name == "parameters-mac-id" else f"element-{_way}",
            (_MISSING,),
            structure=(Status.INVALID,),
            algorithms=SOME,
            title=f"{_what} of the MAC parameters is {_way}",
            family="mac-parameters",
        )(partial(_changed, _edit))


def _relisted(change: tuple[int, ...], twin: Signed) -> bytes:
    return _changed(put(leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *change)), twin)


def _listed(twin: Signed) -> tuple[int, ...]:
    assert twin.forgery.listed is not None
    return twin.forgery.listed


@vector(
    "tag-removed-from-list",
    "creator-ct",
    reason="mac-mismatch",
    requirements=[_UNPROTECTED, STREAM + "element-order"],
    algorithms=SOME,
)
def tag_removed_from_list(twin: Signed) -> bytes:
    """Pixel Data (7FE0,0010) was removed from Data Elements Signed (0400,0020) after signing."""
    return _relisted(_listed(twin)[:-1], twin)


@vector("tag-added-to-list", "creator-ct", reason="mac-mismatch", requirements=[_UNPROTECTED], algorithms=SOME)
def tag_added_to_list(twin: Signed) -> bytes:
    """Patient's Name (0010,0010) was added to Data Elements Signed (0400,0020) after signing."""
    return _relisted(tuple(sorted((*_listed(twin), 0x00100010))), twin)


@vector("list-of-one-tag-left", "creator-ct", reason="mac-mismatch", requirements=[_UNPROTECTED], algorithms=SOME)
def list_of_one_tag_left(twin: Signed) -> bytes:
    """Of Data Elements Signed (0400,0020) only SOP Instance UID is left."""
    return _relisted((0x00080018,), twin)


@vector("list-of-another-signature", "lists-differ", reason="mac-mismatch", requirements=[_RESOLVES], algorithms=SOME)
def list_of_another_signature(twin: Signed) -> bytes:
    """The two items of MAC parameters exchanged their numbers: each signature has the list of the other."""

    def exchanged(items: tuple[DataSet, ...]) -> tuple[DataSet, ...]:
        return tuple(put(element("MACIDNumber", number))(item) for number, item in zip((2, 1), items, strict=True))

    return twin.edited(in_items(tags.MAC_PARAMETERS, exchanged))


@vector(
    "inner-uses-outer-list",
    "item-and-whole",
    Outcome.INDETERMINATE,
    "mac-parameters-missing",
    [MACRO + "mac-id-local-lookup"],
    hits=["/00082218[0]/#0"],
    algorithms=SOME,
)
def inner_uses_outer_list(twin: Signed) -> bytes:
    """The parameters of the inner signature are gone; those around it bear the same number and are not meant."""
    number = put(element("MACIDNumber", 1))
    gone = at("/00082218[0]/", dropped(tags.MAC_PARAMETERS))
    return twin.forged(parameters=(number,), item=(number,), afterwards=(gone,))


def _twice(same: bool, first: bool, twin: Signed) -> bytes:
    def doubled(items: tuple[DataSet, ...]) -> tuple[DataSet, ...]:
        (own,) = items
        other = own if same else put(leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", 0x00080018))(own)
        return (other, own) if first else (own, other)

    return twin.edited(in_items(tags.MAC_PARAMETERS, doubled))


for _name, _first, _title in (
    ("parameters-repeated-right-first", False, "Two items of MAC parameters bear one number; the right list is first"),
    ("parameters-repeated-right-last", True, "Two items of MAC parameters bear one number; the right list is last"),
):
    vector(
        _name,
        "creator-ct",
        Outcome.ACCEPTABLE,
        "mac-parameters-ambiguous",
        (MACRO + "mac-id-duplicate-lookup",),
        integrity=ANY,
        structure=(Status.INVALID,),
        ambiguity="A-18",
        algorithms=SOME,
        title=_title,
        family="mac-parameters",
    )(partial(_twice, False, _first))


vector(
    "parameters-repeated-alike",
    "creator-ct",
    Outcome.ACCEPTABLE,
    "mac-parameters-ambiguous",
    (MACRO + "mac-id-duplicate-lookup",),
    integrity=ANY,
    structure=(Status.INVALID,),
    ambiguity="A-18",
    title="Two equal items of MAC parameters bear one number",
    family="mac-parameters",
)(partial(_twice, True, False))


_MALFORMED: tuple[tuple[str, str, str, Edit], ...] = (
    (
        "list-with-half-a-tag",
        "Data Elements Signed (0400,0020) ends in half a tag",
        "element-values",
        revalued(attributes.DATA_ELEMENTS_SIGNED, lambda value: value + b"\x10\x00"),
    ),
    (
        "list-in-other-vr",
        "Data Elements Signed (0400,0020) has VR UL over the same bytes",
        "element-vr",
        in_vr(attributes.DATA_ELEMENTS_SIGNED, "UL"),
    ),
    (
        "mac-id-of-two-values",
        "MAC ID Number (0400,0005) of the parameters has two values",
        "mac-parameters-missing",
        revalued(attributes.MAC_ID_NUMBER, b"\1\0\2\0"),
    ),
)

for _name, _title, _reason, _edit in _MALFORMED:
    vector(
        _name,
        "creator-ct",
        Outcome.ACCEPTABLE,
        _reason,
        (_MISSING,),
        integrity=ANY,
        structure=(Status.INVALID,),
        ambiguity="A-12",
        title=_title,
        family="mac-parameters",
    )(partial(_changed, _edit))


@vector(
    "parameters-beside-those-of-nobody",
    "creator-ct",
    Outcome.VALID,
    requirements=[_RESOLVES, _UNPROTECTED],
    algorithms=SOME,
)
def parameters_beside_those_of_nobody(twin: Signed) -> bytes:
    """Another item of MAC parameters, which no signature uses, stands before the right one."""

    def joined(items: tuple[DataSet, ...]) -> tuple[DataSet, ...]:
        return (put(element("MACIDNumber", 99))(items[0]), *items)

    return twin.edited(in_items(tags.MAC_PARAMETERS, joined))


@vector("parameters-with-an-extra-element", "creator-ct", Outcome.VALID, requirements=[_UNPROTECTED], algorithms=SOME)
def parameters_with_an_extra_element(twin: Signed) -> bytes:
    """An element beyond the macro joined the MAC parameters, which are not hashed (A-12)."""
    return _changed(put(element("ContentDate", "20240102")), twin)
