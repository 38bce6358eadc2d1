"""Any edition of the standard can be asked for; it is judged by the newest data seen that are not later.

PS3.15 Annex C has been read complete in some editions only. Labels sort as text: 2011 < 2011a < 2016c < 2020b.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dicomsig import resources
from dicomsig.conformance.names import ConformanceInputError, did_you_mean, quoted

__all__ = ["DEFAULT", "Edition", "edition", "profile_data"]

DEFAULT: Final = "2023b"

_LABEL: Final = re.compile(r"[0-9]{4}[a-z]?")


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as it was asked for, and the data by which it is judged.

    `label` is the edition asked for, `data_label` the edition of the data; `mac_algorithms` are the terms of MAC
    Algorithm (0400,0015) that PS3.15 C.1 defines there. `assumed` says that part of the data for this edition was not
    seen: what rests on it is inconclusive, never a fail. `note` is a sentence or two for the report.
    """

    label: str
    data_label: str
    mac_algorithms: tuple[str, ...]
    assumed: bool
    note: str

    @property
    def rows_label(self) -> str:
        """The label by which rows of the register are in force: what is older than all data is judged by the oldest."""
        return max(self.label, self.data_label)

    @property
    def was_read(self) -> bool:
        """It lies among the editions that were read: of older and newer ones everything is assumed."""
        read: list[str] = profile_data()["editions"]
        return read[0] <= self.label <= read[-1]


def edition(label: str = DEFAULT) -> Edition:
    """The edition of a label of the form YYYY or YYYYx, for example 2011 or 2020c.

    Raises `ConformanceInputError`, which lists the editions that were read, for a label of another form.
    """
    if not _LABEL.fullmatch(label):
        read = profile_data()["editions"]
        hint = did_you_mean(label, read)
        raise ConformanceInputError(
            f"{quoted(label)} is not an edition such as 2011 or 2020c; read were {', '.join(read)}.{hint}"
        )
    return _edition(label)


def profile_data() -> Any:
    """The parsed `profiles.json`, for the loaders of this package; nobody may change it."""
    return _profile_data()


@cache
def _profile_data() -> Any:
    path = resources.content("profiles") / "profiles.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _edition(label: str) -> Edition:
    data = profile_data()
    read: list[str] = data["editions"]
    position = bisect_right(read, label)
    base = read[max(position - 1, 0)]
    following = read[position] if position < len(read) else None
    algorithms: list[str] = data["mac_algorithms"][base]
    partly_read = bool(data["list_items"][base].get("assumed"))
    evidence = data["evidence"][base]

    if label < read[0]:
        note = f"Edition {label} is older than any that was read; it is judged by {base}, and all of that is assumed."
        return Edition(label, base, tuple(algorithms), True, note)
    if following is None and label != base:
        note = f"Edition {label} is newer than any that was read; it is judged by {base}, and all of that is assumed."
        return Edition(label, base, tuple(algorithms), True, note)

    own = label == base
    note = f"Edition {label} is judged by " + ("its own text" if own else f"{base}, the newest read that is not later")
    note += f" ({evidence})."
    if partly_read:
        note += " What was not read is assumed as in the editions around it."
    changing = following is not None and not own and set(algorithms) != set(data["mac_algorithms"][following])
    if changing:
        note += f" Edition {following} has other MAC algorithms, and when they came is not known."
    return Edition(label, base, tuple(algorithms), partly_read or changing, note)
