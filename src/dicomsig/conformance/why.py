"""Why a requirement matters, in plain words for people who buy and use products (profiles/why.csv)."""

import csv
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from dicomsig import resources

__all__ = ["reasons_to_care", "why_it_matters"]


@cache
def reasons_to_care() -> Mapping[str, str]:
    """Each text by the requirement ids that it speaks of, in which an asterisk stands for any characters."""
    path = resources.content("profiles") / "why.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["requirements"]: row["why"] for row in csv.DictReader(file)}


@cache
def why_it_matters(requirement_id: str) -> str:
    """What goes wrong where a requirement is not met; of several texts the most specific, empty where there is none."""
    fitting = [ids for ids in reasons_to_care() if fnmatchcase(requirement_id, ids)]
    return reasons_to_care()[max(fitting, key=lambda ids: len(ids.replace("*", "")))] if fitting else ""
