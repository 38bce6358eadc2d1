"""A long run shows on a terminal how many are done, of how many, and how long the rest will take."""

import io
import sys

import pytest

from dicomsig.cli import progress
from dicomsig.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """What is shown of so many steps, one a second, of so many expected ones."""

    def run(steps, expected):
        seconds = iter(range(1000))
        monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(seconds)))
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress("judged", beside_output=True, expected=expected) as shows:
            for _ in range(steps):
                shows.step()
        return terminal.getvalue()

    return run


def test_of_how_many_and_how_long_is_shown(shown):
    """Ten of forty at one a second: half a minute is left; of many more it is said in minutes."""
    assert "10 of 40 files judged, 1/s, about 30 s left" in shown(10, 40)
    assert "10 of 400 files judged, 1/s, about 6 min left" in shown(10, 400)


def test_where_nobody_knows_how_many_only_the_count_is_shown(shown):
    """Neither a total nor a time is made up."""
    told = shown(10, 0)
    assert "10 files judged, 1/s" in told
    assert " of " not in told
    assert "left" not in told


def test_no_time_is_left_beyond_what_was_expected(shown):
    """More may come than was expected."""
    assert "left" not in shown(10, 5).rpartition("10 of 5")[2]
