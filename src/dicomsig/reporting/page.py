"""What the HTML page shows, ready for its template: every text escaped for reading and short enough to read."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.reason_table import ReasonRow, reason_table
from dicomsig.conformance.results import Result
from dicomsig.conformance.unprotected import CODE as UNPROTECTED
from dicomsig.conformance.why import why_it_matters
from dicomsig.reporting.archive_trials import Trial, archive_trials
from dicomsig.reporting.archive_words import broken_on_the_way
from dicomsig.reporting.by_hand import by_hand_command
from dicomsig.reporting.causes import Cause, causes
from dicomsig.reporting.claim_rows import ClaimRow, claim_rows
from dicomsig.reporting.coverage_view import CoverageRow, TallyRow, coverage_rows, tally_rows
from dicomsig.reporting.document import ObservationTally, RequirementTally, ResultDocument
from dicomsig.reporting.facts import Fact, facts, parts, worst_of
from dicomsig.reporting.groups import Group, Standing, grouped, rerun_command
from dicomsig.reporting.headline import Headline, headline
from dicomsig.reporting.matrix_view import MatrixView, matrix_view
from dicomsig.reporting.next_steps import Step, next_steps
from dicomsig.reporting.questions import questions
from dicomsig.reporting.requirement_page import link_to
from dicomsig.reporting.round_trips import met_on
from dicomsig.reporting.text import file_label, safe_text
from dicomsig.reporting.unprotected_view import UnprotectedView, unprotected_view
from dicomsig.reporting.validity import validity_sentence
from dicomsig.reporting.what_was_judged import judged_sentence, limits

__all__ = ["CaseRow", "GroupView", "OtherRow", "PageView", "Section", "page_view"]

_LONGEST: Final = 300
_MOST_GROUPS: Final = 400
_MOST_OBSERVATIONS: Final = 100
_MOST_DEVIATIONS: Final = 200
_MENDERS: Final = {
    "nobody": "",
    "signer": "the maker of the product that signs",
    "verifier": "the maker of the product that verifies",
    "archive": "the maker of the archive, or of whatever changed the instance on its way",
    "product": "the maker of the product",
    "adapter": "whoever wrote the adapter",
    "operator": "whoever runs the product: its settings, keys and certificates",
    "tester": "whoever runs dicomsig",
}
"""Who mends, as `profiles/reasons.csv` names them, in words."""

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
class OtherRow:
    """Another requirement that comes out alike in the same cases."""

    requirement: str
    clause: str
    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """All cases in which one requirement came out alike for one reason; `found` is that of the first.

    `told` is what happened in one sentence, `others` are the requirements that the same cause breaks.
    """

    anchor: str
    group: Group
    page: str
    told: str
    others: tuple[OtherRow, ...]
    mends: str
    why: str
    """Why the requirement matters, for whoever buys the product; empty where nobody wrote it down."""
    reason_text: str
    message: str
    expected: str
    found: str
    accepted: str
    rerun: str
    rerun_file: str
    by_hand: str
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
class PageView:
    """The whole page."""

    document: ResultDocument
    headline: Headline
    judged: str
    validity: str
    facts: tuple[Fact, ...]
    parts: tuple[Fact, ...]
    claims: tuple[ClaimRow, ...]
    matrix: MatrixView | None
    coverage: tuple[CoverageRow, ...]
    questions: tuple[Step, ...]
    limits: tuple[str, ...]
    broken: tuple[str, ...]
    trials: tuple[Trial, ...]
    steps: tuple[Step, ...]
    sections: tuple[Section, ...]
    met_on: Mapping[str, str]
    """On how many a profile is met, in words, by its name."""
    longest: int
    """Characters of a text of a case; `report.json` has the rest of those that are longer."""
    holding: tuple[TallyRow, ...]
    tallies: tuple[TallyRow, ...]
    observations: tuple[ObservationTally, ...]
    more_observations: int
    unprotected: UnprotectedView | None
    more_deviations: int
    linked: bool
    digest: str
    """SHA-256 of `report.json`, in hexadecimal digits; empty where it is not known."""
    shown_deviations: int = _MOST_DEVIATIONS


def page_view(
    document: ResultDocument, *, shown: int = 20, longest: int = _LONGEST, digest: str = "", linked: bool = True
) -> PageView:
    """The page of a document: `shown` cases a group at most, texts of cases cut beyond `longest` characters.

    It leads to the files beside it, unless it is not to be `linked`.
    """
    paths = {each.file: each.path for each in document.files}
    found = causes(grouped(document, shown=shown))
    kept = list(zip(_anchors([cause.main for cause in found]), found, strict=True))[:_MOST_GROUPS]
    rows = tally_rows(document)
    claims = claim_rows(document)
    open_content = unprotected_view(document)
    sections = []
    for standing, (anchor, title, lead) in _TITLES.items():
        own = [(name, cause) for name, cause in kept if cause.standing is standing]
        more = sum(1 for cause in found if cause.standing is standing) - len(own)
        if own or more:
            views = tuple(_group_view(document, name, cause, paths, longest) for name, cause in own)
            sections.append(Section(standing, anchor, title, lead, views, more))
    observations = [each for each in document.observations if each.code != UNPROTECTED]
    return PageView(
        document=document,
        headline=headline(document),
        judged=judged_sentence(document),
        validity=validity_sentence(document),
        facts=facts(document),
        parts=parts(document),
        claims=claims,
        matrix=matrix_view(document),
        coverage=coverage_rows(document),
        questions=questions(document, kept, claims, open_content),
        limits=limits(document),
        broken=broken_on_the_way(document),
        trials=archive_trials(document),
        steps=next_steps(document, [(name, cause.main) for name, cause in kept]),
        sections=tuple(sections),
        longest=longest,
        met_on={each.profile: met_on(document, each) for each in document.summary.profiles},
        holding=tuple(row for row in rows if _holds(row.tally)),
        tallies=rows,
        observations=tuple(observations[:_MOST_OBSERVATIONS]),
        more_observations=max(0, len(observations) - _MOST_OBSERVATIONS),
        unprotected=open_content,
        more_deviations=max(0, len(document.deviations) - _MOST_DEVIATIONS),
        linked=linked,
        digest=digest,
    )


def _group_view(document: ResultDocument, anchor: str, cause: Cause, paths: dict[int, str], longest: int) -> GroupView:
    group = cause.main
    first = group.first
    reason = _reason(group.reason)
    reason_text = reason.text if reason is not None else ""
    path = paths.get(first.subject.file, "")
    in_file = bool(first.subject.file) and "{file}" in document.run.rerun
    found = {result.found for result in group.results}
    return GroupView(
        anchor=anchor,
        group=group,
        page=link_to(group.requirement),
        told=safe_text(reason_text or first.found or first.message or group.summary or group.requirement, longest),
        others=tuple(OtherRow(g.requirement, g.clause, g.summary, link_to(g.requirement)) for g in cause.others),
        mends=_MENDERS.get(reason.mends, reason.mends) if reason is not None else "",
        why=why_it_matters(group.requirement),
        reason_text=reason_text,
        message="" if first.message in (first.found, "") else safe_text(first.message, longest),
        expected=safe_text(first.expected, longest),
        found=safe_text(first.found, longest),
        accepted=safe_text(first.deviation, longest),
        rerun=rerun_command(document, first, _FOR_FILE if in_file else ""),
        rerun_file=path or (file_label(first.subject.file) if in_file else ""),
        by_hand=by_hand_command(document, first),
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
    return worst_of(tally) == ""


def _anchors(groups: Iterable[Group]) -> list[str]:
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
