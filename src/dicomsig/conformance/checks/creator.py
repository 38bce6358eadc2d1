"""What a Creator signature has to cover (PS3.15 C.2, A-35).

Whether the rows count for a signature, because the profile is claimed, is not decided here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from dicomsig.conformance.checks.certificate_and_key import base_profile_breach
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.checks.timestamps import timestamp_is_a_token_of_rfc_3161, timestamp_type_is_the_defined_term
from dicomsig.conformance.finding import HOLDS, Answer, Finding
from dicomsig.conformance.modules import Due
from dicomsig.conformance.naming import listed, named
from dicomsig.conformance.profile_lists import list_items
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature

_PROFILE: Final = "creator"
_SHARED: Final = "ps3.15-c.2-element-shared-by-modules"
_ACQUISITION: Final = "ps3.15-c.2-acquisition-attributes-by-edition"
_REFERENCE: Final = "ps3.15-c.2-reference-attributes-by-edition"
_LIST: Final = tuple(dict.fromkeys(item.requirement for item in list_items(_PROFILE)))


@judges(*_LIST, _SHARED, _ACQUISITION, _REFERENCE)
def elements_of_the_list_are_signed(signature: JudgedSignature, requirement: str) -> Finding | None:
    """A Creator signature covers the attributes and modules of the list, as far as present (PS3.15 C.2, A-35)."""
    if not signature.in_main_data_set or not signature.listed:
        return None  # without a list there is nothing to compare; other rows say that it is missing
    found = signature.coverage(_PROFILE).get(requirement)
    if found is None:
        return None
    if found.missing:
        return Finding.broken(
            CheckReason.ELEMENT_NOT_SIGNED,
            expected=_expected(requirement),
            found=_state(signature, found.missing),
        )
    if found.uncertain:
        names = listed([named(due.tag) for due in found.uncertain])
        message = f"{names} not signed, and whether the edition wants it is open: {found.uncertain[0].why}"
        return Finding.unknown(CheckReason.ELEMENT_MEMBERSHIP_OPEN, message, expected=_expected(requirement))
    if found.unsignable:
        return Finding.doubtful(
            CheckReason.ELEMENT_NOT_SIGNABLE,
            expected=_expected(requirement),
            found=f"{listed([named(due.tag) for due in found.unsignable])} not signed; VR UN forbids it",
        )
    if found.outside:
        names = listed([named(due.tag) for due in found.outside])
        return Finding.doubtful(
            CheckReason.ELEMENT_OUTSIDE_IOD,
            expected=_expected(requirement),
            found=f"{names} not signed: {found.outside[0].why}",
        )
    return HOLDS


@cache
def _expected(requirement: str) -> str:
    for item in list_items(_PROFILE):
        if item.requirement == requirement:
            if item.tag is not None:
                return f"{named(item.tag)} is signed"
            return f"every element of the {item.module} Module that is present is signed"
    return {
        _SHARED: "elements that only modules outside the IOD hold are better signed too",
        _ACQUISITION: "acquisition elements that are present are signed where the edition wants them",
        _REFERENCE: "references and derivation that are present are signed where the edition wants them",
    }[requirement]


def _state(signature: JudgedSignature, missing: Sequence[Due]) -> str:
    """Elements that are due and not signed: present, or missing altogether, as only the two UIDs can be."""
    absent = [named(due.tag) for due in missing if due.tag not in signature.present]
    present = [named(due.tag) for due in missing if due.tag in signature.present]
    parts = []
    if present:
        parts.append(f"{listed(present)} {'is' if len(present) == 1 else 'are'} present and not signed")
    if absent:
        parts.append(f"{listed(absent)} {'is' if len(absent) == 1 else 'are'} missing and not signed")
    return "; ".join(parts)


@judges("ps3.15-c.2-base-methodology")
def creator_signature_follows_the_base_profile(signature: JudgedSignature) -> Finding | None:
    """A Creator signature is made as the base profile says (PS3.15 C.2, C.1)."""
    if not signature.in_main_data_set:
        return None
    breach = base_profile_breach(signature)
    for check in (timestamp_type_is_the_defined_term, timestamp_is_a_token_of_rfc_3161):
        finding = check(signature) if breach is None else None
        if finding is not None and finding.answer is Answer.BROKEN:
            breach = finding
    if breach is not None:
        expected = f"the base profile: {breach.expected}"
        return Finding.broken(breach.reason, expected=expected, found=breach.found, values=breach.values)
    return HOLDS if signature.intact else None
