"""How findings name elements and places: no more than five, then how many more; never a value."""

from collections.abc import Sequence
from functools import lru_cache

from dicomsig.encoding import tags

MOST_NAMED = 5


def listed(names: Sequence[str]) -> str:
    """Names in one line: the first five and how many more."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
