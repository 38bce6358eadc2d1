"""What a valid MAC proves of the way it was made, and what a recomputation proves of one that does not match."""

from collections.abc import Sequence
from typing import Final

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedSignature
from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.encoding.elements import Element
from dicomsig.signatures.stream import NotRebuildableError, mac_stream

_LARGEST: Final = 1 << 26
"""Bytes of the instance beyond which no other order is tried."""

_DONE: Final = {
    "sequence_length": "the length of each sequence was hashed",
    "sequence_delimiter": "the delimiters that close sequences were not hashed",
    "item_length": "the length of each item was hashed",
    "item_delimiter": "a delimiter was hashed after each item",
    "fragment_length": "the length of each fragment was hashed",
    "fragments_length": "the undefined length of encapsulated data was hashed",
    "offset_table": "the Basic Offset Table was not hashed",
    "signature_item": "the elements of the signature item were not hashed",
    "signature_item_tag": "the item tag of the signature item was hashed",
    "certificate": "Certificate of Signer (0400,0115) was hashed",
    "group_lengths": "group lengths inside items were hashed",
    "nested_signatures": "signatures and MAC parameters inside items were hashed",
}


def what_was_done(rule: str) -> str:
    """A mistaken rule in words."""
    return _DONE.get(rule, "another rule was followed")


def shown_by_mac(signature: JudgedSignature, occurs: bool, *rules: str, expected: str) -> Finding | None:
    """A valid MAC shows that all that occurs in it was hashed as due; a mistaken rule convicts, nothing else does."""
    if signature.intact:
        return HOLDS if occurs else None
    rule = signature.mistaken_rule if rules else None
    if rule is None or rule not in rules:
        return None
    return Finding.broken(
        CheckReason.STREAM_RULE,
        expected=expected,
        found=f"{what_was_done(rule)}: the MAC recomputed so equals the signed one",
    )


def signed_in_order(signature: JudgedSignature, elements: Sequence[Element]) -> bool:
    """The signed digest is that of these elements in this order."""
    digest, parameters = signature.verdict.recovered_digest, signature.parameters
    if digest is None or parameters is None or parameters.algorithm not in MacAlgorithm.__members__:
        return False
    if signature.instance.source.size > _LARGEST:
        return False
    engine = new_digest(MacAlgorithm(parameters.algorithm))
    try:
        for buffer in mac_stream(signature.instance, elements, signature.listed, signature.signature.item):
            engine.update(buffer)
    except NotRebuildableError:
        return False
    return engine.digest() == digest
