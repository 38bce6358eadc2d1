"""The vectors are as the index has them, and the index is whole."""

import csv
from collections import Counter
from functools import cache
from hashlib import sha256

import pytest

from dicomsig import resources
from dicomsig.conformance.editions import edition
from dicomsig.conformance.modules import Certainty, due_attributes
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import Testable, ambiguities, register
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus import FAMILIES, vectors
from dicomsig.vectors.corpus.profile_minimums import MINIMUM
from dicomsig.vectors.index import Entry, digest_of, index
from dicomsig.vectors.opinions import Opinion, agrees
from dicomsig.vectors.vector import Outcome

VERIFIERS = ("verifier", "any")
PROFILES = ("macro", "base", "creator", "authorization", "structured-report", "storage-level-1")
NOT_FOR_VECTORS = {
    "A-21": "only if present",
    "A-25": "of archives",
    "A-28": "of archives",
    "A-29": "of archives",
    "A-32": "of the text alone",
    "A-33": "of references",
    "A-34": "of web services",
    "A-35": "of what signers have to cover",
    "A-37": "of what signers have to cover",
    "A-38": "of what a signer claims",
}


def entries() -> list[Entry]:
    return list(index().values())


@cache
def data(name: str) -> bytes:
    return vectors()[name].build()


def coverage() -> list[dict[str, str]]:
    path = resources.content("profiles") / "vector_coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_there_are_as_many_as_promised() -> None:
    """At least 250 recipes and 1 000 vectors, together less than 25 MB."""
    assert len(index()) >= 1000
    assert len({entry.vector.recipe for entry in entries()}) >= 250
    assert sum(entry.size for entry in entries()) < 25_000_000


def test_the_recipes_are_those_of_the_index() -> None:
    """Every recipe is in the index, in the same order and described alike, and nothing else is."""
    assert list(vectors()) == list(index())
    assert [vector for vector in vectors().values() if vector != index()[vector.id].vector] == []


def test_every_vector_is_built_as_the_index_has_it() -> None:
    """The bytes of each vector have the sum and the size of the index: an id never changes its bytes."""
    wrong = [
        name
        for name, entry in index().items()
        if (sha256(data(name)).hexdigest(), len(data(name))) != (entry.sha256, entry.size)
    ]
    assert wrong == []


def test_different_vectors_are_different_bytes() -> None:
    """No two vectors are the same file, unless they ask for it at another time or of other anchors."""
    seen = Counter((entry.sha256, entry.vector.at, entry.vector.anchors) for entry in entries())
    twice = {key[0] for key, count in seen.items() if count > 1}
    assert sorted(entry.vector.id for entry in entries() if entry.sha256 in twice) == []


def test_every_negative_has_a_valid_twin() -> None:
    """What is not valid differs from a valid vector, and by its bytes, its anchors or its moment."""
    for entry in entries():
        vector = entry.vector
        if vector.outcome is Outcome.VALID and not vector.twin:
            continue
        twin = index()[vector.twin]
        assert twin.vector.outcome is Outcome.VALID, vector.id
        assert (entry.sha256, vector.at, vector.anchors) != (twin.sha256, twin.vector.at, twin.vector.anchors), (
            vector.id
        )


@pytest.mark.parametrize("outcome", Outcome)
def test_expectations_follow_from_the_outcome(outcome: Outcome) -> None:
    """What is valid has valid signatures only, what is unsigned or unreadable none, what is invalid one at least."""
    found = [entry.vector for entry in entries() if entry.vector.outcome is outcome]
    assert found
    for vector in found:
        integrities = [each.integrity for each in vector.expected]
        match outcome:
            case Outcome.VALID:
                assert integrities
                assert set(integrities) == {(Status.VALID,)}
                assert all(each.structure == (Status.VALID,) for each in vector.expected)
            case Outcome.INVALID:
                assert (Status.INVALID,) in integrities
            case Outcome.INDETERMINATE:
                assert any(each.integrity != (Status.VALID,) or each.structure for each in vector.expected)
            case Outcome.UNSIGNED | Outcome.UNREADABLE:
                assert integrities == []


def test_only_named_ambiguities_are_acceptable() -> None:
    """An acceptable vector names an entry of the ambiguity register."""
    known = {each.id for each in ambiguities()}
    for entry in entries():
        vector = entry.vector
        assert vector.ambiguity in known | {""}
        if vector.outcome is Outcome.ACCEPTABLE:
            assert vector.ambiguity, vector.id


def test_each_ambiguity_that_a_vector_can_express_has_one() -> None:
    """Every entry of the ambiguity register is named by a vector, in its field or its words, or is not for vectors."""
    named = {entry.vector.ambiguity for entry in entries()}
    texts = " ".join(entry.vector.title for entry in entries())
    said = {each.id for each in ambiguities() if each.id in named or f"({each.id}" in texts or f"{each.id})" in texts}
    by_place = {"A-05": "offset-table-covered", "A-11": "extra-item-elements", "A-19": "nested-signatures-skipped"}
    by_place |= {"A-20": "c.4-", "A-22": "instance-uid-free", "A-23": "purpose-compared", "A-24": "c.4-profile-checked"}
    by_place |= {"A-27": "length-form-neutral", "A-30": "follow-pixel-data", "A-31": "orphan-mac-parameters"}
    shown = {
        each for each, part in by_place.items() if any(part in q for e in entries() for q in e.vector.requirements)
    }
    assert {each.id for each in ambiguities()} - said - shown == NOT_FOR_VECTORS.keys() - said


def test_each_requirement_and_reason_is_known() -> None:
    """Vectors name rows of the register, one of a verifier at least, and codes of the reason table."""
    for entry in entries():
        vector = entry.vector
        actors = {register()[each].actor for each in vector.requirements}
        assert not vector.requirements or actors & set(VERIFIERS), vector.id
        assert not vector.reason or vector.reason in reason_table(), vector.id
        assert vector.requirements or vector.outcome in (Outcome.VALID, Outcome.INVALID, Outcome.ACCEPTABLE,
                                                         Outcome.UNREADABLE), vector.id  # fmt: skip


def test_families_are_modules() -> None:
    """A vector's family is the module it is written in, and every module has vectors."""
    assert {entry.vector.family for entry in entries()} == {name.replace("_", "-") for name in FAMILIES}


def test_ids_are_names_of_folders_everywhere() -> None:
    """Lower case, digits, hyphens and dots, short enough for any file system, unlike each other whatever the case."""
    for name, entry in index().items():
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-."), name
        assert len(name) < 100
        assert name.partition(".")[0] == entry.vector.recipe


def test_titles_are_one_sentence() -> None:
    """A title says in one line what is the case; nothing ends in two full stops."""
    for entry in entries():
        assert "\n" not in entry.vector.title
        assert not entry.vector.title.endswith(".")
        assert 15 <= len(entry.vector.title) <= 140, entry.vector.title


@pytest.mark.parametrize("algorithm", MacAlgorithm)
def test_each_algorithm_has_right_and_wrong_vectors(algorithm: MacAlgorithm) -> None:
    """Each of the six algorithms is met in valid and in invalid vectors (PS3.15 C.1)."""
    suffix = f".{algorithm.value.lower()}"
    outcomes = Counter(entry.vector.outcome for name, entry in index().items() if name.endswith(suffix))
    assert outcomes[Outcome.VALID] >= 10
    assert outcomes[Outcome.INVALID] >= 30


def test_the_minimum_of_the_profiles_is_that_of_the_lists() -> None:
    """The committed minimum of a SOP Class is what the default edition certainly wants signed (PS3.15 C.2 to C.4)."""
    for (profile, sop_class), tags in MINIMUM.items():
        verified = profile == "verified-report"
        name = "structured-report" if verified else profile
        due = {each.tag: each for each in due_attributes(name, edition(), sop_class, tags, verified=verified)}
        assert tags <= due.keys(), (profile, sop_class)
        assert {due[tag].certainty for tag in tags} <= {Certainty.DUE, Certainty.UNCERTAIN}, (profile, sop_class)


def test_what_must_not_be_met_is_not() -> None:
    """Where a profile must not be reported as met, an element that it wants is left out, or the purpose is another."""
    marked = [entry.vector for entry in entries() if any(each.not_met for each in entry.vector.expected)]
    profiles = {each.not_met for vector in marked for each in vector.expected}
    assert profiles == {("creator",), ("authorization",), ("structured-report",)}
    for vector in marked:
        if "purpose" in vector.title:
            continue
        right, wrong = (
            next(signatures(instance_of(data(name)))).parameters[0].tag_list.distinct
            for name in (vector.twin, vector.id)
        )
        assert wrong < right


def test_each_row_of_verifiers_has_two_vectors_or_a_reason() -> None:
    """The coverage file names each testable row, once and in order, with a positive and a negative vector."""
    due = [
        row.id
        for row in register().values()
        if row.testable is not Testable.NO and row.actor in VERIFIERS and row.profile in PROFILES
    ]
    assert [row["requirement"] for row in coverage()] == due
    for row in coverage():
        if row["reason"]:
            assert not row["positive"] + row["negative"]
            assert len(row["reason"]) > 40
            continue
        positive, negative = index()[row["positive"]], index()[row["negative"]]
        assert positive.vector.outcome is Outcome.VALID, row
        assert not positive.disputed + negative.disputed
        unmet = any(each.not_met for each in negative.vector.expected)
        assert negative.vector.outcome is not Outcome.VALID or unmet, row
        assert row["requirement"] in negative.vector.requirements, row
        assert row["requirement"] in positive.vector.requirements or positive.vector.id == negative.vector.twin, row


def test_few_rows_of_verifiers_go_without_vectors() -> None:
    """What no vector can show is known by name."""
    assert {row["requirement"] for row in coverage() if row["reason"]} == {
        "ps3.5-6.2-digests-never-odd",
        "ps3.5-7.1.2-reserved-bytes-nonzero",
        "ps3.15-c.2-local-rules",
    }


def test_admitted_vectors_have_two_opinions_that_agree() -> None:
    """The reference and one other verifier say what is expected; none is disputed."""
    disputed = [entry.vector.id for entry in entries() if entry.disputed]
    assert disputed == []
    for entry in entries():
        agreeing = {
            name
            for name, text in entry.oracles.items()
            if not text.startswith("no answer") and agrees(entry.vector, Opinion.parse(text))
        }
        assert "reference" in agreeing, entry.vector.id
        assert entry.disputed or len(agreeing) > 1, entry.vector.id


def test_the_digest_depends_on_every_vector() -> None:
    """Another sum of one vector is another corpus."""
    first = next(iter(index()))
    own = index()[first]
    changed = dict(index()) | {first: Entry(own.vector, "0" * 64, own.size, own.oracles)}
    assert digest_of(changed) != digest_of(index())
