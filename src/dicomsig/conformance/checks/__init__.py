"""The checks, one function a requirement or a family of like ones; importing this package binds them all."""

from dicomsig.conformance.checks import (
    authorization,
    base_methodology,
    basic_sr,
    certificate_and_key,
    creator,
    encoding_rules,
    mac_stream,
    macro_parameters,
    online_storage,
    purpose,
    run,
    signature_in_stream,
    signature_item,
    structured_report,
    tag_list,
    timestamps,
)

__all__ = [
    "authorization",
    "base_methodology",
    "basic_sr",
    "certificate_and_key",
    "creator",
    "encoding_rules",
    "mac_stream",
    "macro_parameters",
    "online_storage",
    "purpose",
    "run",
    "signature_in_stream",
    "signature_item",
    "structured_report",
    "tag_list",
    "timestamps",
]
