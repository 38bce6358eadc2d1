"""A claimed Authorization RSA profile is met by a signature of each signed instance (PS3.15 C.3)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("authorization", "PS3.15 C.3")
def test_authorization(requirement_case: RequirementCase) -> None:
    """Every element is signed that the profile or the claims want signed and that is present (PS3.15 C.3)."""
    requirement_case.require()
