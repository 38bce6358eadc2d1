"""Work on many files at once, results in the order of the files: digests and reading leave the interpreter free."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_AHEAD = 4
"""Files under way or done for each worker: what bounds the memory when one large file holds up the rest."""


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
    pending: deque[tuple[Item, Future[Outcome]]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="dicomsig") as pool:
        try:
            for item in items:
                pending.append((item, pool.submit(work, item)))
                while pending and (alone(item) or len(pending) >= count * _AHEAD):
                    first, future = pending.popleft()
                    yield first, future.result()
            while pending:
                first, future = pending.popleft()
                yield first, future.result()
        finally:
            for _, future in pending:
                future.cancel()
