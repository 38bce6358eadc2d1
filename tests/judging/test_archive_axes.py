"""What an archive is given covers fixture, MAC algorithm, profile and the transfer syntaxes of both ways."""

from itertools import combinations

import pytest

from dicomsig.conformance.preservation.hops import NATIVE, Coding
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.axes import PROFILES, REPORT_PROFILE, complete, covering, recipes, retrievals
from dicomsig.judging.archive.probes import ProbeKey, new_uid, probes_of, rest_of
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verify import verify
from dicomsig.vectors.pki import Credential, private_key

PURPOSE = 0x04000401
ASKED_IN = {choice.name: [word for name, word in retrievals() if name == choice.name] for choice in covering()}


def missing(asked):
    """The values, and the pairs of values, that a run lacks of those that can be had, by name.

    Of what is stored each comes with the encodings in which it is asked for beside its own.
    """

    def met(choice, words):
        values = (f"algorithm {choice.algorithm}", f"profile {choice.profile}", f"stored {choice.stored}")
        rows = [values, *((*values, f"retrieved {word}") for word in words)]
        return {pair for row in rows for count in (1, 2) for pair in combinations(row, count)}

    there = set().union(*(met(choice, words) for choice, words in asked))
    wanted = set().union(*(met(each, [word for word in NATIVE if word is not each.stored]) for each in complete()))
    return sorted(" with ".join(each) for each in wanted - there)


def test_the_covering_set_meets_each_pair_of_values():
    """Algorithm, profile, encoding of storing and encoding of asking: each value meets each value of another axis."""
    assert missing((choice, ASKED_IN[choice.name]) for choice in covering()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        (lambda choice: choice.algorithm is MacAlgorithm.SHA384, "algorithm SHA384"),
        (lambda choice: choice.profile == "authorization", "profile authorization"),
        (lambda choice: choice.stored is Coding.BIG_ENDIAN, "stored big-endian"),
        (
            lambda choice: choice.stored is Coding.IMPLICIT and choice.profile == REPORT_PROFILE,
            "profile structured-report with stored implicit",
        ),
    ],
    ids=["algorithm", "profile", "stored", "pair"],
)
def test_what_is_missing_is_named(lacks, named):
    """A value that no instance has is told, and a pair of values that none has."""
    rest = [choice for choice in covering() if not lacks(choice)]
    assert named in missing((choice, ASKED_IN[choice.name]) for choice in rest)


@pytest.mark.parametrize("word", NATIVE)
def test_an_encoding_that_nothing_is_asked_for_in_is_named(word):
    """Each encoding is asked for of something that was stored in another."""
    without = [(choice, [each for each in ASKED_IN[choice.name] if each is not word]) for choice in covering()]
    assert f"retrieved {word}" in missing(without)
    assert all(word is not choice.stored for choice in covering() for word in ASKED_IN[choice.name])


def test_the_covering_set_is_small():
    """A run on a product in use stores some dozens of instances."""
    assert len(covering()) < 70
    assert len(retrievals()) < 40


def test_the_complete_set_is_the_product():
    """Each fixture in each encoding by each algorithm by each profile that fits, once; the covering set is part."""
    every = list(complete())
    names = {choice.name for choice in every}
    assert len(names) == len(every) > 4000
    assert {choice.name for choice in covering()} <= names
    assert {choice.fixture for choice in every} == set(recipes())
    same_bytes = {(recipes()[each.fixture].make, each.form, each.algorithm, each.profile) for each in every}
    assert len(same_bytes) == len(every)
    for name in ("mr", "sr-undefined-lengths", "every-vr-undefined-lengths"):
        here = [choice for choice in every if choice.fixture == name]
        profiles = PROFILES if name.startswith("sr") else PROFILES[:-1]
        assert {(choice.algorithm, choice.profile, choice.stored) for choice in here} == {
            (algorithm, profile, word) for algorithm in MacAlgorithm for profile in profiles for word in NATIVE
        }
    assert missing((choice, [word for word in NATIVE if word is not choice.stored]) for choice in every) == []


def test_names_say_what_is_not_as_the_fixture_is():
    """The encoding stands in a name where it is another than that of the fixture."""
    names = {choice.name for choice in complete()}
    assert {"ct.sha256.base", "ct-implicit.sha256.base", "mr.md5.authorization.big-endian"} <= names
    assert "ct.sha256.base.implicit" not in names  # ct-implicit is that


def test_each_profile_is_signed_as_it_asks():
    """A signature on a report has a purpose; whoever signs less than everything lists less."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    chosen = [each for each in complete() if each.fixture == "sr-verified" and each.algorithm is MacAlgorithm.SHA256]
    listed = {}
    for choice, probe in zip(chosen, probes_of(signer, chosen, new_uid()), strict=True):
        instance = instance_of(probe.outgoing.data)
        assert Coding.of(instance.syntax) is choice.stored is probe.coding
        assert [str(each.integrity) for each in verify(instance)] == ["valid"]
        (signature,) = signatures(instance)
        listed[choice.profile, choice.stored] = signature.parameters[0].tag_list.signable
        assert (signature.element(PURPOSE) is not None) == (choice.profile == REPORT_PROFILE)
    assert set(listed) == {(profile, word) for profile in PROFILES for word in NATIVE}
    assert len({listed[profile, Coding.EXPLICIT] for profile in PROFILES}) == len(PROFILES)


def test_what_was_made_is_not_made_again():
    """The rest of the complete set lacks what a first run stored."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    made = list(probes_of(signer, covering()[:3], new_uid()))
    rest = {choice.name for choice in rest_of(made)}
    assert len(rest) == len(list(complete())) - 3
    assert not rest & {probe.name for probe in made}
