"""Each signer impostor is convicted by its own requirement, and by nothing but what lawfully fails with that."""

import csv
from functools import cache

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.register import register
from dicomsig.impostors.signers import SignerImpostor, signer_impostors
from dicomsig.judging.signer import judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms

pytestmark = pytest.mark.slow

IMPOSTORS = signer_impostors()
NEW = ("authorization", "structured-report", "basic-sr", "online-storage")


@cache
def companions():
    path = resources.content("profiles") / "coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["requirement"]: frozenset(row["companions"].split()) for row in csv.DictReader(file)}


def convictions(data: bytes, impostor: SignerImpostor, folder) -> set[str]:
    """The requirements that fail when the judge has the instance and the claims of the impostor."""
    path = folder / "instance.dcm"
    path.write_bytes(data)
    claims = impostor.claims()
    terms = Terms(claims.edition, claims)
    judgement, facts = judge_file(1, path, terms), RunFacts()
    facts.take(judgement)
    product, errors = judge_run(terms, facts)
    assert not judgement.internal_errors
    assert not errors
    return {r.requirement for case in (*judgement.cases, product) for r in case.results if r.result == "fail"}


@pytest.mark.parametrize("impostor", IMPOSTORS.values(), ids=lambda impostor: impostor.name)
def test_each_impostor_is_convicted_by_its_requirement(impostor, tmp_path):
    """What the impostor writes fails the one row that it names and, beside it, declared companions alone."""
    found = convictions(impostor.build(), impostor, tmp_path)
    assert impostor.convicted_by in found
    assert found <= {impostor.convicted_by} | companions()[impostor.convicted_by]


OF_NEW_PROFILES = [each for each in IMPOSTORS.values() if register()[each.convicted_by].profile in NEW]


@pytest.mark.parametrize("impostor", OF_NEW_PROFILES, ids=lambda impostor: impostor.name)
def test_the_honest_twin_is_acquitted(impostor, tmp_path):
    """Under the same claims the twin that differs in one thing fails nothing."""
    assert convictions(impostor.build_honest(), impostor, tmp_path) == set()


def test_there_are_many_and_each_says_what_it_does():
    """At least sixty impostors ship, most of them of the profiles; each names a requirement and says what it does."""
    assert len(IMPOSTORS) >= 60
    assert len(OF_NEW_PROFILES) >= 60
    for impostor in IMPOSTORS.values():
        assert impostor.convicted_by in register()
        assert len(impostor.does) > 15
        assert register()[impostor.convicted_by].strength.can_fail


def test_every_list_row_of_the_profiles_has_an_impostor():
    """Each row of PS3.15 C.3, C.4 and A.4 that can fail convicts somebody."""
    bound = {name for name in registered() if register()[name].profile in NEW}
    assert bound == {impostor.convicted_by for impostor in OF_NEW_PROFILES}
