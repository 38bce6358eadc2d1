"""An archive as the sender of a C-MOVE: we refuse its deliveries, or answer with bytes that say nothing (PS3.4 B)."""

from collections.abc import Iterable, Iterator
from typing import Final

from dicomsig.conformance.preservation.deliveries import DeliverySeen, DeliveryTwins
from dicomsig.conformance.preservation.judge import judged
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms
from dicomsig.systems.destination import Manner
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse_archive import Moving
from dicomsig.systems.outgoing import Outgoing

__all__ = ["delivery_cases"]

_ZEROS: Final = bytes((2, 0, 3, 0, 0, 0))
_ODD: Final = bytes((2, 0xFF, 3, 0xFF, 0, 0xFF))
_FAILURES: Final = (0xA7FF, 0xA901, 0xC123)
"""One of each range, of which the standard gives no example (PS3.4 B.2.3)."""
_TRIES: Final = 3
"""Instances of which one has to come at all."""


def delivery_cases(moving: Moving, every: Iterable[Outgoing], terms: ArchiveRunTerms) -> Iterator[CaseOutcome]:
    """A case for each way to meet a delivery; none where nothing is sent to us when it is met as usual."""
    try:
        for outgoing in list(every)[:_TRIES]:
            plain = _seen(moving, outgoing, Manner(levels=_ZEROS))
            if plain.came:
                yield from _cases(moving, outgoing, plain, terms)
                return
    except NetworkError:  # what became of the connection is told where instances are fetched
        return


def _cases(moving: Moving, outgoing: Outgoing, plain: DeliverySeen, terms: ArchiveRunTerms) -> Iterator[CaseOutcome]:
    if plain.offered:
        twins = DeliveryTwins(plain, _seen(moving, outgoing, Manner(levels=_ODD)))
        yield judged(twins, f"{ROLE}/delivery-reserved-bytes", Subject(), terms.archive)
    for status in _FAILURES:
        refused = _seen(moving, outgoing, Manner(status))
        yield judged(refused, f"{ROLE}/delivery-refused-{status:04x}", Subject(), terms.archive)


def _seen(moving: Moving, outgoing: Outgoing, manner: Manner) -> DeliverySeen:
    done = moving.deliver(outgoing, manner)
    return DeliverySeen(done.came, manner.status, done.status, done.failed, done.offered, manner.levels)
