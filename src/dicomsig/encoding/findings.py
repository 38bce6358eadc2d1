"""What is wrong with an encoding, where: a finding goes on, a MalformedError ends the reading."""

from dataclasses import dataclass
from enum import StrEnum


class EncodingReason(StrEnum):
    """Why bytes do not follow PS3.5 and PS3.10."""

    NOT_DICOM = "not-dicom"
    EMPTY = "file-empty"
    UNREADABLE = "file-unreadable"
    FILE_CHANGED = "file-changed"
    TRUNCATED = "header-truncated"
    LENGTH_EXCEEDS_CONTAINER = "length-exceeds-container"
    LENGTH_ODD = "length-odd"
    LENGTH_UNDEFINED = "length-undefined-not-allowed"
    DELIMITER_MISSING = "delimiter-missing"
    DELIMITER_UNEXPECTED = "delimiter-unexpected"
    DELIMITER_LENGTH = "delimiter-length-nonzero"
    ITEM_EXPECTED = "item-expected"
    NESTING = "nesting-too-deep"
    ELEMENTS = "elements-too-many"
    TRAILING_ZEROS = "trailing-zero-bytes"
    TAG_REPEATED = "tag-repeated"
    TAG_UNORDERED = "tag-unordered"
    RESERVED_BYTES = "reserved-bytes-nonzero"
    VR_UNKNOWN = "vr-unknown"
    ENCAPSULATED_VR = "encapsulated-not-ob"
    META_MISSING = "file-meta-missing"
    META_MALFORMED = "file-meta-malformed"
    SYNTAX_UNKNOWN = "transfer-syntax-unknown"
    INFLATION_LIMIT = "inflation-limit"
    DEFLATE_DAMAGED = "deflate-damaged"
    DEFLATE_TRAILING = "deflate-trailing-bytes"


@dataclass(frozen=True, slots=True)
class EncodingFinding:
    """One departure from the encoding rules: reason, tag path, byte offset in the data that were walked, message."""

    reason: EncodingReason
    path: str
    offset: int
    message: str

    def __str__(self) -> str:
        return f"{self.message}, at {self.path}, byte {self.offset}"


class MalformedError(Exception):
    """The bytes cannot be read further; ``finding`` says where and why."""

    def __init__(self, finding: EncodingFinding) -> None:
        super().__init__(str(finding))
        self.finding = finding

    @classmethod
    def at(cls, reason: EncodingReason, message: str, *, path: str = "/", offset: int = 0) -> "MalformedError":
        """The error with its finding, in one call."""
        return cls(EncodingFinding(reason, path, offset, message))
