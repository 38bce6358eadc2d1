"""Archives whose checks somebody gets past who alters instances on the way or in the store (PS3.15 A.2)."""

import hashlib

from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.replacing import ReplacesSignatures, Verified, received, received_with_values
from dicomsig.signatures.verdict import Status
from dicomsig.systems.embedded_archive import GivingBack, Stored

_LAUNDERS = "ps3.15-a.2-broken-not-laundered"


class _ChecksOnReceipt(ReplacesSignatures):
    """Takes from `checked` what a received file's signatures are worth."""

    def checked(self, data: bytes) -> list[Verified]:
        """The received signatures, verified."""
        return received(data)

    def status_of(self, data: bytes) -> int:
        """A failure where one that was checked does not hold."""
        return self.failure if any(each.status is Status.INVALID for each in self.checked(data)) else 0

    def kept(self, data: bytes) -> bytes | None:
        """Normalised, with new signatures over what was checked."""
        return self.signed(self.normalised(data), self.to_be_covered(self.checked(data)))


class KnowsSignaturesAgain(_ChecksOnReceipt):
    """Verifies each signature once, and takes it for valid wherever it comes again."""

    convicted_by = _LAUNDERS
    shown_when = "in-flight"

    def __init__(self) -> None:
        super().__init__()
        self._good: set[bytes] = set()

    def checked(self, data: bytes) -> list[Verified]:
        """Verified, unless the same signature was valid before."""
        found = []
        for each, value in received_with_values(data):
            good = value in self._good or each.status is Status.VALID
            if good:
                self._good.add(value)
            found.append(Verified(each.place, each.covered, Status.VALID if good else each.status))
        return found


class ChecksImagesAlone(_ChecksOnReceipt):
    """Verifies what has pixels, and takes every other signature for valid."""

    convicted_by = _LAUNDERS
    shown_when = "in-flight"

    def checked(self, data: bytes) -> list[Verified]:
        """Verified, where there are pixels."""
        found = received(data)
        if _has_pixels(data):
            return found
        return [Verified(each.place, each.covered, Status.VALID) for each in found]


class SignsWhatLiesThere(ReplacesSignatures):
    """Verifies on receipt, and when it sends it signs whatever lies in its store by then."""

    convicted_by = "ps3.15-a.2-guards-stored-objects"
    shown_when = "at-rest"

    def __init__(self) -> None:
        super().__init__()
        self._verified: dict[str, list[Verified]] = {}

    def kept(self, data: bytes) -> bytes | None:
        """As it came; what it carried is remembered."""
        self._verified[_uid(data)] = self.to_be_covered(received(data))
        return data

    def given_back(self, stored: Stored, asked: GivingBack) -> bytes | None:
        """Signed anew over what was verified on receipt."""
        data = super().given_back(stored, asked)
        if data is None:
            return None
        return self.signed(self.normalised(data), self.held(data, self._verified.get(stored.sop_instance, [])))

    def held(self, data: bytes, verified: list[Verified]) -> list[Verified]:
        """Of what was verified on receipt that which is signed anew: all of it."""
        return verified


class SignsWhatLiesThereUnsigned(SignsWhatLiesThere):
    """Verifies on receipt and again before it signs anew, and takes what lies there unsigned for what it verified."""

    def held(self, data: bytes, verified: list[Verified]) -> list[Verified]:
        """What holds by now, and all of it where nothing is left that could tell."""
        there = received(data)
        return self.to_be_covered(there) if there else verified


class ChecksAgainBeforeSending(SignsWhatLiesThere):
    """Honest: verifies on receipt and again before it signs anew, so that nothing altered in its store is signed."""

    convicted_by = ""
    shown_when = ""

    def held(self, data: bytes, verified: list[Verified]) -> list[Verified]:
        """What holds by now."""
        return self.to_be_covered(received(data))


class KnowsWhatItVerified(SignsWhatLiesThere):
    """Honest: remembers a digest of what it verified, and signs anew what still has it, signature or not."""

    convicted_by = ""
    shown_when = ""

    def __init__(self) -> None:
        super().__init__()
        self._digests: set[bytes] = set()

    def kept(self, data: bytes) -> bytes | None:
        """As it came; its digest without signatures is remembered."""
        self._digests.add(self._digest(data))
        return super().kept(data)

    def held(self, data: bytes, verified: list[Verified]) -> list[Verified]:
        """All of it, where nothing but a signature is another."""
        return verified if self._digest(data) in self._digests else []

    def _digest(self, data: bytes) -> bytes:
        return hashlib.sha256(self.normalised(data)).digest()


def _has_pixels(data: bytes) -> bool:
    try:
        return find(instance_of(data).elements, tags.PIXEL_DATA) is not None
    except MalformedError:
        return False


def _uid(data: bytes) -> str:
    try:
        return instance_of(data).text(tags.SOP_INSTANCE_UID)
    except MalformedError:
        return ""
