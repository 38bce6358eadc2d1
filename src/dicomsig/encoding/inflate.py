"""A deflated data set is inflated within bounds, into memory or a temporary file (PS3.5 A.5)."""

import tempfile
import zlib
from pathlib import Path

from dicomsig.encoding.findings import EncodingFinding, EncodingReason, MalformedError
from dicomsig.encoding.limits import Limits
from dicomsig.encoding.source import BLOCK, ByteSource, BytesSource, FileSource


class SpooledSource(FileSource):
    """An inflated data set in a temporary file that goes when the source is closed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path

    def close(self) -> None:
        """The file is closed and removed."""
        super().close()
        self._path.unlink(missing_ok=True)


def inflated(
    source: ByteSource, start: int, limits: Limits
) -> tuple[BytesSource | SpooledSource, list[EncodingFinding]]:
    """The inflated bytes of the raw deflate stream that begins at ``start``, and what is wrong with it.

    Raises MalformedError when the stream is damaged or ends early (deflate-damaged) or grows beyond the limit
    (inflation-limit).
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    grown, position = 0, start
    with tempfile.SpooledTemporaryFile(limits.inflated_in_memory) as spool:
        for block in source.blocks(start, source.size):
            pending: bytes | memoryview = block
            position += len(block)
            while True:
                try:
                    part = engine.decompress(pending, BLOCK)
                except zlib.error:
                    message = "the deflated data set is damaged"
                    raise MalformedError.at(
                        EncodingReason.DEFLATE_DAMAGED, message, offset=position - len(pending)
                    ) from None
                grown += len(part)
                if grown > limits.inflated:
                    message = f"the deflated data set grows beyond {limits.inflated} bytes"
                    raise MalformedError.at(EncodingReason.INFLATION_LIMIT, message, offset=start)
                spool.write(part)
                pending = engine.unconsumed_tail
                if engine.eof or (not pending and len(part) < BLOCK):
                    break
            if engine.eof:
                break
        if not engine.eof:
            message = "the deflated data set ends before its last block"
            raise MalformedError.at(EncodingReason.DEFLATE_DAMAGED, message, offset=source.size)
        findings = _after_the_stream(source.size - position + len(engine.unused_data), source.size)
        if grown <= limits.inflated_in_memory:
            spool.seek(0)
            return BytesSource(spool.read()), findings
        return _spooled(spool), findings


def _after_the_stream(left: int, size: int) -> list[EncodingFinding]:
    """One pad byte may follow the stream (PS3.5 A.5)."""
    if left <= 1:
        return []
    message = f"{left} bytes follow the deflated data set"
    return [EncodingFinding(EncodingReason.DEFLATE_TRAILING, "/", size - left, message)]


def _spooled(spool: "tempfile.SpooledTemporaryFile[bytes]") -> SpooledSource:
    spool.seek(0)
    with tempfile.NamedTemporaryFile(prefix="dicomsig-", suffix=".inflated", delete=False) as out:
        path = Path(out.name)
        try:
            while part := spool.read(BLOCK):
                out.write(part)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return SpooledSource(path)
