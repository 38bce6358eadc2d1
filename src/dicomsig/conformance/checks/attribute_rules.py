"""Type 1, VR and number of values of the elements of the macro (PS3.3 Table C.12-6, PS3.6)."""

from functools import lru_cache

from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, Item, find
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.vr import KNOWN
from dicomsig.signatures.attributes import MacroAttribute
from dicomsig.signatures.verdict import SignatureReason


def attribute_finding(instance: Instance, item: Item, attribute: MacroAttribute) -> Finding:
    """Whether an item has an element of Type 1 with the VR and the number of values that PS3.6 registers."""
    element = find(item.elements, attribute.tag)
    if element is None:
        return Finding.broken(SignatureReason.ELEMENT_MISSING, expected=_expected(attribute), found="it is missing")
    if not element.length:
        return Finding.broken(SignatureReason.ELEMENT_EMPTY, expected=_expected(attribute), found="it is empty")
    return registry_finding(instance, element, attribute)


def registry_finding(instance: Instance, element: Element, attribute: MacroAttribute) -> Finding:
    """Whether an element has the VR and the number of values that PS3.6 registers; an empty one has no number."""
    if element.vr != attribute.vr:
        found = f"VR {element.vr}" if element.vr in KNOWN else "a VR that is not known"
        return Finding.broken(SignatureReason.ELEMENT_VR, expected=_expected(attribute), found=found)
    if attribute.vr == "SQ" or _counts(instance, element, attribute):
        return HOLDS
    found = "more than one value" if attribute.vr != "AT" else "no whole number of values"
    return Finding.broken(SignatureReason.ELEMENT_VALUES, expected=_expected(attribute), found=found)


@lru_cache(maxsize=64)
def _expected(attribute: MacroAttribute) -> str:
    values = "one value" if attribute.single else "one value or more"
    shown = f"{attribute.keyword} {tags.format_tag(attribute.tag)}"
    return f"{shown} with VR {attribute.vr}" + ("" if attribute.vr == "SQ" else f" and {values}")


def _counts(instance: Instance, element: Element, attribute: MacroAttribute) -> bool:
    match attribute.vr:
        case "US":
            return element.length in (0, 2)
        case "AT":
            return element.length % 4 == 0
        case "OB":
            return True
        case _:
            return b"\\" not in instance.value(element, 1024)
