"""What only all signatures of a product together can show (PS3.3 C.12.1.1.3, PS3.15 C.1)."""

from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedRun
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.naming import listed

_LONGEST_UID = 64
_OF_A_UID = frozenset("0123456789.")


@judges("ps3.3-c.12.1.1.3-signature-uid-unique")
def signature_uids_are_unique(run: JudgedRun) -> Finding | None:
    """No two signatures of a product share a Digital Signature UID (0400,0100) (PS3.3 C.12.1.1.3)."""
    counts = {uid: count for uid, count in run.signature_uids.items() if uid and uid[0].isdigit()}
    repeated = {uid: count for uid, count in counts.items() if count > 1}
    if repeated:
        uid = max(repeated, key=lambda each: repeated[each])
        named = f"{uid} " if len(uid) <= _LONGEST_UID and set(uid) <= _OF_A_UID else ""
        cases = f", in {listed(run.repeated[uid])}" if uid in run.repeated else ""
        several = f"{len(repeated)} UIDs are" if len(repeated) > 1 else "one UID is"
        return Finding.broken(
            CheckReason.SIGNATURE_UID_REPEATED,
            expected="a Digital Signature UID (0400,0100) of its own for each signature",
            found=f"{several} on more than one signature: {named}on {repeated[uid]}{cases}",
        )
    return HOLDS if len(counts) > 1 else None


@judges("ps3.15-c.1-md5-discouraged")
def md5_is_not_used(run: JudgedRun) -> Finding | None:
    """MD5 is advised against, so that a product's signatures are made with another algorithm (PS3.15 C.1)."""
    if not run.signatures:
        return None
    count = run.mac_algorithms.get(MacAlgorithm.MD5, 0)
    found = f"MD5 in {count} of {run.signatures} signatures"
    return Finding.of(not count, CheckReason.MD5_USED, expected="another MAC algorithm than MD5", found=found)
