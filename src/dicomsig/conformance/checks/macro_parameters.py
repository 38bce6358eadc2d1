"""MAC Parameters Sequence (4FFE,0001) and its items (PS3.3 C.12.1.1.3, Table C.12-6)."""

from dicomsig.conformance.checks.attribute_rules import attribute_finding
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding.naming import listed
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import SignatureReason


@judges("ps3.3-c.12.1.1.3-mac-parameters-not-empty")
def mac_parameters_are_not_empty(whole: JudgedInstance) -> Finding | None:
    """MAC Parameters Sequence (4FFE,0001) has one item or more (PS3.3 C.12.1.1.3).

    Parameters that no signature uses are lawful and deserve a warning: one may have been stripped (A-31).
    """
    present = [macro for macro in whole.macros if macro.parameters_sequence is not None]
    empty = [macro.place for macro in present if not macro.parameters]
    if empty:
        return Finding.broken(
            SignatureReason.MAC_PARAMETERS_EMPTY,
            expected="one item or more in MAC Parameters Sequence (4FFE,0001)",
            found=f"none at {listed(empty)}",
        )
    used = {(each.signature.place, each.signature.mac_id) for each in whole.signatures}
    orphans = [macro.place for macro in present if any((macro.place, p.mac_id) not in used for p in macro.parameters)]
    if orphans:
        return Finding.doubtful(
            CheckReason.MAC_PARAMETERS_ORPHAN,
            expected="a signature for each item of MAC Parameters Sequence (4FFE,0001)",
            found=f"parameters that no signature uses, at {listed(orphans)}: a signature may have been stripped",
        )
    return HOLDS if present else None


@judges("ps3.3-c.12.1.1.3-mac-id-in-parameters")
def mac_id_is_in_each_parameters_item(whole: JudgedInstance) -> Finding | None:
    """Each MAC Parameters item has one MAC ID Number (0400,0005) (PS3.3 C.12.1.1.3)."""
    items = [parameters.item for macro in whole.macros for parameters in macro.parameters]
    for item in items:
        finding = attribute_finding(whole.instance, item, attributes.PARAMETERS_ATTRIBUTES[0])
        if finding is not HOLDS:
            return finding
    return HOLDS if items else None


@judges("ps3.3-c.12.1.1.3-mac-id-unique")
def mac_id_is_unique_in_the_instance(whole: JudgedInstance) -> Finding | None:
    """A MAC ID Number (0400,0005) belongs to one MAC Parameters item of the instance (PS3.3 C.12.1.1.3, A-18)."""
    places: dict[int, list[str]] = {}
    for macro in whole.macros:
        for parameters in macro.parameters:
            if parameters.mac_id is not None:
                places.setdefault(parameters.mac_id, []).append(macro.place)
    if not places:
        return None
    for found in places.values():
        if len(found) > 1:
            return Finding.broken(
                CheckReason.MAC_ID_REPEATED,
                expected="each MAC ID Number (0400,0005) in one MAC Parameters item of the instance",
                found=f"one number in {len(found)} items, at {listed(found)}",
            )
    return HOLDS


@judges(
    "ps3.3-c.12.1.1.3-mac-transfer-syntax-present",
    "ps3.3-c.12.1.1.3-mac-algorithm-present",
    "ps3.3-c.12.1.1.3-elements-signed-present",
)
def parameters_attribute_is_present(signature: JudgedSignature, requirement: str) -> Finding | None:
    """Each MAC Parameters item has transfer syntax, algorithm and list (PS3.3 C.12.1.1.3, Type 1)."""
    if signature.parameters is None:
        return None
    finding = attribute_finding(signature.instance, signature.parameters.item, _ATTRIBUTES[requirement])
    if finding is HOLDS and requirement.endswith("mac-transfer-syntax-present"):
        return _is_a_transfer_syntax(signature, signature.parameters.syntax_uid)
    return finding


_ATTRIBUTES = {
    "ps3.3-c.12.1.1.3-mac-transfer-syntax-present": attributes.PARAMETERS_ATTRIBUTES[1],
    "ps3.3-c.12.1.1.3-mac-algorithm-present": attributes.PARAMETERS_ATTRIBUTES[2],
    "ps3.3-c.12.1.1.3-elements-signed-present": attributes.PARAMETERS_ATTRIBUTES[3],
}


def _is_a_transfer_syntax(signature: JudgedSignature, uid: str) -> Finding:
    expected = "the UID of a transfer syntax in (0400,0010)"
    if not uid or len(uid) > 64 or not all(part.isascii() and part.isdigit() for part in uid.split(".")):
        return Finding.broken(CheckReason.UID_MALFORMED, expected=expected, found="what is no UID", values=uid)
    if uid != signature.instance.syntax.uid and not transfer_syntax(uid).known:
        message = "the MAC transfer syntax (0400,0010) is not a known one"
        return Finding.unknown(SignatureReason.SYNTAX_UNKNOWN, message, expected=expected)
    return HOLDS


@judges("ps3.3-c.12.1.1.3-mac-transfer-syntax-explicit-little-endian")
def mac_transfer_syntax_is_explicit_little_endian(signature: JudgedSignature) -> Finding | None:
    """The MAC transfer syntax (0400,0010) has VR letters and is little endian (PS3.3 C.12.1.1.3)."""
    if signature.parameters is None or not signature.parameters.syntax_uid:
        return None
    syntax = transfer_syntax(signature.parameters.syntax_uid)
    if not syntax.known:
        return None
    return Finding.of(
        syntax.explicit and syntax.little_endian,
        SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN,
        expected="explicit VR and little endian",
        found="Explicit VR Big Endian" if syntax.explicit else "Implicit VR Little Endian",
    )


@judges("ps3.3-c.12.1.1.3-mac-transfer-syntax-deflated")
def deflated_mac_transfer_syntax_is_remarked(signature: JudgedSignature) -> Finding | None:
    """Deflated Explicit VR Little Endian may name a MAC over inflated bytes, and not all take it (A-07)."""
    if SignatureReason.SYNTAX_DEFLATED not in signature.reasons:
        return None
    return Finding.doubtful(
        SignatureReason.SYNTAX_DEFLATED,
        expected="Explicit VR Little Endian, which names the bytes that are hashed",
        found="Deflated Explicit VR Little Endian: verifiers may refuse it",
    )
