"""Archives that are right most of the time: once in a hundred, the second time, one way of asking (PS3.4 B.4, C.4)."""

from typing import ClassVar, Final

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.base import ClaimingArchive, changed
from dicomsig.impostors.archives.coercion import with_value
from dicomsig.impostors.archives.values import SpellsNumbersAnew
from dicomsig.systems.embedded_archive import GivingBack, Stored, Way

_KEEPS: Final = "ps3.4-b.4.1.1-storage-level-1"
_VALUES: Final = "ps3.15-a.3-values-bit-identical"
_WHOSE: Final = (0x00100010, 0x0020000D, 0x0020000E)
"""Patient's Name, Study and Series Instance UID."""
_MODALITY: Final = 0x00080060


def spoiled(data: bytes) -> bytes:
    """The file with another Modality."""
    return changed(data, with_value(_MODALITY, b"OT"))


class LosesOneInAHundred(ClaimingArchive):
    """Loses one instance in a hundred and answers Success."""

    convicted_by = _KEEPS
    profiles = ()
    signature_level = 1
    every: ClassVar[int] = 100
    lost_first: ClassVar[int] = 2
    """Number of the first that is lost, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def kept(self, data: bytes) -> bytes | None:
        """Nothing, once in a hundred times."""
        number, self._count = self._count, self._count + 1
        return None if number % self.every == self.lost_first else data


class ReturnsAnother(ClaimingArchive):
    """Gives back the instance that was stored first, whichever is asked for."""

    convicted_by = _KEEPS
    profiles = ()
    signature_level = 1

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """The first that fits the transfer syntax."""
        fitting = [each for each in self.stored.values() if each.syntax == asked.syntax]
        return super().given_back(fitting[0] if fitting else stored, asked)


class GivesHalf(ClaimingArchive):
    """Gives back half of the bytes of an instance."""

    convicted_by = _KEEPS
    shown_over = Way.WADO
    profiles = ()
    signature_level = 1

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """Half of it, and one byte more."""
        data = super().given_back(stored, asked)
        return data if data is None else data[: len(data) // 4 * 2 + 1]


class SpoilsTheSecondRetrieval(ClaimingArchive):
    """Gives an instance back as it was, and changed when it is asked for again."""

    convicted_by = _VALUES

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """Changed from the second time on."""
        data = super().given_back(stored, asked)
        return spoiled(data) if data is not None and asked.before else data


class SpoilsWhatIsMoved(ClaimingArchive):
    """Answers C-GET rightly and sends changed instances by C-MOVE."""

    convicted_by = _VALUES
    shown_over = Way.MOVE

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """Changed when it is moved."""
        data = super().given_back(stored, asked)
        return spoiled(data) if data is not None and asked.way is Way.MOVE else data


class MixesUpStudies(ClaimingArchive):
    """Gives an instance study, series and patient of another one that was stored at the time."""

    convicted_by = _VALUES

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """With study, series and patient of another, of another study where there is one."""
        data = super().given_back(stored, asked)
        others = [each for each in self.stored.values() if each.series != stored.series]
        others.sort(key=lambda each: each.study == stored.study)
        if data is None or not others:
            return data
        try:
            other = instance_of(others[0].data)
        except MalformedError:
            return data
        return changed(data, *(with_value(tag, other.text(tag).encode("latin-1")) for tag in _WHOSE))


class AnnouncesLevel3AndTidies(SpellsNumbersAnew):
    """Announces signature level 3 on the wire, claims nothing, and spells numbers anew."""

    convicted_by = "ps3.4-b.4.1.4-signature-level-3-preserves"
    profiles = ()
    announces_only = True
