"""A report is made to be forwarded: no value, no path, no name of the input gets into it unasked."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dicomsig.vectors.edits import put as put_nodes
from dicomsig.vectors.forge import Forgery, forge
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Leaf, Sequence
from dicomsig.vectors.pki import Credential, private_key
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.wrong_signers.twins import ct, purpose_code, stamped, with_purpose

CANARY = "CANARY"
_TEXTS = ("AE", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT")
_BYTES = ("OB", "OW", "UN")
_KEPT = (0x00080005, 0x00080016, 0x00080018)


def marked(content: DataSet) -> DataSet:
    """The same data set with the canary in every value that can hold a text, at any depth, and in private elements."""
    return tuple(_marked(node) for node in content)


def _marked(node):
    match node:
        case Sequence(tag, items):
            return Sequence(tag, tuple(marked(item) for item in items))
        case Leaf(tag, vr) if tag not in _KEPT and vr in _TEXTS:
            return Leaf(tag, vr, CANARY.encode())
        case Leaf(tag, vr, value) if vr in _BYTES:
            return Leaf(tag, vr, (CANARY.encode() + value)[: max(len(value), len(CANARY))])
        case _:
            return node


def certificate() -> bytes:
    """A certificate of a person whose name is the canary."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{CANARY} Person")])
    key = private_key(Credential.RSA_2048)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1)
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2022, 1, 1, tzinfo=UTC))
    made = made.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(f"{CANARY}@example.org")]), critical=True)
    return made.sign(key, SHA256()).public_bytes(_der())


def _der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def of(name: str, **changes) -> Forgery:
    recipe = instances()[name]
    return replace(Forgery(marked(recipe.data_set()), recipe.form), **changes)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Instances with the canary in every kind of value, right ones and ones that are wrong by it."""
    word = CANARY.encode()
    meta = forge(ct()).replace(b"1.2.840.10008.1.2.1\0", b"1.2.3." + word + b".123456\0", 1)
    assert word in meta
    plain = ("ct", "every-vr", "private-elements", "private-unknown", "nested", "sr", "enhanced-ct")
    return {name: forge(of(name)) for name in plain} | {
        "algorithm": forge(of("ct", parameters=(put_nodes(element("MACAlgorithm", CANARY)),))),
        "syntax": forge(of("ct", parameters=(put_nodes(leaf(0x04000010, "UI", f"1.2.{CANARY}")),))),
        "datetime": forge(of("ct", item=(put_nodes(leaf(0x04000105, "DT", CANARY)),))),
        "uid": forge(of("ct", item=(put_nodes(leaf(0x04000100, "UI", CANARY)),))),
        "type": forge(of("ct", item=(put_nodes(element("CertificateType", CANARY)),))),
        "certificate": forge(of("ct", certificate=certificate())),
        "garbage": forge(of("ct", certificate=word * 50)),
        "timestamp": forge(replace(stamped(), timestamp=lambda value: word * 9, base=of("ct").base)),
        "timestamp-type": forge(
            replace(
                stamped(), base=of("ct").base, item_afterwards=(put_nodes(element("CertifiedTimestampType", CANARY)),)
            )
        ),
        "purpose": forge(
            replace(
                with_purpose(),
                base=of("ct").base,
                item=(put_nodes(Sequence(0x04000401, (purpose_code(CANARY, CANARY, CANARY),))),),
            )
        ),
        "instance-uid": forge(ct().on(put_nodes(leaf(0x00080018, "UI", f"1.2.{CANARY}")))),
        "class-uid": forge(ct().on(put_nodes(leaf(0x00080016, "UI", f"1.2.{CANARY}")))),
        "status": forge(ct().on(put_nodes(leaf(0x04000600, "CS", CANARY)))),
        "list": forge(of("ct", listed=(0x00100020, 0x00100010, 0x00101040))),
        "meta": meta,
        "cut": forge(of("every-vr"))[:2500],
        "no-dicom": word * 100,
    }


@pytest.fixture
def folder(files, tmp_path):
    """The files in a folder and an archive, with the canary in every name on the way."""
    path = tmp_path / f"folder-{CANARY}" / "inner"
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / f"{name}-{CANARY}.dcm").write_bytes(content)
    with zipfile.ZipFile(path.parent / f"{CANARY}.zip", "w") as archive:
        archive.comment = CANARY.encode()
        for name, content in files.items():
            archive.writestr(f"{CANARY}/{name}", content)
    return path.parent


@pytest.fixture
def claims(put):
    """Claims and a deviation in files whose names hold the canary."""
    text = '[claims]\nprofiles = ["base", "creator", "authorization"]\nsigner_certificates = ["CANARY.pem"]'
    put(f"{CANARY}/CANARY.pem", Credential.RSA_2048.certificate_pem)
    return "--claims", put(f"{CANARY}/claims-{CANARY}.toml", text)


@pytest.fixture
def run(dicomsig, folder, tmp_path):
    """Check the folder and the archive; the texts of all parts of the report but the private one, and the output."""

    def check(*options):
        report = tmp_path / "report"
        ran = dicomsig("check", folder, folder / f"{CANARY}.zip", "--report", report, "--json", *options)
        parts = {each.name: each.read_text() for each in report.iterdir() if each.is_file()}
        texts = {"report.json", "report.jsonl", "report.html", "requirements.html", "junit.xml"}
        assert set(parts) == texts | {"matrix.csv", "results.csv"}
        assert parts["report.json"] == ran.out
        return ran, parts

    return check


@pytest.mark.parametrize("claimed", [False, True])
def test_no_value_and_no_name_gets_into_a_report(run, claims, files, claimed):
    """The canary stands in every value and every name of the input, and in no part of the report, claims or not."""
    ran, parts = run(*(claims if claimed else ()))
    assert ran.document["summary"]["files"] > len(files)
    assert ran.document["summary"]["signed"] >= len(files)
    assert ran.document["summary"]["results"]["failed"] > len(files)
    assert {name: text.lower().count(CANARY.lower()) for name, text in parts.items()} == dict.fromkeys(parts, 0)


def test_the_private_map_alone_knows_the_paths(run, folder, tmp_path, files):
    """`private/paths.csv` maps every file number to its path, and holds no value."""
    run()
    rows = (tmp_path / "report" / "private" / "paths.csv").read_text().splitlines()
    assert len(rows) >= 2 * len(files)
    assert any(row.startswith(f"file-000001,{folder}/inner/") for row in rows)
    assert (tmp_path / "report" / "private").stat().st_mode & 0o077 == 0


def test_the_terminal_shows_paths_and_no_values(run):
    """What a run with a report writes to stderr names files, and holds no value."""
    ran, _ = run()
    lines = [line for line in ran.err.splitlines() if CANARY in line]
    assert lines
    assert all(line.startswith(("passed over: /", "cannot be judged: /")) for line in lines)
    assert not [line for line in lines if CANARY in line.rpartition(": ")[2]]


def test_values_and_paths_on_demand(run):
    """--with-values and --with-paths each add what they name, and not the other."""
    _, parts = run("--with-values")
    assert f'"values": "{CANARY}"' in parts["report.json"]
    assert f"{CANARY}.dcm" not in parts["report.json"]
    assert CANARY in parts["report.html"]
    ran, parts = run("--with-paths")
    assert f'-{CANARY}.dcm"' in parts["report.json"]
    assert len(ran.document["files"]) > 1
    assert all("values" not in result for result in ran.document["results"])


def test_a_run_without_report_shows_no_value(dicomsig, folder):
    """The lines that people read hold paths, and of values nothing but UIDs."""
    ran = dicomsig("check", folder, "--profile", "creator")
    details = [line for line in ran.out.splitlines() if line.startswith("      ") and "rerun" not in line]
    assert len(details) > 20
    assert not [line for line in details if CANARY in line]


def test_verify_shows_no_value(dicomsig, folder):
    """Neither the lines of `verify` nor its messages hold a value; a UID that is none is the one that is due."""
    ran = dicomsig("verify", folder)
    assert not [line for line in ran.out.splitlines() if CANARY in line.split("\t", 1)[1]]
    for file in dicomsig("verify", folder, "--json").document["files"]:
        texts = [file.get("message", "")]
        texts += [reason["message"] for each in file["signatures"] for reason in each["reasons"]]
        texts += [each["uid"] for each in file["signatures"]]
        assert not [text for text in texts if CANARY in text]
