"""One request over HTTP with deadlines and bounds, whatever the peer does (PS3.18 8)."""

import contextlib
import http.client
import io
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.tls_faults import tls_fault

__all__ = ["HttpAnswer", "WebAddress", "WebAddressError", "ask"]

_CHUNK: Final = 1 << 16
_BLOCK: Final = 1 << 18
"""Bytes of a body that a peer may take as long to take as to answer."""
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
    expected: int = 0,
) -> HttpAnswer:
    """Ask for a path below the address, over a connection of its own; raises NetworkError.

    `kind` is the content type of the body, `most` the number of bytes that an answer may have, and `expected` how many
    it has if all is well, for which there is time.
    """
    connection = _connection(address, limits)
    headers = {"Accept": accept, "User-Agent": "dicomsig"} | ({"Content-Type": kind} if kind else {})
    if body is not None:
        headers["Content-Length"] = str(len(body))
    ended = threading.Event()
    watch: threading.Timer | None = None
    try:
        connection.connect()
        connection.sock.settimeout(limits.answer)
        seconds = limits.operation_with(len(body or b"") + expected)
        until = time.monotonic() + seconds
        watch = threading.Timer(seconds, _end, (connection.sock, ended))
        watch.daemon = True
        watch.start()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who refuses early may have answered
            connection.request(method, address.path + path, None if body is None else io.BytesIO(body), headers)
        with connection.getresponse() as response:
            if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
                raise NetworkError(NetworkFault.PROTOCOL, "the answer has a content coding, which was not asked for")
            answer = HttpAnswer(response.status, response.getheader("Content-Type", ""), _body(response, until, most))
            if ended.is_set():
                raise TimeoutError
            return answer
    except NetworkError as error:
        raise (_silent() if ended.is_set() else error) from None
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise _fault(error, ended.is_set()) from None
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _connection(address: WebAddress, limits: NetworkLimits) -> http.client.HTTPConnection:
    seconds = limits.connect
    if address.secure:
        context = address.tls or ssl.create_default_context()
        return http.client.HTTPSConnection(
            address.host, address.port, timeout=seconds, context=context, blocksize=_BLOCK
        )
    return http.client.HTTPConnection(address.host, address.port, timeout=seconds, blocksize=_BLOCK)


def _body(response: http.client.HTTPResponse, until: float, most: int) -> bytes:
    announced = None if response.chunked else response.length
    if announced is not None and announced > most:
        raise _flood()
    collected = bytearray()
    while announced is None or len(collected) < announced:
        part = response.read1(_CHUNK if announced is None else min(_CHUNK, announced - len(collected)))
        if not part:
            break
        collected += part
        if len(collected) > most:
            raise _flood()
        if time.monotonic() > until:
            raise _silent()
    if announced is not None and len(collected) < announced:
        raise NetworkError(NetworkFault.CLOSED, "the peer closed the connection within its answer")
    return bytes(collected)


def _silent() -> NetworkError:
    return NetworkError(NetworkFault.SILENT, "the answer did not come to its end in time")


def _flood() -> NetworkError:
    return NetworkError(NetworkFault.FLOOD, "more arrives than is taken")


def _end(stream: socket.socket, ended: threading.Event) -> None:
    """Whoever dribbles is cut off; a connection that is to be closed has given its socket away by then."""
    ended.set()
    with contextlib.suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)  # under TLS the thread that reads still holds the state of it


def _fault(error: Exception, ended: bool) -> NetworkError:
    if ended or isinstance(error, TimeoutError):
        return NetworkError(NetworkFault.SILENT, "no answer came in time")
    if isinstance(error, ConnectionRefusedError):
        return NetworkError(NetworkFault.REFUSED, "nothing listens there")
    if isinstance(error, ssl.SSLError):
        return NetworkError(NetworkFault.TLS, tls_fault(error))
    if isinstance(error, http.client.RemoteDisconnected | ConnectionError):
        return NetworkError(NetworkFault.CLOSED, "the peer closed the connection")
    if isinstance(error, http.client.HTTPException):
        return NetworkError(NetworkFault.MALFORMED, f"the answer is no HTTP: {type(error).__name__}")
    why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return NetworkError(NetworkFault.UNREACHABLE, f"the peer cannot be reached: {why}")
