"""Whatever an archive gives back, it is compared in bounded time and memory, or the reading says why not."""

import time
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dicomsig.conformance.preservation.compare import compare
from dicomsig.conformance.preservation.differences import NEUTRAL, Kind
from dicomsig.conformance.preservation.evidence import RoundTrip
from dicomsig.conformance.preservation.judge import asked
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of, open_instance
from dicomsig.vectors.edits import edited, put
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.nodes import Form, Leaf, Sequence, encode_instance
from dicomsig.vectors.reading import nodes_of

SIGNED = encode_instance(signed(Forgery(base=nodes_of(instance_of(committed_path("sr").read_bytes())))), Form())
BEFORE = instance_of(SIGNED)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(SIGNED) - 1), st.binary(max_size=8), st.integers(0, 8)), max_size=4))
@example([(237, bytes(3), 3)])  # the end of the Transfer Syntax UID
def test_damaged_bytes_are_compared_or_refused(damages):
    """Bytes replaced, put in or taken out give differences or a reading error, never anything else."""
    data = SIGNED
    for place, inserted, removed in damages:
        data = data[:place] + inserted + data[place + removed :]
    try:
        after = instance_of(data)
    except MalformedError:
        return
    found = compare(BEFORE, after)
    if data == SIGNED:
        assert found.differences == ()
    for row in asked(RoundTrip(before=BEFORE, after=after)):
        assert row.finding is None or row.finding.answer
    for each in found:
        assert str(each)
        whole = each.kind in (*NEUTRAL, Kind.SYNTAX)  # of the file, at no byte of its own
        assert whole or each.before is not None or each.after is not None


def deep(depth, leaf):
    content = (leaf,)
    for _ in range(depth):
        content = (Sequence(0x0040A730, (content, (Leaf(0x0040A160, "UT", b"x "),))),)
    return content


def wide(text, count=8_000):
    return tuple((Leaf(0x0040A160, "UT", text.format(number).encode()),) for number in range(count))


SHAPES = {
    "many items in the opposite order": (wide("{:06}"), wide("{:06}")[::-1]),
    "many equal items": (wide("same"), wide("same")[:-1]),
    "many items that all changed": (wide("{:06}"), wide("{:07}x")),
    "deep items": ((deep(60, Leaf(0x0040A160, "UT", b"y ")),), (deep(60, Leaf(0x0040A160, "UT", b"z ")),)),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_many_and_deep_items_take_no_more_than_linear_time(shape):
    """Eight thousand items, or sixty levels of them, are compared in seconds."""
    base = nodes_of(instance_of(committed_path("ct").read_bytes()))
    one, other = (
        instance_of(encode_instance(edited(base, [put(Sequence(0x0040A730, items))]), Form()))
        for items in SHAPES[shape]
    )
    started = time.process_time()
    found = compare(one, other)
    assert time.process_time() - started < 3
    assert not found.identical
    assert len(found.differences) < 1000


def test_a_large_value_is_compared_in_little_memory(tmp_path):
    """Twenty-four megabytes on either side need a few."""
    base = nodes_of(instance_of(committed_path("ct").read_bytes()))
    size = 24 << 20
    paths = []
    for last in (b"\1\1", b"\1\2"):
        data = encode_instance(edited(base, [put(Leaf(0x7FE00010, "OW", bytes(size - 2) + last))]), Form())
        paths.append(tmp_path / f"{last[1]}.dcm")
        paths[-1].write_bytes(data)
        del data
    tracemalloc.start()
    with open_instance(paths[0]) as one, open_instance(paths[1]) as other:
        found = compare(one, other)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [each.kind for each in found] == ["value-changed"]
    assert peak < 8 << 20
