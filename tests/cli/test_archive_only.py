"""`dicomsig archive --only`: what is judged by nothing never looks like a pass."""

import pytest

from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.register import register
from dicomsig.systems.archive_server import ArchiveServer

CLAIMABLE = ("bit-preserving", "basic-signatures", "online-storage")


def test_a_requirement_that_is_not_due_is_told(dicomsig):
    """It costs no connection; the message says which claim is wanting."""
    for profile in CLAIMABLE:
        row = next(name for name in archive_checks() if register()[name].profile == profile)
        ran = dicomsig("archive", "127.0.0.1:1", "--only", row)
        assert ran.code == 2
        assert f"--only {row}: it is not due, since {profile} is not claimed" in ran.err


@pytest.mark.slow
def test_a_claim_makes_it_due(dicomsig, tmp_path):
    """By the name of the profile, or by the level that stands for it (PS3.4 B.4.1.4)."""
    claims = tmp_path / "claims.toml"
    with ArchiveServer() as server:
        at = f"127.0.0.1:{server.peer.port}"
        for said in ('profiles = ["bit-preserving"]', "storage_level = 2\nsignature_level = 3"):
            claims.write_text(f"[claims]\n{said}\n", encoding="utf-8")
            ran = dicomsig("archive", at, "--only", "ps3.15-a.3-values-bit-identical", "--claims", claims, "--json")
            assert (ran.code, ran.document["summary"]["coverage"]["requirements_judged"]) == (0, 1)


@pytest.mark.slow
def test_a_run_that_shows_nothing_of_it_has_judged_nothing(dicomsig):
    """What an archive is judged by as a sender shows by C-MOVE alone: by C-GET it ends with 3, and says so."""
    row = next(name for name, check in archive_checks().items() if check.evidence == "delivery")
    ran = dicomsig("archive", "--only", row, "--json")
    assert (ran.code, ran.document["results"]) == (3, [])
    assert "not judged: nothing in this run shows what --only names" in ran.err
    assert "not judged" in ran.document["summary"]["coverage"]["note"]
    assert dicomsig("archive", "--only", row, "--retrieve", "move").code == 0
