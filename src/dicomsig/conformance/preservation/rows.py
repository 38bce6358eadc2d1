"""The checks of archives, one module a profile or clause; importing this module binds them all."""

from dicomsig.conformance.preservation import (
    bit_preserving,
    coercion,
    negotiation,
    online_storage,
    relayed_encoding,
    replacement,
    storage_levels,
)

__all__ = [
    "bit_preserving",
    "coercion",
    "negotiation",
    "online_storage",
    "relayed_encoding",
    "replacement",
    "storage_levels",
]
