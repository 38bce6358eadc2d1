"""Plain draws, each from a strategy that is made once: making one costs more than drawing from it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["chosen", "chosen_some", "flag", "number_below", "one_in"]

T = TypeVar("T")


@lru_cache(maxsize=4096)
def _below(count: int) -> SearchStrategy[int]:
    return st.integers(0, count - 1)


def number_below(draw: DrawFn, count: int) -> int:
    """A number from 0 to below the count; it shrinks to 0."""
    return draw(_below(count)) if count > 1 else 0


def chosen(draw: DrawFn, choices: Sequence[T]) -> T:
    """One of the choices, at least one; it shrinks to the first."""
    return choices[number_below(draw, len(choices))]


def chosen_some(draw: DrawFn, choices: Sequence[T], most: int) -> tuple[T, ...]:
    """Up to ``most`` of the choices, repetitions possible; it shrinks to none."""
    return tuple(chosen(draw, choices) for _ in range(number_below(draw, most + 1)))


def flag(draw: DrawFn) -> bool:
    """True or False; it shrinks to False."""
    return number_below(draw, 2) == 1


def one_in(draw: DrawFn, count: int) -> bool:
    """True once in so many draws; it shrinks to False."""
    return number_below(draw, count) == count - 1
