"""A verifier that claims a profile keeps to what it says of verification (PS3.15 C.2 to C.4)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("creator", "PS3.15 C.2")
def test_creator(verifier_case: RequirementCase) -> None:
    """Any later change of the pixels is found, by any of the six algorithms (PS3.15 C.2)."""
    verifier_case.require()


@pytest.mark.requirements("authorization", "PS3.15 C.3")
def test_authorization(verifier_case: RequirementCase) -> None:
    """An Authorization signature stands alone (PS3.15 C.3)."""
    verifier_case.require()


@pytest.mark.requirements("structured-report", "PS3.15 C.4")
def test_structured_report(verifier_case: RequirementCase) -> None:
    """A report signature stands alone, and its purpose is told by its code (PS3.15 C.4)."""
    verifier_case.require()
