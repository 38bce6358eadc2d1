"""A report folder grows as the run goes, and never takes what is not its own."""

import csv
import json
import os
import signal
import stat
import subprocess
import sys

import msgspec
import pytest

from dicomsig.conformance.results import CaseOutcome
from dicomsig.reporting.document import ResultDocument, RunStart
from dicomsig.reporting.folder import ReportFolder, ReportFolderError

NAMES = {
    "report.json", "report.jsonl", "report.html", "requirements.html", "junit.xml", "matrix.csv", "results.csv",
    "private",
}  # fmt: skip


@pytest.fixture
def finished(tmp_path, start, document_of, case, result):
    """The folder of a finished report with one fail, and its document."""
    path = tmp_path / "new" / "report"
    with ReportFolder(path, start) as folder:
        document = document_of(case(result(), passed=("ps3.15-c.1-mac-algorithm",)), log=folder)
        folder.finish(document)
    return path, document


def lines(path):
    return [json.loads(line) for line in (path / "report.jsonl").read_text(encoding="utf-8").splitlines()]


def paths(path):
    with (path / "private" / "paths.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_report_is_complete(finished):
    """A finished report has its parts, and no part half written."""
    path, document = finished
    assert {each.name for each in path.iterdir()} == NAMES
    assert msgspec.json.decode((path / "report.json").read_bytes(), type=ResultDocument) == document
    assert (path / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_the_run_log_has_every_case(finished, start, case, result):
    """The first line is the start, each case has a line with its passes, the last line is the end."""
    path, document = finished
    head, one, end = lines(path)
    assert msgspec.convert(head["dicomsig_report"], RunStart) == start
    assert msgspec.convert(one, CaseOutcome) == case(result(), passed=("ps3.15-c.1-mac-algorithm",))
    assert end["end"] == document.run.ended
    assert end["summary"]["exit_code"] == 1


def test_paths_are_private(finished):
    """The map of paths is for its owner alone."""
    path, _ = finished
    assert paths(path) == [["file", "path", "kind"], ["file-000001", "/data/1.dcm", "signed"]]
    if os.name == "posix":
        assert stat.S_IMODE((path / "private" / "paths.csv").stat().st_mode) == 0o600
        assert stat.S_IMODE((path / "private").stat().st_mode) == 0o700


def test_paths_cannot_harm_a_spreadsheet_or_a_terminal(tmp_path, start):
    """Formulas, line ends, quotes and undecodable bytes in a path are inert."""
    with ReportFolder(tmp_path / "r", start) as folder:
        for path in ("=cmd|' /C calc'!A0", 'a"b,c\nd', "bad\udcff"):
            folder.map_path(1, path, "signed")
    assert [row[1] for row in paths(tmp_path / "r")[1:]] == ["'=cmd|' /C calc'!A0", r'a"b,c\x0ad', r"bad\xff"]


def test_an_earlier_report_is_replaced(finished, start):
    """A second run into the folder removes every part of the first, and leaves what is not ours."""
    path, _ = finished
    (path / "notes.txt").write_text("mine", encoding="utf-8")
    (path / "report.json.part").write_text("{", encoding="utf-8")
    with ReportFolder(path, start):
        assert {each.name for each in path.iterdir()} == {"report.jsonl", "private", "notes.txt"}
    assert len(lines(path)) == 1
    assert len(paths(path)) == 1


def test_an_unfinished_report_is_replaced(tmp_path, start):
    """A run that was killed leaves a folder that the next run may take."""
    ReportFolder(tmp_path / "r", start).close()
    ReportFolder(tmp_path / "r", start).close()
    assert len(lines(tmp_path / "r")) == 1


@pytest.mark.parametrize("log", [None, b"", b"{}\n", b"[1]\n", b'{"dicomsig_report"', b"[" * 100_000, b"\xff\n"])
def test_a_folder_of_other_things_is_left_alone(tmp_path, start, log):
    """A folder that holds no run log of ours is refused with what to do, and nothing in it changes."""
    (tmp_path / "report.html").write_text("precious", encoding="utf-8")
    if log is not None:
        (tmp_path / "report.jsonl").write_bytes(log)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(ReportFolderError, match=r"nothing was changed.*new or empty"):
        ReportFolder(tmp_path, start)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_an_empty_folder_is_taken(tmp_path, start):
    """A folder without anything in it becomes the report."""
    ReportFolder(tmp_path, start).close()
    assert (tmp_path / "report.jsonl").is_file()


def test_what_cannot_be_a_folder_is_an_error_with_advice(tmp_path, start):
    """A file, and a folder below a file, are refused in words that name them."""
    file = tmp_path / "file\x1b"
    file.write_bytes(b"x")
    for path in (file, file / "below"):
        with pytest.raises(ReportFolderError, match=r"file\\x1b") as error:
            ReportFolder(path, start)
        assert "\x1b" not in str(error.value)
    assert file.read_bytes() == b"x"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_in_a_folder_lead_nowhere(finished, start, tmp_path):
    """Links planted in a report are removed or refused, and what they point at stays."""
    path, document = finished
    target = tmp_path / "target"
    target.write_text("precious", encoding="utf-8")
    for name in ("report.json", "report.json.part", "junit.xml", "private/paths.csv"):
        (path / name).unlink(missing_ok=True)
        (path / name).symlink_to(target)
    with ReportFolder(path, start) as folder:
        (path / "report.html.part").symlink_to(target)
        folder.finish(document)
    assert target.read_text(encoding="utf-8") == "precious"
    assert not (path / "report.json").is_symlink()
    (path / "private" / "paths.csv").unlink()
    (path / "private").rmdir()
    (path / "private").symlink_to(tmp_path)
    with pytest.raises(ReportFolderError, match="is a link"):
        ReportFolder(path, start)


def test_a_closed_report_takes_no_line(finished, start, case, tmp_path):
    """Writing to a report after its end is an error of ours, not a silent loss."""
    folder = ReportFolder(tmp_path / "other", start)
    folder.close()
    with pytest.raises(ReportFolderError, match="finished"):
        folder.log(case())


KILLED = """
import os, signal, sys
from pathlib import Path
from dicomsig.conformance.editions import edition
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.start import start_run
folder = ReportFolder(Path(sys.argv[1]), start_run("signer", edition()))
for number in range(1, 11):
    folder.log(CaseOutcome(f"signer/file-{number:06d}", Subject(number), ("ps3.15-c.1-mac-algorithm",)))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL on Windows")
def test_a_killed_run_keeps_what_it_had(tmp_path):
    """Each line that was written survives a kill: nothing waits in a buffer."""
    path = os.pathsep.join(each for each in sys.path if each)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "r")],
        env=os.environ | {"PYTHONPATH": path}, timeout=60, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = lines(tmp_path / "r")
    assert [line.get("case") for line in found] == [None, *(f"signer/file-{number:06d}" for number in range(1, 11))]


def test_a_folder_that_another_run_took_is_left_to_it(tmp_path, start, document_of, case, result):
    """Of two runs that write to one folder the later has it; the earlier says so, and mixes nothing into it."""
    with ReportFolder(tmp_path / "r", start) as earlier, ReportFolder(tmp_path / "r", start) as later:
        document = document_of(case(result()))
        with pytest.raises(ReportFolderError, match="another run has begun"):
            earlier.finish(document)
        assert not (tmp_path / "r" / "report.json").exists()
        later.finish(document)
    assert {each.name for each in (tmp_path / "r").iterdir()} == NAMES
