"""What an archive answers when associations are asked for: levels, syntaxes, bytes that say nothing (PS3.4 B.3).

Nothing is stored here: each association is asked for and released.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.preservation.associations import AssociationSeen, AssociationTwins, ContextSeen, SubItem
from dicomsig.conformance.preservation.judge import judged
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms
from dicomsig.judging.requests import sub_items
from dicomsig.systems.dimse.association import Association, Evidence
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.requesting import Proposal
from dicomsig.systems.dimse_archive import SCU_ONLY

__all__ = ["Asking", "negotiation_cases"]

Asking = Callable[[list[Proposal], Mapping[str, bytes] | None, int], Association]
"""Asks for an association with proposals, extended negotiation and a reserved byte; raises NetworkError."""

_RESERVED_SET: Final = bytes((3, 0xFF, 0, 0xFF, 2, 0xFF))
_MOST_CLASSES: Final = 20
_REFUSALS: Final = (NetworkFault.REJECTED, NetworkFault.ABORTED, NetworkFault.CLOSED)


@dataclass(frozen=True, slots=True)
class _Twin:
    """What the odd one of two associations has: a requirement, what is offered, a reserved byte."""

    requirement: str
    plain: bytes | None
    odd: bytes
    reserved: int = 0


_TWINS: Final = {
    "reserved-bytes": _Twin("ps3.4-b.3.1.1-reserved-bytes-ignored", SCU_ONLY, _RESERVED_SET),
    "default-values": _Twin("ps3.4-b.3.1.1-default-scu-only", None, SCU_ONLY),
    "item-reserved-byte": _Twin("ps3.7-d.3.3.5.1-reserved-byte", SCU_ONLY, SCU_ONLY, 0xFF),
}


def negotiation_cases(asking: Asking, classes: Iterable[str], terms: ArchiveRunTerms) -> Iterator[CaseOutcome]:
    """A case for each way to ask; none for an association that did not come about for reasons of the network."""
    named = list(dict.fromkeys(classes))[:_MOST_CLASSES]
    seen: dict[tuple[bytes | None, int], AssociationSeen | None] = {}

    def ask(offer: bytes | None, reserved: int = 0) -> AssociationSeen | None:
        if (offer, reserved) not in seen:
            seen[offer, reserved] = _seen(asking, named, offer, reserved, terms)
        return seen[offer, reserved]

    for name, offer in (("without", None), ("offered", SCU_ONLY)):
        association = ask(offer)
        if association is not None:
            yield judged(association, f"{ROLE}/negotiation-{name}", Subject(), terms.archive)
    for name, twin in _TWINS.items():
        plain, odd = ask(twin.plain), ask(twin.odd, twin.reserved)
        if plain is None or odd is None:
            continue
        if not odd.granted and plain.granted:  # who is gone by now has refused nothing
            plain = _seen(asking, named, twin.plain, 0, terms)
        if plain is not None:
            both = AssociationTwins(twin.requirement, plain, odd)
            yield judged(both, f"{ROLE}/negotiation-{name}", Subject(), terms.archive)


def _seen(
    asking: Asking, classes: list[str], offer: bytes | None, reserved: int, terms: ArchiveRunTerms
) -> AssociationSeen | None:
    syntaxes = (EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID)
    proposals = [Proposal(each, syntax) for each in classes for syntax in syntaxes]
    extended = dict.fromkeys(classes, offer) if offer is not None else {}
    try:
        association = asking(proposals, extended, reserved)
    except NetworkError as error:
        if error.fault in _REFUSALS:
            return AssociationSeen.refused(tuple(SubItem(name, said) for name, said in extended.items()))
        return None
    evidence = association.evidence
    association.release()
    return _of(evidence, terms)


def _of(evidence: Evidence, terms: ArchiveRunTerms) -> AssociationSeen:
    classes = {each.abstract for each in evidence.request.contexts}
    accepted = {each.id: each.syntax for each in evidence.accept.contexts if each.result == 0}
    return AssociationSeen(
        contexts=tuple(
            ContextSeen(each.abstract, each.syntaxes, accepted.get(each.id, "")) for each in evidence.request.contexts
        ),
        requested=sub_items(evidence.request.user, classes),
        answered=sub_items(evidence.accept.user, classes),
        claims=terms.archive.claims,
    )
