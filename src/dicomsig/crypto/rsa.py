"""The RSA step of a signature, checked and made: strict PKCS #1 version 1.5 (PS3.15 C.1, RFC 8017 8.2)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from dicomsig.crypto.digest_info import DigestInfoForm, digest_info, read_digest_info
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.signature_block import BlockForm, build_block, read_block

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

SMALLEST_MODULUS_BITS = 512
LARGEST_MODULUS_BITS = 16384
LARGEST_EXPONENT_BITS = 64
# 00 01, eight times FF and 00 come before the DigestInfo (RFC 8017 9.2).
_LEAST_OVERHEAD = 11


class RsaReason(StrEnum):
    """Why a signature value does not hold (PS3.15 C.1, A-01)."""

    MAC_MISMATCH = "mac-mismatch"
    DIGEST_INFO_BARE = "digest-info-bare"
    DIGEST_INFO_PARAMETERS_ABSENT = "digest-info-parameters-absent"
    DIGEST_INFO_ALGORITHM = "digest-info-algorithm"
    DIGEST_INFO_MALFORMED = "digest-info-malformed"
    PADDING_NOT_PKCS1_V1_5 = "padding-not-pkcs1-v1.5"
    PADDING_PSS = "padding-pss"
    SIGNATURE_NOT_BY_KEY = "signature-not-by-key"
    SIGNATURE_OUT_OF_RANGE = "signature-out-of-range"
    SIGNATURE_LENGTH = "signature-length"
    KEY_UNUSABLE = "key-unusable"


@dataclass(frozen=True, slots=True)
class RsaPublicKey:
    """An RSA public key as its two numbers, whatever they are; `problem` says whether it can be used."""

    modulus: int
    exponent: int

    @property
    def byte_length(self) -> int:
        """The length of the modulus, and so of every signature, in bytes (RFC 8017 8.2.2)."""
        return (self.modulus.bit_length() + 7) // 8

    @property
    def problem(self) -> str | None:
        """What makes the key unusable, or None: modulus 512 to 16384 bits and odd, exponent odd, 3 up to 64 bits."""
        bits = self.modulus.bit_length()
        if self.modulus <= 0 or not SMALLEST_MODULUS_BITS <= bits <= LARGEST_MODULUS_BITS:
            return f"RSA modulus of {bits} bits; {SMALLEST_MODULUS_BITS} to {LARGEST_MODULUS_BITS} are supported"
        if not self.modulus & 1:
            return "RSA modulus is even"
        if self.exponent < 3 or not self.exponent & 1 or self.exponent >= self.modulus:
            return "RSA exponent is not an odd number from 3 to below the modulus"
        if self.exponent.bit_length() > LARGEST_EXPONENT_BITS:
            return f"RSA exponent of {self.exponent.bit_length()} bits; up to {LARGEST_EXPONENT_BITS} are supported"
        return None


@dataclass(frozen=True, slots=True)
class RsaOutcome:
    """What the RSA step found; `reason` None means that the signature holds exactly.

    `recovered` is the data after the padding (the DigestInfo, when all is well), as far as one could be recovered.
    `digest` is the digest inside it, the target of an explanation when it is not the expected one.
    """

    reason: RsaReason | None
    message: str
    recovered: bytes | None = None
    digest: bytes | None = None


def cut_to_modulus(value: bytes, key: RsaPublicKey) -> bytes:
    """Cut the pad byte off a Signature (0400,0120): the one byte after a modulus of odd byte length (PS3.5 6.2, A-14).

    The length of the modulus decides, not the pad byte, which is no part of the signature whatever it is. Any other
    value comes back whole, and `check_signature` then says SIGNATURE_LENGTH if its length is wrong.
    """
    length = key.byte_length
    if length % 2 and len(value) == length + 1:
        return value[:-1]
    return value


def check_signature(key: RsaPublicKey, signature: bytes, algorithm: MacAlgorithm, digest: bytes) -> RsaOutcome:
    """Check a signature value over a digest, byte for byte (PS3.15 C.1, RFC 8017 8.2.2, A-01 reading 1).

    The digest determines every byte of the block, so neither garbage nor a short padding can pass, at any exponent.
    DIGEST_INFO_PARAMETERS_ABSENT is told apart for the caller to judge; every other reason is a failure. Hostile keys
    and signatures never raise; a `digest` that has not the length of the algorithm raises ValueError.
    """
    expected = digest_info(algorithm, digest)
    length = key.byte_length
    if len(signature) == length and (recovered := _recover(key, signature)) is not None and recovered == expected:
        return RsaOutcome(None, "the signature holds", recovered, digest)
    if problem := key.problem:
        return RsaOutcome(RsaReason.KEY_UNUSABLE, problem)
    if length < len(expected) + _LEAST_OVERHEAD:
        message = f"a modulus of {length} bytes is too short for {algorithm}, {len(expected) + _LEAST_OVERHEAD} needed"
        return RsaOutcome(RsaReason.KEY_UNUSABLE, message)
    if len(signature) != length:
        message = f"the signature has {len(signature)} bytes, the modulus {length}"
        return RsaOutcome(RsaReason.SIGNATURE_LENGTH, message)
    number = int.from_bytes(signature)
    if number >= key.modulus:
        return RsaOutcome(RsaReason.SIGNATURE_OUT_OF_RANGE, "the signature is a number not below the modulus")
    block = pow(number, key.exponent, key.modulus).to_bytes(length)
    return _block_outcome(block, algorithm, digest)


def _block_outcome(block: bytes, algorithm: MacAlgorithm, digest: bytes) -> RsaOutcome:
    """Judge a recovered block; this alone decides whenever the library could not or would not recover the data."""
    reading = read_block(block, algorithm, digest)
    match reading.form:
        case BlockForm.PKCS1_V1_5 if reading.data is not None:
            return _data_outcome(reading.data, algorithm, digest)
        case BlockForm.PSS:
            return RsaOutcome(RsaReason.PADDING_PSS, reading.message)
        case BlockForm.UNKNOWN:
            return RsaOutcome(RsaReason.SIGNATURE_NOT_BY_KEY, reading.message)
        case _:
            found = read_digest_info(reading.data or b"", algorithm, digest).digest
            return RsaOutcome(RsaReason.PADDING_NOT_PKCS1_V1_5, reading.message, reading.data, found)


_REASONS = {
    DigestInfoForm.EXACT: None,
    DigestInfoForm.PARAMETERS_ABSENT: RsaReason.DIGEST_INFO_PARAMETERS_ABSENT,
    DigestInfoForm.OTHER_ALGORITHM: RsaReason.DIGEST_INFO_ALGORITHM,
    DigestInfoForm.BARE_DIGEST: RsaReason.DIGEST_INFO_BARE,
    DigestInfoForm.WRONG_DIGEST: RsaReason.MAC_MISMATCH,
    DigestInfoForm.MALFORMED: RsaReason.DIGEST_INFO_MALFORMED,
}


def _data_outcome(data: bytes, algorithm: MacAlgorithm, digest: bytes) -> RsaOutcome:
    reading = read_digest_info(data, algorithm, digest)
    return RsaOutcome(_REASONS[reading.form], reading.message, data, reading.digest)


@lru_cache(maxsize=256)
def _library_key(key: RsaPublicKey) -> "RSAPublicKey | None":
    """Give the library's key object, built once a key; None when the key is out of bounds or the library refuses it."""
    if key.problem:
        return None
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    try:
        return RSAPublicNumbers(key.exponent, key.modulus).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


def _recover(key: RsaPublicKey, signature: bytes) -> bytes | None:
    """Recover the padded data by the library; None when it finds no version 1.5 padding, for whatever cause."""
    library_key = _library_key(key)
    if library_key is None:
        return None
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    try:
        return library_key.recover_data_from_signature(signature, PKCS1v15(), None)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return None


def raw_private(private_key: "RSAPrivateKey", block: bytes) -> bytes:
    """Apply the RSA private key to a whole block of modulus length, whatever it holds (RFC 8017 5.2.1).

    For test keys only: the arithmetic is not protected against timing. Raises ValueError when the block is not below
    the modulus or has another length.
    """
    numbers = private_key.private_numbers()
    modulus = numbers.public_numbers.n
    message = int.from_bytes(block)
    if len(block) != (modulus.bit_length() + 7) // 8 or message >= modulus:
        raise ValueError("the block is not a number of modulus length below the modulus")
    first = pow(message, numbers.dmp1, numbers.p)
    second = pow(message, numbers.dmq1, numbers.q)
    result = second + (first - second) * numbers.iqmp % numbers.p * numbers.q
    return result.to_bytes(len(block))


def sign_digest(private_key: "RSAPrivateKey", algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """Sign a digest as PS3.15 C.1 asks: version 1.5 block over DigestInfo with NULL parameters, of modulus length.

    The library signs wherever it knows the hash. It knows no RIPEMD160; there, and where it refuses an old hash, the
    block is put through `raw_private`, which is for test keys. Raises ValueError when digest or key has a wrong length.
    """
    block = build_block(digest_info(algorithm, digest), (private_key.key_size + 7) // 8)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    known = getattr(hashes, algorithm.value, None)
    if known is not None:
        try:
            return private_key.sign(digest, PKCS1v15(), Prehashed(known()))
        except UnsupportedAlgorithm:
            pass
    return raw_private(private_key, block)
