"""A claimed Creator RSA profile is met by a signature of each signed instance (PS3.15 C.2)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("creator", "PS3.15 C.2")
def test_creator(requirement_case: RequirementCase) -> None:
    """Every element is signed that the profile wants signed and that is present (PS3.15 C.2)."""
    requirement_case.require()
