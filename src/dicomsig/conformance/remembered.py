"""What depends only on the tags of a data set, computed once for all data sets with the same ones.

The instances of a series have the same tags, so that a large run asks these questions a few times only.
"""

from functools import lru_cache
from typing import Final

from dicomsig.conformance.editions import Edition
from dicomsig.conformance.modules import Due, due_attributes
from dicomsig.encoding.tags import Tag
from dicomsig.signatures.signable import exclusion

__all__ = ["due_elements", "never_signed"]

MOST_KEPT: Final = 4096
"""Tags of a data set beyond which nothing is remembered for the next one: memory stays bounded."""


def due_elements(
    profile: str, edition: Edition, sop_class_uid: str, present: frozenset[Tag], *, verified: bool
) -> tuple[Due, ...]:
    """The elements that a profile wants signed in an instance with these tags, by tag (PS3.15 C.2 to C.4)."""
    found = _due if len(present) <= MOST_KEPT else _due.__wrapped__
    return found(profile, edition, sop_class_uid, present, verified)


def never_signed(present: frozenset[Tag]) -> tuple[Tag, ...]:
    """Those of the tags that nobody may list (PS3.3 C.12.1.1.3.1.1)."""
    return (_never_signed if len(present) <= MOST_KEPT else _never_signed.__wrapped__)(present)


@lru_cache(maxsize=64)
def _due(
    profile: str, edition: Edition, sop_class_uid: str, present: frozenset[Tag], verified: bool
) -> tuple[Due, ...]:
    return due_attributes(profile, edition, sop_class_uid, present, verified=verified)


@lru_cache(maxsize=64)
def _never_signed(present: frozenset[Tag]) -> tuple[Tag, ...]:
    return tuple(tag for tag in present if exclusion(tag) is not None)
