"""Archives as senders: one that knows few refusals, one that looks at bytes that say nothing (PS3.4 B.2.3, B.3.1)."""

from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.systems.embedded_archive import Way


class OffersItsLevels(ClaimingArchive):
    """Honest: negotiates its levels when it sends, and sends whatever the answer is."""

    shown_over = Way.MOVE

    def offers(self, sop_class: str) -> bytes | None:
        """Storage level 2, signature level 3, no coercion."""
        return bytes((2, 0, 3, 0, 0, 0))


class ExaminesAnswers(OffersItsLevels):
    """Sends nothing to whom fills the reserved bytes of an answer."""

    convicted_by = "ps3.4-b.3.1.2-reserved-bytes-ignored"

    def goes_on(self, answered: bytes) -> bool:
        """After zeros alone."""
        return not any(answered[1::2])


class KnowsThreeFailures(ClaimingArchive):
    """Takes a delivery for done unless it is answered with A700, A900 or C000."""

    convicted_by = "ps3.4-b.2.3-failure-ranges-recognised"
    shown_over = Way.MOVE

    def delivered(self, status: int) -> bool:
        """Unless it is one of the three."""
        return status not in (0xA700, 0xA900, 0xC000)
