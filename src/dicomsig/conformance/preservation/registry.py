"""Checks of archives bound to rows of the register; what a function looks at is its first parameter's name.

``trip``: a RoundTrip; ``pair``: SoundAndBroken; ``association``: an AssociationSeen; ``twins``: AssociationTwins;
``delivery``: a DeliverySeen; ``deliveries``: DeliveryTwins; ``claims``: the Claims. A function that takes
``requirement`` as its second parameter serves many rows alike. It returns a Finding, or None where the row does not
apply.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.conformance.bound_check import BoundCheck, CheckFunction, parameters_of

EVIDENCE: Final = ("trip", "pair", "association", "twins", "delivery", "deliveries", "claims")


@dataclass(frozen=True, slots=True)
class ArchiveCheck(BoundCheck):
    """One row of the register with the function that judges it and the evidence that it looks at."""

    evidence: str


_checks: dict[str, ArchiveCheck] = {}
_further: list[ArchiveCheck] = []


def judges_further(requirement: str) -> Callable[[CheckFunction], CheckFunction]:
    """Bind a function to a row that has a check already: by other evidence it can be broken as well."""

    def bind(function: CheckFunction) -> CheckFunction:
        _further.append(_check(requirement, function))
        return function

    return bind


def judges_archive(*requirements: str) -> Callable[[CheckFunction], CheckFunction]:
    """Bind a function to one row or more; a row has one check."""

    def bind(function: CheckFunction) -> CheckFunction:
        for requirement in requirements:
            if requirement in _checks:
                raise ValueError(f"{requirement} is judged twice")
            _checks[requirement] = _check(requirement, function)
        return function

    return bind


def _check(requirement: str, function: CheckFunction) -> ArchiveCheck:
    names = parameters_of(function)
    if names[0] not in EVIDENCE:
        raise ValueError(f"{function.__name__} looks at no evidence that there is")
    return ArchiveCheck(requirement, function, "requirement" in names, names[0])


def bound() -> Mapping[str, ArchiveCheck]:
    """The checks that have been bound so far, by requirement id; `rows` has them all."""
    return _checks


def bound_further() -> Sequence[ArchiveCheck]:
    """The checks bound so far by other evidence than that of the first check of their row."""
    return _further
