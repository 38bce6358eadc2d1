"""What shows each requirement broken: vectors, wrong signers, impostors of verifiers and archives (breaches.csv).

Every report explains its requirements. To gather these names anew loads all recipes and impostors, which takes longer
than many a run: they are gathered once, by ``python -m dicomsig.reporting.breaches``.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import itemgetter
from pathlib import Path

from dicomsig import resources

__all__ = ["Breach", "BreachKind", "breaches", "breaches_path", "gathered_text"]


class BreachKind(StrEnum):
    """What sort of thing shows a breach."""

    VECTOR = "vector"
    WRONG_SIGNER = "wrong-signer"
    IMPOSTOR = "impostor"
    ARCHIVE = "archive"
    """An impostor of an archive; of some the name has options of ``dicomsig archive`` behind it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that shows a breach: a name by which it can be seen again, and what is wrong with it."""

    name: str
    what: str


def breaches(requirement_id: str, kind: BreachKind) -> tuple[Breach, ...]:
    """What of a kind shows that a requirement is broken; empty where there is none."""
    return _stored().get((requirement_id, kind), ())


def breaches_path() -> Path:
    """The committed file."""
    return resources.content("fixtures") / "breaches.csv"


@cache
def _stored() -> Mapping[tuple[str, str], tuple[Breach, ...]]:
    found: dict[tuple[str, str], list[Breach]] = {}
    with breaches_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["requirement"], row["kind"]), []).append(Breach(row["name"], row["what"]))
    return {key: tuple(listed) for key, listed in found.items()}


def gathered_text() -> str:
    """The file as it should be, from the vectors, wrong signers and impostors that there are."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("requirement", "kind", "name", "what"))
    for kind, listed in (
        (BreachKind.VECTOR, _vectors()),
        (BreachKind.WRONG_SIGNER, _wrong_signers()),
        (BreachKind.IMPOSTOR, _impostors()),
        (BreachKind.ARCHIVE, _archives()),
    ):
        for name, each in sorted(listed, key=itemgetter(0)):
            table.writerow((name, kind, each.name, each.what))
    return text.getvalue()


def _vectors() -> Iterator[tuple[str, Breach]]:
    """The recipes of vectors by the requirements that they ask about; a family of like vectors is named once."""
    from dicomsig.vectors.index import index

    named: set[tuple[str, str]] = set()
    for each in index().values():
        vector = each.vector
        for name in vector.requirements:
            if (name, vector.recipe) not in named:
                named.add((name, vector.recipe))
                yield name, Breach(vector.id, f"{vector.title} ({vector.outcome.value})")


def _wrong_signers() -> Iterator[tuple[str, Breach]]:
    from dicomsig.vectors.wrong_signers import wrong_signers

    for each in wrong_signers().values():
        yield each.requirement, Breach(each.name, each.title)


def _impostors() -> Iterator[tuple[str, Breach]]:
    """Impostors that a requirement convicts; those that a fault of theirs betrays are no breach of the standard."""
    from dicomsig.conformance.register import register
    from dicomsig.impostors.programs import program_impostors
    from dicomsig.impostors.verifiers import verifier_impostors

    for impostor in verifier_impostors().values():
        if impostor.convicted_by in register():
            does = (impostor.__doc__ or "").strip().partition("\n\n")[0]
            yield impostor.convicted_by, Breach(f"impostor:{impostor.name}", " ".join(does.split()))
    for program in program_impostors().values():
        if program.convicted_by in register():
            yield program.convicted_by, Breach(f"impostor:{program.name}", program.does)


def _archives() -> Iterator[tuple[str, Breach]]:
    from dicomsig.conformance.register import register
    from dicomsig.impostors.archives.registry import IMPOSTOR, archive_impostors

    for name, archive in archive_impostors().items():
        if archive.convicted_by in register():
            yield archive.convicted_by, Breach(f"{IMPOSTOR}{name} {archive.options()}".rstrip(), archive.does())


def main() -> None:
    """Write the file."""
    breaches_path().write_text(gathered_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
