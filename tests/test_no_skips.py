"""On CI nothing passes by skipping: what would be skipped fails there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = """
import pytest

@pytest.mark.skipif(True, reason="the reason")
def test_marked():
    pass

def test_called():
    pytest.skip("another one")

def test_that_runs():
    pass
"""


@pytest.mark.parametrize(("no_skips", "ends"), [("", "1 passed, 2 skipped"), ("1", "1 failed, 1 passed, 1 error")])
def test_a_skip_is_a_failure_where_none_may_be(tmp_path, no_skips, ends):
    """With DICOMSIG_NO_SKIPS a skipped test fails with its reason; without it, it is skipped."""
    (tmp_path / "conftest.py").write_bytes((Path(__file__).parent / "conftest.py").read_bytes())
    (tmp_path / "test_skipping.py").write_text(SKIPPING, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env=os.environ | {"DICOMSIG_NO_SKIPS": no_skips},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout.strip().splitlines()[-1].startswith(ends), ran.stdout
    assert ("was skipped where nothing may be: Skipped: the reason" in ran.stdout) == bool(no_skips)


def test_ci_allows_no_skips():
    """The script sets what tox passes on, and installs what the tests would be skipped for."""
    root = Path(__file__).parents[1]
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "DICOMSIG_NO_SKIPS=1" in script
    assert " openssl" in script
    assert "DICOMSIG_NO_SKIPS" in (root / "tox.ini").read_text(encoding="utf-8")
