"""Several adapters at once: answers in order, each adapter asked by one thread at a time, all of them closed."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from dicomsig.systems.adapter_pool import AdapterPool
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import Declined, Description, Problem, Signatures

PATHS = [Path(str(number)) for number in range(60)]


class Slow:
    """Answers the earlier questions later, and notices when it is asked twice at once."""

    made: list["Slow"]

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.closed = False
        self.asked = 0
        type(self).made.append(self)

    def describe(self) -> Description:
        return Description()

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Signatures | Problem:
        if not self.busy.acquire(blocking=False):
            return Problem("asked twice at once")
        self.asked += 1
        time.sleep(0.02 if int(path.name) % 3 == 0 else 0.001)
        self.busy.release()
        return Problem(path.name)

    def sign(self, job: object, target: Path) -> Declined:
        return Declined("")

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> Declined:
        return Declined("")

    def unknown(self, operation: str) -> Declined:
        return Declined("")

    def close(self) -> Fault | None:
        self.closed = True
        return Fault(AdapterFault.IGNORED_END, "late") if len(type(self).made) > 1 else None


@pytest.fixture(autouse=True)
def made() -> list[Slow]:
    Slow.made = []
    return Slow.made


def ask(adapter: Slow, path: Path) -> object:
    return adapter.verify(path)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_answers_come_in_the_order_of_the_questions(jobs: int, made: list[Slow]) -> None:
    """However long each takes; no adapter is asked twice at once, and none is made beyond the jobs."""
    with AdapterPool(Slow, jobs) as pool:
        assert list(pool.answers(PATHS, ask)) == [Problem(path.name) for path in PATHS]
    assert len(made) <= jobs
    assert all(adapter.closed for adapter in made)
    assert sum(adapter.asked for adapter in made) == len(PATHS)


def test_only_a_few_questions_are_taken_ahead() -> None:
    """A run over endless questions can begin, and end before their end."""

    def endless() -> Iterator[Path]:
        number = 0
        while True:
            taken.append(number)
            yield Path(str(number))
            number += 1

    taken: list[int] = []
    with AdapterPool(Slow, 2) as pool, closing(pool.answers(endless(), ask)) as answers:
        assert next(answers) == Problem("0")
        assert len(taken) <= 8


def test_an_exception_of_ours_comes_at_its_place() -> None:
    """What was answered before it is not lost."""

    def fails(adapter: Slow, path: Path) -> object:
        if path.name == "7":
            raise RuntimeError("ours")
        return adapter.verify(path)

    answers: list[object] = []
    with AdapterPool(Slow, 3) as pool, pytest.raises(RuntimeError, match="ours"):
        answers.extend(pool.answers(PATHS, fails))
    assert answers == [Problem(str(number)) for number in range(7)]


def test_faults_on_leaving_are_kept(made: list[Slow]) -> None:
    """Each adapter that does not leave in peace is told of."""
    with AdapterPool(Slow, 2) as pool:
        list(pool.answers(PATHS, ask))
    assert [fault.kind for fault in pool.faults] == [AdapterFault.IGNORED_END] * len(made)


def test_no_jobs_is_an_error() -> None:
    """At least one adapter is due."""
    with pytest.raises(ValueError, match="at least one"):
        AdapterPool(Slow, 0)


def test_a_closed_pool_makes_no_adapter(made: list[Slow]) -> None:
    """Nothing is started that nobody would close."""
    with AdapterPool(Slow) as pool:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        list(pool.answers(PATHS, ask))
    assert not made
