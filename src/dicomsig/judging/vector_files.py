"""Vectors as files under names that say nothing: expectations are never told, not even by a path."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from dicomsig.vectors.cache import Corpus
from dicomsig.vectors.vector import Vector

__all__ = ["VectorFiles"]


class VectorFiles:
    """A folder of copies that is there as long as the context; the cache itself is never shown to a system."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._paths: dict[str, Path] = {}

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="dicomsig-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def path(self, vector: Vector) -> Path:
        """A copy of a vector; raises VectorError where it cannot be built, OSError where it cannot be written."""
        assert self._folder is not None
        path = self._paths.get(vector.id)
        if path is None:
            path = self._paths[vector.id] = Path(self._folder.name) / f"object-{len(self._paths):06d}.dcm"
            path.write_bytes(self._corpus.data(vector.id))
        return path
