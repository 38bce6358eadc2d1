"""How long a peer may take, and how much it may send."""

from dataclasses import dataclass, replace
from typing import Final

__all__ = ["DEFAULT_NETWORK_LIMITS", "NetworkLimits"]


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """Bounds on one peer, in seconds and in bytes."""

    connect: float = 10.0
    """Seconds until a connection stands, TLS included."""
    answer: float = 30.0
    """Seconds until the next PDU is there to its end."""
    operation: float = 300.0
    """Seconds until a whole operation has ended, however many PDUs it takes, beside those that its bytes take."""
    pace: int = 1 << 18
    """Bytes a second: as slow as a connection may be over which an operation moves much."""
    pdu: int = 1 << 18
    """Bytes of a P-DATA-TF PDU that we ask for at most."""
    association_pdu: int = 1 << 20
    """Bytes of any other PDU, or of one that is longer than we asked for."""
    message: int = 1 << 20
    """Bytes of a command, or of a data set that is no instance."""
    instance: int = 1 << 30
    """Bytes of one received instance."""
    messages: int = 4096
    """Messages in one operation."""

    def with_timeout(self, seconds: float) -> "NetworkLimits":
        """The same with other times: `seconds` for an answer, and three times that for an operation.

        It may take as long to begin, to go on and to end.
        """
        return replace(self, connect=min(self.connect, seconds), answer=seconds, operation=3 * seconds)

    def operation_with(self, length: int) -> float:
        """Seconds until an operation has ended that moves so many bytes."""
        return self.operation + length / self.pace


DEFAULT_NETWORK_LIMITS: Final = NetworkLimits()
