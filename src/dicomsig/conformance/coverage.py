"""Which of the elements that a profile wants signed are not, by the requirement that wants them (PS3.15 C.2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dicomsig.conformance.modules import Certainty, Due
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element
from dicomsig.signatures.signable import exclusion, unknown_within

_UIDS: Final = frozenset((tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID, 0x0020000D, 0x0020000E))
"""Of instance, study and series: never lawfully empty (Type 1)."""


@dataclass(slots=True)
class Coverage:
    """What one requirement wants signed in one instance: how many elements are, and those that are not, by ground.

    ``signed`` counts those that are or may be due, ``beyond`` those that only modules outside the IOD hold (A-35);
    ``unsignable`` elements have VR UN, or hold one, so that nobody may sign them (PS3.3 C.12.1.1.3.1.1). ``empty`` ones
    are there without a value: of Type 3 that means the same as none (PS3.5 7.4.5), and which types an IOD of which
    edition gives is not known here (A-37).
    """

    signed: int = 0
    beyond: int = 0
    missing: list[Due] = field(default_factory=list)
    unsignable: list[Due] = field(default_factory=list)
    empty: list[Due] = field(default_factory=list)
    uncertain: list[Due] = field(default_factory=list)
    outside: list[Due] = field(default_factory=list)

    @property
    def unsigned(self) -> bool:
        """Something that the requirement wants signed is not."""
        return bool(self.missing or self.unsignable or self.empty or self.uncertain or self.outside)


def coverage(
    due: Iterable[Due], listed: Collection[tags.Tag], by_tag: Mapping[tags.Tag, Element]
) -> Mapping[str, Coverage]:
    """The coverage of each requirement that wants an element of this instance signed."""
    found: dict[str, Coverage] = {}
    for each in due:
        of_row = found.get(each.requirement)
        if of_row is None:
            of_row = found[each.requirement] = Coverage()
        if each.tag in listed:
            if each.certainty is Certainty.OUTSIDE_IOD:
                of_row.beyond += 1
            else:
                of_row.signed += 1
        elif each.certainty is Certainty.UNCERTAIN:
            of_row.uncertain.append(each)
        elif each.certainty is not Certainty.DUE:
            of_row.outside.append(each)
        elif _unsignable(by_tag.get(each.tag)):
            of_row.unsignable.append(each)
        elif each.tag not in _UIDS and without_value(by_tag.get(each.tag)):
            of_row.empty.append(each)
        else:
            of_row.missing.append(each)
    return found


def without_value(element: Element | None) -> bool:
    """The element is there and has no value: no byte, or a sequence without items (PS3.5 7.4)."""
    if element is None:
        return False
    return not element.items if element.items is not None else not element.length and element.fragments is None


def _unsignable(element: Element | None) -> bool:
    return element is not None and (exclusion(element.tag) is not None or unknown_within(element) is not None)
