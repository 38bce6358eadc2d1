"""The requests by which senders open associations with ``listen``: a line where one is wrong, a case at the end."""

from collections.abc import Iterable, Iterator
from typing import Final

from dicomsig.conformance.names import printable
from dicomsig.conformance.preservation.judge import ArchiveTerms
from dicomsig.conformance.results import CaseOutcome, Outcome
from dicomsig.judging.requests import requests_case, rows_on_any_requester
from dicomsig.judging.signer import ROLE
from dicomsig.judging.terms import Terms
from dicomsig.systems.dimse.pdu import AssociateRequest
from dicomsig.systems.dimse.requests_seen import RequestsSeen

__all__ = ["SendersRequests"]

_CASE: Final = f"{ROLE}/opened-by-senders"


class SendersRequests:
    """What senders announced, judged by the rows that hold for anybody (PS3.4 B.3.1.1, PS3.7 D.3.3.5)."""

    def __init__(self, seen: RequestsSeen, terms: Terms) -> None:
        rows = rows_on_any_requester(terms.only)
        self._terms = ArchiveTerms(terms.edition, terms.claims, only=rows) if rows else None
        self._seen, self._told = seen, 0

    def news(self) -> Iterator[str]:
        """A line for each request since the last call that breaks a row."""
        requests = self._seen.all()
        new, self._told = requests[self._told :], len(requests)
        for request in new:
            case = self._case([request])
            failed = [each.requirement for each in case.results if each.result is Outcome.FAIL] if case else []
            if failed:
                sender = "".join(map(printable, request.calling)) or "-"
                yield f"FAIL  association  from {sender}  {', '.join(failed)}"

    def case(self) -> CaseOutcome | None:
        """All of them as one case; None where nobody announced anything."""
        return self._case(self._seen.all())

    def _case(self, requests: Iterable[AssociateRequest]) -> CaseOutcome | None:
        return requests_case(requests, _CASE, self._terms) if self._terms is not None else None
