"""One request over HTTP with deadlines and bounds, whatever the peer does (PS3.18 8)."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits

__all__ = ["HttpAnswer", "WebAddress", "WebAddressError", "ask"]

_CHUNK: Final = 1 << 16
_LARGEST_ANSWER: Final = 1 << 22


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
class HttpAnswer:
    """Status, content type and body, to its end."""

    status: int
    kind: str
    body: bytes


def ask(
    address: WebAddress,
    limits: NetworkLimits,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    kind: str = "",
    accept: str = "",
    most: int = _LARGEST_ANSWER,
) -> HttpAnswer:
    """Ask for a path below the address, over a connection of its own; raises NetworkError.

    `kind` is the content type of the body, and `most` the number of bytes that an answer may have.
    """
    connection = _connection(address, limits)
    headers = {"Accept": accept, "User-Agent": "dicomsig"} | ({"Content-Type": kind} if kind else {})
    ended = threading.Event()
    watch = threading.Timer(limits.operation, _end, (connection, ended))
    watch.daemon = True
    try:
        connection.connect()
        watch.start()
        connection.request(method, address.path + path, body, headers)
        if connection.sock is not None:
            connection.sock.settimeout(limits.answer)
        with connection.getresponse() as response:
            answer = HttpAnswer(response.status, response.getheader("Content-Type", ""), _body(response, limits, most))
            if ended.is_set():
                raise TimeoutError
            return answer
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise _fault(error, ended.is_set()) from None
    finally:
        watch.cancel()
        connection.close()


def _connection(address: WebAddress, limits: NetworkLimits) -> http.client.HTTPConnection:
    seconds = limits.connect
    if address.secure:
        context = address.tls or ssl.create_default_context()
        return http.client.HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
    return http.client.HTTPConnection(address.host, address.port, timeout=seconds)


def _body(response: http.client.HTTPResponse, limits: NetworkLimits, most: int) -> bytes:
    until = time.monotonic() + limits.operation
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
