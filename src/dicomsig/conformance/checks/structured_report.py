"""Report signatures: purpose, list, verification (PS3.15 C.4, A-20 to A-24).

The profile is made for structured reports and key object selections; on other SOP Classes no row of it applies.
"""

from collections.abc import Iterator
from typing import Final

from dicomsig.conformance.checks.element_list import list_finding, list_rows
from dicomsig.conformance.checks.mac_terms import arrival_open
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.reports import OBSERVERS, PURPOSE_SCHEME, states_a_purpose
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Item, find
from dicomsig.encoding.instance import plain_text
from dicomsig.signatures import attributes

_PROFILE: Final = "structured-report"
_VERIFICATION_DATETIME: Final = 0x0040A030
_REFERENCED_MAC: Final = 0x04000403


@judges("ps3.15-c.4-report-or-key-objects")
def report_has_one_verifying_observer(whole: JudgedInstance) -> Finding | None:
    """A report signed by this profile has at most one item in Verifying Observer Sequence (PS3.15 C.4)."""
    if not whole.is_signed_report or signed_by_other_profiles(whole):
        return None
    count = _observers(whole)
    return Finding.of(
        count <= 1,
        CheckReason.OBSERVERS_SEVERAL,
        expected="at most one item in Verifying Observer Sequence (0040,A073)",
        found=f"{count} items",
    )


def signed_by_other_profiles(whole: JudgedInstance) -> bool:
    """Several observers verify a report, for which PS3.15 C.4 is not made, and no own signature states a purpose.

    Such signatures are of other profiles: a purpose marks those of C.4, which are wrong there.
    """
    return _observers(whole) > 1 and not any(
        each.own and states_a_purpose(each.element(attributes.PURPOSE)) for each in whole.signatures
    )


def _observers(whole: JudgedInstance) -> int:
    sequence = whole.by_tag.get(OBSERVERS)
    return 0 if sequence is None else len(sequence.items or ())


@judges("ps3.15-c.4-top-level-signature")
def report_has_a_signature_at_top_level(whole: JudgedInstance) -> Finding | None:
    """A signed report has a signature in its main data set, whatever is signed inside items (PS3.15 C.4)."""
    if not whole.is_signed_report:
        return None
    return Finding.of(
        any(signature.in_main_data_set for signature in whole.signatures),
        CheckReason.SIGNATURE_ONLY_IN_ITEMS,
        expected="a signature in the main data set of the report",
        found="signatures in items of sequences only",
    )


@judges("ps3.15-c.4-verification-purpose")
def verified_report_has_a_verification_signature(whole: JudgedInstance) -> Finding | None:
    """A verified report has a signature with the purpose 5, by value and scheme (PS3.15 C.4, A-23)."""
    if not whole.is_signed_report or not whole.is_verified_report:
        return None
    return Finding.of(
        any(signature.in_main_data_set and signature.verifies_report for signature in whole.signatures),
        CheckReason.VERIFICATION_PURPOSE_MISSING,
        expected=f"a signature in the main data set with the purpose 5, {PURPOSE_SCHEME}",
        found="Verification Flag (0040,A493) VERIFIED, and no signature with that purpose",
    )


@judges("ps3.15-c.4-purpose-required")
def report_signature_states_its_purpose(signature: JudgedSignature) -> Finding | None:
    """A report signature states its purpose in (0400,0401) (PS3.15 C.4)."""
    if not signature.whole.is_report or not signature.in_main_data_set:
        return None
    return Finding.of(
        states_a_purpose(signature.element(attributes.PURPOSE)),
        CheckReason.PURPOSE_MISSING,
        expected="Digital Signature Purpose Code Sequence (0400,0401) with a code",
        found="no purpose",
    )


@judges(*list_rows(_PROFILE))
def elements_of_the_list_are_signed(signature: JudgedSignature, requirement: str) -> Finding | None:
    """A report signature covers what the list names, as far as present; more when it verifies (PS3.15 C.4, A-21)."""
    return list_finding(signature, _PROFILE, requirement) if signature.whole.is_report else None


@judges("ps3.15-c.4-verified-datetime")
def verification_time_is_covered_through_its_sequence(signature: JudgedSignature) -> Finding | None:
    """The verification signature covers Verification DateTime (0040,A030) through (0040,A073) (PS3.15 C.4, A-20)."""
    if not signature.in_main_data_set or not signature.verifies_report or not signature.listed:
        return None
    sequence = signature.whole.by_tag.get(OBSERVERS)
    if sequence is None or not any(find(item.elements, _VERIFICATION_DATETIME) for item in sequence.items or ()):
        return None
    return Finding.of(
        OBSERVERS in signature.listed,
        CheckReason.ELEMENT_NOT_SIGNED,
        expected="Verification DateTime (0040,A030) is covered through Verifying Observer Sequence (0040,A073)",
        found="the sequence is not signed",
    )


@judges("ps3.15-c.4-referenced-mac-algorithm", "ps3.15-c.4-referenced-mac-algorithm-three")
def references_use_a_defined_algorithm(whole: JudgedInstance) -> Finding | None:
    """Each digest in (0400,0403) of a signed report names a MAC algorithm that the edition defines (PS3.15 C.4)."""
    if not whole.is_signed_report:
        return None
    terms = whole.edition.mac_algorithms
    expected = f"one of {', '.join(terms)} in MAC Algorithm (0400,0015)"
    seen = False
    unknown: Finding | None = None
    for place, item in _reference_digests(whole):
        seen = True
        element = find(item.elements, attributes.MAC_ALGORITHM)
        found = "" if element is None else plain_text(whole.instance.value(element, 64))
        still_open = arrival_open(whole.edition, found, expected)
        unknown = unknown or still_open
        if found not in terms and still_open is None:
            return Finding.broken(
                CheckReason.REFERENCE_ALGORITHM,
                expected=expected,
                found=f"{'another term' if found else 'none'}, at {place}",
                values=found,
            )
    return unknown or (HOLDS if seen else None)


def _reference_digests(whole: JudgedInstance) -> Iterator[tuple[str, Item]]:
    for place, element in whole.security_elements:
        if element.tag == _REFERENCED_MAC:
            for index, item in enumerate(element.items or ()):
                yield place + tags.format_step(element.tag, index), item
