"""The register holds every requirement of the standard that dicomsig knows, with its clause and its editions.

It is the file `requirements.csv` of the content directory `profiles`; `ambiguities.csv` beside it holds the points on
which two sound implementations can differ. Both are read when first asked for, and once.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, Self

from dicomsig import resources
from dicomsig.conformance.names import ConformanceInputError, UnknownName, did_you_mean, printable, quoted

__all__ = [
    "ALWAYS_DUE",
    "Ambiguity",
    "Register",
    "Requirement",
    "Scope",
    "Strength",
    "Testable",
    "ambiguities",
    "register",
]


ALWAYS_DUE: Final = ("macro", "base")
"""The profiles of the register that every signature is judged against, claimed or not."""


class Strength(StrEnum):
    """How the standard puts a requirement; only `shall` and `consequence` can fail."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"
    CONSEQUENCE = "consequence"

    @property
    def can_fail(self) -> bool:
        """Whether a breach is a `fail`; a breach of `should` is a warning, of `may` an observation."""
        return self in (Strength.SHALL, Strength.CONSEQUENCE)


class Scope(StrEnum):
    """What one judgement of a requirement looks at."""

    SIGNATURE = "signature"
    INSTANCE = "instance"
    DOCUMENT_SET = "document set"
    HOP = "hop"
    ASSOCIATION = "association"
    PRODUCT = "product"


class Testable(StrEnum):
    """Whether a test can decide a requirement; `partly` is by declaration, recording or one of several outcomes."""

    __test__ = False  # pytest collects classes of this name

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A statement of the standard in our words; `since` and `until` are the first and last edition it was seen in."""

    id: str
    clause: str
    since: str
    until: str
    strength: Strength
    actor: str
    profile: str
    scope: Scope
    summary: str
    test: str
    testable: Testable
    note: str

    def holds_in(self, edition_label: str) -> bool:
        """Whether the statement is in force in the edition of this label; an empty `until` means: still so."""
        return self.since <= edition_label and (not self.until or edition_label <= self.until)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A point on which two sound implementations can differ, and the judgement by which dicomsig treats it."""

    id: str
    clause: str
    question: str
    readings: str
    probe: str
    judgement: str


class Register:
    """The requirements by id, in the order of the file."""

    __slots__ = ("_by_id",)

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._by_id: dict[str, Requirement] = {}
        for requirement in requirements:
            if requirement.id in self._by_id:
                raise ConformanceInputError(f"requirement {quoted(requirement.id)} is in the register twice")
            self._by_id[requirement.id] = requirement

    @classmethod
    def load(cls, path: Path) -> Self:
        """The register in a CSV file; raises `ConformanceInputError` naming the row that cannot be read."""
        return cls(_requirement(row, f"{path.name}, row {number}") for number, row in _rows(path, Requirement))

    def get(self, requirement_id: str) -> Requirement:
        """The requirement of this id; raises `UnknownName` with the nearest id where there is none."""
        try:
            return self._by_id[requirement_id]
        except KeyError:
            hint = did_you_mean(requirement_id, self._by_id)
            raise UnknownName(f"no requirement has the id {quoted(requirement_id)}.{hint}") from None

    __getitem__ = get

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self._by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def values(self) -> tuple[Requirement, ...]:
        """All requirements, in the order of the file."""
        return tuple(self._by_id.values())


@cache
def register() -> Register:
    """The register that this installation carries."""
    return Register.load(resources.content("profiles") / "requirements.csv")


@cache
def ambiguities() -> tuple[Ambiguity, ...]:
    """The ambiguities that this installation carries, in the order of the file."""
    path = resources.content("profiles") / "ambiguities.csv"
    return tuple(Ambiguity(*row) for _, row in _rows(path, Ambiguity))


def _rows(path: Path, row_type: type[Requirement] | type[Ambiguity]) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with their numbers; the header has to name the fields of `row_type` in order."""
    expected = [field.name for field in fields(row_type)]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if header != expected:
                raise ConformanceInputError(f"{path.name} has the columns {header}, expected {expected}")
            for number, row in enumerate(reader, 2):
                if len(row) != len(expected):
                    raise ConformanceInputError(
                        f"{path.name}, row {number} has {len(row)} columns, expected {len(expected)}"
                    )
                yield number, row
        except csv.Error as error:
            raise ConformanceInputError(f"{path.name}, line {reader.line_num}: {error}") from error


def _requirement(row: list[str], where: str) -> Requirement:
    name, clause, since, until, strength, actor, profile, scope, summary, test, testable, note = row
    try:
        return Requirement(
            name, clause, since, until, Strength(strength), actor, profile, Scope(scope), summary, test,
            Testable(testable), note,
        )  # fmt: skip
    except ValueError as error:
        raise ConformanceInputError(f"{where} ({printable(name)}): {error}") from error
