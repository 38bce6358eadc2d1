"""``dicomsig verifier --fuzz`` and ``--replay`` as a user meets them."""

import json
import shlex
import sys

import pytest

from dicomsig.cli import fuzzing
from dicomsig.judging.fuzz_draws import ShrinkBudget
from dicomsig.judging.fuzz_run import FuzzTrial

IMPOSTOR = "impostor:rule-group-lengths"


@pytest.fixture(autouse=True)
def small_budget(monkeypatch):
    """Counterexamples are made smaller by few questions."""
    usual = FuzzTrial

    def quick(*arguments):
        return usual(*arguments, budget=ShrinkBudget(calls=10))

    monkeypatch.setattr(fuzzing, "FuzzTrial", quick)


def shown(ran):
    """What does not change from run to run."""
    document = ran.document
    return {name: document[name] for name in ("summary", "results", "requirements", "observations", "internal_errors")}


def test_the_reference_holds(dicomsig):
    """It ends with 0, says what was put to it, and comes out the same for the same seed."""
    runs = [dicomsig("verifier", "reference", "--fuzz", 12, "--seed", 5, "--json") for _ in range(2)]
    assert [ran.code for ran in runs] == [0, 0]
    assert shown(runs[0]) == shown(runs[1])
    assert shown(runs[0])["results"] == []
    assert "fuzzed with seed 5: 24 cases" in runs[0].err
    assert "0 findings" in runs[0].document["summary"]["coverage"]["note"]
    other = dicomsig("verifier", "reference", "--fuzz", 12, "--seed", 6, "--json")
    assert shown(other)["requirements"] != shown(runs[0])["requirements"]


def test_a_finding_is_saved_and_replayed_by_the_command_that_is_shown(dicomsig, tmp_path):
    """The report has the instance, its twin and what was drawn; the command convicts again, and nobody honest."""
    folder = tmp_path / "report"
    ran = dicomsig("verifier", IMPOSTOR, "--fuzz", 25, "--seed", 1, "--report", folder)
    assert ran.code == 1
    names = sorted(each.name for each in (folder / "fuzz").iterdir())
    assert names
    for name in names:
        kind = name.partition("-")[0]
        expected = {"object.dcm", "fuzz.json"} | ({"twin.dcm"} if kind != "untouched" else set())
        assert {each.name for each in (folder / "fuzz" / name).iterdir()} == expected
    rerun = shlex.split(ran.out.partition("rerun")[2].splitlines()[0])
    assert rerun[:4] == ["dicomsig", "verifier", IMPOSTOR, "--replay"]
    assert dicomsig(*rerun[1:]).code == 1
    assert dicomsig("verifier", "reference", "--replay", folder / "fuzz").code == 0
    document = json.loads((folder / "report.json").read_text())
    assert document["run"]["rerun"] == f"dicomsig verifier {IMPOSTOR} --replay {{vector}}"
    assert str(tmp_path) not in (folder / "report.json").read_text()


def test_an_earlier_counterexample_does_not_stay(dicomsig, tmp_path):
    """A report holds the counterexamples of its own run."""
    folder = tmp_path / "report"
    assert dicomsig("verifier", IMPOSTOR, "--fuzz", 5, "--seed", 1, "--report", folder).code == 1
    assert list((folder / "fuzz").iterdir())
    assert dicomsig("verifier", "reference", "--fuzz", 2, "--report", folder).code == 0
    assert list((folder / "fuzz").iterdir()) == []


def test_a_deviation_accepts_what_the_fuzzer_finds(dicomsig, put):
    """Names of cases begin with kind and strategy, so that a deviation can name them."""
    known = put(
        "known.toml",
        """
        [[deviation]]
        requirement = "ps3.5-6.2-signature-pad-stripped"
        reason = "called-invalid"
        cases = ["verifier/fuzz/untouched-*"]
        why = "known"
        expires = 2099-12-31
        """,
    )
    arguments = ("verifier", "impostor:keeps-the-pad-byte", "--fuzz", 12, "--seed", 1)
    assert dicomsig(*arguments).code == 1
    assert dicomsig(*arguments, "--deviations", known).code == 0
    assert dicomsig("verifier", "reference", *arguments[2:], "--deviations", known).code == 4


def test_who_is_asked_for_one_requirement_alone_earns_nothing_by_rejecting_all(dicomsig):
    """Where the twin is not judged itself, what was changed stays open."""
    only = ("--only", "ps3.3-c.12.1.1.3.1.1-listed-change-detected")
    ran = dicomsig("verifier", "impostor:rejects-all", "--fuzz", 12, "--seed", 1, *only, "--json")
    assert ran.code == 5
    assert {each["reason"] for each in ran.document["results"]} == {"twin-not-accepted"}


def test_an_interrupt_keeps_what_was_found(dicomsig, tmp_path, monkeypatch):
    """It ends with 130; the counterexample is there as it was met."""

    class Interrupted(FuzzTrial):
        def outcomes(self, number):
            for outcome in super().outcomes(number):
                yield outcome
                if self.findings:
                    raise KeyboardInterrupt

    monkeypatch.setattr(fuzzing, "FuzzTrial", Interrupted)
    ran = dicomsig("verifier", IMPOSTOR, "--fuzz", 50, "--seed", 1, "--report", tmp_path / "report")
    assert ran.code == 130
    about = [json.loads(each.read_text()) for each in (tmp_path / "report" / "fuzz").glob("*/fuzz.json")]
    assert [each["calls"] for each in about] == [0] * len(about)
    assert about


def test_an_expectation_of_ours_that_fails_is_70(dicomsig, monkeypatch):
    """A disagreement of construction and reference is an internal error, and no fail of the product."""
    from dicomsig.judging import fuzz_judge

    monkeypatch.setattr(fuzz_judge, "_disagreement", lambda *_: "expected one thing, found another")
    ran = dicomsig("verifier", "impostor:rejects-all", "--fuzz", 2, "--json")
    assert (ran.code, ran.document["results"]) == (70, [])
    assert any("expected one thing, found another" in each for each in ran.document["internal_errors"])


STUMBLING = """
import json, os, sys, time
asked = 0
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "describe":
        answer = {"protocol": 1, "name": "stumbling", "operations": ["verify"], "axes": []}
    elif request["op"] == "verify":
        asked += 1
        if asked == 9:
            os._exit(3)
        if asked == 8:
            answer = {"verdict": 17}
        else:
            answer = {"verdict": "accept"}
    else:
        answer = {"unsupported": "no"}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
"""


@pytest.mark.slow
def test_a_product_that_stumbles_in_the_middle_is_asked_on(dicomsig, put):
    """A malformed answer and a crash are findings; a new process answers what comes after."""
    program = put("stumbling.py", STUMBLING)
    adapter = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))}"
    ran = dicomsig("verifier", "--adapter", adapter, "--fuzz", 15, "--seed", 1, "--json")
    assert ran.code == 1
    reasons = {each["reason"] for each in ran.document["results"]}
    assert "malformed" in reasons
    assert "called-valid" in reasons
    assert "fuzzed with seed 1:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fuzz", 0), "--fuzz"),
        (("--fuzz", 1, "--seed", -1), "--seed"),
        (("--seed", 1), "give --fuzz as well"),
        (("--fuzz", 1, "--replay", "."), "give one of the two"),
        (("--fuzz", 1, "--family", "pixels"), "put no vectors"),
        (("--fuzz", 1, "--only", "base-ct.sha256"), "put no vectors"),
        (("--fuzz", 1, "--only", "ps3.15-c.1-no-psss"), "put no vectors"),
        (("--fuzz", 1, "--failed", "report.json"), "put no vectors"),
        (("--replay", "there-is-none"), "there is no fuzz.json in it"),
    ],
)
def test_wrong_usage_is_2(dicomsig, arguments, message):
    """What goes together and what does not is said before anything is asked."""
    ran = dicomsig("verifier", "reference", *arguments)
    assert ran.code == 2
    assert message in ran.err
