"""Archives that give instances back in other transfer syntaxes, rightly, or that are wrong in one of them (PS3.5 A)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from dicomsig.encoding.syntaxes import (
    DEFLATED_UID,
    EXPLICIT_BIG_ENDIAN_UID,
    EXPLICIT_LITTLE_ENDIAN_UID,
    IMPLICIT_LITTLE_ENDIAN_UID,
    transfer_syntax,
)
from dicomsig.impostors.archives.base import ClaimingArchive, changed, each_leaf, recoded
from dicomsig.impostors.archives.coercion import with_value
from dicomsig.systems.embedded_archive import GivingBack, Stored
from dicomsig.vectors.nodes import DataSet, Leaf

_VALUES: Final = "ps3.15-a.3-values-bit-identical"
_MODALITY: Final = 0x00080060
_NATIVE: Final = (EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID, EXPLICIT_BIG_ENDIAN_UID, DEFLATED_UID)
_WORDS: Final = ("OW", "US", "SS")


class EncodesAsAsked(ClaimingArchive):
    """Honest: gives an instance in whatever transfer syntax it is asked for, unless its pixels are compressed."""

    def offers_in(self, stored: Stored) -> Sequence[str]:
        """Every transfer syntax that does not compress, after that of storing."""
        return tuple(dict.fromkeys((stored.syntax, *_NATIVE)))

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """The file as it is, or encoded anew without another change."""
        return _encoded(stored, asked, lambda content: content)


class _SpoilsOneSyntax(ClaimingArchive):
    """Changes what is in one transfer syntax when it gives it back, and nothing else."""

    convicted_by = _VALUES
    spoilt: ClassVar[str]

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """With a Modality that nothing has where it is in that transfer syntax."""
        data = super().given_back(stored, asked)
        if data is None or stored.syntax != self.spoilt:
            return data
        return changed(data, with_value(_MODALITY, b"ZZ"))


class SpoilsDeflated(_SpoilsOneSyntax):
    """Changes what is deflated when it gives it back, and nothing else."""

    shown_by = "ct-deflated"
    spoilt = DEFLATED_UID


class SpoilsBigEndian(_SpoilsOneSyntax):
    """Changes what is in Big Endian when it gives it back, and nothing else."""

    shown_by = "ct-big-endian"
    spoilt = EXPLICIT_BIG_ENDIAN_UID


class PrefersImplicit(EncodesAsAsked):
    """Gives an instance in Implicit VR wherever that is agreed on, although explicit VR is as well."""

    convicted_by = "ps3.15-a.3-explicit-vr"
    shown_by = "ct"

    def in_order(self, stored: Stored, agreed: Sequence[str]) -> Sequence[str]:
        """Implicit VR first."""
        return sorted(agreed, key=lambda syntax: syntax != IMPLICIT_LITTLE_ENDIAN_UID)


class ForgetsToTurnWords(ClaimingArchive):
    """Gives an instance in whatever transfer syntax it is asked for, its words in the byte order of storing."""

    convicted_by = _VALUES
    shown_by = "ct"
    shown_in: ClassVar[str] = EXPLICIT_BIG_ENDIAN_UID

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """Encoded anew; words keep their bytes where the byte order changes."""
        before, after = transfer_syntax(stored.syntax), transfer_syntax(asked.syntax)
        turned = before.little_endian != after.little_endian
        return _encoded(stored, asked, each_leaf(_turned) if turned else lambda content: content)


def _encoded(stored: Stored, asked: GivingBack, change: Callable[[DataSet], DataSet]) -> bytes | None:
    """A file in the transfer syntax asked for; None where fragments would have to be read or made."""
    before, after = transfer_syntax(stored.syntax), transfer_syntax(asked.syntax)
    if before.uid == after.uid:
        return stored.data
    if not (before.known and after.known and before.native and after.native):
        return None
    return recoded(stored.data, change, after)


def _turned(element: Leaf) -> Leaf:
    """Words with the two bytes of each exchanged."""
    if element.vr not in _WORDS:
        return element
    value = bytearray(element.value)
    value[::2], value[1::2] = element.value[1::2], element.value[::2]
    return replace(element, value=bytes(value))
