"""Impostors are classes: how they get their names, and how those of a module are found."""

import importlib
import re
from collections.abc import Iterator
from typing import TypeVar

__all__ = ["classes_in", "name_of"]

T = TypeVar("T")


def name_of(kind: type) -> str:
    """The name that people type, from that of the class: ``TrimsPadding`` is ``trims-padding``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", kind.__name__).lower()


def classes_in(module: str, base: type[T]) -> Iterator[type[T]]:
    """The classes of a kind in a module, in the order in which they are written; a leading underscore marks a base."""
    for each in vars(importlib.import_module(module)).values():
        written_here = isinstance(each, type) and issubclass(each, base) and each.__module__ == module
        if written_here and not each.__name__.startswith("_"):
            yield each
