"""The requests by which senders open associations with ``listen``: a line where one is wrong, a case at the end."""

import time
from collections.abc import Iterable, Iterator
from typing import Final

from dicomsig.conformance.names import printable
from dicomsig.conformance.preservation.judge import ArchiveTerms
from dicomsig.conformance.results import CaseOutcome, Outcome
from dicomsig.judging.requests import requests_case, rows_on_any_requester
from dicomsig.judging.signer import ROLE
from dicomsig.judging.terms import Terms
from dicomsig.reporting.phrases import number_of
from dicomsig.systems.arrivals import Arrivals
from dicomsig.systems.dimse.pdu import AssociateRequest

__all__ = ["SendersRequests"]

_CASE: Final = f"{ROLE}/opened-by-senders"
_MOST_LINES: Final = 20
_WINDOW: Final = 60.0
"""Seconds in which no more than so many lines tell of bad ends: a stranger can cause as many as it likes."""


class SendersRequests:
    """What senders announced, judged by the rows that hold for anybody (PS3.4 B.3.1.1, PS3.7 D.3.3.5)."""

    def __init__(self, arrivals: Arrivals, terms: Terms) -> None:
        rows = rows_on_any_requester(terms.only)
        self._terms = ArchiveTerms(terms.edition, terms.claims, only=rows) if rows else None
        self._arrivals, self._seen, self._told = arrivals, arrivals.requests, 0
        self._since, self._lines, self._more = time.monotonic(), 0, 0

    def news(self) -> Iterator[str]:
        """A line for each request since the last call that breaks a row."""
        requests = self._seen.all()
        new, self._told = requests[self._told :], len(requests)
        for request in new:
            case = self._case([request])
            failed = [each.requirement for each in case.results if each.result is Outcome.FAIL] if case else []
            if failed:
                yield f"FAIL  association  from {_shown(request.calling)}  {', '.join(failed)}"

    def ends(self, *, last: bool = False) -> Iterator[str]:
        """A line for each bad end since the last call, few in a minute; at the `last` call how many had none."""
        ends, more = self._arrivals.ends.news()
        now = time.monotonic()
        if now - self._since >= _WINDOW:
            yield from self._untold()
            self._since, self._lines = now, 0
        for end in ends:
            if self._lines < _MOST_LINES:
                self._lines += 1
                yield f"{end.ending}  {end.what}  from {_shown(end.who)}  {printable(end.why)}"
            else:
                more += 1
        self._more += more
        if last:
            yield from self._untold()

    def _untold(self) -> Iterator[str]:
        if self._more:
            yield f"and {number_of(self._more, 'more was', 'more were')} refused or broken off"
        self._more = 0

    def case(self) -> CaseOutcome | None:
        """All of them as one case; None where nobody announced anything."""
        return self._case(self._seen.all())

    def _case(self, requests: Iterable[AssociateRequest]) -> CaseOutcome | None:
        return requests_case(requests, _CASE, self._terms) if self._terms is not None else None


def _shown(title: str) -> str:
    return "".join(map(printable, title)) or "-"
