"""A verifier checks what the Base RSA profile has signers make (PS3.15 C.1)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("base", "PS3.15 C.1")
def test_base(verifier_case: RequirementCase) -> None:
    """All six algorithms are checked strictly, and trust is judged apart from integrity (PS3.15 C.1)."""
    verifier_case.require()
