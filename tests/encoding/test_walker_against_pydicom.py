"""The walker and pydicom see the same in the same bytes; damaged bytes give findings, never a traceback."""

import io
import os
import time
import tracemalloc
import warnings
import zlib
from collections.abc import Iterable, Iterator
from typing import Literal

import pydicom
import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from pydicom.dataelem import RawDataElement

from dicomsig.encoding.elements import Element
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.encoding.limits import Limits
from dicomsig.encoding.vr import padded
from dicomsig.signatures.verify import verify
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, encode_instance
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.samples import samples
from dicomsig.vectors.strategies import damaged, encoded_instances

BATCHES = int(os.environ.get("DICOMSIG_DAMAGED_BATCHES", "1"))
EXAMPLES = int(os.environ.get("DICOMSIG_DAMAGED_EXAMPLES", "1500"))
"""Ten batches of 10 000 are what was asked for once; they take a quarter of an hour."""

Seen = list[tuple[int, str, object]]


def examples(most: int) -> settings:
    return settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))


def walked(instance: Instance, elements: Iterable[Element]) -> Seen:
    """Tag, VR and value bytes as they lie, or the items."""
    seen: Seen = []
    for element in elements:
        if element.items is not None:
            seen.append((element.tag, element.vr, [walked(instance, item.elements) for item in element.items]))
        else:
            seen.append((element.tag, element.vr, instance.source.read(element.value, element.length)))
    return seen


def read_by_pydicom(data_set: pydicom.Dataset) -> Seen:
    return [(int(tag), *seen) for tag, seen in each(data_set)]


def each(data_set: pydicom.Dataset) -> Iterator[tuple[int, tuple[str, object]]]:
    for tag in sorted(data_set.keys()):
        raw = data_set.get_item(tag)
        vr = raw.VR if raw is not None and raw.VR is not None and len(raw.VR) == 2 else looked_up(tag)
        if vr == "SQ":
            yield tag, (vr, [read_by_pydicom(item) for item in data_set[tag].value])
        elif isinstance(raw, RawDataElement):
            yield tag, (vr, raw.value or b"")
        else:
            assert raw is not None
            yield tag, (vr, at_once(raw.value, "little" if data_set.original_encoding[1] else "big"))


def at_once(value: object, order: Literal["little", "big"]) -> bytes:
    """What pydicom decodes without being asked: empty values, Specific Character Set, Pixel Representation."""
    if isinstance(value, int):
        return value.to_bytes(2, order)
    texts = [value] if isinstance(value, str) else value or []
    assert isinstance(texts, list | pydicom.multival.MultiValue)
    return padded("CS", "\\".join(texts).encode())


def looked_up(tag: int) -> str:
    """The dictionary's VR as PS3.5 A.1 narrows it; group lengths are UL, private creators LO, other private ones UN."""
    group, number = tag >> 16, tag & 0xFFFF
    if number == 0:
        return "UL"
    if group & 1:
        return "LO" if 0x10 <= number <= 0xFF else "UN"
    vr = pydicom.datadict.dictionary_VR(tag) if pydicom.datadict.dictionary_has_tag(tag) else "UN"
    return "OW" if "OW" in vr else vr


def dcmread(data: bytes) -> pydicom.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(io.BytesIO(data))


@pytest.mark.slow
@examples(200)
@given(encoded_instances())
def test_generated_instances_read_the_same(made: tuple[DataSet, Form]) -> None:
    """Tags, VRs, items and value bytes are those that pydicom reads and those that were encoded (PS3.5 7)."""
    content, form = made
    data = encode_instance(content, form)
    instance = instance_of(data)
    assert walked(instance, instance.elements) == read_by_pydicom(dcmread(data))
    assert nodes_of(instance) == content
    assert instance.findings == ()


@pytest.mark.parametrize("name", instances())
def test_fixtures_read_the_same(name: str) -> None:
    """So are all fixtures; US or SS is as Pixel Representation says, which pydicom settles later."""
    data = instances()[name].build()
    instance = instance_of(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = read_by_pydicom(pydicom.dcmread(io.BytesIO(data), force=True))
    assert [settled(e) for e in theirs] == [settled(e) for e in walked(instance, instance.elements)]
    assert instance.findings == ()


def settled(seen: tuple[int, str, object]) -> tuple[int, str, object]:
    tag, vr, value = seen
    if isinstance(value, list):
        return tag, vr, [[settled(inner) for inner in item] for item in value]
    return tag, "US or SS" if looked_up(tag) == "US or SS" else vr, value


SMALL_SIGNED = [s.path.read_bytes() for s in samples() if s.path.stat().st_size < 16_000]
SMALL = [data for recipe in instances().values() if len(data := recipe.build()) < 8_000] + SMALL_SIGNED
SMALL_LIMITS = Limits(inflated=1 << 22, inflated_in_memory=1 << 16)
MOST_MEMORY = 24 << 20
"""Bytes: what inflates to the limit, and spans of it."""
PROVEN = (
    b"",
    bytes(132),
    bytes(128) + b"DICM",
    bytes(128) + b"DICM\2\0\0\0UL\4\0\0\0\0\0",
    bytes(128) + b"DICM\2\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99\x03\0",
)


def check_damaged(data: bytes) -> None:
    """Whatever is read ends in a MalformedError, or in spans within the data and verdicts; soon, in little memory."""
    traced = zlib.crc32(data) % 16 == 0  # tracing takes longer than reading
    if traced:
        tracemalloc.start()
    start = time.monotonic()
    try:
        instance = instance_of(data, SMALL_LIMITS)
        verdicts = list(verify(instance))
    except MalformedError as error:
        finding = error.finding
    else:
        finding = None
        for element in instance.elements:
            assert 0 <= element.start < element.value <= element.end <= instance.source.size
        assert all(str(verdict.integrity) in ("valid", "invalid", "indeterminate") for verdict in verdicts)
    if finding is not None:
        assert 0 <= finding.offset <= max(len(data), SMALL_LIMITS.inflated)
        assert finding.path.startswith("/")
        assert finding.message
    assert time.monotonic() - start < 2
    if traced:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_damaged_bytes_give_findings_only(batch: int) -> None:
    """Random and mutated bytes never give a traceback, take seconds or more memory than a few copies."""
    check = given(damaged(SMALL))(check_damaged)
    for data in PROVEN:
        check = example(data)(check)
    seed(batch)(examples(EXAMPLES)(check))()
