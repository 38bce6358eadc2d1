"""What the signed content of one signature consists of, seen in one pass (PS3.3 C.12.1.1.3.1.1).

A check acquits a rule only where the thing that the rule speaks of was signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element
from dicomsig.encoding.source import ByteSource
from dicomsig.signatures.signable import exclusion

TEXT: Final = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT")) | frozenset(
    ("PN", "SH", "ST", "TM", "UC", "UR", "UT")
)
"""VRs whose odd values get a space (PS3.5 6.2)."""

_PADDED: Final = TEXT | {"UI"}
_LUT_DATA: Final = 0x00283006
_DESCRIPTORS: Final = frozenset((0x00281101, 0x00281102, 0x00281103, 0x00281111, 0x00281112, 0x00281113, 0x00283002))
_KEPT = 6
"""Places kept of each kind: a message names no more."""


@dataclass(slots=True)
class SignedContent:
    """What occurs in the elements that went into the MAC, at every depth; paths are those of the first few places.

    ``text_padded`` and ``uid_padded`` say that a value ends in the pad byte of its kind; the lists beside them name
    those that end in the wrong one or have an odd length (PS3.5 6.2). ``hearsay`` says that only a dictionary names
    the VR of private elements, and nothing proves it: how they are padded is not judged (A-03).
    """

    hearsay: bool = False
    vrs: set[str] = field(default_factory=set)
    plain: bool = False
    items: bool = False
    filled_item: bool = False
    empty_item: bool = False
    empty_sequence: bool = False
    group_length: bool = False
    nested_signature: bool = False
    nested_pixels: bool = False
    private: bool = False
    text_padded: bool = False
    text_wrong: list[str] = field(default_factory=list)
    uid_padded: bool = False
    uid_wrong: list[str] = field(default_factory=list)
    bytes_odd: list[str] = field(default_factory=list)
    encapsulated: list[tuple[str, Element]] = field(default_factory=list)
    overlay_vrs: set[str] = field(default_factory=set)
    lut_vrs: set[str] = field(default_factory=set)
    descriptor_vrs: set[str] = field(default_factory=set)

    @property
    def sequences(self) -> bool:
        """A sequence was signed."""
        return "SQ" in self.vrs

    def take(self, source: ByteSource, elements: Iterable[Element], path: str, *, nested: bool = False) -> None:
        """Look at elements that are hashed and at everything in them that is."""
        vrs = self.vrs
        for element in elements:
            tag, vr = element.tag, element.vr
            if nested and exclusion(tag) is not None:
                self._excluded(tag)
                continue
            vrs.add(vr)
            if element.items is not None:
                self._sequence(source, element, path)
            elif element.fragments is not None:
                self.encapsulated.append((path, element))
            else:
                self.plain = True
                if vr in _PADDED:
                    self._padding(source, element, path)
                elif element.length & 1 and vr == "OB":
                    _keep(self.bytes_odd, path, tag)
                if tag >> 24 in (0x00, 0x60):
                    self._chosen_vr(tag, vr)
            if tag >> 16 & 1:
                self.private |= vr != "UN" and tag & 0xFFFF > 0xFF
            elif tag == tags.PIXEL_DATA and nested:
                self.nested_pixels = True

    def take_padding(self, source: ByteSource, elements: Iterable[Element], path: str) -> None:
        """Look at the padding alone, for the items of the macro."""
        for element in elements:
            if element.vr in _PADDED:
                self._padding(source, element, path)
            elif element.vr == "OB" and element.length & 1:
                _keep(self.bytes_odd, path, element.tag)

    def _sequence(self, source: ByteSource, element: Element, path: str) -> None:
        if not element.items:
            self.empty_sequence = True
            return
        self.items = True
        for index, item in enumerate(element.items):
            if item.elements:
                self.filled_item = True
                self.take(source, item.elements, path + tags.format_step(element.tag, index), nested=True)
            else:
                self.empty_item = True

    def _excluded(self, tag: tags.Tag) -> None:
        if tags.is_group_length(tag):
            self.group_length = True
        elif tag in (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES):
            self.nested_signature = True

    def _padding(self, source: ByteSource, element: Element, path: str) -> None:
        private = tags.is_private(element.tag) and element.tag & 0xFFFF > 0xFF
        if not element.length or (private and self.hearsay):
            return
        last = source.read(element.value + element.length - 1, 1)
        if element.vr == "UI":
            ending = source.read(element.value + max(element.length - 2, 0), min(element.length, 2))
            if element.length & 1 or last == b" " or ending == b"\0\0":
                _keep(self.uid_wrong, path, element.tag)
            elif last == b"\0":
                self.uid_padded = True
        elif element.length & 1 or last == b"\0":
            _keep(self.text_wrong, path, element.tag)
        elif last == b" ":
            self.text_padded = True

    def _chosen_vr(self, tag: tags.Tag, vr: str) -> None:
        """Several VRs are lawful for these elements (PS3.5 A.2)."""
        if tag == _LUT_DATA:
            self.lut_vrs.add(vr)
        elif tag in _DESCRIPTORS:
            self.descriptor_vrs.add(vr)
        elif tag & 0xFF01FFFF == 0x60003000:
            self.overlay_vrs.add(vr)


def _keep(places: list[str], path: str, tag: tags.Tag) -> None:
    if len(places) < _KEPT:
        places.append(path + tags.format_tag(tag))
