"""What each reason code means, which requirement it speaks of and who mends it (profiles/reasons.csv)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dicomsig import resources


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason code; ``requirement`` may be empty where no single row is meant."""

    code: str
    axis: str
    requirement: str
    mends: str
    text: str


@cache
def reason_table() -> Mapping[str, ReasonRow]:
    """Every reason code with its row."""
    path = resources.content("profiles") / "reasons.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: ReasonRow(**row) for row in csv.DictReader(file)}
