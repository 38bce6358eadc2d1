"""How a system under test can fail to answer at all; a crash is not a rejection."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.systems.found import shown_name

__all__ = ["AdapterFault", "Fault", "sut_text"]

_LONGEST_TEXT: Final = 2000


class AdapterFault(StrEnum):
    """What went wrong between us and a system under test; each is a finding of its own."""

    REFUSED_START = "refused-start"
    """It cannot be started, or it ended in every one of several starts before it answered `describe`."""
    CRASH = "crash"
    """It ended, or closed its output, instead of answering."""
    EARLY_EXIT = "early-exit"
    """It ended between two requests; the later one was not sent."""
    TIMEOUT = "timeout"
    OVERSIZED = "oversized"
    """A line or a file that is longer than it may be."""
    MALFORMED = "malformed"
    """A line that is no answer of the protocol."""
    WRONG_ID = "wrong-id"
    UNASKED = "unasked"
    """A line that no request asked for: before the first one, or a second answer to one."""
    FLOOD = "flood"
    """More output than a log can be."""
    INPUT_CHANGED = "input-changed"
    OUTPUT_MISSING = "output-missing"
    """It says that it wrote a file, and there is none."""
    IGNORED_END = "ignored-end"
    """It was still there some seconds after its standard input was closed."""
    GIVEN_UP = "given-up"
    """It was not asked: too many requests before this one ended in timeouts, without an answer between them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that has no answer. ``message`` holds no text of the system under test; ``output`` and ``log`` do.

    ``output`` is the offending line and ``log`` the end of standard error, both escaped and cut: they count as values
    and stay out of a report unless values are asked for.
    """

    kind: AdapterFault
    message: str
    output: str = ""
    log: str = ""


def sut_text(output: bytes, *, end: bool = False) -> str:
    r"""Output of a system under test for people: at most 2000 bytes of its start or end, control characters escaped."""
    cut = output[-_LONGEST_TEXT:] if end else output[:_LONGEST_TEXT]
    return shown_name(cut.decode("utf-8", "surrogateescape"))
