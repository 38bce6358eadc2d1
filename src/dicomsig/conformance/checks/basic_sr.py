"""What the Basic SR secure use profile asks of a signed report (PS3.15 A.4)."""

from collections.abc import Iterator
from typing import Final

from dicomsig.conformance.checks.registry import judges, registered
from dicomsig.conformance.checks.structured_report import signed_by_other_profiles
from dicomsig.conformance.finding import HOLDS, Answer, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.register import Scope, register
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item, find
from dicomsig.encoding.naming import listed

_SERIES: Final = 0x00081115
_REFERENCES: Final = 0x00081199
_SECURED: Final = {0x04000402: (0x04000100, 0x04000120), 0x04000403: (0x04000404,)}
"""What secures a reference, with the elements without which it secures nothing: UID and value, or digest (Type 1)."""
_EVIDENCE: Final = {
    "ps3.15-a.4-current-evidence-secured": 0x0040A375,
    "ps3.15-a.4-other-evidence-secured": 0x0040A385,
}


@judges(*_EVIDENCE)
def evidence_is_secured(whole: JudgedInstance, requirement: str) -> Finding | None:
    """Each evidence reference of a signed report has a signature or a digest of what it names (PS3.15 A.4)."""
    sequence = whole.by_tag.get(_EVIDENCE[requirement])
    if not whole.is_signed_report or sequence is None:
        return None
    bare, count = [], 0
    for place, item in _references(sequence):
        count += 1
        if not any(map(_secures, item.elements)):
            bare.append(place)
    if bare:
        return Finding.broken(
            CheckReason.EVIDENCE_UNSECURED,
            expected="each reference with a signature (0400,0402) or a digest (0400,0403) of the instance",
            found=f"{len(bare)} of {count} references without either: {listed(bare)}",
        )
    return HOLDS if count else None


def _secures(element: Element) -> bool:
    needed = _SECURED.get(element.tag)
    if needed is None:
        return False
    return any(
        all((found := find(item.elements, tag)) is not None and found.length for tag in needed)
        for item in element.items or ()
    )


def _references(evidence: Element) -> Iterator[tuple[str, Item]]:
    """Each referenced instance with its place: study, series, instance (PS3.3 C.17.2.1)."""
    for study_place, study in _items(tags.MAIN_PLACE, evidence):
        for series_place, series in _items(study_place, find(study.elements, _SERIES)):
            yield from _items(series_place, find(series.elements, _REFERENCES))


def _items(place: str, sequence: Element | None) -> Iterator[tuple[str, Item]]:
    if sequence is not None:
        for index, item in enumerate(sequence.items or ()):
            yield place + tags.format_step(sequence.tag, index), item


@judges("ps3.15-a.4-signs-by-structured-report-profile")
def reports_are_signed_by_the_report_profile(whole: JudgedInstance) -> Finding | None:
    """A signature of the product in a signed report meets all of PS3.15 C.4 (PS3.15 A.4)."""
    if not whole.is_signed_report:
        return None
    label = whole.edition.rows_label
    if signed_by_other_profiles(whole):
        return Finding.broken(
            CheckReason.OBSERVERS_SEVERAL,
            expected="a report that is signed by the profile of PS3.15 C.4",
            found="several verifying observers, for whom PS3.15 C.4 is not made, and no signature with a purpose",
        )
    about_all = list(_shortcomings(whole, Scope.INSTANCE, label))
    signatures = [each for each in whole.signatures if each.own and each.in_main_data_set]
    verifying = [each for each in signatures if each.verifies_report]
    found = [list(_shortcomings(each, Scope.SIGNATURE, label)) for each in verifying or signatures]
    nearest = about_all + min(found, key=_distance, default=[])
    broken = [(name, finding) for name, finding in nearest if finding.answer is Answer.BROKEN]
    expected = "a signature of the product that meets every row of PS3.15 C.4"
    if broken:
        name, finding = broken[0]
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        return Finding.broken(finding.reason, expected=expected, found=f"{name} is broken{more}: {finding.found}")
    if nearest:
        name, finding = nearest[0]
        return Finding.unknown(finding.reason, f"{name} cannot be told: {finding.message}", expected=expected)
    return HOLDS


def _shortcomings(subject: JudgedInstance | JudgedSignature, scope: Scope, label: str) -> Iterator[tuple[str, Finding]]:
    """The rows of PS3.15 C.4 that are broken or cannot be told."""
    for name, check in registered().items():
        requirement = register()[name]
        if requirement.profile == "structured-report" and check.scope is scope and requirement.holds_in(label):
            finding = check.ask(subject)
            if finding is not None and finding.answer in (Answer.BROKEN, Answer.UNKNOWN):
                yield name, finding


def _distance(found: list[tuple[str, Finding]]) -> tuple[int, int]:
    return sum(finding.answer is Answer.BROKEN for _, finding in found), len(found)
