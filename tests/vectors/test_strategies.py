"""Drawn instances are what they are said to be: two verifiers and pydicom agree."""

import io

import pydicom
import pytest
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st
from pydicom import config
from pydicom.valuerep import validate_value

import slow_verify
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.verify import verify
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.strategies.breaking_item import ITEM_CHANGES
from dicomsig.vectors.strategies.cases import count_elements, fuzz_cases
from dicomsig.vectors.strategies.change import Kind
from dicomsig.vectors.strategies.preserving import PRESERVING
from dicomsig.vectors.strategies.signed import signed_instance
from dicomsig.vectors.vector import Outcome


def examples(most: int) -> settings:
    return settings(max_examples=most, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def allowed(change):
    """The integrity that a change leaves to each signature."""
    return {(each.place, each.number): each.integrity for each in change.expected}


def integrity(data):
    """By our verifier."""
    return {(v.place, v.number): v.integrity for v in verify(instance_of(data))}


def second_opinion(data):
    """By the slow one, which shares no code with ours."""
    return {(each.place, each.number): each.integrity for each in slow_verify.signatures(data)}


def assert_agreed(change):
    expected = allowed(change)
    for said in (integrity(change.data), second_opinion(change.data)):
        assert said.keys() == expected.keys(), change.words
        assert all(said[key] in expected[key] for key in said), change.words


@seed(1)
@examples(30)
@given(fuzz_cases())
def test_construction_and_both_verifiers_agree(case):
    """Untouched instances hold, rewritten ones hold still, and of changed ones exactly the signatures that say so."""
    assert set(allowed(case.untouched).values()) == {("valid",)}
    assert_agreed(case.untouched)
    if case.kind is not Kind.DAMAGE:
        assert case.data != case.twin
        assert_agreed(case.change)
        assert (case.change.outcome is Outcome.VALID) == (case.kind is Kind.PRESERVING)


@pytest.mark.slow
def test_every_way_to_change_is_taken_and_agreed():
    """Each way to rewrite, and each way to change an item of the macro, leads to what it says it does."""
    ways = {**PRESERVING, **ITEM_CHANGES}
    missing = set(ways)

    @seed(2)
    @examples(60)
    @given(st.data())
    def changes(data):
        made = signed_instance(data.draw)
        for name, way in ways.items():
            change = way(data.draw, made)
            if change is not None and name in missing:
                assert_agreed(change)
                missing.discard(name)

    changes()
    assert not missing


@seed(3)
@examples(30)
@given(fuzz_cases())
def test_what_is_drawn_is_lawful(case):
    """Pydicom finds nothing wrong with any value of an untouched instance (PS3.5 6.2)."""
    for vr, value in values(pydicom.dcmread(io.BytesIO(case.twin))):
        validate_value(vr, value, config.RAISE)


def values(data_set):
    """Every text in it, with its VR."""
    for element in data_set:
        if element.VR == "SQ":
            for item in element.value:
                yield from values(item)
        elif element.VM:
            several = element.value if element.VM > 1 else [element.value]
            yield from ((element.VR, str(each)) for each in several if element.VR in TEXTS)


TEXTS = ("AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UI", "UR")


def test_pydicom_would_find_what_is_unlawful():
    """A date that is none is refused, so that the test above is no idle one."""
    with pytest.raises(ValueError, match="DA"):
        validate_value("DA", "20249999", config.RAISE)


def test_the_smallest_case_has_nothing_to_spare():
    """Hypothesis makes a case smaller until nothing is left but the UIDs and the macro."""
    case = find(fuzz_cases(), lambda _: True, settings=settings(examples(1), derandomize=True))
    assert case.elements == count_elements(nodes_of(instance_of(case.twin))) == 0
    assert len(case.made.layers) == 1
