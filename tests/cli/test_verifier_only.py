"""`dicomsig verifier --only`: what is judged by nothing never looks like a pass."""

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.register import register
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_rows import verifier_rows, why_not_judged
from dicomsig.vectors.index import index

CREATOR = "ps3.15-c.2-profile-checked"
TRUST = "ps3.15-c.1-trust-separate-from-integrity"
UNCLAIMED = "creator-list-lacks-pixels"
"""What it shows is of a profile alone."""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((CREATOR,), f"--only {CREATOR}: it belongs to the creator profile; add --profile creator"),
        (("ps3.15-c.2-*",), "--only ps3.15-c.2-*: ps3.15-c.2-character-set-not-covered: it belongs to the creator"),
        (("base-ct.sha256", "--only", CREATOR), "it belongs to the creator profile"),
        ((CREATOR, "--fuzz", 3), "it belongs to the creator profile"),
        (("ps3.15-c.2-mac-algorithm",), "no verifier is judged by it, it speaks of the signer"),
        (("ps3.5-6.2-digests-never-odd",), "no vector shows anything of it"),
        (("ps3.15-c.1-verifies-sha256", "--edition", "2008"), "it is not in force in edition 2008"),
    ],
)
def test_a_requirement_that_no_run_like_this_judges_by_is_told(dicomsig, asked, said):
    """It is a usage error that says why and what to add; nothing is asked of the product."""
    ran = dicomsig("verifier", "reference", "--only", *asked)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


def test_asked_for_or_claimed_it_is_judged(dicomsig, tmp_path):
    """By `--profile`, or by the claims."""
    claims = tmp_path / "claims.toml"
    claims.write_text('[claims]\nprofiles = ["creator"]\n', encoding="utf-8")
    for named in (("--profile", "creator"), ("--claims", claims)):
        ran = dicomsig("verifier", "reference", "--only", CREATOR, *named, "--json")
        assert (ran.code, [each["requirement"] for each in ran.document["requirements"]]) == (0, [CREATOR])


@pytest.mark.parametrize("asked", [("--only", UNCLAIMED), ("--only", TRUST, "--fuzz", 3)])
def test_a_run_that_shows_nothing_of_it_has_judged_nothing(dicomsig, asked):
    """A vector of a profile that nobody claims, a row that no drawn case shows: it ends with 3, and says so."""
    ran = dicomsig("verifier", "reference", *asked, "--json")
    assert (ran.code, ran.document["results"]) == (3, [])
    assert "not judged: nothing in this run shows what" in ran.err
    assert "was not judged: nothing in this run shows" in ran.document["summary"]["coverage"]["note"]
    text = dicomsig("verifier", "reference", *asked).out
    assert "Leave out what narrowed the run" in text


def test_every_row_that_a_vector_shows_is_due_with_its_profile():
    """Only what no vector shows stays out when the profile of a row is asked for."""
    vectors = {name: entry.vector for name, entry in index().items()}
    for name in verifier_rows(Terms(edition())):
        terms = Terms(edition(), None, (register()[name].profile,))
        assert why_not_judged(register()[name], terms, vectors) in ("", "no vector shows anything of it")
