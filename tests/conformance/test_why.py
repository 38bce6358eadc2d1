"""Every requirement says why it matters."""

from fnmatch import fnmatchcase

import pytest

from dicomsig.conformance.register import register
from dicomsig.conformance.why import reasons_to_care, why_it_matters


def test_every_requirement_says_why_it_matters() -> None:
    """No row of the register is without a text."""
    assert [name for name in register() if not why_it_matters(name)] == []


def test_every_text_is_used() -> None:
    """No text is left behind by a row that was renamed, and none hides behind others."""
    used = {why_it_matters(name) for name in register()}
    assert [ids for ids, why in reasons_to_care().items() if why not in used] == []
    assert [ids for ids in reasons_to_care() if not any(fnmatchcase(name, ids) for name in register())] == []


@pytest.mark.parametrize(
    ("requirement", "says"),
    [
        ("ps3.15-c.1-md5-discouraged", "one MD5 value"),
        ("ps3.15-c.1-verifies-md5", "decades"),
        ("ps3.15-c.2-sop-instance-uid", "another patient's"),
        ("not-a-requirement", ""),
    ],
)
def test_the_most_specific_text_wins(requirement: str, says: str) -> None:
    """A text on one row goes before that on its clause."""
    assert says in why_it_matters(requirement)
