"""What a product writes of its levels when it asks for an association itself (PS3.4 B.3.1.1, PS3.7 D.3.3.5).

A product that asks for nothing is not judged by it: extended negotiation is optional (PS3.4 B.3.1).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from dicomsig.conformance.preservation.associations import AssociationSeen, ContextSeen, SubItem
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Observation, Result, Subject
from dicomsig.judging.archive.reasons import ArchiveReason
from dicomsig.systems.dimse.pdu import AssociateRequest, UserInformation
from dicomsig.systems.dimse.pdu_reading import named_part

__all__ = ["association_of", "requests_case", "rows_on_any_requester", "sub_items"]

_SUB_ITEM: Final = 0x56
_LEVELS: Final = 6
"""Bytes of the application information of the Storage Service Class (PS3.4 B.3.1.1)."""
_MOST_TOLD: Final = 20


def sub_items(user: UserInformation, classes: Collection[str]) -> tuple[SubItem, ...]:
    """The sub-items that say something of levels, or were meant to: malformed ones, and those of another type.

    What no part of the standard knows counts only where it names one of the SOP Classes and has six bytes for it.
    """
    found = [SubItem(each.sop_class, each.information, each.raw) for each in user.extended]
    for raw in user.unread:
        name, information = named_part(raw[4:])
        if raw[:1] == bytes((_SUB_ITEM,)):
            found.append(SubItem("", b"", raw))
        elif name in classes and len(information) == _LEVELS:
            found.append(SubItem(name, information, raw))
    return tuple(found)


def association_of(request: AssociateRequest, terms: ArchiveTerms) -> AssociationSeen:
    """An association that a product asked us for."""
    return AssociationSeen(
        contexts=tuple(ContextSeen(each.abstract, each.syntaxes) for each in request.contexts),
        requested=sub_items(request.user, {each.abstract for each in request.contexts}),
        opened_by_peer=True,
        claims=terms.claims,
    )


def requests_case(requests: Iterable[AssociateRequest], case: str, terms: ArchiveTerms) -> CaseOutcome | None:
    """One case for all the requests of a product: a row passes when it holds in each; None where none negotiates."""
    seen = [each for each in (association_of(request, terms) for request in requests) if each.requested]
    if not seen:
        return None
    outcomes = [judged(each, case, Subject(), terms) for each in seen]
    results: dict[str, Result] = {}
    for outcome in outcomes:
        for result in outcome.results:
            results.setdefault(result.requirement, result)
    passed = {row: None for outcome in outcomes for row in outcome.passed if row not in results}
    others = (row for outcome in outcomes for row in outcome.not_applicable)
    return CaseOutcome(
        case=case,
        subject=Subject(),
        passed=tuple(passed),
        results=tuple(results.values()),
        observations=(*_told(seen, case), *(each for outcome in outcomes for each in outcome.observations)),
        not_applicable=tuple(dict.fromkeys(row for row in others if row not in passed and row not in results)),
    )


def rows_on_any_requester(only: Collection[str] = ()) -> frozenset[str]:
    """The rows on associations whose actor is anybody, not an archive alone; of them those that are asked for."""
    rows = {row.id for row in register().values() if row.profile == "negotiation" and row.actor == "any"}
    return frozenset(rows & set(only) if only else rows)


def _told(seen: Iterable[AssociationSeen], case: str) -> Iterator[Observation]:
    """The bytes on the wire, for how many SOP Classes."""
    classes = {(each.sop_class, each.information) for one in seen for each in one.requested}
    counts = Counter(information for _, information in classes)
    for information, count in list(counts.items())[:_MOST_TOLD]:
        number = f"{count} SOP Class" + ("es" if count > 1 else "")
        message = f"its own requests announce {information[:16].hex(' ') or 'nothing'} for {number}"
        yield Observation(case, ArchiveReason.REQUEST_ANNOUNCES, message, Subject())
