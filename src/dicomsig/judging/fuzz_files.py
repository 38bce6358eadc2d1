"""Counterexamples as folders: the instance, its twin, and what was drawn and is expected of them."""

import contextlib
import importlib.metadata
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from dicomsig.conformance.names import quoted
from dicomsig.conformance.register import register
from dicomsig.judging.fuzz_question import Question
from dicomsig.judging.fuzz_run import Counterexample
from dicomsig.vectors.strategies.change import Kind
from dicomsig.vectors.vector import Expected, Flag, Outcome, Vector

__all__ = ["CounterexampleError", "clear", "load", "save"]

_OBJECT: Final = "object.dcm"
_TWIN: Final = "twin.dcm"
_ABOUT: Final = "fuzz.json"
_LARGEST: Final = 1 << 24
_MOST: Final = 10_000


class CounterexampleError(Exception):
    """A folder holds no counterexample of ours; the text says why."""


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of one file."""

    id: str
    title: str
    outcome: Outcome
    requirements: tuple[str, ...]
    expected: tuple[Expected, ...]
    flags: tuple[Flag, ...] = ()


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """The content of ``fuzz.json``."""

    dicomsig_fuzz: int = 1
    kind: Kind
    strategy: str
    seed: int
    hypothesis: str
    """The version that drew the case: another may draw others from the same seed."""
    drawn: tuple[str, ...]
    """What was drawn, in words; what was done to the twin comes last."""
    elements: int
    """Elements beyond SOP Class UID, SOP Instance UID and those of the macro."""
    reason: str
    found: str
    met: int
    """How many cases of the run came out alike."""
    calls: int
    """How often the system was asked to make the case smaller."""
    object: _Saved
    twin: _Saved | None = None
    replay: str = "dicomsig verifier SUT --replay FOLDER"


def save(folder: Path, made: Counterexample, seed: int) -> Path:
    """Write a counterexample into a folder of its own below the one given, which it returns; raises OSError."""
    own = folder / made.name
    own.mkdir(parents=True, exist_ok=True)
    about = _About(
        kind=made.question.kind,
        strategy=made.question.strategy,
        seed=seed,
        hypothesis=importlib.metadata.version("hypothesis"),
        drawn=made.question.words,
        elements=made.question.elements,
        reason=made.reason,
        found=made.found,
        met=made.count,
        calls=made.calls,
        object=_saved(made.question.vector),
        twin=None if made.twin is None else _saved(made.twin.vector),
    )
    (own / _OBJECT).write_bytes(made.question.data)
    if made.twin is not None:
        (own / _TWIN).write_bytes(made.twin.data)
    (own / _ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")
    return own


def clear(folder: Path) -> None:
    """Remove the counterexamples of an earlier run below a folder, and nothing else; raises OSError."""
    for about in folder.glob(f"*/{_ABOUT}"):
        for name in (_OBJECT, _TWIN, _ABOUT):
            (about.parent / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # somebody keeps something there
            about.parent.rmdir()


def load(folder: Path) -> Iterator[tuple[Question, Question | None]]:
    """The counterexample in a folder, or those in the folders below it, in the order of their names, with their twins.

    Raises CounterexampleError where there is none, or one that cannot be read.
    """
    found = [folder] if (folder / _ABOUT).is_file() else sorted(each.parent for each in folder.glob(f"*/{_ABOUT}"))
    if not found:
        raise CounterexampleError(f"there is no {_ABOUT} in it, nor in a folder below it")
    for own in found[:_MOST]:
        yield _loaded(own)


def _loaded(own: Path) -> tuple[Question, Question | None]:
    try:
        about = msgspec.json.decode(_read(own / _ABOUT), type=_About)
        data = _read(own / _OBJECT)
        twin_data = b"" if about.twin is None else _read(own / _TWIN)
    except OSError as error:
        raise CounterexampleError(f"{quoted(own.name)}: {error.strerror or 'cannot be read'}") from None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise CounterexampleError(f"{quoted(own.name)}: its {_ABOUT} is none of dicomsig") from None
    for row in (*about.object.requirements, *(about.twin.requirements if about.twin is not None else ())):
        if row not in register():
            raise CounterexampleError(f"{quoted(own.name)}: the register has no requirement {quoted(row)}")
    twin = None
    if about.twin is not None:
        twin = Question(Kind.UNTOUCHED, "", _vector(about.twin), twin_data, words=about.drawn)
    vector = _vector(about.object)
    if twin is not None:
        vector = replace(vector, twin=twin.vector.id)
    question = Question(about.kind, about.strategy, vector, data, twin_data, about.drawn, about.elements)
    return question, twin


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > _LARGEST:
            raise ValueError("too large")
        return file.read(_LARGEST)


def _saved(vector: Vector) -> _Saved:
    return _Saved(
        id=vector.id,
        title=vector.title,
        outcome=vector.outcome,
        requirements=vector.requirements,
        expected=vector.expected,
        flags=vector.flags,
    )


def _vector(saved: _Saved) -> Vector:
    return Vector(
        id=saved.id,
        recipe="",
        title=saved.title,
        family="fuzz",
        outcome=saved.outcome,
        requirements=saved.requirements,
        expected=saved.expected,
        flags=saved.flags,
    )
