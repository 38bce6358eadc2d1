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

    def run(steps, expected, stream=Terminal, **words):
        seconds = iter(range(1000))
        monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(seconds)))
        terminal = stream()
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress("judged", beside_output=True, expected=expected, **words) as shows:
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


def test_it_says_what_is_counted(shown):
    """Of an archive requests are judged, not files."""
    assert "10 of 40 requests judged" in shown(10, 40, what="requests")


def test_a_log_has_a_line_now_and_then(shown):
    """Where stderr is no terminal a run of known length says every half minute how far it is, and another nothing."""
    told = shown(70, 140, stream=io.StringIO)
    assert told.splitlines() == [
        "29 of 140 files judged, 1/s, about 2 min left",
        "59 of 140 files judged, 1/s, about 81 s left",
    ]
    assert shown(70, 0, stream=io.StringIO) == ""
