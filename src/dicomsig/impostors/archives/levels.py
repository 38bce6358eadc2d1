"""Archives that announce what they should not, or take no encoding that can be preserved (PS3.4 B.3.1, PS3.15 A.3)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.impostors.archives.base import ClaimingArchive

_ANSWER: Final = "ps3.4-b.3.1.2-"


class _Announces(ClaimingArchive):
    """Keeps every byte and answers extended negotiation with bytes of its own."""

    profiles = ()
    announces_only = True
    information: ClassVar[bytes] = b""

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """The bytes of the class."""
        return self.information


class AnnouncesFiveBytes(_Announces):
    """Answers with five bytes."""

    convicted_by = _ANSWER + "six-bytes"
    information = bytes((2, 0, 3, 0, 0))


class AnnouncesStorageLevel4(_Announces):
    """Announces storage level 4."""

    convicted_by = _ANSWER + "storage-level-byte"
    information = bytes((4, 0, 0, 0, 0, 0))


class AnnouncesSignatureLevel4(_Announces):
    """Announces signature level 4."""

    convicted_by = _ANSWER + "signature-level-byte"
    information = bytes((2, 0, 4, 0, 0, 0))


class AnnouncesCoercion3(_Announces):
    """Announces a kind of coercion that there is not."""

    convicted_by = _ANSWER + "coercion-byte"
    information = bytes((2, 0, 3, 0, 3, 0))


class FillsReservedBytes(_Announces):
    """Fills the bytes that have to be zero."""

    convicted_by = _ANSWER + "reserved-bytes-zero"
    information = bytes((2, 0xFF, 3, 0xFF, 0, 0xFF))


class AnnouncesSignaturesAtLevel1(_Announces):
    """Announces signature level 3 at storage level 1."""

    convicted_by = "ps3.4-b.3.1-signature-level-needs-level-2"
    information = bytes((1, 0, 3, 0, 0, 0))


class ExaminesReservedBytes(_Announces):
    """Answers nothing where reserved bytes are not zero."""

    convicted_by = "ps3.4-b.3.1.1-reserved-bytes-ignored"
    information = bytes((2, 0, 3, 0, 0, 0))

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """An answer to zeros alone."""
        return None if any(offered[1::2]) else self.information


class ClaimsMoreThanItAnnounces(ClaimingArchive):
    """Claims signature level 3 and announces level 1."""

    convicted_by = _ANSWER + "signature-level-byte"
    profiles = ()

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """Storage level 2, signature level 1."""
        return bytes((2, 0, 1, 0, 0, 0))


class ClaimsALevelWithoutStorage(ClaimingArchive):
    """Claims a signature level beside storage level 1."""

    convicted_by = "ps3.4-b.4.1.4-levels-need-storage-level-2"
    profiles = ()
    storage_level = 1
    signature_level = 1

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """Nothing."""
        return None


class TakesImplicitAlone(ClaimingArchive):
    """Claims bit preservation and takes Implicit VR alone."""

    convicted_by = "ps3.15-a.3-explicit-vr"

    def accepts(self, abstract: str, syntaxes: Sequence[str]) -> str | None:
        """Implicit VR Little Endian, where it is proposed."""
        return IMPLICIT_LITTLE_ENDIAN_UID if IMPLICIT_LITTLE_ENDIAN_UID in syntaxes else None
