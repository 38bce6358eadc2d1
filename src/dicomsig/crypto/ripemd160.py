"""RIPEMD-160 in pure Python (ISO/IEC 10118-3), for Pythons whose OpenSSL does not offer it (PS3.15 C.1)."""

import struct

_BLOCK = 64
_MASK = 0xFFFFFFFF
_INITIAL = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)

_LEFT_WORDS = (
    bytes(range(16)),
    bytes((7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)),
    bytes((3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12)),
    bytes((1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2)),
    bytes((4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13)),
)
_RIGHT_WORDS = (
    bytes((5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12)),
    bytes((6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2)),
    bytes((15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13)),
    bytes((8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14)),
    bytes((12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11)),
)
_LEFT_SHIFTS = (
    bytes((11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8)),
    bytes((7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12)),
    bytes((11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5)),
    bytes((11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12)),
    bytes((9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6)),
)
_RIGHT_SHIFTS = (
    bytes((8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6)),
    bytes((9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11)),
    bytes((9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5)),
    bytes((15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8)),
    bytes((8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11)),
)
_LEFT_CONSTANTS = (0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_CONSTANTS = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000)
_LEFT_STEPS = tuple(
    tuple(zip(words, shifts, strict=True)) for words, shifts in zip(_LEFT_WORDS, _LEFT_SHIFTS, strict=True)
)
_RIGHT_STEPS = tuple(
    tuple(zip(words, shifts, strict=True)) for words, shifts in zip(_RIGHT_WORDS, _RIGHT_SHIFTS, strict=True)
)

_State = tuple[int, int, int, int, int]


def _mix(function: int, b: int, c: int, d: int) -> int:
    """Apply one of the five round functions; values are masked by the caller."""
    match function:
        case 0:
            return b ^ c ^ d
        case 1:
            return (b & c) | (~b & d)
        case 2:
            return (b | ~c) ^ d
        case 3:
            return (b & d) | (c & ~d)
        case _:
            return b ^ (c | ~d)


def _line(state: _State, words: tuple[int, ...], right: bool) -> _State:
    """Run the eighty steps of one of the two parallel lines."""
    a, b, c, d, e = state
    steps, constants = (_RIGHT_STEPS, _RIGHT_CONSTANTS) if right else (_LEFT_STEPS, _LEFT_CONSTANTS)
    for number in range(5):
        function = 4 - number if right else number
        constant = constants[number]
        for word, shift in steps[number]:
            total = (a + _mix(function, b, c, d) + words[word] + constant) & _MASK
            total = ((total << shift | total >> (32 - shift)) + e) & _MASK
            a, e, d, c, b = e, d, (c << 10 | c >> 22) & _MASK, b, total
    return a, b, c, d, e


def _compress(state: _State, block: bytes) -> _State:
    words = struct.unpack("<16I", block)
    _, b1, c1, d1, e1 = left = _line(state, words, right=False)
    a2, b2, c2, d2, e2 = _line(state, words, right=True)
    h0, h1, h2, h3, h4 = state
    return (
        (h1 + c1 + d2) & _MASK,
        (h2 + d1 + e2) & _MASK,
        (h3 + e1 + a2) & _MASK,
        (h4 + left[0] + b2) & _MASK,
        (h0 + b1 + c2) & _MASK,
    )


class Ripemd160:
    """A running RIPEMD-160 hash with the two methods of hashlib that a MAC needs."""

    __slots__ = ("_length", "_rest", "_state")

    def __init__(self) -> None:
        self._state: _State = _INITIAL
        self._rest = b""
        self._length = 0

    def update(self, data: bytes | bytearray | memoryview, /) -> None:
        """Hash the bytes of a buffer after all earlier ones."""
        view = memoryview(data).cast("B")
        self._length += len(view)
        start = 0
        if self._rest:
            start = min(_BLOCK - len(self._rest), len(view))
            self._rest += bytes(view[:start])
            if len(self._rest) < _BLOCK:
                return
            self._state = _compress(self._state, self._rest)
        whole = start + (len(view) - start) // _BLOCK * _BLOCK
        for offset in range(start, whole, _BLOCK):
            self._state = _compress(self._state, bytes(view[offset : offset + _BLOCK]))
        self._rest = bytes(view[whole:])

    def digest(self) -> bytes:
        """Give the 20 bytes of the digest of all bytes so far; more may follow."""
        padding = b"\x80" + bytes((55 - self._length) % _BLOCK)
        tail = self._rest + padding + struct.pack("<Q", self._length * 8 & 0xFFFFFFFFFFFFFFFF)
        state = self._state
        for offset in range(0, len(tail), _BLOCK):
            state = _compress(state, tail[offset : offset + _BLOCK])
        return struct.pack("<5I", *state)
