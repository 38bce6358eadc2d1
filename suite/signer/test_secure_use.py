"""Claimed secure use profiles, as far as signed files show them (PS3.15 A.1 and A.4)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("basic-sr", "PS3.15 A.4")
def test_basic_sr(requirement_case: RequirementCase) -> None:
    """Signed reports follow the report profile, and their evidence is secured (PS3.15 A.4)."""
    requirement_case.require()


@pytest.mark.requirements("online-storage", "PS3.15 A.1", "PS3.15 A.1.1", "PS3.3 C.12.1")
def test_online_storage(requirement_case: RequirementCase) -> None:
    """The status is a defined term, and no signature covers what the profile orders to change (PS3.15 A.1)."""
    requirement_case.require()
