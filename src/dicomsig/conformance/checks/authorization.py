"""What an Authorization signature has to cover: the list of PS3.15 C.3, and what the approving person could check."""

from typing import Final

from dicomsig.conformance.checks.element_list import list_finding, list_rows
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.coverage import without_value
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding.naming import listed, named
from dicomsig.signatures.signable import exclusion, unknown_within

_PROFILE: Final = "authorization"


@judges(*list_rows(_PROFILE))
def elements_of_the_list_are_signed(signature: JudgedSignature, requirement: str) -> Finding | None:
    """An Authorization signature covers what the list names, as far as present (PS3.15 C.3, A-35)."""
    return list_finding(signature, _PROFILE, requirement)


@judges("ps3.15-c.3-verifiable-elements")
def elements_that_the_approver_sees_are_signed(signature: JudgedSignature) -> Finding | None:
    """An Authorization signature covers every present element whose value the approver could check (PS3.15 C.3).

    Only the product knows which these are; its claims name them as ``approver_sees``.
    """
    if not signature.in_main_data_set or not signature.listed:
        return None
    claims = signature.whole.claims
    expected = "every element that the approving person could check is signed"
    if claims is None or not claims.approver_sees:
        message = "the claims do not name, as approver_sees, the elements whose values the approving person could check"
        return Finding.unknown(CheckReason.APPROVER_UNDECLARED, message, expected=expected)
    elements = [signature.whole.by_tag[tag] for tag in claims.approver_sees if tag in signature.present]
    if not elements:
        return None
    unsigned = [element for element in elements if element.tag not in signature.listed]
    unsignable = {e.tag for e in unsigned if exclusion(e.tag) is not None or unknown_within(e) is not None}
    missing = [named(e.tag) for e in unsigned if e.tag not in unsignable and not without_value(e)]
    empty = [named(e.tag) for e in unsigned if e.tag not in unsignable and without_value(e)]
    if missing:
        found = f"{listed(missing)} can be seen by the approving person, by the claims, and not signed"
        return Finding.broken(CheckReason.ELEMENT_NOT_SIGNED, expected=expected, found=found)
    if empty:
        found = f"{listed(empty)} present without a value and not signed: what is filled in later is not protected"
        return Finding.doubtful(CheckReason.ELEMENT_EMPTY_NOT_SIGNED, expected=expected, found=found)
    if unsignable:
        found = f"{listed(sorted(unsignable), named)} can be seen, and nobody may sign it"
        return Finding.doubtful(CheckReason.ELEMENT_NOT_SIGNABLE, expected=expected, found=found)
    return HOLDS
