"""What verification says of one signature: four axes, each with reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dicomsig.crypto.certificates import Certificate


class Status(StrEnum):
    """What can be said on one axis; ``absent`` belongs to time alone."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"
    ABSENT = "absent"


class Axis(StrEnum):
    """The four things that are judged apart: a right MAC says nothing of trust, and the reverse."""

    INTEGRITY = "integrity"
    STRUCTURE = "structure"
    TRUST = "trust"
    TIME = "time"


class SignatureReason(StrEnum):
    """Why a signature does not hold, or cannot be judged, beyond the reasons of encoding and cryptography."""

    MAC_PARAMETERS_MISSING = "mac-parameters-missing"
    MAC_PARAMETERS_AMBIGUOUS = "mac-parameters-ambiguous"
    MAC_PARAMETERS_EMPTY = "mac-parameters-empty"
    SIGNATURES_TOO_MANY = "signatures-too-many"
    ELEMENT_MISSING = "element-missing"
    ELEMENT_EMPTY = "element-empty"
    ELEMENT_VR = "element-vr"
    ELEMENT_VALUES = "element-values"
    ELEMENT_MALFORMED = "element-malformed"
    ALGORITHM_UNKNOWN = "algorithm-unknown"
    SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN = "mac-transfer-syntax-not-explicit-little-endian"
    SYNTAX_UNKNOWN = "mac-transfer-syntax-unknown"
    SYNTAX_DEFLATED = "mac-transfer-syntax-deflated"
    SYNTAX_NOT_REBUILDABLE = "transfer-syntax-not-rebuildable"
    ENCODING_NOT_REBUILDABLE = "encoding-not-rebuildable"
    TAG_LIST_UNORDERED = "tag-list-unordered"
    TAG_LIST_REPEATED = "tag-list-repeated"
    TAG_ABSENT = "tag-absent"
    TAG_UNSIGNABLE = "tag-unsignable"
    ELEMENT_UNKNOWN_VR = "element-un"
    VR_LETTERS_OPEN = "vr-letters-open"
    DATETIME_MALFORMED = "signature-datetime-malformed"
    DATETIME_WITHOUT_OFFSET = "signature-datetime-without-offset"
    CERTIFICATE_TYPE_UNKNOWN = "certificate-type-unknown"
    PURPOSE_ITEMS = "purpose-items"
    TIMESTAMP_TYPE_MISSING = "timestamp-type-missing"
    TIMESTAMP_NOT_JUDGED = "timestamp-not-judged"


@dataclass(frozen=True, slots=True)
class Remark:
    """One reason on one axis; ``status`` is the best the axis can still be, ``valid`` for a mere warning."""

    reason: str
    axis: Axis
    status: Status
    message: str
    offset: int | None = None
    """Byte offset of what the remark is about, in the data set as walked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one signature; ``signed_at`` is the time it claims, aware, None when it cannot be told."""

    place: str
    number: int
    uid: str
    mac_algorithm: str
    integrity: Status
    structure: Status
    trust: Status
    time: Status
    remarks: tuple[Remark, ...] = ()
    signed_at: datetime | None = None
    certificate: Certificate | None = None
    recovered_digest: bytes | None = None
    """The digest that the signer's key was applied to, where one could be recovered: the target of an explanation."""

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all remarks, each once, in the order of the axes."""
        order = list(Axis)
        return tuple(dict.fromkeys(r.reason for r in sorted(self.remarks, key=lambda r: order.index(r.axis))))


def worst(remarks: tuple[Remark, ...] | list[Remark], axis: Axis) -> Status:
    """The status that the remarks leave on an axis: one ``invalid`` decides, else one ``indeterminate``."""
    found = {remark.status for remark in remarks if remark.axis is axis}
    for status in (Status.INVALID, Status.INDETERMINATE):
        if status in found:
            return status
    return Status.VALID
