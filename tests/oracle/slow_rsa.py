"""The RSA signature block, the six digests and as much DER as it takes to find a key (PS3.15 C.1, RFC 8017 8.2.2)."""

from __future__ import annotations

import hashlib

DIGEST_INFO = {
    "MD5": "3020300c06082a864886f70d020505000410",
    "SHA1": "3021300906052b0e03021a05000414",
    "RIPEMD160": "3021300906052b2403020105000414",
    "SHA256": "3031300d060960864801650304020105000420",
    "SHA384": "3041300d060960864801650304020205000430",
    "SHA512": "3051300d060960864801650304020305000440",
}
RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")
LARGEST_KEY_BITS = 16384

SEQUENCE, INTEGER, BIT_STRING, OBJECT_IDENTIFIER, VERSION = 0x30, 0x02, 0x03, 0x06, 0xA0


class NoKey(ValueError):  # noqa: N818 - a finding about the certificate, not about the program
    """The bytes are no certificate with an RSA key."""


def digest(algorithm: str, data: bytes) -> bytes:
    """The hash of `data` under a defined term of MAC Algorithm (0400,0015)."""
    if algorithm == "RIPEMD160":
        try:
            return hashlib.new("ripemd160", data, usedforsecurity=False).digest()
        except ValueError:
            return ripemd160(data)
    return hashlib.new(algorithm.lower(), data, usedforsecurity=False).digest()


def signature_fault(value: bytes, algorithm: str, stream: bytes, modulus: int, exponent: int) -> str:
    """What is wrong with a version 1.5 signature over `stream`; empty when it holds (RFC 8017 8.2.2)."""
    size = (modulus.bit_length() + 7) // 8
    if len(value) not in (size, size + size % 2):  # an OB value of odd length has one pad byte
        return f"signature has {len(value)} bytes, modulus {size}"
    number = int.from_bytes(value[:size], "big")
    if number >= modulus:
        return "signature is not smaller than the modulus"
    info = bytes.fromhex(DIGEST_INFO[algorithm]) + digest(algorithm, stream)
    padding = b"\xff" * (size - 3 - len(info))
    if len(padding) < 8:
        return "modulus too small for this digest"
    block = pow(number, exponent, modulus).to_bytes(size, "big")
    if block != b"\0\1" + padding + b"\0" + info:
        return "the key does not turn the signature into the expected block"
    return ""


def rsa_key(certificate: bytes) -> tuple[int, int]:
    """Modulus and exponent of the key in an X.509 certificate (RFC 5280 4.1, RFC 8017 A.1.1)."""
    outer, _pad_or_more = one(certificate, SEQUENCE)
    body, _ = one(outer, SEQUENCE)
    if body[:1] == bytes([VERSION]):
        _, body = one(body, VERSION)
    _serial_number, body = one(body, INTEGER)
    for _field in ("signature", "issuer", "validity", "subject"):
        _, body = one(body, SEQUENCE)
    key_info, _ = one(body, SEQUENCE)
    algorithm, key_info = one(key_info, SEQUENCE)
    if one(algorithm, OBJECT_IDENTIFIER)[0] != RSA_ENCRYPTION:
        raise NoKey("the key of the certificate is not an RSA key")
    bits, _ = one(key_info, BIT_STRING)
    key, _ = one(bits[1:], SEQUENCE)  # the first byte counts unused bits
    modulus, key = one(key, INTEGER)
    exponent, _ = one(key, INTEGER)
    found = int.from_bytes(modulus, "big", signed=True), int.from_bytes(exponent, "big", signed=True)
    if min(found) <= 1 or max(found).bit_length() > LARGEST_KEY_BITS:
        raise NoKey("the RSA key is not of a sane size")
    return found


def one(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER value at the start, which must have this tag, and what follows it (X.690 8.1)."""
    if len(data) < 2 or data[0] != tag:
        raise NoKey(f"the certificate is not DER: tag {tag:02x} expected, {data[:1].hex() or 'nothing'} found")
    length, start = data[1], 2
    if length > 0x80:  # as many bytes of length follow; 80 itself is the indefinite form, which DER forbids
        start = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:start], "big")
    if data[1] == 0x80 or start + length > len(data):
        raise NoKey("the certificate is not DER: a length does not fit")
    return data[start : start + length], data[start + length :]


def ripemd160(data: bytes) -> bytes:
    """RIPEMD-160 in plain Python, for builds of hashlib that lack it (ISO/IEC 10118-3)."""
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    data += b"\x80" + b"\0" * ((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "little")
    for at in range(0, len(data), 64):
        words = [int.from_bytes(data[i : i + 4], "little") for i in range(at, at + 64, 4)]
        left = line(state, words, LEFT_WORDS, LEFT_SHIFTS, LEFT_CONSTANTS, [0, 1, 2, 3, 4])
        right = line(state, words, RIGHT_WORDS, RIGHT_SHIFTS, RIGHT_CONSTANTS, [4, 3, 2, 1, 0])
        state = [(state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & 0xFFFFFFFF for i in range(5)]
    return b"".join(word.to_bytes(4, "little") for word in state)


def line(
    state: list[int], words: list[int], order: list[int], shifts: list[int], constants: list[int], mixes: list[int]
) -> list[int]:
    """One of the two lines of eighty steps."""
    a, b, c, d, e = state
    for step in range(80):
        turn = step // 16
        mixed = (b ^ c ^ d, b & c | ~b & d, (b | ~c) ^ d, b & d | c & ~d, b ^ (c | ~d))[mixes[turn]]
        rotated = rotate((a + mixed + words[order[step]] + constants[turn]) & 0xFFFFFFFF, shifts[step])
        a, b, c, d, e = e, (rotated + e) & 0xFFFFFFFF, b, rotate(c, 10), d
    return [a, b, c, d, e]


def rotate(word: int, count: int) -> int:
    return (word << count | word >> (32 - count)) & 0xFFFFFFFF


def hexadecimals(text: str) -> list[int]:
    return [int(letter, 16) for letter in text.replace(" ", "")]


LEFT_CONSTANTS = [0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E]
RIGHT_CONSTANTS = [0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0]
LEFT_WORDS = hexadecimals("0123456789abcdef 74d1a6f3c0952eb8 3ae49f812706db5c 19ba08c4d37fe562 40597c2ae138b6fd")
RIGHT_WORDS = hexadecimals("5e7092b4d6f81a3c 6b370d5aef8c4912 f5137e69b8c2a04d 86413bf05c2d97ae cfa4158762de039b")
LEFT_SHIFTS = hexadecimals("befc5879bdef6798 768db97f7cf9b7dc bd67e9dfe8d65c75 bcefef989e56865c 9f5b68dc5cdeb856")
RIGHT_SHIFTS = hexadecimals("899bdff5778beec6 9df7c89b77c76fdb 97fb866ecd5edd75 f58bee6e69c9c5f8 85c9c5e68d65fdbb")
