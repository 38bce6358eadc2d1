"""Data Elements Signed (0400,0020): order, level, and what may never stand in it (PS3.3 C.12.1.1.3.1.1)."""

from collections.abc import Callable, Iterator
from typing import Final

from dicomsig.conformance.checks.hashing import shown_by_mac, what_was_done
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding import tags
from dicomsig.encoding.elements import walk_down
from dicomsig.encoding.naming import listed
from dicomsig.signatures.signable import exclusion, unknown_within
from dicomsig.signatures.verdict import SignatureReason


@judges("ps3.3-c.12.1.1.3.1.1-tags-in-order")
def list_is_strictly_ascending(signature: JudgedSignature) -> Finding | None:
    """The list is ascending and names each tag once (PS3.3 C.12.1.1.3.1.1, A-08)."""
    parameters = signature.parameters
    if parameters is None or not parameters.tag_list.listed:
        return None
    found = parameters.tag_list
    expected = "tags in strictly ascending order"
    if not found.in_order:
        return Finding.broken(SignatureReason.TAG_LIST_UNORDERED, expected=expected, found="a tag after a higher one")
    return Finding.of(not found.repeated, SignatureReason.TAG_LIST_REPEATED, expected=expected, found="a tag twice")


@judges("ps3.3-c.12.1.1.3.1.1-same-level")
def listed_tags_are_of_the_same_data_set(signature: JudgedSignature) -> Finding | None:
    """Listed tags are those of elements that the data set of the signature has (PS3.3 C.12.1.1.3.1.1, A-09)."""
    if not signature.listed:
        return None
    absent = _absent(signature)
    return Finding.of(
        not absent,
        SignatureReason.TAG_ABSENT,
        expected="each listed tag is in the data set that holds the signature",
        found=f"{listed(absent)} listed and not there",
    )


@judges("ps3.3-c.12.1.1.3.1.1-nested-elements-not-listable")
def nested_elements_are_not_listed(signature: JudgedSignature) -> Finding | None:
    """An element inside an item is signed from outside through its sequence alone (PS3.3 C.12.1.1.3.1.1, A-20)."""
    absent = set(_absent(signature))
    if absent:
        inside = {
            tags.format_tag(inner.tag)
            for element in signature.signature.data_set
            for item in element.items or ()
            for inner in walk_down(item.elements)
        }
        found = sorted(absent & inside)
        if found:
            return Finding.broken(
                CheckReason.TAG_ELSEWHERE,
                expected="the sequence is listed, not what its items hold",
                found=f"{listed(found)} listed and only inside items",
            )
        return None
    return HOLDS if signature.content.filled_item else None


def _absent(signature: JudgedSignature) -> list[str]:
    """The signable tags that are listed and not in the data set."""
    if signature.listed <= signature.present:
        return []
    return [tags.format_tag(tag) for tag in sorted(signature.listed - signature.present) if exclusion(tag) is None]


def _is(tag: tags.Tag) -> Callable[[tags.Tag], bool]:
    return lambda other: other == tag


_NEVER_SIGNED: Final[dict[str, tuple[str, Callable[[tags.Tag], bool]]]] = {
    "ps3.3-c.12.1.1.3.1.1-no-length-to-end": ("Length to End (0008,0001)", _is(tags.LENGTH_TO_END)),
    "ps3.3-c.12.1.1.3.1.1-no-group-below-0008": ("a group below 0008", lambda tag: tag < 0x00080000),
    "ps3.3-c.12.1.1.3.1.1-no-group-fffa": ("group FFFA", lambda tag: tag >> 16 == 0xFFFA),
    "ps3.3-c.12.1.1.3.1.1-no-mac-parameters": ("MAC Parameters Sequence (4FFE,0001)", _is(tags.MAC_PARAMETERS)),
    "ps3.3-c.12.1.1.3.1.1-no-trailing-padding": ("Data Set Trailing Padding", _is(tags.TRAILING_PADDING)),
}


@judges(*_NEVER_SIGNED)
def excluded_elements_are_not_listed(signature: JudgedSignature, requirement: str) -> Finding | None:
    """What the standard excludes is not listed, though it is there (PS3.3 C.12.1.1.3.1.1, A-10)."""
    if not signature.listed:
        return None
    what, excluded = _NEVER_SIGNED[requirement]
    found = _unsignable(signature, excluded)
    if found is not None:
        return _listed_in_vain(found, what)
    # File Meta Information is group 0002 and no part of the data set.
    meta = requirement.endswith("below-0008") and bool(signature.instance.meta)
    return HOLDS if meta or any(excluded(tag) for tag in signature.never_signed) else None


@judges("ps3.3-c.12.1.1.3.1.1-no-group-length")
def group_lengths_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """Elements with number 0000 are neither listed nor hashed at any depth (PS3.3 C.12.1.1.3.1.1)."""
    if not signature.listed:
        return None
    found = _unsignable(signature, tags.is_group_length)
    if found is not None:
        return _listed_in_vain(found, "group lengths")
    shown = shown_by_mac(
        signature, signature.content.group_length, "group_lengths", expected="group lengths are not hashed"
    )
    if shown is not None:
        return shown
    return HOLDS if any(tags.is_group_length(tag) for tag in signature.never_signed) else None


@judges("ps3.3-c.12.1.1.3.1.1-no-item-delimiter")
def item_delimiters_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """Item Delimitation Item (FFFE,E00D) is neither listed nor hashed (PS3.3 C.12.1.1.3.1.1)."""
    found = _unsignable(signature, _is(tags.ITEM_DELIMITER))
    if found is not None:
        return _listed_in_vain(found, "the Item Delimitation Item")
    if signature.mistaken_rule == "item_delimiter":
        return Finding.broken(
            CheckReason.STREAM_RULE,
            expected="item delimiters are not hashed",
            found=f"{what_was_done('item_delimiter')}: the MAC recomputed so equals the signed one",
        )
    return HOLDS if signature.intact and signature.content.items else None


def _unsignable(signature: JudgedSignature, excluded: Callable[[tags.Tag], bool]) -> str | None:
    """The listed tags of one excluded kind, in one line; None when there are none."""
    if signature.parameters is None or not signature.parameters.tag_list.unsignable:
        return None
    found = [tags.format_tag(tag) for tag in signature.parameters.tag_list.unsignable if excluded(tag)]
    return listed(found) if found else None


def _listed_in_vain(found: str, what: str) -> Finding:
    return Finding.broken(
        SignatureReason.TAG_UNSIGNABLE,
        expected=f"{what} never in Data Elements Signed (0400,0020)",
        found=f"{found} listed",
    )


@judges("ps3.3-c.12.1.1.3.1.1-no-un")
def unknown_elements_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """No element with VR UN is listed (PS3.3 C.12.1.1.3.1.1, A-03).

    The letters have to be in the file: in Implicit VR nobody can tell what the signer saw.
    """
    if not signature.instance.syntax.explicit or not signature.listed:
        return None
    found = [tags.format_tag(element.tag) for element in signature.covered if element.vr == "UN"]
    if found:
        expected, shown = "no element with VR UN is listed", f"{listed(found)} listed with VR UN"
        return Finding.broken(SignatureReason.ELEMENT_UNKNOWN_VR, expected=expected, found=shown)
    return HOLDS if any(element.vr == "UN" for element in signature.signature.data_set) else None


@judges("ps3.3-c.12.1.1.3.1.1-no-sequence-with-un")
def sequences_with_unknown_elements_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """A sequence that holds an element with VR UN at any depth is not listed (PS3.3 C.12.1.1.3.1.1, A-03)."""
    if not signature.instance.syntax.explicit or not signature.listed:
        return None
    if "UN" in signature.content.vrs:
        found = list(_with_unknown(signature, covered=True))
        if found:
            expected = "no sequence that holds an element with VR UN is listed"
            shown = f"{listed(found)} inside a listed sequence has VR UN"
            return Finding.broken(SignatureReason.ELEMENT_UNKNOWN_VR, expected=expected, found=shown)
    return HOLDS if next(_with_unknown(signature, covered=False), None) is not None else None


def _with_unknown(signature: JudgedSignature, *, covered: bool) -> Iterator[str]:
    """The first UN within each sequence that is listed, or that is not."""
    for element in signature.signature.data_set:
        if element.items and element.vr == "SQ" and (element.tag in signature.listed) is covered:
            path = unknown_within(element, signature.signature.place) if exclusion(element.tag) is None else None
            if path is not None:
                yield path
