"""What DCMTK's dcmsign says while it verifies, read back from its words (``dcmsign -v --verify``)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustReason
from dicomsig.encoding.tags import MAIN_PLACE, Tag, format_place
from dicomsig.signatures.verdict import SignatureReason
from dicomsig.systems.protocol import AxisStatus, TimeStatus

__all__ = ["DcmsignTextError", "Said", "place_of", "read_words", "steps_of"]

_OK: Final = "OK"
_TRUST_FAILED: Final = "signature is OK but certificate verification failed: "
_FAILED: Final = "signature verification failed: "
_MAIN: Final = "Main Dataset"
_UNKNOWN: Final = "(unknown)"

_LINE: Final = re.compile(r"[A-Z]: (?:(?: {2})?([A-Z][A-Za-z ]*[a-z]) *: (.*)|Signature #(\d+) UID=(.*))", re.DOTALL)
_TOTAL: Final = re.compile(r"[A-Z]: (\d+) signatures verified in dataset, \d+ corrupted\.")
_STEP: Final = re.compile(r"([^\[\].]*)\[(\d{1,9})\]")

_Reading = tuple[AxisStatus, AxisStatus, tuple[str, ...]]

# Only a comparison that failed is a statement on integrity: of everything else dcmsign says that it could not verify.
# It looks at the dates of the certificate after it has compared: a wrong MAC is never called expired.
_READINGS: Final[dict[str, _Reading]] = {
    "signature is invalid (document corrupted)": ("invalid", "indeterminate", (RsaReason.MAC_MISMATCH,)),
    "certificate was expired at signature creation date": ("valid", "invalid", (TrustReason.CERTIFICATE_EXPIRED,)),
    "certificate was not yet valid at signature creation date": (
        "valid", "invalid", (TrustReason.CERTIFICATE_NOT_YET_VALID,),
    ),
    "certificate issued by unknown CA": ("valid", "invalid", (TrustReason.ISSUER_UNKNOWN,)),
    "MAC algorithm not supported": ("indeterminate", "indeterminate", (SignatureReason.ALGORITHM_UNKNOWN,)),
    "MAC parameters not be found or incomplete": (
        "indeterminate", "indeterminate", (SignatureReason.MAC_PARAMETERS_MISSING,),
    ),
    "DataElementsSigned missing or incorrect": ("indeterminate", "indeterminate", (SignatureReason.ELEMENT_EMPTY,)),
    "signature item incomplete": ("indeterminate", "indeterminate", (SignatureReason.ELEMENT_MISSING,)),
    "certificate is missing or unreadable": ("indeterminate", "indeterminate", (CertificateReason.UNREADABLE,)),
}  # fmt: skip
_TRUST_REASONS: Final = {
    "unable to get local issuer certificate": TrustReason.ISSUER_UNKNOWN,
    "unable to get issuer certificate": TrustReason.ISSUER_UNKNOWN,
    "self-signed certificate": TrustReason.ISSUER_UNKNOWN,
    "self signed certificate": TrustReason.ISSUER_UNKNOWN,
    "certificate has expired": TrustReason.CERTIFICATE_EXPIRED,
    "certificate is not yet valid": TrustReason.CERTIFICATE_NOT_YET_VALID,
}


class DcmsignTextError(ValueError):
    """The words of dcmsign are not what they were in 3.6.7."""


class AmbiguousLocationError(DcmsignTextError):
    """A location fits several items: sequences whose tag dcmsign does not know have one name."""


@dataclass(frozen=True, slots=True)
class Said:
    """What dcmsign says of one signature; ``location`` is its own name of a place, ``time`` None where it is silent."""

    location: str
    uid: str | None
    integrity: AxisStatus
    trust: AxisStatus
    time: TimeStatus | None
    reasons: tuple[str, ...]


def read_words(words: str, *, anchors: bool) -> tuple[Said, ...]:
    """What is said of each signature, in the order in which it is said.

    Values of the file stand between the words, so numbers and the total at the end have to fit. Raises
    DcmsignTextError.
    """
    blocks: list[tuple[str, dict[str, str]]] = []
    total = None
    for line in words.split("\n"):
        if found := _TOTAL.fullmatch(line):
            total = int(found[1])
        elif (found := _LINE.fullmatch(line)) is None:
            continue
        elif found[3] is not None:
            if int(found[3]) != len(blocks) + 1:
                raise DcmsignTextError("the signatures are not numbered from 1 upwards")
            blocks.append((found[4], {}))
        elif blocks:
            name = found[1]
            if name in ("Location", "Signature Verification") and name in blocks[-1][1]:
                raise DcmsignTextError(f"{name} is said twice of signature {len(blocks)}")
            blocks[-1][1].setdefault(name, found[2])
    if total is None or total != len(blocks):
        raise DcmsignTextError("there are not as many signatures as the total says")
    return tuple(_said(uid, fields, anchors=anchors) for uid, fields in blocks)


def _said(uid: str, fields: dict[str, str], *, anchors: bool) -> Said:
    try:
        location, verification = fields["Location"], fields["Signature Verification"]
    except KeyError as error:
        raise DcmsignTextError(f"of a signature {error} is not said") from None
    integrity, trust, reasons = _reading(verification)
    if not anchors and integrity == "valid":
        trust, reasons = "indeterminate", (TrustReason.TRUST_NOT_ASKED,)
    time: TimeStatus | None = None
    if fields.get("Certified timestamp") == "absent":
        time = "absent"
    elif "Timestamp Verification" in fields:
        time = "valid" if fields["Timestamp Verification"].startswith(_OK) else "invalid"
    return Said(location, None if uid == _UNKNOWN else uid, integrity, trust, time, reasons)


def _reading(verification: str) -> _Reading:
    if verification == _OK:
        return "valid", "valid", ()
    if verification.startswith(_TRUST_FAILED):
        reason = _TRUST_REASONS.get(verification.removeprefix(_TRUST_FAILED))
        return "valid", "invalid", () if reason is None else (reason,)
    return _READINGS.get(verification.removeprefix(_FAILED), ("indeterminate", "indeterminate", ()))


def steps_of(location: str, tag_of: Callable[[str], Tag | None]) -> tuple[tuple[Tag | None, int], ...]:
    """The items on the way to a location, ``A[1].B[0]``; a name that `tag_of` does not know gives None for the tag.

    Raises DcmsignTextError.
    """
    if location == _MAIN:
        return ()
    steps: list[tuple[Tag | None, int]] = []
    for part in location.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise DcmsignTextError("a location is not a path of items")
        steps.append((tag_of(found[1]), int(found[2])))
    return tuple(steps)


def place_of(steps: tuple[tuple[Tag | None, int], ...], candidates: Iterator[tuple[tuple[Tag, int], ...]]) -> str:
    """The place of the steps; where a tag is unknown, the only candidate that fits. Raises DcmsignTextError."""
    known = tuple((tag, index) for tag, index in steps if tag is not None)
    if len(known) == len(steps):
        return format_place(known) if known else MAIN_PLACE
    fitting = {candidate for candidate in candidates if _fits(steps, candidate)}
    if len(fitting) != 1:
        raise AmbiguousLocationError("it cannot be told which item a location means")
    return format_place(fitting.pop())


def _fits(steps: tuple[tuple[Tag | None, int], ...], candidate: tuple[tuple[Tag, int], ...]) -> bool:
    return len(steps) == len(candidate) and all(
        mine[0] in (None, theirs[0]) and mine[1] == theirs[1] for mine, theirs in zip(steps, candidate, strict=True)
    )
