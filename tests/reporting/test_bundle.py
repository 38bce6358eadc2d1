"""A bundle holds what its manifest says, byte for byte, or is refused with the name of what differs."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicomsig.conformance.names import ConformanceInputError
from dicomsig.crypto.cms import load_signing_key
from dicomsig.reporting.bundle import BundleParts, BundleSigner, write_bundle
from dicomsig.reporting.bundle_check import check_bundle
from dicomsig.reporting.bundle_comments import comments_toml, read_comments
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.saved import read_saved
from dicomsig.reporting.stored_zip import StoredZip, write_zip
from dicomsig.vectors.pki import Credential

AT = datetime(2024, 6, 30, 12, tzinfo=UTC)
ROW, REASON = "ps3.3-c.12.1.1.3.1.1-tags-in-order", "tag-list-unordered"


@pytest.fixture
def folder(start, document_of, case, result, tmp_path):
    """A report folder with one fail, with the longer pages cut down: what they say does not matter here."""
    path = tmp_path / "report"
    with ReportFolder(path, start) as folder:
        folder.finish(document_of(case(result(), passed=("ps3.15-c.1-mac-algorithm",)), log=folder))
    for page in path.glob("*.html"):
        page.write_text("<p>a page</p>\n")
    return path


@pytest.fixture
def bundle(folder):
    """The bytes of a bundle of that folder; signed unless asked otherwise."""

    def make(*, signed=True, credential=Credential.RSA_2048, **parts):
        signer = BundleSigner(load_signing_key(credential.key_pem), [credential.certificate_der], AT)
        target = io.BytesIO()
        write_bundle(target, folder, read_saved(folder), BundleParts(**parts), signer if signed else None)
        return target.getvalue()

    return make


@pytest.fixture
def kept():
    """What one test makes once for all its examples."""
    return {}


def checked(content):
    return check_bundle(io.BytesIO(content))


def named(content):
    """The names of the files for which a bundle is refused."""
    return {problem.name for problem in checked(content).problems}


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    """A bundle of other members, in the form that dicomsig writes."""
    target = io.BytesIO()
    write_zip(target, [(name, io.BytesIO(content)) for name, content in parts.items()])
    return target.getvalue()


@pytest.mark.parametrize("signed", [True, False])
def test_a_bundle_holds_and_any_zip_program_reads_it(bundle, folder, signed):
    """Every part of the report but the private one is in it, as it was, and Python's own zipfile finds no fault."""
    content = bundle(signed=signed)
    found = checked(content)
    assert found.problems == ()
    assert (found.signer is not None) == signed
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    parts = members(content)
    assert {name for name in parts if name.startswith("report/")} == {
        f"report/{path.name}" for path in folder.iterdir() if path.name != "private"
    }
    for name in parts:
        if name.startswith("report/"):
            assert parts[name] == (folder / name.removeprefix("report/")).read_bytes()
    listed = {each["path"]: each["sha256"] for each in json.loads(parts["manifest.json"])["files"]}
    own = {"manifest.json", "manifest.p7s"}
    assert listed == {name: hashlib.sha256(each).hexdigest() for name, each in parts.items() if name not in own}
    assert not any("private" in name for name in parts)
    assert b"/data/1.dcm" not in content


def test_counterexamples_go_with_the_report_and_links_do_not(bundle, folder, tmp_path):
    """What fuzzing left in the report is evidence; what a link in it leads to is not."""
    (folder / "fuzz" / "one").mkdir(parents=True)
    (folder / "fuzz" / "one" / "object.dcm").write_bytes(b"DICM")
    (folder / "fuzz" / "one" / "odd name").write_bytes(b"")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "fuzz" / "link.dcm").symlink_to(tmp_path / "secret")
    (folder / "report.pdf").symlink_to(tmp_path / "secret")
    content = bundle()
    parts = members(content)
    assert parts["report/fuzz/one/object.dcm"] == b"DICM"
    assert checked(content).problems == ()
    assert not any(b"secret" in each or "odd" in name for name, each in parts.items())


def test_the_readme_says_what_an_upload_of_evidence_is_asked_for(bundle, folder):
    """Status, product, result, run and a reference to the report, by which anybody finds it again."""
    text = members(bundle())["README.txt"].decode()
    assert "Status:     completed with errors" in text
    assert "Example CT 5.1 by Example Imaging" in text
    assert hashlib.sha256((folder / "report.json").read_bytes()).hexdigest() in text


def test_the_same_input_gives_the_same_bundle(bundle):
    """Two bundles of one report are equal byte for byte, signed or not."""
    assert bundle() == bundle()
    assert bundle(signed=False) == bundle(signed=False)


def test_one_changed_byte_of_a_file_is_refused_and_the_file_named(bundle):
    """The first, a middle and the last byte of each member."""
    content = bundle()
    for member in StoredZip(io.BytesIO(content)).members:
        for place in {member.start, member.start + member.size // 2, member.start + member.size - 1}:
            changed = bytearray(content)
            changed[place] ^= 0x01
            assert member.name in named(bytes(changed)), (member.name, place)


def test_one_changed_byte_between_the_files_is_refused(bundle):
    """Each byte of the headers, of the directory and of the end of the zip, changed in two ways."""
    content = bundle(signed=False)
    inside = {
        place for each in StoredZip(io.BytesIO(content)).members for place in range(each.start, each.start + each.size)
    }
    for place in sorted(set(range(len(content))) - inside):
        for change in (0x01, 0x80):
            changed = bytearray(content)
            changed[place] ^= change
            assert checked(bytes(changed)).problems, place


def test_added_and_cut_bytes_are_refused(bundle):
    """Bytes before, after or instead of the archive."""
    content = bundle(signed=False)
    for wrong in (content + b"\0", b"\0" + content, content[:-1], content[1:], b"", b"PK\5\6" + b"\0" * 18, b"x" * 100):
        assert checked(wrong).problems


def test_what_is_missing_extra_twice_or_moved_is_named(bundle):
    """The file is named even where the zip around it is as dicomsig would write it."""
    parts = members(bundle())
    missing = {name: each for name, each in parts.items() if name != "report/junit.xml"}
    assert named(packed(missing)) == {"report/junit.xml"}
    assert named(packed({name: each for name, each in parts.items() if name != "manifest.p7s"})) == {"manifest.p7s"}
    assert "manifest.json" in named(packed({name: each for name, each in parts.items() if name != "manifest.json"}))
    assert named(packed(parts | {"report/more.html": b""})) == {"report/more.html"}
    moved = dict(sorted(parts.items(), reverse=True))
    assert checked(packed(moved)).problems
    target = io.BytesIO()
    write_zip(target, [(name, io.BytesIO(each)) for name, each in [*parts.items(), ("comments.toml", b"")]])
    assert "comments.toml" in named(target.getvalue())


def test_a_bundle_packed_by_another_program_is_refused(bundle):
    """Stored or compressed anew, with a comment or an extra file; an extra or changed file is named."""
    parts = members(bundle(signed=False))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", method) as archive:
            for name, each in (parts | {"extra.txt": b"1", "README.txt": b"another"}).items():
                archive.writestr(name, each)
        problems = checked(target.getvalue()).problems
        assert {"extra.txt", "README.txt"} <= {problem.name for problem in problems}
    appended = io.BytesIO(bundle(signed=False))
    with zipfile.ZipFile(appended, "a") as archive:
        archive.writestr("extra.txt", b"1")
    assert "extra.txt" in named(appended.getvalue())


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "report/../../evil", "C:\\evil", ".hidden", "a/./b"])
def test_a_name_that_leads_elsewhere_is_refused(bundle, name):
    """Who unpacks a bundle writes below the folder of his choice, whatever the manifest lists."""
    parts = members(bundle(signed=False))
    manifest = json.loads(parts["manifest.json"])
    manifest["files"].append({"path": name, "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()})
    parts["manifest.json"] = json.dumps(manifest, indent=2).encode() + b"\n"
    problems = checked(packed(parts | {name: b""})).problems
    assert any("leads elsewhere" in problem.why for problem in problems)


def test_a_manifest_that_lies_is_refused(bundle):
    """An unsigned manifest whose hashes are right still has to say of the run what the report says."""
    parts = members(bundle(signed=False))
    for key, lie in {"exit_code": 0, "product": "Another CT", "run": "1", "vendor": ""}.items():
        manifest = json.loads(parts["manifest.json"]) | {key: lie}
        wrong = packed(parts | {"manifest.json": json.dumps(manifest, indent=2).encode() + b"\n"})
        assert named(wrong) == {"manifest.json"}


def test_a_signature_by_another_key_is_refused(bundle):
    """The manifest names the certificate that signs it, so that a signature cannot be replaced or dropped."""
    parts = members(bundle())
    other = members(bundle(credential=Credential.RSA_3072))
    assert "manifest.p7s" in named(packed(parts | {"manifest.p7s": other["manifest.p7s"]}))
    unsigned = members(bundle(signed=False))
    assert "manifest.p7s" in named(packed(parts | {"manifest.json": unsigned["manifest.json"]}))
    assert "manifest.p7s" in named(packed(parts | {"manifest.p7s": b"\x30\x00"}))


def test_an_elliptic_curve_signs_too(bundle):
    """The certificate of the signer is told."""
    found = checked(bundle(credential=Credential.ELLIPTIC_CURVE))
    assert found.problems == ()
    assert found.signer.certificate.der == Credential.ELLIPTIC_CURVE.certificate_der


def test_a_zip_that_lies_about_its_sizes_costs_nothing(bundle):
    """Members of 4 GiB that all begin at one place are refused without being read over and over."""
    count, name = 2000, b"report/report.html"
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 10, 10, 0x800, 0, 0, 0x21, 0, 0xFFFFFFF0, 0xFFFFFFF0, len(name),
                        0, 0, 0, 0, 0, 0) + name  # fmt: skip
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), 0, 0)
    assert checked(directory + end).problems
    parts = members(bundle(signed=False))
    manifest = json.loads(parts["manifest.json"])
    manifest["files"] = [each | {"bytes": 1 << 60} for each in manifest["files"]]
    problems = checked(packed(parts | {"manifest.json": json.dumps(manifest).encode()})).problems
    assert problems


@pytest.mark.parametrize("wrong", [b"", b"[]", b"[" * 100_000, b'{"dicomsig_bundle":"9.0"}', b"\xff"])
def test_a_manifest_that_cannot_be_read_is_named(bundle, wrong):
    """Whatever stands in its place, the answer is one refusal."""
    assert "manifest.json" in named(packed(members(bundle(signed=False)) | {"manifest.json": wrong}))


def test_comments_survive_and_stand_in_the_bundle(bundle, folder):
    """What a vendor writes into the room for comments is read back, and is in `comments.toml` and README."""
    document = read_saved(folder).document
    room = comments_toml(document, {})
    text = 'We disagree: "ascending" = \\ by tag.\nSee ticket 1. \N{SNOWMAN}'
    file = folder / "comments.toml"
    file.write_bytes(comments_toml(document, {(ROW, REASON): text}))
    found = read_comments(file, document)
    assert (found.texts[ROW, REASON], found.unused) == (text, ())
    file.write_bytes(room)
    assert read_comments(file, document).texts == {(ROW, REASON): ""}
    parts = members(bundle(comments=found.texts))
    assert "See ticket 1" in parts["README.txt"].decode()
    assert "ticket 1" in parts["comments.toml"].decode()
    assert ROW in parts["README.txt"].decode()


def test_a_comment_on_nothing_is_told_and_an_unknown_key_refused(folder):
    """A failure that is mended leaves a comment over; a misspelt key is an error with a hint."""
    document = read_saved(folder).document
    file = folder / "comments.toml"
    file.write_text('[[comment]]\nrequirement = "gone"\nreason = "mended"\ntext = "was so"\n')
    assert read_comments(file, document).unused == (("gone", "mended"),)
    file.write_text('[[comment]]\nrequirement = "gone"\nreson = "mended"\n')
    with pytest.raises(ConformanceInputError, match="Did you mean 'reason'"):
        read_comments(file, document)


def test_the_checksum_of_the_zip_is_right(bundle):
    """A manifest that was changed and whose checksum was not is refused, signed or not."""
    content = bundle(signed=False)
    [member] = [each for each in StoredZip(io.BytesIO(content)).members if each.name == "manifest.json"]
    assert zlib.crc32(content[member.start : member.start + member.size]) == member.crc


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_is_taken_and_none_is_an_error_of_ours(bundle, kept, data):
    """Bytes changed, cut, doubled or put in anywhere: the answer is a refusal, never anything else."""
    content = kept.get("bundle") or kept.setdefault("bundle", bundle())
    place = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(1, 300))
    how = data.draw(st.sampled_from(("change", "cut", "double", "put in")))
    piece = content[place : place + length]
    new = {
        "change": data.draw(st.binary(min_size=len(piece), max_size=len(piece))) if how == "change" else b"",
        "cut": b"",
        "double": piece * 2,
        "put in": data.draw(st.binary(min_size=1, max_size=20)) + piece if how == "put in" else b"",
    }[how]
    changed = content[:place] + new + content[place + length :]
    assert changed == content or checked(changed).problems
