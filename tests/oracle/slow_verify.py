"""A DICOM digital signature, verified slowly and so plainly that it can be checked by eye (PS3.3 C.12.1.1.3).

This is a second implementation, for tests only. It shares nothing with the product: no code, no library for DICOM
data sets, no library for cryptography. `slow_reader` reads elements, `slow_rsa` checks the signature block; here are
the MAC byte stream and the judgement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import slow_rsa
from slow_reader import (
    DEFLATED,
    DIGITAL_SIGNATURES_SEQUENCE,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    LONG_VRS,
    MAC_PARAMETERS_SEQUENCE,
    SHORT_VRS,
    DataSet,
    Element,
    Unreadable,
    read,
)

__all__ = ["Opinion", "Unreadable", "mac_stream", "signatures"]

LENGTH_TO_END = 0x00080001
PIXEL_DATA = 0x7FE00010
MAC_ID_NUMBER = 0x04000005
MAC_CALCULATION_TRANSFER_SYNTAX_UID = 0x04000010
MAC_ALGORITHM = 0x04000015
DATA_ELEMENTS_SIGNED = 0x04000020
CERTIFICATE_OF_SIGNER = 0x04000115
SIGNATURE = 0x04000120
CERTIFIED_TIMESTAMP_TYPE = 0x04000305
CERTIFIED_TIMESTAMP = 0x04000310
ORIGINAL_ATTRIBUTES_SEQUENCE = 0x04000561

NOT_HASHED = {CERTIFICATE_OF_SIGNER, SIGNATURE, CERTIFIED_TIMESTAMP_TYPE, CERTIFIED_TIMESTAMP}
NATIVE = {EXPLICIT_LITTLE, "1.2.840.10008.1.2.1.99"}
ENCAPSULATED = {"1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1"}
ENCAPSULATED_FAMILY = "1.2.840.10008.1.2.4."  # JPEG and its successors, MPEG, HEVC

ITEM_HEADER = bytes.fromhex("feff00e0")
SEQUENCE_DELIMITER = bytes.fromhex("feffdde0")

Integrity = Literal["valid", "invalid", "indeterminate"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the signature at a place says of the bytes it covers."""

    place: str
    number: int
    integrity: Integrity
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """A signature item, and the data set that holds its sequence."""

    place: str
    number: int
    holder: DataSet
    signature: DataSet


@dataclass(frozen=True, slots=True)
class Parameters:
    """An item of the MAC Parameters Sequence (4FFE,0001), decoded."""

    transfer_syntax: str
    algorithm: str
    signed: frozenset[int]


class Undecided(Exception):  # noqa: N818 - it is no error: some signatures cannot be judged
    """The signature can neither be upheld nor refuted."""


def signatures(data: bytes) -> list[Opinion]:
    """One opinion a live signature, in the order of the file: those in items come before those of what holds the items.

    Empty when the instance is unsigned; raises Unreadable when the bytes cannot be parsed.
    """
    data_set, transfer_syntax = read(data)
    return [opinion(found, transfer_syntax) for found in search(data_set, "/")]


def mac_stream(data: bytes, place: str, number: int) -> bytes:
    """Exactly the bytes that are hashed for one signature (PS3.3 C.12.1.1.3.1.2).

    Raises Unreadable when the bytes cannot be parsed, or hold no such signature or no MAC parameters for it.
    """
    for found in search(read(data)[0], "/"):
        if (found.place, found.number) == (place, number):
            try:
                return stream(found, parameters_of(found).signed)
            except Undecided as reason:
                raise Unreadable(str(reason)) from reason
    raise Unreadable(f"no signature {place}#{number}")


def search(data_set: DataSet, place: str) -> Iterator[Found]:
    """Signatures may stand in any data set (PS3.3 C.12.1.1.3); those in Original Attributes Sequence are history."""
    for tag, element in data_set.items():
        if tag == ORIGINAL_ATTRIBUTES_SEQUENCE:
            continue
        for number, item in enumerate(element.items or ()):
            if tag == DIGITAL_SIGNATURES_SEQUENCE:
                yield Found(place, number, data_set, item)
            yield from search(item, f"{place}{tag:08x}[{number}]/")


# The MAC byte stream


def stream(found: Found, signed: frozenset[int]) -> bytes:
    """The signed elements of the data set, then the signature item without four of its elements."""
    out = b"".join(encoded(e) for tag, e in found.holder.items() if tag in signed and hashable(e))
    return out + b"".join(encoded(e) for tag, e in found.signature.items() if tag not in NOT_HASHED and hashable(e))


def encoded(element: Element) -> bytes:
    """One element as it is hashed (PS3.3 C.12.1.1.3.1.2, PS3.5 7.1.2)."""
    header = little(element.tag >> 16, 2) + little(element.tag & 0xFFFF, 2) + element.vr.encode()
    if element.items is not None:
        items = (ITEM_HEADER + b"".join(encoded(e) for e in item.values() if hashable(e)) for item in element.items)
        return header + b"\0\0" + b"".join(items) + SEQUENCE_DELIMITER
    if element.fragments is not None:
        return header + b"\0\0" + b"".join(ITEM_HEADER + part for part in element.fragments) + SEQUENCE_DELIMITER
    if element.vr in SHORT_VRS:
        return header + little(len(element.value), 2) + element.value
    return header + b"\0\0" + little(len(element.value), 4) + element.value


def little(number: int, size: int) -> bytes:
    return number.to_bytes(size, "little")


def hashable(element: Element) -> bool:
    """Some elements are in no list and no stream, at any depth (PS3.3 C.12.1.1.3.1.1)."""
    return not excluded(element.tag) and not holds_unknown(element)


def excluded(tag: int) -> bool:
    """Group lengths, Length to End, groups below 0008, signatures, their parameters, padding and delimiters."""
    group, number = tag >> 16, tag & 0xFFFF
    return (
        number == 0
        or group < 0x0008
        or group in (0xFFFA, 0xFFFC, 0xFFFE)
        or tag in (LENGTH_TO_END, MAC_PARAMETERS_SEQUENCE)
    )


def holds_unknown(element: Element) -> bool:
    """An element is UN, or a sequence with one inside; elements that are excluded anyway do not count."""
    if element.vr not in SHORT_VRS | LONG_VRS or element.vr == "UN":
        return True
    inside = (e for item in element.items or () for e in item.values())
    return any(holds_unknown(e) for e in inside if not excluded(e.tag))


# The judgement


def opinion(found: Found, transfer_syntax: str) -> Opinion:
    try:
        fault = fault_of(found, transfer_syntax)
    except Undecided as reason:
        return Opinion(found.place, found.number, "indeterminate", str(reason))
    if fault:
        return Opinion(found.place, found.number, "invalid", fault)
    return Opinion(found.place, found.number, "valid", "the digest is the signed one")


def fault_of(found: Found, transfer_syntax: str) -> str:
    """Why the signature does not hold, empty when it does; raises Undecided when that cannot be said."""
    parameters = parameters_of(found)
    if parameters.algorithm not in slow_rsa.DIGEST_INFO:
        raise Undecided(f"MAC Algorithm {parameters.algorithm!r} is not known")
    hashed = [e for tag, e in found.holder.items() if tag in parameters.signed and not excluded(tag)]
    hashed += [e for tag, e in found.signature.items() if tag not in NOT_HASHED and not excluded(tag)]
    for element in hashed:
        if holds_unknown(element):
            raise Undecided(f"signed element {element.tag:08x} is or holds UN")
    must_be_rebuildable(hashed, parameters.transfer_syntax, transfer_syntax)
    try:
        modulus, exponent = slow_rsa.rsa_key(value(found.signature, CERTIFICATE_OF_SIGNER))
    except slow_rsa.NoKey as reason:
        raise Undecided(str(reason)) from reason
    block = value(found.signature, SIGNATURE)
    return slow_rsa.signature_fault(block, parameters.algorithm, stream(found, parameters.signed), modulus, exponent)


def parameters_of(found: Found) -> Parameters:
    """MAC parameters are looked up in the data set of the signature; the first of equal numbers counts (A-18)."""
    number = value(found.signature, MAC_ID_NUMBER)
    sequence = found.holder.get(MAC_PARAMETERS_SEQUENCE)
    for item in (sequence.items if sequence is not None else None) or ():
        if MAC_ID_NUMBER in item and item[MAC_ID_NUMBER].value == number:
            tags = value(item, DATA_ELEMENTS_SIGNED)
            if len(tags) % 4:
                raise Undecided("Data Elements Signed is no list of tags")
            return Parameters(
                transfer_syntax=value(item, MAC_CALCULATION_TRANSFER_SYNTAX_UID).rstrip(b"\0 ").decode("latin-1"),
                algorithm=value(item, MAC_ALGORITHM).strip(b" ").decode("latin-1"),
                signed=frozenset(tag_at(tags, at) for at in range(0, len(tags), 4)),
            )
    raise Undecided("no MAC parameters with the MAC ID Number of the signature")


def tag_at(tags: bytes, at: int) -> int:
    """AT values are a group and an element number (PS3.5 6.2)."""
    return int.from_bytes(tags[at : at + 2], "little") << 16 | int.from_bytes(tags[at + 2 : at + 4], "little")


def value(data_set: DataSet, tag: int) -> bytes:
    """The value of an element that the judgement cannot do without."""
    if tag not in data_set or not data_set[tag].value:
        raise Undecided(f"element {tag:08x} is missing or empty")
    return data_set[tag].value


def must_be_rebuildable(hashed: list[Element], named: str, own: str) -> None:
    """Raises Undecided when the bytes of MAC transfer syntax `named` cannot be had from those of `own` (A-06, A-07)."""
    encapsulated = named in ENCAPSULATED or (named.startswith(ENCAPSULATED_FAMILY) and named not in DEFLATED)
    if named not in NATIVE and not encapsulated:
        names = {IMPLICIT_LITTLE: "Implicit VR Little Endian", EXPLICIT_BIG: "Explicit VR Big Endian"}
        raise Undecided(f"MAC transfer syntax {names.get(named, named)!r} has no explicit VR little endian stream")
    if named == own:
        return
    for element in elements_within(hashed):
        if named in NATIVE and element.fragments is not None:
            raise Undecided(f"signed uncompressed, but element {element.tag:08x} is encapsulated here")
        if named not in NATIVE and (element.tag == PIXEL_DATA or element.fragments is not None):
            raise Undecided(f"signed in transfer syntax {named}, but the pixel data stand here in {own}")


def elements_within(elements: list[Element]) -> Iterator[Element]:
    """These elements and all in their items."""
    for element in elements:
        yield element
        for item in element.items or ():
            yield from elements_within([e for e in item.values() if not excluded(e.tag)])
