"""Items of the macro that lack something, or hold what they must not (PS3.3 C.12.1.1.3, Table C.12-6)."""

from dataclasses import replace

from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import DEFLATED_UID
from dicomsig.signatures import attributes
from dicomsig.vectors.edits import dropped, emptied, in_vr, put, revalued, twice
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.values import element, sequence, tag_of
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import (
    big_endian,
    ct,
    item_and_whole,
    purpose_code,
    two_signatures,
    with_origin,
    with_purpose,
)

_MACRO = "ps3.3-c.12.1.1.3-"


@wrong(_MACRO + "mac-parameters-not-empty", ct)
def mac_parameters_without_items(twin: Forgery) -> Forgery:
    """MAC Parameters Sequence (4FFE,0001) has no item."""
    return replace(twin, afterwards=(emptied(tags.MAC_PARAMETERS),))


@wrong(_MACRO + "mac-id-in-parameters", ct)
def mac_id_missing_in_parameters(twin: Forgery) -> Forgery:
    """MAC ID Number (0400,0005) is missing in the MAC Parameters item."""
    return replace(twin, parameters=(dropped(attributes.MAC_ID_NUMBER),))


@wrong(_MACRO + "mac-id-in-parameters", ct)
def mac_id_in_another_vr(twin: Forgery) -> Forgery:
    """MAC ID Number (0400,0005) in the MAC Parameters item has VR SS."""
    return replace(twin, parameters=(in_vr(attributes.MAC_ID_NUMBER, "SS"),))


@wrong(_MACRO + "mac-id-unique", item_and_whole)
def mac_id_of_an_item_repeated(twin: Forgery) -> Forgery:
    """The MAC Parameters of the main data set bear the number of those in an item."""
    number = element("MACIDNumber", 1)
    return replace(twin, parameters=(put(number),), item=(put(number),))


@wrong(_MACRO + "mac-transfer-syntax-present", ct)
def mac_transfer_syntax_missing(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is missing."""
    return replace(twin, parameters=(dropped(attributes.MAC_TRANSFER_SYNTAX),))


@wrong(_MACRO + "mac-transfer-syntax-present", ct)
def mac_transfer_syntax_empty(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is empty."""
    return replace(twin, parameters=(emptied(attributes.MAC_TRANSFER_SYNTAX),))


@wrong(_MACRO + "mac-transfer-syntax-explicit-little-endian", ct)
def mac_transfer_syntax_implicit(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is Implicit VR Little Endian."""
    return replace(twin, parameters=(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2"),))


@wrong(_MACRO + "mac-transfer-syntax-explicit-little-endian", ct)
def mac_transfer_syntax_big_endian(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is Explicit VR Big Endian."""
    return replace(twin, parameters=(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.2"),))


@wrong(_MACRO + "mac-transfer-syntax-deflated", ct, warned=True)
def mac_transfer_syntax_deflated(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is the deflated one; inflated bytes were hashed (A-07)."""
    return replace(twin, parameters=(revalued(attributes.MAC_TRANSFER_SYNTAX, DEFLATED_UID.encode()),))


@wrong("ps3.5-a.3-big-endian-retired", big_endian)
def mac_transfer_syntax_of_a_big_endian_instance(twin: Forgery) -> Forgery:
    """MAC Calculation Transfer Syntax UID (0400,0010) is that of the instance, Explicit VR Big Endian."""
    return mac_transfer_syntax_big_endian(twin)


@wrong(_MACRO + "mac-algorithm-present", ct)
def mac_algorithm_missing(twin: Forgery) -> Forgery:
    """MAC Algorithm (0400,0015) is missing."""
    return replace(twin, parameters=(dropped(attributes.MAC_ALGORITHM),))


@wrong(_MACRO + "elements-signed-present", ct)
def elements_signed_missing(twin: Forgery) -> Forgery:
    """Data Elements Signed (0400,0020) is missing."""
    return replace(twin, parameters=(dropped(attributes.DATA_ELEMENTS_SIGNED),))


@wrong(_MACRO + "elements-signed-present", ct)
def elements_signed_empty(twin: Forgery) -> Forgery:
    """Data Elements Signed (0400,0020) is empty; only the signature item was hashed."""
    return replace(twin, listed=())


@wrong(_MACRO + "mac-id-in-signature", ct)
def mac_id_missing_in_signature(twin: Forgery) -> Forgery:
    """MAC ID Number (0400,0005) is missing in the signature item."""
    return replace(twin, item=(dropped(attributes.MAC_ID_NUMBER),))


@wrong(_MACRO + "signature-uid-present", ct)
def signature_uid_missing(twin: Forgery) -> Forgery:
    """Digital Signature UID (0400,0100) is missing."""
    return replace(twin, item=(dropped(attributes.SIGNATURE_UID),))


@wrong(_MACRO + "signature-uid-present", ct)
def signature_uid_malformed(twin: Forgery) -> Forgery:
    """Digital Signature UID (0400,0100) is no UID."""
    return replace(twin, item=(revalued(attributes.SIGNATURE_UID, b"urn:test-only"),))


@wrong(_MACRO + "signature-uid-present", ct)
def signature_uid_with_two_values(twin: Forgery) -> Forgery:
    """Digital Signature UID (0400,0100) has two values."""
    return replace(twin, item=(revalued(attributes.SIGNATURE_UID, b"2.25.7357\\2.25.7358"),))


@wrong(_MACRO + "signature-uid-unique", two_signatures)
def signature_uid_repeated(twin: Forgery) -> Forgery:
    """Two signatures of one instance bear one Digital Signature UID (0400,0100)."""
    return replace(ct(), item=(put(element("DigitalSignatureUID", "2.25.7357")),)).then()


@wrong(_MACRO + "signature-datetime-present", ct)
def signature_datetime_missing(twin: Forgery) -> Forgery:
    """Digital Signature DateTime (0400,0105) is missing."""
    return replace(twin, item=(dropped(attributes.SIGNATURE_DATETIME),))


@wrong(_MACRO + "signature-datetime-present", ct)
def signature_datetime_malformed(twin: Forgery) -> Forgery:
    """Digital Signature DateTime (0400,0105) is no DT value: there is no month 13."""
    return replace(twin, item=(revalued(attributes.SIGNATURE_DATETIME, b"20241315120000+0000"),))


@wrong(_MACRO + "signature-datetime-offset", ct)
def signature_datetime_without_offset(twin: Forgery) -> Forgery:
    """Digital Signature DateTime (0400,0105) does not state its offset from UTC."""
    return replace(twin, item=(revalued(attributes.SIGNATURE_DATETIME, b"20240615120000"),))


@wrong(_MACRO + "certificate-type-present", ct)
def certificate_type_missing(twin: Forgery) -> Forgery:
    """Certificate Type (0400,0110) is missing."""
    return replace(twin, item=(dropped(attributes.CERTIFICATE_TYPE),))


@wrong(_MACRO + "certificate-present", ct)
def certificate_missing(twin: Forgery) -> Forgery:
    """Certificate of Signer (0400,0115) is missing."""
    return replace(twin, item=(dropped(attributes.CERTIFICATE),))


@wrong(_MACRO + "signature-present", ct)
def signature_missing(twin: Forgery) -> Forgery:
    """Signature (0400,0120) is missing."""
    return replace(twin, item_afterwards=(dropped(attributes.SIGNATURE),))


@wrong(_MACRO + "signature-present", ct)
def signature_empty(twin: Forgery) -> Forgery:
    """Signature (0400,0120) is empty."""
    return replace(twin, item_afterwards=(emptied(attributes.SIGNATURE),))


@wrong(_MACRO + "purpose-single-item", with_purpose)
def purpose_with_two_items(twin: Forgery) -> Forgery:
    """Digital Signature Purpose Code Sequence (0400,0401) has two items."""
    two = sequence("DigitalSignaturePurposeCodeSequence", purpose_code("5"), purpose_code("1", meaning="Author"))
    return replace(twin, item=(put(two),))


@wrong(_MACRO + "purpose-single-item", with_purpose)
def purpose_without_items(twin: Forgery) -> Forgery:
    """Digital Signature Purpose Code Sequence (0400,0401) has no item."""
    return replace(twin, item=(put(sequence("DigitalSignaturePurposeCodeSequence")),))


@wrong("ps3.3-c.12.1.1.3.1.2-one-item-per-signer", two_signatures)
def certificate_twice_in_an_item(twin: Forgery) -> Forgery:
    """A signature item has two elements Certificate of Signer (0400,0115)."""
    return replace(twin, item_afterwards=(twice(attributes.CERTIFICATE, Credential.OTHER_AUTHORITY.certificate_der),))


@wrong("ps3.6-6-registry-vr-vm", with_origin)
def instance_origin_status_in_another_vr(twin: Forgery) -> Forgery:
    """Instance Origin Status (0400,0600) has VR SH."""
    return twin.on(in_vr(tag_of("InstanceOriginStatus"), "SH"))
