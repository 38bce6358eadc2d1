"""What goes wrong between us and a peer; each is a finding about the hop, never a traceback (PS3.8 9)."""

from enum import StrEnum

__all__ = ["NetworkError", "NetworkFault"]


class NetworkFault(StrEnum):
    """The kinds of failure of a connection or an association."""

    REFUSED = "connection-refused"
    UNREACHABLE = "peer-unreachable"
    TLS = "tls-failed"
    REJECTED = "association-rejected"
    ABORTED = "association-aborted"
    CLOSED = "connection-closed"
    SILENT = "peer-silent"
    MALFORMED = "pdu-malformed"
    FLOOD = "peer-floods"
    NO_ROOM = "cannot-be-kept"
    """What arrives cannot be written here: no fault of the peer."""
    CONTEXT_REFUSED = "context-refused"
    PROTOCOL = "protocol-broken"
    GIVEN_UP = "peer-given-up"


class NetworkError(Exception):
    """The peer did not do what was asked; the message names what happened and holds no text of the peer."""

    def __init__(self, fault: NetworkFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message
