"""The checks, one function a requirement or a family of like ones; importing this package binds them all."""

from dicomsig.conformance.checks import (
    certificate_and_key,
    creator,
    encoding_rules,
    mac_stream,
    macro_parameters,
    purpose,
    run,
    signature_in_stream,
    signature_item,
    tag_list,
    timestamps,
)

__all__ = [
    "certificate_and_key",
    "creator",
    "encoding_rules",
    "mac_stream",
    "macro_parameters",
    "purpose",
    "run",
    "signature_in_stream",
    "signature_item",
    "tag_list",
    "timestamps",
]
