"""`dicomsig suite` runs the suite apart from whatever pytest finds around it, and gives the results of the commands."""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from dicomsig import plugin, resources
from dicomsig.cli import suite as command
from dicomsig.plugin import cases
from dicomsig.plugin.cases import RequirementCase
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import index
from dicomsig.vectors.samples import samples
from dicomsig.vectors.wrong_signers import wrong_signers

BROKEN = "raise SystemExit('hostile')\n"


@pytest.fixture
def hostile(tmp_path):
    """A folder in which pytest and Python would go wrong, and an environment that makes it worse."""
    inside = tmp_path / "project" / "inside"
    inside.mkdir(parents=True)
    for folder in (inside.parent, inside):
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\nminversion = 99\n")
        (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--no-such-option'\n")
        (folder / "conftest.py").write_text(BROKEN)
        for name in ("pytest", "dicomsig", "json", "xdist"):
            (folder / f"{name}.py").write_text(BROKEN)
    site = tmp_path / "site"
    (site / "hostile-1.0.dist-info").mkdir(parents=True)
    (site / "hostile-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1.0\n")
    (site / "hostile-1.0.dist-info" / "entry_points.txt").write_text("[pytest11]\nhostile = hostile_plugin\n")
    (site / "hostile_plugin.py").write_text(BROKEN)
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", ""))))
    settings = {"PYTHONPATH": path, "PYTEST_ADDOPTS": "--no-such-option -k nothing", "PYTEST_PLUGINS": "hostile_plugin"}
    there = f"sys.path.remove(''); import os; os.chdir({str(inside)!r})"  # as for a program that was installed
    return {"before": there, "env": os.environ | settings}


def last(ran):
    """The closing line of a run without the time it took."""
    return ran.out.strip().splitlines()[-1].rpartition(" in ")[0].strip("= ")


@pytest.mark.slow
def test_what_lies_around_it_has_no_effect(process, hostile, tmp_path):
    """Configuration, conftest files, modules, environment and plugins of others change nothing; no file is left."""
    clean = process("suite", "signer", "-m", "PS3.15-C.1", cwd=tmp_path)
    before = set((tmp_path / "project").rglob("*"))
    ran = process("suite", "signer", "-m", "PS3.15-C.1", **hostile)
    assert "hostile" not in ran.out + ran.err
    assert (ran.code, last(ran)) == (clean.code, last(clean))
    assert " passed" in last(ran)
    assert set((tmp_path / "project").rglob("*")) == before


@pytest.mark.slow
def test_a_project_around_the_installation_has_no_effect(hostile, tmp_path):
    """An environment inside a project has the project's configuration above the suite: pytest does not climb there."""
    suite = tmp_path / "project" / ".venv" / "suite"
    shutil.copytree(resources.content("suite"), suite)
    words = [*command.isolated(suite / "signer"), "-q", "-m", "base and MD5"]
    run = {"env": command.environment(hostile["env"]), "capture_output": True, "text": True, "timeout": 60}
    ended = subprocess.run(words, cwd=suite, check=False, **run)
    assert "hostile" not in ended.stdout + ended.stderr
    assert "exit 0: " in ended.stdout
    assert ended.returncode == plugin.OURS


def results_in(file):
    """Requirement, case and result of every test in a JUnit file, with how the test ended."""
    found = []
    for test in ElementTree.parse(file).iter("testcase"):
        told = {each.get("name"): each.get("value") for each in test.iter("property")}
        if told:
            ended = next((part.tag for part in test if part.tag in ("failure", "skipped", "error")), "passed")
            found.append((told["requirement"], told["case"], told["result"], ended))
    return found


def of_report(report):
    """Every requirement judged in a run of a command, passes included, with case and result."""
    found = set()
    for line in (report / "report.jsonl").read_text().splitlines()[1:-1]:
        case = json.loads(line)
        found |= {(name, case["case"], "pass") for name in case.get("passed", ())}
        found |= {(each["requirement"], each["case"], each["result"]) for each in case.get("results", ())}
    return found


@pytest.mark.parametrize("processes", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_it_gives_the_results_of_check(dicomsig, process, put, wrong, tmp_path, processes):
    """Exit code, requirements, cases and results are those of `check`, in one process and in several."""
    files = [str(sample.path) for sample in samples()[:2]] + [str(put("wrong.dcm", wrong))]
    ran = dicomsig("check", *files, "--profile", "creator", "--report", tmp_path / "report")
    options = [word for file in files for word in ("--instances", file)]
    suite = process(
        "suite", "signer", *options, "--profile", "creator", "-n", processes, "--junit", "j.xml", cwd=tmp_path
    )
    found = results_in(tmp_path / "j.xml")
    assert {each[:3] for each in found} == of_report(tmp_path / "report")
    assert {(result, ended) for *_, result, ended in found} >= {("pass", "passed"), ("fail", "failure")}
    assert suite.code == ran.code == 1
    assert "\nexit 1: a requirement failed" in suite.out


@pytest.mark.slow
def test_both_doors_agree_over_all_fixtures(dicomsig, pytestconfig, tmp_path, monkeypatch):
    """Samples, unsigned instances, every wrong signer and one in forty vectors: both doors give the same set."""
    folder = tmp_path / "files"
    folder.mkdir()
    for recipe in wrong_signers().values():
        (folder / f"{recipe.name}.dcm").write_bytes(recipe.build())
    corpus = built()
    for name in list(index())[::40]:
        (folder / f"vector-{name}.dcm").write_bytes(corpus.path(name).read_bytes())
    paths = [folder, *(sample.path for sample in samples())]
    dicomsig("check", *paths, "--profile", "creator", "--report", tmp_path / "report")
    monkeypatch.setitem(vars(pytestconfig.option), "instances", [str(path) for path in paths])
    monkeypatch.setitem(vars(pytestconfig.option), "dicom_profile", ["creator"])
    found = {
        (each.requirement, each.case, "pass" if each.result is None else str(each.result.result))
        for each in cases._judged_cases(pytestconfig, [])
    }
    assert found == of_report(tmp_path / "report")
    assert len(found) > 10_000


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["singer"], 2, "Did you mean 'signer'?"),
        (["signer", "--verifier", "reference"], 2, "--verifier says nothing of a signer"),
        (["verifier", "--instances", "x"], 2, "--instances says nothing of a verifier"),
        pytest.param(
            ["signer", "--instances", "nowhere", "-n", "2"],
            2,
            "dicomsig: 'nowhere' does not exist.",
            marks=pytest.mark.slow,
        ),
        (["signer", "--", "--no-such-option"], 2, "unrecognized arguments: --no-such-option"),
        (["signer", "-k", "nosuchtest"], 3, "exit 3: nothing to judge"),
        (["signer", "-m", "base and MD5", "-q"], 0, "exit 0: "),
    ],
)
def test_it_ends_with_the_exit_codes_of_dicomsig(process, tmp_path, arguments, code, says):
    """Wrong usage is 2 with a hint and no traceback, be it ours or that of pytest; nothing to judge is 3."""
    ran = process("suite", *arguments, cwd=tmp_path)
    assert says in ran.out + ran.err
    assert ran.code == code
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.slow
def test_a_stale_deviation_ends_it_with_four(process, put, tmp_path):
    """As in `check`; a run of a part does not tell which deviations are stale."""
    text = '[[deviation]]\nrequirement = "ps3.15-c.1-mac-algorithm"\nreason = "{}"\ncases = ["signer/*"]\n'
    deviations = put("d.toml", text.format("algorithm-unknown") + 'why = "mended"\nexpires = 2100-01-01\n')
    md5 = next(sample.path for sample in samples() if "md5" in sample.path.name)
    ran = process("suite", "signer", "--instances", md5, "--deviations", deviations, "-q", cwd=tmp_path)
    assert "stale deviation: ps3.15-c.1-mac-algorithm: no longer happens" in ran.out
    assert ran.code == 4
    part = process("suite", "signer", "--instances", md5, "--deviations", deviations, "-m", "base", cwd=tmp_path)
    assert part.code == 0


def test_a_test_is_named_and_marked_by_what_it_judges():
    """The MAC algorithm is in the name, once, and profile, clause and algorithm are markers."""
    case = RequirementCase("ps3.15-c.1-x", "signer/file-000001/#0", "base", "PS3.15 C.1", "SHA256", None)
    assert case.test_id == "ps3.15-c.1-x-file-000001/#0-SHA256"
    assert case.marks == ("base", "PS3.15-C.1", "SHA256")
    vector = RequirementCase("ps3.15-c.1-x", "verifier/creator-ct.sha256", "base", "PS3.15 C.1", "SHA256", None)
    assert vector.test_id == "ps3.15-c.1-x-creator-ct.sha256"


def test_exit_codes_pass_through_pytest_unharmed():
    """The command takes off what the plugin adds."""
    assert command._OFFSET == plugin.OURS
