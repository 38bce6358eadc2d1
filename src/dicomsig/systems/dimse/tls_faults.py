"""Why TLS does not come about, in words and without names of a library (PS3.15 B.1)."""

import ssl
from typing import Final

__all__ = ["is_plain_http", "is_silent", "tls_fault"]

_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What the library calls a first answer that is no TLS."""
_HTTP: Final = ("HTTP_REQUEST", "HTTPS_PROXY_REQUEST")


def tls_fault(error: OSError | ValueError) -> str:
    """A sentence that names no text of the peer."""
    return f"TLS does not come about: {_why(error)}"


def is_silent(error: Exception) -> bool:
    """The peer went before it said anything that could be wrong, as who only looks whether a port is open does."""
    return not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)


def is_plain_http(error: Exception) -> bool:
    """What came instead of TLS is a request of HTTP."""
    return isinstance(error, ssl.SSLError) and error.reason in _HTTP


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, ConnectionError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "the peer closes the connection, as one that speaks no TLS does"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "no reason is given"
        if is_plain_http(error):
            return "what the peer sends is HTTP without TLS"
        return "what the peer sends is no TLS" if reason in _NO_TLS else reason.replace("_", " ").lower()
    if isinstance(error, TimeoutError):
        return "no answer came in time"
    return (isinstance(error, OSError) and error.strerror) or "the connection cannot be used"
