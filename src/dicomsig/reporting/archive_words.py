"""What the first screen and the terminal say of a run through an archive beyond its failures."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.phrases import counted
from dicomsig.reporting.roles import Role
from dicomsig.reporting.text import safe_text

__all__ = ["binding_profiles", "broken_on_the_way", "claimed_levels", "not_judged"]

_BROKEN: Final = "signature-broken-on-the-way"
"""The observation of a signature that an archive broke and of which it claims nothing."""
_NEGOTIATION: Final = "negotiation"
_MOST: Final = 3

_NOT_JUDGED: Final = (
    *("context-refused", "store-refused", "retrieval-refused", "not-given-otherwise"),
    *("hop-cannot-keep", "hop-open", "peer-given-up", "peer-silent", "association-aborted", "connection-closed"),
)
"""Observations of instances of which nothing, or not all, could be judged."""


def claimed_levels(document: ResultDocument) -> tuple[str, ...]:
    """The levels of PS3.4 B.4.1 that an archive claims, in words: ``storage level 2``, ``signature level 3``."""
    claims = document.subject.claims
    if document.subject.role != Role.ARCHIVE or claims is None:
        return ()
    levels = (("storage", claims.storage_level), ("signature", claims.signature_level))
    return tuple(f"{name} level {level}" for name, level in levels if level is not None)


def binding_profiles(document: ResultDocument) -> tuple[str, ...]:
    """What binds every archive: over the web nothing is negotiated, so that this is not among it (PS3.4 B.3)."""
    judged = (each for each in document.requirements if each.requirement in register())
    others = [
        each for each in judged if each.passed or each.failed or each.deviated or each.warnings or each.inconclusive
    ]
    negotiated = any(register()[each.requirement].profile == _NEGOTIATION for each in others)
    return ("storage-level-1", _NEGOTIATION) if negotiated or not others else ("storage-level-1",)


def broken_on_the_way(document: ResultDocument) -> tuple[str, ...]:
    """The first signatures that an archive broke, with what changed under them, where that is no failure of it."""
    found = [each for each in document.observations if each.code == _BROKEN]
    lines = []
    for each in found[:_MOST]:
        case = f"{each.first_cases[0]}: " if each.first_cases else ""
        alike = f" (and {counted(each.count - 1, 'more case')} alike)" if each.count > 1 else ""
        lines.append(safe_text(f"{case}{each.message}{alike}"))
    if len(found) > _MOST:
        lines.append(f"and in {counted(sum(each.count for each in found[_MOST:]), 'more case')}")
    return tuple(lines)


def not_judged(document: ResultDocument) -> Iterator[str]:
    """How many instances an archive did not take, did not give back, or gave in a way that no signature survives."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in document.observations:
        if each.code in _NOT_JUDGED:
            counts[each.code, each.message] += each.count
    for (_, message), count in counts.most_common(_MOST):
        yield safe_text(f"{counted(count, 'instance')}: {message}")
    if len(counts) > _MOST:
        rest = sum(count for _, count in counts.most_common()[_MOST:])
        yield f"{counted(rest, 'more instance')} for other reasons; the observations name them"
