"""`dicomsig bundle`: what goes into the file of evidence, who may see it, and what `--verify` says of it."""

import csv
import os
import shutil
import subprocess
import tempfile
import zipfile

import pytest

from dicomsig.vectors.pki import Credential, chain_path, other_trust_path, trust_path

LEAF = Credential.BELOW_INTERMEDIATE


@pytest.fixture
def report(dicomsig, put, tmp_path, wrong):
    """The report on one instance that breaks a rule."""
    file = put("input/patient-name.dcm", wrong)
    dicomsig("check", file, "--report", tmp_path / "report")
    return tmp_path / "report"


@pytest.fixture
def chain(put):
    """A certificate and the intermediate between it and the root, as one PEM file."""
    return put("chain.pem", LEAF.certificate_pem + Credential.INTERMEDIATE.certificate_pem)


def names(file):
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_a_bundle_is_made_and_holds(dicomsig, report, tmp_path):
    """The file lies beside the folder, has no private part, and the first time there is room for comments."""
    made = dicomsig("bundle", report)
    assert made.code == 0
    file = tmp_path / "report-bundle.zip"
    assert {"README.txt", "manifest.json", "comments.toml", "report/report.json", "report/results.csv"} <= names(file)
    assert not any("private" in name or "sample" in name for name in names(file))
    assert b"patient-name" not in file.read_bytes()
    assert (report / "comments.toml").is_file()
    assert "fill in" in made.err
    found = dicomsig("bundle", "--verify", file)
    assert found.code == 0
    assert found.out.splitlines()[-1].startswith("HOLDS")
    assert "signed    no" in found.out
    again = dicomsig("bundle", report)
    assert (again.code, "--force" in again.err) == (2, True)


def test_comments_and_strangers(dicomsig, report, tmp_path):
    """A comment goes in, a file that is no part of the report stays out and is named, another run keeps comments."""
    dicomsig("bundle", report)
    room = (report / "comments.toml").read_text(encoding="utf-8")
    (report / "comments.toml").write_text(room.replace('text = ""', 'text = "known, ticket 7"', 1), encoding="utf-8")
    (report / "notes.txt").write_text("secret")
    made = dicomsig("bundle", report, "--force")
    assert "left out: notes.txt" in made.err
    with zipfile.ZipFile(tmp_path / "report-bundle.zip") as archive:
        assert "known, ticket 7" in archive.read("README.txt").decode()
        assert "report/notes.txt" not in archive.namelist()
    dicomsig("check", tmp_path / "input", "--report", report)
    assert "ticket 7" in (report / "comments.toml").read_text(encoding="utf-8")


def test_samples_and_the_private_part_only_when_asked(dicomsig, report, tmp_path, wrong):
    """`--samples` adds the instance under its label and says that it can hold patient data."""
    file = tmp_path / "all.zip"
    made = dicomsig("bundle", report, "--samples", "--with-private", "--output", file)
    assert made.code == 0
    assert "patient data" in made.err
    with zipfile.ZipFile(file) as archive:
        assert archive.read("samples/file-000001.dcm") == wrong
        assert b"patient-name" in archive.read("private/paths.csv")
    assert dicomsig("bundle", "--verify", file).code == 0
    (tmp_path / "input" / "patient-name.dcm").unlink()
    gone = dicomsig("bundle", report, "--samples", "--output", tmp_path / "gone.zip")
    assert (gone.code, "file-000001" in gone.err) == (2, True)
    assert not (tmp_path / "gone.zip").exists()


def test_a_sample_that_is_another_by_now_is_refused(dicomsig, report, tmp_path, put):
    """The SOP Instance UID that was judged has to be in the file that is added."""
    from dicomsig import resources

    put("input/patient-name.dcm", (resources.content("fixtures") / "instances" / "mr.dcm").read_bytes())
    found = dicomsig("bundle", report, "--samples", "--output", tmp_path / "x.zip")
    assert (found.code, "another instance" in found.err) == (2, True)


def test_a_verifier_has_no_samples(dicomsig, report, tmp_path):
    """What a verifier was fed comes with dicomsig, and a bundle need not hold it."""
    text = (report / "report.json").read_text(encoding="utf-8").replace('"role": "signer"', '"role": "verifier"')
    (report / "report.json").write_text(text, encoding="utf-8")
    found = dicomsig("bundle", report, "--samples", "--output", tmp_path / "x.zip")
    assert (found.code, "come with dicomsig" in found.err) == (2, True)


def test_a_sample_from_an_archive_is_found_again(dicomsig, tmp_path, wrong):
    """A member of a zip that was judged is taken out of it."""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("a/one.dcm", wrong)
    dicomsig("check", tmp_path / "in.zip", "--report", tmp_path / "report")
    assert dicomsig("bundle", tmp_path / "report", "--samples").code == 0
    with zipfile.ZipFile(tmp_path / "report-bundle.zip") as archive:
        assert archive.read("samples/file-000001.dcm") == wrong


@pytest.mark.parametrize("label", ["../../evil", "{}/evil", "file-000001/../../../evil", "file-1"])
def test_a_label_that_leads_elsewhere_is_refused(dicomsig, tmp_path, wrong, label, monkeypatch):
    """A report folder may come from anybody: its table of paths never says where a file is written."""
    (tmp_path / "own" / "deep").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own" / "deep"))
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("1.dcm", wrong)
    dicomsig("check", tmp_path / "study.zip", "--report", tmp_path / "report")
    table = tmp_path / "report" / "private" / "paths.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("file-000001", label.format(tmp_path)), encoding="utf-8")
    found = dicomsig("bundle", tmp_path / "report", "--samples", "--output", tmp_path / "x.zip")
    assert (found.code, "names no file of a report" in found.err) == (2, True)
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]


def test_a_signed_bundle_is_trusted_by_its_anchor_alone(dicomsig, report, tmp_path, chain, put):
    """`--trust` follows the certificates in the signature; another anchor, or no signature, is refused."""
    file = tmp_path / "signed.zip"
    options = ("--key", LEAF.key_path, "--certificate", chain, "--datetime", "2024-06-30T12:00:00+02:00")
    made = dicomsig("bundle", report, *options, "--output", file)
    assert (made.code, "signed    yes" in made.out) == (0, True)
    good = dicomsig("bundle", "--verify", file, "--trust", trust_path())
    assert good.code == 0
    assert "2024-06-30T10:00:00Z by its own word; trusted" in good.out
    assert dicomsig("bundle", "--verify", file).code == 0
    bad = dicomsig("bundle", "--verify", file, "--trust", other_trust_path())
    assert (bad.code, "REFUSED   manifest.p7s" in bad.out) == (1, True)
    late = dicomsig("bundle", "--verify", file, "--trust", trust_path(), "--at", "2060-01-01")
    assert late.code == 1
    dicomsig("bundle", report, "--output", tmp_path / "unsigned.zip")
    unsigned = dicomsig("bundle", "--verify", tmp_path / "unsigned.zip", "--trust", trust_path())
    assert (unsigned.code, "not signed" in unsigned.out) == (1, True)


def test_a_changed_bundle_is_refused_by_name(dicomsig, report, tmp_path, put):
    """One byte of the page, and the page is named on stdout with exit code 1."""
    dicomsig("bundle", report)
    content = (tmp_path / "report-bundle.zip").read_bytes()
    place = content.index(b"<!doctype html>")
    changed = put("changed.zip", content[:place] + b"?" + content[place + 1 :])
    found = dicomsig("bundle", "--verify", changed)
    assert found.code == 1
    assert found.out.startswith("REFUSED   report/report.html: it was changed")
    assert "HOLDS" not in found.out


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_openssl_takes_the_unpacked_signature(dicomsig, report, tmp_path, chain):
    """What README.txt says to type works."""
    file = tmp_path / "signed.zip"
    dicomsig("bundle", report, "--key", LEAF.key_path, "--certificate", chain, "--output", file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "out")
    assert "openssl cms -verify -binary -inform DER" in (tmp_path / "out" / "README.txt").read_text()
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "manifest.p7s", "-content",
               "manifest.json", "-CAfile", chain_path(), "-purpose", "any", "-out", tmp_path / "null"]  # fmt: skip
    ended = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr.decode()


def test_wrong_use_is_refused_with_a_hint(dicomsig, report, tmp_path, put, chain):
    """Usage and input errors end with 2, nothing is written, and a pipe is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    cases = {
        ("bundle", tmp_path / "reprt"): "Did you mean 'report'?",
        ("bundle", report / "report.json"): "name the report folder",
        ("bundle", report, "--key", LEAF.key_path): "go together",
        ("bundle", report, "--key", Credential.RSA_1024.key_path, "--certificate", chain): "too short",
        ("bundle", report, "--key", Credential.RSA_2048.key_path, "--certificate", chain): "not over the private key",
        ("bundle", report, "--trust", trust_path()): "--verify",
        ("bundle", "--verify", report, "--samples"): "alone",
        ("bundle", "--verify", tmp_path / "none.zip"): "No such file",
        ("bundle", "--verify", report): "is no file",
        ("bundle", "--verify", tmp_path / "pipe"): "is no file",
        ("bundle", report, "--comments", put("c.toml", "[[coment]]")): "Did you mean 'comment'?",
        ("bundle", report, "--datetime", "noon"): "is no time",
        ("bundle", report, "--output", tmp_path / "no" / "x.zip"): "no folder",
    }
    for arguments, hint in cases.items():
        found = dicomsig(*arguments)
        assert (found.code, found.out) == (2, ""), arguments
        assert hint in found.err, (arguments, found.err)
    assert not list(tmp_path.glob("*.zip*"))


def test_paths_csv_is_read_as_it_was_written(dicomsig, tmp_path, wrong, put, monkeypatch):
    """A relative path that begins like a formula was written with an apostrophe, and is found all the same."""
    put("=1.dcm", wrong)
    monkeypatch.chdir(tmp_path)
    dicomsig("check", "=1.dcm", "--report", tmp_path / "report")
    with (tmp_path / "report" / "private" / "paths.csv").open(newline="") as file:
        assert next(iter(csv.DictReader(file)))["path"] == "'=1.dcm"
    assert dicomsig("bundle", "report", "--samples").code == 0
    assert "samples/file-000001.dcm" in names(tmp_path / "report-bundle.zip")
