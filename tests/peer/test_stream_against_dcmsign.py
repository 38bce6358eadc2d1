"""The MAC stream is byte for byte the one that dcmsign hashes: every fixture, profile and MAC algorithm."""

from collections.abc import Callable
from typing import Any

import pytest

from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.stream import mac_stream
from dicomsig.vectors.instances import instances

pytestmark = pytest.mark.dcmtk

PeerSignatures = Callable[[str], Any]

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""Fixture and profile whose stream differs lawfully, with the reason; none is known."""


def stream(instance: Instance, signature: Signature, rules: MacRules = STANDARD) -> bytes:
    listed = signature.parameters[0].tag_list.distinct
    return b"".join(map(bytes, mac_stream(instance, signature.data_set, listed, signature.item, rules)))


@pytest.mark.parametrize("name", instances())
def test_the_stream_is_that_of_dcmsign(name: str, peer_signatures: PeerSignatures) -> None:
    """What `dcmsign +d` wrote (PS3.3 C.12.1.1.3.1.2)."""
    compared = 0
    for answer in peer_signatures(name):
        if answer.exit_code == 0:
            instance = instance_of(answer.file)
            (signature,) = signatures(instance)
            same = stream(instance, signature) == answer.stream
            assert same == ((name, answer.profile) not in EXCEPTIONS), (answer.profile, answer.mac)
            compared += len(answer.stream)
    assert compared > 1000


def test_every_rule_of_the_stream_matters_to_dcmsign(peer_signatures: PeerSignatures) -> None:
    """Turned round, each rule gives another stream than dcmsign's for some fixture that has what it speaks of."""
    for rule in ("sequence_length", "sequence_delimiter", "item_length", "item_delimiter"):
        assert differs("nested-undefined-lengths", peer_signatures, MacRules(**{rule: not getattr(STANDARD, rule)}))
    for rule in ("fragment_length", "fragments_length", "offset_table"):
        assert differs("multi-frame-rle", peer_signatures, MacRules(**{rule: not getattr(STANDARD, rule)}))
    for rule in ("signature_item", "signature_item_tag", "certificate"):
        assert differs("ct", peer_signatures, MacRules(**{rule: not getattr(STANDARD, rule)}))
    assert differs("nested-group-lengths", peer_signatures, MacRules(group_lengths=True))


def differs(name: str, peer_signatures: PeerSignatures, rules: MacRules) -> bool:
    answer = next(a for a in peer_signatures(name) if a.profile == "none")
    instance = instance_of(answer.file)
    (signature,) = signatures(instance)
    return stream(instance, signature, rules) != answer.stream
