"""A socket that speaks PDUs: every read and write has a deadline, and what arrives is bounded (PS3.8 9.1)."""

import contextlib
import socket
import ssl
import time
from typing import Final

from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.pdu import PduType
from dicomsig.systems.dimse.tls_faults import tls_fault
from dicomsig.systems.first_bytes import no_dicom

__all__ = ["Connection", "connect"]

_CHUNK: Final = 1 << 16
_HEAD: Final = 6
_LONGEST_HINT: Final = 16
_QUICK_ACKNOWLEDGEMENT: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
"""Where the system has it."""


class Connection:
    """One connection to a peer; `read` and `send` raise NetworkError."""

    def __init__(self, stream: socket.socket, limits: NetworkLimits) -> None:
        self._stream = stream
        self._limits = limits
        self._held = bytearray()
        with contextlib.suppress(OSError):
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, deadline: float) -> tuple[int, bytes]:
        """The type and the content of the next PDU, there to its end before a moment of `time.monotonic`."""
        self._fill(_HEAD, deadline)
        kind, length = self._held[0], int.from_bytes(self._held[2:_HEAD], "big")
        if kind not in PduType.__members__.values():
            other = (
                no_dicom(bytes(self._held[:_LONGEST_HINT]))
                or f"a PDU has the type {kind:#04x}, which PS3.8 does not have"
            )
            raise NetworkError(NetworkFault.MALFORMED, other)
        most = 2 * self._limits.association_pdu if kind == PduType.DATA else self._limits.association_pdu
        if length > most:
            raise NetworkError(NetworkFault.MALFORMED, f"a PDU announces {length} bytes; at most {most} are taken")
        self._fill(_HEAD + length, deadline)
        body = bytes(memoryview(self._held)[_HEAD : _HEAD + length])
        del self._held[: _HEAD + length]
        return kind, body

    def send(self, data: bytes, deadline: float) -> None:
        """All of the bytes."""
        try:
            self._stream.settimeout(_left(deadline))
            self._stream.sendall(data)
        except TimeoutError:
            raise NetworkError(NetworkFault.SILENT, "the peer does not take what is sent") from None
        except OSError as error:
            raise NetworkError(NetworkFault.CLOSED, f"the connection broke while sending: {_why(error)}") from None

    def close(self) -> None:
        """The connection is gone, whatever the peer does."""
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._stream.close()

    def wait_closed(self, seconds: float) -> None:
        """Give the peer a moment to close first."""
        with contextlib.suppress(OSError):
            self._stream.settimeout(seconds)
            self._stream.recv(1)

    def _acknowledge_at_once(self) -> None:
        """Toolkits that write a PDU in two parts hold the second one back until the first is acknowledged.

        Linux does so after 40 ms, once on each message, and forgets the option when data has been sent.
        """
        if _QUICK_ACKNOWLEDGEMENT is not None:
            with contextlib.suppress(OSError):
                self._stream.setsockopt(socket.IPPROTO_TCP, _QUICK_ACKNOWLEDGEMENT, 1)

    def _fill(self, length: int, deadline: float) -> None:
        while len(self._held) < length:
            if time.monotonic() >= deadline:  # else whoever sends without end is read without end
                raise NetworkError(NetworkFault.SILENT, "the answer did not come to its end in time")
            try:
                self._stream.settimeout(_left(deadline))
                self._acknowledge_at_once()
                part = self._stream.recv(max(_CHUNK, length - len(self._held)))
            except TimeoutError:
                raise NetworkError(NetworkFault.SILENT, "no answer came in time") from None
            except OSError as error:
                raise NetworkError(NetworkFault.CLOSED, f"the connection broke: {_why(error)}") from None
            if not part:
                raise NetworkError(NetworkFault.CLOSED, "the peer closed the connection")
            self._held += part


def connect(host: str, port: int, limits: NetworkLimits, tls: ssl.SSLContext | None = None) -> Connection:
    """A connection, over TLS where a context is given; raises NetworkError."""
    try:
        stream = socket.create_connection((host, port), limits.connect)
    except ConnectionRefusedError:
        raise NetworkError(NetworkFault.REFUSED, f"nothing listens on port {port}") from None
    except (OSError, UnicodeError) as error:
        why = _why(error) if isinstance(error, OSError) else "the name of the host is none"
        raise NetworkError(NetworkFault.UNREACHABLE, f"the peer cannot be reached: {why}") from None
    if tls is None:
        return Connection(stream, limits)
    try:
        return Connection(tls.wrap_socket(stream, server_hostname=host), limits)
    except (OSError, ValueError) as error:
        stream.close()
        raise NetworkError(NetworkFault.TLS, tls_fault(error)) from None


def _left(deadline: float) -> float:
    """Seconds until a moment; what is over leaves a little, since 0 would mean: do not wait at all."""
    return max(deadline - time.monotonic(), 0.001)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
