"""An archive reached over the web: STOW-RS and WADO-RS with deadlines and bounds (PS3.18 10.4, 10.5)."""

import contextlib
import json
from typing import Any, Final
from urllib.parse import quote

from dicomsig.systems.dicomweb.asking import HttpAnswer, WebAddress, WebAddressError, ask
from dicomsig.systems.dicomweb.multipart import MultipartError, boundary_of, join, parts
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Kept, Vault
from dicomsig.systems.outgoing import ANY_FAILURE, Outgoing, Returned, Sent

__all__ = ["WebAddress", "WebAddressError", "WebArchive"]

_JSON: Final = "application/dicom+json"
_ACCEPT: Final = 'multipart/related; type="application/dicom"; transfer-syntax={}'
_LEAST_BOUND: Final = 64 << 20
_GROWTH: Final = 4
"""What may come back, in bytes and as a multiple of what was sent: it is held in memory."""
_FAILED_SEQUENCE, _STORED_SEQUENCE = "00081198", "00081199"
_FAILURE_REASON, _WARNING_REASON = "00081197", "00081196"


class WebArchive:
    """Stores by STOW-RS and gets back by WADO-RS, a connection for each request.

    `syntax` None asks for each instance in whatever transfer syntax it has (PS3.18 8.7.3).
    """

    def __init__(self, address: WebAddress, limits: NetworkLimits, vault: Vault, syntax: str | None = None) -> None:
        self._address, self._limits, self._vault, self._syntax = address, limits, vault, syntax

    def announced(self, sop_class: str) -> bytes:
        """Nothing is negotiated over the web."""
        return b""

    def reach(self) -> int:
        """The HTTP status of an innocent question; raises NetworkError."""
        return ask(self._address, self._limits, "GET", "/studies?limit=1", accept=_JSON).status

    def store(self, outgoing: Outgoing) -> Sent:
        """Store one instance, as a whole file."""
        kind, body = join(outgoing.data)
        try:
            answer = ask(self._address, self._limits, "POST", "/studies", body, kind=kind, accept=_JSON)
        except NetworkError as error:
            return Sent(fault=error)
        return Sent(_store_status(answer, outgoing.sop_instance), http=answer.status)

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance, in the transfer syntax that it was stored in or in that of this way."""
        syntax = self._syntax or outgoing.syntax
        uids = (outgoing.study, outgoing.series, outgoing.sop_instance)
        path = "/studies/{}/series/{}/instances/{}".format(*(quote(uid, safe="") for uid in uids))
        try:
            expected = len(outgoing.data)
            most = min(self._limits.instance, max(_LEAST_BOUND, _GROWTH * expected))
            accept = _ACCEPT.format(self._syntax or "*")
            answer = ask(self._address, self._limits, "GET", path, accept=accept, most=most, expected=expected)
            if answer.status in (404, 410):
                return Returned(status=0, syntax=syntax, http=answer.status)
            if answer.status != 200:
                return Returned(status=ANY_FAILURE, failed=1, syntax=syntax, http=answer.status)
            return Returned(self._kept(answer, syntax), 0, 0, syntax)
        except NetworkError as error:
            return Returned(syntax=syntax, fault=error)

    def close(self, *, hurried: bool = False) -> None:
        """Nothing is open."""

    def _kept(self, answer: HttpAnswer, syntax: str) -> tuple[Kept, ...]:
        try:
            boundary = boundary_of(answer.kind)
            bodies = [each.data for each in parts(answer.body, boundary)] if boundary else [memoryview(answer.body)]
        except MultipartError as error:
            raise NetworkError(NetworkFault.MALFORMED, str(error)) from None
        kept: list[Kept] = []
        try:
            for each in bodies:
                kept.append(self._vault.keep_file(each, syntax))
        except NetworkError:
            for one in kept:
                self._vault.release(one)
            raise
        return tuple(kept)


def _store_status(answer: HttpAnswer, sop_instance: str) -> int:
    """The status as a C-STORE would have it, from the reasons of the answer (PS3.18 10.5.3, I.2)."""
    failed, warned = _reasons(answer.body)
    if answer.status in (200, 202):
        return failed or warned or 0
    return failed or ANY_FAILURE


def _reasons(body: bytes) -> tuple[int, int]:
    """The first failure reason and the first warning reason, 0 for none; an answer that is no JSON has none."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return 0, 0
    data_set = document[0] if isinstance(document, list) and document else document
    return _first(data_set, _FAILED_SEQUENCE, _FAILURE_REASON), _first(data_set, _STORED_SEQUENCE, _WARNING_REASON)


def _first(data_set: Any, sequence: str, reason: str) -> int:
    with contextlib.suppress(AttributeError, TypeError, KeyError, IndexError):
        for item in data_set.get(sequence, {}).get("Value", ()):
            value = item.get(reason, {}).get("Value", (0,))[0]
            if isinstance(value, int) and 0 < value <= 0xFFFF:
                return value
    return 0
