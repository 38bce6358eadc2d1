"""What to ask the vendor: questions that follow from a run, in words that somebody who buys the product can send."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dicomsig.conformance.reason_table import reason_table
from dicomsig.reporting.causes import Cause
from dicomsig.reporting.claim_rows import ClaimRow
from dicomsig.reporting.claim_standings import whole_run
from dicomsig.reporting.document import ClaimsMade, ResultDocument
from dicomsig.reporting.groups import Standing
from dicomsig.reporting.next_steps import Step
from dicomsig.reporting.phrases import number_of, sentence
from dicomsig.reporting.roles import Role
from dicomsig.reporting.round_trips import did_not_survive
from dicomsig.reporting.unprotected_view import UnprotectedView

__all__ = ["questions"]

_MOST_OF_A_KIND: Final = 3
_MOST_NAMED: Final = 5
_NOT_THE_VENDOR: Final = ("tester", "adapter")
"""Who mends what is no matter of the product: whoever runs dicomsig, or wrote the adapter (profiles/reasons.csv)."""

_OF_A_SIGNER: Final = "signed test objects or other evidence"
_OF_OTHERS: Final = "evidence"

Found = Sequence[tuple[str, Cause]]
"""Causes of the page with their anchors."""


def questions(
    document: ResultDocument, found: Found, claims: Sequence[ClaimRow], unprotected: UnprotectedView | None
) -> tuple[Step, ...]:
    """The questions, the most pressing first; `found` are the causes of the page with their anchors."""
    asked = (
        *_of_failures([each for each in found if each[1].standing is Standing.FAILED]),
        *_of_broken_signatures(document),
        *_of_open_results([each for each in found if each[1].standing is Standing.INCONCLUSIVE], document.subject.role),
        *_of_unshown_claims(document, claims),
        *_of_open_content(unprotected),
        *_of_deviations([each for each in found if each[1].standing is Standing.DEVIATED]),
    )
    where = "where does its conformance statement say so?"
    if document.subject.role == Role.ARCHIVE:
        claims_made = document.subject.claims
        if document.summary.signatures and (claims_made is None or not (claims_made.profiles or _levels(claims_made))):
            levels = "levels (PS3.4 B.4.1) and profiles (PS3.15 A.1 to A.3)"
            return (*asked, Step(f"Which storage and signature {levels} does the product claim, and {where}"))
        return asked
    if document.subject.claims is None and asked:
        return (*asked, Step(f"Which profiles and MAC algorithms does the product claim, and {where}"))
    return asked


def _of_failures(failed: Found) -> Iterator[Step]:
    """Each requirement is asked about once, however many causes break it."""
    by_requirement: dict[str, list[tuple[str, Cause]]] = {}
    for anchor, cause in failed:
        by_requirement.setdefault(cause.main.requirement, []).append((anchor, cause))
    asked = list(by_requirement.values())
    for found in asked[:_MOST_OF_A_KIND]:
        anchor, cause = found[0]
        rule = cause.main.summary or cause.main.requirement
        cases = number_of(sum(each.main.count for _, each in found), "case")
        also = len({other.requirement for _, each in found for other in each.others})
        more = f" {number_of(also, 'more requirement breaks', 'more requirements break')} with it." if also else ""
        text = f"When will the product meet this ({cause.main.clause})? “{rule}”{more} It does not in"
        yield Step(text, anchor, cases)
    if len(asked) > _MOST_OF_A_KIND:
        anchor, _ = asked[_MOST_OF_A_KIND][0]
        more = number_of(len(asked) - _MOST_OF_A_KIND, "more requirement")
        yield Step("And when will it meet the others that fail?", anchor, more)


def _levels(claims: ClaimsMade) -> bool:
    return (claims.storage_level, claims.signature_level) != (None, None)


def _of_broken_signatures(document: ResultDocument) -> Iterator[Step]:
    """What an archive broke without having claimed to keep it."""
    if lost := did_not_survive(document):
        text = "Does the product claim to keep what was signed as it was (bit preservation, PS3.15 A.3), and why is it"
        yield Step(f"{text} changed? {sentence(lost)}", "card-broken", "See where")


def _of_open_results(undecided: Found, role: str) -> Iterator[Step]:
    """What one cause leaves open is asked once; what dicomsig's own limits leave open is not asked."""
    by_cause: dict[tuple[str, str], list[tuple[str, Cause]]] = {}
    for anchor, cause in undecided:
        reason = reason_table().get(cause.main.reason)
        if reason is None or reason.mends not in _NOT_THE_VENDOR:
            told = (
                (reason.text if reason is not None else "")
                or cause.main.first.found
                or cause.main.first.message
                or "no reason is known"
            )
            by_cause.setdefault((cause.main.reason, told), []).append((anchor, cause))
    for (_, told), found in list(by_cause.items())[:_MOST_OF_A_KIND]:
        anchor, cause = found[0]
        rule = cause.main.summary or cause.main.requirement
        also = sum(1 + len(each.others) for _, each in found) - 1
        more = f" The same leaves {number_of(also, 'more rule')} open." if also else ""
        evidence = _OF_A_SIGNER if role == Role.SIGNER else _OF_OTHERS
        yield Step(
            f"Can you send {evidence} of this ({cause.main.clause})? “{rule}” "
            f"What we have does not settle it: {sentence(told)}{more} It is open in",
            anchor,
            number_of(sum(each.main.count for _, each in found), "case"),
        )


def _of_unshown_claims(document: ResultDocument, claims: Sequence[ClaimRow]) -> Iterator[Step]:
    """One question for all claims that nothing in a whole run shows."""
    if whole_run(document):
        return
    unshown = [row.name for row in claims if row.origin == "claimed" and not row.shown]
    if unshown:
        text = f"The product claims {_listed(unshown)}; nothing that we have shows it."
        evidence = _OF_A_SIGNER if document.subject.role == Role.SIGNER else _OF_OTHERS
        yield Step(f"{text} Can you send {evidence} of it?", "claims", "See the claims")


def _of_open_content(unprotected: UnprotectedView | None) -> Iterator[Step]:
    if unprotected is None:
        return
    if unprotected.whole:
        cases = number_of(unprotected.whole, "instance")
        text = "Why does no valid signature cover the object as a whole, and can the product sign it so?"
        yield Step(f"{text} None does in", "unprotected", cases)
    if unprotected.elements:
        what = _listed([each.meaning for each in unprotected.elements])
        yield Step("Can the product sign these as well, which today can change unnoticed:", "unprotected", what)


def _of_deviations(accepted: Iterable[tuple[str, Cause]]) -> Iterator[Step]:
    first = next(iter(accepted), None)
    if first is not None:
        yield Step("Will the known failures be mended before their deviations expire?", "deviations", "See when")


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are where it is more than one."""
    most = _MOST_NAMED if len(names) > _MOST_NAMED + 1 else len(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
