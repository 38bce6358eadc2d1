"""Instances that are cut at every boundary, and lengths that lie (PS3.5 7.1.2)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.tags import Tag
from dicomsig.signatures import attributes
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.nodes import data_set
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.values import tag_of
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import Signed, vector

_UNSIGNED: Final = MACRO + "unsigned-is-not-verified"
_PATH = tuple[Tag, ...]
_PARAMETERS_ITEM: Final = tuple(each.tag for each in attributes.PARAMETERS_ATTRIBUTES)
_SIGNATURE_ITEM: Final = tuple(each.tag for each in attributes.SIGNATURE_ATTRIBUTES if each.tag <= attributes.SIGNATURE)


def _paths() -> Iterator[_PATH]:
    """The elements of a small signed instance: those of the data set, then those of the two items of the macro."""
    content = {node.tag for node in data_set(raw_data_set("keys"))}
    for tag in sorted({*content, tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES}):
        yield (tag,)
    yield from ((tags.MAC_PARAMETERS, tag) for tag in _PARAMETERS_ITEM)
    yield from ((tags.DIGITAL_SIGNATURES, tag) for tag in _SIGNATURE_ITEM)


def _element(data: bytes, path: _PATH) -> Element:
    elements = instance_of(data).elements
    for tag in path[:-1]:
        elements = next((e.items or ())[0].elements for e in elements if e.tag == tag)
    return next(e for e in elements if e.tag == path[-1])


def _cut(path: _PATH, where: Callable[[Element], int], twin: Signed) -> bytes:
    return twin.data[: where(_element(twin.data, path))]


_CUTS: tuple[tuple[str, str, Callable[[Element], int]], ...] = (
    ("before", "before", lambda e: e.start),
    ("in-tag", "in the tag of", lambda e: e.start + 2),
    ("in-header", "in the length of", lambda e: e.value - 1),
    ("in-value", "in the value of", lambda e: e.value + max(e.length, 2) // 2),
)

for _path in _paths():
    for _name, _what, _where in _CUTS:
        _whole = _name == "before" and len(_path) == 1
        if _name == "in-value" and _path[-1] in (tag_of("AcquisitionContextSequence"), tag_of("Laterality")):
            continue
        vector(
            f"truncated-{_name}.{'-'.join(f'{tag:08x}' for tag in _path)}",
            "key-rsa-2048",
            Outcome.UNSIGNED if _whole else Outcome.UNREADABLE,
            requirements=(_UNSIGNED,),
            title=f"The file ends {_what} {' in '.join(map(tags.format_tag, reversed(_path)))}",
            family="truncated",
        )(partial(_cut, _path, _where))


def _first(count: int, twin: Signed) -> bytes:
    return twin.data[:count]


for _count, _what in (
    (0, "The file is empty"),
    (1, "The file is one byte long"),
    (100, "The file ends in the preamble"),
    (130, "The file ends in the prefix DICM"),
    (140, "The file ends in the header of the first element of File Meta Information"),
    (150, "The file ends in File Meta Information"),
):
    vector(
        f"truncated-file.{_count:03d}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=(_UNSIGNED,),
        title=_what,
        family="truncated",
    )(partial(_first, _count))


def _with_length(path: _PATH, length: int, twin: Signed) -> bytes:
    """The length field of an element with a header of 8 or 12 bytes says something else."""
    found = _element(twin.data, path)
    size = 2 if found.value - found.start == 8 else 4
    return twin.data[: found.value - size] + length.to_bytes(size, "little") + twin.data[found.value :]


_LIES: tuple[tuple[str, str, _PATH, int], ...] = (
    (
        "signature-too-long",
        "Signature (0400,0120) claims 2 GB",
        (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE),
        0x7FFFFFFE,
    ),
    (
        "signature-slightly-too-long",
        "Signature (0400,0120) claims two bytes too many",
        (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE),
        258,
    ),
    (
        "certificate-too-long",
        "Certificate of Signer (0400,0115) claims 4 GB",
        (tags.DIGITAL_SIGNATURES, attributes.CERTIFICATE),
        0xFFFFFFFE,
    ),
    (
        "certificate-too-short",
        "Certificate of Signer (0400,0115) claims two bytes",
        (tags.DIGITAL_SIGNATURES, attributes.CERTIFICATE),
        2,
    ),
    (
        "signatures-too-long",
        "Digital Signatures Sequence (FFFA,FFFA) claims 4 GB",
        (tags.DIGITAL_SIGNATURES,),
        0xFFFFFFFE,
    ),
    (
        "parameters-too-long",
        "MAC Parameters Sequence (4FFE,0001) claims two bytes too many",
        (tags.MAC_PARAMETERS,),
        0xFFFE,
    ),
    (
        "tag-list-too-long",
        "Data Elements Signed (0400,0020) claims 64 KB",
        (tags.MAC_PARAMETERS, attributes.DATA_ELEMENTS_SIGNED),
        0xFFFC,
    ),
    ("value-too-long", "Manufacturer (0008,0070) claims 64 KB", (tag_of("Manufacturer"),), 0xFFFE),
    ("value-too-short", "Manufacturer (0008,0070) claims two bytes", (tag_of("Manufacturer"),), 2),
    ("empty-sequence-too-long", "An empty sequence claims eight bytes", (tag_of("AcquisitionContextSequence"),), 8),
    ("sequence-never-closed", "A sequence of undefined length is never closed", (tags.DIGITAL_SIGNATURES,), 0xFFFFFFFF),
    (
        "text-of-undefined-length",
        "A text has an undefined length",
        (tags.DIGITAL_SIGNATURES, attributes.SIGNATURE),
        0xFFFFFFFF,
    ),
)

for _name, _title, _path, _length in _LIES:
    vector(
        f"lying-length.{_name}",
        "key-rsa-2048",
        Outcome.UNREADABLE,
        requirements=(_UNSIGNED, "ps3.5-7.1.2-short-and-long-headers"),
        title=_title,
        family="truncated",
    )(partial(_with_length, _path, _length))
