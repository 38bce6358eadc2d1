"""Runs of headers that were met before change nothing of what a walk finds."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.runs import Runs
from dicomsig.encoding.source import BytesSource
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN
from dicomsig.encoding.walker import Walker

_HEADER = struct.Struct("<HH2sH")
_TAGS = st.sampled_from([0x00080005, 0x00080016, 0x00080018, 0x00080060, 0x00100010, 0x00100020, 0x00200013])
_ELEMENTS = st.tuples(_TAGS, st.sampled_from(["UI", "LO", "DS"]), st.integers(0, 5))
_DATA_SETS = st.lists(_ELEMENTS, max_size=9)


def _encoded(elements: list[tuple[int, str, int]]) -> bytes:
    return b"".join(_HEADER.pack(t >> 16, t & 0xFFFF, vr.encode(), n) + b"1" * n for t, vr, n in elements)


def _walked(data: bytes, runs: Runs) -> object:
    walker = Walker(BytesSource(data), EXPLICIT_LITTLE_ENDIAN)
    walker._runs = runs
    try:
        return walker.data_set(0, len(data)), walker.findings
    except MalformedError as error:
        return error.finding


@given(st.lists(_DATA_SETS, min_size=1, max_size=6), st.integers(0, 9))
def test_a_walk_finds_the_same_whatever_was_met_before(met: list[list[tuple[int, str, int]]], cut: int) -> None:
    """Elements, findings and the end by an error are those of a walk that knows no runs, for whole and cut data."""
    known = Runs(_HEADER)
    for elements in [*met, *met]:
        whole = _encoded(elements)
        for data in (whole, whole[: len(whole) - cut]):
            assert _walked(data, known) == _walked(data, Runs(_HEADER))


def test_a_second_file_is_known_as_far_as_it_is_the_same() -> None:
    """Of a file that differs in one length, only the element with the other length is new."""
    elements = [(0x00080005, "LO", 4), (0x00080016, "UI", 8), (0x00080018, "UI", 6), (0x00100010, "LO", 2)]
    runs = Runs(_HEADER)
    first = _encoded(elements)
    _walked(first, runs)
    elements[2] = (0x00080018, "UI", 10)
    walker = Walker(BytesSource(_encoded(elements)), EXPLICIT_LITTLE_ENDIAN)
    walker._runs = runs
    found = walker.data_set(0, len(_encoded(elements)))
    assert [element.tag for element in found] == [tag for tag, _, _ in elements]
    assert [element.tag for element in walker._fresh] == [0x00080018, 0x00100010]


def test_runs_are_forgotten_before_they_fill_the_memory() -> None:
    """However many different headers strangers send, no more than a bounded number of runs is kept."""
    runs = Runs(_HEADER)
    for number in range(3000):
        _walked(_encoded([(0x00090000 + number, "LO", 2)]), runs)
    assert 0 < len(runs.by_header) <= 1024
