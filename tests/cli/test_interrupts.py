"""A run that is cut short keeps what it had, and does not look like one that came to its end."""

import json
import shutil
import signal
import time

import pytest

from dicomsig.vectors.samples import dcmtk_folder


@pytest.fixture
def many(tmp_path):
    """A folder that takes a second or two to judge."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(600):
        shutil.copy(dcmtk_folder() / "ct-creator-sha256.dcm", folder / f"{number:04}.dcm")
    return folder


def wait_for_lines(log, running):
    deadline = time.monotonic() + 30
    while not (log.exists() and log.read_bytes().count(b"\n") > 20):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


INTERRUPTED = """
import os, signal, dicomsig.judging.signer as signer
judge_instance = signer._judge_instance
def slow(number, instance, terms):
    if number == 3:
        os.kill(os.getpid(), signal.SIGINT)
    return judge_instance(number, instance, terms)
signer._judge_instance = slow
"""


def test_an_interrupt_is_130_and_the_report_is_kept(process, put, right, tmp_path):
    """Ctrl-C in the middle of a run ends with 130; the report holds what was judged and says that it is not all."""
    for number in range(40):
        put(f"files/{number:02}.dcm", right)
    ran = process("check", tmp_path / "files", "--report", tmp_path / "report", "--json", before=INTERRUPTED)
    assert ran.code == 130
    assert "Traceback" not in ran.err
    document = json.loads((tmp_path / "report" / "report.json").read_text())
    assert document == ran.document
    assert document["run"]["interrupted"] is True
    assert document["summary"]["exit_code"] == 130
    assert 0 <= document["summary"]["signed"] < 40
    assert "interrupted" in (tmp_path / "report" / "report.html").read_text()
    lines = (tmp_path / "report" / "report.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) >= 2


def test_a_real_signal_interrupts_a_long_run(start, many, tmp_path):
    """The signal of the terminal ends the run with 130 within seconds and without traceback; the report is kept."""
    report = tmp_path / "report"
    running = start("check", many, "--report", report)
    wait_for_lines(report / "report.jsonl", running)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert b"Traceback" not in err
    assert running.returncode == 130, err
    assert json.loads((report / "report.json").read_text())["run"]["interrupted"] is True


def test_a_killed_run_keeps_complete_lines(start, many, tmp_path):
    """After SIGKILL the run log holds the start and whole lines, and no report that looks finished."""
    log = tmp_path / "report" / "report.jsonl"
    running = start("check", many, "--report", log.parent)
    wait_for_lines(log, running)
    running.kill()
    running.communicate(timeout=20)
    text = log.read_bytes()
    assert text.endswith(b"\n")
    lines = [json.loads(line) for line in text.splitlines()]
    assert "dicomsig_report" in lines[0]
    assert all("case" in line for line in lines[1:])
    assert not (log.parent / "report.json").exists()
    assert not (log.parent / "report.html").exists()
