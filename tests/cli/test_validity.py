"""A run of `check` counts which signatures verified, and whose signers were checked against an anchor."""

import pytest

from dicomsig import resources


@pytest.fixture
def sample():
    """An instance that dcmsign signed once."""
    return resources.content("fixtures") / "samples" / "dcmtk-3.6.7" / "ct-creator-sha256.dcm"


@pytest.fixture
def anchor():
    """An authority that did not issue the certificate of the sample."""
    return resources.content("fixtures") / "pki" / "test-only-other-root.cert.pem"


def test_without_an_anchor_nobody_says_who_signed(dicomsig, sample):
    """Integrity is counted for every signature, trust for none."""
    summary = dicomsig("check", sample, "--json").document["summary"]
    assert summary["integrity"] == {"valid": 1, "invalid": 0, "indeterminate": 0}
    assert summary["trust"] is None


def test_with_an_anchor_trust_is_counted_apart(dicomsig, sample, anchor):
    """An anchor that did not issue the certificate leaves integrity as it is and trust not valid."""
    summary = dicomsig("check", sample, "--json", "--trust", anchor).document["summary"]
    assert summary["integrity"]["valid"] == 1
    assert sum(summary["trust"].values()) == 1
    assert summary["trust"]["valid"] == 0
