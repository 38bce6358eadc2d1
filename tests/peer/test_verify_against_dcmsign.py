"""Whatever dcmsign signs is valid here: every fixture, profile and MAC algorithm; its refusals are explained."""

from collections.abc import Callable
from typing import Any

import pytest

import slow_verify
from dicomsig.crypto.certificates import read_certificate
from dicomsig.crypto.trust import TrustStore
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verdict import SignatureReason, Status
from dicomsig.signatures.verify import Trust, verify
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential

pytestmark = pytest.mark.dcmtk

PeerSignatures = Callable[[str], Any]

ROOT = Trust(TrustStore((read_certificate(Credential.ROOT.certificate_der),)))
REPORTS = ("sr", "sr-implicit", "sr-undefined-lengths", "sr-verified")
NOT_SUITABLE = "dataset not suitable for the selected security profile"
NOT_SIGNABLE = "list of attributes to be signed contains attribute that is not signable"


def refusal(name: str, profile: str) -> str:
    """What dcmsign says instead of signing; empty when it signs.

    Profiles of reports take reports only, that of verified ones only verified ones. Creator and Authorization list the
    whole Raw Data module, in which dcmsign sees the UN elements of a raw data instance, and then refuses them.
    """
    if profile == "structured-report" and name not in REPORTS:
        return NOT_SUITABLE
    if profile == "verified-structured-report" and name != "sr-verified":
        return NOT_SUITABLE
    if profile in ("creator", "authorization") and name == "private-unknown":
        return NOT_SIGNABLE
    return ""


@pytest.mark.parametrize("name", instances())
def test_what_dcmsign_signs_is_valid(name: str, peer_signatures: PeerSignatures) -> None:
    """Integrity, structure and trust are valid, here and for the slow verifier; refusals are those explained."""
    signed = 0
    for answer in peer_signatures(name):
        expected = refusal(name, answer.profile)
        if expected:
            assert answer.exit_code == 85
            assert expected in answer.words
            continue
        assert answer.exit_code == 0, answer.words
        signed += 1
        instance = instance_of(answer.file)
        (verdict,) = verify(instance, ROOT)
        what = f"{answer.profile} {answer.mac}: {verdict.reasons}"
        assert verdict.mac_algorithm == answer.mac
        assert (verdict.integrity, verdict.structure, verdict.trust) == (Status.VALID,) * 3, what
        # dcmsign names the deflated syntax where the instance is deflated.
        assert (SignatureReason.SYNTAX_DEFLATED in verdict.reasons) == instance.syntax.deflated, what
        assert [opinion.integrity for opinion in slow_verify.signatures(answer.file)] == ["valid"]
    assert signed >= 8


@pytest.mark.parametrize("name", ["ct", "nested-implicit", "every-vr-big-endian", "mr-rle", "sr-undefined-lengths"])
def test_a_changed_bit_of_what_dcmsign_signed_is_not(name: str, peer_signatures: PeerSignatures) -> None:
    """The last byte that dcmsign hashed of the data set, found where it lies."""
    for answer in peer_signatures(name):
        if answer.exit_code == 0:
            (signature,) = signatures(instance_of(answer.file))
            listed = signature.parameters[0].tag_list.distinct
            last = [e for e in signature.data_set if e.tag in listed and e.length and e.items is None][-1]
            part = (last.fragments or (last,))[-1]
            changed = bytearray(answer.file)
            changed[part.value + part.length - 1] ^= 1
            (verdict,) = verify(instance_of(bytes(changed)))
            assert verdict.integrity is Status.INVALID, (answer.profile, answer.mac)
