"""Two verifiers judge every vector as the index says, and the reference for the reason that the vector names."""

from datetime import datetime
from functools import cache

import pytest

import slow_verify
from dicomsig.conformance.reason_table import reason_table
from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.trust import TrustStore
from dicomsig.signatures.verdict import Status, Verdict
from dicomsig.signatures.verify import Trust
from dicomsig.vectors.corpus import vectors
from dicomsig.vectors.index import index
from dicomsig.vectors.opinions import Opinion, agrees, departures, reference_verdicts
from dicomsig.vectors.vector import Anchors, Expected, Outcome, Vector

pytestmark = pytest.mark.slow

STORES = {each: TrustStore(tuple(load_certificates(each.path.read_bytes()))) for each in Anchors}
FAMILIES = sorted({entry.vector.family for entry in index().values()})
WARNED_ONLY = ("conformance", "encoding")
"""Axes of reasons that `check` gives, not `verify`."""


def of_family(family: str) -> list[Vector]:
    return [vector for vector in vectors().values() if vector.family == family]


@cache
def data(name: str) -> bytes:
    return vectors()[name].build()


def trust_of(vector: Vector) -> Trust:
    return Trust(STORES[vector.anchors], datetime.fromisoformat(vector.at) if vector.at else None)


def verdicts(vector: Vector) -> tuple[Verdict, ...] | None:
    return reference_verdicts(data(vector.id), trust_of(vector))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_reference_judges_as_expected_on_all_axes(family: str) -> None:
    """Our own verifier departs from no expectation, and the index has its opinion."""
    for vector in of_family(family):
        said = verdicts(vector)
        assert departures(vector, said) == []
        opinion = Opinion.of(said)
        assert str(opinion) == index()[vector.id].oracles["reference"], vector.id


@pytest.mark.parametrize("family", FAMILIES)
def test_the_slow_verifier_has_the_opinion_of_the_index(family: str) -> None:
    """The second implementation says of each vector what the index has."""
    for vector in of_family(family):
        try:
            found = slow_verify.signatures(data(vector.id))
            opinion = Opinion({f"{each.place}#{each.number}": each.integrity for each in found})
        except slow_verify.Unreadable:
            opinion = Opinion(None)
        assert str(opinion) == index()[vector.id].oracles["slow"], vector.id


@pytest.mark.parametrize("family", FAMILIES)
def test_the_reference_gives_the_reason_that_the_vector_names(family: str) -> None:
    """What is wrong with a vector is what the reference finds wrong; its twin does not have that reason."""
    for vector in of_family(family):
        if not vector.reason or reason_table()[vector.reason].axis in WARNED_ONLY:
            continue
        said = verdicts(vector)
        assert said is not None, vector.id
        assert vector.reason in {reason for each in said for reason in each.reasons}, vector.id
        twin = verdicts(vectors()[vector.twin])
        assert twin is not None
        assert vector.reason not in {reason for each in twin for reason in each.reasons}, vector.id


@pytest.mark.parametrize("text", ["unreadable", "unsigned", "/#0 valid", "/#0 valid, /0040a730[2]/#1 invalid"])
def test_opinions_are_read_back_from_their_text(text: str) -> None:
    """Text and opinion are two forms of one thing."""
    assert str(Opinion.parse(text)) == text


def test_an_opinion_that_lacks_a_signature_does_not_agree() -> None:
    """Every signature has to be found, and none that is not there."""
    vector = vectors()["two-signatures.sha256"]
    assert agrees(vector, Opinion({"/#0": "valid", "/#1": "valid"}))
    assert not agrees(vector, Opinion({"/#0": "valid"}))
    assert not agrees(vector, Opinion({"/#0": "valid", "/#1": "valid", "/#2": "valid"}))
    assert not agrees(vector, Opinion({"/#0": "valid", "/#1": "indeterminate"}))
    assert not agrees(vector, Opinion({}))
    assert not agrees(vector, Opinion(None))


def test_unreadable_may_be_anything_but_valid() -> None:
    """A damaged file may be refused, found unsigned or found wrong; a valid signature in it is a failure."""
    vector = next(each for each in vectors().values() if each.outcome is Outcome.UNREADABLE)
    assert all(agrees(vector, Opinion.parse(text)) for text in ("unreadable", "unsigned", "/#0 invalid"))
    assert not agrees(vector, Opinion.parse("/#0 valid"))


def test_unsigned_is_neither_valid_nor_invalid() -> None:
    """Of an unsigned file nothing else may be said."""
    vector = vectors()["signatures-stripped"]
    assert agrees(vector, Opinion.parse("unsigned"))
    assert not any(agrees(vector, Opinion.parse(text)) for text in ("unreadable", "/#0 invalid", "/#0 valid"))


def test_departures_name_the_axis() -> None:
    """A wrong word on an axis other than integrity is a departure too."""
    vector = vectors()["creator-ct.sha256"]
    said = reference_verdicts(data("timestamp-added"), trust_of(vector))
    assert departures(vector, said) == [
        "creator-ct.sha256: time of /#0 is indeterminate, expected (<Status.ABSENT: 'absent'>,)"
    ]
    assert departures(vector, None) == ["creator-ct.sha256: unreadable, expected /#0 valid"]
    assert reference_verdicts(b"no instance at all", Trust()) is None


def test_acceptable_vectors_tell_whether_one_word_may_be_accept() -> None:
    """A product with one answer may accept what is open, and not what no reading calls valid."""
    assert vectors()["list-reversed"].may_accept
    assert not vectors()["un-listed"].may_accept
    assert not vectors()["signatures-stripped"].may_accept
    assert vectors()["creator-ct.sha256"].may_accept
    assert Expected("/0040a730[2]/", 1).name == "/0040a730[2]/#1"
    assert Status.VALID in Expected().trust
