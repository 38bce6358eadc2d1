"""What cannot be told convicts nobody, and what can be told is not let off (PS3.15 C.1, PS3.16 CID 7007, PS3.5 6.2)."""

from dataclasses import replace

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.editions import edition
from dicomsig.conformance.finding import Answer
from dicomsig.conformance.views import judged
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.instance import instance_of
from dicomsig.vectors.forge import forge
from dicomsig.vectors.wrong_signers.twins import ct


def answer(requirement, forgery, label="2023b"):
    (signature,) = judged(instance_of(forge(forgery)), edition(label)).signatures
    finding = registered()[requirement].ask(signature)
    return None if finding is None else finding.answer


@pytest.mark.parametrize(
    ("label", "sha2"),
    [("2008", Answer.BROKEN), ("2009", Answer.UNKNOWN), ("2010", Answer.UNKNOWN), ("2011", Answer.HOLDS)],
)
@pytest.mark.parametrize("row", ["ps3.15-c.1-mac-algorithm", "ps3.15-c.2-base-methodology"])
def test_sha_2_is_open_between_2008_and_2011(row, label, sha2):
    """SHA-2 came after 2008 and by 2011: between them nobody knows, and SHA-1 holds all the time (PS3.15 C.1)."""
    assert answer(row, replace(ct(), algorithm=MacAlgorithm.SHA256), label) is sha2
    assert answer(row, replace(ct(), algorithm=MacAlgorithm.SHA1), label) is Answer.HOLDS
