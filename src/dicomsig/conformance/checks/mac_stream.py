"""How elements, sequences, items and fragments enter the MAC (PS3.3 C.12.1.1.3.1.1, C.12.1.1.3.1.2)."""

from dicomsig.conformance.checks.hashing import shown_by_mac, signed_in_order
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding.vr import UNIT


@judges("ps3.3-c.12.1.1.3.1.1-lists-all-signed-tags")
def listed_elements_give_the_mac(signature: JudgedSignature) -> Finding | None:
    """The listed elements alone give the MAC, so nothing else was hashed (PS3.3 C.12.1.1.3.1.1)."""
    return shown_by_mac(signature, bool(signature.covered), expected="every hashed element is listed")


@judges("ps3.3-c.12.1.1.3.1.2-element-fields", "ps3.5-7.1.2-short-and-long-headers")
def elements_are_hashed_with_header_and_value(signature: JudgedSignature) -> Finding | None:
    """An ordinary element is hashed as tag, VR, length in the form of its VR, and value (PS3.3 C.12.1.1.3.1.2)."""
    return shown_by_mac(signature, signature.content.plain, expected="tag, VR, length and value are hashed")


@judges("ps3.5-7.3-little-endian-values")
def numbers_are_hashed_little_endian(signature: JudgedSignature) -> Finding | None:
    """Numbers and tags are hashed with their least significant byte first (PS3.5 7.3)."""
    occurs = not signature.content.vrs.isdisjoint(UNIT)
    return shown_by_mac(signature, occurs, expected="numbers are hashed little endian")


@judges("ps3.3-c.12.1.1.3.1.2-element-order")
def elements_are_hashed_in_data_set_order(signature: JudgedSignature) -> Finding | None:
    """Elements are hashed in the order in which the data set has them (PS3.3 C.12.1.1.3.1.2, A-08)."""
    if signature.intact:
        return HOLDS if len(signature.covered) > 1 else None
    parameters = signature.parameters
    if not signature.explainable or parameters is None:
        return None
    position = {tag: number for number, tag in reversed(list(enumerate(parameters.tag_list.listed)))}
    orders = {
        "the list": sorted(signature.covered, key=lambda element: position[element.tag]),
        "the tags": sorted(signature.covered, key=lambda element: element.tag),
    }
    for name, elements in orders.items():
        if elements != list(signature.covered) and signed_in_order(signature, elements):
            return Finding.broken(
                CheckReason.STREAM_ORDER,
                expected="elements are hashed in the order of the data set",
                found=f"they were hashed in the order of {name}: the MAC recomputed so equals the signed one",
            )
    return None


@judges("ps3.3-c.12.1.1.3.1.2-sequence-header-without-length")
def sequences_are_hashed_without_length(signature: JudgedSignature) -> Finding | None:
    """A sequence is hashed as tag, VR and reserved bytes, without its length (PS3.3 C.12.1.1.3.1.2)."""
    expected = "no length of a sequence is hashed"
    return shown_by_mac(signature, signature.content.sequences, "sequence_length", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-sequence-delimiter-always", "ps3.3-c.12.1.1.3.1.1-sequence-delimiter-implied")
def sequence_delimiters_are_hashed(signature: JudgedSignature) -> Finding | None:
    """The delimiter tag closes each sequence in the MAC, whether the file has one or not (PS3.3 C.12.1.1.3.1.2)."""
    expected = "the tag (FFFE,E0DD) is hashed after each sequence"
    return shown_by_mac(signature, signature.content.sequences, "sequence_delimiter", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-empty-sequence")
def empty_sequences_are_header_and_delimiter(signature: JudgedSignature) -> Finding | None:
    """A sequence without items is hashed as header and delimiter tag alone (PS3.3 C.12.1.1.3.1.2)."""
    occurs = signature.content.empty_sequence
    rules = ("sequence_length", "sequence_delimiter") if occurs else ()
    return shown_by_mac(signature, occurs, *rules, expected="an empty sequence is hashed as header and delimiter tag")


@judges("ps3.5-7.5.2-empty-sequence-form")
def empty_sequences_have_a_lawful_form(signature: JudgedSignature) -> Finding | None:
    """An empty sequence has length zero or holds its delimiter alone, and either form was signed (PS3.5 7.5.2)."""
    return shown_by_mac(signature, signature.content.empty_sequence, expected="length zero, or the delimiter alone")


@judges("ps3.3-c.12.1.1.3.1.2-item-tag-without-length")
def items_are_hashed_without_length(signature: JudgedSignature) -> Finding | None:
    """An item is hashed as its tag and its content, without its length (PS3.3 C.12.1.1.3.1.2)."""
    expected = "no length of an item is hashed"
    return shown_by_mac(signature, signature.content.items, "item_length", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-empty-item")
def empty_items_are_the_bare_tag(signature: JudgedSignature) -> Finding | None:
    """An item without elements is hashed as its bare tag (PS3.3 C.12.1.1.3.1.2)."""
    occurs = signature.content.empty_item
    rules = ("item_length", "item_delimiter") if occurs else ()
    return shown_by_mac(signature, occurs, *rules, expected="an empty item is hashed as its bare tag")


@judges("ps3.5-7.5.1-empty-item-form")
def empty_items_have_a_lawful_form(signature: JudgedSignature) -> Finding | None:
    """An empty item has length zero or holds its delimiter alone, and either form was signed (PS3.5 7.5.1)."""
    return shown_by_mac(signature, signature.content.empty_item, expected="length zero, or the delimiter alone")


@judges(
    "ps3.3-c.12.1.1.3.1.2-item-content-recursive",
    "ps3.3-c.12.1.1.3.1.1-sequence-content-implied",
)
def item_content_is_hashed_by_the_same_rules(signature: JudgedSignature) -> Finding | None:
    """A listed sequence brings in all that its items hold, by the same rules to any depth (PS3.3 C.12.1.1.3.1.2)."""
    return shown_by_mac(
        signature, signature.content.filled_item, expected="what items hold is hashed by the same rules"
    )


@judges("ps3.3-c.12.1.1.3.1.1-item-tags-implied", "ps3.5-7.5-item-tags-without-vr")
def item_tags_are_hashed_bare(signature: JudgedSignature) -> Finding | None:
    """The tag of each item of a listed sequence is hashed, four bytes without VR (PS3.3 C.12.1.1.3.1.1, PS3.5 7.5)."""
    return shown_by_mac(signature, signature.content.items, expected="the tag of each item is hashed, without VR")


@judges("ps3.3-c.12.1.1.3.1.1-nested-signatures-skipped")
def nested_signatures_are_not_hashed(signature: JudgedSignature) -> Finding | None:
    """Signatures and MAC parameters inside items stay out of the outer MAC (PS3.3 C.12.1.1.3.1.1, A-19)."""
    expected = "group FFFA and (4FFE,0001) inside items are not hashed"
    return shown_by_mac(signature, signature.content.nested_signature, "nested_signatures", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-encapsulated-header-without-length")
def encapsulated_values_are_hashed_without_length(signature: JudgedSignature) -> Finding | None:
    """Encapsulated data are hashed as tag, VR and reserved bytes, without length (PS3.3 C.12.1.1.3.1.2)."""
    expected = "the undefined length of encapsulated data is not hashed"
    return shown_by_mac(signature, bool(signature.content.encapsulated), "fragments_length", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.2-fragment-tag-without-length")
def fragments_are_hashed_without_length(signature: JudgedSignature) -> Finding | None:
    """A fragment is hashed as item tag and bytes, without its length (PS3.3 C.12.1.1.3.1.2)."""
    expected = "no length of a fragment is hashed"
    return shown_by_mac(signature, bool(signature.content.encapsulated), "fragment_length", expected=expected)


@judges("ps3.3-c.12.1.1.3.1.1-encapsulated-item-tags-implied")
def fragment_tags_are_hashed(signature: JudgedSignature) -> Finding | None:
    """The item tags between fragments are hashed (PS3.3 C.12.1.1.3.1.1)."""
    return shown_by_mac(signature, bool(signature.content.encapsulated), expected="the tag of each fragment is hashed")


@judges("ps3.5-a.4-nested-pixels-native-or-encapsulated")
def nested_pixels_are_hashed_as_they_are(signature: JudgedSignature) -> Finding | None:
    """Pixel data of an icon are hashed in the form they have, native or encapsulated (PS3.5 A.4)."""
    return shown_by_mac(signature, signature.content.nested_pixels, expected="nested pixel data are hashed as they are")


@judges("ps3.3-c.12.1.1.3.1.1-private-elements-signable")
def private_elements_can_be_signed(signature: JudgedSignature) -> Finding | None:
    """A private element with a known VR was signed and is verified (PS3.3 C.12.1.1.3.1.1, A-03)."""
    return shown_by_mac(signature, signature.content.private, expected="private elements are hashed with their VR")
