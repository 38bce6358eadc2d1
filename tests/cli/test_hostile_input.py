"""Hostile input is inert, reported, and ends with the exit code that is due, in bounded time."""

import html.parser
import os
import struct
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from dicomsig.vectors.edits import put as put_nodes
from dicomsig.vectors.forge import forge
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.wrong_signers.twins import ct

pytestmark = pytest.mark.slow

SECONDS = 30
HEADER = bytes(128) + b"DICM" + bytes.fromhex("02000000554c0400")
SCRIPT = "<script>alert('CANARY')</script>"
DEFLATED = "1.2.840.10008.1.2.1.99"


@pytest.fixture(autouse=True)
def clock():
    """No test here takes longer than the bound."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < SECONDS


def meta(syntax: str) -> bytes:
    """Preamble, prefix and the File Meta Information that names a transfer syntax (PS3.10 7.1)."""
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    body = struct.pack("<HH2sH", 2, 0x10, b"UI", len(uid)) + uid
    return HEADER + struct.pack("<L", len(body)) + body


def explicit(content: bytes) -> bytes:
    return meta("1.2.840.10008.1.2.1") + content


def nested(levels: int) -> bytes:
    """Sequences of undefined length in each other, never closed."""
    opening = bytes.fromhex("081140115351 0000 ffffffff") + bytes.fromhex("feff00e0 ffffffff")
    return explicit(opening * levels)


def report_texts(report: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in report.iterdir() if path.is_file()}


def test_an_archive_writes_nothing_beside_itself(dicomsig, right, tmp_path):
    """Members named `..`, with a root, as a link or with 64 KB of name are judged or passed over where they lie."""
    folder = tmp_path / "inner" / "deep"
    folder.mkdir(parents=True)
    path = folder / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../evil.dcm", "/tmp/dicomsig-evil.dcm", "a" * 65_000, "C:\\evil.dcm", "new\nline"):
            archive.writestr(name, right)
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    ran = dicomsig("check", path, "--json", "--report", tmp_path / "report")
    assert ran.document["summary"]["signed"] == 5
    assert ran.code == 0
    assert [each.name for each in tmp_path.rglob("*evil*")] == []
    assert not Path("/tmp/dicomsig-evil.dcm").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["inner", "report"]
    assert ran.document["summary"]["passed_over"] == [{"kind": "link", "files": 1}]


def test_a_dicomdir_leads_nowhere_else(dicomsig, put, right, tmp_path):
    """A reference with `..` or of a missing file is refused and named; the run is not complete, so 2."""
    put("outside.dcm", right)
    put("set/IMG1", right)

    def record(*components):
        value = "\\".join(components).encode()
        value += b" " * (len(value) % 2)
        body = struct.pack("<HH2sH", 4, 0x1500, b"CS", len(value)) + value
        return struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body

    records = record("IMG1") + record("..", "outside.dcm") + record("GONE") + record("..", "..", "etc", "passwd")
    uid = b"1.2.840.10008.1.3.10"
    body = struct.pack("<HH2sH", 2, 2, b"UI", len(uid)) + uid
    syntax = struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + b"1.2.840.10008.1.2.1\0"
    sequence = struct.pack("<HH2sHL", 4, 0x1220, b"SQ", 0, len(records)) + records
    dicomdir = put("set/DICOMDIR", HEADER + struct.pack("<L", len(body + syntax)) + body + syntax + sequence)
    ran = dicomsig("check", dicomdir)
    assert ran.code == 2
    assert "1 signature in 1 signed instance" in ran.out
    assert ran.err.count("cannot be judged: ") == 3
    assert "DICOMDIR!/..\\outside.dcm" in ran.err
    assert "is missing" in ran.err
    lines = dicomsig("verify", dicomdir).out.splitlines()
    assert [line.split("\t")[3] for line in lines] == ["valid", "unreadable", "unreadable", "unreadable"]


def test_links_that_turn_in_a_circle_are_not_followed(dicomsig, put, right, tmp_path):
    """A link to the folder above, to itself and out of the folder is named; what is there is judged once."""
    put("in/a.dcm", right)
    put("secret.dcm", right)
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in" / "self")
    (tmp_path / "in" / "out").symlink_to(tmp_path / "secret.dcm")
    ran = dicomsig("check", tmp_path / "in", "--json")
    assert ran.code == 0
    assert ran.document["summary"]["signed"] == 1
    assert ran.document["summary"]["passed_over"] == [{"kind": "link", "files": 3}]
    assert dicomsig("check", tmp_path / "in" / "self").code == 2


def test_special_files_are_never_opened(dicomsig, put, right, tmp_path):
    """A FIFO or device named as an argument leaves the run incomplete; one met in a folder is passed over."""
    os.mkfifo(tmp_path / "pipe")
    put("a.dcm", right)
    assert dicomsig("check", tmp_path).code == 0
    for special in (tmp_path / "pipe", "/dev/zero", "/dev/null"):
        ran = dicomsig("check", special, tmp_path / "a.dcm")
        assert ran.code == 2
        assert f"cannot be judged: {special}: neither a file nor a folder" in ran.err
        assert "1 signed instance" in ran.out
        assert dicomsig("verify", special).code == 1


@pytest.mark.parametrize("levels", [65, 10_000])
def test_deep_nesting_ends_at_the_limit(dicomsig, put, levels):
    """Sequences beyond our 64 levels convict nobody and pass nothing: inconclusive, with the offset."""
    ran = dicomsig("check", put("deep.dcm", nested(levels)), "--json")
    assert ran.code == 5
    (result,) = ran.document["results"]
    assert (result["result"], result["reason"]) == ("inconclusive", "nesting-too-deep")
    assert "byte" in result["found"]


def test_a_deflate_bomb_ends_at_the_limit(dicomsig, put):
    """A data set that inflates beyond our limit convicts nobody and passes nothing: inconclusive."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = squeeze.compress(struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 0xF0000000))
    content += squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    bomb = put("bomb.dcm", meta(DEFLATED) + content + block * 1100)
    assert bomb.stat().st_size < 2 << 20
    ran = dicomsig("check", bomb, "--json")
    assert ran.code == 5
    (result,) = ran.document["results"]
    assert (result["result"], result["reason"]) == ("inconclusive", "inflation-limit")


@pytest.mark.parametrize("size", [0, 1, 131, 140, 200, 1000, 5000, -1])
def test_truncated_files_are_fails_with_an_offset(dicomsig, put, right, size):
    """Wherever an instance is cut, it is a fail that says where, as an argument; never a traceback or a pass."""
    ran = dicomsig("check", put("cut.dcm", right[:size]), "--json")
    assert ran.code == 1
    assert ran.document["internal_errors"] == []
    fails = [result for result in ran.document["results"] if result["result"] == "fail"]
    assert any("byte" in result["found"] for result in fails)


def test_markup_in_values_and_names_stays_text(dicomsig, put, tmp_path):
    """A script in values and in the file's name is escaped in the page, with values and paths asked for too."""
    wrong = forge(replace(ct(), parameters=(put_nodes(element("MACAlgorithm", SCRIPT)),)))
    assert SCRIPT.encode() in wrong
    path = put("<img src=x onerror=alert(1)>.dcm", wrong)
    options = ("--report", tmp_path / "report", "--with-values", "--with-paths")
    assert dicomsig("check", path, *options).code == 1
    page = (tmp_path / "report" / "report.html").read_text()
    seen = []

    class Tags(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, [name for name, _ in attrs]))

    Tags().feed(page)
    assert "script" not in {tag for tag, _ in seen}
    assert not [names for _, names in seen if any(name.startswith("on") for name in names)]
    assert "img" not in {tag for tag, _ in seen}
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "name", [b"caf\xe9.dcm", b"a\nb.dcm", b"a\x1b]0;title\x07.dcm", b"\xe2\x80\xaedcm.exe", b"x" * 250]
)
def test_undecodable_names_are_escaped_everywhere(process, right, wrong, tmp_path, name):
    r"""Control, formatting and undecodable characters of names are \xNN on the terminal and in the private map."""
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_bytes(wrong)
    ran = process("check", "in", "--report", "report", cwd=tmp_path)
    assert ran.code == 1
    private = (tmp_path / "report" / "private" / "paths.csv").read_text()
    for line in (*ran.out.splitlines(), *ran.err.splitlines(), *private.splitlines()):
        assert line.isprintable()
    assert len(private.splitlines()) == 2
    shown = private.splitlines()[1].split(",")[1].removeprefix("in/")
    assert shown in ran.out
    assert not [part for part, text in report_texts(tmp_path / "report").items() if shown in text]


def test_a_folder_of_rubbish_is_nothing_to_judge(dicomsig, put, tmp_path):
    """Files of any other kind, empty ones included, are counted and named, and nothing is judged: 3."""
    put("a/empty", b"")
    put("a/zeros", bytes(4000))
    put("a/text.txt", "text" * 1000)
    put("a/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    ran = dicomsig("check", tmp_path / "a")
    assert ran.code == 3
    assert ran.err.count("passed over: ") == 4
    assert "4 not DICOM" in ran.out


def test_many_strangers_are_named_in_part(dicomsig, put, right, tmp_path):
    """A folder of a thousand other files does not flood the terminal, and what cannot be judged is named apart."""
    for number in range(40):
        put(f"a/{number:04}.txt", "text")
    put("a/z.dcm", right)
    ran = dicomsig("check", tmp_path / "a")
    assert ran.code == 0
    assert ran.err.count("\n") == 11
    assert "passed over: 30 more" in ran.err


def test_elements_in_their_thousands_are_judged(dicomsig, put):
    """An instance of many small elements and long lists is judged in bounded time."""
    many = ct().on(lambda content: (*content, *(leaf(0x99990010 + n, "LO", "X") for n in range(1, 15_000))))
    ran = dicomsig("check", put("many.dcm", forge(many)), "--json")
    assert ran.document["internal_errors"] == []
    assert ran.code in (0, 1, 5)


def test_damaged_members_leave_the_run_incomplete(dicomsig, right, tmp_path):
    """An archive with a damaged member beside a right one ends with 2, and the right one is judged."""
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.dcm", right)
        archive.writestr("2.dcm", right)
    data = bytearray(path.read_bytes())
    position = data.rindex(right[200:300])
    data[position] ^= 0xFF
    path.write_bytes(data)
    ran = dicomsig("check", path)
    assert ran.code == 2
    assert "!/2.dcm: the data of the member are damaged" in ran.err
    assert "1 signed instance" in ran.out
