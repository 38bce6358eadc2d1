"""An adapter that is a program of its own, spoken to in JSON lines."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from dicomsig.systems.adapters import Described, MadeMacInput, Signed, SigningJob, Verified, time_text
from dicomsig.systems.faults import AdapterFault, Fault, sut_text
from dicomsig.systems.input_folder import InputFolder, fresh_folder, remove_folder
from dicomsig.systems.limits import DEFAULT_PROCESS_LIMITS, ProcessLimits
from dicomsig.systems.line_process import LineProcess
from dicomsig.systems.process import NotStartedError
from dicomsig.systems.protocol import (
    Answer,
    Declined,
    DescribeRequest,
    Description,
    MacInputRequest,
    MacInputWritten,
    Problem,
    ProtocolError,
    Request,
    Signatures,
    SignedWritten,
    SignRequest,
    UnknownRequest,
    VerdictOfFile,
    VerifyRequest,
    WrongIdError,
    decode_answer,
    encode_request,
)

__all__ = ["ProcessAdapter"]

_CLOSED: Final = Fault(AdapterFault.GIVEN_UP, "it is closed")
_Made = Callable[[int], Request | UnknownRequest]


class ProcessAdapter:
    """A program that answers requests; it is started for the first one, and again after a fault.

    ``command`` is a program and its arguments, as `command_line.split_command` gives them.
    """

    def __init__(self, command: Sequence[str], limits: ProcessLimits = DEFAULT_PROCESS_LIMITS) -> None:
        self._command = tuple(command)
        self._limits = limits
        self._process: LineProcess | None = None
        self._folder: Path | None = None
        self._description: Description | Declined | Problem = Description()
        self._last_id = self._failed_starts = self._timeouts = 0
        self._closed = False
        self._asking = Lock()

    def describe(self) -> Described:
        """What the program said of itself when it was started last."""
        with self._asking:
            ready = self._ready()
            return ready if isinstance(ready, Fault) else self._description

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """The verdicts of the program on a copy of the file."""
        with InputFolder() as folder:
            file = str(folder.copy("object.dcm", [path]))
            anchors = [str(folder.copy(f"trust-{index}.pem", [one])) for index, one in enumerate(trust)]
            moment = None if at is None else time_text(at)
            answer = self._ask(lambda number: VerifyRequest(number, file, anchors, moment), folder)
        assert isinstance(answer, Signatures | VerdictOfFile | Declined | Problem | Fault)
        return answer

    def sign(self, job: SigningJob, target: Path) -> Signed:
        """Let the program sign a copy of the file."""
        with InputFolder() as folder:
            file = str(folder.copy("object.dcm", [job.path]))
            key = str(folder.copy("key.pem", [job.key]))
            certificate = str(folder.copy("certificate.pem", [job.certificate]))
            output = str(folder.path / "output.dcm")
            answer = self._ask(
                lambda number: SignRequest(number, file, output, key, certificate, job.mac, job.profile), folder
            )
            assert isinstance(answer, SignedWritten | Declined | Problem | Fault)
            if not isinstance(answer, SignedWritten):
                return answer
            if answer.output != output:
                return Fault(AdapterFault.OUTPUT_MISSING, "it names another output than it was given")
            return folder.take(output, target) or SignedWritten(str(target))

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> MadeMacInput:
        """Let the program write the bytes that are hashed."""
        with InputFolder() as folder:
            file = str(folder.copy("object.dcm", [path]))
            answer = self._ask(lambda request: MacInputRequest(request, file, place, number), folder)
            assert isinstance(answer, MacInputWritten | Declined | Problem | Fault)
            if not isinstance(answer, MacInputWritten):
                return answer
            return folder.take(answer.path, target) or MacInputWritten(str(target))

    def unknown(self, operation: str) -> Declined | Problem | Fault:
        """Ask for an operation that there is not."""
        answer = self._ask(lambda number: UnknownRequest(number, operation), None)
        assert isinstance(answer, Declined | Problem | Fault)
        return answer

    def close(self) -> Fault | None:
        """End the program: in peace when it is idle, at once when another thread waits for its answer."""
        self._closed = True
        while not self._asking.acquire(timeout=0.1):
            process = self._process
            if process is not None:
                process.kill()
        try:
            fault = None if self._process is None else self._process.close()
            self._discard()
            return fault
        finally:
            self._asking.release()

    @property
    def log(self) -> str:
        """The end of what the program that is running now wrote to standard error, escaped."""
        return "" if self._process is None else self._process.log

    def _ask(self, made: _Made, folder: InputFolder | None) -> Answer | Fault:
        with self._asking:
            if self._timeouts >= self._limits.timeouts:
                return Fault(AdapterFault.GIVEN_UP, f"{self._timeouts} requests before this one ended in timeouts")
            process = self._ready()
            if isinstance(process, Fault):
                return process
            answer = self._exchange(process, made(self._next_id()), self._limits.call)
            timed_out = isinstance(answer, Fault) and answer.kind is AdapterFault.TIMEOUT
            self._timeouts = self._timeouts + 1 if timed_out else 0
            changed = None if folder is None else folder.changed()
            if changed is None or isinstance(answer, Fault):
                return answer
            changed = replace(changed, log=process.log)
            self._discard()
            return changed

    def _ready(self) -> LineProcess | Fault:
        """The running program, started if need be; that it describes itself is the sign that it runs."""
        if self._closed:
            return _CLOSED
        if self._process is not None:
            return self._process
        if self._failed_starts >= self._limits.starts:
            message = f"it was started {self._failed_starts} times in vain and is not started again"
            return Fault(AdapterFault.REFUSED_START, message)
        self._failed_starts += 1
        self._folder = fresh_folder()
        try:
            self._process = LineProcess(self._command, self._folder, self._limits)
        except NotStartedError as error:
            self._discard()
            return Fault(AdapterFault.REFUSED_START, f"it cannot be started: {error}")
        answer = self._exchange(self._process, DescribeRequest(self._next_id()), self._limits.start)
        if isinstance(answer, Fault):
            return replace(answer, message=f"when asked to describe itself: {answer.message}")
        assert isinstance(answer, Description | Declined | Problem)
        self._failed_starts, self._description = 0, answer
        return self._process

    def _exchange(self, process: LineProcess, request: Request | UnknownRequest, seconds: float) -> Answer | Fault:
        line = process.ask(encode_request(request), seconds)
        if isinstance(line, bytes):
            try:
                return decode_answer(line, request)
            except WrongIdError as error:
                line = Fault(AdapterFault.WRONG_ID, str(error), sut_text(line), process.log)
            except ProtocolError as error:
                line = Fault(AdapterFault.MALFORMED, str(error), sut_text(line), process.log)
        self._discard()
        return line

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _discard(self) -> None:
        if self._process is not None:
            self._process.end()
        if self._folder is not None:
            remove_folder(self._folder)
        self._process = self._folder = None
