"""The reason codes of storing and retrieving that are neither of the network nor of what changed on the way."""

from enum import StrEnum


class ArchiveReason(StrEnum):
    """Why a hop could not be judged."""

    STORE_REFUSED = "store-refused"
    RETRIEVAL_REFUSED = "retrieval-refused"
