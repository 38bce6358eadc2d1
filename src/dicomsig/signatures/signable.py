"""What may be signed: the exclusions hold in the list and, at every depth, in the stream (PS3.3 C.12.1.1.3.1.1)."""

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element


def exclusion(tag: tags.Tag) -> str | None:
    """Why an element with this tag is never signed; None when it may be."""
    if tags.is_group_length(tag):
        return "group lengths are never signed"
    if tag < 0x00080000:
        return "elements of groups below 0008 are never signed"
    if tag < 0x00080002:
        return "Length to End is never signed"
    if tag < tags.MAC_PARAMETERS:
        return None
    if tag == tags.MAC_PARAMETERS:
        return "MAC Parameters Sequence is never signed"
    if tag >> 16 == 0xFFFA:
        return "group FFFA is never signed"
    if tag == tags.TRAILING_PADDING:
        return "Data Set Trailing Padding is never signed"
    if tag == tags.ITEM_DELIMITER:
        return "the Item Delimitation Item is never signed"
    return None


def unknown_within(element: Element, path: str = tags.MAIN_PLACE) -> str | None:
    """The tag path of the first UN in an element that would be hashed, itself included; None when there is none.

    A sequence with a UN at any depth is not signable as a whole; what the MAC skips does not count.
    """
    if element.vr == "UN":
        return path + tags.format_tag(element.tag)
    for index, item in enumerate(element.items or ()):
        step = path + tags.format_step(element.tag, index)
        for inner in item.elements:
            if (inner.vr == "UN" or inner.items) and exclusion(inner.tag) is None:
                found = unknown_within(inner, step)
                if found is not None:
                    return found
    return None
