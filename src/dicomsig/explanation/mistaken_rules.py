"""How a signer hashed that did not follow the standard: one rule at a time, until the recovered digest matches.

A match is evidence for one mistake; no match says nothing, since the content may have changed instead.
"""

from dataclasses import fields, replace

from dicomsig.crypto.digests import MacAlgorithm, digest_size, new_digest
from dicomsig.encoding.instance import Instance
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.stream import NotRebuildableError, mac_stream

_LARGEST = 1 << 26
"""Bytes of the instance beyond which no hypothesis is tried: each is one more pass over the content."""


def alternatives() -> dict[str, MacRules]:
    """Each field of the rules turned from what the standard says, by the name of the field."""
    return {each.name: replace(STANDARD, **{each.name: not getattr(STANDARD, each.name)}) for each in fields(MacRules)}


def mistaken_rule(instance: Instance, signature: Signature, digest: bytes) -> str | None:
    """The field of MacRules whose one mistake gives this digest, or None (PS3.3 C.12.1.1.3.1.2)."""
    if len(signature.parameters) != 1 or instance.source.size > _LARGEST:
        return None
    parameters = signature.parameters[0]
    if parameters.algorithm not in MacAlgorithm.__members__:
        return None
    algorithm = MacAlgorithm(parameters.algorithm)
    if len(digest) != digest_size(algorithm):
        return None
    for name, rules in alternatives().items():
        engine = new_digest(algorithm)
        try:
            for buffer in mac_stream(instance, signature.data_set, parameters.tag_list.distinct, signature.item, rules):
                engine.update(buffer)
        except NotRebuildableError:
            return None
        if engine.digest() == digest:
            return name
    return None
