"""Every signature is made as the Base RSA profile says (PS3.15 C.1)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("base", "PS3.15 C.1")
def test_base(requirement_case: RequirementCase) -> None:
    """MAC algorithm, RSA, padding, certificate and timestamp are those of PS3.15 C.1."""
    requirement_case.require()
