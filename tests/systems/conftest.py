"""What the tests of systems share: the bytes of an instance and how a search reads as text."""

from collections.abc import Callable, Iterable

import pytest

from dicomsig.systems.found import Found, FoundFile
from dicomsig.vectors.instances import instances


@pytest.fixture(scope="session")
def instance() -> bytes:
    """A small instance with preamble and File Meta Information."""
    return min((recipe.build() for recipe in instances().values() if recipe.form.file_meta), key=len)


@pytest.fixture(scope="session")
def told() -> Callable[[Iterable[Found]], list[tuple[str, str]]]:
    """What a search yields as pairs of shown name and origin or kind, with the files opened while they are there."""

    def tell(found: Iterable[Found]) -> list[tuple[str, str]]:
        pairs = []
        for one in found:
            if isinstance(one, FoundFile):
                with one.path.open("rb"):
                    pairs.append((one.shown, one.origin.value))
            else:
                assert one.why
                pairs.append((one.shown, one.kind.value))
        return pairs

    return tell
