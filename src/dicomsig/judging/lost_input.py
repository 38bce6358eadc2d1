"""What was asked for and could not be opened: a run without it is not complete, whatever the rest came to."""

from collections.abc import Collection
from typing import Final

from dicomsig.systems.found import Found, NotAnInstance, PassedOver

_LOST: Final = frozenset(
    (
        PassedOver.UNREADABLE,
        PassedOver.REFERENCE_REFUSED,
        PassedOver.REFERENCE_MISSING,
        PassedOver.ARCHIVE_DAMAGED,
        PassedOver.MEMBER_UNREADABLE,
        PassedOver.LIMIT,
    )
)


def is_lost(found: Found, arguments: Collection[str]) -> bool:
    """Whether something that is passed over may be an instance that somebody wanted to have judged.

    ``arguments`` are the paths that were given, as they are shown. What else is met in a folder (other files, links,
    devices, archives) was not asked for.
    """
    if not isinstance(found, NotAnInstance):
        return False
    return found.kind in _LOST or (found.kind is PassedOver.SPECIAL_FILE and found.shown in arguments)
