"""Compiled templates are kept where Python keeps compiled modules; a page is the same with them and without."""

import os
import subprocess
import sys

import pytest

_PAGE = """
from dicomsig.reporting.templates import rendered
print(rendered("requirements.html.j2", pages=[], most=8, printed=False, version="<1>"))
"""


def _drawn(place, **environment):
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables |= {"PYTHONPYCACHEPREFIX": str(place), **environment}
    done = subprocess.run([sys.executable, "-c", _PAGE], env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "&lt;1&gt;" in done.stdout
    return done.stdout


def _kept(place):
    return sorted(path for path in place.rglob("*.pyc") if path.parent.name == "templates")


@pytest.fixture
def kept(tmp_path):
    """A place that holds the compiled templates of one page, and the page."""
    page = _drawn(tmp_path)
    return tmp_path, page


def test_what_is_compiled_is_kept_and_used(kept):
    place, page = kept
    files = _kept(place)
    assert len(files) == 3  # the page, the frame of all pages and the style in it
    before = [file.stat().st_mtime_ns for file in files]
    assert _drawn(place) == page
    assert [file.stat().st_mtime_ns for file in files] == before


@pytest.mark.slow
@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-200], lambda data: data[:60] + b"\xff" * 99])
def test_what_is_damaged_is_compiled_anew(kept, damage):
    place, page = kept
    sound = {file: file.read_bytes() for file in _kept(place)}
    for file, data in sound.items():
        file.write_bytes(damage(data))
    assert _drawn(place) == page
    assert {file: file.read_bytes() for file in _kept(place)} == sound


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path):
    _drawn(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert not _kept(tmp_path)


def test_a_place_that_cannot_be_written_to_costs_no_page(kept, tmp_path):
    _, page = kept
    blocked = tmp_path / "a-file"
    blocked.write_bytes(b"")
    assert _drawn(blocked) == page
