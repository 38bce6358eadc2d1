"""Why a requirement matters, in plain words for people who buy and use products (profiles/why.csv)."""

import csv
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from dicomsig import resources

__all__ = ["reasons_to_care", "why_it_matters"]


@cache
def reasons_to_care() -> Mapping[str, str]:
    """Each text by the requirement ids that it speaks of, an asterisk for any characters, the most specific first."""
    path = resources.content("profiles") / "why.csv"
    with path.open(encoding="utf-8", newline="") as file:
        texts = {row["requirements"]: row["why"] for row in csv.DictReader(file)}
    return dict(sorted(texts.items(), key=lambda each: len(each[0].replace("*", "")), reverse=True))


@cache
def why_it_matters(requirement_id: str) -> str:
    """What goes wrong where a requirement is not met; of several texts the most specific, empty where there is none."""
    return next((why for ids, why in reasons_to_care().items() if _speaks_of(ids, requirement_id)), "")


def _speaks_of(ids: str, requirement_id: str) -> bool:
    """A pattern becomes a regular expression only where its beginning fits: reports ask a hundred of each id."""
    return requirement_id.startswith(ids.partition("*")[0]) and fnmatchcase(requirement_id, ids)
