"""Adapters that hang, crash, flood or lie: each is a fault of its own kind, and the next file is judged."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.systems.protocol import Declined, Description, Signatures

pytestmark = pytest.mark.slow

LIAR = """
import json, os, signal, subprocess, sys, time

mode = sys.argv[1]
out, err = sys.stdout.buffer, sys.stderr.buffer
block = b"x" * (1 << 20)
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]


def say(**fields):
    out.write(json.dumps({"id": number, **fields}).encode() + b"\\n")
    out.flush()


def write(data):
    out.write(data)
    out.flush()


if mode == "before-asked":
    write(b'{"id":1,"name":"eager"}\\n')
if mode in ("ignores-term", "ignores-end"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "dies-at-start":
    sys.exit("no licence")
if mode == "never-describes":
    time.sleep(600)
for line in sys.stdin:
    request = json.loads(line)
    number = request["id"]
    if request["op"] == "describe":
        say(name="liar")
        continue
    if request["op"] != "verify":
        say(unsupported="only verify")
        continue
    with open(request["path"], "rb") as file:
        lies = file.read(3) == b"LIE"
    if not lies:
        say(signatures=[])
    elif mode in ("hangs", "ignores-term"):
        time.sleep(600)
    elif mode == "crashes":
        err.write(b"cannot\\x1b[31m go on")
        err.flush()
        os.abort()
    elif mode == "exits":
        sys.exit(0)
    elif mode == "closes-output":
        os.close(1)
        time.sleep(600)
    elif mode == "floods-output":
        for _ in range(1024):
            os.write(1, block)
    elif mode == "floods-lines":
        for _ in range(1 << 20):
            os.write(1, block[:1023] + b"\\n")
    elif mode == "floods-log":
        for _ in range(1024):
            os.write(2, block)
        say(signatures=[])
    elif mode == "chats":
        for _ in range(8):
            os.write(2, block)
        say(signatures=[])
    elif mode == "garbage":
        write(b"Segmentation fault (core dumped)\\n")
    elif mode == "empty-line":
        write(b"\\n")
    elif mode == "wrong-id":
        number += 1
        say(signatures=[])
    elif mode == "no-id":
        write(b'{"signatures":[]}\\n')
    elif mode == "partial":
        write(b'{"id":')
        sys.exit(0)
    elif mode == "partial-hangs":
        write(b'{"id":')
        time.sleep(600)
    elif mode == "drips":
        for _ in range(6000):
            write(b" ")
            time.sleep(0.1)
    elif mode == "nul":
        write(b"\\0" * 64 + b"\\n")
    elif mode == "not-utf-8":
        write(b'{"id":%d,"signatures":[],"note":"\\xff\\xfe"}\\n' % number)
    elif mode == "byte-order-mark":
        write(b"\\xef\\xbb\\xbf")
        say(signatures=[])
    elif mode == "nested":
        write(b'{"id":%d,"note":' % number + b"[" * 900000 + b"\\n")
    elif mode == "two-mebibytes":
        say(signatures=[], note="x" * (2 << 20))
    elif mode == "no-verdict":
        say(ok=True)
    elif mode == "changes-input":
        with open(request["path"], "ab") as file:
            file.write(b"!")
        say(signatures=[])
    elif mode == "replaces-input":
        os.remove(request["path"])
        os.symlink("/dev/zero", request["path"])
        say(signatures=[])
    elif mode == "grandchild":
        subprocess.Popen(sleeper)
        sys.exit(3)
    elif mode == "escaped-grandchild":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(4)"], start_new_session=True)
        sys.exit(3)
    elif mode == "twice":
        say(signatures=[])
        say(signatures=[])
    elif mode == "floods-later":
        say(signatures=[])
        for _ in range(1024):
            os.write(1, block)
    elif mode == "answers-then-exits":
        say(signatures=[])
        sys.exit(0)
if mode == "ignores-end":
    time.sleep(600)
"""
QUICK = ProcessLimits(start=20, call=2, closing=1, log=64 << 20)
SOON = 10
"""Seconds, on a busy machine, after which something waits for what never comes."""

Start = Callable[..., ProcessAdapter]


@pytest.fixture
def lie(tmp_path: Path) -> Path:
    """A file over which the liar lies."""
    path = tmp_path / "lie.dcm"
    path.write_bytes(b"LIE")
    return path


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """A file over which it does not."""
    path = tmp_path / "truth.dcm"
    path.write_bytes(b"TRUTH")
    return path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts liars and closes them."""
    script = tmp_path / "liar.py"
    script.write_text(LIAR)
    started: list[ProcessAdapter] = []

    def begin(mode: str, limits: ProcessLimits = QUICK) -> ProcessAdapter:
        started.append(ProcessAdapter([sys.executable, str(script), mode], limits))
        return started[-1]

    yield begin
    for adapter in started:
        adapter.close()


def kind_of(answer: object) -> AdapterFault | None:
    return answer.kind if isinstance(answer, Fault) else None


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("hangs", AdapterFault.TIMEOUT),
        ("ignores-term", AdapterFault.TIMEOUT),
        ("partial-hangs", AdapterFault.TIMEOUT),
        ("drips", AdapterFault.TIMEOUT),
        ("crashes", AdapterFault.CRASH),
        ("exits", AdapterFault.CRASH),
        ("closes-output", AdapterFault.CRASH),
        ("partial", AdapterFault.CRASH),
        ("grandchild", AdapterFault.CRASH),
        ("escaped-grandchild", AdapterFault.CRASH),
        ("floods-output", AdapterFault.OVERSIZED),
        ("two-mebibytes", AdapterFault.OVERSIZED),
        ("floods-lines", AdapterFault.MALFORMED),
        ("floods-log", AdapterFault.FLOOD),
        ("garbage", AdapterFault.MALFORMED),
        ("empty-line", AdapterFault.MALFORMED),
        ("nul", AdapterFault.MALFORMED),
        ("not-utf-8", AdapterFault.MALFORMED),
        ("byte-order-mark", AdapterFault.MALFORMED),
        ("nested", AdapterFault.MALFORMED),
        ("no-id", AdapterFault.MALFORMED),
        ("no-verdict", AdapterFault.MALFORMED),
        ("wrong-id", AdapterFault.WRONG_ID),
        ("changes-input", AdapterFault.INPUT_CHANGED),
        ("replaces-input", AdapterFault.INPUT_CHANGED),
    ],
)
def test_each_lie_is_a_fault_of_its_kind_and_the_next_file_is_judged(
    mode: str, kind: AdapterFault, start: Start, lie: Path, truth: Path
) -> None:
    """The fault comes in bounded time; then the adapter is started anew and answers."""
    adapter = start(mode)
    assert isinstance(adapter.describe(), Description)
    began = time.monotonic()
    fault = adapter.verify(lie)
    assert kind_of(fault) is kind
    assert time.monotonic() - began < SOON
    assert adapter.verify(truth) == Signatures(())
    assert adapter.unknown("frobnicate") == Declined("only verify")


@pytest.mark.parametrize("mode", ["twice", "before-asked"])
def test_a_line_that_nobody_asked_for_is_a_fault(mode: str, start: Start, lie: Path, truth: Path) -> None:
    """A second answer, or one before the request, is not taken for the answer to the next request."""
    adapter = start(mode)
    answers = [adapter.describe(), adapter.verify(lie)]
    time.sleep(0.2)
    answers.append(adapter.verify(truth))
    assert {AdapterFault.UNASKED, AdapterFault.WRONG_ID} & {kind_of(answer) for answer in answers}
    if mode == "twice":
        assert adapter.verify(truth) == Signatures(())


def test_an_adapter_that_ends_between_requests_is_a_fault_of_the_next(start: Start, lie: Path, truth: Path) -> None:
    """Its answer counts, the request after it is not sent, the one after that is answered."""
    adapter = start("answers-then-exits")
    assert adapter.verify(lie) == Signatures(())
    time.sleep(0.5)
    assert kind_of(adapter.verify(truth)) is AdapterFault.EARLY_EXIT
    assert adapter.verify(truth) == Signatures(())


def test_who_ignores_the_end_of_its_input_is_ended(start: Start, truth: Path) -> None:
    """Closing is bounded, and the fault is told."""
    adapter = start("ignores-end")
    assert adapter.verify(truth) == Signatures(())
    began = time.monotonic()
    assert kind_of(adapter.close()) is AdapterFault.IGNORED_END
    assert time.monotonic() - began < SOON


def test_an_honest_adapter_leaves_without_a_fault(start: Start, truth: Path) -> None:
    """Nothing is held against an adapter that answers and ends with its input."""
    adapter = start("honest")
    assert adapter.verify(truth) == Signatures(())
    assert adapter.close() is None


def test_a_chatty_log_is_no_fault(start: Start, lie: Path) -> None:
    """Eight mebibytes of log are drained while the answer is awaited, each time anew."""
    adapter = start("chats", ProcessLimits(call=10, log=12 << 20))
    assert [adapter.verify(lie) for _ in range(3)] == [Signatures(())] * 3


def test_what_a_system_says_is_kept_apart_and_escaped(start: Start, lie: Path) -> None:
    """The message of a fault holds none of it: reports leave it out; what is kept is printable."""
    crash = start("crashes").verify(lie)
    assert isinstance(crash, Fault)
    assert crash.message == "signal 6 ended it before it answered"
    assert crash.log == "cannot\\x1b[31m go on"
    garbage = start("garbage").verify(lie)
    assert isinstance(garbage, Fault)
    assert "Segmentation" in garbage.output
    assert "Segmentation" not in garbage.message


@pytest.mark.parametrize("mode", ["dies-at-start", "never-describes"])
def test_an_adapter_that_never_starts_well_is_not_started_for_ever(mode: str, start: Start, truth: Path) -> None:
    """After three starts in vain no other is tried, and the answer comes at once."""
    adapter = start(mode, ProcessLimits(start=1, starts=3))
    first = [kind_of(adapter.verify(truth)) for _ in range(3)]
    assert set(first) <= {AdapterFault.CRASH, AdapterFault.EARLY_EXIT, AdapterFault.TIMEOUT}
    began = time.monotonic()
    assert {kind_of(adapter.verify(truth)) for _ in range(100)} == {AdapterFault.REFUSED_START}
    assert time.monotonic() - began < SOON


def test_a_system_that_crashes_over_every_other_file_is_judged_on_the_rest(
    start: Start, lie: Path, truth: Path
) -> None:
    """Starts that end well are not counted: no crash keeps another file from being judged."""
    adapter = start("crashes", ProcessLimits(starts=3))
    kinds = [kind_of(adapter.verify(path)) for path in [lie, truth] * 6 + [lie] * 4 + [truth]]
    assert kinds == [AdapterFault.CRASH, None] * 6 + [AdapterFault.CRASH] * 4 + [None]


def test_a_program_that_is_not_there_is_refused(truth: Path) -> None:
    """The message does not repeat the name that a person gave."""
    with closing(ProcessAdapter(["/nonexistent/secret-program"])) as adapter:
        fault = adapter.describe()
    assert kind_of(fault) is AdapterFault.REFUSED_START
    assert isinstance(fault, Fault)
    assert "secret" not in fault.message


def test_an_adapter_that_always_hangs_is_given_up(start: Start, lie: Path) -> None:
    """After some timeouts in a row nothing more is sent: a run with thousands of files ends."""
    adapter = start("hangs", ProcessLimits(call=0.2, timeouts=2))
    kinds = [kind_of(adapter.verify(lie)) for _ in range(50)]
    assert kinds == [AdapterFault.TIMEOUT] * 2 + [AdapterFault.GIVEN_UP] * 48


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_that_an_adapter_started_in_its_session_survives(start: Start, lie: Path) -> None:
    """The grandchild that kept the pipes open is gone when the fault is told."""
    before = sleepers()
    assert kind_of(start("grandchild").verify(lie)) is AdapterFault.CRASH
    deadline = time.monotonic() + 2
    while sleepers() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not sleepers() - before


def sleepers() -> set[str]:
    """The processes of ours that only sleep."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if b"time.sleep(600)" in (entry / "cmdline").read_bytes():
                    found.add(entry.name)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs the peak of the process")
@pytest.mark.parametrize("mode", ["floods-output", "floods-lines", "floods-log", "floods-later", "two-mebibytes"])
def test_floods_take_no_memory(mode: str, lie: Path, tmp_path: Path) -> None:
    """A gigabyte of output grows the process by less than 16 MiB."""
    script = tmp_path / "liar.py"
    script.write_text(LIAR)
    program = f"""
import resource, sys, time
from pathlib import Path
from dicomsig.systems.process_adapter import ProcessAdapter
adapter = ProcessAdapter([sys.executable, {str(script)!r}, {mode!r}])
adapter.describe()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
adapter.verify(Path({str(lie)!r}))
time.sleep(0.5)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
adapter.close()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=environment, check=True
    )
    grown = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 16 << 20


def test_an_adapter_runs_in_an_empty_folder_without_our_files(tmp_path: Path, truth: Path) -> None:
    """Its working folder is fresh and empty, its locale C with UTF-8, its zone UTC, its standard streams all it has."""
    script = tmp_path / "tells.py"
    script.write_text(
        "import json, os, sys\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    here = os.listdir('.') + sorted(os.listdir(os.path.dirname(request.get('path', './x'))))\n"
        "    files = [n for n in range(3, 64) if os.path.exists(f'/proc/self/fd/{n}')\n"
        "             and not os.readlink(f'/proc/self/fd/{n}').startswith('/proc')]\n"
        "    said = [*here, os.environ['LC_ALL'], os.environ['TZ'], os.getpgid(0) == os.getpid(), files]\n"
        "    print(json.dumps({'id': request['id'], 'error': json.dumps(said)}), flush=True)\n"
    )
    with (tmp_path / "ours").open("wb"), closing(ProcessAdapter([sys.executable, str(script)])) as adapter:
        answer = adapter.verify(truth, [truth])
    assert getattr(answer, "error", answer) == '["object.dcm", "trust-0.pem", "C.UTF-8", "UTC", true, []]'


def test_closing_ends_what_another_thread_waits_for(start: Start, lie: Path) -> None:
    """Who interrupts a run does not wait for the timeout."""
    from threading import Thread

    adapter = start("hangs", ProcessLimits(call=60))
    adapter.describe()
    answers: list[object] = []
    thread = Thread(target=lambda: answers.append(adapter.verify(lie)))
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    adapter.close()
    thread.join(5)
    assert time.monotonic() - began < SOON
    assert kind_of(answers[0]) is AdapterFault.CRASH
    assert kind_of(adapter.verify(lie)) is AdapterFault.GIVEN_UP
