"""The requests by which senders open associations with ``listen``: a line where one is wrong, a case at the end."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from dicomsig.conformance.names import printable
from dicomsig.conformance.preservation.judge import ArchiveTerms
from dicomsig.conformance.results import CaseOutcome, Outcome
from dicomsig.judging.requests import requests_case, rows_on_any_requester
from dicomsig.judging.signer import ROLE
from dicomsig.judging.terms import Terms
from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.dimse.pdu import AssociateRequest

__all__ = ["SendersRequests"]

_CASE: Final = f"{ROLE}/opened-by-senders"


class SendersRequests:
    """What senders announced, judged by the rows that hold for anybody (PS3.4 B.3.1.1, PS3.7 D.3.3.5)."""

    def __init__(self, arrivals: Arrivals, terms: Terms) -> None:
        rows = rows_on_any_requester(terms.only)
        self._terms = ArchiveTerms(terms.edition, terms.claims, only=rows) if rows else None
        self._arrivals, self._seen, self._told = arrivals, arrivals.requests, 0

    def news(self) -> Iterator[str]:
        """A line for each request since the last call that breaks a row."""
        requests = self._seen.all()
        new, self._told = requests[self._told :], len(requests)
        for request in new:
            case = self._case([request])
            failed = [each.requirement for each in case.results if each.result is Outcome.FAIL] if case else []
            if failed:
                yield f"FAIL  association  from {_shown(request.calling)}  {', '.join(failed)}"

    def ends(self) -> Iterator[str]:
        """A line for each association since the last call that came to a bad end; of many the last ones."""
        with suppress(IndexError):
            while True:
                calling, why = self._arrivals.broken_off.popleft()
                yield f"broken off  association  from {_shown(calling)}  {why}"

    def case(self) -> CaseOutcome | None:
        """All of them as one case; None where nobody announced anything."""
        return self._case(self._seen.all())

    def _case(self, requests: Iterable[AssociateRequest]) -> CaseOutcome | None:
        return requests_case(requests, _CASE, self._terms) if self._terms is not None else None


def _shown(title: str) -> str:
    return "".join(map(printable, title)) or "-"
