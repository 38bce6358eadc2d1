"""Several adapters of one kind work at once, and their answers come in the order of the questions."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from dicomsig.systems.adapters import Adapter
from dicomsig.systems.faults import Fault

__all__ = ["AdapterPool"]

_AHEAD: Final = 4
"""Questions under way for each adapter."""

A = TypeVar("A", bound=Adapter)
Q = TypeVar("Q")
R = TypeVar("R")


class AdapterPool(Generic[A]):
    """At most ``jobs`` adapters, each made when it is first needed and asked by one thread at a time.

    Leaving the context closes them; ``faults`` then holds what they did wrong on leaving.
    """

    def __init__(self, make: Callable[[], A], jobs: int = 1) -> None:
        if jobs < 1:
            raise ValueError("at least one job is due")
        self._make, self._jobs = make, jobs
        self._idle: SimpleQueue[A | None] = SimpleQueue()
        for _ in range(jobs):
            self._idle.put(None)
        self._made: list[A] = []
        self._closed = False
        self._making = Lock()
        self.faults: tuple[Fault, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all adapters, at the same time, those that are being asked as well."""
        with self._making:
            made, self._made = self._made, []
            self._closed = True
        if made:
            with ThreadPoolExecutor(len(made)) as executor:
                faults = list(executor.map(lambda adapter: adapter.close(), made))
            self.faults += tuple(fault for fault in faults if fault is not None)

    def answers(self, questions: Iterable[Q], ask: Callable[[A, Q], R]) -> Generator[R, None, None]:
        """What ``ask`` gives for each question, in their order; an exception comes at its question's turn.

        Only a few questions are taken ahead. Close the generator (``contextlib.closing``) to stop before the end; what
        is under way then goes on without it, until `close` ends it.
        """
        under_way: deque[Future[R]] = deque()
        executor = ThreadPoolExecutor(self._jobs, "dicomsig-adapter")
        try:
            for question in questions:
                under_way.append(executor.submit(self._one, ask, question))
                if len(under_way) >= _AHEAD * self._jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _one(self, ask: Callable[[A, Q], R], question: Q) -> R:
        adapter = self._idle.get()
        try:
            if adapter is None:
                with self._making:
                    if self._closed:
                        raise RuntimeError("the pool is closed")
                    adapter = self._make()
                    self._made.append(adapter)
            return ask(adapter, question)
        finally:
            self._idle.put(adapter)
