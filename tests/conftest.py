"""No deadlines and the same examples on every CI run of hypothesis; no skips where none may be; a part where asked.

With DICOMSIG_FEWER_CASES, which tox sets for all but the default Python, every test runs still: of its cases a few.
"""

import hashlib
import os
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, settings

MOST_CASES = 6

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Of a test with many cases those stay whose digests are least: other ones on each Python, the same each time."""
    part = os.environ.get("DICOMSIG_FEWER_CASES")
    if not part:
        return
    tests = defaultdict(list)
    for item in items:
        tests[item.nodeid.partition("[")[0]].append(item.nodeid)
    kept = set()
    for cases in tests.values():
        kept.update(sorted(cases, key=lambda case: digest(part, case))[:MOST_CASES])
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]


def digest(part, case):
    return hashlib.sha256(f"{part} {case}".encode()).digest()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("DICOMSIG_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr[-1]}"
    return report
