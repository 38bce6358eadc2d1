"""The six MAC algorithms of MAC Algorithm (0400,0015) as hash functions (PS3.3 C.12.1.1.3, PS3.15 C.1)."""

import hashlib
from enum import StrEnum
from typing import Final, Protocol


class MacAlgorithm(StrEnum):
    """A defined term of MAC Algorithm (0400,0015); the value is the term (PS3.3 C.12.1.1.3)."""

    RIPEMD160 = "RIPEMD160"
    MD5 = "MD5"
    SHA1 = "SHA1"
    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


OTHER_ALGORITHM: Final = "other"
"""What a report calls a term that is not defined: the term itself is a value of the instance."""


def reported_algorithm(term: str) -> str:
    """The term of MAC Algorithm (0400,0015) as a report names it: itself where it is defined, else ``other``."""
    return term if term in MacAlgorithm.__members__ else OTHER_ALGORITHM


class Digest(Protocol):
    """A running hash: feed it buffers, then ask for the digest."""

    def update(self, data: bytes | bytearray | memoryview, /) -> None:
        """Hash the bytes of a buffer after all earlier ones."""

    def digest(self) -> bytes:
        """Give the digest of all bytes so far; more may follow."""


_SIZES = {
    MacAlgorithm.RIPEMD160: 20,
    MacAlgorithm.MD5: 16,
    MacAlgorithm.SHA1: 20,
    MacAlgorithm.SHA256: 32,
    MacAlgorithm.SHA384: 48,
    MacAlgorithm.SHA512: 64,
}


def digest_size(algorithm: MacAlgorithm) -> int:
    """Give the digest length of an algorithm in bytes: 16, 20, 32, 48 or 64 (PS3.3 C.17.2.1)."""
    return _SIZES[algorithm]


def new_digest(algorithm: MacAlgorithm) -> Digest:
    """Start a digest; RIPEMD160 falls back to pure Python where hashlib's OpenSSL lacks it (PS3.15 C.1).

    The fallback hashes about a third of a megabyte a second, a few hundred times slower than the others.
    """
    if algorithm is MacAlgorithm.RIPEMD160:
        return _new_ripemd160()
    return hashlib.new(algorithm.value, usedforsecurity=False)


def _new_ripemd160() -> Digest:
    # OpenSSL 3 before 3.0.7 and hardened builds keep RIPEMD160 in a provider that is not loaded.
    try:
        return hashlib.new("ripemd160", usedforsecurity=False)
    except ValueError:
        from dicomsig.crypto.ripemd160 import Ripemd160

        return Ripemd160()
