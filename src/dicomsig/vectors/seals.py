"""From a digest to a signature value: the one right way, and the wrong ones that signers take (PS3.15 C.1, A-01).

A seal is made of three steps that vary apart: the data that go into the block, the block, and the value. For test keys
only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dicomsig.crypto.digest_info import digest_info
from dicomsig.crypto.digests import MacAlgorithm, digest_size, new_digest
from dicomsig.crypto.rsa import raw_private
from dicomsig.crypto.signature_block import build_block

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = [
    "PROPER",
    "Block",
    "LowExponentForgery",
    "Padded",
    "Probabilistic",
    "Seal",
    "bare",
    "basic_encoding_length",
    "cube_root",
    "damaged_padding",
    "encryption_block",
    "extended",
    "modulus_itself",
    "modulus_minus_one",
    "object_identifier",
    "other_object_identifier",
    "short_padding",
    "truncated",
    "unpadded",
    "with_garbage",
    "without_null",
    "zero",
]


class Seal(Protocol):
    """A way from key, algorithm and digest to the value of Signature (0400,0120), without its pad byte."""

    def __call__(self, key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
        """The value; it depends on nothing but the arguments."""


Data = Callable[[MacAlgorithm, bytes], bytes]
"""From algorithm and digest to the data in the block."""

Block = Callable[[bytes, int], bytes]
"""From data and modulus length to a block of that length."""

Value = Callable[[bytes, int], bytes]
"""From a signature and the modulus to what is stored."""


@dataclass(frozen=True, slots=True)
class Padded:
    """A block, the private key, a value; with the defaults the version 1.5 signature of RFC 8017 8.2.1."""

    data: Data = digest_info
    block: Block = build_block
    value: Value | None = None

    def __call__(self, key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
        """The value of Signature (0400,0120)."""
        block = self.block(self.data(algorithm, digest), (key.key_size + 7) // 8)
        signature = raw_private(key, block)
        return signature if self.value is None else self.value(signature, key.private_numbers().public_numbers.n)


PROPER = Padded()
"""The one right way."""


def bare(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """The digest without DigestInfo (A-01, reading 2)."""
    return digest


def without_null(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """A DigestInfo whose algorithm identifier has no parameters (A-01, reading 3)."""
    return _nested(0x30, _nested(0x30, object_identifier(algorithm)) + _nested(0x04, digest))


def other_object_identifier(other: MacAlgorithm) -> Data:
    """A DigestInfo that names another algorithm than the one that made the digest."""
    return lambda algorithm, digest: digest_info(other, bytes(digest_size(other)))[: -digest_size(other)] + digest


def basic_encoding_length(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """A DigestInfo with a length in the long form, lawful in BER and not in DER (X.690 8.1.3, 10.1)."""
    proper = digest_info(algorithm, digest)
    return proper[:1] + b"\x81" + proper[1:]


def with_garbage(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """A DigestInfo followed by bytes that mean nothing."""
    return digest_info(algorithm, digest) + b"\x5a" * 8


def short_padding(data: bytes, length: int) -> bytes:
    """Four padding bytes FF in place of eight or more; zeroes fill the block behind the data."""
    return (b"\x00\x01" + b"\xff" * 4 + b"\x00" + data).ljust(length, b"\x00")


def damaged_padding(data: bytes, length: int) -> bytes:
    """One padding byte that is not FF (RFC 8017 9.2)."""
    block = bytearray(build_block(data, length))
    block[10] = 0xFE
    return bytes(block)


def encryption_block(data: bytes, length: int) -> bytes:
    """The block type for encryption, 02 with padding bytes that are not zero (RFC 8017 7.2.1)."""
    return b"\x00\x02" + b"\x5a" * (length - len(data) - 3) + b"\x00" + data


def unpadded(data: bytes, length: int) -> bytes:
    """Zeroes in place of padding."""
    return data.rjust(length, b"\x00")


def zero(signature: bytes, modulus: int) -> bytes:
    """The number 0, whose power is 0 for every key."""
    return bytes(len(signature))


def modulus_minus_one(signature: bytes, modulus: int) -> bytes:
    """The number n - 1, whose odd powers are n - 1 again."""
    return (modulus - 1).to_bytes(len(signature))


def modulus_itself(signature: bytes, modulus: int) -> bytes:
    """The modulus, which is out of range and whose power is 0 (RFC 8017 5.2.2)."""
    return modulus.to_bytes(len(signature))


def truncated(signature: bytes, modulus: int) -> bytes:
    """The last two bytes are missing."""
    return signature[:-2]


def extended(signature: bytes, modulus: int) -> bytes:
    """Two zero bytes follow, more than any pad byte."""
    return signature + bytes(2)


@dataclass(frozen=True, slots=True)
class Probabilistic:
    """EMSA-PSS with the digest's own hash for the mask and a fixed salt (RFC 8017 9.1.1; A-01, reading 4)."""

    salt: bytes = bytes(range(20))

    def __call__(self, key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
        """The value of Signature (0400,0120)."""
        bits = key.key_size - 1
        length = (bits + 7) // 8
        seed = _hash(algorithm, bytes(8) + digest + self.salt)
        plain = (b"\x01" + self.salt).rjust(length - len(seed) - 1, b"\x00")
        masked = int.from_bytes(plain) ^ int.from_bytes(_mask(algorithm, seed, len(plain)))
        masked &= (1 << 8 * len(plain) - (8 * length - bits)) - 1
        encoded = masked.to_bytes(len(plain)) + seed + b"\xbc"
        return raw_private(key, encoded.rjust((key.key_size + 7) // 8, b"\x00"))


@dataclass(frozen=True, slots=True)
class LowExponentForgery:
    """A signature made without the private key, for exponent 3 and verifiers that ignore what follows the DigestInfo.

    Its cube begins like a block with eight padding bytes; the rest is whatever the cube root leaves.
    """

    def __call__(self, key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
        """The value of Signature (0400,0120); raises ValueError for another exponent."""
        if key.private_numbers().public_numbers.e != 3:
            raise ValueError("the forgery needs a key with exponent 3")
        length = (key.key_size + 7) // 8
        head = b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info(algorithm, digest)
        root = cube_root(int.from_bytes(head.ljust(length, b"\x00"))) + 1
        if not (root**3).to_bytes(length).startswith(head):
            raise ValueError("the modulus leaves no room for the forgery")
        return root.to_bytes(length)


def object_identifier(algorithm: MacAlgorithm) -> bytes:
    """The encoded identifier, cut out of the DigestInfo: after two SEQUENCE headers, before NULL and digest."""
    proper = digest_info(algorithm, bytes(digest_size(algorithm)))
    return proper[4 : 6 + proper[5]]


def _nested(tag: int, contents: bytes) -> bytes:
    return bytes((tag, len(contents))) + contents


def _hash(algorithm: MacAlgorithm, data: bytes) -> bytes:
    engine = new_digest(algorithm)
    engine.update(data)
    return engine.digest()


def _mask(algorithm: MacAlgorithm, seed: bytes, length: int) -> bytes:
    blocks = range(-(-length // digest_size(algorithm)))
    return b"".join(_hash(algorithm, seed + counter.to_bytes(4)) for counter in blocks)[:length]


def cube_root(number: int) -> int:
    """The largest integer whose cube is not above the number."""
    low, high = 0, 1 << number.bit_length() // 3 + 1
    while low < high:
        middle = (low + high + 1) // 2
        if middle**3 <= number:
            low = middle
        else:
            high = middle - 1
    return low
