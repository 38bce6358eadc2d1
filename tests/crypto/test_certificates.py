"""Certificates are read as they stand: any version, any age, cut at their DER length, and never with a traceback."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.crypto import certificates as module
from dicomsig.crypto.certificates import CertificateError, CertificateReason, read_certificate, rsa_key
from dicomsig.crypto.der import Reader
from dicomsig.crypto.digests import MacAlgorithm

MakeCertificate = Callable[..., bytes]


def signed_by_library(key: "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey") -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, ' Klinik, "Nord" + <Süd>; '),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "#1"),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, True, True, False, False, True)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0x80FF)
        .not_valid_before(datetime(1999, 2, 28, 23, 59, 59))
        .not_valid_after(datetime(2050, 1, 1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=2), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=False)
    )
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.DER)


def padded(der: bytes) -> bytes:
    return der + bytes(len(der) % 2)


def test_a_certificate_says_what_the_library_reads(odd_key: rsa.RSAPrivateKey) -> None:
    """Every field equals what an independent X.509 library reads."""
    der = signed_by_library(odd_key)
    ours, theirs = read_certificate(padded(der)), x509.load_der_x509_certificate(der)
    numbers = odd_key.public_key().public_numbers()
    assert ours.der == der
    assert (ours.version, ours.serial, ours.trailing) == (3, 0x80FF, 0)
    assert (ours.subject, ours.issuer) == (theirs.subject.rfc4514_string(), theirs.issuer.rfc4514_string())
    assert (ours.subject_der, ours.issuer_der) == (theirs.subject.public_bytes(), theirs.issuer.public_bytes())
    assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert (ours.key_kind, ours.key and (ours.key.modulus, ours.key.exponent)) == ("RSA", (numbers.n, numbers.e))
    assert (ours.tbs, ours.signature) == (theirs.tbs_certificate_bytes, theirs.signature)
    assert ours.signature_algorithm == theirs.signature_algorithm_oid.dotted_string
    assert ours.algorithms_agree
    assert (ours.extensions.is_authority, ours.extensions.path_length) == (True, 2)
    assert ours.extensions.key_usage == {
        "digitalSignature",
        "contentCommitment",
        "keyAgreement",
        "keyCertSign",
        "decipherOnly",
    }
    assert ours.extensions.extended_key_usage == {"1.3.6.1.5.5.7.3.8"}
    assert ours.extensions.critical == {"2.5.29.15", "2.5.29.19"}
    assert rsa_key(ours) == ours.key


@pytest.mark.parametrize("algorithm", [MacAlgorithm.MD5, MacAlgorithm.SHA1, MacAlgorithm.RIPEMD160])
@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("serial", [-5, 0, 1 << 200])
def test_old_certificates_are_read(
    algorithm: MacAlgorithm, version: int, serial: int, make_certificate: MakeCertificate
) -> None:
    """Versions without extensions, old signature hashes and odd serial numbers are no fault (A-13)."""
    der = make_certificate("leaf", "root", algorithm=algorithm, version=version, serial=serial)
    certificate = read_certificate(der)
    assert (certificate.version, certificate.serial) == (version, serial)
    assert certificate.subject == "CN=leaf,C=DE"
    assert certificate.extensions.key_usage is None


@pytest.mark.parametrize(
    ("key", "kind"),
    [(ec.generate_private_key(ec.SECP256R1()), "EC"), (ed25519.Ed25519PrivateKey.generate(), "Ed25519")],
)
def test_another_kind_of_key_is_named(key: "ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey", kind: str) -> None:
    """A certificate with another key is read, and only its use is refused (PS3.15 C.1)."""
    certificate = read_certificate(signed_by_library(key))
    assert (certificate.key_kind, certificate.key) == (kind, None)
    with pytest.raises(CertificateError) as error:
        rsa_key(certificate)
    assert error.value.reason is CertificateReason.KEY_NOT_RSA


def test_only_a_lawful_pad_byte_is_cut(make_certificate: MakeCertificate) -> None:
    """One 00 after an odd length is a pad byte; every other byte after the certificate is counted (A-14)."""
    odd = next(der for n in range(99) if len(der := make_certificate("leaf", "root", serial=1 << 8 * n)) % 2)
    even = next(der for n in range(99) if not len(der := make_certificate("leaf", "root", serial=1 << 8 * n)) % 2)
    expected = {
        odd + b"\x00": 0,
        odd + b"\x01": 1,
        odd + b"\x00\x00": 2,
        even: 0,
        even + b"\x00": 1,
        odd + even: len(even),
    }
    assert {value: read_certificate(value).trailing for value in expected} == expected
    assert read_certificate(odd + b"\x00").der == odd


@pytest.mark.slow
def test_a_zero_at_the_end_of_the_certificate_stays(make_certificate: MakeCertificate) -> None:
    """A certificate of even length whose own last byte is 00 is not shortened (A-14)."""
    candidates = (make_certificate("leaf", "root", serial=serial) for serial in range(1 << 14))
    ends_in_zero = next(der for der in candidates if der[-1] == 0)
    assert read_certificate(padded(ends_in_zero)).der == ends_in_zero


@pytest.mark.parametrize("lead", [b"", b"\n ", b"\xef\xbb\xbf"])
def test_pem_text_is_named(lead: bytes, make_certificate: MakeCertificate) -> None:
    """PEM in place of DER has a reason of its own (A-13)."""
    with pytest.raises(CertificateError) as error:
        read_certificate(lead + b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert error.value.reason is CertificateReason.PEM


def test_basic_encoding_rules_are_named(make_certificate: MakeCertificate) -> None:
    """Indefinite and needlessly long lengths are told apart from garbage."""
    der = make_certificate("leaf", "root")
    body = der[4:]
    for value in (b"\x30\x80" + body + b"\x00\x00", b"\x30\x83\x00" + der[2:]):
        with pytest.raises(CertificateError) as error:
            read_certificate(value)
        assert error.value.reason is CertificateReason.NOT_DER


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30",
        b"\x00" * 100,
        b"\x30\x03\x02\x01\x05",
        b"\x30\x88" + b"\xff" * 8,
        b"\x30\x84\x00\x98\x96\x80" + bytes(10_000_000),
        b"\x30\x83\x98\x96\x80" + b"\x30\x80" * 5_000_000,
        b"\xa5" * 10_000_000,
        b"\x30\x83\x0f\x00\x00" + b"".join(b"\x30\x83" + n.to_bytes(3) for n in range(0xEFFFB, 0xC000, -5)),
    ],
    ids=["empty", "cut", "zeroes", "other", "huge-length", "big", "bottomless", "garbage", "deep"],
)
def test_garbage_is_refused_at_once(value: bytes) -> None:
    """Garbage, huge lengths and deep nesting give an error with an offset, within bounds of time."""
    start = time.perf_counter()
    with pytest.raises(CertificateError, match="at byte"):
        read_certificate(value)
    assert time.perf_counter() - start < 1


def test_a_certificate_of_more_than_a_mebibyte_is_refused(make_certificate: MakeCertificate) -> None:
    """The bound holds even for a certificate without any other fault."""
    for size, accepted in {1 << 19: True, 1 << 20: False}.items():
        der = make_certificate("leaf", "root", extensions=(("1.2.3.4", False, bytes(size)),))
        if accepted:
            assert read_certificate(der).der == der
        else:
            with pytest.raises(CertificateError, match="more than 1048576 bytes"):
                read_certificate(der)


@given(data=st.data())
def test_damaged_certificates_never_raise_anything_else(data: st.DataObject, make_certificate: MakeCertificate) -> None:
    """Any change of bytes gives a certificate or a CertificateError."""
    changed = bytearray(make_certificate("leaf", "root", extensions=(("basic_constraints", True, {"ca": True}),)))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(changed) - 1))
        changed[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        certificate = read_certificate(bytes(changed))
    except CertificateError:
        return
    assert len(certificate.subject.splitlines()) <= 1
    assert certificate.not_before.tzinfo is UTC


@given(st.binary(max_size=300))
def test_random_bytes_never_raise_anything_else(value: bytes) -> None:
    """Random bytes are no certificate."""
    with pytest.raises(CertificateError):
        read_certificate(b"\x30" + value)


def with_validity(der: bytes, first: bytes, tag: int) -> bytes:
    """Replace the start of validity in a certificate, lengths mended; the signature does not matter."""
    loaded = asn1_x509.Certificate.load(der)
    old = loaded["tbs_certificate"]["validity"].dump()
    times = bytes((tag, len(first))) + first + old[2 + 2 + 13 :]
    tbs = loaded["tbs_certificate"].contents.replace(old, bytes((0x30, len(times))) + times)
    body = b"\x30\x82" + len(tbs).to_bytes(2) + tbs
    rest = loaded["signature_algorithm"].dump() + loaded["signature_value"].dump()
    return b"\x30\x82" + (len(body) + len(rest)).to_bytes(2) + body + rest


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        (b"500101000000Z", 0x17, datetime(1950, 1, 1, tzinfo=UTC)),
        (b"491231235959Z", 0x17, datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"9701010000Z", 0x17, datetime(1997, 1, 1, tzinfo=UTC)),
        (b"970101000000+0130", 0x17, datetime(1996, 12, 31, 22, 30, tzinfo=UTC)),
        (b"970101000000-0130", 0x17, datetime(1997, 1, 1, 1, 30, tzinfo=UTC)),
        (b"20500101000000Z", 0x18, datetime(2050, 1, 1, tzinfo=UTC)),
        (b"00010101000000+1400", 0x18, None),
        (b"99991231235959-1400", 0x18, None),
        (b"20240230000000Z", 0x18, None),
        (b"20240101000000.5Z", 0x18, None),
        (b"+1240101000000Z", 0x18, None),
        (b"240101000000", 0x17, None),
        (b"", 0x17, None),
        (b"240101000000Z", 0x16, None),
    ],
)
def test_times_are_read_in_utc(
    text: bytes, tag: int, expected: datetime | None, make_certificate: MakeCertificate
) -> None:
    """Two-digit years turn at 50, old forms are read, and what names no moment is refused (RFC 5280 4.1.2.5)."""
    value = with_validity(make_certificate("leaf", "root"), text, tag)
    if expected is None:
        with pytest.raises(CertificateError, match="a time"):
            read_certificate(value)
    else:
        assert read_certificate(value).not_before == expected


def test_differing_algorithm_identifiers_are_noticed(make_certificate: MakeCertificate) -> None:
    """The algorithm outside the signature must repeat the one inside (RFC 5280 4.1.1.2)."""
    der = make_certificate("leaf", "root", algorithm=MacAlgorithm.SHA256, inner=MacAlgorithm.SHA1)
    assert not read_certificate(der).algorithms_agree


def test_an_equal_value_is_read_once(make_certificate: MakeCertificate) -> None:
    """Thousands of instances carry one certificate: it is parsed once, and large values are not kept."""
    value = make_certificate("leaf", "root")
    assert read_certificate(bytes(bytearray(value))) is read_certificate(bytes(bytearray(value)))
    before = module._read_cached.cache_info().currsize
    assert read_certificate(value + bytes(1 << 15)).trailing >= 1 << 15
    assert module._read_cached.cache_info().currsize == before


def test_an_extension_that_comes_twice_is_refused(make_certificate: MakeCertificate) -> None:
    """Two basic constraints contradict each other or repeat themselves (RFC 5280 4.2)."""
    twice = (("basic_constraints", True, {"ca": True}), ("basic_constraints", True, {"ca": False}))
    with pytest.raises(CertificateError, match="twice"):
        read_certificate(make_certificate("leaf", "root", extensions=twice))


def test_purposes_without_end_are_refused(make_certificate: MakeCertificate) -> None:
    """A certificate of a mebibyte of key purposes costs no seconds: beyond 256 of them it is not read."""
    for count in (256, 257):
        purposes = ("extended_key_usage", False, [f"1.2.3.{number}" for number in range(count)])
        der = make_certificate("leaf", "root", extensions=(purposes,))
        if count == 256:
            assert len(read_certificate(der).extensions.extended_key_usage or ()) == count
        else:
            with pytest.raises(CertificateError, match="purposes"):
                read_certificate(der)


def test_the_reader_reads_lengths_of_every_form() -> None:
    """Short and long lengths are read where they are the shortest possible, as DER demands."""
    for length in (0, 1, 127, 128, 255, 256, 65535, 65536):
        size = (length.bit_length() + 7) // 8
        header = bytes((length,)) if length < 128 else bytes((0x80 | size,)) + length.to_bytes(size)
        reader = Reader(b"\x04" + header + bytes(length) + b"\x05\x00")
        assert len(reader.expect(0x04).contents) == length
        assert reader.expect(0x05).contents == b""
        assert reader.at_end
