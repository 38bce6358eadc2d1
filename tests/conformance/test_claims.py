"""A claims file is read strictly: what it claims is judged, what it misspells is an error."""

import re
import time
from pathlib import Path

import pytest

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.editions import edition
from dicomsig.conformance.names import ConformanceInputError, UnknownName

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "claims.md"
FULL = """
[product]
vendor = "Example Imaging"
name = "Example CT"
version = "5.1"

[claims]
edition = "2011"
profiles = ["base", "creator"]
mac_algorithms = ["SHA256", "SHA512"]
storage_level = 2
signature_level = 3
signer_certificates = ["example-ct.pem", "sub/other.der"]
approver_sees = ["(0010,0010)", "(0028,1050)", "(7fe0,0010)"]
"""


@pytest.fixture
def claims_file(tmp_path):
    def write(content):
        path = tmp_path / "claims.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_full_file_is_read(claims_file, tmp_path):
    """Every key of the format arrives, certificates beside the claims file and tags as numbers."""
    claims = Claims.load(claims_file(FULL))
    assert claims == Claims(
        product=Product("Example Imaging", "Example CT", "5.1"),
        edition=edition("2011"),
        profiles=("base", "creator"),
        mac_algorithms=("SHA256", "SHA512"),
        storage_level=2,
        signature_level=3,
        signer_certificates=(tmp_path / "example-ct.pem", tmp_path / "sub" / "other.der"),
        approver_sees=(0x00100010, 0x00281050, 0x7FE00010),
    )


def test_the_documented_claims_can_be_claimed(claims_file):
    """Each claims file in docs/claims.md loads; that of an archive claims levels; each key has its row."""
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[claims]" in block]
    signer, archive = (Claims.load(claims_file(block)) for block in blocks)
    assert signer.mac_algorithms
    assert (archive.profiles, archive.storage_level, archive.signature_level) == (("bit-preserving",), 2, 3)
    with pytest.raises(UnknownName) as refused:
        Claims.load(claims_file("[claims]\nlevel = 3"))
    told = str(refused.value).partition(" Keys here: ")[2].rstrip(".").split(", ")
    assert sorted(told) == sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def test_an_empty_file_claims_nothing(claims_file):
    """Nothing is claimed by an empty file, and the edition is the default."""
    assert Claims.load(claims_file("")) == Claims()
    assert Claims().edition.label == "2023b"


def test_a_byte_order_mark_is_no_fault(claims_file):
    """An editor that writes a byte order mark and CRLF does not hinder."""
    content = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    assert Claims.load(claims_file(content)).profiles == ("base", "creator")


def test_certificates_are_read_when_asked_for(claims_file, tmp_path):
    """A missing certificate is no fault of the claims file until it is needed."""
    claims = Claims.load(claims_file('[claims]\nsigner_certificates = ["a.pem"]'))
    with pytest.raises(ConformanceInputError, match=r"certificate 'a\.pem' cannot be read"):
        claims.certificates()
    (tmp_path / "a.pem").write_bytes(b"PEM")
    assert claims.certificates() == (b"PEM",)


def test_a_huge_certificate_file_is_not_read(claims_file, tmp_path):
    """A certificate file beyond 1 MiB is refused."""
    claims = Claims.load(claims_file('[claims]\nsigner_certificates = ["a.pem"]'))
    (tmp_path / "a.pem").write_bytes(bytes(1024 * 1024 + 1))
    with pytest.raises(ConformanceInputError, match="larger than 1 MiB"):
        claims.certificates()


@pytest.mark.parametrize(
    ("content", "where", "hint"),
    [
        ("[claim]", "'claim'", "'claims'"),
        ("[product]\nvendr = 'x'", "'product.vendr'", "'vendor'"),
        ("[claims]\nprofile = ['base']", "'claims.profile'", "'profiles'"),
        ("[claims]\nprofiles = ['base', 'craetor']", "'claims.profiles[1]'", "'creator'"),
        ("[claims]\nmac_algorithms = ['SHA-256']", "'claims.mac_algorithms[0]'", "'SHA256'"),
    ],
)
def test_unknown_keys_and_names_are_errors_with_a_hint(claims_file, content, where, hint):
    """The message names the path of the key and the nearest known name."""
    with pytest.raises(UnknownName) as caught:
        Claims.load(claims_file(content))
    assert where in str(caught.value)
    assert f"Did you mean {hint}?" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("product = 1", "'product' is not a table"),
        ("[[claims]]", "'claims' is not a table"),
        ("[product]\nversion = 5.1", "'product.version' is not a text"),
        ("[claims]\nedition = 2023", "'claims.edition' is not a text"),
        ("[claims]\nedition = 'latest'", "'claims.edition': 'latest' is not an edition"),
        ("[claims]\nprofiles = 'base'", "'claims.profiles' is not a list"),
        ("[claims]\nprofiles = [1]", r"'claims.profiles\[0\]' is not a text"),
        ("[claims]\nprofiles = ['base', 'base']", r"'claims.profiles\[1\]' repeats 'base'"),
        ("[claims]\nstorage_level = true", "'claims.storage_level' is not a whole number"),
        ("[claims]\nstorage_level = 3", "'claims.storage_level' is not one of 0, 1, 2"),
        ("[claims]\nsignature_level = 0", "'claims.signature_level' is not one of 1, 2, 3"),
        ("[claims]\nsigner_certificates = ['']", r"'claims.signer_certificates\[0\]' is empty"),
        ('[claims]\nsigner_certificates = ["a\\u0000b"]', r"'claims.signer_certificates\[0\]' is not a file name"),
        ("[claims]\napprover_sees = ['0010,0010']", r"'claims.approver_sees\[0\]' is '0010,0010', expected a tag"),
        ("[claims]\napprover_sees = ['(60xx,3000)']", "expected a tag"),
        ("[claims", "not valid TOML"),
        ("a = 1\na = 2", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = '\x00'", "not valid TOML"),
        ("a = " + "[" * 2000, "nested too deeply"),
        ("a = " + "9" * 4090, "not valid TOML|unknown key"),
        ("#" * 5000, "line 1 has more than 4096 bytes"),
        (".".join("a" * 200) + " = 1", "100 dots"),
        ("# \n" * 100_000, "larger than 256 KiB"),
    ],
)
def test_wrong_types_and_broken_files_are_errors(claims_file, content, complaint):
    """The message says what is wrong and where, whatever the file holds."""
    with pytest.raises(ConformanceInputError, match=complaint):
        Claims.load(claims_file(content))


def test_a_hostile_key_cannot_reach_the_terminal(claims_file):
    """Control characters of a key are escaped in the message."""
    with pytest.raises(UnknownName) as caught:
        Claims.load(claims_file('[claims]\n"\\u001b[2J\\u202e" = 1'))
    assert "\\x1b[2J\\u202e" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("path", ["missing.toml", "", "a\0b"])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, path):
    """A missing file, a folder and an impossible name are told without a traceback, and without the folder's name."""
    with pytest.raises(ConformanceInputError, match="cannot be read") as caught:
        Claims.load(tmp_path / path)
    assert str(tmp_path.parent) not in str(caught.value)


@pytest.mark.slow
def test_slow_keys_are_bounded(claims_file):
    """The slowest file that passes the bounds is refused within seconds."""
    table = "[" + ".".join("a" * 100) + "]\n"
    rows = "".join(f"{number:x}=1\n" for number in range(35_000))
    start = time.perf_counter()
    with pytest.raises(ConformanceInputError):
        Claims.load(claims_file(table + rows))
    assert time.perf_counter() - start < 20
