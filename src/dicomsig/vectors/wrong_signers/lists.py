"""Lists of signed elements that are out of order, repeat, or name what must not be signed (PS3.3 C.12.1.1.3.1.1)."""

from dataclasses import replace

from dicomsig.encoding import tags
from dicomsig.vectors.forge import Forgery, Order, signable_tags
from dicomsig.vectors.values import tag_of
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import (
    ct,
    file_set_id,
    group_lengths,
    in_item,
    length_to_end,
    private_unknown,
    trailing_padding,
    two_signatures,
)

_LIST = "ps3.3-c.12.1.1.3.1.1-"


def also_listed(twin: Forgery, *added: tags.Tag) -> Forgery:
    """The list names more, where it sorts; what is never signed is left out of the MAC all the same."""
    return replace(twin, listed=tuple(sorted({*signable_tags(twin.base), *added})))


@wrong("ps3.3-c.12.1.1.3.1.2-mac-into-signature", ct)
def list_lacks_a_hashed_element(twin: Forgery) -> Forgery:
    """Patient's Name (0010,0010) went into the MAC and is not in the list."""
    hashed = signable_tags(twin.base)
    return replace(twin, hashed=hashed, listed=tuple(tag for tag in hashed if tag != tag_of("PatientName")))


@wrong(_LIST + "same-level", in_item)
def list_of_an_item_names_outer_elements(twin: Forgery) -> Forgery:
    """The list of a signature in an item names SOP Instance UID (0008,0018), which only the data set around it has."""
    inner = (tags.SOP_INSTANCE_UID, tag_of("CodeValue"), tag_of("CodingSchemeDesignator"))
    return replace(twin, listed=inner)


@wrong(_LIST + "same-level", ct)
def list_names_an_absent_element(twin: Forgery) -> Forgery:
    """The list names Patient Comments (0010,4000), which the instance has nowhere."""
    return also_listed(twin, tag_of("PatientComments"))


@wrong(_LIST + "nested-elements-not-listable", ct)
def list_names_an_element_of_an_item(twin: Forgery) -> Forgery:
    """The list names Code Value (0008,0100), which stands only in an item of the data set."""
    return also_listed(twin, tag_of("CodeValue"))


@wrong(_LIST + "tags-in-order", ct)
def list_reversed(twin: Forgery) -> Forgery:
    """The list is descending; the MAC follows the data set."""
    return replace(twin, listed=tuple(reversed(signable_tags(twin.base))))


@wrong(_LIST + "tags-in-order", ct)
def list_repeats_a_tag(twin: Forgery) -> Forgery:
    """The list names Patient's Name (0010,0010) twice in a row; it is hashed once."""
    return replace(twin, listed=tuple(sorted((*signable_tags(twin.base), tag_of("PatientName")))))


@wrong("ps3.3-c.12.1.1.3.1.2-element-order", ct)
def mac_follows_a_reversed_list(twin: Forgery) -> Forgery:
    """The list is descending, and so is the MAC."""
    return replace(list_reversed(twin), order=Order.LIST)


@wrong(_LIST + "no-length-to-end", length_to_end)
def length_to_end_listed(twin: Forgery) -> Forgery:
    """The list names Length to End (0008,0001), which is there."""
    return also_listed(twin, tags.LENGTH_TO_END)


@wrong(_LIST + "no-group-length", group_lengths)
def group_length_listed(twin: Forgery) -> Forgery:
    """The list names a group length (0008,0000), which is there."""
    return also_listed(twin, 0x00080000)


@wrong(_LIST + "no-group-below-0008", file_set_id)
def group_below_0008_listed(twin: Forgery) -> Forgery:
    """The list names File-set ID (0004,1130), which is there."""
    return also_listed(twin, tag_of("FileSetID"))


@wrong(_LIST + "no-un", private_unknown)
def un_listed(twin: Forgery) -> Forgery:
    """The list names a private element with VR UN."""
    return also_listed(twin, 0x00991001)


@wrong(_LIST + "no-sequence-with-un", private_unknown)
def sequence_with_un_listed(twin: Forgery) -> Forgery:
    """The list names a private sequence that has a UN element in its item."""
    return also_listed(twin, 0x00991003)


@wrong(_LIST + "no-group-fffa", two_signatures)
def signatures_listed(twin: Forgery) -> Forgery:
    """The list of the second signature names Digital Signatures Sequence (FFFA,FFFA)."""
    return also_listed(twin, tags.DIGITAL_SIGNATURES)


@wrong(_LIST + "no-mac-parameters", two_signatures)
def mac_parameters_listed(twin: Forgery) -> Forgery:
    """The list of the second signature names MAC Parameters Sequence (4FFE,0001)."""
    return also_listed(twin, tags.MAC_PARAMETERS)


@wrong(_LIST + "no-trailing-padding", trailing_padding)
def trailing_padding_listed(twin: Forgery) -> Forgery:
    """The list names Data Set Trailing Padding (FFFC,FFFC), which is there."""
    return also_listed(twin, tags.TRAILING_PADDING)
