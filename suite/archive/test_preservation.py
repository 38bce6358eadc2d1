"""Bit preservation and the replacement of signatures, where an archive claims them (PS3.15 A.1 to A.3)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("bit-preserving", "PS3.15 A.3")
def test_bit_preserving(archive_case: RequirementCase) -> None:
    """Values, VRs, items, elements and signatures come back as they were stored (PS3.15 A.3)."""
    archive_case.require()


@pytest.mark.requirements("basic-signatures", "PS3.15 A.2")
def test_basic_signatures(archive_case: RequirementCase) -> None:
    """What no longer verifies is removed, and new signatures cover what was verified (PS3.15 A.2)."""
    archive_case.require()


@pytest.mark.requirements("online-storage", "PS3.15 A.1.1", "PS3.3 C.12.1")
def test_online_storage(archive_case: RequirementCase) -> None:
    """Everything is kept, and nothing but the status changes (PS3.15 A.1.1)."""
    archive_case.require()


@pytest.mark.requirements("macro", "PS3.5")
def test_encoding(archive_case: RequirementCase) -> None:
    """What comes back is encoded as the standard has it, in the VR that it had (PS3.5 6.2.2, 7.4.5, 7.5, 7.8)."""
    archive_case.require()
