"""Runs of element headers that were met before: the files of a series hold the same ones again and again.

To compare a run of headers with a known one takes a fraction of the time of taking each apart (PS3.5 7.1.2).
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from dicomsig.encoding.elements import Element

_HEADER: Final = 8
_LONGEST: Final = 32
"""Elements of a run at most: the shorter it is, the more files share it."""
_MOST: Final = 1024
"""Runs that are kept; then all are forgotten, so that the files of strangers do not fill the memory."""
_MOST_LEARNT: Final = 1 << 13
"""Elements of one data set that are learnt."""


class Run:
    """Elements in a row with headers of eight bytes, even lengths and ascending tags, and where they were seen."""

    __slots__ = ("_headers", "_seen", "_size", "_unpack")

    def __init__(self, headers: tuple[bytes, ...], elements: tuple[Element, ...]) -> None:
        self._headers = headers
        self._unpack = struct.Struct("".join(f"{_HEADER}s{each.length}x" for each in elements)).unpack_from
        self._size = elements[-1].end - elements[0].start
        self._seen = elements

    def at(self, position: int, held: bytes, offset: int, room: int) -> tuple[Element, ...]:
        """As many elements of the run as lie at a position of the data, which is at an offset of the held bytes.

        The first is known to be there: its header was looked up. ``room`` counts the bytes that may be looked at.
        """
        seen, count = self._seen, 1
        if self._size <= room:
            found = self._unpack(held, offset)
            if found == self._headers:
                count = len(seen)
            else:
                count = next(n for n, pair in enumerate(zip(found, self._headers, strict=True)) if pair[0] != pair[1])
        by = position - seen[0].start
        if by:
            seen = tuple([Element(e.tag, e.vr, e.start + by, e.value + by, e.length) for e in seen[:count]])
            if count == len(self._headers):
                self._seen = seen  # the next file has it there as well, if no earlier value is longer or shorter
        return seen if count == len(seen) else seen[:count]


class Runs:
    """The runs that are known, by their first header; threads share them."""

    def __init__(self, header: struct.Struct) -> None:
        self.by_header: dict[bytes, Run] = {}
        self._pack = header.pack

    def learn(self, elements: list[Element]) -> None:
        """Remember those of some elements with headers of eight bytes that lie in a row."""
        for run in _rows(elements[:_MOST_LEARNT]):
            headers = tuple([self._pack(e.tag >> 16, e.tag & 0xFFFF, e.vr.encode(), e.length) for e in run])
            if len(self.by_header) >= _MOST:
                self.by_header.clear()
            self.by_header[headers[0]] = Run(headers, run)


def _rows(elements: Iterable[Element]) -> Iterator[tuple[Element, ...]]:
    """The elements in rows without a gap, with ascending tags and even lengths, none too long."""
    row: list[Element] = []
    for element in elements:
        if row and (len(row) == _LONGEST or row[-1].end != element.start or row[-1].tag >= element.tag):
            yield tuple(row)
            row = []
        if element.length & 1 == 0 and element.tag:
            row.append(element)
    if row:
        yield tuple(row)
