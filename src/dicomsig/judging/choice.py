"""Which vectors a run asks for: by id, by requirement, by family, or those that failed before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dicomsig.conformance.names import UnknownName, did_you_mean, quoted
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_case import ROLE
from dicomsig.judging.verifier_rows import rows_of
from dicomsig.vectors.vector import Vector

__all__ = ["Choice", "chosen_vectors", "read_only"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for; what is empty leaves all."""

    vectors: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


def read_only(names: Iterable[str], vectors: Mapping[str, Vector], rows: Iterable[str]) -> tuple[set[str], set[str]]:
    """Ids of vectors and of requirements that some names mean; raises UnknownName with a hint.

    A vector may be named by its case, several by a pattern: ``*`` stands for anything, ``?`` for a character.
    """
    known_rows = frozenset(rows)
    chosen: set[str] = set()
    asked: set[str] = set()
    for name in names:
        bare = name.removeprefix(f"{ROLE}/")
        if bare in vectors:
            chosen.add(bare)
        elif name in known_rows:
            asked.add(name)
        elif vectors_meant := [each for each in vectors if fnmatchcase(each, bare)]:
            chosen.update(vectors_meant)
        elif rows_meant := [each for each in known_rows if fnmatchcase(each, name)]:
            asked.update(rows_meant)
        else:
            hint = did_you_mean(bare, (*vectors, *known_rows))
            raise UnknownName(f"{quoted(name)} is neither a vector nor a requirement of verifiers.{hint}")
    return chosen, asked


def chosen_vectors(vectors: Mapping[str, Vector], terms: Terms, choice: Choice) -> list[str]:
    """The ids of the vectors that are meant, in their order; raises UnknownName for a family that there is not."""
    families = dict.fromkeys(vector.family for vector in vectors.values())
    for family in choice.families:
        if family not in families:
            hint = did_you_mean(family, families) or f" Known are {', '.join(families)}."
            raise UnknownName(f"{quoted(family)} is no family of vectors.{hint}")
    return [
        name
        for name, vector in vectors.items()
        if (not choice.vectors or name in choice.vectors)
        and (not choice.families or vector.family in choice.families)
        and (not terms.only or any(True for _ in rows_of(vector, terms)))
    ]
