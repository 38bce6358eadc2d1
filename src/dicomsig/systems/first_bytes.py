"""What speaks at the other end of a connection, by the bytes that it begins with: DICOM, the web or TLS."""

import re
from typing import Final

__all__ = ["no_dicom", "no_web"]

_TLS: Final = re.compile(rb"[\x14-\x17]\x03")
"""The type and the version of a record (RFC 8446 5.1)."""
_HTTP: Final = re.compile(rb"(?:[A-Z]{3,7} [/*h]|HTTP/)")
_DICOM: Final = re.compile(rb"\x01\x00")
"""A-ASSOCIATE-RQ (PS3.8 9.3.2)."""
_SECURED: Final = "what comes is TLS, and this connection is without it"


def no_dicom(start: bytes) -> str:
    """What the first bytes are where a PDU is due; empty where nobody knows."""
    if _TLS.match(start):
        return _SECURED
    return "what comes is HTTP, not DICOM" if _HTTP.match(start) else ""


def no_web(start: bytes) -> str:
    """What the first bytes are where a request of HTTP is due; empty where nobody knows."""
    if _TLS.match(start):
        return _SECURED
    return "what comes is DICOM, not HTTP" if _DICOM.match(start) else ""
