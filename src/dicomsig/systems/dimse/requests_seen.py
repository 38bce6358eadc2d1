"""Requests for associations that others made to us, with the sub-items of SOP Class Extended Negotiation in them."""

from threading import Lock
from typing import Final

from dicomsig.systems.dimse.pdu import AssociateRequest

__all__ = ["RequestsSeen"]

_MOST: Final = 100


class RequestsSeen:
    """The requests that negotiate or try to, each kind of them once; used from several threads, bounded in number."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], AssociateRequest] = {}
        self._lock = Lock()

    def take(self, request: AssociateRequest) -> None:
        """Remember a request, unless it asks for nothing or one like it is known."""
        user = request.user
        if not user.extended and not user.unread:
            return
        raw = tuple(each.raw for each in user.extended)
        kind = (request.called, request.calling, raw, user.unread)
        with self._lock:
            if len(self._seen) < _MOST:
                self._seen.setdefault(kind, request)

    def all(self) -> tuple[AssociateRequest, ...]:
        """What was seen so far, in the order of arrival."""
        with self._lock:
            return tuple(self._seen.values())
