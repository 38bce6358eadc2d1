"""Groups that one cause explains are read as one: other requirements that break in the very same cases, alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from dicomsig.reporting.groups import Group, Standing

__all__ = ["Cause", "causes"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that went wrong: the requirement it is told by, and the others that it breaks in the same cases."""

    main: Group
    others: tuple[Group, ...]

    @property
    def standing(self) -> Standing:
        """How all its groups count."""
        return self.main.standing


def causes(groups: Sequence[Group]) -> tuple[Cause, ...]:
    """The groups by cause, in their order: same standing, same reason, same cases, and the same found in the first."""
    found: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        first = group.first
        key = (group.standing, group.reason, group.count, group.trace, first.expected, first.found)
        found.setdefault(key, []).append(group)
    return tuple(Cause(own[0], tuple(own[1:])) for own in found.values())
