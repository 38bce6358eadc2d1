"""The reason codes of storing and retrieving that are neither of the network nor of what changed on the way."""

from enum import StrEnum


class ArchiveReason(StrEnum):
    """Why a hop could not be judged, or what it took without a fault."""

    STORE_REFUSED = "store-refused"
    RETRIEVAL_REFUSED = "retrieval-refused"
    NOT_GIVEN_OTHERWISE = "not-given-otherwise"
    HOP_CANNOT_KEEP = "hop-cannot-keep"
    HOP_OPEN = "hop-open"
    NOT_ALTERED = "not-altered"
    REQUEST_ANNOUNCES = "request-announces"
