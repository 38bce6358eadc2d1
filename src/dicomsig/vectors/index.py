"""The committed index of the vectors: what each is and expects, its sum, and what verifiers say of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dicomsig import resources
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.vector import Anchors, Expected, Flag, Outcome, Vector

__all__ = ["SCHEMA", "Entry", "VectorError", "digest_of", "index", "index_path", "row_of", "write_index"]

SCHEMA: Final = 1

_AXES: Final = ("integrity", "structure", "trust", "time")


class VectorError(Exception):
    """Vectors cannot be had: an unknown id, an index that is damaged, bytes that are not those of the index."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One vector as the index has it; what is ``disputed`` convicts nobody, and the text says why."""

    vector: Vector
    sha256: str
    size: int
    oracles: Mapping[str, str]
    """Who says what, such as ``/#0 valid``, by the name and version of the verifier."""
    disputed: str = ""


def index_path() -> Path:
    """The committed file."""
    return resources.content("fixtures") / "vectors" / "index.json"


@cache
def index() -> Mapping[str, Entry]:
    """Every vector by id, without importing a recipe; raises VectorError when the file cannot be read."""
    try:
        document = json.loads(index_path().read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise VectorError(f"{index_path().name} has schema {document['schema']}, and {SCHEMA} is known")
        entries = [_entry(row) for row in document["vectors"]]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise VectorError(f"{index_path()} cannot be read: {error}") from error
    return MappingProxyType({entry.vector.id: entry for entry in entries})


def digest_of(entries: Mapping[str, Entry]) -> str:
    """The corpus digest: it changes when any byte of any vector does."""
    lines = "".join(f"{name} {entry.sha256}\n" for name, entry in sorted(entries.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def write_index(entries: Mapping[str, Entry], path: Path) -> None:
    """The index as a file, a line a vector, so that changes can be read."""
    rows = ",\n".join(json.dumps(row_of(entry), ensure_ascii=False) for entry in entries.values())
    head = json.dumps({"schema": SCHEMA, "digest": digest_of(entries)})[:-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head}, "vectors": [\n{rows}\n]}}\n', encoding="utf-8", newline="\n")


def row_of(entry: Entry) -> dict[str, Any]:
    """One vector as JSON; what is empty is left out."""
    vector = entry.vector
    row: dict[str, Any] = {
        "id": vector.id,
        "recipe": vector.recipe,
        "family": vector.family,
        "title": vector.title,
        "outcome": vector.outcome.value,
        "requirements": list(vector.requirements),
        "expected": [_expected(each) for each in vector.expected],
        "reason": vector.reason,
        "twin": vector.twin,
        "ambiguity": vector.ambiguity,
        "flags": [flag.value for flag in vector.flags],
        "anchors": vector.anchors.value,
        "at": vector.at,
        "since": vector.since,
        "sha256": entry.sha256,
        "size": entry.size,
        "oracles": dict(entry.oracles),
        "disputed": entry.disputed,
    }
    return {name: value for name, value in row.items() if value or name in ("expected", "size")}


def _expected(each: Expected) -> dict[str, Any]:
    row: dict[str, Any] = {"place": each.place, "number": each.number}
    row |= {axis: [status.value for status in getattr(each, axis)] for axis in _AXES if getattr(each, axis)}
    if each.not_met:
        row["not_met"] = list(each.not_met)
    return row


def _entry(row: dict[str, Any]) -> Entry:
    vector = Vector(
        id=row["id"],
        recipe=row["recipe"],
        title=row["title"],
        family=row["family"],
        outcome=Outcome(row["outcome"]),
        requirements=tuple(row.get("requirements", ())),
        expected=tuple(_read_expected(each) for each in row["expected"]),
        reason=row.get("reason", ""),
        twin=row.get("twin", ""),
        ambiguity=row.get("ambiguity", ""),
        flags=tuple(Flag(flag) for flag in row.get("flags", ())),
        anchors=Anchors(row["anchors"]),
        at=row.get("at", ""),
        since=row["since"],
        make=partial(_build, row["id"]),
    )
    return Entry(vector, row["sha256"], row["size"], row.get("oracles", {}), row.get("disputed", ""))


def _read_expected(row: dict[str, Any]) -> Expected:
    axes = {axis: tuple(Status(status) for status in row.get(axis, ())) for axis in _AXES}
    return Expected(place=row["place"], number=row["number"], not_met=tuple(row.get("not_met", ())), **axes)


def _build(name: str) -> bytes:
    """The bytes, from the recipe; this imports the recipes."""
    from dicomsig.vectors.corpus import vectors

    found = vectors().get(name)
    if found is None:
        raise VectorError(f"no recipe builds the vector {name!r}")
    return found.build()
