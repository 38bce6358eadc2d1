"""Tests marked `node` need Node; they run when asked for, `pytest -m node tests/node`, and fail where it is missing."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "node: needs Node; runs in the tox environment node, where its absence is a failure"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "node" in config.option.markexpr:
        return
    unasked = [item for item in items if item.get_closest_marker("node")]
    if unasked:
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if item not in unasked]
