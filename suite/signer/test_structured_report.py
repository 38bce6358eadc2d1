"""A claimed Structured Report RSA profile is met by a signature of each signed report (PS3.15 C.4)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("structured-report", "PS3.15 C.4")
def test_structured_report(requirement_case: RequirementCase) -> None:
    """Report signatures state their purpose, cover the list and verify what is verified (PS3.15 C.4)."""
    requirement_case.require()
