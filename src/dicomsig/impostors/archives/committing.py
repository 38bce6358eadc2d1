"""Archives that commit to what they do not have, or not to what they have; what they keep is right (PS3.4 J)."""

from typing import Final

from dicomsig.impostors.archives.base import ClaimingArchive

_PROCESSING_FAILURE: Final = 0x0110


class CommitsToAnything(ClaimingArchive):
    """Commits to every instance that it is asked for, stored or not."""

    observed = "storage-commitment-to-the-absent"

    def commits(self, sop_instance: str) -> bool:
        """Always."""
        return True


class CommitsUnderAnyClass(ClaimingArchive):
    """Commits to an instance under whatever SOP Class it is asked for."""

    observed = "storage-commitment-to-another-class"

    def why_not(self, sop_class: str, sop_instance: str) -> int:
        """As if the class were that of the instance."""
        stored = self.stored.get(sop_instance)
        return super().why_not(stored.sop_class if stored is not None else sop_class, sop_instance)


class CommitsToNothing(ClaimingArchive):
    """Takes every instance and commits to none."""

    observed = "storage-commitment-refused"

    def commits(self, sop_instance: str) -> bool:
        """Never."""
        return False


class BlamesItself(ClaimingArchive):
    """Says of instances that are not there that processing failed."""

    observed = "storage-commitment-failure-reason"

    def why_not(self, sop_class: str, sop_instance: str) -> int:
        """Processing failure, whatever the reason is."""
        return _PROCESSING_FAILURE if super().why_not(sop_class, sop_instance) else 0
