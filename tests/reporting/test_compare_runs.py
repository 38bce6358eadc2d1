"""Between two runs every change is found and none invented, whatever order the files have."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.editions import edition
from dicomsig.conformance.results import CaseOutcome, Outcome, Result, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.compare import compare
from dicomsig.reporting.comparison import ComparisonKind
from dicomsig.reporting.folder import document_bytes
from dicomsig.reporting.saved import read_saved
from dicomsig.reporting.start import start_run

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = (
    "ps3.3-c.12.1.1.3.1.1-tags-in-order",
    "ps3.3-c.12.1.1.3-mac-id-unique",
    "ps3.15-c.1-mac-algorithm",
    "ps3.3-c.12.1.1.3-mac-id-in-signature",
)
STANDINGS = ("pass", "fail", "accepted-fail", "inconclusive", "warning", "not-applicable")
LISTS = (
    "new_failures",
    "mended",
    "other_reason",
    "accepted",
    "no_longer_judged",
    "inconclusive",
    "decided",
    "warnings",
)
BOOK = [Deviation(row, "known", ("*",), "known, ticket 1", date(2030, 1, 1)) for row in ROWS]


@dataclass(frozen=True)
class Run:
    """A run in small: the instances in their order, and how each row stands in each of them."""

    instances: tuple[str, ...]
    standings: dict[tuple[str, str], str]


def written(folder: Path, run: Run, *, log: bool = True) -> Path:
    """The report of a run, as `check --report` leaves it."""
    claims = Claims(Product("Example Imaging", "Example CT", "5.1"))
    start = start_run("signer", edition(), claims=claims, now=MIDNIGHT)
    lines = [b'{"dicomsig_report":' + msgspec.json.encode(start) + b"}"]
    collector = Collector(start, deviations=DeviationBook(BOOK), today=MIDNIGHT.date())
    for number, uid in enumerate(run.instances, 1):
        subject = Subject(number, uid, "/", 0, f"{uid}.9")
        case = f"signer/file-{number:06d}/#0"
        found = {row: run.standings[uid, row] for row in ROWS}
        outcome = CaseOutcome(
            case,
            subject,
            tuple(row for row in ROWS if found[row] == "pass"),
            tuple(
                Result(row, "clause", case, subject, Outcome("fail" if found[row] == "accepted-fail" else found[row]),
                       "known" if found[row] == "accepted-fail" else "seen", found=f"in {uid}")
                for row in ROWS if found[row] not in ("pass", "not-applicable")
            ),
            (),
            tuple(row for row in ROWS if found[row] == "not-applicable"),
        )  # fmt: skip
        collector.file(number, "signed")
        lines.append(msgspec.json.encode(collector.case(outcome)))
    document = collector.document(ended=MIDNIGHT)
    lines.append(b'{"end":"2026-01-01T00:00:00Z"}')
    folder.mkdir(parents=True)
    (folder / "report.json").write_bytes(document_bytes(document))
    if log:
        (folder / "report.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return folder


def expected(before: Run, after: Run) -> dict[str, set[tuple[str, str]]]:
    """The changes between two runs, by the definition of each list and from nothing else than the runs."""
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in LISTS}
    for uid in {*before.instances, *after.instances}:
        for row in ROWS:
            was = before.standings[uid, row] if uid in before.instances else "no-such-case"
            now = after.standings[uid, row] if uid in after.instances else "no-such-case"
            if was == now:
                continue
            if now == "fail":
                name = "new_failures"
            elif now == "accepted-fail":
                name = "accepted"
            elif now == "inconclusive":
                name = "inconclusive"
            elif was in ("fail", "accepted-fail"):
                name = "no_longer_judged" if now == "no-such-case" else "mended"
            elif was == "inconclusive":
                name = "" if now == "no-such-case" else "decided"
            elif "warning" in (was, now) and now != "no-such-case":
                name = "warnings"
            else:
                name = ""
            if name:
                found[name].add((uid, row))
    return found


def seen(runs) -> dict[str, set[tuple[str, str]]]:
    """The changes that a comparison lists, by instance and row."""
    found = {
        name: [(each.subject.sop_instance_uid, each.requirement) for each in getattr(runs, name)] for name in LISTS
    }
    assert all(len(set(each)) == len(each) for each in found.values())
    return {name: set(each) for name, each in found.items()}


@st.composite
def two_runs(draw):
    """A run, and a later one in which some things changed, some files went, and some came, anywhere in the order."""
    count = draw(st.integers(1, 6))
    first = tuple(f"1.2.{number}" for number in range(count))
    standing = st.sampled_from(STANDINGS)
    before = {(uid, row): draw(standing) for uid in first for row in ROWS}
    kept = [uid for uid in first if draw(st.integers(0, 4))] or [first[0]]
    added = [f"1.3.{number}" for number in range(draw(st.integers(0, 3)))]
    order = draw(st.permutations([*kept, *added]))
    after = {(uid, row): before.get((uid, row)) or draw(standing) for uid in order for row in ROWS}
    planted = draw(st.lists(st.tuples(st.sampled_from(order), st.sampled_from(ROWS), standing), max_size=6))
    after |= {(uid, row): new for uid, row, new in planted}
    return Run(first, before), Run(tuple(order), after)


@settings(max_examples=25)
@given(two_runs())
def test_every_change_is_found_and_none_invented(tmp_path_factory, runs):
    """With both run logs the lists hold what was planted, nothing else, and the exit code follows."""
    folder = tmp_path_factory.mktemp("compared")
    before, after = runs
    reports = [read_saved(written(folder / name, run)) for name, run in zip("ab", runs, strict=True)]
    found = compare(reports, ComparisonKind.RUNS)
    assert seen(found.runs) == expected(before, after)
    assert found.exit_code == (1 if expected(before, after)["new_failures"] else 0)
    assert found.runs.cases.common == len({*before.instances} & {*after.instances})
    assert len(found.runs.cases.new) == len({*after.instances} - {*before.instances})
    assert len(found.runs.cases.gone) == len({*before.instances} - {*after.instances})


@settings(max_examples=20)
@given(two_runs(), st.sampled_from([(False, True), (True, False), (False, False)]))
def test_without_a_run_log_no_regression_is_lost(tmp_path_factory, runs, logs):
    """The new failures are the same without a log; what no longer fails is told, and never called a pass."""
    folder = tmp_path_factory.mktemp("compared")
    reports = [
        read_saved(written(folder / name, run, log=log)) for name, run, log in zip("ab", runs, logs, strict=True)
    ]
    found = compare(reports, ComparisonKind.RUNS)
    if any("paired by their number" in note for note in found.notes):
        return  # no instance in common is named in both reports, and they say so
    told, due = seen(found.runs), expected(*runs)
    assert told["new_failures"] == due["new_failures"]
    assert told["mended"] | told["no_longer_judged"] == due["mended"] | due["no_longer_judged"]
    assert any("is not known" in note for note in found.notes)
    if not logs[1]:
        assert {each.after.value for each in found.runs.mended} <= {"not-told", "warning"}


@settings(max_examples=5)
@given(two_runs())
def test_a_run_compared_with_itself_shows_nothing(tmp_path_factory, runs):
    """One report twice has no change of any kind."""
    report = read_saved(written(tmp_path_factory.mktemp("compared") / "a", runs[0]))
    found = compare([report, report], ComparisonKind.RUNS)
    assert not any(seen(found.runs).values())
    assert (found.runs.lost_passes, found.runs.cases.new, found.runs.claims, found.exit_code) == ((), (), (), 0)


def plain(*uids, **changes):
    """A run in which everything passes, but what is named by place and row number."""
    standings = {(uid, row): "pass" for uid in uids for row in ROWS}
    return Run(uids, standings | changes.get("changes", {}))


def test_a_product_that_writes_everything_anew_is_compared_by_the_order_of_its_files(tmp_path):
    """Without an instance in common, files are paired by their number, and the notes say so."""
    before = plain("1.2.1", "1.2.2", changes={("1.2.1", ROWS[0]): "fail"})
    after = plain("1.4.1", "1.4.2", changes={("1.4.1", ROWS[0]): "fail", ("1.4.2", ROWS[1]): "fail"})
    reports = [read_saved(written(tmp_path / "a", before)), read_saved(written(tmp_path / "b", after))]
    found = compare(reports)
    assert seen(found.runs)["new_failures"] == {("1.4.2", ROWS[1])}
    assert any("paired by their number" in note for note in found.notes)


def test_a_requirement_that_is_judged_no_more_is_lost_not_passed(tmp_path):
    """A pass that the later run does not even try is shown; it is no failure."""
    later = written(tmp_path / "b", plain("1.2.1"))
    lines = [json.loads(line) for line in (later / "report.jsonl").read_text().splitlines()]
    lines[1]["passed"].remove(ROWS[2])
    (later / "report.jsonl").write_text("\n".join(map(json.dumps, lines)).replace('{"end": ', '{"end":') + "\n")
    found = compare([read_saved(written(tmp_path / "a", plain("1.2.1"))), read_saved(later)])
    [lost] = found.runs.lost_passes
    assert (lost.requirement, lost.cases) == (ROWS[2], 1)
    assert found.exit_code == 0


@pytest.mark.parametrize("damage", ["cut", "garbage", "other run", "no end"])
def test_a_damaged_run_log_is_not_used(tmp_path, damage):
    """A run log that is cut, broken or of another run is named in the notes, and the reports compare without it."""
    before = written(tmp_path / "a", plain("1.2.1", changes={("1.2.1", ROWS[0]): "fail"}))
    after = written(tmp_path / "b", plain("1.2.1", changes={("1.2.1", ROWS[1]): "fail"}))
    log = after / "report.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes({
        "cut": b"".join(lines)[:-80],
        "garbage": lines[0] + b"\xff{}\n" + lines[1],
        "other run": (before / "report.jsonl").read_bytes(),
        "no end": b"".join(lines[:-1]),
    }[damage])  # fmt: skip
    found = compare([read_saved(before), read_saved(after)])
    assert seen(found.runs)["new_failures"] == {("1.2.1", ROWS[1])}
    assert any("B: " in note and "not used" in note for note in found.notes)
    assert not found.runs.cases.known


def test_a_later_run_that_was_cut_short_is_no_success(tmp_path):
    """An interrupted later run without a new failure ends with 2, for it shows nothing."""
    before, after = written(tmp_path / "a", plain("1.2.1")), written(tmp_path / "b", plain("1.2.1"))
    document = json.loads((after / "report.json").read_bytes())
    document["run"]["interrupted"] = True
    (after / "report.json").write_text(json.dumps(document))
    found = compare([read_saved(before), read_saved(after)])
    assert (found.exit_code, found.runs.new_failures) == (2, ())
    assert "interrupted" in found.notes[0]


def test_reports_in_the_wrong_order_raise_a_doubt(tmp_path):
    """The run that is named first is the earlier one, and a later start of it is remarked."""
    before, after = written(tmp_path / "a", plain("1.2.1")), written(tmp_path / "b", plain("1.2.1"))
    document = json.loads((before / "report.json").read_bytes())
    document["run"]["started"] = "2027-01-01T00:00:00Z"
    (before / "report.json").write_text(json.dumps(document))
    [note] = compare([read_saved(before), read_saved(after)]).notes
    assert "B was started before A" in note
    assert compare([read_saved(after), read_saved(before)]).notes == ()


def test_cases_that_are_not_named_by_a_file_keep_their_name(tmp_path):
    """An archive is given other instances each time; its cases are told by their names."""
    before = written(tmp_path / "a", plain("1.2.1", "1.2.2"))
    after = written(tmp_path / "b", plain("1.2.2", "1.2.3", changes={("1.2.3", ROWS[0]): "fail"}))
    for folder in (before, after):
        for file in folder.iterdir():
            file.write_text(file.read_text().replace("signer/file-00000", "archive/vector-"))
    found = compare([read_saved(before), read_saved(after)])
    assert [each.case for each in found.runs.new_failures] == ["archive/vector-2/#0"]
    assert (found.runs.cases.common, found.runs.cases.new, found.runs.cases.gone) == (2, (), ())
    assert found.notes == ()
