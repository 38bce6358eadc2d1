"""What to ask the vendor: questions that follow from a run, in words for somebody who buys the product."""

from collections.abc import Iterable, Iterator, Sequence

from dicomsig.reporting.causes import Cause
from dicomsig.reporting.claim_rows import ClaimRow, ClaimStanding
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.groups import Standing
from dicomsig.reporting.unprotected_view import UnprotectedView
from dicomsig.reporting.wording import Step, number_of

__all__ = ["questions"]

_MOST_OF_A_KIND = 3
_MOST_MEANINGS = 4


def questions(
    document: ResultDocument,
    found: Sequence[tuple[str, Cause]],
    claims: Sequence[ClaimRow],
    unprotected: UnprotectedView | None,
) -> tuple[Step, ...]:
    """The questions, the most pressing first; `found` are the causes of the page with their anchors."""
    asked = (
        *_of_failures([each for each in found if each[1].standing is Standing.FAILED]),
        *_of_claims(claims),
        *_of_open_content(unprotected),
        *_of_deviations([each for each in found if each[1].standing is Standing.DEVIATED]),
    )
    if document.subject.claims is None and asked:
        where = "where does its conformance statement say so?"
        return (*asked, Step(f"Which profiles and MAC algorithms does the product claim, and {where}"))
    return asked


def _of_failures(failed: Sequence[tuple[str, Cause]]) -> Iterator[Step]:
    """Each requirement is asked about once, however many causes break it."""
    by_requirement: dict[str, list[tuple[str, Cause]]] = {}
    for anchor, cause in failed:
        by_requirement.setdefault(cause.main.requirement, []).append((anchor, cause))
    asked = list(by_requirement.values())
    for found in asked[:_MOST_OF_A_KIND]:
        anchor, cause = found[0]
        rule = cause.main.summary or cause.main.requirement
        cases = number_of(sum(each.main.count for _, each in found), "case")
        yield Step(f"When will the product meet this ({cause.main.clause})? “{rule}” It does not in", anchor, cases)
    if len(asked) > _MOST_OF_A_KIND:
        anchor, _ = asked[_MOST_OF_A_KIND][0]
        more = number_of(len(asked) - _MOST_OF_A_KIND, "more requirement")
        yield Step("And when will it meet the others that fail?", anchor, more)


def _of_claims(claims: Sequence[ClaimRow]) -> Iterator[Step]:
    unshown = [row for row in claims if row.standing is ClaimStanding.OPEN and row.origin == "claimed"]
    for row in unshown[:_MOST_OF_A_KIND]:
        yield Step(f"Can you send what shows this claim: {row.name}? {row.detail}", "claims", "See the claims")


def _of_open_content(unprotected: UnprotectedView | None) -> Iterator[Step]:
    if unprotected is not None and unprotected.meanings:
        named = [each.meaning for each in unprotected.meanings[:_MOST_MEANINGS]]
        more = len(unprotected.meanings) > _MOST_MEANINGS
        what = ", ".join(named) + (" and more" if more else "")
        yield Step("Should the product sign these as well, which today can change unnoticed:", "unprotected", what)


def _of_deviations(accepted: Iterable[tuple[str, Cause]]) -> Iterator[Step]:
    first = next(iter(accepted), None)
    if first is not None:
        yield Step("Will the known failures be mended before their deviations expire?", "deviations", "See when")
