"""Exit codes are a contract with scripts."""

import itertools

import pytest

from dicomsig.reporting.exit_codes import ExitCode, ExitFacts, exit_code, meaning

FACTS = [  # in the order in which the first one decides
    ({"internal_error": True}, 70),
    ({"interrupted": True}, 130),
    ({"unreadable_input": True}, 2),
    ({"nothing_to_judge": True}, 3),
    ({"failed": 1}, 1),
    ({"stale_deviations": 1}, 4),
    ({"inconclusive": 1}, 5),
    ({}, 0),
]


@pytest.mark.parametrize(("facts", "code"), FACTS)
def test_each_fact_has_its_code(facts, code):
    """One fact alone gives the code that the contract names."""
    assert exit_code(ExitFacts(**facts)) == code


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(FACTS, 2)))
def test_the_first_fact_decides(first, second):
    """Of two facts, the one that comes first in 70, 130, 2, 3, 1, 4, 5, 0 gives the code."""
    assert exit_code(ExitFacts(**first[0], **second[0])) == first[1]


def test_every_code_has_a_meaning():
    """No code is without words, and a strange number has none."""
    assert all(meaning(code) for code in ExitCode)
    assert len({meaning(code) for code in ExitCode}) == len(ExitCode)
    assert meaning(99) == ""
