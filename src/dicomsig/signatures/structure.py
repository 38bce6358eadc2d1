"""Whether a signature follows the macro, apart from whether its MAC is right (PS3.3 C.12.1.1.3)."""

from collections.abc import Iterator
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Item
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.naming import listed
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.signatures import attributes
from dicomsig.signatures.attributes import PARAMETERS_ATTRIBUTES, SIGNATURE_ATTRIBUTES, MacroAttribute
from dicomsig.signatures.datetimes import read_datetime
from dicomsig.signatures.macro import LONGEST_TAG_LIST, MacParameters, Signature
from dicomsig.signatures.verdict import Axis, Remark, SignatureReason, Status

_TERMS: Final = frozenset(MacAlgorithm)


def structure_remarks(instance: Instance, signature: Signature) -> Iterator[Remark]:
    """Everything in which a signature departs from the macro; warnings have the status ``valid``."""
    yield from _attributes(instance, signature.item, SIGNATURE_ATTRIBUTES)
    yield from _time(signature)
    yield from _purpose(signature)
    if _has_value(signature, attributes.TIMESTAMP) and not _has_value(signature, attributes.TIMESTAMP_TYPE):
        message = "there is a Certified Timestamp (0400,0310) without its type (0400,0305)"
        yield _broken(SignatureReason.TIMESTAMP_TYPE_MISSING, message)
    if not signature.parameters:
        number = "a MAC ID Number that cannot be read" if signature.mac_id is None else f"number {signature.mac_id}"
        message = f"no MAC Parameters item of the same data set bears {number}"
        yield _broken(SignatureReason.MAC_PARAMETERS_MISSING, message)
    elif len(signature.parameters) > 1:
        message = f"{len(signature.parameters)} MAC Parameters items of the data set bear number {signature.mac_id}"
        yield _broken(SignatureReason.MAC_PARAMETERS_AMBIGUOUS, message)
    for parameters in signature.parameters:
        yield from _attributes(instance, parameters.item, PARAMETERS_ATTRIBUTES)
        yield from _syntax(parameters)
        yield from _list(signature, parameters)


def _attributes(instance: Instance, item: Item, table: tuple[MacroAttribute, ...]) -> Iterator[Remark]:
    found = {element.tag: element for element in reversed(item.elements)}
    if len(found) < len(item.elements):
        yield from _repeated(item, table)
    for attribute in table:
        element = found.get(attribute.tag)
        if element is None:
            if attribute.required:
                yield _broken(SignatureReason.ELEMENT_MISSING, f"{_shown(attribute)} is missing", item.start)
            continue
        if element.vr != attribute.vr:
            message = f"{_shown(attribute)} has VR {element.vr}, not {attribute.vr}"
            yield _broken(SignatureReason.ELEMENT_VR, message, element.start)
        if attribute.vr == "SQ":
            continue
        if not element.length:
            if attribute.required:
                yield _broken(SignatureReason.ELEMENT_EMPTY, f"{_shown(attribute)} is empty", element.start)
        elif not _counts(instance, element.value, element.length, attribute):
            message = f"{_shown(attribute)} does not hold {'one value' if attribute.single else 'whole values'}"
            yield _broken(SignatureReason.ELEMENT_VALUES, message, element.start)


def _repeated(item: Item, table: tuple[MacroAttribute, ...]) -> Iterator[Remark]:
    """Of what stands twice another reader may take the other one: certificate and list are in no MAC (PS3.5 7.1)."""
    found = [element.tag for element in item.elements]
    for attribute in table:
        if found.count(attribute.tag) > 1:
            yield _broken(SignatureReason.ELEMENT_VALUES, f"{_shown(attribute)} stands more than once", item.start)


def _has_value(signature: Signature, tag: tags.Tag) -> bool:
    """An element of Type 3 without a value means the same as none (PS3.5 7.4.5)."""
    element = signature.element(tag)
    return element is not None and (element.length > 0 or element.fragments is not None)


def _shown(attribute: MacroAttribute) -> str:
    return f"{tags.format_tag(attribute.tag)} {attribute.keyword}"


def _counts(instance: Instance, start: int, length: int, attribute: MacroAttribute) -> bool:
    """The value has the number of values that PS3.6 registers."""
    match attribute.vr:
        case "US":
            return length == 2
        case "AT":
            return length % 4 == 0 and length <= LONGEST_TAG_LIST
        case "OB":
            return True
        case _:
            return b"\\" not in instance.source.read(start, min(length, 1024))


def _time(signature: Signature) -> Iterator[Remark]:
    if not signature.datetime_text:
        return
    time = read_datetime(signature.datetime_text)
    if not time.well_formed:
        yield _broken(SignatureReason.DATETIME_MALFORMED, "Digital Signature DateTime (0400,0105) is no DT value")
    elif not time.has_offset:
        message = "Digital Signature DateTime (0400,0105) does not state its offset from UTC"
        yield _broken(SignatureReason.DATETIME_WITHOUT_OFFSET, message)


def _purpose(signature: Signature) -> Iterator[Remark]:
    element = signature.element(attributes.PURPOSE)
    if element is None:
        return
    count = len(element.items or ())
    if count != 1:
        message = f"Digital Signature Purpose Code Sequence (0400,0401) has {count} items, not one"
        yield _broken(SignatureReason.PURPOSE_ITEMS, message, element.start)


def _syntax(parameters: MacParameters) -> Iterator[Remark]:
    if not parameters.syntax_uid:
        return
    syntax = transfer_syntax(parameters.syntax_uid)
    if not syntax.explicit or not syntax.little_endian:
        message = "the MAC transfer syntax is not explicit VR and little endian"
        yield _broken(SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN, message)
    elif syntax.deflated:
        message = "the MAC transfer syntax is the deflated one; the inflated bytes are hashed"
        yield Remark(SignatureReason.SYNTAX_DEFLATED, Axis.STRUCTURE, Status.VALID, message)


def _list(signature: Signature, parameters: MacParameters) -> Iterator[Remark]:
    """The list is ascending, names each tag once, none that may not be signed, none that is absent (A-08 to A-10)."""
    found = parameters.tag_list
    if not found.in_order:
        message = "Data Elements Signed (0400,0020) is not in ascending order"
        yield _broken(SignatureReason.TAG_LIST_UNORDERED, message)
    if found.repeated:
        yield _broken(SignatureReason.TAG_LIST_REPEATED, "Data Elements Signed (0400,0020) names a tag twice")
    if found.unsignable:
        message = f"Data Elements Signed names what is never signed: {listed(found.unsignable, tags.format_tag)}"
        yield _broken(SignatureReason.TAG_UNSIGNABLE, message)
    if not found.distinct <= signature.present:
        absent = tuple(tag for tag in found.listed if tag not in signature.present)
        message = f"Data Elements Signed names what the data set lacks: {listed(absent, tags.format_tag)}"
        yield _broken(SignatureReason.TAG_ABSENT, message)


def _broken(reason: SignatureReason, message: str, offset: int | None = None) -> Remark:
    return Remark(reason, Axis.STRUCTURE, Status.INVALID, message, offset)
