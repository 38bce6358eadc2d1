"""The bytes that go into the MAC, as an iterator of buffers (PS3.3 C.12.1.1.3.1.2).

Explicit VR Little Endian is taken as it lies in the file, neighbours in one piece. Other syntaxes, and every rule set
but the standard's, go element by element. A buffer is good until the next is asked for.
"""

import struct
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item
from dicomsig.encoding.findings import EncodingReason
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.source import BLOCK, ByteSource
from dicomsig.encoding.vr import UNDEFINED_LENGTH, UNIT, swapped
from dicomsig.encoding.write import encode_header, encode_length, encode_tag
from dicomsig.signatures.attributes import CERTIFICATE, NOT_HASHED
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.signable import exclusion

Buffer = bytes | memoryview

_ITEM: Final = encode_tag(tags.ITEM)
_ITEM_DELIMITER: Final = encode_tag(tags.ITEM_DELIMITER)
_SEQUENCE_DELIMITER: Final = encode_tag(tags.SEQUENCE_DELIMITER)


class NotRebuildableError(Exception):
    """The encoding that was signed cannot be made from what is there; the message says of which element."""


def mac_stream(
    instance: Instance,
    data_set: Iterable[Element],
    listed: Collection[tags.Tag],
    signature_item: Item | None,
    rules: MacRules = STANDARD,
) -> Iterator[Buffer]:
    """The MAC input: listed elements of the data set in the order met, then the signature item's without four.

    ``listed`` should be a set. Excluded elements are skipped even when listed (A-10). Without a signature item the
    stream is that of a reference digest (PS3.3 C.17.2.1). Raises NotRebuildableError (see there), MalformedError when
    the file changes.
    """
    covered = [element for element in data_set if element.tag in listed and exclusion(element.tag) is None]
    return stream_over(instance, covered, signature_item, rules)


def stream_over(
    instance: Instance, covered: Iterable[Element], signature_item: Item | None, rules: MacRules = STANDARD
) -> Iterator[Buffer]:
    """The same for elements of which it is known that they are listed and may be signed."""
    left_out = NOT_HASHED - {CERTIFICATE} if rules.certificate else NOT_HASHED
    appended = (
        [element for element in signature_item.elements if element.tag not in left_out and _passes(element.tag, rules)]
        if signature_item is not None and rules.signature_item
        else []
    )
    if rules == STANDARD and _lies_as_hashed(instance):
        yield from _spans(instance.source, covered)
        yield from _spans(instance.source, appended)
        return
    encoder = _Encoder(instance, rules)
    yield from encoder.elements(covered)
    if rules.signature_item_tag:
        yield _ITEM
    yield from encoder.elements(appended)


def _passes(tag: tags.Tag, rules: MacRules) -> bool:
    """An element inside an item is hashed; group lengths and nested signatures only under mistaken rules."""
    if exclusion(tag) is None:
        return True
    if tags.is_group_length(tag):
        return rules.group_lengths
    return rules.nested_signatures and tag in (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)


def _lies_as_hashed(instance: Instance) -> bool:
    """The data set is Explicit VR Little Endian with zero reserved bytes, so that spans of it can be hashed."""
    syntax = instance.syntax
    return (
        syntax.explicit
        and syntax.little_endian
        and not instance.findings_dropped
        and all(finding.reason is not EncodingReason.RESERVED_BYTES for finding in instance.findings)
    )


def _spans(source: ByteSource, elements: Iterable[Element]) -> Iterator[Buffer]:
    """Elements as they lie, lengths of sequences, items and fragments left out."""
    start = end = -1
    for element in elements:
        if element.items is None and element.fragments is None:
            if element.start != end:
                if end > start:
                    yield from source.blocks(start, end)
                start = element.start
            end = element.value + element.length
            continue
        if end > start:
            yield from source.blocks(start, end)
        start = end = -1
        yield source.read(element.start, 6) + b"\0\0"
        for item in element.items or ():
            yield _ITEM
            yield from _spans(source, [inner for inner in item.elements if exclusion(inner.tag) is None])
        for fragment in element.fragments or ():
            yield _ITEM
            yield from source.blocks(fragment.value, fragment.value + fragment.length)
        yield _SEQUENCE_DELIMITER
    if end > start:
        yield from source.blocks(start, end)


class _Encoder:
    """Elements encoded anew in Explicit VR Little Endian, under any rules."""

    def __init__(self, instance: Instance, rules: MacRules) -> None:
        self._source = instance.source
        self._swaps = not instance.syntax.little_endian
        self._rules = rules

    def elements(self, elements: Iterable[Element]) -> Iterator[Buffer]:
        for element in elements:
            if element.items is not None:
                yield from self._sequence(element)
            elif element.fragments is not None:
                yield from self._fragments(element)
            else:
                yield from self._plain(element)

    def _plain(self, element: Element) -> Iterator[Buffer]:
        try:
            yield encode_header(element.tag, element.vr, element.length)
        except struct.error:
            message = (
                f"{tags.format_tag(element.tag)} has {element.length} bytes, too many for {element.vr} in explicit VR"
            )
            raise NotRebuildableError(message) from None
        if not self._swaps or element.vr not in UNIT:
            yield from self._source.blocks(element.value, element.value + element.length)
            return
        for start in range(element.value, element.value + element.length, BLOCK):
            length = min(BLOCK, element.value + element.length - start)
            yield swapped(element.vr, self._source.read(start, length))

    def _sequence(self, element: Element) -> Iterator[Buffer]:
        rules = self._rules
        yield self._opening(element, length=rules.sequence_length)
        for item in element.items or ():
            yield _ITEM
            if rules.item_length:
                yield encode_length(UNDEFINED_LENGTH if item.undefined else item.length)
            yield from self.elements([inner for inner in item.elements if _passes(inner.tag, rules)])
            if rules.item_delimiter:
                yield _ITEM_DELIMITER
        if rules.sequence_delimiter:
            yield _SEQUENCE_DELIMITER

    def _fragments(self, element: Element) -> Iterator[Buffer]:
        rules = self._rules
        yield self._opening(element, length=rules.fragments_length)
        for number, fragment in enumerate(element.fragments or ()):
            if number == 0 and not rules.offset_table:
                continue
            yield _ITEM
            if rules.fragment_length:
                yield encode_length(fragment.length)
            yield from self._source.blocks(fragment.value, fragment.value + fragment.length)
        yield _SEQUENCE_DELIMITER

    def _opening(self, element: Element, *, length: bool) -> bytes:
        header = encode_header(element.tag, element.vr, UNDEFINED_LENGTH if element.undefined else element.length)
        return header if length else header[:-4]
