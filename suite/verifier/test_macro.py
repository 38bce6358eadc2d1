"""A verifier finds every signature and says what holds of it, whatever profile it was made for (PS3.3 C.12.1.1.3)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3")
def test_signatures_and_parameters(verifier_case: RequirementCase) -> None:
    """Signatures and their MAC parameters are found and read as Table C.12-6 has them (PS3.3 C.12.1.1.3)."""
    verifier_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.1")
def test_data_elements_signed(verifier_case: RequirementCase) -> None:
    """What is listed is protected and nothing else is (PS3.3 C.12.1.1.3.1.1)."""
    verifier_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.2")
def test_mac(verifier_case: RequirementCase) -> None:
    """The MAC is computed over the stream that the standard describes (PS3.3 C.12.1.1.3.1.2)."""
    verifier_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.3")
def test_timestamp(verifier_case: RequirementCase) -> None:
    """A certified timestamp speaks of its own signature alone (PS3.3 C.12.1.1.3.1.3)."""
    verifier_case.require()


@pytest.mark.requirements("macro", "PS3.5", "PS3.6", "PS3.10")
def test_encoding(verifier_case: RequirementCase) -> None:
    """Every encoding of one content has one verdict (PS3.5)."""
    verifier_case.require()


@pytest.mark.requirements("macro", "PS3.16", "PS3.15", "PS3.3 C.12.1.1.4.2", "PS3.3 C.12.1")
def test_codes_and_history(verifier_case: RequirementCase) -> None:
    """Purposes are told by their codes, and history is no live signature (PS3.16, PS3.15 E.1, PS3.3 C.12.1)."""
    verifier_case.require()


@pytest.mark.requirements("storage-level-1", "PS3.4")
def test_coercion(verifier_case: RequirementCase) -> None:
    """A signature over what an archive coerced does not hold (PS3.4 B.4.1.3)."""
    verifier_case.require()
