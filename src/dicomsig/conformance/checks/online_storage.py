"""SOP Instance Status and signatures under the Online Electronic Storage profile (PS3.15 A.1, PS3.3 C.12.1)."""

from typing import Final

from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding.instance import plain_text
from dicomsig.encoding.naming import listed, named

_STATUS: Final = 0x01000410
_NOT_SPECIFIED: Final = "NS"
_TERMS: Final = (_NOT_SPECIFIED, "OR", "AO", "AC")
_CHANGED: Final = (_STATUS, 0x01000420, 0x01000424, 0x01000426)
"""Status and authorization elements: what the profile changes while an instance travels."""


@judges("ps3.3-c.12.1-status-values")
def status_is_a_defined_term(whole: JudgedInstance) -> Finding | None:
    """SOP Instance Status (0100,0410) is NS, OR, AO or AC (PS3.3 C.12.1)."""
    if _STATUS not in whole.by_tag:
        return None
    found = _status(whole)
    shown = "another term" if found else "no value"
    return Finding.of(
        found in _TERMS, CheckReason.STATUS_UNKNOWN, expected=", ".join(_TERMS), found=shown, values=found
    )


@judges("ps3.3-c.12.1-status-signed-breaks", "ps3.15-a.1.1-signed-status-conflict")
def elements_that_the_profile_changes_are_not_signed(signature: JudgedSignature) -> Finding | None:
    """Status and authorization elements are not signed: A.1 orders their change (PS3.15 A.1.1, PS3.3 C.12.1).

    An instance whose status is not specified has no special status, and none of the ordered changes begins with it.
    """
    if not signature.in_main_data_set or not signature.listed:
        return None
    found = [named(tag) for tag in _CHANGED if tag in signature.listed]
    if not found:
        return HOLDS if signature.present.intersection(_CHANGED) else None
    expected = "no element of group 0100 among the signed ones"
    if _status(signature.whole) in ("", _NOT_SPECIFIED):
        shown = f"{listed(found)} signed; no change is ordered while the status is NS or absent"
        return Finding.doubtful(CheckReason.STATUS_SIGNED, expected=expected, found=shown)
    shown = f"{listed(found)} signed, so that the next change that the profile orders breaks the signature"
    return Finding.broken(CheckReason.STATUS_SIGNED, expected=expected, found=shown)


def _status(whole: JudgedInstance) -> str:
    element = whole.by_tag.get(_STATUS)
    return "" if element is None or element.items is not None else plain_text(whole.instance.value(element, 64))
