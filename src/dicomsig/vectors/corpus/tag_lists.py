"""Lists of signed elements that break a rule although the MAC may be right (PS3.3 C.12.1.1.3.1.1, A-08 to A-10)."""

from functools import partial
from typing import Final

from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import LIST, STREAM, by
from dicomsig.vectors.edits import at, put
from dicomsig.vectors.forge import forge
from dicomsig.vectors.values import leaf
from dicomsig.vectors.vector import ANY, Outcome, Statuses
from dicomsig.vectors.writing import DEFAULT, Signed, positive, vector
from dicomsig.vectors.wrong_signers import wrong_signers
from dicomsig.vectors.wrong_signers.twins import file_set_id, length_to_end

_BROKEN: Final[Statuses] = (Status.INVALID,)
_FORBIDDEN: Final = LIST + "forbidden-tag-listed-verdict"
_ABSENT: Final = LIST + "absent-tag-verdict"


def reused(name: str, twin: Signed) -> bytes:
    """The change of a wrong signer, made to the twin of a vector."""
    return forge(wrong_signers()[name].change(twin.forgery))


positive(
    "whole-length-to-end",
    (_FORBIDDEN,),
    algorithms=DEFAULT,
    title="Length to End (0008,0001) is there and not signed",
    family="tag-lists",
)(by(length_to_end))
positive(
    "whole-file-set-id",
    (_FORBIDDEN,),
    algorithms=DEFAULT,
    title="An element of group 0004 is there and not signed",
    family="tag-lists",
)(by(file_set_id))

_ALSO: Final = {"trailing-padding-listed": (LIST + "trailing-padding-neutral",)}
_LISTED: tuple[tuple[str, str, str], ...] = (
    ("length-to-end-listed", "whole-length-to-end", "Length to End (0008,0001)"),
    ("group-length-listed", "whole-nested-group-lengths", "a group length (0008,0000)"),
    ("group-below-0008-listed", "whole-file-set-id", "an element of group 0004"),
    ("un-listed", "unknown-beside-signed", "a private element with VR UN"),
    ("sequence-with-un-listed", "unknown-beside-signed", "a sequence that has a UN element in its item"),
    ("trailing-padding-listed", "whole-nested-trailing-padding", "Data Set Trailing Padding (FFFC,FFFC)"),
)

for _name, _twin, _what in _LISTED:
    _unknown = "un-listed" in _name or "with-un" in _name
    vector(
        _name,
        _twin,
        Outcome.ACCEPTABLE if _unknown else Outcome.INDETERMINATE,
        "element-un" if _unknown else "tag-unsignable",
        (_FORBIDDEN, *((STREAM + "un-element-indeterminate",) if _unknown else _ALSO.get(_name, ()))),
        integrity=(Status.INVALID, Status.INDETERMINATE) if _unknown else ANY,
        structure=ANY if _unknown else _BROKEN,
        ambiguity="A-03" if _unknown else "A-10",
        title=f"The list names {_what}, which is there",
        family="tag-lists",
    )(partial(reused, _name))

for _name, _what in (
    ("signatures-listed", "Digital Signatures Sequence (FFFA,FFFA)"),
    ("mac-parameters-listed", "MAC Parameters Sequence (4FFE,0001)"),
):
    vector(
        f"second-list-names-{_name.removesuffix('-listed')}",
        "two-signatures",
        Outcome.INDETERMINATE,
        "tag-unsignable",
        (_FORBIDDEN,),
        hits=("/#1",),
        integrity=ANY,
        structure=_BROKEN,
        ambiguity="A-10",
        algorithms=DEFAULT,
        title=f"The list of the second signature names {_what}",
        family="tag-lists",
    )(partial(reused, _name))

_OPEN: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "list-reversed",
        "tag-list-unordered",
        "A-08",
        LIST + "tags-out-of-order-verdict",
        "is descending",
    ),
    ("list-repeats-a-tag", "tag-list-repeated", "A-08", LIST + "duplicate-tags-verdict", "names a tag twice"),
    ("list-names-an-absent-element", "tag-absent", "A-09", _ABSENT, "names an element that is nowhere"),
    ("list-names-an-element-of-an-item", "tag-absent", "A-09", _ABSENT, "names an element that stands only in an item"),
)

for _name, _reason, _ambiguity, _requirement, _what in _OPEN:
    vector(
        _name,
        "base-ct",
        Outcome.ACCEPTABLE,
        _reason,
        (_requirement,),
        integrity=ANY,
        structure=ANY,
        ambiguity=_ambiguity,
        algorithms=DEFAULT,
        title=f"The list was made so: it {_what}",
        family="tag-lists",
    )(partial(reused, _name))

vector(
    "list-of-an-item-names-outer-elements",
    "item-alone",
    Outcome.ACCEPTABLE,
    "tag-absent",
    (_ABSENT,),
    integrity=ANY,
    structure=ANY,
    ambiguity="A-09",
    algorithms=DEFAULT,
    title="The list of a signature in an item names SOP Instance UID (0008,0018), which stands around the item",
    family="tag-lists",
)(partial(reused, "list-of-an-item-names-outer-elements"))

for _name, _title, _requirement in (
    ("mac-follows-a-reversed-list", "The list is descending, and so is the MAC", LIST + "tags-out-of-order-verdict"),
    ("list-lacks-a-hashed-element", "An element was hashed and is not in the list", STREAM + "element-order"),
):
    vector(
        _name,
        "base-ct",
        reason="mac-mismatch",
        requirements=(_requirement, STREAM + "element-order"),
        algorithms=DEFAULT,
        title=_title,
        family="tag-lists",
    )(partial(reused, _name))


@vector(
    "absent-tag-added-to-list-later",
    "creator-ct",
    Outcome.ACCEPTABLE,
    "tag-absent",
    [_ABSENT],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-09",
    algorithms=DEFAULT,
)
def absent_tag_added_to_list_later(twin: Signed) -> bytes:
    """A tag of an element that is nowhere was added to the list after signing; the MAC is the same."""
    assert twin.forgery.listed is not None
    more = tuple(sorted((*twin.forgery.listed, 0x00104000)))
    return twin.edited(at("/4ffe0001[0]/", put(leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *more))))


@vector(
    "forbidden-tag-absent-and-listed",
    "creator-ct",
    Outcome.ACCEPTABLE,
    "tag-unsignable",
    [_FORBIDDEN, _ABSENT],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-10",
    algorithms=DEFAULT,
)
def forbidden_tag_absent_and_listed(twin: Signed) -> bytes:
    """The list names Length to End (0008,0001), which is never signed and is not there."""
    assert twin.forgery.listed is not None
    more = tuple(sorted((*twin.forgery.listed, 0x00080001)))
    return twin.edited(at("/4ffe0001[0]/", put(leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", *more))))


@vector(
    "tag-hashed-twice",
    "base-ct",
    reason="mac-mismatch",
    requirements=[LIST + "duplicate-tags-verdict"],
    algorithms=DEFAULT,
)
def tag_hashed_twice(twin: Signed) -> bytes:
    """The list names SOP Class UID (0008,0016), the first one hashed, twice, and the MAC has it twice."""
    assert twin.forgery.listed is not None
    listed = (0x00080016, 0x00080016)
    return twin.forged(listed=listed, stream=_first_twice)


def _first_twice(data: bytes) -> bytes:
    length = 8 + int.from_bytes(data[6:8], "little")
    return data[:length] + data
