"""Impostors that are programs and misbehave at the protocol: ``python -m dicomsig.impostors.programs NAME``.

Each verifies well and misbehaves at deflated files only, so that it can be asked at all.
"""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import LONGEST_LINE, Declined

__all__ = ["BLUFF", "ProgramImpostor", "program_impostors"]

BLUFF: Final = "bluffs"
_DEFLATED: Final = "ps3.5-a.5-deflated-object-verifies"
_LONG: Final = 3600
_LOG_LIMIT: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class ProgramImpostor:
    """A program that is wrong in one way; ``fault`` is the finding that it gives, ``convicted_by`` the row it breaks.

    Where ``convicted_by`` is empty the fault leaves everything open and convicts by itself of nothing.
    """

    name: str
    does: str
    fault: str
    convicted_by: str = _DEFLATED
    acts: Callable[[dict[str, Any]], bytes | None] = lambda request: None
    """What it writes at a deflated file in place of the honest answer; None: the honest answer."""

    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments."""
        return (sys.executable, "-m", __name__, self.name)


def _hang(_: dict[str, Any]) -> bytes | None:
    time.sleep(_LONG)
    return None


def _crash(_: dict[str, Any]) -> bytes | None:
    raise MemoryError("no room for the inflated data")


def _chatter(_: dict[str, Any]) -> bytes | None:
    _write(b"Inflating the data set\n")
    return None


def _long_line(_: dict[str, Any]) -> bytes | None:
    return b" " * (2 * LONGEST_LINE) + b"\n"


def _flood(_: dict[str, Any]) -> bytes | None:
    for _count in range(_LOG_LIMIT >> 19):
        sys.stderr.buffer.write(b"inflate: window 32768 bytes\n" * (1 << 15))
    sys.stderr.flush()
    return None


def _garbage(_: dict[str, Any]) -> bytes | None:
    return b"OK\n"


def _other_id(request: dict[str, Any]) -> bytes | None:
    return msgspec.json.encode({"id": request["id"] + 1, "signatures": []}) + b"\n"


def _change(request: dict[str, Any]) -> bytes | None:
    path = Path(request["path"])
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\0\0")
    return None


@dataclass
class _Leaving:
    """Answers and ends, as a program does that is made for one file."""

    leaves: bool = False

    def __call__(self, _: dict[str, Any]) -> bytes | None:
        self.leaves = True
        return None


_LEAVING: Final = _Leaving()

_ALL: Final = (
    ProgramImpostor("hangs", "never answers", AdapterFault.TIMEOUT, acts=_hang),
    ProgramImpostor("crashes", "ends with an exception", AdapterFault.CRASH, acts=_crash),
    ProgramImpostor("chatters", "writes a log line among the answers", AdapterFault.MALFORMED, acts=_chatter),
    ProgramImpostor("answers-at-length", "answers in a line of 2 MiB", AdapterFault.OVERSIZED, acts=_long_line),
    ProgramImpostor("floods-its-log", "writes more than a log can be", AdapterFault.FLOOD, acts=_flood),
    ProgramImpostor("answers-garbage", "answers in words", AdapterFault.MALFORMED, acts=_garbage),
    ProgramImpostor("answers-another", "answers another request", AdapterFault.WRONG_ID, acts=_other_id),
    ProgramImpostor("changes-the-input", "adds two bytes to the file", AdapterFault.INPUT_CHANGED, acts=_change),
    ProgramImpostor("leaves-early", "answers, and ends", AdapterFault.EARLY_EXIT, "", _LEAVING),
    ProgramImpostor(BLUFF, "says that it did what nobody knows", "bluff", ""),
)


def program_impostors() -> Mapping[str, ProgramImpostor]:
    """The programs by name."""
    return MappingProxyType({each.name: each for each in _ALL})


def main(name: str) -> None:
    """Answer requests until standard input ends."""
    impostor = program_impostors()[name]
    honest = HonestVerifier()
    for line in sys.stdin.buffer:
        request = msgspec.json.decode(line)
        told = impostor.acts(request) if _is_deflated(request) else None
        _write(told if told is not None else _answer(honest, request, impostor.name))
        if _LEAVING.leaves:
            return


def _answer(honest: HonestVerifier, request: dict[str, Any], name: str) -> bytes:
    answer: Any
    match request["op"]:
        case "describe":
            answer = msgspec.structs.replace(honest.description(), name=name)
        case "verify":
            answer = honest.verify(Path(request["path"]), [Path(each) for each in request["trust"]])
        case _ if name == BLUFF:
            answer = {"done": True}
        case _:
            answer = Declined("there is no such operation")
    if isinstance(answer, Fault):
        answer = {"error": answer.message}
    return msgspec.json.encode({"id": request["id"], **msgspec.to_builtins(answer)}) + b"\n"


def _is_deflated(request: dict[str, Any]) -> bool:
    if request["op"] != "verify":
        return False
    try:
        with open_instance(request["path"]) as instance:
            return instance.syntax.deflated
    except MalformedError:
        return False


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
