"""What an archive gives where explicit and implicit VR are both agreed on: the choice is its own (PS3.15 A.3)."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from dicomsig.conformance.preservation.associations import AssociationSeen, ContextSeen
from dicomsig.conformance.preservation.judge import judged
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms
from dicomsig.systems.dimse.asking import GET, Identifier, get
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.outgoing import Outgoing

__all__ = ["either_cases"]

_BOTH: Final = (EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID)
_TRIES: Final = 3
"""Instances of which one has to come at all."""


def either_cases(
    peer: Peer, every: Iterable[Outgoing], limits: NetworkLimits, vault: Vault, terms: ArchiveRunTerms
) -> Iterator[CaseOutcome]:
    """A case of an instance that was stored in explicit VR, by C-GET in either; none where there is no choice."""
    explicit = [each for each in every if each.syntax == EXPLICIT_LITTLE_ENDIAN_UID]
    with suppress(NetworkError):  # what became of the connection is told where instances are fetched
        for outgoing in explicit[:_TRIES]:
            seen = _given(peer, outgoing, limits, vault, terms)
            if seen is not None:
                yield judged(seen, f"{ROLE}/explicit-or-implicit", Subject(), terms.archive)
                return


def _given(
    peer: Peer, outgoing: Outgoing, limits: NetworkLimits, vault: Vault, terms: ArchiveRunTerms
) -> AssociationSeen | None:
    """What came of asking for an instance; None where nothing came, or one of the two was not agreed on."""
    proposals = [Proposal(outgoing.sop_class, syntax) for syntax in _BOTH]
    association = associate(
        peer, [Proposal(GET, IMPLICIT_LITTLE_ENDIAN_UID), *proposals], limits, receive=[outgoing.sop_class]
    )
    try:
        agreed = {each.syntax for each in association.contexts.values() if each.abstract == outgoing.sop_class}
        if not agreed.issuperset(_BOTH):
            return None
        found = get(association, Identifier(outgoing.study, outgoing.series, outgoing.sop_instance), vault)
    finally:
        association.release()
    for each in found.kept:
        vault.release(each)
    used = [each.syntax for each in found.kept if each.sop_instance == outgoing.sop_instance]
    contexts = tuple(ContextSeen(outgoing.sop_class, (syntax,), syntax) for syntax in _BOTH)
    return AssociationSeen(contexts, claims=terms.archive.claims, used=used[0]) if used else None
