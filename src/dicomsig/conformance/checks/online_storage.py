"""SOP Instance Status and signatures under the Online Electronic Storage profile (PS3.15 A.1, PS3.3 C.12.1)."""

from typing import Final

from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.naming import listed, named
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding.instance import plain_text

_STATUS: Final = 0x01000410
_TERMS: Final = ("NS", "OR", "AO", "AC")
_CHANGED: Final = (_STATUS, 0x01000420, 0x01000424, 0x01000426)
"""Status and authorization elements: what the profile changes while an instance travels."""


@judges("ps3.3-c.12.1-status-values")
def status_is_a_defined_term(whole: JudgedInstance) -> Finding | None:
    """SOP Instance Status (0100,0410) is NS, OR, AO or AC (PS3.3 C.12.1)."""
    element = whole.by_tag.get(_STATUS)
    if element is None or element.items is not None:
        return None
    found = plain_text(whole.instance.value(element, 64))
    return Finding.of(
        found in _TERMS, CheckReason.STATUS_UNKNOWN, expected=", ".join(_TERMS), found="another term", values=found
    )


@judges("ps3.3-c.12.1-status-signed-breaks", "ps3.15-a.1.1-signed-status-conflict")
def elements_that_the_profile_changes_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """Status and authorization elements are not signed: A.1 orders their change (PS3.15 A.1.1, PS3.3 C.12.1)."""
    if not signature.in_main_data_set or not signature.listed:
        return None
    found = [named(tag) for tag in _CHANGED if tag in signature.listed]
    if found:
        return Finding.broken(
            CheckReason.STATUS_SIGNED,
            expected="no element of group 0100 among the signed ones",
            found=f"{listed(found)} signed, so that the next change that the profile orders breaks the signature",
        )
    return HOLDS if signature.present.intersection(_CHANGED) else None
