"""The lines of a comparison on a terminal: what limits it first, then what changed, at last the exit code."""

from collections.abc import Iterator, Mapping
from typing import Final

from dicomsig.reporting.compare_groups import (
    HELD_WORDS,
    STANDING_WORDS,
    ChangeGroup,
    ChangeList,
    change_lists,
    claim_name,
    report_name,
    where_of,
)
from dicomsig.reporting.compare_products import worst_of
from dicomsig.reporting.comparison import Comparison, ProductComparison, RunComparison
from dicomsig.reporting.document import OutcomeCounts
from dicomsig.reporting.phrases import counted
from dicomsig.reporting.terminal import coloured
from dicomsig.reporting.text import safe_text, shortened

__all__ = ["comparison_lines"]

_MOST_GROUPS: Final = 20
_MOST_CASES: Final = 10
_HUES: Final = {"bad": "red", "open": "yellow", "good": "green"}
_CELLS: Final = {
    "": "-",
    "failed": "fail",
    "deviated": "accepted",
    "inconclusive": "inconclusive",
    "warnings": "warning",
    "passed": "pass",
    "not_applicable": "none",
}


def comparison_lines(comparison: Comparison, *, paths: Mapping[str, str], colour: bool = False) -> Iterator[str]:
    """The comparison in lines; `paths` gives the path of each report by its letter, which a terminal may show."""
    for each in comparison.reports:
        name = f"{report_name(each)}, {each.role}, {each.started or 'time unknown'}"
        yield f"{each.letter:9} {name}  {safe_text(paths.get(each.letter, ''))}".rstrip()
    yield from (f"note      {note}" for note in comparison.notes)
    yield ""
    if comparison.runs is not None:
        yield from _runs(comparison.runs, colour)
    if comparison.products is not None:
        yield from _products(comparison.products, [each.letter for each in comparison.reports], colour)
    hue = "green" if comparison.exit_code == 0 else "red"
    yield f"{coloured(f'exit {comparison.exit_code}', hue, colour)}    {comparison.exit_meaning}"


def _runs(runs: RunComparison, colour: bool) -> Iterator[str]:
    for each in change_lists(runs, shown=1):
        for group in each.groups[:_MOST_GROUPS]:
            yield from _group(each, group, colour)
        if len(each.groups) > _MOST_GROUPS:
            yield f"and {len(each.groups) - _MOST_GROUPS} more groups under “{each.title}”; --html or --json has them"
            yield ""
    for lost in runs.lost_passes[:_MOST_GROUPS]:
        where = f"{lost.cases} case{'s' * (lost.cases != 1)}"
        yield f"lost      {lost.requirement}: passed in {where} and is judged no more; first {lost.first_case}"
    for name, listed in (("new", runs.cases.new), ("gone", runs.cases.gone)):
        yield from (f"{name:9} {case}" for case in listed[:_MOST_CASES])
        if len(listed) > _MOST_CASES:
            yield f"{name:9} and {len(listed) - _MOST_CASES} more"
    for claim in runs.claims:
        held = f"{HELD_WORDS[claim.before]} → {HELD_WORDS[claim.after]}"
        yield f"claim     {claim_name(claim.claim, claim.name)}: {held}"
    for profile in runs.profiles:
        numbers = (("met", profile.met), ("not met", profile.not_met), ("cannot be told", profile.not_told))
        yield f"profile   {profile.profile}: " + ", ".join(f"{word} on {was} → {now}" for word, (was, now) in numbers)
    for stale in runs.stale:
        since = "stale now" if stale.new else "stale as before"
        yield f"deviation {stale.requirement} {stale.reason}: {since}: {stale.stale}"
    cases = runs.cases
    if cases.known:
        yield f"cases     {cases.common} in both, {len(cases.new)} new, {len(cases.gone)} gone"
    counts = ((len(runs.new_failures), "new"), (len(runs.mended), "mended"), (runs.still_failing, "as before"),
              (len(runs.no_longer_judged), "no longer judged"))  # fmt: skip
    yield f"failures  {', '.join(f'{number} {word}' for number, word in counts)}"
    yield f"open      {len(runs.inconclusive)} newly inconclusive, {len(runs.decided)} no longer"


def _group(each: ChangeList, group: ChangeGroup, colour: bool) -> Iterator[str]:
    first = group.first
    yield f"{coloured(each.word, _HUES[each.tone], colour)}  {group.requirement}  {group.clause}  {where_of(first)}"
    details = [
        ("before", STANDING_WORDS[group.before]),
        ("now", STANDING_WORDS[group.after]),
        ("message", "" if first.message == first.found else first.message),
        ("expected", first.expected),
        ("found", first.found),
        ("reason", _reason(group)),
        ("accepted", first.deviation),
        ("case", first.case if not first.case_before else f"{first.case}, before {first.case_before}"),
    ]
    yield from (f"      {label:9} {safe_text(text)}" for label, text in details if text)
    if group.count > 1:
        yield f"      and in {group.count - 1} more case{'s' * (group.count > 2)}"
    yield ""


def _reason(group: ChangeGroup) -> str:
    first = group.first
    if first.reason and first.reason_before and first.reason != first.reason_before:
        return f"{first.reason}, before {first.reason_before}"
    return group.reason


def _products(products: ProductComparison, letters: list[str], colour: bool) -> Iterator[str]:
    width = max((len(row.requirement) for row in products.requirements if row.differs), default=20)
    claims = [(claim_name(row.claim, row.name), [HELD_WORDS[held] for held in row.products]) for row in products.claims]
    yield from _table("claims", claims, letters, 34)
    differing = [row for row in products.requirements if row.differs]
    if differing:
        rows = [(row.requirement, [_cell(counts) for counts in row.products]) for row in differing]
        yield from _table("requirements that came out differently", rows, letters, min(width, 80))
    same = len(products.requirements) - len(differing)
    yield f"{counted(same, 'more requirement')} came out alike; --html or --json has them"


def _cell(counts: OutcomeCounts | None) -> str:
    worst = worst_of(counts)
    number = getattr(counts, worst) if worst else 0
    return f"{_CELLS[worst]} {number}" if number else _CELLS[worst]


def _table(title: str, rows: list[tuple[str, list[str]]], letters: list[str], width: int) -> Iterator[str]:
    width = max(width, len(title))
    columns = [max(len(letter), *(len(cells[place]) for _, cells in rows)) for place, letter in enumerate(letters)]
    head = "  ".join(f"{letter:{columns[place]}}" for place, letter in enumerate(letters))
    yield f"{title:{width}}  {head}".rstrip()
    for name, cells in rows:
        line = "  ".join(f"{cell:{columns[place]}}" for place, cell in enumerate(cells))
        yield f"{shortened(name, width):{width}}  {line}".rstrip()
    yield ""
