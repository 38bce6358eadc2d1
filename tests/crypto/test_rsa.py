"""The RSA step holds for one block only and names what every other block is."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto import rsa as module
from dicomsig.crypto.digest_info import digest_info
from dicomsig.crypto.digests import MacAlgorithm, digest_size
from dicomsig.crypto.rsa import RsaPublicKey, RsaReason, check_signature, cut_to_modulus, raw_private, sign_digest
from dicomsig.crypto.signature_block import build_block

SHA256 = MacAlgorithm.SHA256
DIGEST = hashlib.sha256(b"message").digest()
INFO = digest_info(SHA256, DIGEST)
LENGTH = 256


def public(key: rsa.RSAPrivateKey) -> RsaPublicKey:
    numbers = key.public_key().public_numbers()
    return RsaPublicKey(numbers.n, numbers.e)


def cube_root(block: bytes) -> bytes:
    """The smallest number whose cube is not below a block: the tool of forgers at exponent 3."""
    target, low, high = int.from_bytes(block), 0, 1 << (8 * len(block) // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < target else (low, middle)
    return low.to_bytes(len(block))


@pytest.mark.parametrize("algorithm", MacAlgorithm)
def test_what_is_signed_holds(algorithm: MacAlgorithm, low_exponent_key: rsa.RSAPrivateKey) -> None:
    """A signature of each algorithm holds over its digest and fails over another, naming the digest found."""
    digest = bytes(range(digest_size(algorithm)))
    signature = sign_digest(low_exponent_key, algorithm, digest)
    key = public(low_exponent_key)
    other = check_signature(key, signature, algorithm, bytes(len(digest)))
    assert check_signature(key, signature, algorithm, digest).reason is None
    assert (other.reason, other.digest) == (RsaReason.MAC_MISMATCH, digest)


def test_our_signature_is_that_of_the_library(low_exponent_key: rsa.RSAPrivateKey) -> None:
    """The raw private key operation over a built block gives the very bytes that the library signs."""
    block = build_block(INFO, LENGTH)
    assert raw_private(low_exponent_key, block) == low_exponent_key.sign(
        b"message", padding.PKCS1v15(), hashes.SHA256()
    )
    assert raw_private(low_exponent_key, block) == sign_digest(low_exponent_key, SHA256, DIGEST)


BLOCKS: dict[str, tuple[bytes, RsaReason]] = {
    "bare digest": (build_block(DIGEST, LENGTH), RsaReason.DIGEST_INFO_BARE),
    "parameters absent": (
        build_block(bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + DIGEST, LENGTH),
        RsaReason.DIGEST_INFO_PARAMETERS_ABSENT,
    ),
    "other algorithm": (
        build_block(digest_info(MacAlgorithm.SHA1, bytes(20)), LENGTH),
        RsaReason.DIGEST_INFO_ALGORITHM,
    ),
    "other digest": (build_block(digest_info(SHA256, bytes(32)), LENGTH), RsaReason.MAC_MISMATCH),
    "long form length": (build_block(b"\x30\x81" + INFO[1:], LENGTH), RsaReason.DIGEST_INFO_MALFORMED),
    "one byte after": (build_block(INFO + b"\x00", LENGTH), RsaReason.DIGEST_INFO_MALFORMED),
    "garbage after, few FF": (
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + INFO + b"\xaa" * (LENGTH - 11 - len(INFO)),
        RsaReason.DIGEST_INFO_MALFORMED,
    ),
    "seven FF": (
        b"\x00\x01" + b"\xff" * 7 + b"\x00" + INFO + bytes(LENGTH - 10 - len(INFO)),
        RsaReason.PADDING_NOT_PKCS1_V1_5,
    ),
    "no separator": (b"\x00\x01" + b"\xff" * (LENGTH - 2), RsaReason.PADDING_NOT_PKCS1_V1_5),
    "padding broken": (
        b"\x00\x01" + b"\xff" * 100 + b"\xfe" + build_block(INFO, LENGTH)[103:],
        RsaReason.PADDING_NOT_PKCS1_V1_5,
    ),
    "type 02": (
        b"\x00\x02" + b"\x11" * (LENGTH - 3 - len(INFO)) + b"\x00" + INFO,
        RsaReason.PADDING_NOT_PKCS1_V1_5,
    ),
    "type 00": (bytes(LENGTH - len(INFO)) + INFO, RsaReason.PADDING_NOT_PKCS1_V1_5),
    "digest as a number": (bytes(LENGTH - len(DIGEST)) + DIGEST, RsaReason.PADDING_NOT_PKCS1_V1_5),
    "unrelated": (b"\x00" + b"\x5a" * (LENGTH - 1), RsaReason.SIGNATURE_NOT_BY_KEY),
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("library", [True, False])
def test_no_other_block_holds(
    name: str, library: bool, low_exponent_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wrong block has its reason, whether the library or our own arithmetic opened it."""
    if not library:
        monkeypatch.setattr(module, "_recover", lambda _key, _signature: None)
    block, reason = BLOCKS[name]
    signature = raw_private(low_exponent_key, block)
    assert check_signature(public(low_exponent_key), signature, SHA256, DIGEST).reason is reason


def test_our_own_arithmetic_alone_is_enough(
    low_exponent_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good signature holds even where the library refuses the key."""
    monkeypatch.setattr(module, "_recover", lambda _key, _signature: None)
    signature = sign_digest(low_exponent_key, SHA256, DIGEST)
    assert check_signature(public(low_exponent_key), signature, SHA256, DIGEST).reason is None


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + INFO,
        b"\x00\x01\xff\x00" + INFO,
        b"\x00\x01\x00" + INFO,
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + bytes.fromhex("30613000") + INFO,
    ],
)
def test_a_cube_root_never_passes(head: bytes, low_exponent_key: rsa.RSAPrivateKey) -> None:
    """Signatures forged without the private key, by a cube root at exponent 3, are refused."""
    forged = cube_root(head + bytes(LENGTH - len(head)))
    opened = (int.from_bytes(forged) ** 3).to_bytes(LENGTH)
    assert opened.startswith(head)
    assert check_signature(public(low_exponent_key), forged, SHA256, DIGEST).reason in (
        RsaReason.DIGEST_INFO_MALFORMED,
        RsaReason.PADDING_NOT_PKCS1_V1_5,
        RsaReason.SIGNATURE_NOT_BY_KEY,
    )


@pytest.mark.parametrize("salt", [0, 20, 32, padding.PSS.MAX_LENGTH])
@pytest.mark.parametrize("mask", [hashes.SHA1(), hashes.SHA256()])
@pytest.mark.parametrize("fixture", ["low_exponent_key", "odd_key", "shifted_key"])
def test_pss_is_named(
    salt: "int | padding._MaxLength", mask: hashes.HashAlgorithm, fixture: str, request: pytest.FixtureRequest
) -> None:
    """A PSS signature is refused as such, whatever its salt, mask hash and modulus length (A-01 reading 4)."""
    key: rsa.RSAPrivateKey = request.getfixturevalue(fixture)
    signature = key.sign(b"message", padding.PSS(padding.MGF1(mask), salt), hashes.SHA256())
    assert check_signature(public(key), signature, SHA256, DIGEST).reason is RsaReason.PADDING_PSS


def test_another_key_is_named(low_exponent_key: rsa.RSAPrivateKey, odd_key: rsa.RSAPrivateKey) -> None:
    """Under another key of the same length a signature opens to nothing."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=1032)
    signature = sign_digest(odd_key, SHA256, DIGEST)
    outcome = check_signature(public(stranger), signature, SHA256, DIGEST)
    assert outcome.reason in (RsaReason.SIGNATURE_NOT_BY_KEY, RsaReason.SIGNATURE_OUT_OF_RANGE)


def test_the_number_must_be_below_the_modulus(low_exponent_key: rsa.RSAPrivateKey) -> None:
    """A signature plus the modulus is another number of the same residue, and out of range (RFC 8017 5.2.2)."""
    key = public(low_exponent_key)
    digests = (hashlib.sha256(bytes([n])).digest() for n in range(256))
    raised = (
        (digest, number)
        for digest in digests
        if (number := int.from_bytes(sign_digest(low_exponent_key, SHA256, digest)) + key.modulus) < 1 << 8 * LENGTH
    )
    digest, number = next(raised)
    outcome = check_signature(key, number.to_bytes(LENGTH), SHA256, digest)
    assert outcome.reason is RsaReason.SIGNATURE_OUT_OF_RANGE


def test_the_length_is_that_of_the_modulus(low_exponent_key: rsa.RSAPrivateKey) -> None:
    """Leading zeroes added or cut off, and bytes added, are a wrong length (RFC 8017 8.2.2)."""
    signature = sign_digest(low_exponent_key, SHA256, DIGEST)
    for value in (b"\x00" + signature, signature + b"\x00", signature[:-1], b""):
        outcome = check_signature(public(low_exponent_key), value, SHA256, DIGEST)
        assert outcome.reason is RsaReason.SIGNATURE_LENGTH


def test_the_pad_byte_is_cut_by_modulus_length_only(
    low_exponent_key: rsa.RSAPrivateKey, odd_key: rsa.RSAPrivateKey
) -> None:
    """The one byte after an odd modulus length is cut, and nothing else, whatever the signature ends in (A-14)."""
    odd, even = public(odd_key), public(low_exponent_key)
    ends_in_zero = b"\x01" * (odd.byte_length - 1) + b"\x00"
    assert cut_to_modulus(ends_in_zero + b"\x00", odd) == ends_in_zero
    assert cut_to_modulus(ends_in_zero + b"\x01", odd) == ends_in_zero
    for value in (ends_in_zero, ends_in_zero + b"\x00\x00", ends_in_zero[:-1]):
        assert cut_to_modulus(value, odd) == value
    assert cut_to_modulus(bytes(LENGTH + 1), even) == bytes(LENGTH + 1)


@pytest.mark.parametrize(
    "key",
    [
        RsaPublicKey(0, 3),
        RsaPublicKey(-((1 << 2047) + 1), 3),
        RsaPublicKey((1 << 2047) + 2, 3),
        RsaPublicKey((1 << 2047) + 1, 1),
        RsaPublicKey((1 << 2047) + 1, 4),
        RsaPublicKey((1 << 2047) + 1, -3),
        RsaPublicKey((1 << 2047) + 1, (1 << 64) + 1),
        RsaPublicKey((1 << 16384) + 1, 3),
        RsaPublicKey((1 << 255) + 1, 3),
        RsaPublicKey((1 << 511) + 1, 3),
    ],
)
def test_a_hostile_key_is_unusable(key: RsaPublicKey) -> None:
    """Keys out of bounds, even, negative or too short for the digest give a reason, not an error or a long wait."""
    outcome = check_signature(key, bytes(key.byte_length), MacAlgorithm.SHA512, bytes(64))
    assert outcome.reason is RsaReason.KEY_UNUSABLE


def test_a_block_of_the_wrong_size_is_not_signed(low_exponent_key: rsa.RSAPrivateKey) -> None:
    """The raw operation refuses blocks of another length and numbers not below the modulus."""
    for block in (bytes(LENGTH - 1), b"\xff" * LENGTH):
        with pytest.raises(ValueError):
            raw_private(low_exponent_key, block)


@given(data=st.data())
def test_random_signatures_never_raise_and_never_hold(data: st.DataObject, odd_key: rsa.RSAPrivateKey) -> None:
    """Any bytes as signature give a reason."""
    size = st.one_of(st.just(129), st.integers(0, 140)).flatmap(
        lambda length: st.binary(min_size=length, max_size=length)
    )
    outcome = check_signature(public(odd_key), data.draw(size), SHA256, DIGEST)
    assert outcome.reason is not None


@given(position=st.integers(0, 128), change=st.integers(1, 255))
def test_one_changed_byte_of_the_signature_is_noticed(position: int, change: int, odd_key: rsa.RSAPrivateKey) -> None:
    """No byte of a signature is without meaning."""
    changed = bytearray(sign_digest(odd_key, SHA256, DIGEST))
    changed[position] ^= change
    assert check_signature(public(odd_key), bytes(changed), SHA256, DIGEST).reason is not None
