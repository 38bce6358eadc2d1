"""Archives that coerce: lawfully announced, silently, by another status, or against their claims (PS3.4 B.4.1.3)."""

from typing import ClassVar, Final

from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.base import REPLACING, ClaimingArchive, changed
from dicomsig.systems.embedded_archive import Way
from dicomsig.vectors.edits import Edit, put
from dicomsig.vectors.nodes import Leaf, Node, Sequence
from dicomsig.vectors.pki import Credential

_STUDY: Final = 0x0020000D
_PATIENT_ID: Final = 0x00100020
_STATUS: Final = 0x01000410
_COERCED: Final = 0xB000
_STUDY_UID: Final = b"2.25.20240229"


def with_value(tag: int, value: bytes) -> Edit:
    """An edit that gives an element of the main data set another value, where it is there."""

    def edit(content: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            Leaf(tag, node.vr, value) if node.tag == tag and isinstance(node, Leaf) else node for node in content
        )

    return edit


class CoercesAndSaysSo(ClaimingArchive):
    """Honest: coerces Patient ID at signature level 1 and answers with the warning for that."""

    profiles = ()
    signature_level = 1

    def status_of(self, data: bytes) -> int:
        """Coercion of data elements."""
        return _COERCED

    def kept(self, data: bytes) -> bytes | None:
        """With the archive's own Patient ID."""
        return changed(data, with_value(_PATIENT_ID, b"COERCED"))

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """Level 1, may coerce."""
        return bytes((2, 0, 1, 0, 1, 0))


class CoercesTheStudy(CoercesAndSaysSo):
    """Honest: coerces Study Instance UID at signature level 1, and says so; it is not found under the former one."""

    def kept(self, data: bytes) -> bytes | None:
        """In a study of the archive's own."""
        return changed(data, with_value(_STUDY, _STUDY_UID))


class CoercesAndKeepsTheOriginals(CoercesAndSaysSo):
    """Honest: coerces Patient ID over the web as well, and keeps the former one (PS3.18 10.5.2)."""

    shown_over = Way.WADO

    def kept(self, data: bytes) -> bytes | None:
        """With the archive's own Patient ID, and the former one in Original Attributes Sequence."""
        return changed(data, with_value(_PATIENT_ID, b"COERCED"), _with_originals(data))


class ForgetsTheOriginals(CoercesAndSaysSo):
    """Coerces Patient ID over the web and does not keep the former one."""

    convicted_by = "ps3.18-10.5.2-original-attributes-on-coercion"
    shown_over = Way.WADO


def _with_originals(data: bytes) -> Edit:
    """An edit that keeps the Patient ID of a file as an original attribute (PS3.3 C.12.1)."""
    try:
        former = instance_of(data).text(_PATIENT_ID).encode("latin-1")
    except MalformedError:
        return lambda content: content
    modified = Sequence(0x04000550, ((Leaf(_PATIENT_ID, "LO", former),),))
    item = (
        modified,
        Leaf(0x04000562, "DT", b"20240615120000+0000"),
        Leaf(0x04000563, "LO", b"DICOMSIG"),
        Leaf(0x04000564, "LO", b""),
        Leaf(0x04000565, "CS", b"COERCE"),
    )
    return put(Sequence(tags.ORIGINAL_ATTRIBUTES, (item,)))


class CoercesSilently(CoercesAndSaysSo):
    """Coerces Patient ID and answers Success."""

    convicted_by = "ps3.4-b.4.1.3-coercion-answered-with-warning"

    def status_of(self, data: bytes) -> int:
        """Success."""
        return 0


class CoercesWithAnotherWarning(CoercesAndSaysSo):
    """Coerces Patient ID and answers with a warning that means nothing."""

    convicted_by = "ps3.4-b.2.3-coercion-warning-code"

    def status_of(self, data: bytes) -> int:
        """A warning that PS3.4 does not define."""
        return 0xB123


class CoercesAgainstItsWord(CoercesAndSaysSo):
    """Announces that it coerces nothing, and coerces Patient ID."""

    convicted_by = "ps3.4-b.3.1.2-coercion-byte"

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """Level 1, no coercion."""
        return bytes((2, 0, 1, 0, 0, 0))


class CoercesAtLevel3(ClaimingArchive):
    """Coerces Patient ID, says so, and claims level 3."""

    convicted_by = "ps3.4-b.4.1.4-signature-level-3-coercion"
    profiles: ClassVar[tuple[str, ...]] = ()

    def status_of(self, data: bytes) -> int:
        """Coercion of data elements."""
        return _COERCED

    def kept(self, data: bytes) -> bytes | None:
        """With a Patient ID of its own."""
        return changed(data, with_value(_PATIENT_ID, b"COERCED"))

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """The levels that it claims, and that it may coerce."""
        return bytes((2, 0, self.signature_level or 0, 0, 1, 0))


class CoercesDespiteItsProfile(CoercesAtLevel3):
    """Coerces Patient ID and claims bit preservation."""

    convicted_by = "ps3.15-a.3-coercion-conflict"
    profiles = ("bit-preserving",)


class KeepsStaleSignatures(CoercesAtLevel3):
    """Coerces Patient ID, claims to replace signatures, and sends the stale one on."""

    convicted_by = "ps3.15-a.2-removes-invalidated"
    profiles = REPLACING
    signature_level = 2
    signers = (Credential.RSA_3072,)


class RewritesStatus(ClaimingArchive):
    """Honest: claims online storage and sends every instance with status NS (PS3.15 A.1)."""

    profiles = ("online-storage",)
    signature_level = None

    def kept(self, data: bytes) -> bytes | None:
        """With status NS where there is one."""
        return changed(data, with_value(_STATUS, b"NS"))


class InventsAStatus(RewritesStatus):
    """Claims online storage and gives instances a status that there is not."""

    convicted_by = "ps3.3-c.12.1-status-values"

    def kept(self, data: bytes) -> bytes | None:
        """With a status of its own."""
        return changed(data, with_value(_STATUS, b"OK"))


class KeepsTheStatus(ClaimingArchive):
    """Claims online storage and sends an original's status over a plain connection."""

    convicted_by = "ps3.15-a.1.1-status-dropped-outside"
    profiles = ("online-storage",)
    signature_level = None


class TidiesInOnlineStorage(RewritesStatus):
    """Claims online storage and changes Window Center as well."""

    convicted_by = "ps3.15-a.1.1-full-storage"

    def status_of(self, data: bytes) -> int:
        """Coercion of data elements."""
        return _COERCED

    def kept(self, data: bytes) -> bytes | None:
        """With status NS and another window."""
        return changed(data, with_value(_STATUS, b"NS"), with_value(0x00281050, b"50\\400"))
