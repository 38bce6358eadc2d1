"""How vectors are written down: a decorator on a function of a few lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.rsa import sign_digest
from dicomsig.vectors.edits import Edit, edited
from dicomsig.vectors.forge import Forgery, forge, signed
from dicomsig.vectors.nodes import DataSet, Form, encode_instance
from dicomsig.vectors.seals import PROPER
from dicomsig.vectors.vector import ANY, DECIDED, NOT_VALID, Anchors, Expected, Flag, Outcome, Statuses, Vector

__all__ = ["ALL", "DEFAULT", "SOME", "Signed", "not_listing", "positive", "quick", "reforged", "registered", "vector"]

ALL: Final = tuple(MacAlgorithm)
SOME: Final = (MacAlgorithm.SHA256, MacAlgorithm.SHA512)
"""Where the algorithm should not matter: two, of unequal block lengths (FIPS 180-4 1)."""

DEFAULT: Final = (MacAlgorithm.SHA256,)

_INTEGRITY: Final[Mapping[Outcome, Statuses]] = {
    Outcome.VALID: DECIDED,
    Outcome.INVALID: NOT_VALID[:1],
    Outcome.INDETERMINATE: NOT_VALID,
    Outcome.ACCEPTABLE: ANY,
}


@dataclass(frozen=True)
class Signed:
    """A valid vector before it is encoded: the description it was forged by, and the data set with its signatures."""

    forgery: Forgery

    @cached_property
    def content(self) -> DataSet:
        """The data set with its signatures."""
        return signed(self.forgery)

    @property
    def form(self) -> Form:
        """How it is encoded."""
        return self.forgery.form

    @cached_property
    def data(self) -> bytes:
        """The whole file."""
        return encode_instance(self.content, self.form)

    def edited(self, *edits: Edit) -> bytes:
        """The file after changes that were made when it had been signed."""
        return encode_instance(edited(self.content, edits), self.form)

    def encoded(self, form: Form, *edits: Edit) -> bytes:
        """The file in another form; with edits, changed as well."""
        return encode_instance(edited(self.content, edits), form)

    def forged(self, **changes: object) -> bytes:
        """The file as another signer would have made it."""
        return forge(replace(self.forgery, **changes))  # type: ignore[arg-type]


Positive = Callable[[MacAlgorithm], Forgery]
Negative = Callable[[Signed], bytes]


@dataclass(frozen=True, slots=True)
class _Written:
    vector: Vector
    signed: Callable[[], Signed] | None
    """The signed data set of a valid vector that can be a twin."""


_REGISTRY: "dict[str, _Written]" = {}


def registered() -> Mapping[str, Vector]:
    """The vectors of all modules imported so far, in the order in which they are written."""
    return MappingProxyType({name: written.vector for name, written in _REGISTRY.items()})


def quick(key: object, algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """The proper seal as the library makes it: the same bytes, sooner (RFC 8017 8.2.1 is deterministic)."""
    return sign_digest(key, algorithm, digest)  # type: ignore[arg-type]


def positive(
    name: str,
    requirements: Iterable[str] = (),
    *,
    expected: Sequence[Expected] = (Expected(),),
    algorithms: Sequence[MacAlgorithm] = DEFAULT,
    title: str = "",
    family: str = "",
    flags: Sequence[Flag] = (),
) -> Callable[[Positive], Positive]:
    """A function from MAC algorithm to an honest forgery becomes a valid vector for each algorithm.

    ``{mac}`` in a requirement stands for the algorithm in lower case.
    """

    def register(make: Positive) -> Positive:
        for algorithm in algorithms:
            kept: list[Signed] = []
            identity = _identity(name, algorithm, algorithms)
            _add(
                Vector(
                    id=identity,
                    recipe=_recipe(name),
                    title=title or _title(make),
                    family=family or _family(make),
                    outcome=Outcome.VALID,
                    requirements=_named(requirements, algorithm),
                    expected=tuple(expected),
                    flags=tuple(flags),
                    make=partial(_data, kept, make, algorithm),
                ),
                partial(_once, kept, make, algorithm),
            )
        return make

    return register


def vector(
    name: str,
    twin: str,
    outcome: Outcome = Outcome.INVALID,
    reason: str = "",
    requirements: Iterable[str] = (),
    *,
    hits: Sequence[str] | None = None,
    integrity: Statuses | None = None,
    structure: Statuses | None = None,
    trust: Statuses | None = None,
    time: Statuses | None = None,
    expected: Sequence[Expected] | None = None,
    ambiguity: str = "",
    algorithms: Sequence[MacAlgorithm] = DEFAULT,
    title: str = "",
    family: str = "",
    flags: Sequence[Flag] = (),
    anchors: Anchors | None = None,
    at: str | None = None,
) -> Callable[[Negative], Negative]:
    """A function from a signed twin to bytes becomes a vector for each algorithm.

    ``hits`` names the signatures that the change touches, all of the twin by default; the others are expected to fare
    as in the twin. The axes of a signature that was hit follow from the outcome unless they are given: trust, time and,
    for all but `valid`, structure are open. Raises ValueError for a twin that is no valid vector.
    """

    def register(make: Negative) -> Negative:
        for algorithm in algorithms:
            identity = _identity(name, algorithm, algorithms)
            other = _twin(twin, algorithm)
            theirs = other.vector.expected
            if expected is not None:
                own = tuple(expected)
            elif outcome in (Outcome.UNSIGNED, Outcome.UNREADABLE):
                own = ()
            else:
                axes = _axes(outcome, integrity, structure, trust, time)
                hit = {each.name for each in theirs} if hits is None else set(hits)
                if not hit or not hit <= {each.name for each in theirs}:
                    raise ValueError(f"{identity} hits {hits}, signatures that its twin has not")
                own = tuple(_fared(each, axes) if each.name in hit else each for each in theirs)
            _add(
                Vector(
                    id=identity,
                    recipe=_recipe(name),
                    title=title or _title(make),
                    family=family or _family(make),
                    outcome=outcome,
                    requirements=_named(requirements, algorithm),
                    expected=own,
                    reason=reason,
                    twin=other.vector.id,
                    ambiguity=ambiguity,
                    flags=tuple(dict.fromkeys((*other.vector.flags, *flags))),
                    anchors=other.vector.anchors if anchors is None else anchors,
                    at=other.vector.at if at is None else at,
                    make=partial(_changed, make, other),
                ),
                None,
            )
        return make

    return register


def reforged(**changes: object) -> Negative:
    """The change of a signer who makes it with these fields of his description."""
    return lambda twin: twin.forged(**changes)


def not_listing(tag: int) -> Negative:
    """The twin's signature made over one element less, which its list leaves out."""

    def make(twin: Signed) -> bytes:
        assert twin.forgery.listed is not None
        return twin.forged(listed=tuple(each for each in twin.forgery.listed if each != tag))

    return make


def _axes(
    outcome: Outcome,
    integrity: Statuses | None,
    structure: Statuses | None,
    trust: Statuses | None,
    time: Statuses | None,
) -> dict[str, Statuses]:
    given = {"integrity": integrity, "structure": structure, "trust": trust, "time": time}
    axes = {} if outcome is Outcome.VALID else dict.fromkeys(("structure", "trust", "time"), ANY)
    axes["integrity"] = _INTEGRITY[outcome]
    return axes | {axis: statuses for axis, statuses in given.items() if statuses is not None}


def _fared(each: Expected, axes: Mapping[str, Statuses]) -> Expected:
    return replace(each, **axes)  # type: ignore[arg-type]


def _data(kept: list[Signed], make: Positive, algorithm: MacAlgorithm) -> bytes:
    return _once(kept, make, algorithm).data


def _once(kept: list[Signed], make: Positive, algorithm: MacAlgorithm) -> Signed:
    """The signed data set, made when it is first asked for."""
    if not kept:
        forgery = make(algorithm)
        if forgery.seal is PROPER:
            forgery = replace(forgery, seal=quick)
        kept.append(Signed(forgery))
    return kept[0]


def _changed(make: Negative, other: _Written) -> bytes:
    assert other.signed is not None
    return make(other.signed())


def _twin(name: str, algorithm: MacAlgorithm) -> _Written:
    for candidate in (f"{name}.{algorithm.value.lower()}", name):
        found = _REGISTRY.get(candidate)
        if found is not None and found.signed is not None:
            return found
    raise ValueError(f"no valid vector is named {name!r}")


def _identity(name: str, algorithm: MacAlgorithm, algorithms: Sequence[MacAlgorithm]) -> str:
    return f"{name}.{algorithm.value.lower()}" if len(algorithms) > 1 else name


def _recipe(name: str) -> str:
    return name.partition(".")[0]


def _named(requirements: Iterable[str], algorithm: MacAlgorithm) -> tuple[str, ...]:
    return tuple(each.format(mac=algorithm.value.lower()) for each in requirements)


def _title(make: Positive | Negative) -> str:
    """The first paragraph of the docstring, on one line."""
    return " ".join((make.__doc__ or "").partition("\n\n")[0].split()).rstrip(".")


def _family(make: Positive | Negative) -> str:
    """The module in which a vector is written names its family."""
    return make.__module__.rpartition(".")[2].replace("_", "-")


def _add(written: Vector, twin: Callable[[], Signed] | None) -> None:
    if written.id in _REGISTRY:
        raise ValueError(f"two vectors are named {written.id!r}")
    if not written.title or not written.family:
        raise ValueError(f"{written.id} has no title or family")
    _REGISTRY[written.id] = _Written(written, twin)
