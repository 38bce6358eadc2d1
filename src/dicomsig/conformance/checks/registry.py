"""Checks are functions bound to rows of the register; what a function looks at is its first parameter's name.

``signature``: a JudgedSignature; ``whole``: a JudgedInstance; ``run``: a JudgedRun. A function that takes
``requirement`` as its second parameter serves many rows alike. It returns a Finding, or None where the row does not
apply.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dicomsig.conformance.bound_check import BoundCheck, CheckFunction, parameters_of
from dicomsig.conformance.register import Scope

_SCOPES = {"signature": Scope.SIGNATURE, "whole": Scope.INSTANCE, "run": Scope.PRODUCT}


@dataclass(frozen=True, slots=True)
class Check(BoundCheck):
    """One row of the register with the function that judges it in instances, signatures or all together."""

    scope: Scope


_checks: dict[str, Check] = {}


def judges(*requirements: str) -> Callable[[CheckFunction], CheckFunction]:
    """Bind a function to one row or more; a row has one check."""

    def bind(function: CheckFunction) -> CheckFunction:
        names = parameters_of(function)
        for requirement in requirements:
            if requirement in _checks:
                raise ValueError(f"{requirement} is judged twice")
            _checks[requirement] = Check(requirement, function, "requirement" in names, _SCOPES[names[0]])
        return function

    return bind


def registered() -> Mapping[str, Check]:
    """The checks that have been bound so far, by requirement id."""
    return _checks
