"""A strict, bounded reader of the Distinguished Encoding Rules (X.690 clause 10), without recursion and copies."""

from dataclasses import dataclass

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_LONGEST_OBJECT_IDENTIFIER = 128


class DerError(ValueError):
    """Bytes break the Distinguished Encoding Rules, or the structure asked for, at a byte offset."""

    def __init__(self, offset: int, message: str, *, basic_rules: bool = False) -> None:
        super().__init__(f"{message} at byte {offset}")
        self.offset = offset
        self.basic_rules = basic_rules


@dataclass(frozen=True, slots=True)
class Element:
    """One tag, length and value inside a buffer; offsets count from the start of the buffer."""

    data: bytes
    tag: int
    start: int
    value: int
    end: int

    @property
    def contents(self) -> bytes:
        """The contents octets alone."""
        return self.data[self.value : self.end]

    @property
    def encoded(self) -> bytes:
        """Identifier, length and contents octets as they stand."""
        return self.data[self.start : self.end]

    def reader(self) -> "Reader":
        """Give a reader over the elements inside this one."""
        return Reader(self.data, self.value, self.end)


def read_element(data: bytes, start: int, end: int) -> Element:
    """Read the element at an offset; raises DerError when its header is not DER or its length leaves the container.

    An indefinite or needlessly long length is lawful under the Basic Encoding Rules only, and the error says so.
    """
    if end - start < 2:
        raise DerError(start, "an element is missing or cut short")
    tag, first = data[start], data[start + 1]
    if tag & 0x1F == 0x1F:
        raise DerError(start, "a tag number above 30 has no place here")
    value, length = start + 2, first
    if first == 0x80:
        raise DerError(start + 1, "an indefinite length is not DER", basic_rules=True)
    if first > 0x80:
        size = first & 0x7F
        value += size
        if size > 8 or value > end:
            raise DerError(start + 1, f"a length of {size} bytes does not fit")
        length = int.from_bytes(data[start + 2 : value])
        if length < 0x80 or data[start + 2] == 0:
            raise DerError(start + 1, "a length is longer than it needs to be, which is not DER", basic_rules=True)
    if length > end - value:
        raise DerError(start + 1, f"a length of {length} exceeds the {end - value} bytes that are there")
    return Element(data, tag, start, value, value + length)


class Reader:
    """Reads the elements of one container in order."""

    __slots__ = ("_data", "_end", "_position")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._position = start
        self._end = len(data) if end is None else end

    @property
    def at_end(self) -> bool:
        """Whether every byte of the container was read."""
        return self._position >= self._end

    def any(self) -> Element:
        """Read the next element, whatever its tag; raises DerError."""
        element = read_element(self._data, self._position, self._end)
        self._position = element.end
        return element

    def expect(self, tag: int) -> Element:
        """Read the next element, which must have this identifier octet; raises DerError."""
        element = read_element(self._data, self._position, self._end)
        if element.tag != tag:
            raise DerError(element.start, f"tag {tag:02x} expected, {element.tag:02x} found")
        self._position = element.end
        return element

    def optional(self, tag: int) -> Element | None:
        """Read the next element if it has this identifier octet; raises DerError when it is damaged."""
        if self.at_end or self._data[self._position] != tag:
            return None
        return self.any()

    def finish(self) -> None:
        """Raise DerError unless every byte of the container was read."""
        if not self.at_end:
            raise DerError(self._position, f"{self._end - self._position} bytes left over")


def integer(element: Element) -> int:
    """Decode an INTEGER, which may be negative; raises DerError when it is empty or padded (X.690 8.3)."""
    contents = element.contents
    if not contents:
        raise DerError(element.start, "an empty INTEGER")
    if len(contents) > 1 and (contents[0], contents[1] >= 0x80) in ((0x00, False), (0xFF, True)):
        raise DerError(element.start, "an INTEGER with needless leading bytes", basic_rules=True)
    return int.from_bytes(contents, signed=True)


def object_identifier(element: Element) -> str:
    """Decode an OBJECT IDENTIFIER to dotted digits; raises DerError (X.690 8.19)."""
    contents = element.contents
    if not contents or contents[-1] & 0x80 or len(contents) > _LONGEST_OBJECT_IDENTIFIER:
        raise DerError(element.start, "an OBJECT IDENTIFIER is empty, cut short or too long")
    arcs: list[int] = []
    arc, fresh = 0, True
    for octet in contents:
        if fresh and octet == 0x80:
            raise DerError(element.start, "an OBJECT IDENTIFIER has a padded arc")
        arc = arc << 7 | octet & 0x7F
        fresh = octet < 0x80
        if fresh:
            arcs.append(arc)
            arc = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, (root, arcs[0] - 40 * root, *arcs[1:])))


def bit_string(element: Element) -> tuple[bytes, int]:
    """Decode a BIT STRING to its octets and the count of unused bits; raises DerError (X.690 8.6)."""
    contents = element.contents
    if not contents or contents[0] > 7 or (len(contents) == 1 and contents[0]):
        raise DerError(element.start, "a BIT STRING has a wrong count of unused bits")
    return contents[1:], contents[0]


def whole_octets(element: Element) -> bytes:
    """Decode a BIT STRING that holds octets, as keys and signatures do; raises DerError when bits are unused."""
    octets, unused = bit_string(element)
    if unused:
        raise DerError(element.value, f"a BIT STRING with {unused} unused bits in place of octets")
    return octets
