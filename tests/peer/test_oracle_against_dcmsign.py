"""The slow second verifier agrees with DCMTK's dcmsign on the hashed bytes and on the verdict."""

import datetime
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydicom.data import get_testdata_file

import slow_verify

pytestmark = pytest.mark.dcmtk

FILES = [
    "CT_small.dcm",
    "ExplVR_BigEnd.dcm",
    "ExplVR_BigEndNoMeta.dcm",
    "ExplVR_LitEndNoMeta.dcm",
    "JPEG2000-embedded-sequence-delimiter.dcm",
    "JPEG2000.dcm",
    "JPGExtended.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "MR_small_padded.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_rgb_small_odd.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "UN_sequence.dcm",
    "badVR.dcm",
    "examples_palette.dcm",
    "image_dfl.dcm",
    "liver_expb_1frame.dcm",
    "meta_missing_tsyntax.dcm",
    "nested_priv_SQ.dcm",
    "no_meta_group_length.dcm",
    "priv_SQ.dcm",
    "reportsi.dcm",
    "reportsi_with_empty_number_tags.dcm",
    "rtdose.dcm",
    "rtdose_rle.dcm",
    "rtplan.dcm",
    "rtstruct.dcm",
    "test-SR.dcm",
    "waveform_ecg.dcm",
]
MACS = {"+mr": "RIPEMD160", "+ms": "SHA1", "+mm": "MD5", "+m2": "SHA256", "+m3": "SHA384", "+m5": "SHA512"}
PROFILES = ["-pf", "+pb", "+pc", "+pa"]

Dcmtk = Callable[..., str]
Sign = Callable[..., Path]


def shipped(name: str) -> Path:
    found = get_testdata_file(name, download=False)
    assert isinstance(found, str), f"{name} is not shipped with pydicom"
    return Path(found)


@pytest.fixture(scope="session")
def key_and_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An RSA key and its self-signed certificate, valid from 2020 to 2049."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dicomsig test")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2049, 1, 1))
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("pki")
    pem, traditional = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    (folder / "key.pem").write_bytes(key.private_bytes(pem, traditional, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    return folder / "key.pem", folder / "certificate.pem"


@pytest.fixture(scope="session")
def dcmtk() -> Dcmtk:
    """Runs a program of DCMTK and returns its words; fails when the program is missing."""

    def run(program: str, *arguments: str | Path, expect: tuple[int, ...] = (0,)) -> str:
        found = shutil.which(program)
        if found is None:
            pytest.fail(f"{program} of DCMTK is not installed")
        command = [found, *map(str, arguments)]
        environment = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
        words = done.stderr.decode("latin-1")
        assert done.returncode in expect, f"{command} ended with {done.returncode}: {words}"
        return words

    return run


@pytest.fixture
def sign(dcmtk: Dcmtk, key_and_certificate: tuple[Path, Path], tmp_path: Path) -> Sign:
    """Signs a file with dcmsign; the hashed bytes stand beside the result, in `stream.bin`."""

    def run(source: Path, *options: str, item: str = "", name: str = "signed.dcm") -> Path:
        key, certificate = key_and_certificate
        where = ["+si", key, certificate, item] if item else ["+s", key, certificate]
        dcmtk("dcmsign", *where, *options, "+d", tmp_path / "stream.bin", source, tmp_path / name)
        return tmp_path / name

    return run


def verdicts_of_dcmsign(dcmtk: Dcmtk, path: Path) -> list[bool]:
    """Whether the MAC holds, a signature; trust is told apart in the words only."""
    words = dcmtk("dcmsign", "--verify", path, expect=(0, 101))
    lines = [line for line in words.splitlines() if "Signature Verification" in line]
    return [line.endswith(": OK") or "signature is OK" in line for line in lines]


def agreed(dcmtk: Dcmtk, path: Path) -> list[bool]:
    """The verdicts, which are the same on both sides; dcmsign names the outer signature first, so order is left out."""
    ours = [opinion.integrity == "valid" for opinion in slow_verify.signatures(path.read_bytes())]
    assert sorted(ours) == sorted(verdicts_of_dcmsign(dcmtk, path))
    return ours


@pytest.mark.parametrize("name", FILES)
def test_stream_and_verdict_agree(name: str, sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """All signable elements signed by dcmsign give the same bytes here, in whatever syntax the file is."""
    out = sign(shipped(name), "-pf", "+m2")
    assert slow_verify.mac_stream(out.read_bytes(), "/", 0) == (tmp_path / "stream.bin").read_bytes()
    assert agreed(dcmtk, out) == [True]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mac", MACS)
def test_algorithms_and_profiles_agree(mac: str, profile: str, sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """Six hash functions under four profiles."""
    out = sign(shipped("MR_small.dcm"), profile, mac)
    assert MACS[mac].encode() in out.read_bytes()
    assert slow_verify.mac_stream(out.read_bytes(), "/", 0) == (tmp_path / "stream.bin").read_bytes()
    assert agreed(dcmtk, out) == [True]


@pytest.mark.parametrize(
    ("name", "item", "place"),
    [
        ("rtplan.dcm", "BeamSequence[0]", "/300a00b0[0]/"),
        ("rtplan.dcm", "BeamSequence[0].ControlPointSequence[1]", "/300a00b0[0]/300a0111[1]/"),
        ("test-SR.dcm", "ContentSequence[2]", "/0040a730[2]/"),
    ],
)
def test_item_signatures_agree(name: str, item: str, place: str, sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """A signature in an item has the same place and bytes; the main one over it skips it and holds too (A-19)."""
    inner = sign(shipped(name), "-pf", item=item, name="inner.dcm")
    assert [(o.place, o.number) for o in slow_verify.signatures(inner.read_bytes())] == [(place, 0)]
    assert slow_verify.mac_stream(inner.read_bytes(), place, 0) == (tmp_path / "stream.bin").read_bytes()
    assert agreed(dcmtk, inner) == [True]
    both = sign(inner, "-pf", "+sp", "5")
    assert slow_verify.mac_stream(both.read_bytes(), "/", 0) == (tmp_path / "stream.bin").read_bytes()
    assert agreed(dcmtk, both) == [True, True]


def test_a_second_signature_agrees(sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """Signatures are numbered in their data set."""
    first = sign(shipped("CT_small.dcm"), "-pf", name="first.dcm")
    second = sign(first, "+pc", "+m5")
    assert slow_verify.mac_stream(second.read_bytes(), "/", 1) == (tmp_path / "stream.bin").read_bytes()
    assert agreed(dcmtk, second) == [True, True]


@pytest.mark.parametrize("name", ["MR_small.dcm", "test-SR.dcm", "rtplan.dcm", "examples_palette.dcm"])
@pytest.mark.parametrize("profile", ["-pf", "+pb"])
@pytest.mark.parametrize("syntax", ["+te", "+tb", "+ti", "+td"])
@pytest.mark.parametrize("lengths", ["+e", "-e"])
def test_rewritten_files_agree(
    name: str, profile: str, syntax: str, lengths: str, sign: Sign, dcmtk: Dcmtk, tmp_path: Path
) -> None:
    """Another transfer syntax, other length encodings, group lengths and padding leave the signature whole (A-27)."""
    out = sign(shipped(name), profile)
    rewritten = tmp_path / "rewritten.dcm"
    dcmtk("dcmconv", syntax, lengths, "+g", "+p", "512", "256", out, rewritten)
    assert agreed(dcmtk, rewritten) == [True]
    assert slow_verify.mac_stream(rewritten.read_bytes(), "/", 0) == (tmp_path / "stream.bin").read_bytes()


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_implicit.dcm", "test-SR.dcm"])
def test_changed_bytes_agree(name: str, sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """Bits flipped before the signatures sequence give the same verdict where this side reads the file at all."""
    data = sign(shipped(name), "-pf").read_bytes()
    start = data.index(b"\x08\0", 132 + 200)
    chance = random.Random(name)
    compared = []
    for _round in range(40):
        changed = bytearray(data)
        changed[chance.randrange(start, data.index(b"\xfa\xff\xfa\xff"))] ^= 1 << chance.randrange(5)
        (tmp_path / "changed.dcm").write_bytes(changed)
        try:
            slow_verify.signatures(bytes(changed))
        except slow_verify.Unreadable:
            continue
        compared += agreed(dcmtk, tmp_path / "changed.dcm")
    assert compared.count(False) > 20


def test_dcmsign_repairs_the_pad_byte_of_a_uid(sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """A UI padded with a space instead of a null is hashed as stored here, and as repaired by dcmsign (A-26)."""
    data = sign(shipped("MR_small.dcm"), "-pf").read_bytes()
    uid = b"1.2.840.10008.5.1.4.1.1.4\0"
    at = data.rindex(uid)
    (tmp_path / "space.dcm").write_bytes(data[:at] + uid[:-1] + b" " + data[at + len(uid) :])
    (opinion,) = slow_verify.signatures((tmp_path / "space.dcm").read_bytes())
    assert opinion.integrity == "invalid"
    assert verdicts_of_dcmsign(dcmtk, tmp_path / "space.dcm") == [True]


def test_dcmsign_knows_private_elements_after_implicit_vr(sign: Sign, dcmtk: Dcmtk, tmp_path: Path) -> None:
    """Private elements that went through Implicit VR are UN here, and have a VR by dcmsign's dictionary (A-03)."""
    dcmtk("dcmconv", "+ti", sign(shipped("CT_small.dcm"), "-pf"), tmp_path / "implicit.dcm")
    (opinion,) = slow_verify.signatures((tmp_path / "implicit.dcm").read_bytes())
    assert opinion.integrity == "indeterminate"
    assert verdicts_of_dcmsign(dcmtk, tmp_path / "implicit.dcm") == [True]
