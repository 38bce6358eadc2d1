"""A function that judges rows of the register: what it looks at is told by the name of its first parameter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from dicomsig.conformance.finding import Finding

__all__ = ["BoundCheck", "CheckFunction", "parameters_of"]

CheckFunction: TypeAlias = Callable[..., Finding | None]


@dataclass(frozen=True, slots=True)
class BoundCheck:
    """One row of the register with the function that judges it, and whether that wants to be told of which row."""

    requirement: str
    function: CheckFunction
    takes_requirement: bool

    @property
    def name(self) -> str:
        """Module and function, as the coverage files name them."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def ask(self, subject: Any) -> Finding | None:
        """What the check finds; None where the row does not apply to the subject."""
        return self.function(subject, self.requirement) if self.takes_requirement else self.function(subject)


def parameters_of(function: CheckFunction) -> tuple[str, ...]:
    """The names of the parameters of a function."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]
