"""`sign` adds one signature to an instance, as it was asked to or not at all."""

import os
import stat

import pytest

from dicomsig.encoding.instance import open_instance
from dicomsig.encoding.tags import parse_tag
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.sign import write
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.pki import Credential, trust_path

pytestmark = pytest.mark.slow

CT = committed_path("ct")
CREDENTIAL = Credential.RSA_2048
KEYS = ("--key", CREDENTIAL.key_path, "--certificate", CREDENTIAL.certificate_path)
FIXED = ("--uid", "2.25.17", "--datetime", "2024-06-30T12:00:00+02:00")
REPORTS = ("sr", "sr-implicit", "sr-undefined-lengths")


def listed(path, place="/"):
    """The tags that the first signature at a place lists."""
    with open_instance(path) as instance:
        found = next(each for each in signatures(instance) if each.place == place)
        return found.parameters[0].tag_list.listed


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.dcm"


def test_it_says_what_it_did(dicomsig, out):
    """One line: file, signature, algorithm, number of elements, UID; and the signature holds and is trusted."""
    ran = dicomsig("sign", CT, out, *KEYS, *FIXED)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{out}\t/#0\tSHA256\t{len(listed(out))} elements\t2.25.17\n"
    assert dicomsig("verify", out, "--trust", trust_path()).code == 0


@pytest.mark.parametrize("name", instances())
def test_creator_signatures_meet_the_profile(dicomsig, out, name):
    """Every unsigned instance can be signed by the Creator profile so that `check --profile creator` ends with 0."""
    assert dicomsig("sign", committed_path(name), out, *KEYS, "--profile", "creator").code == 0
    ran = dicomsig("check", out, "--profile", "creator")
    assert ran.code == 0, ran.out


@pytest.mark.parametrize("profile", ["base", "authorization"])
@pytest.mark.parametrize("name", ["ct", "mr-rle", "enhanced-ct", "every-vr-implicit", "ct-overlays"])
def test_other_profiles_break_nothing(dicomsig, out, name, profile):
    """What is signed by another profile fails none of its rows; what the approver saw only claims can say."""
    assert dicomsig("sign", committed_path(name), out, *KEYS, "--profile", profile).code == 0
    ran = dicomsig("check", out, "--profile", profile, "--json")
    assert ran.outcomes("fail") == []
    assert ran.code in (0, 5)


@pytest.mark.parametrize("name", REPORTS)
def test_reports_meet_the_structured_report_profile(dicomsig, out, name):
    """A report that is signed by the profile with a purpose fails none of its rows."""
    assert (
        dicomsig("sign", committed_path(name), out, *KEYS, "--profile", "structured-report", "--purpose", "1").code == 0
    )
    ran = dicomsig("check", out, "--profile", "structured-report", "--json")
    assert ran.outcomes("fail") == []


def test_a_report_signature_needs_a_purpose(dicomsig, out):
    """PS3.15 C.4 wants a purpose: verification goes without saying for a verified report, any other is asked for."""
    ran = dicomsig("sign", committed_path("sr"), out, *KEYS, "--profile", "structured-report")
    assert ran.code == 2
    assert "--purpose" in ran.err
    assert not out.exists()
    verified = committed_path("sr-verified")
    assert dicomsig("sign", verified, out, *KEYS, "--profile", "structured-report").code == 0
    assert dicomsig("check", out, "--profile", "structured-report", "--json").outcomes("fail") == []
    assert b"ASTM-sigpurpose" in out.read_bytes()
    assert b"Verification Signature" in out.read_bytes()


def test_it_is_reproducible(dicomsig, out, tmp_path):
    """With UID and time fixed two runs give the same bytes; without them neither UID nor bytes are the same."""
    again = tmp_path / "again.dcm"
    for path in (out, again):
        assert dicomsig("sign", CT, path, *KEYS, *FIXED).code == 0
    assert out.read_bytes() == again.read_bytes()
    assert dicomsig("sign", CT, again, *KEYS, "--force").code == 0
    assert out.read_bytes() != again.read_bytes()


@pytest.mark.parametrize("algorithm", ["RIPEMD160", "MD5", "SHA1", "SHA256", "SHA384", "sha512"])
def test_every_algorithm(dicomsig, out, algorithm):
    """All six MAC algorithms are signed with, in capitals or not."""
    ran = dicomsig("sign", CT, out, *KEYS, "--mac", algorithm)
    assert ran.out.split("\t")[2] == algorithm.upper()
    assert dicomsig("verify", out).out.split("\t")[2:5] == [algorithm.upper(), "valid", "valid"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("PatientID", [0x00100020]),
        ("0010,0020;PatientName", [0x00100010, 0x00100020]),
        ("(0010,0020);(0010,0010)", [0x00100010, 0x00100020]),
        ("(0010,0020), PatientName,0008,0018", [0x00080018, 0x00100010, 0x00100020]),
        ("00100020 00100010", [0x00100010, 0x00100020]),
        ("PatientID;PatientID", [0x00100020]),
    ],
)
def test_a_list_of_tags_and_keywords(dicomsig, out, text, tags):
    """Tags in three spellings and keywords, between semicolons, commas or spaces; written ascending, each once."""
    assert dicomsig("sign", CT, out, *KEYS, "--tags", text).code == 0
    assert list(listed(out)) == tags
    assert dicomsig("check", out).code == 0


def test_all_is_everything_that_can_be_signed(dicomsig, out):
    """`--tags all` and no choice at all sign the same, and no private element of VR UN."""
    path = committed_path("private-unknown")
    assert dicomsig("sign", path, out, *KEYS).code == 0
    everything = listed(out)
    assert dicomsig("sign", path, out, *KEYS, "--tags", "all", "--profile", "creator", "--force").code == 0
    assert listed(out) == everything
    assert parse_tag("0010,0010") in everything
    assert dicomsig("check", out).code == 0


def test_a_signature_in_an_item(dicomsig, out):
    """`--place` signs an item of a sequence."""
    assert dicomsig("sign", CT, out, *KEYS, "--place", "/00082218[0]/").out.split("\t")[1] == "/00082218[0]/#0"
    assert dicomsig("verify", out).out.split("\t")[1:4] == ["/00082218[0]/", "SHA256", "valid"]


def test_several_signatures_share_parameters_or_not(dicomsig, out):
    """A file can be signed again in place; MAC parameters are shared where that is asked for."""
    assert dicomsig("sign", CT, out, *KEYS, "--tags", "PatientID").code == 0
    assert dicomsig("sign", out, out, *KEYS, "--tags", "PatientID", "--force").out.split("\t")[1] == "/#1"
    with open_instance(out) as instance:
        assert [each.mac_id for each in signatures(instance)] == [0, 1]
    options = ("--tags", "PatientID", "--share-parameters", "--force")
    assert dicomsig("sign", out, out, *KEYS, *options).code == 0
    with open_instance(out) as instance:
        assert [each.mac_id for each in signatures(instance)] == [0, 1, 0]
    assert dicomsig("check", out).code == 0


def test_a_purpose_is_written(dicomsig, out):
    """`--purpose` writes a code of CID 7007, which passes its rows."""
    assert dicomsig("sign", CT, out, *KEYS, "--purpose", "5").code == 0
    assert b"Verification Signature" in out.read_bytes()
    ran = dicomsig("check", out, "--only", "ps3.16-cid-7007-code-values")
    assert (ran.code, "1 passed" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tags", "PatientIdd"], "Did you mean 'PatientID'?"),
        (["--tags", "4ffe,0001;PatientID"], "(4FFE,0001) cannot be signed"),
        (["--tags", "0008,0000"], "(0008,0000) cannot be signed"),
        (["--tags", "fffa,fffa;0002,0010"], "(0002,0010) cannot be signed"),
        (["--tags", "SegmentSequence"], "(0062,0002) is not in the data set"),
        (["--tags", ";"], "nothing to sign"),
        (["--place", "/00082218/"], "--place"),
        (["--place", "/00082218[7]/"], "/00082218[7]/"),
        (["--place", "/00082218[0]/", "--profile", "creator"], "the creator profile signs the main data set"),
        (["--profile", "creater"], "creator"),
        (["--mac", "SHA3"], "sha384"),
        (["--purpose", "19"], "1 to 18"),
        (["--datetime", "yesterday"], "write 2024-06-30T12:00:00+02:00"),
        (["--uid", "1.02.3"], "is not a UID"),
        (["--edition", "soon", "--profile", "creator"], "is not an edition"),
        (["--key", Credential.RSA_1024.key_path], "the private key is not that of the certificate"),
        (["--key", Credential.ELLIPTIC_CURVE.key_path], "the private key is not RSA"),
        (["--key", trust_path()], "--key"),
        (["--key", "/nowhere.pem"], "--key /nowhere.pem: No such file or directory"),
        (["--certificate", CREDENTIAL.key_path], "holds no certificate"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(dicomsig, out, options, message):
    """A request that cannot be met ends with 2, says what hinders it, and leaves nothing behind."""
    ran = dicomsig("sign", CT, out, *KEYS, *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert list(out.parent.iterdir()) == []


def test_elements_of_unknown_vr_are_refused_by_name(dicomsig, out):
    """An element with VR UN that was asked for is named, not left out."""
    ran = dicomsig("sign", committed_path("private-unknown"), out, *KEYS, "--tags", "0099,1001;PatientID")
    assert ran.code == 2
    assert "(0099,1001) cannot be signed" in ran.err
    assert not out.exists()


def test_sources_that_are_no_instance_are_refused(dicomsig, put, out, tmp_path):
    """A file that is not there, not DICOM, cut short, a folder or a FIFO is named with the reason."""
    os.mkfifo(tmp_path / "pipe")
    cut = put("cut.dcm", CT.read_bytes()[:2000])
    for source in (tmp_path / "none", put("text", "no DICOM"), cut, tmp_path, tmp_path / "pipe"):
        ran = dicomsig("sign", source, out, *KEYS)
        assert ran.code == 2
        assert f"Error: {source}: " in ran.err
        assert not out.exists()
    assert ", byte " in dicomsig("sign", cut, out, *KEYS).err


def test_nothing_is_overwritten_without_force(dicomsig, put):
    """An existing file, or a link that leads nowhere, stays as it is; with --force the file is replaced."""
    path = put("kept.dcm", b"precious")
    ran = dicomsig("sign", CT, path, *KEYS)
    assert ran.code == 2
    assert "--force overwrites it" in ran.err
    assert path.read_bytes() == b"precious"
    link = path.with_name("link.dcm")
    link.symlink_to("nowhere")
    assert dicomsig("sign", CT, link, *KEYS).code == 2
    assert dicomsig("sign", CT, path, *KEYS, "--force").code == 0
    assert dicomsig("verify", path).code == 0


def test_a_target_without_folder_is_refused(dicomsig, tmp_path):
    """A target in a folder that is not there, or that is a folder, is refused by its name."""
    ran = dicomsig("sign", CT, tmp_path / "none" / "out.dcm", *KEYS)
    assert ran.code == 2
    assert "there is no folder" in ran.err
    assert "is a folder" in dicomsig("sign", CT, tmp_path, *KEYS, "--force").err


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("ours")])
def test_no_half_written_file_is_left(dicomsig, put, out, monkeypatch, error):
    """When writing fails in the middle, neither the target nor a part of it is there, and what was there stays."""

    def fails(signed, stream):
        write(signed, stream)
        raise error

    monkeypatch.setattr("dicomsig.signatures.sign.write", fails)
    codes = {OSError: 2, KeyboardInterrupt: 130, RuntimeError: 70}
    assert dicomsig("sign", CT, out, *KEYS).code == codes[type(error)]
    assert list(out.parent.iterdir()) == []
    before = put("out.dcm", b"before")
    assert dicomsig("sign", CT, before, *KEYS, "--force").code == codes[type(error)]
    assert [(path.name, path.read_bytes()) for path in out.parent.iterdir()] == [("out.dcm", b"before")]


def test_a_target_that_appears_meanwhile_stays(dicomsig, out, monkeypatch):
    """A file that somebody else writes to the same name while the signature is made is not overwritten."""

    def write_and_meet(signed, stream):
        write(signed, stream)
        out.write_bytes(b"theirs")

    monkeypatch.setattr("dicomsig.signatures.sign.write", write_and_meet)
    ran = dicomsig("sign", CT, out, *KEYS)
    assert ran.code == 2
    assert "exists by now" in ran.err
    assert [(path.name, path.read_bytes()) for path in out.parent.iterdir()] == [("out.dcm", b"theirs")]


def test_permissions_are_those_of_any_new_file(dicomsig, out):
    """A signed file can be read by whom the umask lets; one that is overwritten keeps its permissions."""
    before = os.umask(0o027)
    try:
        assert dicomsig("sign", CT, out, *KEYS).code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    out.chmod(0o600)
    assert dicomsig("sign", CT, out, *KEYS, "--force").code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
