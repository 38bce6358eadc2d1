"""The suite is the other door to the judges of `check`: same requirements, cases and results."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dicomsig import resources
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.samples import samples
from dicomsig.vectors.wrong_signers import wrong_signers

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECONDS = 120
UNSIGNED = (resources.content("fixtures") / "instances" / "ct.dcm").read_bytes()

RECORDER = """
import json, os
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        [case] = item.callspec.params.values()
        result = "pass" if case.result is None else str(case.result.result)
        how = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        with open(os.environ["RECORD"], "a") as file:
            file.write(json.dumps([case.requirement, case.case, result, how]) + chr(10))
"""

ENDS = {"pass": "passed", "fail": "failed", "warning": "skipped", "inconclusive": "skipped"}


@pytest.fixture
def suite(tmp_path, tmp_path_factory):
    """Run the suite in a process of its own: every test with requirement, case, result and how it ended."""
    compiled = str(tmp_path_factory.getbasetemp() / "compiled")
    (tmp_path / "recorder.py").write_text(RECORDER)
    record = tmp_path / "record"

    def run(*options, before=""):
        record.write_text("")
        (tmp_path / "recorder.py").write_text(before + RECORDER)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "recorder", "-p", "no:xdist"]
        paths = os.pathsep.join((str(tmp_path), str(ROOT / "src")))
        ended = subprocess.run(
            [*command, str(resources.content("suite")), *map(str, options)],
            cwd=ROOT,
            env=os.environ | {"RECORD": str(record), "PYTHONPATH": paths, "PYTHONPYCACHEPREFIX": compiled},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return ended, [tuple(json.loads(line)) for line in record.read_text().splitlines()]

    return run


def of_report(report: Path):
    """Every requirement judged in a run of `check`, passes included, with case and result."""
    found = []
    for line in (report / "report.jsonl").read_text().splitlines()[1:-1]:
        case = json.loads(line)
        found += [(name, case["case"], "pass") for name in case.get("passed", ())]
        found += [(each["requirement"], each["case"], each["result"]) for each in case.get("results", ())]
    return found


@pytest.fixture
def files(tmp_path):
    """All samples, a cut one, an unsigned one, and one in eight of the wrong signers."""
    folder = tmp_path / "files"
    folder.mkdir()
    for sample in samples():
        shutil.copy(sample.path, folder)
    (folder / "cut.dcm").write_bytes(samples()[0].path.read_bytes()[:3000])
    (folder / "unsigned.dcm").write_bytes(UNSIGNED)
    for recipe in list(wrong_signers().values())[::8]:
        (folder / f"{recipe.name}.dcm").write_bytes(recipe.build())
    return folder


@pytest.mark.parametrize("claimed", [False, True])
def test_both_doors_lead_to_the_same_results(dicomsig, suite, files, put, tmp_path, claimed):
    """Over samples and wrong signers both give the same set of requirement, case and result; each test ends so."""
    options, asked = (), ()
    if claimed:
        profiles = '["base", "creator", "authorization", "structured-report", "online-storage", "bit-preserving"]'
        text = f'[claims]\nprofiles = {profiles}\nmac_algorithms = ["SHA256", "RIPEMD160"]\n'
        shutil.copy(Credential.RSA_2048.certificate_path, tmp_path / "signer.pem")
        path = put("claims.toml", text + 'signer_certificates = ["signer.pem"]')
        options = asked = ("--claims", path)
    ran = dicomsig("check", files, "--report", tmp_path / "report", *options)
    expected = of_report(tmp_path / "report")
    ended, found = suite("--instances", files, *asked)
    assert Counter(found) == Counter((*each, ENDS[each[2]]) for each in expected)
    assert (ended.returncode, ran.code) == (1, 1)
    results = Counter(result for _, _, result, _ in found)
    assert set(results) >= {"pass", "fail", "inconclusive"}
    assert results["pass"] > 1000


@pytest.mark.parametrize("name", ["impostor:trims-padding", "impostor:lacks-md5"])
def test_both_doors_judge_a_verifier_alike(dicomsig, suite, tmp_path, name):
    """A verifier gets the same set of requirement, case and result from the suite; signed instances are not judged."""
    ran = dicomsig("verifier", name, "--report", tmp_path / "report")
    ended, found = suite("--verifier", name)
    assert Counter(found) == Counter((*each, ENDS[each[2]]) for each in of_report(tmp_path / "report"))
    assert (ended.returncode, ran.code) == (1, 1)
    assert all(case.startswith("verifier/") for _, case, *_ in found)


def test_the_suite_asks_for_a_verifier_that_there_is(suite):
    """A name that nobody knows, two verifiers at once and one that does not answer are no success."""
    ended, _ = suite("--verifier", "refrence")
    assert "Did you mean 'reference'?" in ended.stdout
    assert ended.returncode not in (0, 1)
    ended, _ = suite("--verifier", "reference", "--adapter", "x")
    assert "give one of them" in ended.stdout
    ended, found = suite("--adapter", f"{sys.executable} -c pass")
    assert "dicomsig: the verifier was not judged: it does not describe itself" in ended.stdout
    assert (ended.returncode, found) == (3, [])


def test_the_suite_is_green_on_the_samples(suite):
    """Without options the suite judges samples and reference; what is known of the samples is an accepted deviation."""
    ended, found = suite()
    assert ended.returncode == 0, ended.stdout[-2000:]
    ways = Counter(how for *_, how in found)
    assert ways["passed"] > 1000
    assert ways["xfailed"] == 1
    assert not ways["failed"]


BREAK = """
import dicomsig.conformance.checks.macro_parameters as module
from dataclasses import replace
import dicomsig.conformance.checks
from dicomsig.conformance.checks.registry import registered
def broken(signature, *rest):
    raise ZeroDivisionError
registered()["ps3.15-c.1-mac-algorithm"] = replace(registered()["ps3.15-c.1-mac-algorithm"], function=broken)
"""


def test_an_error_of_ours_never_looks_green(suite, right, put):
    """An exception in a check fails the suite, as it makes `check` end with 70."""
    ended, _ = suite("--instances", put("right.dcm", right), before=BREAK)
    assert ended.returncode == pytest.ExitCode.INTERNAL_ERROR
    assert "dicomsig: internal error in " in ended.stdout


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("unsigned.dcm", UNSIGNED, "nothing to judge: no signed instance"),
        ("damaged.zip", b"PK\x03\x04" + bytes(100), "the archive is damaged"),
    ],
)
def test_nothing_judged_is_no_success(suite, put, name, content, message):
    """A run of the suite over nothing that could be judged does not end with 0."""
    ended, _ = suite("--instances", put(name, content))
    assert ended.returncode == pytest.ExitCode.INTERNAL_ERROR
    assert message in ended.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--instances", "nowhere.dcm"], "'nowhere.dcm' does not exist."),
        (["--trust", "none.pem"], "none.pem: No such file or directory"),
    ],
)
def test_usage_errors_are_told_in_a_line(suite, options, message):
    """Options that cannot be used end the suite with a message and no traceback."""
    ended, found = suite(*options)
    assert ended.returncode in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert found == []
    assert message in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
