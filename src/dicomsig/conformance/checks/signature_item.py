"""The elements of a signature item (PS3.3 C.12.1.1.3, Table C.12-6; PS3.6)."""

from typing import Final

from dicomsig.conformance.checks.attribute_rules import attribute_finding, registry_finding
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.crypto.digests import MacAlgorithm, digest_size
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element
from dicomsig.encoding.instance import plain_text
from dicomsig.encoding.naming import listed
from dicomsig.signatures import attributes
from dicomsig.signatures.attributes import MacroAttribute
from dicomsig.signatures.verdict import SignatureReason

_ATTRIBUTES: Final = {
    "ps3.3-c.12.1.1.3-mac-id-in-signature": attributes.SIGNATURE_ATTRIBUTES[0],
    "ps3.3-c.12.1.1.3-signature-uid-present": attributes.SIGNATURE_ATTRIBUTES[1],
    "ps3.3-c.12.1.1.3-signature-datetime-present": attributes.SIGNATURE_ATTRIBUTES[2],
    "ps3.3-c.12.1.1.3-certificate-type-present": attributes.SIGNATURE_ATTRIBUTES[3],
    "ps3.3-c.12.1.1.3-signature-present": attributes.SIGNATURE_ATTRIBUTES[5],
}

_REGISTRY: Final = {
    attribute.tag: attribute
    for attribute in (
        *attributes.PARAMETERS_ATTRIBUTES,
        *attributes.SIGNATURE_ATTRIBUTES,
        MacroAttribute(0x04000402, "ReferencedDigitalSignatureSequence", "SQ"),
        MacroAttribute(0x04000403, "ReferencedSOPInstanceMACSequence", "SQ"),
        MacroAttribute(0x04000404, "MAC", "OB"),
        MacroAttribute(0x04000500, "EncryptedAttributesSequence", "SQ"),
        MacroAttribute(0x04000510, "EncryptedContentTransferSyntaxUID", "UI"),
        MacroAttribute(0x04000520, "EncryptedContent", "OB"),
        MacroAttribute(0x04000550, "ModifiedAttributesSequence", "SQ"),
        MacroAttribute(tags.ORIGINAL_ATTRIBUTES, "OriginalAttributesSequence", "SQ"),
        MacroAttribute(0x04000600, "InstanceOriginStatus", "CS"),
        MacroAttribute(tags.MAC_PARAMETERS, "MACParametersSequence", "SQ"),
        MacroAttribute(tags.DIGITAL_SIGNATURES, "DigitalSignaturesSequence", "SQ"),
    )
}

_DIGEST: Final = 0x04000404
_DIGEST_LENGTHS: Final = frozenset((16, 20, 32, 48, 64))
_ONCE: Final = (attributes.CERTIFICATE, attributes.SIGNATURE)


@judges(*_ATTRIBUTES)
def item_attribute_is_present(signature: JudgedSignature, requirement: str) -> Finding | None:
    """Each signature item has MAC ID, UID, time, certificate type and signature (PS3.3 C.12.1.1.3, Type 1)."""
    finding = attribute_finding(signature.instance, signature.signature.item, _ATTRIBUTES[requirement])
    if finding is not HOLDS:
        return finding
    if requirement.endswith("mac-id-in-signature"):
        return _mac_id_is_of_an_item(signature)
    if requirement.endswith("signature-uid-present"):
        return _is_uid(signature.signature.uid)
    if requirement.endswith("datetime-present"):
        return Finding.of(
            SignatureReason.DATETIME_MALFORMED not in signature.reasons,
            SignatureReason.DATETIME_MALFORMED,
            expected="a date and time as PS3.5 6.2 writes it, such as 20240615120000+0000",
            found="another text",
            values=signature.signature.datetime_text,
        )
    return HOLDS


def _mac_id_is_of_an_item(signature: JudgedSignature) -> Finding:
    """The number leads to MAC parameters of the same data set; several are the matter of another row (A-18)."""
    return Finding.of(
        bool(signature.signature.parameters),
        SignatureReason.MAC_PARAMETERS_MISSING,
        expected="the MAC ID Number (0400,0005) of a MAC Parameters item of the same data set",
        found="a number that no MAC Parameters item of the data set bears",
    )


def _is_uid(uid: str) -> Finding:
    components = uid.split(".")
    well_formed = len(uid) <= 64 and all(
        part.isascii() and part.isdigit() and (part == "0" or part[0] != "0") for part in components
    )
    expected = "a UID of at most 64 digits and dots, no component with a leading zero (PS3.5 9.1)"
    return Finding.of(well_formed, CheckReason.UID_MALFORMED, expected=expected, found="another text", values=uid)


@judges("ps3.3-c.12.1.1.3-signature-datetime-offset")
def signature_datetime_states_its_offset(signature: JudgedSignature) -> Finding | None:
    """Digital Signature DateTime (0400,0105) states its offset from UTC (PS3.3 C.12.1.1.3, A-16)."""
    if not signature.signature.datetime_text or SignatureReason.DATETIME_MALFORMED in signature.reasons:
        return None
    return Finding.of(
        SignatureReason.DATETIME_WITHOUT_OFFSET not in signature.reasons,
        SignatureReason.DATETIME_WITHOUT_OFFSET,
        expected="a sign and four digits at the end, such as +0100",
        found="no offset from UTC",
        values=signature.signature.datetime_text,
    )


@judges("ps3.3-c.12.1.1.3.1.2-one-item-per-signer")
def each_signature_is_an_item_of_its_own(whole: JudgedInstance) -> Finding | None:
    """Each signature is an item with a certificate of its own (PS3.3 C.12.1.1.3.1.2)."""
    for each in whole.signatures:
        elements = [element.tag for element in each.signature.item.elements]
        twice = [tags.format_tag(tag) for tag in _ONCE if elements.count(tag) > 1]
        if twice:
            return Finding.broken(
                CheckReason.ITEM_ELEMENT_REPEATED,
                expected="one certificate and one signature in an item of Digital Signatures Sequence",
                found=f"{listed(twice)} more than once in one item, at {each.signature.name}",
            )
    return HOLDS if len(whole.signatures) > 1 else None


@judges("ps3.6-6-registry-vr-vm")
def signature_elements_are_as_registered(whole: JudgedInstance) -> Finding | None:
    """Elements of groups 0400, 4FFE and FFFA have the registered VR and number of values (PS3.6 6)."""
    seen = False
    for place, element in whole.security_elements:
        attribute = _REGISTRY.get(element.tag)
        if attribute is None:
            continue
        seen = True
        finding = registry_finding(whole.instance, element, attribute)
        if finding is not HOLDS:
            return Finding.broken(
                finding.reason,
                expected=finding.expected,
                found=f"{finding.found}, at {place}{tags.format_tag(element.tag)}",
            )
    return HOLDS if seen else None


@judges("ps3.5-6.2-digests-never-odd")
def digests_have_the_length_of_their_algorithm(whole: JudgedInstance) -> Finding | None:
    """A digest in MAC (0400,0404) is as long as the output of its algorithm (PS3.5 6.2, PS3.3 C.17.2.1)."""
    digests = [(place, element) for place, element in whole.security_elements if element.tag == _DIGEST]
    if not digests:
        return None
    algorithms = {at: each for at, each in whole.security_elements if each.tag == attributes.MAC_ALGORITHM}
    for place, element in digests:
        size = _digest_size(whole, algorithms.get(place))
        if element.length != size if size else element.length not in _DIGEST_LENGTHS:
            return Finding.broken(
                CheckReason.DIGEST_LENGTH,
                expected=f"{size or '16, 20, 32, 48 or 64'} bytes in MAC (0400,0404)",
                found=f"{element.length} bytes at {place}",
            )
    return HOLDS


def _digest_size(whole: JudgedInstance, algorithm: Element | None) -> int | None:
    """The bytes of a digest by the MAC Algorithm (0400,0015) beside it, None where that is no defined term."""
    term = "" if algorithm is None or algorithm.items is not None else plain_text(whole.instance.value(algorithm, 64))
    return digest_size(MacAlgorithm(term)) if term in MacAlgorithm.__members__ else None
