"""What every storage service keeps, and what its levels add to that (PS3.4 B.4.1, PS3.18 10.5.2)."""

import pytest

from dicomsig.plugin import RequirementCase


@pytest.mark.requirements("storage-level-1", "PS3.4", "PS3.3 C.12.1", "PS3.18 10.5.2")
def test_level_1(archive_case: RequirementCase) -> None:
    """What was stored with Success can be had back, and what was changed was announced (PS3.4 B.4.1.1, B.4.1.3)."""
    archive_case.require()


@pytest.mark.requirements("storage-level-2", "PS3.4")
def test_level_2(archive_case: RequirementCase) -> None:
    """Every element is kept; signatures are checked and replaced (PS3.4 B.4.1.1, B.4.1.4)."""
    archive_case.require()


@pytest.mark.requirements("storage-level-3", "PS3.4")
def test_level_3(archive_case: RequirementCase) -> None:
    """Incoming signatures stay intact, over all elements and explicit VR (PS3.4 B.4.1.4)."""
    archive_case.require()
