"""asn1crypto's CMS and timestamps, loaded together (RFC 5652, RFC 3161). Import this where it is used: it is heavy.

Its timestamps add names to tables of its CMS that are copied at their first use: CMS used before timestamps were loaded
would know no timestamp for the rest of the process.
"""

import re
from typing import Final

from asn1crypto import cms, parser, tsp, x509

__all__ = ["cms", "is_costly", "parser", "tsp", "x509"]

_LONG_NUMBER: Final = re.compile(rb"[\x80-\xff]{2048}")


def is_costly(encoded: bytes) -> bool:
    """Whether bytes can hold an object identifier or a tag whose number has 2 KiB or more (X.690 8.1.2.4, 8.19).

    asn1crypto takes time in the square of that length: minutes for what is no number of anything.
    """
    return _LONG_NUMBER.search(encoded) is not None
