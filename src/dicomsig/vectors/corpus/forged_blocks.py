"""Seals beyond `dicomsig.vectors.seals`: ways in which a signature block has been forged or spoilt (RFC 8017 9.2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dicomsig.crypto.digest_info import digest_info
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors.seals import cube_root, object_identifier

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = [
    "GarbageInParameters",
    "backwards",
    "digest_extended",
    "digest_reversed",
    "digest_truncated",
    "eight_then_garbage",
    "empty_data",
    "leading_byte_stripped",
    "leading_zeros",
    "nothing",
    "null_with_content",
    "one",
    "ones",
    "parameters_of_garbage",
    "separator_missing",
]


def _sequence(tag: int, contents: bytes) -> bytes:
    if len(contents) < 0x80:
        return bytes((tag, len(contents))) + contents
    return bytes((tag, 0x82)) + len(contents).to_bytes(2) + contents


def with_parameters(algorithm: MacAlgorithm, digest: bytes, parameters: bytes) -> bytes:
    """A DigestInfo whose algorithm identifier has these parameters, encoded."""
    return _sequence(0x30, _sequence(0x30, object_identifier(algorithm) + parameters) + _sequence(0x04, digest))


def parameters_of_garbage(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """The parameters of the algorithm identifier are bytes that mean nothing, not NULL."""
    return with_parameters(algorithm, digest, _sequence(0x04, b"\x5a" * 40))


def null_with_content(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """NULL has a content byte, which DER forbids (X.690 8.8.2)."""
    return with_parameters(algorithm, digest, b"\x05\x01\x00")


def digest_truncated(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """The last byte of the digest is missing, and the lengths say so."""
    return with_parameters(algorithm, digest[:-1], b"\x05\x00")


def digest_extended(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """A zero byte follows the digest, and the lengths say so."""
    return with_parameters(algorithm, digest + b"\0", b"\x05\x00")


def digest_reversed(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """The bytes of the digest stand in reverse order."""
    return digest_info(algorithm, digest[::-1])


def empty_data(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """There is nothing in the block but padding."""
    return b""


def eight_then_garbage(data: bytes, length: int) -> bytes:
    """Eight padding bytes, the data, and behind them whatever fills the block, as low exponents allow to forge."""
    return (b"\x00\x01" + b"\xff" * 8 + b"\x00" + data).ljust(length, b"\x5a")


def separator_missing(data: bytes, length: int) -> bytes:
    """No zero byte parts padding and data."""
    return b"\x00\x01" + b"\xff" * (length - 2 - len(data)) + data


def one(signature: bytes, modulus: int) -> bytes:
    """The number 1, whose power is 1 for every key."""
    return (1).to_bytes(len(signature))


def ones(signature: bytes, modulus: int) -> bytes:
    """All bits set, which is beyond every modulus of the length."""
    return b"\xff" * len(signature)


def nothing(signature: bytes, modulus: int) -> bytes:
    """A value of two zero bytes."""
    return bytes(2)


def backwards(signature: bytes, modulus: int) -> bytes:
    """The signature with its least significant byte first."""
    return signature[::-1]


def leading_zeros(signature: bytes, modulus: int) -> bytes:
    """Two zero bytes precede the signature; the number is the right one."""
    return bytes(2) + signature


def leading_byte_stripped(signature: bytes, modulus: int) -> bytes:
    """The first two bytes are missing."""
    return signature[2:]


@dataclass(frozen=True, slots=True)
class GarbageInParameters:
    """A signature made without the private key, for exponent 3 and verifiers that skip the parameters unread.

    Its cube begins like a block with eight padding bytes and a DigestInfo whose parameters take all that the cube root
    leaves, and it ends in the right digest. Only an odd number has a cube root for its last bytes: where the digest is
    even, raises ValueError.
    """

    def __call__(self, key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
        """The value of Signature (0400,0120); raises ValueError for another exponent or an even digest."""
        if key.private_numbers().public_numbers.e != 3 or not digest[-1] & 1:
            raise ValueError("the forgery needs a key with exponent 3 and an odd digest")
        length = (key.key_size + 7) // 8
        shape = self._shape(algorithm, digest, length)
        start, end = shape.index(_FILLER), shape.rindex(_FILLER) + len(_FILLER)
        tail = shape[end:]
        modulus = 1 << 8 * len(tail)
        low = _cube_root_of_tail(int.from_bytes(tail), 8 * len(tail))
        high = cube_root(int.from_bytes(shape[:start] + b"\x5a" * (length - start)))
        number = (high // modulus) * modulus + low
        cube = (number**3).to_bytes(length)
        if not cube.startswith(shape[:start]) or not cube.endswith(tail):
            raise ValueError("the modulus leaves no room for the forgery")
        return number.to_bytes(length)

    def _shape(self, algorithm: MacAlgorithm, digest: bytes, length: int) -> bytes:
        """The block as it should look, the filler standing for what may be anything."""
        head = b"\x00\x01" + b"\xff" * 8 + b"\x00"
        for size in range(length, 0, -1):
            info = with_parameters(algorithm, digest, _sequence(0x04, _FILLER * (size // len(_FILLER))))
            if len(head) + len(info) == length:
                return head + info
        for size in range(length, 0, -1):
            info = with_parameters(algorithm, digest, _sequence(0x04, (_FILLER * size)[:size]))
            if len(head) + len(info) == length:
                return head + info
        raise ValueError("no such block has this length")


_FILLER = b"\xa5\x5a\xa5\x5a"


def _cube_root_of_tail(tail: int, bits: int) -> int:
    """The number whose cube ends in these bits; there is one for every odd tail."""
    root = 1
    for bit in range(1, bits):
        if (root**3 ^ tail) >> bit & 1:
            root |= 1 << bit
    return root
