"""What became of signatures over a hop that need not keep them: could they have held, or could nobody keep them (A-06).

Nobody is convicted by it: where bit preservation does not reach, what was lost is told.
"""

from collections.abc import Iterator

from dicomsig.conformance.preservation.evidence import RoundTrip, SignedBy, signed_by
from dicomsig.conformance.preservation.hops import Survives, expectation
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.judging.archive_reasons import ArchiveReason
from dicomsig.vectors.nodes import Form, encode_instance
from dicomsig.vectors.reading import nodes_of

__all__ = ["lost_on_the_way"]

_PIXELS = (0x0028, 0x7FE0)
"""Groups of what another coding of the pixels changes: their description and the pixels themselves."""


def lost_on_the_way(trip: RoundTrip) -> tuple[ArchiveReason, str] | None:
    """What to say of signatures that held when stored and do not now, over a hop that need not keep them."""
    if trip.after is None or trip.comparable or trip.altered_at_rest:
        return None
    held = {after.identity for _, after in trip.kept if after.valid}
    valid = [each for each in trip.signed_before if each.valid]
    lost = [each for each in valid if each.identity not in held]
    expected = expectation(trip.before.syntax, trip.after.syntax)
    if not lost or expected.survives is Survives.UNKNOWN:
        return None
    could = set(_could_hold(trip.before, trip.after, expected.survives))
    reason = ArchiveReason.HOP_OPEN if any(each.identity in could for each in lost) else ArchiveReason.HOP_CANNOT_KEEP
    what = f"{len(lost)} of {len(valid)} signatures did not come through: {expected.why} ({expected.clause})"
    if reason is ArchiveReason.HOP_OPEN:
        what += "; encoded anew without any other change, they would have held"
    return reason, what


def _could_hold(before: Instance, after: Instance, survives: Survives) -> Iterator[tuple[str, bytes]]:
    """The identities of the signatures that hold when nothing but the encoding changes."""
    if survives is Survives.CONTENT:
        yield from (each.identity for each in signed_by(before) if each.valid and not _covers_pixels(each))
        return
    try:
        content = encode_instance(nodes_of(before), Form(syntax=after.syntax))
        yield from (each.identity for each in signed_by(instance_of(content)) if each.valid)
    except (MalformedError, ValueError):
        return


def _covers_pixels(signed: SignedBy) -> bool:
    return any(tag >> 16 in _PIXELS for tag in signed.covered)
