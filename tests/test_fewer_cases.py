"""Where fewer cases are asked for, every test runs still."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(40))
def test_many(number):
    pass

@pytest.mark.parametrize("number", range(3))
def test_some(number):
    pass

def test_one():
    pass
"""


@pytest.fixture
def collected(tmp_path):
    """The names of what is run when a part, or with an empty word all, is asked for."""
    (tmp_path / "conftest.py").write_bytes((Path(__file__).parent / "conftest.py").read_bytes())
    (tmp_path / "test_cases.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    def names(part):
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", str(tmp_path)],
            env=os.environ | {"DICOMSIG_FEWER_CASES": part},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return [line.partition("::")[2] for line in ran.stdout.splitlines() if "::" in line]

    return names


def test_of_many_cases_a_few_stay(collected):
    """Six of a test with many, all of one with fewer; the same each time, and others on another Python."""
    first, other = collected("py312"), collected("py313")
    counts = [sum(name.startswith(test) for name in first) for test in ("test_many", "test_some", "test_one")]
    assert counts == [6, 3, 1]
    assert collected("py312") == first
    assert len(other) == len(first)
    assert other != first


def test_all_stay_where_nothing_is_asked(collected):
    """The default Python runs every case."""
    assert len(collected("")) == 44
