"""How findings name elements and places: no more than five, then how many more; never a value."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from dicomsig.encoding import tags

__all__ = ["listed", "named"]

T = TypeVar("T")

_MOST_NAMED = 5


def listed(things: Sequence[T], name: Callable[[T], str] = str, *, most: int = _MOST_NAMED) -> str:
    """Things by their names in one line: the first five, or `most`, and how many more."""
    more = len(things) - most
    return ", ".join(map(name, things[:most])) + (f" and {more} more" if more > 0 else "")


@lru_cache(maxsize=4096)
def named(tag: tags.Tag) -> str:
    """A tag with the name that PS3.6 registers; private and unregistered ones have the tag alone."""
    from pydicom.datadict import dictionary_description

    if tags.is_private(tag):
        return tags.format_tag(tag)
    try:
        return f"{tags.format_tag(tag)} {dictionary_description(tag)}"
    except KeyError:
        return tags.format_tag(tag)
