"""What no valid signature of an instance protects: a conforming signature may leave open what changes its meaning.

A signature protects the elements that it lists, and nothing else (PS3.3 C.12.1.1.3.1.1). Of the others those are named
that change identity or what is seen on a screen; nothing here is a fault of anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from dicomsig.conformance.views import JudgedInstance
from dicomsig.encoding.naming import listed, named
from dicomsig.encoding.tags import Tag
from dicomsig.signatures.signable import exclusion

__all__ = ["CODE", "Meaning", "Unprotected", "meanings_in", "nothing_holds", "unprotected"]

CODE: Final = "unprotected"
"""The code of the observation."""


class Meaning(StrEnum):
    """What a change of an element changes, in words for people who use images."""

    CONTENT = "the pixels or other content itself"
    PATIENT = "patient identity"
    STUDY = "study, series and instance identity"
    SIDE = "side and body part"
    PIXELS = "how pixels are read and coloured"
    RESCALE = "rescale and units"
    SPACING = "spacing and size"
    POSITION = "position and orientation"
    WINDOW = "window and lookup tables"
    CHARACTER_SET = "character set"
    OVERLAYS = "overlays and curves"
    PRESENTATION = "presentation and annotation"
    STATUS = "completion, verification and approval"


_ELEMENTS: Final[Mapping[Meaning, tuple[Tag, ...]]] = {
    Meaning.CONTENT: (
        *(0x7FE00010, 0x7FE00008, 0x7FE00009, 0x54000100, 0x00420011, 0x56000020),  # pixels, waveforms, documents
        *(0x0040A043, 0x0040A730),  # title and content of a report
        *(0x00620002, 0x00660002, 0x00660101, 0x006A0002),  # segments, surfaces, tracks, groups of annotations
        *(0x30060020, 0x30060039, 0x30060080, 0x30040050),  # structures, their contours and what they are, DVHs
        *(0x300A000E, 0x300A0010, 0x300A0070, 0x300A00B0, 0x300A03A2, 0x300A0230),  # prescription, fractions, beams
        *(0x30080020, 0x30080021, 0x30080110),  # treatment as it was delivered
    ),
    Meaning.PATIENT: (0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100040, 0x00101000, 0x00101002, 0x00101030),
    Meaning.STUDY: (0x00080016, 0x00080018, 0x00080020, 0x00080050, 0x0020000D, 0x0020000E, 0x00200010, 0x00200013),
    Meaning.SIDE: (0x00180015, 0x00185100, 0x00185101, 0x00200020, 0x00200060, 0x00200062, 0x00082218, 0x00540220),
    Meaning.PIXELS: (
        *(0x00280002, 0x00280004, 0x00280006, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103),
        *(0x00281101, 0x00281102, 0x00281103, 0x00281201, 0x00281202, 0x00281203, 0x00282000, 0x00280120),
    ),
    Meaning.RESCALE: (0x00281052, 0x00281053, 0x00281054, 0x00283000, 0x00409096, 0x00541001, 0x3004000E, 0x30040002),
    Meaning.SPACING: (
        *(0x00280030, 0x00181164, 0x00182010, 0x00180050, 0x00180088, 0x00280034, 0x00186011, 0x00181114),
        *(0x00280A02, 0x52009229, 0x52009230),
    ),
    Meaning.POSITION: (
        *(0x00200032, 0x00200037, 0x00200052, 0x00201041, 0x3004000C, 0x30060039, 0x52009229, 0x52009230),
        *(0x00700308, 0x00640002, 0x0070031C, 0x300A0180),  # registrations, fiducials, setup of the patient
    ),
    Meaning.WINDOW: (0x00281050, 0x00281051, 0x00281055, 0x00281056, 0x00283010, 0x00283110),
    Meaning.CHARACTER_SET: (0x00080005,),
    Meaning.PRESENTATION: (
        *(0x20500010, 0x20500020, 0x00700001, 0x0070005A, 0x00700041, 0x00700042, 0x00700060, 0x00181600, 0x00280301),
        *(0x00720200, 0x00720422, 0x00720424, 0x00282110, 0x00701201, 0x00401008),
    ),
    Meaning.STATUS: (0x0040A491, 0x0040A493, 0x0040A073, 0x0040A496, 0x300E0002),
}
_BY_TAG: Final = {
    tag: tuple(meaning for meaning, tags in _ELEMENTS.items() if tag in tags)
    for tag in {tag for tags in _ELEMENTS.values() for tag in tags}
}
_TELLING: Final = frozenset(_BY_TAG)
_OVERLAY_GROUPS: Final = range(0x6000, 0x6020, 2)
_CURVE_GROUPS: Final = range(0x5000, 0x5020, 2)
_FIRST_REPEATING: Final = 0x50000000
_NOTHING_HOLDS: Final = "no signature of the main data set holds, so that nothing is protected"
_MOST_KEPT: Final = 8192
"""Tags beyond which nothing is remembered for the next instance: memory stays bounded."""


@dataclass(frozen=True)
class Unprotected:
    """The present elements that could be signed and that no valid signature of an instance lists.

    ``number`` counts them; ``telling`` holds those that change meaning, by what they change, ``others`` the rest.
    ``valid`` counts the signatures of the main data set that hold.
    """

    number: int
    telling: tuple[tuple[Meaning, tuple[Tag, ...]], ...]
    others: tuple[Tag, ...]
    valid: int

    @cached_property
    def message(self) -> str:
        """One line with tags and names and without values; `meanings_in` finds the meanings in it."""
        if not self.valid:
            start = _NOTHING_HOLDS
        else:
            verb = "element is" if self.number == 1 else "elements are"
            start = f"{self.number} present {verb} protected by no valid signature"
        parts = [(str(meaning), tags) for meaning, tags in self.telling]
        if self.others:
            parts.append(("other elements" if parts else "namely", self.others))
        return start + "".join(f"; {what}: {listed(tags, named)}" for what, tags in parts)


def unprotected(whole: JudgedInstance) -> Unprotected | None:
    """What no valid signature protects; None where all that could be signed is.

    A sequence of which only an item is signed counts as not protected: its other items are not.
    """
    holding = [each.listed for each in whole.signatures if each.intact and each.in_main_data_set]
    covered = holding[0] if len(holding) == 1 else frozenset().union(*holding)
    found = _unprotected if len(whole.present) + len(covered) <= _MOST_KEPT else _unprotected.__wrapped__
    return found(whole.present, covered, len(holding))


def meanings_in(message: str) -> Iterator[Meaning]:
    """The meanings that a message names."""
    return (meaning for meaning in Meaning if f"; {meaning}: " in message)


def nothing_holds(message: str) -> bool:
    """Whether a message says that no signature of the main data set holds."""
    return message.startswith(_NOTHING_HOLDS)


@lru_cache(maxsize=64)
def _unprotected(present: frozenset[Tag], covered: frozenset[Tag], valid: int) -> Unprotected | None:
    """The instances of a series have the same tags, and their signatures the same lists."""
    free = [tag for tag in present - covered if exclusion(tag) is None]
    if not free:
        return None
    by_meaning: dict[Meaning, list[Tag]] = {}
    others: list[Tag] = []
    for tag in sorted(free):
        if tag in _TELLING:
            for meaning in _BY_TAG[tag]:
                by_meaning.setdefault(meaning, []).append(tag)
        elif tag >= _FIRST_REPEATING and (tag >> 16 in _OVERLAY_GROUPS or tag >> 16 in _CURVE_GROUPS):
            by_meaning.setdefault(Meaning.OVERLAYS, []).append(tag)
        else:
            others.append(tag)
    telling = tuple((meaning, tuple(by_meaning[meaning])) for meaning in Meaning if meaning in by_meaning)
    return Unprotected(len(free), telling, tuple(others), valid)
