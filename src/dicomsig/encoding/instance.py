"""One SOP Instance as spans: preamble, File Meta Information, transfer syntax, data set (PS3.10 7)."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.findings import EncodingFinding, EncodingReason, MalformedError
from dicomsig.encoding.inflate import inflated
from dicomsig.encoding.limits import DEFAULT_LIMITS, Limits
from dicomsig.encoding.source import ByteSource, BytesSource, FileSource
from dicomsig.encoding.syntaxes import (
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    TransferSyntax,
    transfer_syntax,
)
from dicomsig.encoding.vr import KNOWN
from dicomsig.encoding.walker import Walker

_PREAMBLE: Final = 128
_MAGIC: Final = b"DICM"
_VR_LETTERS: Final = frozenset(vr.encode() for vr in KNOWN)


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance whose bytes are known by place.

    Offsets of ``elements`` count in ``source``, which holds the inflated bytes when the data set is deflated; offsets
    of ``meta`` count in ``file``. ``findings`` are departures that the reading could pass over.
    """

    file: ByteSource
    source: ByteSource
    syntax: TransferSyntax
    meta: tuple[Element, ...]
    elements: tuple[Element, ...]
    start: int
    """Offset of the data set in ``source``."""
    file_start: int
    """Offset of the data set in ``file``: what precedes it is preamble and File Meta Information."""
    findings: tuple[EncodingFinding, ...] = ()
    findings_dropped: int = 0
    syntax_declared: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Files behind the instance are closed."""
        for source in {id(s): s for s in (self.source, self.file)}.values():
            if isinstance(source, FileSource):
                source.close()

    def check_unchanged(self) -> None:
        """The file is as it was when it was opened; else MalformedError (file-changed)."""
        if isinstance(self.file, FileSource):
            self.file.check_unchanged()

    def value(self, element: Element, at_most: int = 1 << 24) -> bytes:
        """The bytes of a value as they are in the data set, no more than ``at_most`` of them."""
        return self.source.read(element.value, min(element.length, at_most))

    def text(self, tag: tags.Tag) -> str:
        """A short text or UID of the main data set without its padding; empty when absent."""
        element = find(self.elements, tag)
        return "" if element is None else plain_text(self.value(element, 1024))


def plain_text(value: bytes) -> str:
    """A value as text for comparison: Latin-1, so that nothing is lost, without trailing padding."""
    return value.decode("latin-1").rstrip("\0 ").lstrip(" ")


def open_instance(path: Path | str, limits: Limits = DEFAULT_LIMITS) -> Instance:
    """Read where everything is in the file; the file stays open until the instance is closed.

    Raises MalformedError when the bytes are no DICOM instance or cannot be walked, OSError when the file is unreadable.
    """
    file = FileSource(path)
    try:
        return read_instance(file, limits)
    except BaseException:
        file.close()
        raise


def instance_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Instance:
    """The same for bytes that are in memory."""
    return read_instance(BytesSource(data), limits)


def read_instance(file: ByteSource, limits: Limits = DEFAULT_LIMITS) -> Instance:
    """Read where everything is; see ``open_instance``."""
    if not file.size:
        raise MalformedError.at(EncodingReason.EMPTY, "the file is empty")
    start, has_magic = _start(file)
    head = file.read(start, min(8, file.size - start))
    meta: tuple[Element, ...] = ()
    findings: list[EncodingFinding] = []
    declared = None
    after = start
    if head[:2] == b"\x02\x00" and head[4:6] in _VR_LETTERS:
        meta, after, findings = _file_meta(file, start, limits)
        declared = _declared_syntax(file, meta)
    elif has_magic:
        findings.append(EncodingFinding(EncodingReason.META_MISSING, "/", start, "there is no File Meta Information"))
    if declared is None:
        syntax = _guessed_syntax(file, after, bool(meta))
        if meta:
            message = "File Meta Information names no transfer syntax"
            findings.append(EncodingFinding(EncodingReason.META_MALFORMED, "/(0002,0010)", start, message))
    else:
        syntax = transfer_syntax(declared)
        if not syntax.known:
            message = "the transfer syntax is not known; its data set is read as Explicit VR Little Endian"
            findings.append(EncodingFinding(EncodingReason.SYNTAX_UNKNOWN, "/(0002,0010)", start, message))
    source, data_set_start = file, after
    if syntax.deflated:
        inflated_source, more = inflated(file, after, limits)
        source, data_set_start = inflated_source, 0
        findings += more
    walker = Walker(source, syntax, limits)
    try:
        elements = walker.data_set(data_set_start, source.size)
    except BaseException as error:
        if source is not file and isinstance(source, FileSource):
            source.close()
        if isinstance(error, MalformedError) and not syntax.known:
            # Nothing says that a syntax nobody knows has VR letters: what is wrong here need not be the file.
            message = f"the transfer syntax is not known, and as Explicit VR Little Endian {error.finding.message}"
            found = error.finding
            raise MalformedError.at(
                EncodingReason.SYNTAX_UNKNOWN, message, path=found.path, offset=found.offset
            ) from None
        raise
    return Instance(
        file=file,
        source=source,
        syntax=syntax,
        meta=meta,
        elements=elements,
        start=data_set_start,
        file_start=after,
        findings=(*findings, *walker.findings),
        findings_dropped=walker.findings_dropped,
        syntax_declared=declared is not None,
    )


def looks_like_dicom(head: bytes) -> bool:
    """The first bytes of a file (at least 132 when it has so many) are those of an instance (PS3.10 7.1)."""
    if head[_PREAMBLE : _PREAMBLE + 4] == _MAGIC:
        return True
    return _syntax_by_start(head[:8]) is not None or (head[:2] == b"\x02\x00" and head[4:6] in _VR_LETTERS)


def _start(file: ByteSource) -> tuple[int, bool]:
    """The offset behind preamble and prefix where there are any; and whether there are."""
    head = file.read(0, min(_PREAMBLE + 4, file.size))
    if head[_PREAMBLE:] == _MAGIC:
        return _PREAMBLE + 4, True
    if head[:4] == _MAGIC:
        return 4, True
    if not looks_like_dicom(head):
        raise MalformedError.at(
            EncodingReason.NOT_DICOM, "this is not DICOM: no DICM prefix and no data set at the start"
        )
    return 0, False


def _file_meta(file: ByteSource, start: int, limits: Limits) -> tuple[tuple[Element, ...], int, list[EncodingFinding]]:
    walker = Walker(file, EXPLICIT_LITTLE_ENDIAN, limits)
    meta, after = walker.file_meta(start, file.size)
    return meta, after, walker.findings


def _declared_syntax(file: ByteSource, meta: tuple[Element, ...]) -> str | None:
    element = find(meta, tags.TRANSFER_SYNTAX_UID)
    if element is None or not element.length:
        return None
    return plain_text(file.read(element.value, min(element.length, 64)))


def _guessed_syntax(file: ByteSource, start: int, has_meta: bool) -> TransferSyntax:
    """When nothing names a transfer syntax the first element tells VR letters and byte order."""
    if start == file.size:
        return EXPLICIT_LITTLE_ENDIAN
    found = _syntax_by_start(file.read(start, min(8, file.size - start)))
    if found is None:
        message = "no transfer syntax is named, and no element of a low group begins the data set"
        reason = EncodingReason.META_MALFORMED if has_meta else EncodingReason.META_MISSING
        raise MalformedError.at(reason, message, offset=start)
    return found


def _syntax_by_start(head: bytes) -> TransferSyntax | None:
    """The syntax of a data set whose first element is one of the low groups that data sets begin with."""
    if len(head) < 8:
        return None
    explicit = head[4:6] in _VR_LETTERS
    if head[:2] in (b"\x08\x00", b"\x04\x00") and explicit:
        return EXPLICIT_LITTLE_ENDIAN
    if head[:2] in (b"\x00\x08", b"\x00\x04") and explicit:
        return EXPLICIT_BIG_ENDIAN
    if head[:2] == b"\x08\x00" and int.from_bytes(head[2:4], "little") < 0x3000 and head[6:8] == b"\0\0":
        return IMPLICIT_LITTLE_ENDIAN
    return None
