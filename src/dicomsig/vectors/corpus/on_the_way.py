"""What systems between signer and verifier lawfully change, and what signatures cover all the same (PS3.4 B.4)."""

from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors.corpus.content import LIST
from dicomsig.vectors.edits import edited, put
from dicomsig.vectors.forge import Forgery, signable_tags
from dicomsig.vectors.nodes import Leaf
from dicomsig.vectors.values import element
from dicomsig.vectors.writing import Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import of

_CHANGED: Final = LIST + "listed-change-detected"
_COERCION_DATETIME: Final = 0x00080015
_ENHANCED_SR: Final = "1.2.840.10008.5.1.4.1.1.88.22"

for _profile, _twin in (("creator", "creator-ct"), ("authorization", "authorization-ct"), ("report", "report-sr")):
    vector(
        f"{_profile}-study-uid-coerced",
        _twin,
        reason="mac-mismatch",
        requirements=("ps3.4-b.4.1.3-coercion-breaks-profile-signatures", _CHANGED),
        title="Study Instance UID (0020,000D), which every profile lists, was coerced (PS3.4 B.4.1.3)",
        family="on-the-way",
    )(lambda twin: twin.edited(put(element("StudyInstanceUID", "2.25.735790"))))


@positive("coercion-datetime-signed", [_CHANGED])
def coercion_datetime_signed(algorithm: MacAlgorithm) -> Forgery:
    """All of a CT image is signed, Instance Coercion DateTime (0008,0015) of an earlier archive with it."""
    base = edited(of("ct").base, [put(Leaf(_COERCION_DATETIME, "DT", b"20240229101500"))])
    return Forgery(base, algorithm=algorithm, listed=signable_tags(base))


@vector(
    "coercion-datetime-updated",
    "coercion-datetime-signed",
    reason="mac-mismatch",
    requirements=["ps3.3-c.12.1-coercion-datetime", _CHANGED],
)
def coercion_datetime_updated(twin: Signed) -> bytes:
    """Instance Coercion DateTime (0008,0015), which is signed, was written anew by an archive (PS3.3 C.12.1)."""
    return twin.edited(put(Leaf(_COERCION_DATETIME, "DT", b"20240615120000")))


@vector(
    "report-sent-by-fall-back",
    "report-sr",
    reason="mac-mismatch",
    requirements=["ps3.4-b.4.2.1-fall-back-changes-class", _CHANGED],
)
def report_sent_by_fall_back(twin: Signed) -> bytes:
    """A Basic Text report was sent as Enhanced SR, the related general SOP Class (PS3.4 B.4.2.1)."""
    return twin.edited(put(element("SOPClassUID", _ENHANCED_SR)))
