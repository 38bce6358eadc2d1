"""What a system under test may take."""

from dataclasses import dataclass

__all__ = ["DEFAULT_PROCESS_LIMITS", "ProcessLimits"]


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Bounds on one process of a system under test, in seconds and in bytes."""

    start: float = 30.0
    """Seconds until `describe` is answered after a start."""
    call: float = 10.0
    """Seconds until any other request is answered, or a command line has ended."""
    closing: float = 5.0
    """Seconds from the end of its input until it has ended."""
    log_tail: int = 1 << 16
    """Bytes of standard error that are kept."""
    log: int = 64 << 20
    """Bytes of standard error in one request, or of any output of a command line."""
    starts: int = 3
    """Starts in a row that may fail; it is not started again after them."""
    timeouts: int = 16
    """Requests in a row that may end in timeouts; it is not asked again after them."""


DEFAULT_PROCESS_LIMITS = ProcessLimits()
