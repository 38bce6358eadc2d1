"""Statuses of DIMSE and of HTTP with what they mean, so that a reader needs no table (PS3.4 B.2.3, C.4).

Whose status it is decides what it means: A700 to a C-STORE is another thing than A701 to a C-GET.
"""

from collections.abc import Mapping
from typing import Final

from dicomsig.systems.outgoing import ANY_FAILURE, Returned, Sent

__all__ = ["answer_in_words", "store_status"]

_ALWAYS: Final = {
    0x0000: "Success",
    0x0106: "a value is not valid",
    0x0110: "the archive failed over it",
    0x0111: "it has such an instance",
    0x0112: "no such instance",
    0x0115: "a value is not valid",
    0x0117: "the UID of the instance is not valid",
    0x0122: "SOP Class not supported",
    0x0124: "not authorized",
    0x0210: "the same message came twice",
    0x0211: "it does not do this",
    0x0212: "the message is not as agreed",
    0x0213: "out of resources",
}
"""Statuses of any service (PS3.7 C)."""
_STORING: Final = {
    0xB000: "taken, some values changed",
    0xB006: "taken, some elements dropped",
    0xB007: "taken, does not fit its SOP Class",
}
_ASKING: Final = {
    0xA701: "no room to count what fits",
    0xA702: "no room to send it",
    0xA801: "it does not know where to send to",
    0xB000: "given back in part",
    0xFE00: "cancelled",
}
_STORING_RANGES: Final = {0xA7: "no room for it", 0xA9: "does not fit its SOP Class", 0xC: "it cannot be understood"}
_ASKING_RANGES: Final = {0xA7: "no room", 0xA9: "does not fit what can be asked for", 0xC: "it cannot be found or sent"}
_HTTP: Final = {
    400: "the request cannot be understood",
    401: "a password is asked for",
    403: "not allowed",
    404: "nothing is there",
    406: "not given in this form",
    409: "not stored",
    410: "it is gone",
    413: "too large",
    415: "not taken in this form",
    429: "too many requests",
    501: "no such service",
    502: "a proxy gets no answer",
    503: "busy, or out of service",
    504: "a proxy gets no answer",
}
_HTTP_RANGES: Final = {2: "done", 3: "it is elsewhere", 4: "refused", 5: "the archive failed over it"}


def store_status(status: int) -> str:
    """The status of a C-STORE, or the failure reason of a STOW-RS: ``A700 (no room for it)``."""
    return _with(status, _STORING, _STORING_RANGES)


def answer_in_words(answer: Sent | Returned) -> str:
    """The status of an answer with its meaning; over the web that of HTTP, with the reason in its document, if any."""
    told = store_status if isinstance(answer, Sent) else _asked_status
    if not answer.http:
        return f"status {told(answer.status)}"
    meaning = _HTTP.get(answer.http, _HTTP_RANGES.get(answer.http // 100, ""))
    reason = f", reason {told(answer.status)}" if answer.status not in (0, ANY_FAILURE) else ""
    return f"HTTP status {answer.http}{f' ({meaning})' if meaning else ''}{reason}"


def _asked_status(status: int) -> str:
    return _with(status, _ASKING, _ASKING_RANGES)


def _with(status: int, known: Mapping[int, str], ranges: Mapping[int, str]) -> str:
    words = known.get(status) or _ALWAYS.get(status) or ranges.get(status >> 8) or ranges.get(status >> 12)
    return f"{status:04X} ({words})" if words else f"{status:04X}"
