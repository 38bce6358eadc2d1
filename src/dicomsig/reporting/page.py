"""What the HTML page shows, ready for its template: every text escaped for reading and short enough to read."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.reason_table import ReasonRow, reason_table
from dicomsig.conformance.results import Result
from dicomsig.conformance.unprotected import CODE as UNPROTECTED
from dicomsig.reporting.document import ObservationTally, RequirementTally, ResultDocument
from dicomsig.reporting.groups import Group, Standing, grouped, rerun_command, summary_of
from dicomsig.reporting.text import file_label, safe_text
from dicomsig.reporting.unprotected_view import UnprotectedView, unprotected_view
from dicomsig.reporting.wording import Headline, Step, headline, judged_sentence, limits, next_steps

__all__ = ["CaseRow", "GroupView", "PageView", "Section", "TallyRow", "page_view"]

_LONGEST: Final = 300
_MOST_GROUPS: Final = 400
_MOST_OBSERVATIONS: Final = 100
_MOST_DEVIATIONS: Final = 200
_NOBODY: Final = "nobody"
_FOR_FILE: Final = "FILE"

_TITLES: Final = {
    Standing.FAILED: (
        "does-not-hold",
        "Does not hold",
        "These requirements failed, and no accepted deviation covers them.",
    ),
    Standing.DEVIATED: ("accepted", "Fails that are accepted", "A deviation names each of these fails and says why."),
    Standing.INCONCLUSIVE: ("undecided", "Could not be decided", "dicomsig tried, and cannot tell whether these hold."),
    Standing.WARNING: ("warnings", "Warnings", "These break no rule for certain, and deserve a look."),
    Standing.NOT_APPLICABLE: ("not-applicable", "Not applicable", "Nothing in these cases calls for the requirement."),
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a group: the file and signature it is about, and what was found where that differs."""

    case: str
    file: str
    signature: str
    uid: str
    found: str
    values: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """All cases in which one requirement came out alike for one reason; `found` is that of the first."""

    anchor: str
    group: Group
    mends: str
    reason_text: str
    message: str
    expected: str
    found: str
    accepted: str
    rerun: str
    rerun_file: str
    cases: tuple[CaseRow, ...]
    found_differs: bool
    has_values: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The groups of one standing under their heading; `more` groups are in `report.json` alone."""

    standing: Standing
    anchor: str
    title: str
    lead: str
    groups: tuple[GroupView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One requirement in the table of all: its numbers and what it asks."""

    tally: RequirementTally
    summary: str


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page."""

    document: ResultDocument
    headline: Headline
    judged: str
    limits: tuple[str, ...]
    steps: tuple[Step, ...]
    sections: tuple[Section, ...]
    holding: tuple[TallyRow, ...]
    tallies: tuple[TallyRow, ...]
    observations: tuple[ObservationTally, ...]
    more_observations: int
    unprotected: UnprotectedView | None
    more_deviations: int
    shown_deviations: int = _MOST_DEVIATIONS


def page_view(document: ResultDocument, *, shown: int = 20, longest: int = _LONGEST) -> PageView:
    """The page of a document: `shown` cases a group at most, texts of cases cut beyond `longest` characters."""
    paths = {each.file: each.path for each in document.files}
    groups = grouped(document, shown=shown)
    names = _anchors(groups)
    kept = list(zip(names, groups, strict=True))[:_MOST_GROUPS]
    rows = tuple(TallyRow(tally, summary_of(tally.requirement)) for tally in document.requirements)
    sections = []
    for standing, (anchor, title, lead) in _TITLES.items():
        own = [(name, group) for name, group in kept if group.standing is standing]
        more = sum(1 for group in groups if group.standing is standing) - len(own)
        if own or more:
            views = tuple(_group_view(document, name, group, paths, longest) for name, group in own)
            sections.append(Section(standing, anchor, title, lead, views, more))
    observations = [each for each in document.observations if each.code != UNPROTECTED]
    return PageView(
        document=document,
        headline=headline(document),
        judged=judged_sentence(document),
        limits=limits(document),
        steps=next_steps(document, kept),
        sections=tuple(sections),
        holding=tuple(row for row in rows if _holds(row.tally)),
        tallies=rows,
        observations=tuple(observations[:_MOST_OBSERVATIONS]),
        more_observations=max(0, len(observations) - _MOST_OBSERVATIONS),
        unprotected=unprotected_view(document),
        more_deviations=max(0, len(document.deviations) - _MOST_DEVIATIONS),
    )


def _group_view(document: ResultDocument, anchor: str, group: Group, paths: dict[int, str], longest: int) -> GroupView:
    first = group.first
    reason = _reason(group.reason)
    path = paths.get(first.subject.file, "")
    in_file = bool(first.subject.file) and "{file}" in document.run.rerun
    found = {result.found for result in group.results}
    return GroupView(
        anchor=anchor,
        group=group,
        mends=reason.mends if reason is not None and reason.mends != _NOBODY else "",
        reason_text=reason.text if reason is not None else "",
        message="" if first.message in (first.found, "") else safe_text(first.message, longest),
        expected=safe_text(first.expected, longest),
        found=safe_text(first.found, longest),
        accepted=safe_text(first.deviation, longest),
        rerun=rerun_command(document, first, _FOR_FILE if in_file else ""),
        rerun_file=path or (file_label(first.subject.file) if in_file else ""),
        cases=tuple(_case_row(result, paths, longest) for result in group.results),
        found_differs=len(found) > 1,
        has_values=any(result.values for result in group.results),
    )


def _case_row(result: Result, paths: dict[int, str], longest: int) -> CaseRow:
    subject = result.subject
    return CaseRow(
        case=safe_text(result.case, longest),
        file=paths.get(subject.file, "") or file_label(subject.file) or safe_text(subject.vector, longest),
        signature=f"{safe_text(subject.place, longest)}#{subject.number}" if subject.number >= 0 else "",
        uid=subject.signature_uid or subject.sop_instance_uid,
        found=safe_text(result.found, longest),
        values=safe_text(result.values, longest),
    )


def _holds(tally: RequirementTally) -> bool:
    return bool(tally.passed) and not (tally.failed or tally.deviated or tally.inconclusive)


def _anchors(groups: tuple[Group, ...]) -> list[str]:
    """A name for each group that an address can end in, and that stays while the group does."""
    used: Counter[str] = Counter()
    names = []
    for group in groups:
        name = re.sub(r"[^a-z0-9.-]+", "-", f"{group.standing}-{group.requirement}-{group.reason}".lower())[:150]
        used[name] += 1
        names.append(name if used[name] == 1 else f"{name}-{used[name]}")
    return names


def _reason(code: str) -> ReasonRow | None:
    try:
        return reason_table().get(code)
    except OSError:  # a report is worth having without the words for its reasons
        return None
