"""What an archive answers to extended negotiation (PS3.4 B.3.1, PS3.7 D.3.3.5)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("negotiation", "PS3.4", "PS3.7")
def test_negotiation(archive_case: RequirementCase) -> None:
    """The answer has six bytes of known values, to what was asked, and does not contradict itself (PS3.4 B.3.1)."""
    archive_case.require()
