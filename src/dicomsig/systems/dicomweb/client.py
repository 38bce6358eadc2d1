"""An archive reached over the web: STOW-RS and WADO-RS with deadlines and bounds (PS3.18 10.4, 10.5)."""

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from dicomsig.systems.dicomweb.multipart import MultipartError, boundary_of, join, parts
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Kept, Vault
from dicomsig.systems.outgoing import Outgoing, Returned, Sent

__all__ = ["WebAddress", "WebAddressError", "WebArchive"]

_CHUNK: Final = 1 << 16
_LARGEST_ANSWER: Final = 1 << 22
_ANY_FAILURE: Final = 0xC000
_ACCEPT: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_FAILED_SEQUENCE, _STORED_SEQUENCE = "00081198", "00081199"
_FAILURE_REASON, _WARNING_REASON = "00081197", "00081196"


class WebAddressError(ValueError):
    """A text is no URL of DICOMweb services; the message says why."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The root of DICOMweb services, without a slash at its end; `tls` holds keys and is never shown."""

    host: str
    port: int
    path: str
    secure: bool
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def read(cls, url: str, tls: ssl.SSLContext | None = None) -> "WebAddress":
        """The parts of a URL; raises WebAddressError."""
        try:
            split = urlsplit(url)
            port = split.port
        except ValueError:
            raise WebAddressError("it cannot be read as a URL") from None
        if split.scheme not in ("http", "https") or not split.hostname:
            raise WebAddressError("it starts with neither http:// nor https:// and a host")
        if split.username is not None or split.query or split.fragment:
            raise WebAddressError("it holds a user, a query or a fragment")
        secure = split.scheme == "https"
        return cls(split.hostname, port or (443 if secure else 80), split.path.rstrip("/"), secure, tls)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    kind: str
    body: bytes


class WebArchive:
    """Stores by STOW-RS and gets back by WADO-RS, a connection for each request."""

    def __init__(self, address: WebAddress, limits: NetworkLimits, vault: Vault) -> None:
        self._address, self._limits, self._vault = address, limits, vault

    def announced(self, sop_class: str) -> bytes:
        """Nothing is negotiated over the web."""
        return b""

    def reach(self) -> int:
        """The HTTP status of an innocent question; raises NetworkError."""
        return self._ask("GET", "/studies?limit=1", accept="application/dicom+json").status

    def store(self, outgoing: Outgoing) -> Sent:
        """Store one instance, as a whole file."""
        kind, body = join(outgoing.data)
        try:
            answer = self._ask("POST", "/studies", body, kind, "application/dicom+json")
        except NetworkError as error:
            return Sent(fault=error)
        return Sent(_store_status(answer, outgoing.sop_instance))

    def retrieve(self, outgoing: Outgoing) -> Returned:
        """Ask for one instance, in the transfer syntax that it was stored in."""
        uids = (outgoing.study, outgoing.series, outgoing.sop_instance)
        path = "/studies/{}/series/{}/instances/{}".format(*(quote(uid, safe="") for uid in uids))
        try:
            answer = self._ask("GET", path, accept=_ACCEPT, most=self._limits.instance)
            if answer.status in (404, 410):
                return Returned(status=0, syntax=outgoing.syntax)
            if answer.status != 200:
                return Returned(status=_ANY_FAILURE, failed=1, syntax=outgoing.syntax)
            return Returned(self._kept(answer, outgoing.syntax), 0, 0, outgoing.syntax)
        except NetworkError as error:
            return Returned(syntax=outgoing.syntax, fault=error)

    def close(self) -> None:
        """Nothing is open."""

    def _kept(self, answer: _Answer, syntax: str) -> tuple[Kept, ...]:
        try:
            boundary = boundary_of(answer.kind)
            bodies = [each.data for each in parts(answer.body, boundary)] if boundary else [memoryview(answer.body)]
        except MultipartError as error:
            raise NetworkError(NetworkFault.MALFORMED, str(error)) from None
        return tuple(self._vault.keep_file(each, syntax) for each in bodies)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        accept: str = "",
        most: int = _LARGEST_ANSWER,
    ) -> _Answer:
        connection = self._connection()
        headers = {"Accept": accept, "User-Agent": "dicomsig"} | ({"Content-Type": kind} if kind else {})
        ended = threading.Event()
        watch = threading.Timer(self._limits.operation, _end, (connection, ended))
        watch.daemon = True
        try:
            connection.connect()
            watch.start()
            connection.request(method, self._address.path + path, body, headers)
            if connection.sock is not None:
                connection.sock.settimeout(self._limits.answer)
            with connection.getresponse() as response:
                answer = _Answer(response.status, response.getheader("Content-Type", ""), self._body(response, most))
                if ended.is_set():
                    raise TimeoutError
                return answer
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise _fault(error, ended.is_set()) from None
        finally:
            watch.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        address, seconds = self._address, self._limits.connect
        if address.secure:
            context = address.tls or ssl.create_default_context()
            return http.client.HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
        return http.client.HTTPConnection(address.host, address.port, timeout=seconds)

    def _body(self, response: http.client.HTTPResponse, most: int) -> bytes:
        until = time.monotonic() + self._limits.operation
        collected = bytearray()
        while part := response.read(_CHUNK):
            collected += part
            if len(collected) > most:
                raise NetworkError(NetworkFault.FLOOD, "more arrives than is taken")
            if time.monotonic() > until:
                raise NetworkError(NetworkFault.SILENT, "the answer did not come to its end in time")
        if response.length:
            raise NetworkError(NetworkFault.CLOSED, "the peer closed the connection within its answer")
        return bytes(collected)


def _end(connection: http.client.HTTPConnection, ended: threading.Event) -> None:
    """Whoever dribbles is cut off."""
    ended.set()
    with contextlib.suppress(OSError, AttributeError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _fault(error: Exception, ended: bool) -> NetworkError:
    if ended or isinstance(error, TimeoutError):
        return NetworkError(NetworkFault.SILENT, "no answer came in time")
    if isinstance(error, ConnectionRefusedError):
        return NetworkError(NetworkFault.REFUSED, "nothing listens there")
    if isinstance(error, ssl.SSLError):
        return NetworkError(NetworkFault.TLS, f"TLS does not come about: {error.reason or type(error).__name__}")
    if isinstance(error, http.client.RemoteDisconnected | ConnectionError):
        return NetworkError(NetworkFault.CLOSED, "the peer closed the connection")
    if isinstance(error, http.client.HTTPException):
        return NetworkError(NetworkFault.MALFORMED, f"the answer is no HTTP: {type(error).__name__}")
    why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return NetworkError(NetworkFault.UNREACHABLE, f"the peer cannot be reached: {why}")


def _store_status(answer: _Answer, sop_instance: str) -> int:
    """The status as a C-STORE would have it, from the reasons of the answer (PS3.18 10.5.3, I.2)."""
    failed, warned = _reasons(answer.body)
    if answer.status in (200, 202):
        return failed or warned or 0
    return failed or _ANY_FAILURE


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
