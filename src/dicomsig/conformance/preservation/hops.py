"""What a hop between two transfer syntaxes has to leave as it was, and what it cannot (PS3.5 A, PS3.15 A.3)."""

from enum import StrEnum

from dicomsig.encoding.syntaxes import TransferSyntax


class Survives(StrEnum):
    """What can come through a hop, whoever the archive is."""

    SIGNATURES = "signatures"
    """Values, VR letters and fragments: a MAC made before can hold, so that A.3 and level 3 apply."""
    VALUES = "values"
    """Implicit VR has no letters to keep; what it means stays, and a signature may or may not hold."""
    CONTENT = "content"
    """The pixels are coded anew; everything else stays."""
    UNKNOWN = "unknown"
    """One of the transfer syntaxes is not known."""


def survives(stored: TransferSyntax, retrieved: TransferSyntax) -> Survives:
    """What can come through from the transfer syntax of storage to that of retrieval."""
    if not (stored.known and retrieved.known):
        return Survives.UNKNOWN
    if stored.uid != retrieved.uid and not (stored.native and retrieved.native):
        return Survives.CONTENT
    return Survives.SIGNATURES if stored.explicit and retrieved.explicit else Survives.VALUES
