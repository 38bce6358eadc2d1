"""Files are worked on side by side and come out in their order."""

import threading
from collections.abc import Iterator

import pytest

from dicomsig.judging.in_order import in_order


@pytest.mark.parametrize("count", [0, 1, 7, 16, 17, 100, 1000])
@pytest.mark.parametrize("workers", [1, 4])
def test_results_come_in_the_order_of_the_items(count: int, workers: int) -> None:
    """Whatever thread did the work, the order is that of the items."""
    assert list(in_order(range(count), lambda n: n * n, workers=workers)) == [(n, n * n) for n in range(count)]


def test_an_item_that_is_alone_is_done_before_the_next_is_met() -> None:
    """The file of an archive's member goes when the next one is looked for: nothing may still want it."""
    done: list[int] = []

    def items() -> Iterator[int]:
        for number in range(60):
            if number > 30:
                assert number - 1 in done
            yield number

    results = in_order(items(), lambda n: done.append(n), alone=lambda n: n >= 30)
    assert [item for item, _ in results] == list(range(60))


def test_what_is_ahead_is_bounded() -> None:
    """One slow file does not let the rest pile up in memory."""
    release = threading.Event()
    met = 0

    def items() -> Iterator[int]:
        nonlocal met
        for number in range(100_000):
            met += 1
            if met == 500:
                release.set()
            yield number

    def work(number: int) -> int:
        if number == 0:
            release.wait(0.5)
        return number

    results = in_order(items(), work, workers=2)
    next(results)
    assert met < 500
    results.close()
