"""Which instances are reports, whether they are verified, and the stated purpose of a signature (PS3.15 C.4)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dicomsig.conformance.module_tables import iod_modules, iod_of
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import Instance, plain_text
from dicomsig.encoding.tags import Tag

__all__ = ["OBSERVERS", "VERIFICATION_FLAG", "Purpose", "is_report", "is_verified", "purpose_in", "states_a_purpose"]

VERIFICATION_FLAG: Final[Tag] = 0x0040A493
OBSERVERS: Final[Tag] = 0x0040A073
"""Verifying Observer Sequence."""

PURPOSE_SCHEME: Final = "ASTM-sigpurpose"
_VERIFICATION: Final = "5"
_REPORTS: Final = "1.2.840.10008.5.1.4.1.1.88."
_VALUE, _DESIGNATOR, _DESIGNATOR_UID, _CONTEXT, _CONTEXT_UID = (
    0x00080100,
    0x00080102,
    0x0008010C,
    0x0008010F,
    0x00080117,
)
_LONG_VALUE, _URN_VALUE = 0x00080119, 0x00080120


@dataclass(frozen=True, slots=True)
class Purpose:
    """The code of a purpose with its scheme and the context group that it names; what is not there is empty."""

    value: str
    scheme: str
    scheme_uid: str
    context: str
    context_uid: str

    @property
    def is_verification(self) -> bool:
        """The code is 5 of ASTM-sigpurpose; meanings vary and are never compared (PS3.15 C.4, A-23)."""
        return self.value == _VERIFICATION and self.scheme == PURPOSE_SCHEME


@lru_cache(maxsize=256)
def is_report(sop_class_uid: str) -> bool:
    """The SOP Class is a structured report or key object selection, for which PS3.15 C.4 is made (A-24)."""
    iod = iod_of(sop_class_uid)
    return sop_class_uid.startswith(_REPORTS) if iod is None else "SR Document Content" in iod_modules(iod)


def is_verified(instance: Instance) -> bool:
    """Verification Flag (0040,A493) of the main data set is VERIFIED (PS3.3 C.17.2)."""
    return instance.text(VERIFICATION_FLAG) == "VERIFIED"


def purpose_in(instance: Instance, sequence: Element | None) -> Purpose | None:
    """The one purpose in Digital Signature Purpose Code Sequence (0400,0401); None without one, or with several."""
    if sequence is None or sequence.items is None or len(sequence.items) != 1:
        return None
    texts = []
    for tag in (_VALUE, _DESIGNATOR, _DESIGNATOR_UID, _CONTEXT, _CONTEXT_UID):
        element = find(sequence.items[0].elements, tag)
        texts.append("" if element is None else plain_text(instance.value(element, 256)))
    return Purpose(*texts)


def states_a_purpose(sequence: Element | None) -> bool:
    """An item of the sequence holds a code, in any of the forms of PS3.3 8.8."""
    if sequence is None:
        return False
    return any(
        element.length > 0 and element.tag in (_VALUE, _LONG_VALUE, _URN_VALUE)
        for item in sequence.items or ()
        for element in item.elements
    )
