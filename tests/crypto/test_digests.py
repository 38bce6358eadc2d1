"""The six MAC algorithms and the pure Python RIPEMD-160."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto.digests import MacAlgorithm, digest_size, new_digest
from dicomsig.crypto.ripemd160 import Ripemd160

ABC = {
    MacAlgorithm.RIPEMD160: "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    MacAlgorithm.MD5: "900150983cd24fb0d6963f7d28e17f72",
    MacAlgorithm.SHA1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    MacAlgorithm.SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    MacAlgorithm.SHA384: "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
    "8086072ba1e7cc2358baeca134c825a7",
    MacAlgorithm.SHA512: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
}
# The vectors that the authors of RIPEMD-160 published.
RIPEMD160 = {
    b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    b"a": "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe",
    b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    b"message digest": "5d0689ef49d2fae572b881b123a85ffa21595f36",
    b"abcdefghijklmnopqrstuvwxyz": "f71c27109c692c1b56bbdceb5b9d2865b3708dbc",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "12a053384a9c0c88e405a06c27dcf49ada62eb2b",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789": "b0e20b6e3116640286ed3a87a5713079b21f5189",
    b"1234567890" * 8: "9b752e45573d4b39f4dbd3323cab82bf63326bfb",
}


@pytest.mark.parametrize("algorithm", MacAlgorithm)
def test_each_algorithm_gives_its_published_digest(algorithm: MacAlgorithm) -> None:
    """Each of the six gives the published digest of "abc", in the length that DICOM states."""
    running = new_digest(algorithm)
    running.update(b"a")
    running.update(memoryview(b"bc"))
    assert running.digest().hex() == ABC[algorithm]
    assert digest_size(algorithm) == len(running.digest())


@pytest.mark.parametrize(("message", "expected"), RIPEMD160.items())
def test_pure_ripemd160_gives_the_published_digests(message: bytes, expected: str) -> None:
    """The fallback gives the digests that the authors of RIPEMD-160 published."""
    running = Ripemd160()
    running.update(message)
    assert running.digest().hex() == expected


@given(st.lists(st.binary(max_size=150), max_size=6))
def test_pure_ripemd160_does_not_depend_on_the_pieces(pieces: list[bytes]) -> None:
    """The fallback gives one digest however the bytes are cut, also when asked in between."""
    whole, cut = Ripemd160(), Ripemd160()
    whole.update(b"".join(pieces))
    for piece in pieces:
        cut.update(bytearray(piece))
        cut.digest()
    assert cut.digest() == whole.digest()


@pytest.mark.skipif("ripemd160" not in hashlib.algorithms_available, reason="this OpenSSL has no RIPEMD160")
@given(st.binary(max_size=300))
def test_pure_ripemd160_equals_hashlib(message: bytes) -> None:
    """The fallback agrees with OpenSSL on any message."""
    running = Ripemd160()
    running.update(message)
    assert running.digest() == hashlib.new("ripemd160", message).digest()


def test_ripemd160_works_without_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hashlib refuses RIPEMD160, the fallback takes its place."""

    def refuse(name: str, **_: object) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", refuse)
    running = new_digest(MacAlgorithm.RIPEMD160)
    running.update(b"abc")
    assert isinstance(running, Ripemd160)
    assert running.digest().hex() == ABC[MacAlgorithm.RIPEMD160]
