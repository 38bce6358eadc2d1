"""What every way to a system under test has in common: it is asked, and answers or is at fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from dicomsig.systems.faults import Fault
from dicomsig.systems.protocol import (
    Declined,
    Description,
    MacInputWritten,
    Problem,
    Signatures,
    SignedWritten,
    VerdictOfFile,
)

__all__ = ["Adapter", "Described", "MadeMacInput", "Signed", "SigningJob", "Verified", "time_text"]

Described: TypeAlias = Description | Declined | Problem | Fault
Verified: TypeAlias = Signatures | VerdictOfFile | Declined | Problem | Fault
Signed: TypeAlias = SignedWritten | Declined | Problem | Fault
MadeMacInput: TypeAlias = MacInputWritten | Declined | Problem | Fault


@dataclass(frozen=True, slots=True)
class SigningJob:
    """One signature in the main data set, to be made by a system under test.

    ``key`` and ``certificate`` are PEM files, ``mac`` a defined term of MAC Algorithm (0400,0015), ``profile`` a name
    of PS3.15 Annex C as requirements.csv has it, or None for everything that can be signed.
    """

    path: Path
    key: Path
    certificate: Path
    mac: str = "SHA256"
    profile: str | None = None


class Adapter(Protocol):
    """A system under test that can be asked, by one thread at a time. Nothing it does raises; OSError is of ours.

    Inputs are copied first and never touched. Expectations are not told.
    """

    def describe(self) -> Described:
        """What the system is and can be asked for."""

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """The verdicts on a file; ``trust`` are PEM files of anchors, ``at`` is aware, None for the signing time."""

    def sign(self, job: SigningJob, target: Path) -> Signed:
        """Sign a file; the result is at ``target`` when the answer says that it was written."""

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> MadeMacInput:
        """The bytes that are hashed for a signature; they are at ``target`` when the answer says so."""

    def unknown(self, operation: str) -> Declined | Problem | Fault:
        """Ask for an operation that the protocol does not know."""

    def close(self) -> Fault | None:
        """The system is asked nothing more; a fault when it does not leave in peace. Any thread may close."""


def time_text(at: datetime) -> str:
    """A time as systems are told it: ISO 8601 in UTC, ``2024-03-04T05:06:07Z``; raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("times bear their offset from UTC")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
