"""The VR of an element in Implicit VR: from the dictionary, private dictionary and the dependent rules (PS3.5 A.1)."""

from collections.abc import Callable
from functools import lru_cache

from dicomsig.encoding import tags
from dicomsig.encoding.source import ByteSource
from dicomsig.encoding.vr import UNDEFINED_LENGTH

_UNSIGNED, _SIGNED = "US", "SS"
_US_OR_SS = "US or SS"
_OTHER_WORD = frozenset(("OB or OW", "US or OW", "US or SS or OW"))
"""Pixel, overlay, LUT, curve and waveform data: in Implicit VR all of them are OW (PS3.5 A.1)."""
_ITEM_TAG = b"\xfe\xff\x00\xe0"
_BEFORE_SQ = {0x006862F0: "FD", 0x00760034: "CS"}
"""What elements were before PS3.6 made sequences of them, in 2013 still."""


@lru_cache(maxsize=65536)
def dictionary_vr(tag: tags.Tag) -> str:
    """The VR that PS3.6 registers for a standard tag; ``UN`` when it registers none; ambiguous ones as printed."""
    if tags.is_group_length(tag):
        return "UL"
    return _lookup()(tag)


@lru_cache(maxsize=65536)
def private_vr(tag: tags.Tag, creator: str) -> str:
    """The VR of a private element in the library's private dictionary; ``UN`` when it is not there."""
    from pydicom.datadict import private_dictionary_VR

    try:
        return private_dictionary_VR(tag, creator)
    except KeyError:
        return "UN"


@lru_cache(maxsize=1)
def _lookup() -> Callable[[int], str]:
    from pydicom.datadict import dictionary_VR

    def look_up(tag: int) -> str:
        try:
            return dictionary_VR(tag)
        except KeyError:
            return "UN"

    return look_up


class ImplicitScope:
    """What one data set in Implicit VR has said so far about the VRs in it, and what it inherits from around it.

    ``assumed`` is shared with every item within: it turns true when a VR hung on a Pixel Representation not yet met.
    """

    def __init__(self, parent: "ImplicitScope | None" = None, *, pixel_representation: int | None = None) -> None:
        self._inherited = parent.pixel_representation if parent is not None else pixel_representation
        self._own: int | None = None
        self._creators: dict[int, str] = {}
        self._root: ImplicitScope = parent._root if parent is not None else self
        self.assumed = False

    @property
    def pixel_representation(self) -> int | None:
        """0 for unsigned, 1 for signed, None while unknown: own value, else that of the data set around."""
        return self._own if self._own is not None else self._inherited

    def wants(self, tag: tags.Tag) -> bool:
        """The value of this element decides on the VR of others."""
        return tag == tags.PIXEL_REPRESENTATION or (tag >> 16 & 1 == 1 and 0x10 <= tag & 0xFFFF <= 0xFF)

    def remember(self, tag: tags.Tag, value: bytes) -> None:
        """Take the value of an element that ``wants`` asked for."""
        if tag == tags.PIXEL_REPRESENTATION:
            self._own = int.from_bytes(value[:2], "little") & 1
        else:
            block = tag & 0xFFFF0000 | (tag & 0xFF) << 8
            self._creators[block] = value.decode("latin-1").rstrip(" \0")

    def vr_at(self, tag: tags.Tag, source: ByteSource, value: int, length: int) -> str:
        """The VR of an element, unless its value belies what a dictionary says of it: then ``UN``, or the former VR.

        Private dictionaries are hearsay: a value without items is no sequence, one of undefined length nothing else
        (PS3.5 7.5).
        """
        vr = self.vr_of(tag)
        if vr == "SQ":
            if (tags.is_private(tag) or tag in _BEFORE_SQ) and length not in (0, UNDEFINED_LENGTH):
                start = source.read(value, max(min(len(_ITEM_TAG), length, source.size - value), 0))
                return vr if start == _ITEM_TAG else _BEFORE_SQ.get(tag, "UN")
        elif length == UNDEFINED_LENGTH and tags.is_private(tag):
            return "UN"
        return vr

    def vr_of(self, tag: tags.Tag) -> str:
        """The VR of an element of this data set; ``UN`` when nobody knows it."""
        if tag >> 16 & 1:
            return self._private(tag)
        vr = dictionary_vr(tag)
        if len(vr) == 2:
            return vr
        if vr == _US_OR_SS:
            representation = self.pixel_representation
            if representation is None:
                self._root.assumed = True
            return _SIGNED if representation == 1 else _UNSIGNED
        return "OW" if vr in _OTHER_WORD else "UN"

    def _private(self, tag: tags.Tag) -> str:
        number = tag & 0xFFFF
        if number == 0:
            return "UL"
        if 0x10 <= number <= 0xFF:
            return "LO"
        creator = self._creators.get(tag & 0xFFFFFF00)
        return private_vr(tag, creator) if creator is not None else "UN"
