"""Digital Signature Purpose Code Sequence (0400,0401) and its codes (PS3.3 C.12.1.1.3, PS3.16 CID 7007).

The group is a baseline: codes of other schemes are lawful, so only what claims to be of the group is judged.
"""

from typing import Final

from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.reports import PURPOSE_SCHEME, Purpose
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding.elements import find
from dicomsig.encoding.instance import plain_text
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import SignatureReason

_SCHEME_UID: Final = "1.2.840.10065.1.12"
_GROUP: Final = "7007"
_GROUP_UID: Final = "1.2.840.10008.6.1.488"
_MAPPING_RESOURCE: Final = 0x00080105
_EXTENSION_FLAG: Final = 0x0008010B
_RESOURCE: Final = "DCMR"
_CODES: Final = frozenset(str(number) for number in range(1, 19))


def _group_purpose(signature: JudgedSignature) -> Purpose | None:
    """The purpose, unless its item says that the code comes from elsewhere or extends the group (PS3.3 8.6 to 8.8).

    CID 7007 is of the mapping resource DCMR; what another resource calls 7007 is another group.
    """
    purpose, sequence = signature.purpose, signature.element(attributes.PURPOSE)
    if purpose is None or sequence is None or not sequence.items:
        return None
    said = []
    for tag in (_MAPPING_RESOURCE, _EXTENSION_FLAG):
        element = find(sequence.items[0].elements, tag)
        said.append("" if element is None else plain_text(signature.instance.value(element, 64)))
    return purpose if said[0] in ("", _RESOURCE) and said[1] != "Y" else None


def _of_the_group(purpose: Purpose) -> bool:
    """The code says, by context or by scheme, that it is one of CID 7007."""
    return (
        purpose.context == _GROUP
        or purpose.context_uid == _GROUP_UID
        or purpose.scheme_uid == _SCHEME_UID
        or purpose.scheme.casefold() == PURPOSE_SCHEME.casefold()
    )


@judges("ps3.3-c.12.1.1.3-purpose-single-item")
def purpose_has_one_item(signature: JudgedSignature) -> Finding | None:
    """Digital Signature Purpose Code Sequence (0400,0401) has one item (PS3.3 C.12.1.1.3)."""
    sequence = signature.element(attributes.PURPOSE)
    if sequence is None:
        return None
    count = len(sequence.items or ())
    return Finding.of(count == 1, SignatureReason.PURPOSE_ITEMS, expected="one item", found=f"{count} items")


@judges("ps3.16-cid-7007-context-group")
def purpose_names_its_context_group(signature: JudgedSignature) -> Finding | None:
    """A purpose that names the context group 7007 names its UID too, or none (PS3.16 CID 7007, PS3.6)."""
    purpose = _group_purpose(signature)
    if purpose is None or (purpose.context != _GROUP and purpose.context_uid != _GROUP_UID):
        return None
    return Finding.of(
        purpose.context == _GROUP and purpose.context_uid in ("", _GROUP_UID),
        CheckReason.PURPOSE_CONTEXT,
        expected=f"Context Identifier {_GROUP} and, if any, Context UID {_GROUP_UID}",
        found="an identifier and a UID of different groups",
        values=f"{purpose.context} {purpose.context_uid}",
    )


@judges("ps3.16-cid-7007-scheme-designator")
def purpose_has_the_scheme_of_the_group(signature: JudgedSignature) -> Finding | None:
    """A purpose of the group has the scheme designator ASTM-sigpurpose (PS3.16 CID 7007)."""
    purpose = _group_purpose(signature)
    if purpose is None or not _of_the_group(purpose):
        return None
    if purpose.scheme.casefold() != PURPOSE_SCHEME.casefold() and purpose.value not in _CODES:
        return None  # the group may be extended by codes of other schemes
    return Finding.of(
        purpose.scheme == PURPOSE_SCHEME,
        CheckReason.PURPOSE_SCHEME,
        expected=f"Coding Scheme Designator {PURPOSE_SCHEME}",
        found="another designator",
        values=purpose.scheme,
    )


@judges("ps3.16-cid-7007-code-values")
def purpose_is_a_code_of_the_group(signature: JudgedSignature) -> Finding | None:
    """A purpose with the scheme of the group has a code from 1 to 18, without leading zeros (PS3.16 CID 7007)."""
    purpose = _group_purpose(signature)
    if purpose is None or purpose.scheme != PURPOSE_SCHEME:
        return None
    return Finding.of(
        purpose.value in _CODES,
        CheckReason.PURPOSE_CODE,
        expected="a Code Value from 1 to 18",
        found="another code",
        values=purpose.value,
    )
