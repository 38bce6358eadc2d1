"""An archive as a sender: what it makes of a refused delivery, and of bytes in our answer that say nothing (PS3.4 B).

We ask it by C-MOVE to send to us, and meet what it sends in a way of our choosing.
"""

from dataclasses import dataclass

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.preservation.evidence import SUCCESS
from dicomsig.conformance.preservation.reasons import PreservationReason
from dicomsig.conformance.preservation.registry import judges_archive


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One C-MOVE of one instance to us: what came of it on both sides.

    ``came``: the instance was sent; ``answered`` is the status that we gave, ``levels`` what we answered to its
    extended negotiation, of which it ``offered`` some. ``status`` and ``failed`` end the C-MOVE.
    """

    came: bool
    answered: int = SUCCESS
    status: int = SUCCESS
    failed: int = 0
    offered: bool = False
    levels: bytes = b""


@dataclass(frozen=True, slots=True)
class DeliveryTwins:
    """Two deliveries that differ in the reserved bytes of our answer: zeros in ``plain``, others in ``odd``."""

    plain: DeliverySeen
    odd: DeliverySeen


@judges_archive("ps3.4-b.2.3-failure-ranges-recognised")
def refused_deliveries_count_as_failed(delivery: DeliverySeen) -> Finding | None:
    """A sender knows every failure of the ranges A7xx, A9xx and Cxxx: what we refuse is not done (PS3.4 B.2.3)."""
    if not delivery.came or not (delivery.answered >> 8 in (0xA7, 0xA9) or delivery.answered >> 12 == 0xC):
        return None
    if delivery.status != SUCCESS or delivery.failed:
        return HOLDS
    expected = f"a C-MOVE that counts an instance as failed when its storage is answered with {delivery.answered:04X}"
    found = "status 0000, and no sub-operation that failed"
    return Finding.broken(PreservationReason.REFUSAL_UNKNOWN, expected=expected, found=found)


@judges_archive("ps3.4-b.3.1.2-reserved-bytes-ignored")
def reserved_bytes_of_an_answer_keep_nothing_back(deliveries: DeliveryTwins) -> Finding | None:
    """A sender does not examine bytes 2, 4 and 6 of our answer: it sends as when they are zero (PS3.4 B.3.1.2)."""
    plain, odd = deliveries.plain, deliveries.odd
    if not plain.offered or not odd.offered or not plain.came:
        return None
    expected = "the instance is sent, whatever stands in the reserved bytes of our answer"
    found = f"sent after {plain.levels.hex(' ')}, and not after {odd.levels.hex(' ')}"
    return Finding.of(odd.came, PreservationReason.ANSWER_EXAMINED, expected=expected, found=found)
