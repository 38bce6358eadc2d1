"""The vectors as a command needs them: built on first use, with a word that it takes a while."""

from typing import TYPE_CHECKING

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, note

if TYPE_CHECKING:
    from dicomsig.vectors.cache import Corpus

__all__ = ["built_corpus"]


def built_corpus() -> "Corpus":
    """The corpus in the user's cache; raises InputError where it cannot be built or written."""
    from dicomsig.vectors.cache import built, place_of_corpus
    from dicomsig.vectors.index import VectorError

    try:
        place = place_of_corpus()
        if not place.is_dir():
            note(f"building the vectors into {shown(place)}, once for all runs; this takes some seconds")
        return built()
    except VectorError as error:
        raise InputError(str(error)) from None
