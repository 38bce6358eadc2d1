"""Known fails are accepted as long as they serve, and of the clock nothing else depends."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dicomsig.cli import options
from dicomsig.plugin import cases
from dicomsig.reporting import collector, start
from dicomsig.vectors.pki import chain_path
from dicomsig.vectors.samples import dcmtk_folder, samples

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
IN_2040 = datetime(2040, 6, 30, 12, tzinfo=UTC)


def deviation(requirement=ORDER, reason="tag-list-unordered", cases="signer/file-*", expires="2027-06-30"):
    return (
        f'[[deviation]]\nrequirement = "{requirement}"\nreason = "{reason}"\ncases = ["{cases}"]\n'
        f'why = "known, ticket 4711"\nexpires = {expires}\n'
    )


@pytest.fixture
def check(dicomsig, put, wrong):
    """Check a file whose tags are out of order with some deviations as of a day."""

    def run(*deviations, today="2026-01-01", others=(), options=()):
        known = put("known.toml", "\n".join(deviations))
        path = put("files/1.dcm", wrong)
        return dicomsig("check", path, *others, "--deviations", known, "--today", today, *options)

    return run


def test_an_accepted_fail_is_no_fail(check, tmp_path):
    """The deviation accepts the fail with its reason: exit 0, shown as known, counted apart, in every report."""
    ran = check(deviation(), options=("--report", tmp_path / "report"))
    assert ran.code == 0
    assert f"KNOWN  {ORDER}" in ran.out
    assert "accepted  known, ticket 4711" in ran.out
    document = json.loads((tmp_path / "report" / "report.json").read_text())
    assert document["summary"]["results"]["deviated"] == 1
    assert document["summary"]["results"]["failed"] == 0
    (use,) = document["deviations"]
    assert (use["matched"], use["stale"]) == (1, "")
    (result,) = [each for each in document["results"] if each["result"] == "fail"]
    assert result["deviation"] == "known, ticket 4711"
    assert "ticket 4711" in (tmp_path / "report" / "report.html").read_text()


@pytest.mark.parametrize(
    ("changes", "code", "stale"),
    [
        ({"reason": "tag-list-repeated"}, 1, "no longer happens"),
        ({"cases": "signer/file-000002*"}, 1, ""),
        ({"cases": "signer/file-000001"}, 1, "no longer happens"),
        ({"cases": "signer/file-000001/#?"}, 0, ""),
        ({"requirement": "ps3.15-c.1-mac-algorithm"}, 1, "no longer happens"),
        ({"requirement": "ps3.3-no-such-row"}, 1, "no requirement has the id"),
        ({"reason": "tag-list-unorderd"}, 1, "Did you mean 'tag-list-unordered'?"),
    ],
)
def test_a_deviation_accepts_what_it_names_and_no_more(check, changes, code, stale):
    """Requirement, reason and case all have to fit; one that no case of the run names is not stale."""
    ran = check(deviation(**changes))
    assert ran.code == code
    assert ("stale     " in ran.out) is bool(stale)
    assert stale in ran.out


@pytest.mark.parametrize(("today", "code"), [("2027-06-30", 0), ("2027-07-01", 1)])
def test_the_last_day_counts(check, today, code):
    """A deviation accepts up to and including its day; then the fail is back, and the deviation is called stale."""
    ran = check(deviation(), today=today)
    assert ran.code == code
    assert ("stale     " in ran.out) is (code == 1)


def test_a_stale_deviation_shows_when_nothing_fails(check, put, right):
    """Exit 4 when all fails are accepted and another deviation has expired."""
    expired = deviation(requirement="ps3.15-c.1-mac-algorithm", reason="algorithm-unknown", expires="2025-01-01")
    ran = check(deviation(), expired, others=(put("files/2.dcm", right),))
    assert ran.code == 4
    assert "expired on 2025-01-01" in ran.out


def test_the_samples_deviate_as_is_known(dicomsig):
    """With the deviations that come with them, the samples of dcmsign end with 5: one timestamp is open."""
    ran = dicomsig("check", dcmtk_folder(), "--deviations", dcmtk_folder() / "deviations.toml")
    assert ran.code == 5
    assert "1 accepted" in ran.out


@pytest.fixture
def clock(monkeypatch):
    """Set the clock, wherever dicomsig looks at it."""

    def set_to(moment):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        for module in (options, cases, collector, start):
            monkeypatch.setattr(module, "datetime", Clock)

    return set_to


def test_verdicts_are_the_same_in_2040(dicomsig, clock):
    """At a simulated 2040 every verdict on the samples is that of today; a certificate may be remarked as expired."""
    arguments = ("verify", dcmtk_folder(), "--trust", chain_path(), "--json")
    before = dicomsig(*arguments)
    clock(IN_2040)
    after = dicomsig(*arguments)
    assert after.code == before.code

    def without_remark(document):
        for file in document["files"]:
            for signature in file["signatures"]:
                signature["reasons"] = [each for each in signature["reasons"] if each["reason"] != "expired-today"]
        return document

    assert without_remark(after.document) == without_remark(before.document)


def test_results_are_the_same_in_2040(dicomsig, clock):
    """At a simulated 2040 `check` gives the same results and exit code; only the times of the run differ."""
    arguments = ("check", dcmtk_folder(), "--trust", chain_path(), "--profile", "creator", "--json")
    arguments += ("--deviations", dcmtk_folder() / "deviations.toml")
    before = dicomsig(*arguments)
    clock(IN_2040)
    after = dicomsig(*arguments)
    assert after.code == before.code
    assert after.document["run"]["started"].startswith("2040-06-30")
    assert {**after.document, "run": None} == {**before.document, "run": None}


def test_the_other_door_is_the_same_in_2040(clock, pytestconfig):
    """The cases of the suite over the samples are the same at a simulated 2040, accepted deviations included."""
    before = list(cases._judged_cases(pytestconfig, []))
    clock(IN_2040)
    assert list(cases._judged_cases(pytestconfig, [])) == before
    assert len(before) > 20 * len(samples())


def test_nobody_else_looks_at_the_clock():
    """The clock is read where a run starts, where deviations expire, for --at now, and where a signature, a bundle or a
    new certificate is dated.
    """
    known = {"options.py", "start.py", "collector.py", "cases.py", "sign.py", "bundling.py", "site_pki.py"}
    words = (".now(", ".today(", "time.time(", "utcnow(")
    judging = ("cli", "judging", "conformance", "reporting", "signatures", "crypto", "encoding")
    package = Path(cases.__file__).parents[1]
    files = [package / "plugin" / "cases.py", *(path for name in judging for path in (package / name).rglob("*.py"))]
    found = {path.name for path in files if any(word in path.read_text(encoding="utf-8") for word in words)}
    assert found == known
