"""The exit code of `check` is the first of 70, 130, 2, 3, 1, 4, 5, 0 that applies."""

import errno
import os
import shlex
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from pydicom import Dataset, dcmread

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig.conformance.checks.registry import registered
from dicomsig.judging import signer as dicomsig_signer
from dicomsig.vectors.forge import forge
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.wrong_signers.twins import ct

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
UNSIGNED = committed_path("ct").read_bytes()
STALE = """
[[deviation]]
requirement = "ps3.3-c.12.1.1.3-mac-id-unique"
reason = "mac-id-repeated"
cases = ["signer/*"]
why = "mended long ago"
expires = 2099-12-31
"""
NOT_SHOWN = '[claims]\nmac_algorithms = ["SHA512"]\n'


@pytest.fixture
def break_check(monkeypatch):
    """Make the check of one requirement raise in some instances."""

    def plant(requirement, fails=lambda view: True):
        original = registered()[requirement]

        def broken(signature, *rest):
            if fails(signature):
                raise ZeroDivisionError("CANARY")
            return original.function(signature, *rest)

        planted = registered() | {requirement: replace(original, function=broken)}
        monkeypatch.setattr("dicomsig.judging.terms.registered", lambda: planted)

    return plant


@pytest.fixture
def unopenable(monkeypatch):
    """Make files of some names vanish between search and opening, as permissions would (tests may run as root)."""
    original = dicomsig_signer.open_instance

    def plant(name):
        def opened(path):
            if path.name == name:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return original(path)

        monkeypatch.setattr(dicomsig_signer, "open_instance", opened)

    return plant


def test_everything_passed_is_0(dicomsig, put, right):
    """An instance that meets all that is due ends with 0, with and without a claimed profile."""
    path = put("right.dcm", right)
    assert dicomsig("check", path).code == 0
    assert dicomsig("check", path, "--profile", "creator", "--profile", "base").code == 0


def test_a_fail_is_1(dicomsig, put, wrong):
    """A fail that no deviation accepts ends with 1, and the terminal shows it with the command that repeats it."""
    path = put("wrong.dcm", wrong)
    ran = dicomsig("check", path)
    assert ran.code == 1
    assert f"FAIL  {ORDER}  PS3.3 C.12.1.1.3.1.1 (2023b)  {path}  /#0" in ran.out
    rerun = ran.out.partition("rerun")[2].splitlines()[0].split()
    assert rerun == ["dicomsig", "check", str(path), "--only", ORDER]
    again = dicomsig(*rerun[1:])
    assert again.code == 1
    assert "1 failed" in again.out


def test_nothing_signed_is_3(dicomsig, put, tmp_path):
    """An unsigned instance, a folder without instances and an empty folder are nothing to judge."""
    put("docs/notes.txt", "no DICOM")
    (tmp_path / "empty").mkdir()
    assert dicomsig("check", put("unsigned.dcm", UNSIGNED)).code == 3
    assert dicomsig("check", tmp_path / "docs").code == 3
    assert dicomsig("check", tmp_path / "empty").code == 3


def test_a_stale_deviation_is_4(dicomsig, put, right):
    """A deviation that no longer happens ends with 4 and is named with the reason."""
    ran = dicomsig("check", put("right.dcm", right), "--deviations", put("known.toml", STALE))
    assert ran.code == 4
    assert "stale     ps3.3-c.12.1.1.3-mac-id-unique mac-id-repeated: no longer happens" in ran.out


def test_a_claim_that_nothing_shows_is_5(dicomsig, put, right):
    """A claimed MAC algorithm without a signature that names it is inconclusive, never a pass."""
    ran = dicomsig("check", put("right.dcm", right), "--claims", put("claims.toml", NOT_SHOWN))
    assert ran.code == 5
    assert "SHA512 is claimed, and no signature of the product names it" in ran.out


def test_a_truncated_instance_is_a_fail_with_its_offset(dicomsig, put, right):
    """What begins like an instance and cannot be read fails, in a folder and as an argument; it is judged, so 1."""
    path = put("cut.dcm", right[: len(right) // 2])
    for argument in (path, path.parent):
        ran = dicomsig("check", argument)
        assert ran.code == 1
        assert "1 unreadable" in ran.out
        assert ", byte " in ran.out


def test_a_named_file_that_is_no_instance_is_a_fail(dicomsig, put):
    """Named as an argument a file is never "not DICOM", whatever is in it."""
    for content in (b"", b"plain text", bytes(5000)):
        ran = dicomsig("check", put("anything", content))
        assert ran.code == 1
        assert "FAIL" in ran.out


def test_a_planted_exception_is_70_and_keeps_the_other_results(dicomsig, put, right, wrong, break_check, tmp_path):
    """An exception in one check costs its own row: the fail of another file stays, and the error names the check."""
    break_check("ps3.15-c.1-mac-algorithm", lambda view: view.whole.file == 1)
    put("files/1.dcm", right)
    put("files/2.dcm", wrong)
    ran = dicomsig("check", tmp_path / "files", "--json", "--report", tmp_path / "report")
    assert ran.code == 70
    assert ran.outcomes("fail") == [ORDER]
    assert ran.outcomes("inconclusive") == ["ps3.15-c.1-mac-algorithm"]
    (error,) = ran.document["internal_errors"]
    assert error.endswith(" in signer/file-000001/#0: ZeroDivisionError")
    assert "internal error in" in ran.err
    passed = {each["requirement"]: each["passed"] for each in ran.document["requirements"]}
    assert passed["ps3.15-c.1-mac-algorithm"] == 1
    texts = "".join(each.read_text() for each in (tmp_path / "report").glob("*.*"))
    assert ORDER in texts
    assert "CANARY" not in texts + ran.out + ran.err


def test_an_exception_outside_the_checks_is_70(dicomsig, put, right, monkeypatch, tmp_path):
    """When reading a file itself fails through our fault, the other files are judged nonetheless."""
    original = dicomsig_signer.open_instance

    def opened(path):
        if path.name == "1.dcm":
            raise RuntimeError("CANARY")
        return original(path)

    monkeypatch.setattr(dicomsig_signer, "open_instance", opened)
    put("files/1.dcm", right)
    put("files/2.dcm", right)
    ran = dicomsig("check", tmp_path / "files", "--json")
    assert ran.code == 70
    assert ran.document["internal_errors"] == ["signer/file-000001: RuntimeError"]
    assert ran.document["summary"]["signed"] == 1
    assert "CANARY" not in ran.out + ran.err


def test_a_file_that_cannot_be_opened_is_2(dicomsig, put, right, unopenable, tmp_path):
    """A file that vanishes or is denied between search and opening leaves the run incomplete; the rest is judged."""
    unopenable("2.dcm")
    put("files/1.dcm", right)
    denied = put("files/2.dcm", right)
    ran = dicomsig("check", tmp_path / "files")
    assert ran.code == 2
    assert f"cannot be judged: {denied}: Permission denied" in ran.err
    assert "1 signed instance; 2 files in all: 1 not opened" in ran.out


def test_a_member_of_an_archive_is_judged_again_by_its_archive(dicomsig, put, wrong, tmp_path):
    """A member is shown as a.zip!/member, which no command can open: the command that repeats it names the archive."""
    path = put("odd!/a.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/wrong!/1.dcm", wrong)
    ran = dicomsig("check", path)
    assert f"  {path}!/in/wrong!/1.dcm  /#0" in ran.out
    rerun = shlex.split(ran.out.partition("rerun")[2].splitlines()[0])
    assert rerun == ["dicomsig", "check", str(path), "--only", ORDER]
    assert dicomsig(*rerun[1:]).code == 1


def test_a_fail_of_an_unsigned_instance_is_1(dicomsig, put):
    """MAC parameters that are wrong fail without any signature, and a fail is never nothing to judge."""
    macs = Dataset()
    macs.MACIDNumber = 1
    data = dcmread(committed_path("ct"))
    data.MACParametersSequence = [macs, macs]
    stored = BytesIO()
    data.save_as(stored)
    ran = dicomsig("check", put("unsigned.dcm", stored.getvalue()), "--json")
    assert ran.document["summary"]["signed"] == 0
    assert ran.outcomes("fail")
    assert ran.code == 1


def test_the_summary_says_which_signatures_are_not_trusted(dicomsig, put, right, tmp_path):
    """With --trust the terminal has one line for all that is not trusted, with its reason; the page has it too."""
    paths = [put(f"{number}.dcm", right) for number in range(3)]
    ran = dicomsig("check", *paths, "--trust", Credential.SELF_SIGNED.certificate_path, "--report", tmp_path / "report")
    assert ran.code == 0
    notes = [line for line in ran.out.splitlines() if line.startswith("note ")]
    (note,) = notes
    assert note.endswith(": 3 signatures: issuer-unknown")
    assert note.removeprefix("note      trust-").partition(":")[0] in ("invalid", "indeterminate")
    assert "issuer-unknown" in (tmp_path / "report/report.html").read_text()
    assert "note  " not in dicomsig("check", *paths).out


def test_what_only_others_signed_is_5(dicomsig, put, right, tmp_path):
    """A profile that is due on an instance without own signature is not decided, and the summary says why."""
    put("signer.pem", Credential.RSA_3072.certificate_path.read_bytes())
    claims = put("claims.toml", '[claims]\nprofiles = ["creator"]\nsigner_certificates = ["signer.pem"]')
    own = put("own.dcm", forge(replace(ct(), credential=Credential.RSA_3072)))
    assert dicomsig("check", own, "--claims", claims).code == 0
    ran = dicomsig("check", own, put("right.dcm", right), "--claims", claims)
    assert ran.code == 5
    assert "note      no-own-signature: 1 signed instance\n" in ran.out
    assert "note      signature-of-another: 1 signature\n" in ran.out


def test_input_that_is_not_all_there_is_2(dicomsig, put, right, tmp_path):
    """A damaged archive beside a right file ends with 2: what was asked for was not all judged."""
    ran = dicomsig("check", put("right.dcm", right), put("damaged.zip", b"PK\x03\x04" + bytes(100)))
    assert ran.code == 2
    assert "cannot be judged:" in ran.err
    assert "the archive is damaged" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "creater"], "Did you mean 'creator'?"),
        (["--profile", "bit-preserving"], "speaks of storing and retrieving"),
        (["--edition", "twenty"], "is not an edition such as 2011"),
        (["--only", "ps3.15-c.1-mac-algoritm"], "Did you mean 'ps3.15-c.1-mac-algorithm'?"),
        (["--only", "ps3.15-c.2-sop-class-uid"], "add --profile creator"),
        (["--only", "ps3.15-c.1-mac-algorithm", "--edition", "2008"], "not in force in edition 2008"),
        (["--only", "ps3.15-a.1-storage-level-2"], "--only"),
        (["--today", "tomorrow"], "write 2026-06-30"),
        (["--at", "noon"], "write signing, now"),
        (["--trust", "{folder}/none.pem"], "No such file or directory"),
        (["--trust", "{folder}/known.toml"], "is neither PEM nor DER"),
        (["--trust", Credential.RSA_2048.key_path], "the file holds no certificate"),
        (["--trust", "/dev/zero"], "more than 16 MiB"),
        (["--claims", "{folder}/none.toml"], "none.toml"),
        (["--deviations", "{folder}/none.toml"], "none.toml"),
        (["--profil", "creator"], "--profile"),
        (["{folder}/rihgt.dcm"], "Did you mean 'right.dcm'?"),
        (["{folder}/right.dcm/deeper"], "does not exist"),
        (["x" * 70_000], "cannot be read"),
    ],
)
def test_usage_errors_are_2_and_say_what_to_write(dicomsig, put, right, tmp_path, arguments, message):
    """Names that nobody knows and files that are not there end with 2 and a hint, before anything is judged."""
    put("known.toml", STALE)
    path = put("right.dcm", right)
    ran = dicomsig("check", path, *(str(each).replace("{folder}", str(tmp_path)) for each in arguments))
    assert ran.code == 2
    assert message in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[claim]\nprofiles = ["base"]', "unknown key 'claim'. Did you mean 'claims'?"),
        ('[claims]\nprofiles = ["creater"]', "Did you mean 'creator'?"),
        ('[claims]\nedition = "soon"', "claims.edition"),
        ('[claims]\nsigner_certificates = ["gone.pem"]', "'gone.pem' cannot be read"),
        ('[claims]\nsigner_certificates = ["claims.toml"]', "certificate"),
        ("[claims", "claims.toml"),
    ],
)
def test_errors_in_claims_are_2(dicomsig, put, right, text, message):
    """A claims file with an unknown key or name, or certificates that cannot be read, is refused with a hint."""
    ran = dicomsig("check", put("right.dcm", right), "--claims", put("claims.toml", text))
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "claims.toml" in ran.err


def test_errors_in_deviations_are_2(dicomsig, put, right):
    """A deviation with an unknown key is refused; one of an unknown requirement is stale."""
    path = put("right.dcm", right)
    ran = dicomsig("check", path, "--deviations", put("known.toml", STALE.replace("why", "wy")))
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean 'why'?" in ran.err
    ran = dicomsig("check", path, "--deviations", put("known.toml", STALE.replace("mac-id-unique", "mac-id-uniqe")))
    assert ran.code == 4
    assert "Did you mean 'ps3.3-c.12.1.1.3-mac-id-unique'?" in ran.out


def test_a_misspelt_path_costs_no_earlier_report(dicomsig, put, right, tmp_path):
    """A usage error leaves the report of an earlier run as it was."""
    report = tmp_path / "report"
    assert dicomsig("check", put("right.dcm", right), "--report", report).code == 0
    before = {path.name: path.read_bytes() for path in report.iterdir() if path.is_file()}
    assert dicomsig("check", tmp_path / "misspelt", "--report", report).code == 2
    assert {path.name: path.read_bytes() for path in report.iterdir() if path.is_file()} == before


def test_a_report_folder_of_somebody_else_is_2(dicomsig, put, right, tmp_path):
    """A report never goes into a folder that holds something else."""
    put("mine/diary.txt", "dear diary")
    ran = dicomsig("check", put("right.dcm", right), "--report", tmp_path / "mine")
    assert ran.code == 2
    assert "no report of dicomsig" in ran.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["diary.txt"]


def test_order_of_precedence(dicomsig, put, right, wrong, unopenable, break_check, tmp_path):
    """Of all that applies the first code counts: 70, then 2, 3, 1, 4, 5."""
    options = ["--claims", put("claims.toml", NOT_SHOWN), "--deviations", put("known.toml", STALE)]
    right_path, unsigned = put("right.dcm", right), put("unsigned.dcm", UNSIGNED)
    wrong_path, denied = put("wrong.dcm", wrong), put("denied.dcm", right)
    assert dicomsig("check", right_path, *options[:2]).code == 5
    assert dicomsig("check", right_path, *options).code == 4
    assert dicomsig("check", right_path, wrong_path, *options).code == 1
    assert dicomsig("check", unsigned, *options).code == 3
    unopenable("denied.dcm")
    assert dicomsig("check", unsigned, denied, *options).code == 2
    assert dicomsig("check", right_path, wrong_path, denied, *options).code == 2
    break_check("ps3.15-c.1-mac-algorithm")
    assert dicomsig("check", right_path, wrong_path, denied, *options).code == 70


def test_the_certificate_of_a_forgery_is_no_reason_to_fail(dicomsig, put):
    """Trust decides no requirement: a signature by an expired or unknown signer passes `check`."""
    forged = replace(ct(), credential=Credential.EXPIRED)
    assert dicomsig("check", put("expired.dcm", forge(forged))).code == 0


def test_what_was_asked_for_and_is_nowhere_is_no_pass(dicomsig, tmp_path):
    """A requirement that no file shows anything of was not met: exit 3, with what to do."""
    path = tmp_path / "one.dcm"
    path.write_bytes(forge(ct()))
    ran = dicomsig("check", path, "--only", "ps3.3-c.12.1.1.3-signature-uid-unique")
    assert (ran.code, "nothing of what was asked for was judged" in ran.out) == (3, True)
    assert dicomsig("check", path, "--only", ORDER).code == 0


def test_an_empty_argument_is_no_folder(dicomsig, tmp_path, monkeypatch):
    """A variable that the shell does not know must not make the folder one is in the input, nor the report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.dcm").write_bytes(forge(ct()))
    for arguments in (("check", ""), ("check", "one.dcm", "--report", "")):
        ran = dicomsig(*arguments)
        assert (ran.code, "an argument is empty" in ran.err) == (2, True)
    assert [each.name for each in tmp_path.iterdir()] == ["one.dcm"]


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_fault(tmp_path, closed):
    """A program that starts it may have closed stdout or stderr: the run is as ever."""
    path = tmp_path / "one.dcm"
    path.write_bytes(forge(ct()))
    command = shlex.join([sys.executable, "-m", "dicomsig", "check", str(path), "--report", str(tmp_path / "r")])
    assert subprocess.run(f"{command} {closed}", shell=True, timeout=60).returncode == 0
    assert (tmp_path / "r" / "report.html").is_file()
