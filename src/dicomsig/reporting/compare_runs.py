"""What changed from one run of a product to the next, case by case and requirement by requirement."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from dicomsig.conformance.results import Result
from dicomsig.reporting.claim_standings import ClaimStanding, claim_standings
from dicomsig.reporting.compare_alignment import Alignment, align
from dicomsig.reporting.comparison import (
    CaseChanges,
    Change,
    ClaimChange,
    LostPasses,
    ProfileChange,
    RunComparison,
    StaleDeviation,
)
from dicomsig.reporting.document import ProfileTally, ResultDocument
from dicomsig.reporting.judged_cases import CaseStanding, JudgedCases, standing_of
from dicomsig.reporting.text import safe_text

__all__ = ["compare_runs"]

_ABSENT: Final = (CaseStanding.NO_CASE, CaseStanding.NOT_JUDGED)
_LISTS: Final = ("new_failures", "mended", "still", "other_reason", "accepted", "no_longer_judged", "inconclusive",
                 "decided", "warnings")  # fmt: skip


def compare_runs(
    before: ResultDocument, earlier: JudgedCases, after: ResultDocument, later: JudgedCases
) -> tuple[RunComparison, Alignment]:
    """What changed, and how the cases of the two runs were paired."""
    alignment = align(earlier, later)
    lists: dict[str, list[Change]] = {name: [] for name in _LISTS}
    for change in _changes(earlier, later, alignment):
        if name := _list_of(change):
            lists[name].append(change)
    cases = _cases(earlier, later, alignment)
    still = len(lists.pop("still")) + len(lists["other_reason"])
    compared = RunComparison(
        still_failing=still,
        lost_passes=_lost(earlier, later, alignment),
        cases=cases,
        stale=_stale(before, after),
        profiles=_profiles(before, after),
        claims=_claims(before, after),
        **{name: tuple(changes) for name, changes in lists.items()},
    )
    return compared, alignment


def _list_of(change: Change) -> str:
    """The list in which a change is shown, empty where nothing changed.

    A failure without deviation that the earlier run did not have is new, whatever stood there before.
    """
    match change.before, change.after:
        case CaseStanding.FAIL, CaseStanding.FAIL:
            return "still" if change.reason == change.reason_before else "other_reason"
        case _, CaseStanding.FAIL:
            return "new_failures"
        case CaseStanding.ACCEPTED, CaseStanding.ACCEPTED:
            return ""
        case _, CaseStanding.ACCEPTED:
            return "accepted"
        case CaseStanding.INCONCLUSIVE, CaseStanding.INCONCLUSIVE:
            return ""
        case _, CaseStanding.INCONCLUSIVE:
            return "inconclusive"
        case ((CaseStanding.FAIL | CaseStanding.ACCEPTED), (CaseStanding.NO_CASE | CaseStanding.NOT_JUDGED)):
            return "no_longer_judged"
        case ((CaseStanding.FAIL | CaseStanding.ACCEPTED), _):
            return "mended"
        case CaseStanding.INCONCLUSIVE, _:
            return "" if change.after in _ABSENT else "decided"
        case CaseStanding.WARNING, CaseStanding.WARNING:
            return ""
        case _ if CaseStanding.WARNING in (change.before, change.after):
            return "" if change.after in _ABSENT else "warnings"
        case _:
            return ""


def _changes(earlier: JudgedCases, later: JudgedCases, alignment: Alignment) -> Iterator[Change]:
    """Each requirement and case of which either run has a result other than a pass, in the order of the later run."""
    for (case, requirement), results in later.results.items():
        now = results[0]
        name = alignment.before(case, now.subject)
        was = earlier.results.get((name, requirement), []) if name is not None else []
        yield Change(
            requirement=requirement,
            clause=now.clause,
            case=case,
            before=_standing(earlier, name, requirement),
            after=later.standing(case, requirement),
            subject=now.subject,
            case_before=name if name is not None and name != case else "",
            reason=_reasons(results),
            reason_before=_reasons(was),
            message=now.message,
            expected=now.expected,
            found=now.found,
            deviation=now.deviation,
        )
    for (case, requirement), results in earlier.results.items():
        worst = results[0]
        name = alignment.after(case, worst.subject)
        if name is not None and (name, requirement) in later.results:
            continue
        yield Change(
            requirement=requirement,
            clause=worst.clause,
            case=name or case,
            before=earlier.standing(case, requirement),
            after=_standing(later, name, requirement),
            subject=worst.subject,
            case_before=case if name != case else "",
            reason_before=_reasons(results),
            message=worst.message,
            expected=worst.expected,
            found=worst.found,
            deviation=worst.deviation,
        )


def _reasons(results: Sequence[Result]) -> str:
    """The reasons of the results that decide, the worst of a requirement in a case."""
    deciding = {result.reason for result in results if standing_of(result) is standing_of(results[0])}
    return ", ".join(sorted(filter(None, deciding)))


def _standing(cases: JudgedCases, name: str | None, requirement: str) -> CaseStanding:
    if name is None:
        return CaseStanding.NO_CASE if cases.complete else cases.standing("", requirement)
    return cases.standing(name, requirement)


def _cases(earlier: JudgedCases, later: JudgedCases, alignment: Alignment) -> CaseChanges:
    if not (earlier.complete and later.complete):
        return CaseChanges(known=False)
    new = [case for case, subject in later.subjects.items() if alignment.before(case, subject) not in earlier.subjects]
    gone = [case for case, subject in earlier.subjects.items() if alignment.after(case, subject) not in later.subjects]
    return CaseChanges(True, len(later.subjects) - len(new), tuple(new), tuple(gone))


def _lost(earlier: JudgedCases, later: JudgedCases, alignment: Alignment) -> tuple[LostPasses, ...]:
    """What passed and is not judged any more, in cases that both runs have; known with both run logs alone."""
    if not (earlier.complete and later.complete):
        return ()
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    missing: dict[tuple[frozenset[str], frozenset[str], frozenset[str]], frozenset[str]] = {}
    for case, passed in earlier.passed.items():
        name = alignment.after(case, earlier.subjects[case])
        if name is None or name not in later.subjects:
            continue
        sets = (passed, later.passed.get(name, frozenset()), later.not_applicable.get(name, frozenset()))
        if sets not in missing:
            missing[sets] = sets[0] - sets[1] - sets[2]
        for requirement in missing[sets]:
            if (name, requirement) not in later.results:
                counts[requirement] += 1
                first.setdefault(requirement, name)
    return tuple(
        LostPasses(safe_text(requirement), number, first[requirement]) for requirement, number in sorted(counts.items())
    )


def _stale(before: ResultDocument, after: ResultDocument) -> tuple[StaleDeviation, ...]:
    known = {(use.requirement, use.reason, use.cases) for use in before.deviations if use.stale}
    return tuple(
        StaleDeviation(
            use.requirement,
            use.reason,
            use.cases,
            use.stale,
            (use.requirement, use.reason, use.cases) not in known,
        )
        for use in after.deviations
        if use.stale
    )


def _profiles(before: ResultDocument, after: ResultDocument) -> tuple[ProfileChange, ...]:
    none = ProfileTally("", False)
    earlier = {each.profile: each for each in before.summary.profiles}
    later = {each.profile: each for each in after.summary.profiles}
    found = []
    for name in dict.fromkeys((*later, *earlier)):
        was, now = earlier.get(name, none), later.get(name, none)
        numbers = ((was.met, now.met), (was.not_met, now.not_met), (was.not_told, now.not_told))
        if any(one != other for one, other in numbers):
            found.append(ProfileChange(name, now.due or was.due, *numbers))
    return tuple(found)


def _claims(before: ResultDocument, after: ResultDocument) -> tuple[ClaimChange, ...]:
    earlier, later = _by_name(before), _by_name(after)
    found = []
    for kind, name in dict.fromkeys((*later, *earlier)):
        was, now = earlier.get((kind, name)), later.get((kind, name))
        held = (was.held if was is not None else None, now.held if now is not None else None)
        if held[0] is not held[1]:
            found.append(ClaimChange(kind, name, *held))
    return tuple(found)


def _by_name(document: ResultDocument) -> dict[tuple[str, str], ClaimStanding]:
    return {(each.kind, each.name): each for each in claim_standings(document)}
