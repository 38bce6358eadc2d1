"""Changes are read in groups: the cases in which one requirement changed alike, in the words of people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dicomsig.reporting.claim_standings import Held
from dicomsig.reporting.comparison import Change, ComparedReport, Comparison, RunComparison
from dicomsig.reporting.judged_cases import CaseStanding
from dicomsig.reporting.phrases import counted, product_in_words
from dicomsig.reporting.profile_words import profile_words
from dicomsig.reporting.text import file_label

__all__ = ["HELD_WORDS", "STANDING_WORDS", "ChangeGroup", "ChangeList", "change_lists", "claim_name",
           "headline_of", "report_name", "where_of"]  # fmt: skip

STANDING_WORDS: Final = {
    CaseStanding.FAIL: "fail",
    CaseStanding.ACCEPTED: "fail that a deviation accepts",
    CaseStanding.INCONCLUSIVE: "inconclusive",
    CaseStanding.WARNING: "warning",
    CaseStanding.NOT_APPLICABLE: "not applicable",
    CaseStanding.PASS: "pass",
    CaseStanding.NOT_TOLD: "no fail; whether it passed is not known without the run log",
    CaseStanding.NOT_JUDGED: "not judged",
    CaseStanding.NO_CASE: "no such case",
}
HELD_WORDS: Final = {
    Held.HOLDS: "holds",
    Held.ACCEPTED: "does not hold; accepted",
    Held.FAILS: "does not hold",
    Held.OPEN: "inconclusive",
    Held.NOT_JUDGED: "not judged",
    None: "not claimed",
}
_CLAIM_WORDS: Final = {
    "mac-algorithm": "MAC algorithm",
    "storage-level": "storage level",
    "signature-level": "signature level",
}
_TITLES: Final = (
    ("new_failures", "NEW FAIL", "New failure", "New failures", "The earlier run had none of these.", "bad"),
    ("other_reason", "STILL", "Still failing", "Still failing, for another reason",
     "These failed before, in another way.", "open"),
    ("accepted", "ACCEPTED", "Newly accepted", "Newly accepted",
     "A deviation accepts these fails, and did not before.", "open"),
    ("no_longer_judged", "GONE", "Not judged again", "Failures no longer judged",
     "Not mended: the later run did not try these.", "open"),
    ("inconclusive", "OPEN", "Inconclusive", "Newly inconclusive", "These could not be decided any more.", "open"),
    ("warnings", "WARN", "Warning", "Warnings that came or went", "These break no rule for certain.", "open"),
    ("mended", "MENDED", "Mended", "Mended", "These failed before and fail no longer.", "good"),
    ("decided", "DECIDED", "Decided", "No longer inconclusive", "These can be decided now, and do not fail.", "good"),
)  # fmt: skip


@dataclass(slots=True)
class ChangeGroup:
    """The cases in which one requirement changed alike; `changes` are the first of them."""

    requirement: str
    clause: str
    reason: str
    before: CaseStanding
    after: CaseStanding
    count: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def first(self) -> Change:
        """The first of the changes."""
        return self.changes[0]


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One of the lists of a comparison, in groups; `word` is for the terminal, the rest for the page.

    `one` is what a group of it is called.
    """

    name: str
    word: str
    one: str
    title: str
    lead: str
    tone: str
    count: int
    groups: tuple[ChangeGroup, ...]


def change_lists(runs: RunComparison, *, shown: int = 20) -> tuple[ChangeList, ...]:
    """The lists that are not empty, the most pressing first; each group with its first `shown` changes."""
    found = []
    for name, word, one, title, lead, tone in _TITLES:
        changes: Sequence[Change] = getattr(runs, name)
        if changes:
            found.append(ChangeList(name, word, one, title, lead, tone, len(changes), _grouped(changes, shown)))
    return tuple(found)


def claim_name(kind: str, name: str) -> str:
    """A claim by the name that people use for it."""
    if kind == "profile":
        return profile_words(name).name
    return f"{_CLAIM_WORDS.get(kind, kind)} {name}"


def headline_of(comparison: Comparison) -> tuple[str, str]:
    """The comparison in one sentence, and its tone: `good`, `bad` or `open`."""
    runs = comparison.runs
    if runs is None:
        differing = sum(row.differs for row in comparison.products.requirements) if comparison.products else 0
        return f"{counted(differing, 'requirement')} came out differently", "open" if differing else "good"
    if runs.new_failures:
        return counted(len(runs.new_failures), "new failure"), "bad"
    if comparison.exit_code:
        return "The runs cannot be compared as a whole", "open"
    mended = f", {len(runs.mended)} mended" if runs.mended else ""
    left = len(runs.no_longer_judged)
    unseen = f"; {counted(left, 'failure')} not judged again" if left else ""
    fewer = left or runs.lost_passes or runs.cases.gone
    return f"No new failure{mended}{unseen}", "open" if fewer else "good"


def report_name(report: ComparedReport) -> str:
    """What a report is about: the product with version and vendor, else its role."""
    return product_in_words(report.product, report.version, report.vendor) or f"a {report.role}"


def where_of(change: Change) -> str:
    """The file or vector of a change with its signature, else its case."""
    subject = change.subject
    label = file_label(subject.file)
    named = label if label and label in change.case else subject.vector
    if not named:
        return change.case
    return f"{named}  {subject.place}#{subject.number}" if subject.number >= 0 else named


def _grouped(changes: Sequence[Change], shown: int) -> tuple[ChangeGroup, ...]:
    groups: dict[tuple[str, str, CaseStanding, CaseStanding], ChangeGroup] = {}
    for each in changes:
        key = (each.requirement, each.reason or each.reason_before, each.before, each.after)
        group = groups.get(key)
        if group is None:
            group = groups[key] = ChangeGroup(each.requirement, each.clause, key[1], each.before, each.after)
        group.count += 1
        if len(group.changes) < shown:
            group.changes.append(each)
    return tuple(sorted(groups.values(), key=lambda group: -group.count))
