"""Every signature follows the Digital Signatures Macro, whatever profile it is made for (PS3.3 C.12.1.1.3)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3")
def test_attributes(requirement_case: RequirementCase) -> None:
    """MAC parameters and signature items hold what Table C.12-6 asks for (PS3.3 C.12.1.1.3)."""
    requirement_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.1")
def test_data_elements_signed(requirement_case: RequirementCase) -> None:
    """The list names what is signed: ascending, of this level, nothing excluded (PS3.3 C.12.1.1.3.1.1)."""
    requirement_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.2")
def test_mac(requirement_case: RequirementCase) -> None:
    """The MAC is that of the stream which the standard describes (PS3.3 C.12.1.1.3.1.2)."""
    requirement_case.require()


@pytest.mark.requirements("macro", "PS3.3 C.12.1.1.3.1.3")
def test_timestamp(requirement_case: RequirementCase) -> None:
    """A certified timestamp is over the signature value (PS3.3 C.12.1.1.3.1.3)."""
    requirement_case.require()


@pytest.mark.requirements("macro", "PS3.5", "PS3.6", "PS3.10")
def test_encoding(requirement_case: RequirementCase) -> None:
    """The data set is encoded as PS3.5 says, so that every reader hashes the same bytes."""
    requirement_case.require()


@pytest.mark.requirements("macro", "PS3.16", "PS3.15", "PS3.3 C.12.1.1.4.2")
def test_codes_and_history(requirement_case: RequirementCase) -> None:
    """Purpose codes come from CID 7007, and what de-identification left is lawful (PS3.16, PS3.15 E.1)."""
    requirement_case.require()
