"""Whether a signature covers what the list of a profile names, as far as it is present (PS3.15 C.2 to C.4, A-35).

One function serves the rows of all lists; which rows they are is data. Whether they count for a signature, because
its profile is claimed, is not decided here.
"""

from collections.abc import Sequence
from functools import cache

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.modules import Due
from dicomsig.conformance.profile_lists import list_items
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding.naming import listed, named

__all__ = ["list_finding", "list_rows"]


@cache
def list_rows(profile: str) -> tuple[str, ...]:
    """The rows of the register that the items of a profile's list have, each once."""
    return tuple(dict.fromkeys(item.requirement for item in list_items(profile)))


def list_finding(
    signature: JudgedSignature, profile: str, requirement: str, beside_the_list: str = ""
) -> Finding | None:
    """Whether what one row of a profile's list wants signed is signed; None where the row does not apply.

    ``beside_the_list`` is what a row expects that is no item of the list.
    """
    found = signature.coverage(profile).get(requirement)
    if found is None:
        return None  # nothing of it is there; or no list to compare with, and other rows say that it is missing
    if not found.unsigned:
        return HOLDS if found.signed or beside_the_list else None  # what the IOD does not include acquits no module
    expected = beside_the_list or _expected(profile, requirement)
    if found.missing:
        return Finding.broken(CheckReason.ELEMENT_NOT_SIGNED, expected=expected, found=_state(signature, found.missing))
    if found.uncertain:
        names = listed(found.uncertain, lambda due: named(due.tag))
        message = f"{names} not signed, and whether the edition wants it is open: {_why(found.uncertain)}"
        return Finding.unknown(CheckReason.ELEMENT_MEMBERSHIP_OPEN, message, expected=expected)
    if found.empty:
        names = listed(found.empty, lambda due: named(due.tag))
        shown = f"{names} present without a value and not signed: what is filled in later is not protected"
        return Finding.doubtful(CheckReason.ELEMENT_EMPTY_NOT_SIGNED, expected=expected, found=shown)
    if found.unsignable:
        names = listed(found.unsignable, lambda due: named(due.tag))
        shown = f"{names} not signed; VR UN forbids it"
        return Finding.doubtful(CheckReason.ELEMENT_NOT_SIGNABLE, expected=expected, found=shown)
    names = listed(found.outside, lambda due: named(due.tag))
    shown = f"{names} not signed: {_why(found.outside)}"
    return Finding.doubtful(CheckReason.ELEMENT_OUTSIDE_IOD, expected=expected, found=shown)


@cache
def _expected(profile: str, requirement: str) -> str:
    item = next(item for item in list_items(profile) if item.requirement == requirement)
    if item.tag is not None:
        return f"{named(item.tag)} is signed"
    return f"every element of the {item.module} Module that is present is signed"


def _why(unsigned: Sequence[Due]) -> str:
    """The ground of the first; of the others it is said where theirs is another."""
    first = unsigned[0]
    alike = all(each.why == first.why for each in unsigned)
    return first.why if alike else f"for {named(first.tag)}, {first.why}; the like for the others"


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
