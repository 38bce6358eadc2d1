"""What depends only on tags, those present and those listed, computed once for all instances with the same ones.

The instances of a series have the same tags, so that a large run asks these questions a few times only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dicomsig.conformance.coverage import Coverage, coverage
from dicomsig.conformance.editions import Edition
from dicomsig.conformance.modules import Due, due_attributes
from dicomsig.encoding.tags import Tag
from dicomsig.signatures.signable import exclusion

__all__ = ["Asked", "coverage_by_tags", "due_elements", "never_signed"]

MOST_KEPT: Final = 4096
"""Tags of a data set beyond which nothing is remembered for the next one: memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a profile wants signed hangs on this: the tags of the main data set, and whether it is a verified report."""

    profile: str
    edition: Edition
    sop_class_uid: str
    present: frozenset[Tag]
    verified: bool


def due_elements(asked: Asked) -> tuple[Due, ...]:
    """The elements that a profile wants signed, by tag (PS3.15 C.2 to C.4)."""
    return (_due if len(asked.present) <= MOST_KEPT else _due.__wrapped__)(asked)


def coverage_by_tags(asked: Asked, listed: frozenset[Tag]) -> Mapping[str, Coverage] | None:
    """How far these elements are signed, by requirement; None where one is not, so that its value has to be seen."""
    few = len(asked.present) + len(listed) <= MOST_KEPT
    return (_coverage if few else _coverage.__wrapped__)(asked, listed)


def never_signed(present: frozenset[Tag]) -> tuple[Tag, ...]:
    """Those of the tags that nobody may list (PS3.3 C.12.1.1.3.1.1)."""
    return (_never_signed if len(present) <= MOST_KEPT else _never_signed.__wrapped__)(present)


@lru_cache(maxsize=64)
def _due(asked: Asked) -> tuple[Due, ...]:
    return due_attributes(asked.profile, asked.edition, asked.sop_class_uid, asked.present, verified=asked.verified)


@lru_cache(maxsize=64)
def _coverage(asked: Asked, listed: frozenset[Tag]) -> Mapping[str, Coverage] | None:
    found = coverage(due_elements(asked), listed, {})
    return None if any(each.missing for each in found.values()) else found


@lru_cache(maxsize=64)
def _never_signed(present: frozenset[Tag]) -> tuple[Tag, ...]:
    return tuple(tag for tag in present if exclusion(tag) is not None)
