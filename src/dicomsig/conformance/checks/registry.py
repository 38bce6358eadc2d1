"""Checks are functions bound to rows of the register; what a function looks at is its first parameter's name.

``signature``: a JudgedSignature; ``whole``: a JudgedInstance; ``run``: a JudgedRun. A function that takes
``requirement`` as its second parameter serves many rows alike. It returns a Finding, or None where the row does not
apply.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dicomsig.conformance.finding import Finding
from dicomsig.conformance.register import Scope

CheckFunction = Callable[..., Finding | None]

_SCOPES = {"signature": Scope.SIGNATURE, "whole": Scope.INSTANCE, "run": Scope.PRODUCT}


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the register with the function that judges it."""

    requirement: str
    function: CheckFunction
    scope: Scope
    takes_requirement: bool

    @property
    def name(self) -> str:
        """Module and function, as the coverage file names them."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def ask(self, subject: Any) -> Finding | None:
        """What the check finds; None where the row does not apply to the subject."""
        return self.function(subject, self.requirement) if self.takes_requirement else self.function(subject)


_checks: dict[str, Check] = {}


def judges(*requirements: str) -> Callable[[CheckFunction], CheckFunction]:
    """Bind a function to one row or more; a row has one check."""

    def bind(function: CheckFunction) -> CheckFunction:
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        for requirement in requirements:
            if requirement in _checks:
                raise ValueError(f"{requirement} is judged twice")
            _checks[requirement] = Check(requirement, function, _SCOPES[names[0]], "requirement" in names)
        return function

    return bind


def registered() -> Mapping[str, Check]:
    """The checks that have been bound so far, by requirement id."""
    return _checks
