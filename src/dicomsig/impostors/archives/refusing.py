"""Archives that refuse and keep all the same (PS3.15 A.1.1, PS3.4 B.2.3)."""

from typing import Final

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify

_CANNOT_UNDERSTAND: Final = 0xC000


class RefusesWhatIsBroken(ClaimingArchive):
    """Honest: refuses instances with a broken signature, and keeps every byte of the others."""

    def status_of(self, data: bytes) -> int:
        """A failure where a signature does not hold."""
        try:
            broken = any(each.integrity is Status.INVALID for each in verify(instance_of(data)))
        except MalformedError:
            broken = True
        return _CANNOT_UNDERSTAND if broken else 0


class RefusesAndKeeps(RefusesWhatIsBroken):
    """Refuses instances with a broken signature, and gives them back when they are asked for."""

    observed = "instance-kept-though-refused"

    def takes(self, status: int) -> bool:
        """Whatever it is answered with."""
        return True
