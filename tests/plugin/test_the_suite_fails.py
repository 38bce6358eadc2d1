"""The tests of the suite fail where a product breaks what they name, and only there."""

import csv
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest

from dicomsig import resources
from dicomsig.impostors.archives.registry import archive_named
from dicomsig.impostors.verifiers import verifier_impostors
from dicomsig.vectors.wrong_signers import wrong_signers

SECONDS = 120


@pytest.fixture
def failing(tmp_path):
    """Run the suite of a role as a process: its exit code, and which tests failed, by function, with the rows."""

    def run(role, *options):
        junit = tmp_path / "junit.xml"
        words = [sys.executable, "-m", "dicomsig", "suite", role, "-q", "--junit", str(junit), *map(str, options)]
        ended = subprocess.run(words, cwd=tmp_path, env=os.environ, capture_output=True, timeout=SECONDS, check=False)
        found, passed = {}, 0
        for test in ElementTree.parse(junit).iter("testcase"):
            name = f"{test.get('classname').rpartition('.')[2]}.{test.get('name').partition('[')[0]}"
            rows = {each.get("value") for each in test.iter("property") if each.get("name") == "requirement"}
            passed += not list(test.iter("failure")) + list(test.iter("skipped"))
            if list(test.iter("failure")):
                found.setdefault(name, set()).update(rows)
        assert passed > 20, ended.stdout.decode() + ended.stderr.decode()
        return ended.returncode, found

    return run


@cache
def companions(name):
    """What lawfully fails together with each row, by a coverage file."""
    with (resources.content("profiles") / name).open(encoding="utf-8", newline="") as file:
        return {row["requirement"]: set(row["companions"].split()) for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("name", "test"),
    [
        pytest.param("fills-reserved-bytes", "test_negotiation.test_negotiation", marks=pytest.mark.slow),
        pytest.param("coerces-silently", "test_levels.test_level_1", marks=pytest.mark.slow),
        pytest.param("forgets-creators", "test_preservation.test_encoding", marks=pytest.mark.slow),
    ],
)
def test_a_wrong_archive_fails_the_tests_of_its_requirement(failing, name, test):
    """Beside the row that convicts it nothing fails but what is declared to fail with it."""
    row = archive_named(name).convicted_by
    code, failed = failing("archive", "--archive", f"impostor:{name}")
    assert code == 1
    assert row in failed[test]
    assert set().union(*failed.values()) <= {row} | companions("archive_coverage.csv")[row]


@pytest.mark.slow
def test_an_archive_that_somebody_gets_past_fails_through_this_door_too(failing):
    """`--tamper` and `--at-rest` show here what they show of `dicomsig archive`, and nothing else."""
    name = "impostor:signs-what-lies-there-unsigned"
    options = ("--tamper", "strip", "--at-rest", "here", "-k", "in-flight or at-rest")
    code, failed = failing("archive", "--archive", name, *options)
    assert (code, failed) == (1, {"test_preservation.test_basic_signatures": {archive_named(name).convicted_by}})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tamper", "everything"), "--tamper 'everything' is none of bit, blob"),
        (("--archive", "127.0.0.1:1", "--at-rest", "http://127.0.0.1:1"), "nothing listens there"),
    ],
)
def test_mistaken_tampering_is_usage(options, said, tmp_path):
    """It is told before anything is stored."""
    words = [sys.executable, "-m", "dicomsig", "suite", "archive", "-q", *options]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=SECONDS, check=False)
    assert ended.returncode == 2
    assert said in ended.stdout.decode()


@pytest.mark.parametrize(
    ("name", "profile", "test"),
    [
        ("list-reversed", "base", "test_macro"),
        ("authorization-with-unknown-mac-algorithm", "authorization", "test_base"),
    ],
)
def test_a_wrong_signer_fails_the_tests_of_its_requirement(failing, tmp_path, name, profile, test):
    """Signed instances of a wrong signer fail the row that he breaks and its companions, in the file of its profile."""
    recipe = wrong_signers()[name]
    (tmp_path / "wrong.dcm").write_bytes(recipe.build())
    code, failed = failing("signer", "--instances", tmp_path / "wrong.dcm", "--profile", profile)
    assert code == 1
    rows = set().union(*failed.values())
    assert recipe.requirement in rows
    assert rows <= {recipe.requirement} | companions("coverage.csv")[recipe.requirement]
    assert any(each.startswith(f"{test}.") for each in failed)


@pytest.mark.slow
def test_a_wrong_verifier_fails_the_tests_of_its_requirement(failing):
    """Who does not know MD5 fails where MD5 is verified, and no test of another algorithm alone."""
    row = verifier_impostors()["lacks-md5"].convicted_by
    code, failed = failing("verifier", "--verifier", "impostor:lacks-md5")
    assert code == 1
    assert row in failed["test_base.test_base"]
    others = {each for rows in failed.values() for each in rows if re.search(r"verifies-(?!md5)[a-z0-9]+$", each)}
    assert not others
