"""DigestInfo is built as PKCS #1 says and read without forgiveness."""

import pytest
from asn1crypto.algos import DigestInfo
from asn1crypto.core import Null
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto.digest_info import DigestInfoForm, digest_info, read_digest_info
from dicomsig.crypto.digests import MacAlgorithm, digest_size

DIGEST = bytes(range(32))
EXACT = digest_info(MacAlgorithm.SHA256, DIGEST)
IDENTIFIER = bytes.fromhex("0609608648016503040201")


@pytest.mark.parametrize("algorithm", MacAlgorithm)
def test_a_digest_info_reads_back_as_exact(algorithm: MacAlgorithm) -> None:
    """Each prefix is the DER of its algorithm with NULL parameters, as an ASN.1 library encodes it."""
    digest = bytes(range(digest_size(algorithm)))
    data = digest_info(algorithm, digest)
    oid = read_digest_info(data, algorithm, digest).object_identifier
    encoded = DigestInfo({"digest_algorithm": {"algorithm": oid, "parameters": Null()}, "digest": digest}).dump()
    assert read_digest_info(data, algorithm, digest).form is DigestInfoForm.EXACT
    assert data == encoded


def test_a_digest_of_another_length_is_refused() -> None:
    """A DigestInfo is not built around a digest that the algorithm cannot have made."""
    with pytest.raises(ValueError, match="32 bytes, not 20"):
        digest_info(MacAlgorithm.SHA256, bytes(20))


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (bytes.fromhex("302f300b") + IDENTIFIER + b"\x04\x20" + DIGEST, DigestInfoForm.PARAMETERS_ABSENT),
        (bytes.fromhex("302f300b") + IDENTIFIER + b"\x04\x20" + bytes(32), DigestInfoForm.WRONG_DIGEST),
        (digest_info(MacAlgorithm.SHA256, bytes(32)), DigestInfoForm.WRONG_DIGEST),
        (digest_info(MacAlgorithm.SHA1, bytes(20)), DigestInfoForm.OTHER_ALGORITHM),
        (EXACT.replace(b"\x03\x04\x02\x01", b"\x03\x04\x02\x08"), DigestInfoForm.OTHER_ALGORITHM),
        (DIGEST, DigestInfoForm.BARE_DIGEST),
        (bytes(20), DigestInfoForm.BARE_DIGEST),
        (EXACT + b"\x00", DigestInfoForm.MALFORMED),
        (EXACT[:-1], DigestInfoForm.MALFORMED),
        (b"", DigestInfoForm.MALFORMED),
        (b"\x30\x81" + EXACT[1:], DigestInfoForm.MALFORMED),
        (b"\x30\x80" + EXACT[2:] + b"\x00\x00", DigestInfoForm.MALFORMED),
        (bytes.fromhex("3033300f") + IDENTIFIER + b"\x05\x02\xab\xcd\x04\x20" + DIGEST, DigestInfoForm.MALFORMED),
        (bytes.fromhex("3033300f") + IDENTIFIER + b"\x04\x02\xab\xcd\x04\x20" + DIGEST, DigestInfoForm.MALFORMED),
        (bytes.fromhex("3033300d") + IDENTIFIER + b"\x05\x00\x04\x20" + DIGEST + b"\x05\x00", DigestInfoForm.MALFORMED),
        (bytes.fromhex("3025300d") + IDENTIFIER + b"\x05\x00\x04\x14" + bytes(20), DigestInfoForm.MALFORMED),
    ],
)
def test_every_other_form_is_told_apart(data: bytes, form: DigestInfoForm) -> None:
    """Absent parameters, other algorithms, bare and wrong digests and broken DER each have a form (A-01)."""
    assert read_digest_info(data, MacAlgorithm.SHA256, DIGEST).form is form


@given(st.integers(0, len(EXACT) - 1), st.integers(1, 255))
def test_one_changed_byte_is_never_exact(position: int, change: int) -> None:
    """No byte of a DigestInfo is without meaning."""
    data = bytearray(EXACT)
    data[position] ^= change
    assert read_digest_info(bytes(data), MacAlgorithm.SHA256, DIGEST).form not in (
        DigestInfoForm.EXACT,
        DigestInfoForm.PARAMETERS_ABSENT,
    )


@given(st.binary(max_size=120), st.sampled_from(MacAlgorithm))
def test_random_bytes_never_raise(data: bytes, algorithm: MacAlgorithm) -> None:
    """Any bytes give a reading, and only the one lawful encoding is exact."""
    digest = bytes(digest_size(algorithm))
    reading = read_digest_info(data, algorithm, digest)
    assert (reading.form is DigestInfoForm.EXACT) == (data == digest_info(algorithm, digest))
