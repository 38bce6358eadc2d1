"""All checks of archives, one module a profile or clause; importing this module binds them."""

from collections.abc import Mapping, Sequence

from dicomsig.conformance.preservation import (
    bit_preserving,
    coercion,
    deliveries,
    negotiation,
    online_storage,
    relayed_encoding,
    replacement,
    storage_levels,
)
from dicomsig.conformance.preservation.registry import ArchiveCheck, bound, bound_further

__all__ = [
    "archive_checks",
    "bit_preserving",
    "coercion",
    "deliveries",
    "further_checks",
    "negotiation",
    "online_storage",
    "relayed_encoding",
    "replacement",
    "storage_levels",
]


def archive_checks() -> Mapping[str, ArchiveCheck]:
    """Every check of an archive, by requirement id."""
    return bound()


def further_checks() -> Sequence[ArchiveCheck]:
    """Checks by other evidence than that of the first check of their row."""
    return bound_further()
