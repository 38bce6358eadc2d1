"""Every verifier that is wrong in one way is convicted by the requirement that it names, and no honest one is."""

from contextlib import closing

import pytest

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Outcome
from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustReason
from dicomsig.impostors.honest import HonestVerifier, OwnMac
from dicomsig.impostors.ignored import CONVICTS_NOBODY, reason_impostors
from dicomsig.impostors.programs import program_impostors
from dicomsig.impostors.retold import RetoldMac
from dicomsig.impostors.rules import rule_impostors
from dicomsig.impostors.verifiers import verifier_impostors
from dicomsig.judging.choice import Choice, chosen_vectors
from dicomsig.judging.named_systems import verifier_names
from dicomsig.judging.terms import Terms
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.judging.verifier_run import VerifierTrial
from dicomsig.signatures.rules import MacRules
from dicomsig.signatures.verdict import SignatureReason
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import index

pytestmark = pytest.mark.slow

EVERYTHING = Terms(edition(DEFAULT))
ALL_VECTORS = Choice()
A_FEW = Choice(
    frozenset(name for name in index() if name.endswith(("ct-rewritten-with-deflated", "ct-rewritten-with-implicit")))
)


@pytest.fixture(scope="module")
def files():
    with VectorFiles(built()) as opened:
        yield opened


def results(files, make, terms=EVERYTHING, choice=ALL_VECTORS):
    """Each result other than a pass, as the run goes; a system that cannot be judged is an error."""
    trial = VerifierTrial(make, index(), files)
    first = trial.first()
    assert not first.problem, first.problem
    wanted = chosen_vectors(trial.vectors, terms, choice)
    with closing(trial.outcomes(first, terms, wanted)) as outcomes:
        for _, outcome in outcomes:
            yield from outcome.results


@pytest.mark.parametrize("name", verifier_impostors())
def test_each_is_convicted_by_the_requirement_that_it_names(files, name):
    """An impostor that was asked for what its requirement is about fails there."""
    impostor = verifier_impostors()[name]
    terms = Terms(edition(DEFAULT), only=frozenset((impostor.convicted_by,)))
    with closing(results(files, impostor, terms)) as found:
        assert any(result.result is Outcome.FAIL for result in found)


@pytest.mark.parametrize("honest", [ReferenceAdapter, HonestVerifier, OwnMac, RetoldMac])
def test_honest_verifiers_are_acquitted(files, honest):
    """No vector finds anything in the reference, nor in the honest classes that impostors are made from."""
    assert list(results(files, honest)) == []


@pytest.mark.parametrize("program", program_impostors().values(), ids=lambda program: program.name)
def test_programs_that_misbehave_are_found_and_the_run_goes_on(files, program):
    """A program that hangs, crashes, floods or babbles at some files is found out, and the others are judged."""
    limits = ProcessLimits(call=4.0 if program.name != "hangs" else 1.0)
    found = list(results(files, lambda: ProcessAdapter(program.command, limits), choice=A_FEW))
    assert {result.reason for result in found} == {program.fault}
    failed = {result.requirement for result in found if result.result is Outcome.FAIL}
    assert failed == ({program.convicted_by} if program.convicted_by else set())


def test_there_is_one_for_each_reason_or_a_cause_why_not():
    """Each reason of verification has a verifier that forgets it, or it is said why nobody could convict one."""
    owners = (RsaReason, CertificateReason, SignatureReason, TrustReason)
    reasons = {str(member) for owner in owners for member in owner}
    forgotten = {each.name.removeprefix("ignores-") for each in reason_impostors()}
    assert forgotten | set(CONVICTS_NOBODY) == reasons
    assert not forgotten & set(CONVICTS_NOBODY)


def test_there_is_one_for_each_rule():
    """Each field of the MAC rules has a verifier that hashes by the other choice."""
    assert [each.name for each in rule_impostors()] == [
        "rule-" + field.replace("_", "-") for field in MacRules.__dataclass_fields__
    ]


def test_there_are_forty_by_hand_with_a_name_and_a_description_each():
    """At least forty are written by hand; each has a description, and a requirement of verifiers that can fail."""
    generated = {each.name for each in (*rule_impostors(), *reason_impostors())}
    by_hand = [each for name, each in verifier_impostors().items() if name not in generated]
    assert len(by_hand) + len(program_impostors()) >= 40
    for each in verifier_impostors().values():
        row = register()[each.convicted_by]
        assert row.strength.can_fail
        assert row.actor in ("verifier", "any")
        assert each.__doc__.endswith((".", "!"))
    assert len({each.__doc__ for each in verifier_impostors().values()}) == len(verifier_impostors())


def test_each_is_shipped_by_its_name():
    """The names are those that the command line takes, each once."""
    names = verifier_names()
    assert len(names) == len(set(names)) == 2 + len(verifier_impostors()) + len(program_impostors())
