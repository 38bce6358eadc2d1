"""Several things done at one time, of which none outlives an interrupt that somebody waits for."""

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

__all__ = ["at_one_time"]

_Given = TypeVar("_Given")
_Done = TypeVar("_Done")


def at_one_time(work: Callable[[_Given], _Done], every: Sequence[_Given]) -> list[_Done]:
    """What each comes to, in the order of their ends; the first error that one of them ends by is raised.

    An interrupt waits for none of them, and neither does the end of the process: a peer may keep them for long.
    """
    ends: SimpleQueue[_Done | BaseException] = SimpleQueue()

    def act(given: _Given) -> None:
        try:
            ends.put(work(given))
        except BaseException as error:  # raised where it is waited for
            ends.put(error)

    for given in every:
        Thread(target=act, args=(given,), name="dicomsig-at-one-time", daemon=True).start()
    done: list[_Done] = []
    for _ in every:
        end = ends.get()
        if isinstance(end, BaseException):
            raise end
        done.append(end)
    return done
