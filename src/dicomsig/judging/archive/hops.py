"""What became of signatures over a hop that need not keep them: could they have held, or could nobody keep them (A-06).

Nobody is convicted by it: where bit preservation does not reach, what was lost is told.
"""

from dicomsig.conformance.preservation.evidence import RoundTrip, SignedBy, signed_by
from dicomsig.conformance.preservation.hops import Survives, expectation
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.encoding.naming import listed
from dicomsig.judging.archive.reasons import ArchiveReason
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
    could, letters = _encoded_anew(trip.before, trip.after, expected.survives)
    reason = ArchiveReason.HOP_OPEN if any(each.identity in could for each in lost) else ArchiveReason.HOP_CANNOT_KEEP
    what = f"{len(lost)} of {len(valid)} signatures did not come through: {expected.why} ({expected.clause})"
    if reason is ArchiveReason.HOP_OPEN:
        what += "; encoded anew without any other change, they would have held"
    elif letters:
        what += f"; here {listed(letters)}"
    return reason, what


def _encoded_anew(before: Instance, after: Instance, survives: Survives) -> tuple[set[tuple[str, bytes]], list[str]]:
    """The identities of the signatures that hold when nothing but the encoding changes, and the letters that do."""
    signed = [each for each in signed_by(before) if each.valid]
    if survives is Survives.CONTENT:
        return {each.identity for each in signed if not _covers_pixels(each)}, []
    try:
        anew = instance_of(encode_instance(nodes_of(before), Form(syntax=after.syntax)))
    except (MalformedError, ValueError):
        return set(), []
    covered = {tag for each in signed for tag in each.covered if each.verdict.place == tags.MAIN_PLACE}
    was = {each.tag: each.vr for each in before.elements if each.tag in covered}
    now = {each.tag: each.vr for each in anew.elements}
    changed = [tag for tag, vr in was.items() if vr != now.get(tag, vr)]
    letters = [f"{tags.format_tag(tag)} {was[tag]} became {now[tag]}" for tag in changed]
    return {each.identity for each in signed_by(anew) if each.valid}, letters


def _covers_pixels(signed: SignedBy) -> bool:
    return any(tag >> 16 in _PIXELS for tag in signed.covered)
