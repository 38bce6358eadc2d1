"""A verifier as a plain command line: split first, filled then, judged by its exit code alone."""

import shlex
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dicomsig.systems.command_adapter import CommandAdapter, ExitCodes
from dicomsig.systems.command_line import CommandLineError, CommandTemplate, split_command
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.protocol import Declined, Description, FileVerdict, Problem, VerdictOfFile

CODES = ExitCodes.of(accept=[0], reject=[1], indeterminate=[4], unsigned=[3], error=[2])
PYTHON = shlex.quote(sys.executable)


def adapter_of(program: str, fields: str = "{file}", limits: ProcessLimits | None = None) -> CommandAdapter:
    template = CommandTemplate.read(f"{PYTHON} -c {shlex.quote(program)} {fields}")
    return CommandAdapter(template, CODES, limits or ProcessLimits(call=20))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a file; touch pwned $(id) {at}.dcm"
    path.write_bytes(b"content")
    return path


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (0, VerdictOfFile(FileVerdict.ACCEPT)),
        (1, VerdictOfFile(FileVerdict.REJECT)),
        (4, VerdictOfFile(FileVerdict.INDETERMINATE)),
        (3, VerdictOfFile(FileVerdict.UNSIGNED)),
        (2, Problem("exit code 2 is an error")),
        (77, Problem("exit code 77 has no meaning here")),
    ],
)
def test_the_exit_code_is_the_answer(code: int, answer: object, file: Path) -> None:
    """Named codes are verdicts; any other is an error and never a rejection."""
    with closing(adapter_of(f"import sys; sys.exit({code})")) as adapter:
        assert adapter.verify(file) == answer


def test_fields_are_filled_with_copies_under_plain_names(file: Path) -> None:
    """The file, all anchors in one file and the time each stay one argument."""
    program = (
        "import sys; from pathlib import Path; "
        "ok = [Path(a).read_bytes() for a in sys.argv[1:3]] == [b'content', b'contentcontent']; "
        "ok &= sys.argv[3] == '--at=2024-03-04T05:06:07Z' and Path(sys.argv[1]).name == 'object.dcm'; "
        "ok &= len(sys.argv) == 4 and not list(Path.cwd().iterdir()); sys.exit(not ok)"
    )
    with closing(adapter_of(program, "{file} {trust} --at={at}")) as adapter:
        answer = adapter.verify(file, [file, file], datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC))
    assert answer == VerdictOfFile(FileVerdict.ACCEPT)


def test_a_field_without_a_value_is_declined(file: Path) -> None:
    """A command line that wants anchors or a time is not run without."""
    with closing(adapter_of("", "{file} {trust}")) as adapter:
        assert isinstance(adapter.verify(file), Declined)
    with closing(adapter_of("", "{file} {at}")) as adapter:
        assert isinstance(adapter.verify(file, [file]), Declined)


def test_what_is_honoured_follows_from_the_fields() -> None:
    """A template without {trust} cannot be judged on trust."""
    with closing(adapter_of("", "{file} {at}")) as adapter:
        described = adapter.describe()
    assert isinstance(described, Description)
    assert (described.honours, described.axes) == (("at",), ())


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("import os; os.abort()", AdapterFault.CRASH),
        ("import time; time.sleep(600)", AdapterFault.TIMEOUT),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", AdapterFault.FLOOD),
        ("import os\nwhile True: os.write(2, b'x' * 65536)", AdapterFault.FLOOD),
        ("import sys; open(sys.argv[1], 'w').close()", AdapterFault.INPUT_CHANGED),
        ("import os, time; os.close(1); os.close(2); time.sleep(600)", AdapterFault.TIMEOUT),
    ],
)
def test_a_fault_is_not_a_verdict(program: str, kind: AdapterFault, file: Path) -> None:
    """Crash, timeout, flood and a changed input are told apart from rejection."""
    with closing(adapter_of(program, limits=ProcessLimits(call=1.5, log=8 << 20))) as adapter:
        answer = adapter.verify(file)
    assert isinstance(answer, Fault)
    assert answer.kind is kind


def test_a_grandchild_does_not_hold_up_the_verdict(file: Path) -> None:
    """The exit code counts though somebody still holds the pipes."""
    program = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); sys.exit(1)"
    )
    with closing(adapter_of(program)) as adapter:
        assert adapter.verify(file) == VerdictOfFile(FileVerdict.REJECT)


def test_a_missing_program_is_refused(file: Path) -> None:
    """It is a fault of its own, not a verdict."""
    with closing(CommandAdapter(CommandTemplate(("/nonexistent/program", "{file}")), CODES)) as adapter:
        answer = adapter.verify(file)
    assert isinstance(answer, Fault)
    assert answer.kind is AdapterFault.REFUSED_START


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("verify", "write {file}"),
        ("verify {file} {turst}", "Did you mean 'trust'"),
        ("verify '{file}", "cannot be split"),
        ("  ", "is empty"),
    ],
)
def test_a_template_that_cannot_work_is_refused(text: str, message: str) -> None:
    """The error says what to write."""
    with pytest.raises(CommandLineError, match=message):
        CommandTemplate.read(text)


def test_values_are_not_split_and_not_filled_again() -> None:
    """What a value holds stays in its word, braces and quotes included."""
    template = CommandTemplate.read("verify --in={file} '{trust}' \"a b\" ${HOME} {0}")
    words = template.filled({"file": "/a b/{at} $(x)", "trust": "'q' {file}"})
    assert words[1:] == ("--in=/a b/{at} $(x)", "'q' {file}", "a b", "${HOME}", "{0}")


def test_programs_and_scripts_are_found_from_where_the_person_is(tmp_path: Path) -> None:
    """The system runs elsewhere: what names a file there is made absolute, plain words are left."""
    (tmp_path / "adapter.py").touch()
    (tmp_path / "verify").touch()
    words = split_command("./run adapter.py verify missing.py -x", tmp_path)
    assert words == (str(tmp_path / "run"), str(tmp_path / "adapter.py"), "verify", "missing.py", "-x")
    assert Path(split_command("sh -c true")[0]).is_absolute()


@pytest.mark.parametrize(
    "codes",
    [
        {"accept": [0], "reject": [0]},
        {"accept": [0], "reject": [1], "error": [1]},
        {"accept": [0], "reject": []},
        {"accept": [0], "reject": [-6]},
    ],
)
def test_exit_codes_have_one_meaning(codes: dict[str, list[int]]) -> None:
    """A code with two meanings, no code for reject and a signal for one are refused."""
    with pytest.raises(CommandLineError):
        ExitCodes.of(**codes)
