"""`verify` says of each signature in one line whether it holds, and its exit code sums that up."""

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from dicomsig.judging import verifying
from dicomsig.vectors.forge import forge
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import Credential, other_trust_path, trust_path
from dicomsig.vectors.samples import samples
from dicomsig.vectors.wrong_signers import wrong_signers
from dicomsig.vectors.wrong_signers.twins import ct, item_and_whole, stamped

UNSIGNED = committed_path("ct").read_bytes()
ALTERED = "content-altered-after-signing"


def rows(ran):
    return [line.split("\t") for line in ran.out.splitlines()]


def test_a_line_has_nine_columns_in_the_agreed_order(dicomsig, put, right):
    """File, place, MAC algorithm, integrity, structure, trust, time, reasons, signature number; tabs between."""
    path = put("right.dcm", right)
    ran = dicomsig("verify", path)
    assert ran.out == f"{path}\t/\tSHA256\tvalid\tvalid\tindeterminate\tabsent\ttrust-not-asked\t0\n"
    assert (ran.code, ran.err) == (0, "")
    assert rows(dicomsig("verify", path, "--trust", trust_path()))[0][5] == "valid"


def test_each_signature_has_its_line(dicomsig, put):
    """Signatures of items and of the main data set are told apart by place and number."""
    ran = dicomsig("verify", put("two.dcm", forge(item_and_whole())), put("both.dcm", forge(ct().then())))
    assert [(place, number) for _, place, *_, number in rows(ran)] == [
        ("/", "0"),
        ("/00082218[0]/", "0"),
        ("/", "0"),
        ("/", "1"),
    ]
    assert all(row[3:5] == ["valid", "valid"] for row in rows(ran))


@pytest.mark.parametrize(
    ("content", "options", "columns", "code"),
    [
        (lambda: forge(ct()), (), ["valid", "valid", "indeterminate", "absent"], 0),
        (lambda: wrong_signers()[ALTERED].build(), (), ["invalid", "valid", "indeterminate", "absent"], 1),
        (lambda: wrong_signers()["list-reversed"].build(), (), ["valid", "invalid", "indeterminate", "absent"], 1),
        (lambda: wrong_signers()["mac-algorithm-unknown"].build(), (), ["indeterminate", "valid"], 1),
        (lambda: forge(stamped()), (), ["valid", "valid", "indeterminate", "indeterminate"], 0),
        (lambda: forge(ct()), ("--trust", trust_path()), ["valid", "valid", "valid", "absent"], 0),
        (lambda: forge(ct()), ("--trust", other_trust_path()), ["valid", "valid", "invalid", "absent"], 1),
        (lambda: UNSIGNED, (), ["unsigned", "-", "-", "-", "-", "-"], 3),
        (lambda: UNSIGNED, ("--allow-unsigned",), ["unsigned", "-", "-", "-"], 0),
        (lambda: forge(ct())[:3000], (), ["unreadable", "-", "-", "-", "length-exceeds-container", "-"], 1),
        (lambda: b"no DICOM", (), ["unreadable"], 1),
        (lambda: b"", ("--allow-unsigned",), ["unreadable"], 1),
    ],
)
def test_every_standing(dicomsig, put, content, options, columns, code):
    """Each verdict and each file without one has its columns and its exit code."""
    ran = dicomsig("verify", put("a.dcm", content()), *options)
    (row,) = rows(ran)
    assert len(row) == 9
    assert row[3 : 3 + len(columns)] == columns
    assert ran.code == code


def test_signing_time_decides_unless_another_is_asked_for(dicomsig, put):
    """Certificates are judged at the signing time that is claimed, or at the moment given."""
    path = put("expired.dcm", forge(replace(ct(), credential=Credential.EXPIRED)))
    trust = ["--trust", trust_path()]
    assert dicomsig("verify", path, *trust).code == 1
    assert dicomsig("verify", path, *trust, "--at", "2021-06-30").code == 0
    assert dicomsig("verify", path, *trust, "--at", "now").code == 1
    assert dicomsig("verify", path).code == 0


def test_one_bad_file_outweighs_an_unsigned_one(dicomsig, put, right):
    """1 stands for anything bad, 3 for unsigned alone, 0 for neither."""
    good, unsigned = put("good.dcm", right), put("unsigned.dcm", UNSIGNED)
    bad = put("bad.dcm", wrong_signers()[ALTERED].build())
    assert dicomsig("verify", good, unsigned).code == 3
    assert dicomsig("verify", good, unsigned, "--allow-unsigned").code == 0
    assert dicomsig("verify", good, unsigned, bad).code == 1
    assert dicomsig("verify", good, unsigned, bad, "--allow-unsigned").code == 1


def test_what_cannot_be_opened_has_a_line_too(dicomsig, put, right, tmp_path):
    """A damaged archive, a FIFO and a missing reference are unreadable: a run over them and a right file is no 0."""
    good, damaged = put("good.dcm", right), put("damaged.zip", b"PK\x03\x04" + bytes(100))
    os.mkfifo(tmp_path / "pipe")
    ran = dicomsig("verify", damaged, good, tmp_path / "pipe")
    assert [(row[0], row[3], row[7]) for row in rows(ran)] == [
        (str(damaged), "unreadable", "file-unreadable"),
        (str(good), "valid", "trust-not-asked"),
        (str(tmp_path / "pipe"), "unreadable", "file-unreadable"),
    ]
    assert ran.code == 1


def test_a_folder_without_instances_is_3(dicomsig, put, tmp_path):
    """Nothing to verify is not the same as everything verified."""
    put("notes.txt", "no DICOM")
    ran = dicomsig("verify", tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "No DICOM instance was found" in ran.err
    assert dicomsig("verify", tmp_path, "--json").document == {"files": []}


def test_json_says_the_same_with_messages(dicomsig, put, right):
    """--json writes one valid document of the same verdicts, each reason with axis, status and message."""
    good, bad = put("good.dcm", right), put("bad.dcm", wrong_signers()[ALTERED].build())
    unsigned, cut = put("unsigned.dcm", UNSIGNED), put("cut.dcm", right[:3000])
    ran = dicomsig("verify", good, bad, unsigned, cut, "--json")
    lines = dicomsig("verify", good, bad, unsigned, cut)
    assert ran.code == lines.code == 1
    files = ran.document["files"]
    assert [file["standing"] for file in files] == ["signed", "signed", "unsigned", "unreadable"]
    assert files[3]["reason"] == "length-exceeds-container"
    assert ", byte " in files[3]["message"]
    for file, row in zip(files[:2], rows(lines), strict=False):
        (signature,) = file["signatures"]
        axes = ["place", "mac_algorithm", "integrity", "structure", "trust", "time"]
        assert [file["file"], *(signature[axis] for axis in axes)] == row[:7]
        assert {reason["reason"] for reason in signature["reasons"]} == set(row[7].split(","))
        assert all(reason["message"] for reason in signature["reasons"])
        assert signature["number"] == int(row[8])


def test_the_samples_of_dcmsign_hold(dicomsig):
    """Every signature that dcmsign of DCMTK made is valid, with the algorithm and at the place it was asked for."""
    ran = dicomsig("verify", *(sample.path for sample in samples()))
    found = {(row[0], row[1], row[8]): row[2:4] for row in rows(ran)}
    assert found == {
        (str(sample.path), each.place, str(each.number)): [each.mac, "valid"]
        for sample in samples()
        for each in sample.signatures
    }


@pytest.mark.parametrize(
    "name", [b"tab\there", b"new\nline", b"esc\x1b[31mred", b"latin-\xe9", b"right\xe2\x80\xaeleft", b"-dash"]
)
def test_hostile_names_stay_on_their_line(process, right, tmp_path, name):
    """Control, formatting and undecodable characters in a file name are escaped; the line keeps its columns."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(right)
    ran = process("verify", "--", os.fsdecode(name), cwd=tmp_path)
    (row,) = rows(ran)
    assert len(row) == 9
    assert ran.code == 0
    assert row[0].isprintable()
    assert re.sub(r"[^a-z-]", "", row[0])[:3] in name.decode("latin-1")


def test_members_of_an_archive_are_verified(dicomsig, put, right, tmp_path):
    """A zip archive is verified member by member, each named behind it; what is no instance is passed over."""
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/1.dcm", right)
        archive.writestr("a/2.dcm", wrong_signers()[ALTERED].build())
        archive.writestr("readme.txt", "no DICOM")
        archive.writestr("../../evil.dcm", right)
    ran = dicomsig("verify", path)
    assert [(row[0].removeprefix(str(path)), row[3]) for row in rows(ran)] == [
        ("!/a/1.dcm", "valid"),
        ("!/a/2.dcm", "invalid"),
        ("!/../../evil.dcm", "valid"),
    ]
    assert ran.code == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["study.zip"]


def test_many_files_keep_their_order(dicomsig, right, tmp_path):
    """Hundreds of files are verified at once and told in the order of their names."""
    for number in range(300):
        (tmp_path / f"{number:03}.dcm").write_bytes(right)
    ran = dicomsig("verify", tmp_path)
    assert [Path(row[0]).name for row in rows(ran)] == [f"{number:03}.dcm" for number in range(300)]
    assert ran.code == 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_noise(start, right, tmp_path, options):
    """`verify … | head -1` ends quietly, and not with 0: not everything was verified."""
    for number in range(300):
        (tmp_path / f"{number:03}.dcm").write_bytes(right)
    running = start("verify", tmp_path, *options)
    running.stdout.readline()
    running.stdout.close()
    err = running.stderr.read()
    running.stderr.close()
    assert running.wait(30) == 130
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is of Linux")
def test_a_full_disk_is_said_in_one_line(right, tmp_path):
    """When stdout cannot be written the run ends with 2 and says so, without traceback."""
    (tmp_path / "a.dcm").write_bytes(right)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "dicomsig", "verify", tmp_path / "a.dcm"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == b"Error: stdout cannot be written: No space left on device\n"


def test_our_own_error_is_70_and_the_rest_is_verified(dicomsig, put, right, monkeypatch):
    """An exception of ours costs its file, is no verdict, and holds no value."""
    good, poor = put("1.dcm", right), put("2.dcm", right)
    original = verifying.open_instance

    def opened(path):
        if path == poor:
            raise RuntimeError("CANARY")
        return original(path)

    monkeypatch.setattr(verifying, "open_instance", opened)
    ran = dicomsig("verify", good, poor)
    assert ran.code == 70
    assert [row[3] for row in rows(ran)] == ["valid", "unreadable"]
    assert rows(ran)[1][7] == "internal-error"
    assert "CANARY" not in ran.out + ran.err
    assert json.loads(dicomsig("verify", good, poor, "--json").out)["files"][1]["reason"] == "internal-error"


def test_a_foreign_mac_algorithm_is_no_column_of_its_own(dicomsig, put):
    """What stands in MAC Algorithm (0400,0015) and is no defined term is shown as a question mark."""
    assert rows(dicomsig("verify", put("a.dcm", wrong_signers()["mac-algorithm-unknown"].build())))[0][2] == "?"


def test_a_prefix_alone_is_unreadable(dicomsig, put):
    """A file with DICM and nothing after it was cut: verify calls it unreadable, and for check it is a fail."""
    path = put("cut.dcm", bytes(128) + b"DICM")
    ran = dicomsig("verify", path, "--allow-unsigned")
    assert ran.code == 1
    assert ran.out.split("\t")[3:] == ["unreadable", "-", "-", "-", "header-truncated", "-\n"]
    checked = dicomsig("check", path, "--json")
    assert checked.code == 1
    (result,) = checked.document["results"]
    assert (result["result"], result["reason"]) == ("fail", "header-truncated")
    assert "byte 132" in result["found"]


def test_signatures_that_are_no_sequence_any_more_are_told(dicomsig, put, right):
    """After a hop that did not know (FFFA,FFFA) it may be UN: the file counts as unsigned, and the line says why."""
    start = right.rindex(b"\xfa\xff\xfa\xffSQ") + 4
    path = put("un.dcm", right[:start] + b"UN" + right[start + 2 :])
    ran = dicomsig("verify", path)
    assert ran.code == 3
    assert ran.out.split("\t")[3:] == ["unsigned", "-", "-", "-", "element-vr", "-\n"]
    (file,) = dicomsig("verify", path, "--json").document["files"]
    assert (
        file["message"]
        == "Digital Signatures Sequence (FFFA,FFFA) at / is no sequence, so that what it holds is not read"
    )
