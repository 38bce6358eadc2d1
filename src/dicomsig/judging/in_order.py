"""Work on many files at once, results in the order of the files: digests and reading leave the interpreter free."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Final, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_BATCH: Final = 8
"""Files that a thread takes at once when there are many: handing over one by one costs a tenth of a small file."""
_SINGLY: Final = 16
"""Files at the start that are handed over one by one, so that a few large ones share the threads."""
_AHEAD: Final = 3
"""Batches under way or done for each thread: what bounds the memory when one large file holds up the rest."""


_SWITCH: Final = 0.0002
"""Seconds after which a thread that comes back from a digest gets the interpreter: a small file takes about five times
as long, and with the usual 5 ms one thread would wait for the other most of the time."""


def default_workers() -> int:
    """Threads that help: more than four only wait for each other."""
    return min(4, os.cpu_count() or 1)


def in_order(
    items: Iterable[Item],
    work: Callable[[Item], Outcome],
    *,
    alone: Callable[[Item], bool] = lambda _: False,
    workers: int | None = None,
) -> Iterator[tuple[Item, Outcome]]:
    """Each item with what the work on it gave, in order; an item that must be ``alone`` is done before the next is met.

    ``work`` should return its errors: what it raises ends the run.
    """
    count = workers or default_workers()
    pending: deque[Future[list[tuple[Item, Outcome]]]] = deque()

    stopped = Event()

    def done(batch: list[Item]) -> list[tuple[Item, Outcome]]:
        return [(item, work(item)) for item in batch if not stopped.is_set()]

    usual = sys.getswitchinterval()
    with ThreadPoolExecutor(count, thread_name_prefix="dicomsig") as pool:
        try:
            sys.setswitchinterval(_SWITCH)
            batch: list[Item] = []
            for met, item in enumerate(items):
                batch.append(item)
                must_wait = alone(item)
                if must_wait or met < _SINGLY or len(batch) >= _BATCH:
                    pending.append(pool.submit(done, batch))
                    batch = []
                while pending and (must_wait or len(pending) >= count * _AHEAD):
                    yield from pending.popleft().result()
            if batch:
                pending.append(pool.submit(done, batch))
            while pending:
                yield from pending.popleft().result()
        finally:
            sys.setswitchinterval(usual)
            stopped.set()  # an interrupted run waits for the files under way, not for the rest of their batches
            for future in pending:
                future.cancel()
