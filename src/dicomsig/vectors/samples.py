"""The committed samples of real products: files that DCMTK's dcmsign signed, and how (PS3.15 C.1 to C.4)."""

import json
from dataclasses import dataclass
from pathlib import Path

from dicomsig import resources
from dicomsig.vectors.pki import Credential

__all__ = ["Sample", "SampleSignature", "dcmtk_folder", "samples"]


@dataclass(frozen=True, slots=True)
class SampleSignature:
    """One signature as it was asked for: where, how, by whom; ``mac`` is the term of MAC Algorithm (0400,0015)."""

    place: str
    number: int
    mac: str
    profile: str
    credential: Credential
    timestamp: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One signed file, the name of its unsigned instance and the commands that led from one to the other.

    ``dcmsign_exit`` is the exit code of ``dcmsign --verify +rg`` with the root and the intermediate as trust anchors:
    0 for valid and trusted, 101 for anything wrong.
    """

    path: Path
    source: str
    commands: tuple[str, ...]
    signatures: tuple[SampleSignature, ...]
    dcmsign_exit: int


def dcmtk_folder() -> Path:
    """The folder of the samples that dcmsign 3.6.7 signed."""
    return resources.content("fixtures") / "samples" / "dcmtk-3.6.7"


def samples() -> tuple[Sample, ...]:
    """All samples, in the order in which they were made."""
    folder = dcmtk_folder()
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(
            path=folder / row["file"],
            source=row["source"],
            commands=tuple(row["commands"]),
            signatures=tuple(
                SampleSignature(
                    place=signature["place"],
                    number=signature["number"],
                    mac=signature["mac"],
                    profile=signature["profile"],
                    credential=Credential(signature["credential"]),
                    timestamp=signature["timestamp"],
                )
                for signature in row["signatures"]
            ),
            dcmsign_exit=row["dcmsign_exit"],
        )
        for row in index["samples"]
    )
