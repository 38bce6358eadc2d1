"""What stands in a block that an RSA public key opened: version 1.5 padding, PSS or another (RFC 8017 8, 9)."""

from dataclasses import dataclass
from enum import StrEnum

from dicomsig.crypto.digest_info import DigestInfoForm, read_digest_info
from dicomsig.crypto.digests import MacAlgorithm, digest_size, new_digest

_FEWEST_PADDING_BYTES = 8
_PSS_TRAILER = b"\xbc"


class BlockForm(StrEnum):
    """The padding that a block shows (A-01)."""

    PKCS1_V1_5 = "pkcs1-v1.5"
    DAMAGED_V1_5 = "damaged-v1.5"
    ENCRYPTION = "encryption"
    UNPADDED = "unpadded"
    PSS = "pss"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BlockReading:
    """The padding of a block, what was seen, and the data inside it where the form tells."""

    form: BlockForm
    message: str
    data: bytes | None = None


def build_block(data: bytes, length: int) -> bytes:
    """Pad data to a version 1.5 signature block of `length` bytes (RFC 8017 9.2); raises ValueError without room."""
    padding = length - len(data) - 3
    if padding < _FEWEST_PADDING_BYTES:
        raise ValueError(f"{len(data)} bytes and their padding do not fit into a block of {length}")
    return b"\x00\x01" + b"\xff" * padding + b"\x00" + data


def read_block(block: bytes, algorithm: MacAlgorithm, digest: bytes) -> BlockReading:
    """Tell the padding of a block of modulus length; `digest` is only compared with (RFC 8017 8.1.2, 8.2.2)."""
    if block.startswith(b"\x00\x01\xff"):
        return _read_v1_5(block)
    if _is_pss(block, algorithm, digest):
        return BlockReading(BlockForm.PSS, "the block is padded by PSS")
    body = block.lstrip(b"\x00")
    if body == digest or read_digest_info(body, algorithm, digest).form not in (
        DigestInfoForm.MALFORMED,
        DigestInfoForm.BARE_DIGEST,
    ):
        return BlockReading(BlockForm.UNPADDED, "the block is zeroes and data, without padding", body)
    if block.startswith(b"\x00\x02"):
        head, separator, data = block[2:].partition(b"\x00")
        if separator and len(head) >= _FEWEST_PADDING_BYTES and len(data) <= 2 * digest_size(algorithm) + 32:
            return BlockReading(BlockForm.ENCRYPTION, "the block has the padding for encryption, type 02", data)
    return BlockReading(BlockForm.UNKNOWN, "the block shows no padding: another key, or a damaged signature")


def _read_v1_5(block: bytes) -> BlockReading:
    after = 2 + len(block[2:]) - len(block[2:].lstrip(b"\xff"))
    count = after - 2
    if after == len(block) or block[after]:
        return BlockReading(BlockForm.DAMAGED_V1_5, f"{count} padding bytes FF are not ended by 00 at byte {after}")
    data = block[after + 1 :]
    if count < _FEWEST_PADDING_BYTES:
        message = f"{count} padding bytes FF, at least {_FEWEST_PADDING_BYTES} expected"
        return BlockReading(BlockForm.DAMAGED_V1_5, message, data)
    return BlockReading(BlockForm.PKCS1_V1_5, "the block is padded by PKCS #1 version 1.5", data)


def _is_pss(block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
    """Whether a block is EMSA-PSS with any of the six mask hashes (RFC 8017 9.1.2).

    It is when it holds the digest, at any salt length, or when its padding shows, whatever the digest.
    """
    if block[-1:] != _PSS_TRAILER:
        return False
    # A modulus of 8k+1 bits leaves one zero byte before the encoded message (RFC 8017 8.1.2).
    messages = {block, block[1:]} if block[0] == 0 else {block}
    return any(_pss_shows(message, algorithm, mask, digest) for message in messages for mask in MacAlgorithm)


def _pss_shows(encoded: bytes, algorithm: MacAlgorithm, mask: MacAlgorithm, digest: bytes) -> bool:
    size = digest_size(algorithm)
    masked, seed = encoded[: -size - 1], encoded[-size - 1 : -1]
    if len(seed) < size:
        return False
    opened = int.from_bytes(masked) ^ int.from_bytes(_mask_bytes(mask, seed, len(masked)))
    # Up to seven leading bits were cleared after masking, depending on the bit length of the modulus.
    for cleared in range(8):
        plain = (opened & (1 << (8 * len(masked) - cleared)) - 1).to_bytes(len(masked))
        salt = plain.lstrip(b"\x00")
        if salt[:1] != b"\x01":
            continue
        if len(plain) - len(salt) >= _FEWEST_PADDING_BYTES:
            return True
        check = new_digest(algorithm)
        check.update(bytes(8) + digest + salt[1:])
        if check.digest() == seed:
            return True
    return False


def _mask_bytes(algorithm: MacAlgorithm, seed: bytes, length: int) -> bytes:
    """Generate MGF1 output (RFC 8017 B.2.1)."""
    out = b""
    for counter in range(-(-length // digest_size(algorithm))):
        step = new_digest(algorithm)
        step.update(seed + counter.to_bytes(4))
        out += step.digest()
    return out[:length]
